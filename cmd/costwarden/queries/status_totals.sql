-- All that is loaded, per currency.
select
    import_total.BillingCurrency,
    count(distinct import.SourceName || '/' || import.Slice) as Slices,
    cast(sum(import_total.CostRows) as bigint) as CostRows,
    cast(sum(import_total.BilledCost) as decimal(38,2)) as BilledCost,
    cast(sum(import_total.EffectiveCost) as decimal(38,2)) as EffectiveCost
from current_import as import
join import_total using (ImportId)
group by import_total.BillingCurrency
order by import_total.BillingCurrency
