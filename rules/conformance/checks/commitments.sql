-- title: Commitments are bought once and used or not
-- source: FOCUS 1.2, the columns CommitmentDiscount*, EffectiveCost, ConsumedQuantity; appendix on commitment discounts
-- note: A delivery that fills no CommitmentDiscountQuantity does not supply it (FOCUS 1.0 has none).
with supplied as (
    select x_ImportId, count(CommitmentDiscountQuantity) > 0 as HasQuantity
    from cost
    group by all
)
select
    unnest(list_filter([
        if(ChargeCategory = 'Usage' and CommitmentDiscountStatus is null, 'usage of a commitment that says neither Used nor Unused', null),
        if(ChargeCategory <> 'Usage' and CommitmentDiscountStatus is not null, 'CommitmentDiscountStatus of what is no usage', null),
        if(ChargeCategory = 'Usage' and BilledCost <> 0 and ChargeClass is null, 'usage of a commitment that is billed again', null),
        if(ChargeCategory = 'Purchase' and EffectiveCost <> 0, 'a commitment''s purchase with EffectiveCost', null),
        if(ChargeCategory = 'Usage' and PricingCategory <> 'Committed', 'usage of a commitment that is not priced as Committed', null),
        if(CommitmentDiscountStatus = 'Unused' and ConsumedQuantity is not null, 'what lay unused of a commitment with ConsumedQuantity', null),
        if(HasQuantity and CommitmentDiscountQuantity is null and ChargeClass is null and ChargeCategory in ('Usage', 'Purchase'),
            'CommitmentDiscountQuantity is empty', null)
    ], lambda rule: rule is not null)) as Rule,
    CommitmentDiscountId as Found,
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
join supplied using (x_ImportId)
where CommitmentDiscountId is not null
