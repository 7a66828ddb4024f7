-- title: What describes a thing stands beside its id
-- source: FOCUS 1.2, the null handling of each column
select
    unnest(list_filter([
        if(ResourceId is null and ResourceName is not null, {Rule: 'ResourceName without ResourceId', Found: ResourceName}, null),
        if(SkuId is null and SkuMeter is not null, {Rule: 'SkuMeter without SkuId', Found: SkuMeter}, null),
        if(SkuPriceId is null and SkuPriceDetails is not null, {Rule: 'SkuPriceDetails without SkuPriceId', Found: cast(SkuPriceDetails as varchar)}, null),
        if(CommitmentDiscountId is null and CommitmentDiscountName is not null,
            {Rule: 'CommitmentDiscountName without CommitmentDiscountId', Found: CommitmentDiscountName}, null),
        if(CommitmentDiscountId is null and CommitmentDiscountCategory is not null,
            {Rule: 'CommitmentDiscountCategory without CommitmentDiscountId', Found: CommitmentDiscountCategory}, null),
        if(CommitmentDiscountId is null and CommitmentDiscountStatus is not null,
            {Rule: 'CommitmentDiscountStatus without CommitmentDiscountId', Found: CommitmentDiscountStatus}, null),
        if(CommitmentDiscountId is not null and CommitmentDiscountCategory is null,
            {Rule: 'CommitmentDiscountId without CommitmentDiscountCategory', Found: CommitmentDiscountId}, null),
        if(CapacityReservationId is null and CapacityReservationStatus is not null,
            {Rule: 'CapacityReservationStatus without CapacityReservationId', Found: CapacityReservationStatus}, null),
        if(CapacityReservationId is not null and CapacityReservationStatus is null and ChargeCategory = 'Usage',
            {Rule: 'usage with CapacityReservationId without CapacityReservationStatus', Found: CapacityReservationId}, null)
    ], lambda breach: breach is not null), recursive := true),
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
