-- The rows of a case's restatement.csv: what deliveries changed. A column left out takes the default written here.
insert into restatement by name
with
cells as (
    select cast(columns(*) as varchar) from restatement where false
    union all by name
    select * from read_csv($file, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', comment = '#')
)
select * replace (
    coalesce(SourceName, 'given') as SourceName,
    coalesce(Slice, strftime(cast(BillingPeriodStart as timestamp), '%Y-%m')) as Slice,
    coalesce(FromImportId, 'first') as FromImportId,
    coalesce(ToImportId, 'second') as ToImportId,
    coalesce(State, 'closed') as State,
    coalesce(BillingCurrency, 'USD') as BillingCurrency,
    coalesce(ServiceName, 'Example Service') as ServiceName,
    coalesce(OldBilledCost, '0') as OldBilledCost,
    coalesce(NewBilledCost, BilledCostDelta, '0') as NewBilledCost,
    coalesce(BilledCostDelta, '0') as BilledCostDelta,
    coalesce(OldEffectiveCost, '0') as OldEffectiveCost,
    coalesce(NewEffectiveCost, EffectiveCostDelta, BilledCostDelta, '0') as NewEffectiveCost,
    coalesce(EffectiveCostDelta, BilledCostDelta, '0') as EffectiveCostDelta,
    coalesce(RestatedAt, '2000-01-01') as RestatedAt
)
from cells
