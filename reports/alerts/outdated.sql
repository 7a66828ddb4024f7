-- Lower steps that were never delivered: a worse one takes their place.
delete from outbox
where Channel = $channel and starts_with(AlertKey, $subject || '/') and DeliveredAt is null;
