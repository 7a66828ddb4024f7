-- Counts an attempt before it is made, so that one that dies on the way is seen.
update outbox
set Attempts = Attempts + 1
where AlertKey = $key and Channel = $channel and DeliveredAt is null;
