-- What each source came to when it was last asked: one row per source.
create table source_state (
    SourceName  varchar primary key, -- the source's name in costwarden.yaml
    State       varchar not null check (State in ('ok', 'failed')), -- failed: source_failure says what and why
    NewestSlice varchar,             -- the newest month that it had when it could last be listed; null: it never could
    AskedAt     timestamp not null,  -- the clock of the run that asked it last
    SucceededAt timestamp            -- the clock of the last run that left nothing of it failed; null: none did
);

-- What of a source failed when it was last asked. What is loaded stands as it was loaded before.
create table source_failure (
    SourceName varchar not null,
    Slice      varchar,              -- the month that failed; null: the source as a whole
    Kind       varchar not null check (Kind in ('source', 'reconciliation', 'other')), -- could not be read; does not hold; else
    Reason     varchar not null      -- without secrets
);
