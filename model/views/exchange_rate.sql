-- The rate of each month and pair of currencies that reports use: the one booked when the month was closed, else that
-- of rates.csv. Only pairs that stand there: no rate is turned round, or worked out by way of a third currency.
create or replace view exchange_rate as
with
booked as (
    select *
    from booked_rate
    qualify row_number() over (partition by BillingPeriodStart, FromCurrency, ToCurrency order by Booking desc) = 1
),
rate as (
    select
        BillingPeriodStart,
        FromCurrency,
        ToCurrency,
        coalesce(booked.Rate, policy.Rate) as Rate,
        if(booked.Rate is null, policy.Source, booked.Source) as Source,
        booked.BookedAt,
        policy.Rate as PolicyRate
    from booked
    full join policy_exchange_rate as policy using (BillingPeriodStart, FromCurrency, ToCurrency)
)
select
    BillingPeriodStart,
    FromCurrency,
    ToCurrency,
    Rate,       -- how many units of ToCurrency one unit of FromCurrency is
    Source,     -- who published it
    BookedAt,   -- when it was booked; null: the month has not been reported as closed
    PolicyRate  -- what rates.csv says now; another than Rate only where that is booked
from rate;
