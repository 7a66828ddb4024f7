-- What was repaired or noticed in the rows that are loaded: one line per source, month, code and currency.
select
    import.SourceName,
    import.Slice,
    import_change.ChangeCode,
    import_change.BillingCurrency,
    import_change.CostRows,
    cast(import_change.BilledCost as decimal(38,2)) as BilledCost,
    cast(import_change.EffectiveCost as decimal(38,2)) as EffectiveCost
from current_import as import
join import_change using (ImportId)
order by import.SourceName, import.Slice, import_change.ChangeCode, import_change.BillingCurrency
