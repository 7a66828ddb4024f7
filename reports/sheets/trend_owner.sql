-- Thirteen months of effective cost by owner: the seven largest of each currency and the rest. Each owner has
-- a line for every month, in order; the cost is null for a month of which nothing is loaded.
with
costs as (
    select BillingCurrency, x_Owner, BillingPeriodStart, sum(EffectiveCost) as EffectiveCost
    from owned_cost
    where BillingPeriodStart between $trend_start and $period_start
    group by BillingCurrency, x_Owner, BillingPeriodStart
),
ranked as (
    select BillingCurrency, x_Owner, row_number() over (partition by BillingCurrency order by sum(EffectiveCost) desc, x_Owner) as Rank
    from costs
    group by BillingCurrency, x_Owner
),
named as (
    select distinct BillingCurrency, least(Rank, 8) as Rank, if(Rank <= 7, x_Owner, 'All other owners') as Owner
    from ranked
),
months as (
    select unnest(generate_series(cast($trend_start as timestamp), cast($period_start as timestamp), interval 1 month)) as BillingPeriodStart
),
folded as (
    select BillingCurrency, least(Rank, 8) as Rank, BillingPeriodStart, sum(EffectiveCost) as EffectiveCost
    from costs
    join ranked using (BillingCurrency, x_Owner)
    group by all
)
select
    named.BillingCurrency,
    named.Owner,
    months.BillingPeriodStart,
    case when months.BillingPeriodStart in (select BillingPeriodStart from costs) then coalesce(folded.EffectiveCost, 0) end as EffectiveCost
from named
cross join months
left join folded using (BillingCurrency, Rank, BillingPeriodStart)
order by named.BillingCurrency, named.Rank, months.BillingPeriodStart;
