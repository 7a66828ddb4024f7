-- What this import changed in a slice that another delivery had filled, or the same one by another mapping: the sums
-- that are not what they were.
insert into restatement by name
with
replaced as (
    select distinct ImportId, MonthState from before where ImportId <> $import_id or Mapping is distinct from $mapping
),
after as (
    select BillingCurrency, SubAccountId, ServiceName, sum(BilledCost) as BilledCost, sum(EffectiveCost) as EffectiveCost
    from daily_cost
    where x_SourceName = $source_name and x_Slice = $slice
    group by all
)
select
    $source_name as SourceName,
    $slice as Slice,
    $period_start as BillingPeriodStart,
    replaced.ImportId as FromImportId,
    $import_id as ToImportId,
    replaced.MonthState as State,
    coalesce(after.BillingCurrency, before.BillingCurrency) as BillingCurrency,
    coalesce(after.SubAccountId, before.SubAccountId) as SubAccountId,
    coalesce(after.ServiceName, before.ServiceName) as ServiceName,
    coalesce(before.BilledCost, 0) as OldBilledCost,
    coalesce(after.BilledCost, 0) as NewBilledCost,
    NewBilledCost - OldBilledCost as BilledCostDelta,
    coalesce(before.EffectiveCost, 0) as OldEffectiveCost,
    coalesce(after.EffectiveCost, 0) as NewEffectiveCost,
    NewEffectiveCost - OldEffectiveCost as EffectiveCostDelta,
    $now as RestatedAt
from after
full join before
    on before.BillingCurrency = after.BillingCurrency
    and before.SubAccountId is not distinct from after.SubAccountId
    and before.ServiceName = after.ServiceName
cross join replaced
where BilledCostDelta <> 0 or EffectiveCostDelta <> 0
order by BillingCurrency, SubAccountId, ServiceName
