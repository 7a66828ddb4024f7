-- Books the rates that a workbook shows of closed months, as far as they are not booked: from now on they stay.
insert into booked_rate by name
with
closed as (
    select BillingPeriodStart
    from month_state($now)
    group by BillingPeriodStart
    having bool_and(MonthState = 'closed')
),
charged as (
    select distinct BillingPeriodStart, BillingCurrency as FromCurrency
    from daily_cost
    where BillingPeriodStart between $trend_start and $period_start
)
select BillingPeriodStart, FromCurrency, ToCurrency, 1 as Booking, Rate, Source, cast($now as timestamp) as BookedAt
from exchange_rate
join closed using (BillingPeriodStart)
join charged using (BillingPeriodStart, FromCurrency)
where BookedAt is null and ToCurrency = (select Value from policy_setting where Name = 'reporting_currency')
