update outbox
set LastError = $reason
where AlertKey = $key and Channel = $channel;
