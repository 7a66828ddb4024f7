-- title: Usage and purchases have a SKU, a price and a quantity
-- source: FOCUS 1.2, columns SkuId, SkuPriceId, PricingQuantity, PricingCategory, ListUnitPrice, ContractedUnitPrice
-- note: Corrections may lack them.
select
    unnest(list_filter([
        if(SkuId is null, 'SkuId is empty', null),
        if(SkuPriceId is null, 'SkuPriceId is empty', null),
        if(PricingCategory is null, 'PricingCategory is empty', null),
        if(PricingQuantity is null, 'PricingQuantity is empty', null),
        if(ListUnitPrice is null, 'ListUnitPrice is empty', null),
        if(ContractedUnitPrice is null, 'ContractedUnitPrice is empty', null)
    ], lambda rule: rule is not null)) as Rule,
    ChargeCategory || ' of ' || ServiceName as Found,
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
where ChargeCategory in ('Usage', 'Purchase') and ChargeClass is null
