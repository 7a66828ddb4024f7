-- What each owner's charges cost in a month, per provider and in all: the currency of most charges first, the largest
-- owner first, the currency's total last.
with spend as (
    select
        BillingCurrency,
        x_Owner as Owner,
        ProviderName,
        grouping(x_Owner) as IsTotal,
        sum(EffectiveCost) as EffectiveCost,
        sum(x_Rows) as Charges
    from owned_cost
    where BillingPeriodStart = $month
    group by grouping sets (
        (BillingCurrency, x_Owner, ProviderName), (BillingCurrency, x_Owner),
        (BillingCurrency, ProviderName), (BillingCurrency))
)
select BillingCurrency, Owner, ProviderName, EffectiveCost
from spend
order by
    max(Charges) over (partition by BillingCurrency) desc, BillingCurrency, IsTotal,
    max(EffectiveCost) filter (ProviderName is null) over (partition by BillingCurrency, Owner) desc, Owner, ProviderName
