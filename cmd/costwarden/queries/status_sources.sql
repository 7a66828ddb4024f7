-- What each configured source came to when it was last asked, and why it failed.
with
source as (
    select unnest(from_json($sources, '["varchar"]')) as SourceName
),
failure as (
    select SourceName, string_agg(Reason, '; ' order by Slice nulls first, Reason) as Reason
    from source_failure
    group by SourceName
)
select
    SourceName,
    coalesce(State, 'never asked') as State,
    NewestSlice,
    AskedAt,
    SucceededAt,
    Reason
from source
left join source_state using (SourceName)
left join failure using (SourceName)
order by SourceName
