-- Thirteen months of effective cost by service: the seven largest of each currency, in the order of the newest month,
-- and the rest. Each service has a line for every month, in order; the cost is null for a month of which nothing is loaded.
with
costs as (
    select BillingCurrency, ServiceName, BillingPeriodStart, sum(EffectiveCost) as EffectiveCost
    from owned_cost
    where BillingPeriodStart between $trend_start and $period_start
    group by BillingCurrency, ServiceName, BillingPeriodStart
),
ranked as (
    select BillingCurrency, ServiceName, row_number() over (partition by BillingCurrency order by sum(EffectiveCost) desc, ServiceName) as Rank
    from costs
    group by BillingCurrency, ServiceName
),
named as (
    select distinct BillingCurrency, least(Rank, 8) as Rank, if(Rank <= 7, ServiceName, 'All other services') as ServiceName
    from ranked
),
months as (
    select unnest(generate_series(cast($trend_start as timestamp), cast($period_start as timestamp), interval 1 month)) as BillingPeriodStart
),
folded as (
    select BillingCurrency, least(Rank, 8) as Rank, BillingPeriodStart, sum(EffectiveCost) as EffectiveCost
    from costs
    join ranked using (BillingCurrency, ServiceName)
    group by all
)
select
    named.BillingCurrency,
    named.ServiceName,
    months.BillingPeriodStart,
    case when months.BillingPeriodStart in (select BillingPeriodStart from costs) then coalesce(folded.EffectiveCost, 0) end as EffectiveCost
from named
cross join months
left join folded using (BillingCurrency, Rank, BillingPeriodStart)
order by
    named.BillingCurrency,
    named.Rank = 8,
    max(folded.EffectiveCost) filter (months.BillingPeriodStart = $period_start) over (partition by named.BillingCurrency, named.Rank) desc nulls last,
    named.Rank,
    months.BillingPeriodStart;
