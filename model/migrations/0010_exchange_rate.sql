-- rates.csv of the policy: what one unit of a currency is worth in another, month by month. Replaced as a whole.
create table policy_exchange_rate (
    BillingPeriodStart timestamp not null,
    FromCurrency       varchar not null,        -- the BillingCurrency of charges
    ToCurrency         varchar not null,
    Rate               decimal(38,18) not null, -- how many units of ToCurrency one unit of FromCurrency is
    Source             varchar,                 -- who published it
    primary key (BillingPeriodStart, FromCurrency, ToCurrency)
);

-- The exchange rates that closed months were reported at. Rows are only added: a month keeps its rate whatever rates.csv
-- says later, until costwarden report --accept-rates adds the next booking.
create table booked_rate (
    BillingPeriodStart timestamp not null,
    FromCurrency       varchar not null,        -- the BillingCurrency of charges
    ToCurrency         varchar not null,        -- the reporting currency
    Booking            integer not null,        -- 1, 2, ...: the highest counts
    Rate               decimal(38,18) not null, -- how many units of ToCurrency one unit of FromCurrency is
    Source             varchar,                 -- who published it
    BookedAt           timestamp not null,      -- the clock of the run that reported the month as closed, or accepted the rate
    primary key (BillingPeriodStart, FromCurrency, ToCurrency, Booking)
);
