-- When a run last brought the bills up to date.
select max(EndedAt) from run where Command in ('run', 'ingest', 'demo') and ExitCode in (0, 10, 11)
