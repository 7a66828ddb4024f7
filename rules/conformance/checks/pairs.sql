-- title: Columns that belong together are filled together
-- source: FOCUS 1.2, the null handling of each column
-- note: A column that a delivery does not fill at all is one that its provider does not supply.
with supplied as (
    select
        x_ImportId,
        count(RegionName) > 0 as HasRegionName,
        count(ResourceType) > 0 as HasResourceType,
        count(SubAccountName) > 0 as HasSubAccountName,
        count(SubAccountType) > 0 as HasSubAccountType,
        count(BillingAccountType) > 0 as HasBillingAccountType,
        count(CommitmentDiscountType) > 0 as HasCommitmentDiscountType
    from cost
    group by all
)
select
    unnest(list_filter([
        if(HasRegionName and (RegionId is null) <> (RegionName is null), {Rule: 'RegionName without RegionId, or the other way', Found: coalesce(RegionId, RegionName)}, null),
        if(HasResourceType and (ResourceId is null) <> (ResourceType is null),
            {Rule: 'ResourceType without ResourceId, or the other way', Found: coalesce(ResourceId, ResourceType)}, null),
        if(HasSubAccountName and (SubAccountId is null) <> (SubAccountName is null),
            {Rule: 'SubAccountName without SubAccountId, or the other way', Found: coalesce(SubAccountId, SubAccountName)}, null),
        if(HasSubAccountType and (SubAccountId is null) <> (SubAccountType is null),
            {Rule: 'SubAccountType without SubAccountId, or the other way', Found: coalesce(SubAccountId, SubAccountType)}, null),
        if(HasBillingAccountType and BillingAccountType is null, {Rule: 'BillingAccountType is empty', Found: BillingAccountId}, null),
        if((PricingQuantity is null) <> (PricingUnit is null), {Rule: 'PricingUnit without PricingQuantity, or the other way', Found: ServiceName}, null),
        if((ConsumedQuantity is null) <> (ConsumedUnit is null), {Rule: 'ConsumedUnit without ConsumedQuantity, or the other way', Found: ServiceName}, null),
        if((CommitmentDiscountQuantity is null) <> (CommitmentDiscountUnit is null),
            {Rule: 'CommitmentDiscountUnit without CommitmentDiscountQuantity, or the other way', Found: CommitmentDiscountId}, null),
        if(HasCommitmentDiscountType and (CommitmentDiscountId is null) <> (CommitmentDiscountType is null),
            {Rule: 'CommitmentDiscountType without CommitmentDiscountId, or the other way', Found: coalesce(CommitmentDiscountId, CommitmentDiscountType)}, null)
    ], lambda breach: breach is not null), recursive := true),
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
join supplied using (x_ImportId)
