-- Other sources that hold this month of a payer of this delivery: the same bill twice.
-- FOCUS files are of many providers, and a source of Azure may be a part of a payer; twins_focus and twins_azure look at
-- them once their rows are there.
select distinct import.SourceName, import_total.BillingAccountId
from import
join import_total using (ImportId)
where import.State = 'current'
    and import.SourceName <> $source_name
    and import.Provider = $provider and $provider not in ('focus', 'azure')
    and import.BillingPeriodStart = $period_start
    and import_total.BillingAccountId in (select BillingAccountId from control)
order by all
