-- title: Closed lists hold nothing else
-- source: FOCUS 1.2, the allowed values of each column; ISO 4217 for currencies
select
    unnest(list_filter([
        if(ChargeCategory not in ('Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'),
            {Rule: 'ChargeCategory is not in its list', Found: ChargeCategory}, null),
        if(ChargeClass <> 'Correction', {Rule: 'ChargeClass is not in its list', Found: ChargeClass}, null),
        if(ChargeFrequency not in ('One-Time', 'Recurring', 'Usage-Based'),
            {Rule: 'ChargeFrequency is not in its list', Found: ChargeFrequency}, null),
        if(PricingCategory not in ('Standard', 'Dynamic', 'Committed', 'Other'),
            {Rule: 'PricingCategory is not in its list', Found: PricingCategory}, null),
        if(CommitmentDiscountCategory not in ('Spend', 'Usage'),
            {Rule: 'CommitmentDiscountCategory is not in its list', Found: CommitmentDiscountCategory}, null),
        if(CommitmentDiscountStatus not in ('Used', 'Unused'),
            {Rule: 'CommitmentDiscountStatus is not in its list', Found: CommitmentDiscountStatus}, null),
        if(CapacityReservationStatus not in ('Used', 'Unused'),
            {Rule: 'CapacityReservationStatus is not in its list', Found: CapacityReservationStatus}, null),
        if(not regexp_full_match(BillingCurrency, '[A-Z]{3}'), {Rule: 'BillingCurrency is no ISO 4217 code', Found: BillingCurrency}, null)
    ], lambda breach: breach is not null), recursive := true),
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
