-- The closed months that keep another exchange rate than rates.csv has now: one line per month and pair.
select
    strftime(BillingPeriodStart, '%Y-%m') as Month,
    FromCurrency,
    ToCurrency,
    Rate,
    date_trunc('second', BookedAt) as BookedAt,
    PolicyRate
from exchange_rate
where BookedAt is not null and PolicyRate <> Rate
order by Month desc, FromCurrency, ToCurrency
