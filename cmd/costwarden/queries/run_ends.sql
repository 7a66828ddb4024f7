-- A run ends, with what it did.
update run set EndedAt = ?, ExitCode = ?, Summary = cast(? as json) where RunId = ?
