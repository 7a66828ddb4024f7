-- What the source came to, in the place of what was told of it before.
with
failed as (
    select count(*) > 0 as HasAny
    from source_failure
    where SourceName = $source_name
)
insert into source_state by name
select
    $source_name as SourceName,
    if(failed.HasAny, 'failed', 'ok') as State,
    nullif($newest, '') as NewestSlice,
    $now as AskedAt,
    if(failed.HasAny, null, $now) as SucceededAt
from failed
on conflict (SourceName) do update set
    State = excluded.State,
    NewestSlice = coalesce(excluded.NewestSlice, NewestSlice),
    AskedAt = excluded.AskedAt,
    SucceededAt = coalesce(excluded.SucceededAt, SucceededAt)
