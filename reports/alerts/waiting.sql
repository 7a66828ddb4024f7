-- What waits to be sent, oldest first.
select AlertKey, Channel, cast(Payload as varchar)
from outbox
where DeliveredAt is null
order by QueuedAt, AlertKey, Channel;
