-- The tables of a Costwarden database. FOCUS 1.2 columns are spelled as FOCUS spells them;
-- our own start with x_ in tables of charges, and are PascalCase elsewhere.
-- Times are UTC, periods half-open, money decimal(38,18) in the row's BillingCurrency.

-- One row per charge, FOCUS 1.2 (57 columns) and ours. Replaced slice by slice.
create table cost (
    AvailabilityZone                   varchar,                      -- the zone, of charges that are of one
    BilledCost                         decimal(38,18) not null,      -- what the invoice charges for it
    BillingAccountId                   varchar not null,             -- the account that is billed: the payer
    BillingAccountName                 varchar,
    BillingAccountType                 varchar,                      -- what the provider calls such an account
    BillingCurrency                    varchar not null,             -- ISO 4217; the currency of all costs and prices of the row, but those of PricingCurrency
    BillingPeriodEnd                   timestamp not null,           -- the first instant after the month
    BillingPeriodStart                 timestamp not null,           -- the first instant of the month that is billed, UTC
    CapacityReservationId              varchar,                      -- the reservation of capacity that it is about
    CapacityReservationStatus          varchar,                      -- Used or Unused, of usage with a reservation
    ChargeCategory                     varchar not null,             -- Usage, Purchase, Tax, Credit or Adjustment
    ChargeClass                        varchar,                      -- Correction of a month that was invoiced before; null: none
    ChargeDescription                  varchar,
    ChargeFrequency                    varchar,                      -- One-Time, Recurring or Usage-Based
    ChargePeriodEnd                    timestamp not null,           -- the first instant after it
    ChargePeriodStart                  timestamp not null,           -- when it was used or bought, or the fee begins to count, UTC
    CommitmentDiscountCategory         varchar,                      -- Spend: committed to an amount of money; Usage: to an amount of usage
    CommitmentDiscountId               varchar,                      -- the commitment that it buys, uses or leaves unused
    CommitmentDiscountName             varchar,
    CommitmentDiscountQuantity         decimal(38,18),               -- how much of the commitment it buys, uses or leaves unused
    CommitmentDiscountStatus           varchar,                      -- Used or Unused, of usage with a commitment
    CommitmentDiscountType             varchar,                      -- what the provider calls such a commitment
    CommitmentDiscountUnit             varchar,                      -- of CommitmentDiscountQuantity
    ConsumedQuantity                   decimal(38,18),               -- how much was used, in the unit it is metered in
    ConsumedUnit                       varchar,                      -- of ConsumedQuantity
    ContractedCost                     decimal(38,18) not null,      -- at agreed prices, before commitments
    ContractedUnitPrice                decimal(38,18),               -- the agreed price of one PricingUnit
    EffectiveCost                      decimal(38,18) not null,      -- after all discounts, purchases of commitments spread over what uses them
    InvoiceId                          varchar,                      -- null until it is on an invoice
    InvoiceIssuerName                  varchar,                      -- who sends the invoice
    ListCost                           decimal(38,18) not null,      -- at public prices
    ListUnitPrice                      decimal(38,18),               -- the public price of one PricingUnit
    PricingCategory                    varchar,                      -- Standard, Dynamic, Committed or Other
    PricingCurrency                    varchar,                      -- the currency that prices are published in
    PricingCurrencyContractedUnitPrice decimal(38,18),               -- ContractedUnitPrice in PricingCurrency
    PricingCurrencyEffectiveCost       decimal(38,18),               -- EffectiveCost in PricingCurrency
    PricingCurrencyListUnitPrice       decimal(38,18),               -- ListUnitPrice in PricingCurrency
    PricingQuantity                    decimal(38,18),               -- how much is priced, in PricingUnit
    PricingUnit                        varchar,                      -- of PricingQuantity
    ProviderName                       varchar not null,             -- who offers the service
    PublisherName                      varchar,                      -- who made it; in a marketplace the seller
    RegionId                           varchar,
    RegionName                         varchar,
    ResourceId                         varchar,                      -- the resource, or the commitment, that it is for
    ResourceName                       varchar,                      -- the name that somebody gave it
    ResourceType                       varchar,                      -- what the provider calls such a resource
    ServiceCategory                    varchar not null,             -- one of the 19 of FOCUS
    ServiceName                        varchar not null,
    ServiceSubcategory                 varchar,                      -- a part of ServiceCategory
    SkuId                              varchar,                      -- the product as it is priced
    SkuMeter                           varchar,                      -- what of the product is measured
    SkuPriceDetails                    json,                         -- one flat object: InstanceType, CoreCount, ...
    SkuPriceId                         varchar,                      -- the price of the SKU that counts: its term, its tier
    SubAccountId                       varchar,                      -- the account that used it: AWS account, Azure subscription, Google project
    SubAccountName                     varchar,
    SubAccountType                     varchar,                      -- what the provider calls such an account
    Tags                               json,                         -- one flat object: key to value
    x_SourceName                       varchar not null, -- the source's name in costwarden.yaml
    x_Slice                            varchar not null, -- the unit of replacement, such as 2026-10
    x_ImportId                         varchar not null, -- the import that wrote this row
    x_BillingEntity                    varchar,          -- who bills: AWS, AWS Marketplace
    x_InstanceType                     varchar,          -- SkuPriceDetails.InstanceType, for rules
    x_LineItemType                     varchar,          -- the provider's own line type
    x_Operation                        varchar,
    x_ServiceCode                      varchar,
    x_UsageType                        varchar,
    x_SourceLineId                     varchar,          -- the provider's id of the line this row came from
    x_Discounts                        json,
    x_CostCategories                   json
);

-- Split-cost rows (pods, tasks): a view into rows that cost already holds, never part of a total.
create table split_cost (
    x_SourceName       varchar not null,
    x_Slice            varchar not null,
    x_ImportId         varchar not null,
    BillingPeriodStart timestamp not null,
    ChargePeriodStart  timestamp not null,
    ChargePeriodEnd    timestamp not null,
    BillingAccountId   varchar not null,
    BillingCurrency    varchar not null,
    SubAccountId       varchar,
    ResourceId         varchar,          -- the pod or task
    ParentResourceId   varchar,          -- the instance whose cost is split
    UsageType          varchar,          -- cpu or memory usage type of the provider
    SplitUsage         decimal(38,18),
    SplitUsageRatio    decimal(38,18),
    SplitCost          decimal(38,18),
    UnusedCost         decimal(38,18),
    Tags               json
);

-- cost rolled up per charge date and resource: what most rules and sheets read. Changes with cost.
create table daily_cost (
    x_SourceName             varchar not null,
    x_Slice                  varchar not null,
    x_ImportId               varchar not null,
    x_ChargeDate             date not null,     -- the UTC date of ChargePeriodStart
    BillingPeriodStart       timestamp not null,
    BillingCurrency          varchar not null,
    ProviderName             varchar not null,
    BillingAccountId         varchar not null,
    SubAccountId             varchar,
    SubAccountName           varchar,
    InvoiceId                varchar,
    x_BillingEntity          varchar,
    ServiceCategory          varchar not null,
    ServiceName              varchar not null,
    RegionId                 varchar,
    ResourceId               varchar,
    ResourceType             varchar,
    SkuId                    varchar,
    SkuMeter                 varchar,
    x_UsageType              varchar,
    x_Operation              varchar,
    x_InstanceType           varchar,
    PricingCategory          varchar,
    PricingUnit              varchar,
    ChargeCategory           varchar not null,
    ChargeClass              varchar,
    ChargeFrequency          varchar,
    CommitmentDiscountId     varchar,
    CommitmentDiscountType   varchar,
    CommitmentDiscountStatus varchar,
    Tags                     json,
    BilledCost               decimal(38,18) not null,
    EffectiveCost            decimal(38,18) not null,
    ListCost                 decimal(38,18) not null,
    ContractedCost           decimal(38,18) not null,
    PricingQuantity          decimal(38,18),
    ConsumedQuantity         decimal(38,18),
    x_Rows                   bigint not null    -- how many charges were rolled up
);

-- One row per delivery loaded. State is current for the rows now in cost, superseded for those replaced.
create table import (
    ImportId           varchar not null,    -- SourceName/Slice@ and the first 12 digits of the version's hash
    SourceName         varchar not null,
    Slice              varchar not null,
    BillingPeriodStart timestamp not null,
    Provider           varchar not null,    -- aws, azure, gcp, focus
    Format             varchar not null,    -- such as aws_cur_2_0, aws_focus_1_2
    Encoding           varchar not null,    -- parquet or csv
    Version            varchar not null,    -- the token that changes when the delivery does
    CostBasis          varchar not null,    -- unblended or net; billed where the format has one
    State              varchar not null check (State in ('current', 'superseded')),
    Files              bigint not null,
    Bytes              bigint not null,
    RawRows            bigint not null,     -- lines in the files
    CostRows           bigint not null,     -- rows written to cost
    SplitRows          bigint not null,     -- lines kept in split_cost instead
    FirstCharge        timestamp,
    LastCharge         timestamp,           -- the newest ChargePeriodEnd: how fresh the delivery is
    Note               varchar,             -- what a reader of its totals should know
    LoadedAt           timestamp not null
);

-- The reconciliation of an import: what the files total to, and what cost totals to. The two are equal.
create table import_total (
    ImportId         varchar not null,
    BillingAccountId varchar not null,
    InvoiceId        varchar,
    x_BillingEntity  varchar,
    BillingCurrency  varchar not null,
    SourceCost       decimal(38,18) not null, -- summed over the files, before mapping
    BilledCost       decimal(38,18) not null, -- summed over cost, after mapping
    EffectiveCost    decimal(38,18) not null,
    ListCost         decimal(38,18) not null,
    ContractedCost   decimal(38,18) not null,
    CostRows         bigint not null
);

-- The objects an import was read from.
create table import_file (
    ImportId varchar not null,
    Object   varchar not null, -- the key in the bucket
    Bytes    bigint not null,
    ETag     varchar not null
);

-- What rules found, per rule and month. Replaced per (RuleId, BillingPeriodStart).
create table finding (
    RuleId             varchar not null, -- family/name, such as budget/breach
    BillingPeriodStart timestamp not null,
    Severity           varchar not null check (Severity in ('info', 'warning', 'critical')),
    Scope              varchar not null, -- whom it concerns: an account, a team
    Subject            varchar not null, -- what it is about: a resource, a budget, a service
    BillingCurrency    varchar not null,
    Cost               decimal(38,18) not null,
    MonthlySaving      decimal(38,18),   -- null where the rule claims none
    Evidence           json not null     -- one flat object: the numbers behind the finding
);

-- Which inputs a rule last judged a month by; equal inputs need not be judged again.
create table judgement (
    RuleId             varchar not null,
    BillingPeriodStart timestamp not null,
    Input              varchar not null, -- hash of the month's imports, the rule and the policy
    Findings           bigint not null,
    JudgedAt           timestamp not null,
    primary key (RuleId, BillingPeriodStart)
);

-- Messages to send. A row is written once per alert and channel and marked when delivered.
create table outbox (
    AlertKey    varchar not null, -- what makes the alert the same alert: rule, month, subject, step
    Channel     varchar not null, -- the channel's name in costwarden.yaml
    Payload     json not null,
    QueuedAt    timestamp not null,
    DeliveredAt timestamp,
    Attempts    bigint not null default 0,
    LastError   varchar,
    primary key (AlertKey, Channel)
);

-- Every run of a command that writes, for the audit.
create table run (
    RunId      varchar primary key,
    Command    varchar not null,
    Version    varchar not null,
    ConfigHash varchar not null,
    PolicyHash varchar not null,
    Clock      timestamp not null, -- the clock the run was given
    StartedAt  timestamp not null,
    EndedAt    timestamp,
    ExitCode   integer,
    Summary    json
);

-- Policy, as the files in the policy folder say it. Replaced as a whole by each run.
create table policy_setting (
    Name  varchar primary key, -- owner_key: the tag key whose value owns a charge
    Value varchar not null
);
create table policy_tag_key (
    TagKey varchar not null,   -- the key as the policy spells it
    Alias  varchar not null,   -- lower-cased spelling found in bills; the key itself is one
    Rank   integer not null,   -- the lowest rank wins where a charge carries several
    primary key (Alias)
);
create table policy_tag_value (
    TagKey varchar not null,
    Alias  varchar not null,   -- lower-cased value found in bills; the value itself is one
    Value  varchar not null,   -- the value as the policy spells it
    primary key (TagKey, Alias)
);
create table policy_untaggable (
    ServiceName varchar primary key -- charges of these services cannot carry a tag
);
create table policy_account (
    SubAccountId varchar primary key,
    Owner        varchar not null,
    Contact      varchar,
    Channel      varchar       -- where alerts of this account go; null: every channel
);
create table policy_budget (
    Budget          varchar not null,
    SubAccountId    varchar not null,
    BillingCurrency varchar not null,
    FirstMonth      timestamp not null,
    LastMonth       timestamp,  -- inclusive; null: until further notice
    Amount          decimal(38,18) not null,
    Thresholds      integer[] not null, -- percent of Amount, ascending
    Owner           varchar,
    Contact         varchar,
    Channel         varchar,
    primary key (Budget, FirstMonth)
);
