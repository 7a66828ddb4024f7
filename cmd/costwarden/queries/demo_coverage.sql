-- How much of what could be tagged carries the owner's tag, in percent of the money, per provider and in all; the
-- currency of most charges first.
select
    BillingCurrency,
    '' as Name,
    ProviderName,
    cast(100 * coalesce(sum(EffectiveCost) filter (x_OwnerTag is not null), 0) / sum(EffectiveCost) as decimal(38,1)) as Percent
from owned_cost
where BillingPeriodStart = $month and x_Taggable
group by grouping sets ((BillingCurrency, ProviderName), (BillingCurrency))
having sum(EffectiveCost) > 0
order by sum(sum(x_Rows)) over (partition by BillingCurrency) desc, BillingCurrency, ProviderName
