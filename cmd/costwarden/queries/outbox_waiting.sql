-- How many alerts wait for delivery.
select count(*) from outbox where DeliveredAt is null
