-- The highest step that is in the outbox for a subject and channel, delivered or not; null where there is none.
select max(cast(string_split(AlertKey, '/')[-1] as integer))
from outbox
where Channel = $channel and starts_with(AlertKey, $subject || '/');
