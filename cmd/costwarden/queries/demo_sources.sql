-- What each source has brought, and what it billed in a month: one line per source and currency.
select
    import.SourceName,
    max(import.Format || ' ' || import.Encoding) as Format,
    count(distinct import.Slice) as Months,
    cast(sum(import_total.CostRows) as bigint) as CostRows,
    import_total.BillingCurrency,
    cast(coalesce(sum(import_total.BilledCost) filter (import.BillingPeriodStart = $month), 0) as decimal(38,18)) as BilledCost
from current_import as import
join import_total using (ImportId)
group by import.SourceName, import_total.BillingCurrency
order by import.SourceName, import_total.BillingCurrency
