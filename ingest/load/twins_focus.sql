-- Other sources that hold this month of a payer and provider of this import, where one of the two reads FOCUS files:
-- the same bill twice. Vendors number accounts alike, so that here the account alone does not tell.
with
own as (
    select distinct BillingPeriodStart, BillingAccountId, lower(ProviderName) as Provider
    from daily_cost
    where x_ImportId = $import_id
),
other as (
    select distinct import.SourceName, BillingPeriodStart, BillingAccountId, lower(ProviderName) as Provider
    from daily_cost
    join current_import as import using (BillingPeriodStart)
    where daily_cost.x_ImportId = import.ImportId
        and import.SourceName <> $source_name
        and 'focus' in ($provider, import.Provider)
)
select other.SourceName, BillingAccountId
from own
join other using (BillingPeriodStart, BillingAccountId, Provider)
order by all
