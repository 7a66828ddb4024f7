-- title: A price belongs to one SKU
-- source: FOCUS 1.2, column SkuPriceId
with mixed as (
    select x_SourceName, BillingPeriodStart, SkuPriceId, string_agg(distinct SkuId, ', ' order by SkuId) as Skus
    from cost
    where SkuPriceId is not null
    group by all
    having count(distinct SkuId) > 1
)
select
    'SkuPriceId of several SKUs' as Rule,
    SkuPriceId || ': ' || Skus as Found,
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
join mixed using (x_SourceName, BillingPeriodStart, SkuPriceId)
