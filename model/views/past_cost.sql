-- daily_cost without charges dated ahead of the day they were loaded: a delivery of a running month may hold the days
-- to come of a commitment. They are part of its total and say nothing of how far its usage reaches.
create or replace view past_cost as
select daily_cost.*
from daily_cost
left join current_import as import on import.ImportId = daily_cost.x_ImportId
where coalesce(daily_cost.x_ChargeDate <= import.LoadedAt, true);
