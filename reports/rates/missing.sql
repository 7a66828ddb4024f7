-- The rates that the workbook of a month needs and that nobody has given: one for each of its thirteen months and each
-- currency charged in it.
with
reporting as (
    select Value as ToCurrency from policy_setting where Name = 'reporting_currency'
),
needed as (
    select distinct BillingPeriodStart, BillingCurrency as FromCurrency, ToCurrency
    from daily_cost
    cross join reporting
    where BillingPeriodStart between $trend_start and $period_start and BillingCurrency <> ToCurrency
)
select BillingPeriodStart, FromCurrency, ToCurrency
from needed
anti join exchange_rate using (BillingPeriodStart, FromCurrency, ToCurrency)
order by BillingPeriodStart, FromCurrency
