-- How much of what could be tagged carries the owner's tag, in money; the currency of most charges first.
select
    BillingCurrency,
    coalesce(sum(EffectiveCost) filter (where x_OwnerTag is not null), 0) as Tagged,
    sum(EffectiveCost) as Taggable,
    cast(100 * Tagged / nullif(Taggable, 0) as decimal(38,1)) as Percent
from owned_cost
where BillingPeriodStart = $month and x_Taggable
group by BillingCurrency
having Taggable > 0
order by sum(x_Rows) desc, BillingCurrency
