-- Other sources of Azure that hold this month of a sub account of this import: the same bill twice. Subscriptions of
-- one billing account may be exported apart and are sources of their own, so that here the account alone does not tell.
with
own as (
    select distinct BillingPeriodStart, SubAccountId
    from daily_cost
    where x_ImportId = $import_id and SubAccountId is not null
),
other as (
    select distinct import.SourceName, BillingPeriodStart, BillingAccountId, SubAccountId
    from daily_cost
    join current_import as import using (BillingPeriodStart)
    where daily_cost.x_ImportId = import.ImportId
        and import.SourceName <> $source_name
        and import.Provider = $provider and $provider = 'azure'
)
select
    other.SourceName,
    BillingAccountId || ', sub account ' || min(SubAccountId) || if(count(*) > 1, ' and ' || count(*) - 1 || ' more', '')
from own
join other using (BillingPeriodStart, SubAccountId)
group by other.SourceName, BillingAccountId
order by all
