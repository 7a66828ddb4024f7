-- title: Tags and price details are flat, and price details have known keys
-- source: FOCUS 1.2, attributes/key_value_format.md and column SkuPriceDetails
with
object as (
    select distinct 'Tags' as ColumnName, Tags as Object from cost where Tags is not null
    union all
    select distinct 'SkuPriceDetails', SkuPriceDetails from cost where SkuPriceDetails is not null
),
breach as (
    select
        ColumnName,
        Object,
        if(pair.type in ('OBJECT', 'ARRAY'), ColumnName || ' holds an object or a list', 'SkuPriceDetails has a key of its own without x_') as Rule,
        pair.key as Found
    from object, json_each(Object) as pair
    where pair.type in ('OBJECT', 'ARRAY')
        or ColumnName = 'SkuPriceDetails' and not starts_with(pair.key, 'x_') and pair.key not in (
            'CoreCount', 'DiskMaxIops', 'DiskSpace', 'DiskType', 'GpuCount', 'InstanceType', 'InstanceSeries', 'MemorySize',
            'NetworkMaxIops', 'NetworkMaxThroughput', 'OperatingSystem', 'Redundancy', 'StorageClass')
)
select
    breach.Rule,
    breach.Found,
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
join breach on breach.Object = if(breach.ColumnName = 'Tags', cost.Tags, cost.SkuPriceDetails)
