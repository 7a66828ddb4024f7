-- Books what rates.csv says where it is not the rate booked, of the months from $since to $until.
insert into booked_rate by name
select
    BillingPeriodStart,
    FromCurrency,
    ToCurrency,
    1 + (
        select max(Booking)
        from booked_rate as booked
        where booked.BillingPeriodStart = exchange_rate.BillingPeriodStart
            and booked.FromCurrency = exchange_rate.FromCurrency
            and booked.ToCurrency = exchange_rate.ToCurrency
    ) as Booking,
    policy.Rate,
    policy.Source,
    cast($now as timestamp) as BookedAt
from exchange_rate
join policy_exchange_rate as policy using (BillingPeriodStart, FromCurrency, ToCurrency)
where exchange_rate.BookedAt is not null
    and exchange_rate.Rate <> policy.Rate
    and ToCurrency = (select Value from policy_setting where Name = 'reporting_currency')
    and BillingPeriodStart >= coalesce(cast($since as timestamp), '-infinity')
    and BillingPeriodStart <= coalesce(cast($until as timestamp), 'infinity')
