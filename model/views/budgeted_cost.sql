-- The part of the cost that counts against budgets: what teams use and buy, at effective cost, once its day has come.
-- Tax is not theirs to change; a credit would hide an overspend until it runs out.
create or replace view budgeted_cost as
select * from past_cost where ChargeCategory not in ('Credit', 'Tax');
