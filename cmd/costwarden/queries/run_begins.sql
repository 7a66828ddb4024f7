-- A run of a writing command begins.
insert into run (RunId, Command, Version, ConfigHash, PolicyHash, Clock, StartedAt) values (?, ?, ?, ?, ?, ?, ?)
