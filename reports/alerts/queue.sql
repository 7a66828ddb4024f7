insert into outbox (AlertKey, Channel, Payload, QueuedAt)
values ($key, $channel, $payload, $now);
