-- Thirteen months of effective cost in the reporting currency by owner: the seven largest and the rest. Each owner has
-- a line for every month, in order; the cost is null for a month of which nothing is loaded.
with
costs as (
    select x_ReportingCurrency as ReportingCurrency, x_Owner, BillingPeriodStart, sum(x_ReportingCurrencyEffectiveCost) as ReportedCost
    from reported_cost
    where BillingPeriodStart between $trend_start and $period_start and x_ReportingCurrency is not null
    group by x_ReportingCurrency, x_Owner, BillingPeriodStart
),
ranked as (
    select ReportingCurrency, x_Owner, row_number() over (partition by ReportingCurrency order by sum(ReportedCost) desc, x_Owner) as Rank
    from costs
    group by ReportingCurrency, x_Owner
),
named as (
    select distinct ReportingCurrency, least(Rank, 8) as Rank, if(Rank <= 7, x_Owner, 'All other owners') as Owner
    from ranked
),
months as (
    select unnest(generate_series(cast($trend_start as timestamp), cast($period_start as timestamp), interval 1 month)) as BillingPeriodStart
),
folded as (
    select ReportingCurrency, least(Rank, 8) as Rank, BillingPeriodStart, sum(ReportedCost) as ReportedCost
    from costs
    join ranked using (ReportingCurrency, x_Owner)
    group by all
)
select
    named.ReportingCurrency,
    named.Owner,
    months.BillingPeriodStart,
    case when months.BillingPeriodStart in (select BillingPeriodStart from costs) then coalesce(folded.ReportedCost, 0) end as EffectiveCost
from named
cross join months
left join folded using (ReportingCurrency, Rank, BillingPeriodStart)
order by named.ReportingCurrency, named.Rank, months.BillingPeriodStart;
