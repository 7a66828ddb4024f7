-- Which sources failed when they were last asked, as far as the month may suffer from it: the month itself failed, or
-- the source as a whole while the month may still change. Its numbers are those that were loaded last.
with
state as (
    select SourceName, MonthState
    from month_state($now)
    where BillingPeriodStart = $period_start
),
failure as (
    select
        SourceName,
        case when Slice is not null then Kind else 'whole' end as Failed,
        Slice is null and coalesce(MonthState <> 'closed', exists (from state where MonthState <> 'closed')) as MayChange,
        Slice is not distinct from strftime(cast($period_start as timestamp), '%Y-%m') as IsMonth
    from source_failure
    left join state using (SourceName)
    where SourceName in (select unnest(from_json($sources, '["varchar"]')))
),
loaded as (
    select SourceName, max(LoadedAt) as LoadedAt
    from current_import
    where BillingPeriodStart = $period_start
    group by SourceName
)
select SourceName, max(Failed) as Failed, any_value(LoadedAt) as LoadedAt -- whole is the last by the alphabet
from failure
left join loaded using (SourceName)
where MayChange or IsMonth
group by SourceName
order by SourceName;
