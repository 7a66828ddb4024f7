-- title: A tax has no SKU, price or quantity
-- source: FOCUS 1.2, columns SkuId, SkuPriceId, PricingQuantity, PricingCategory, ListUnitPrice, ContractedUnitPrice
select
    unnest(list_filter([
        if(SkuId is not null, {Rule: 'a tax with SkuId', Found: SkuId}, null),
        if(SkuPriceId is not null, {Rule: 'a tax with SkuPriceId', Found: SkuPriceId}, null),
        if(PricingCategory is not null, {Rule: 'a tax with PricingCategory', Found: PricingCategory}, null),
        if(PricingQuantity is not null, {Rule: 'a tax with PricingQuantity', Found: cast(PricingQuantity as varchar)}, null),
        if(ListUnitPrice is not null, {Rule: 'a tax with ListUnitPrice', Found: cast(ListUnitPrice as varchar)}, null),
        if(ContractedUnitPrice is not null, {Rule: 'a tax with ContractedUnitPrice', Found: cast(ContractedUnitPrice as varchar)}, null)
    ], lambda breach: breach is not null), recursive := true),
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
where ChargeCategory = 'Tax'
