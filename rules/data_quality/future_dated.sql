-- title: Charges dated ahead
-- severity: info
-- owner: whoever keeps the books
-- why: The provider may list the days to come of a commitment in a running month. They are part of the month's total,
--   as the provider tells it, and make the month so far look dearer than it is.
-- act: Nothing, mostly. Budgets leave these charges out until their day has come. Where they are not a commitment's,
--   ask the provider.
-- method: Cost is the EffectiveCost of charges of the month's current delivery whose period begins after it was loaded,
--   per source and commitment (import_check, future_dated). No saving is claimed.
-- param: minimum_cost decimal(38,18) 1 "smallest cost reported, up or down, in BillingCurrency"
select
    import.SourceName as Scope,
    import_check.Subject,
    import_check.BillingCurrency,
    import_check.Found as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object('loaded_at', strftime(import.LoadedAt, '%Y-%m-%d %H:%M'), 'newest_usage', strftime(import.LastCharge, '%Y-%m-%d %H:%M')) as Evidence
from current_import as import
join import_check using (ImportId)
where import.BillingPeriodStart = $period_start
    and import_check.CheckName = 'future_dated'
    and abs(import_check.Found) >= $minimum_cost
order by Scope, import_check.Subject, import_check.BillingCurrency
