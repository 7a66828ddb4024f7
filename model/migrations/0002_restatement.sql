-- What a new delivery changed in a month that was loaded before, per account and service. Rows are only added:
-- the table says how each month came to what it is. Sums over cost as it was and as it became.
create table restatement (
    SourceName         varchar not null,
    Slice              varchar not null,
    BillingPeriodStart timestamp not null,
    FromImportId       varchar not null,  -- the import that was replaced
    ToImportId         varchar not null,  -- the import that replaced it
    State              varchar not null check (State in ('open', 'closing', 'closed')), -- of the month, at RestatedAt
    BillingCurrency    varchar not null,
    SubAccountId       varchar,
    ServiceName        varchar not null,
    OldBilledCost      decimal(38,18) not null,
    NewBilledCost      decimal(38,18) not null,
    BilledCostDelta    decimal(38,18) not null, -- new less old; it or EffectiveCostDelta is not zero
    OldEffectiveCost   decimal(38,18) not null,
    NewEffectiveCost   decimal(38,18) not null,
    EffectiveCostDelta decimal(38,18) not null,
    RestatedAt         timestamp not null
);
