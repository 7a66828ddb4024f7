-- Thirteen months of effective cost in the reporting currency by service: the seven largest, in the order of the newest
-- month, and the rest. Each service has a line for every month, in order; the cost is null for a month of which nothing is loaded.
with
costs as (
    select x_ReportingCurrency as ReportingCurrency, ServiceName, BillingPeriodStart, sum(x_ReportingCurrencyEffectiveCost) as ReportedCost
    from reported_cost
    where BillingPeriodStart between $trend_start and $period_start and x_ReportingCurrency is not null
    group by x_ReportingCurrency, ServiceName, BillingPeriodStart
),
ranked as (
    select ReportingCurrency, ServiceName, row_number() over (partition by ReportingCurrency order by sum(ReportedCost) desc, ServiceName) as Rank
    from costs
    group by ReportingCurrency, ServiceName
),
named as (
    select distinct ReportingCurrency, least(Rank, 8) as Rank, if(Rank <= 7, ServiceName, 'All other services') as ServiceName
    from ranked
),
months as (
    select unnest(generate_series(cast($trend_start as timestamp), cast($period_start as timestamp), interval 1 month)) as BillingPeriodStart
),
folded as (
    select ReportingCurrency, least(Rank, 8) as Rank, BillingPeriodStart, sum(ReportedCost) as ReportedCost
    from costs
    join ranked using (ReportingCurrency, ServiceName)
    group by all
)
select
    named.ReportingCurrency,
    named.ServiceName,
    months.BillingPeriodStart,
    case when months.BillingPeriodStart in (select BillingPeriodStart from costs) then coalesce(folded.ReportedCost, 0) end as EffectiveCost
from named
cross join months
left join folded using (ReportingCurrency, Rank, BillingPeriodStart)
order by
    named.ReportingCurrency,
    named.Rank = 8,
    max(folded.ReportedCost) filter (months.BillingPeriodStart = $period_start) over (partition by named.ReportingCurrency, named.Rank) desc nulls last,
    named.Rank,
    months.BillingPeriodStart;
