-- What was repaired or noticed in the rows that are loaded: one line per source, code and currency, with the months
-- it was in. The table import_change has it per month.
select
    import.SourceName,
    import_change.ChangeCode,
    import_change.BillingCurrency,
    count(distinct import.Slice) as Slices,
    max(import.Slice) as NewestSlice,
    cast(sum(import_change.CostRows) as bigint) as CostRows,
    cast(sum(import_change.BilledCost) as decimal(38,2)) as BilledCost,
    cast(sum(import_change.EffectiveCost) as decimal(38,2)) as EffectiveCost
from current_import as import
join import_change using (ImportId)
group by all
order by import.SourceName, import_change.ChangeCode, import_change.BillingCurrency
