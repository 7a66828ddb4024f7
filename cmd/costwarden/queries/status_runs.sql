-- The last run, and the last that did its work: findings (10, 11) are not failures.
select
    case when row_number() over (order by run.StartedAt desc) = 1 then 'last run' else 'last success' end as Which,
    RunId,
    Command,
    Version,
    date_trunc('second', Clock) as Clock,
    date_trunc('second', StartedAt) as StartedAt,
    date_trunc('second', EndedAt) as EndedAt,
    ExitCode
from run
where run.StartedAt = (select max(StartedAt) from run)
    or run.StartedAt = (select max(StartedAt) from run where Command in ('run', 'ingest', 'demo') and ExitCode in (0, 10, 11))
order by run.StartedAt desc
