-- The alerts that wait for delivery, per channel.
select
    Channel,
    count(*) as Waiting,
    cast(max(Attempts) as bigint) as Attempts,
    min(QueuedAt) as OldestQueuedAt,
    arg_max(LastError, QueuedAt) as LastError
from outbox
where DeliveredAt is null
group by Channel
order by Channel
