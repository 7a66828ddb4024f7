-- The part of daily_cost that counts against budgets: what teams use and buy, at effective cost.
-- Tax is not theirs to change; a credit would hide an overspend until it runs out.
create or replace view budgeted_cost as
select * from daily_cost where ChargeCategory not in ('Credit', 'Tax');
