-- What each owner's charges cost in a month, per provider and in all, over all bills in the reporting currency, where
-- there is one: the largest owner first, the total last.
with spend as (
    select
        x_ReportingCurrency as ReportingCurrency,
        x_Owner as Owner,
        ProviderName,
        grouping(x_Owner) as IsTotal,
        sum(x_ReportingCurrencyEffectiveCost) as ConvertedCost
    from reported_cost
    where BillingPeriodStart = $month and x_ReportingCurrency is not null
    group by grouping sets (
        (x_ReportingCurrency, x_Owner, ProviderName), (x_ReportingCurrency, x_Owner),
        (x_ReportingCurrency, ProviderName), (x_ReportingCurrency))
)
select ReportingCurrency, Owner, ProviderName, ConvertedCost
from spend
order by IsTotal, max(ConvertedCost) filter (ProviderName is null) over (partition by ReportingCurrency, Owner) desc, Owner, ProviderName
