-- The booked rates that rates.csv says otherwise, of the months from $since to $until.
select BillingPeriodStart, FromCurrency, ToCurrency, Rate, PolicyRate, BookedAt
from exchange_rate
where BookedAt is not null
    and PolicyRate <> Rate
    and ToCurrency = (select Value from policy_setting where Name = 'reporting_currency')
    and BillingPeriodStart >= coalesce(cast($since as timestamp), '-infinity')
    and BillingPeriodStart <= coalesce(cast($until as timestamp), 'infinity')
order by BillingPeriodStart, FromCurrency
