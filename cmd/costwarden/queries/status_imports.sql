-- What is loaded, whether it may still change and how fresh it is: one line per source, month and currency.
select
    import.SourceName,
    import.Slice,
    month_state.MonthState,
    import.Format,
    import_total.BillingCurrency,
    cast(sum(import_total.CostRows) as bigint) as CostRows,
    cast(sum(import_total.BilledCost) as decimal(38,2)) as BilledCost,
    cast(sum(import_total.EffectiveCost) as decimal(38,2)) as EffectiveCost,
    import.LastCharge,
    import.LoadedAt
from current_import as import
join import_total using (ImportId)
join month_state($now) as month_state on month_state.SourceName = import.SourceName and month_state.Slice = import.Slice
group by all
order by import.SourceName, import.Slice, import_total.BillingCurrency
