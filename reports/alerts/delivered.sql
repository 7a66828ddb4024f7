update outbox
set DeliveredAt = $now, LastError = null
where AlertKey = $key and Channel = $channel;
