-- How many rows were repaired or noticed, by what.
insert into import_change by name
with changed as (
    select unnest(x_Changes) as ChangeCode, BillingCurrency, BilledCost, EffectiveCost
    from cost
    where x_ImportId = $import_id and x_Changes is not null
)
select
    $import_id as ImportId,
    ChangeCode,
    BillingCurrency,
    count(*) as CostRows,
    sum(BilledCost) as BilledCost,
    sum(EffectiveCost) as EffectiveCost
from changed
group by all
order by all
