-- What each owner's charges cost in a month, the largest first, the currency of most charges first.
select
    BillingCurrency,
    x_Owner,
    sum(EffectiveCost) as EffectiveCost
from owned_cost
where BillingPeriodStart = $month
group by BillingCurrency, x_Owner
order by sum(sum(x_Rows)) over (partition by BillingCurrency) desc, BillingCurrency, EffectiveCost desc, x_Owner
