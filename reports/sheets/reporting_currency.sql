-- What each owner cost in the currency of each bill, the month's rate, and the same in the reporting currency; totals
-- per currency and over all of them, and their check against daily_cost converted row by row.
with
costs as (
    select
        x_Owner,
        BillingCurrency,
        x_ReportingCurrency as ReportingCurrency,
        max(x_ReportingExchangeRate) as Rate,
        sum(EffectiveCost) as EffectiveCost,
        sum(x_ReportingCurrencyEffectiveCost) as ReportedCost
    from reported_cost
    where BillingPeriodStart = $period_start and x_ReportingCurrency is not null
    group by x_Owner, BillingCurrency, x_ReportingCurrency
),
ranked as (
    select
        *,
        row_number() over (partition by BillingCurrency order by abs(ReportedCost) desc, x_Owner) <= $detail_rows as Listed,
        sum(ReportedCost) over () as Total
    from costs
),
total as (
    select BillingCurrency, ReportingCurrency, max(Rate) as Rate, sum(EffectiveCost) as EffectiveCost, sum(ReportedCost) as ReportedCost
    from costs
    group by BillingCurrency, ReportingCurrency
),
loaded as (
    select BillingCurrency, sum(daily_cost.EffectiveCost) as EffectiveCost, sum(converted(daily_cost.EffectiveCost, Rate)) as ReportedCost
    from daily_cost
    join total using (BillingCurrency)
    where BillingPeriodStart = $period_start
    group by BillingCurrency
),
lines as (
    select if(Listed, 'row', 'rest') as x_Line, if(Listed, x_Owner, 'All other owners') as Owner, BillingCurrency, ReportingCurrency,
        sum(EffectiveCost) as EffectiveCost, Rate, sum(ReportedCost) as ReportedCost, sum(ReportedCost) / nullif(Total, 0) as CostShare
    from ranked
    group by Listed, Owner, BillingCurrency, ReportingCurrency, Rate, Total
    union all
    select 'total', 'Total', BillingCurrency, ReportingCurrency, EffectiveCost, Rate, ReportedCost, ReportedCost / nullif(sum(ReportedCost) over (), 0)
    from total
    union all
    select 'sum', 'Total of all currencies', null, ReportingCurrency, null, null, sum(ReportedCost), 1
    from total
    group by ReportingCurrency
    union all
    select 'check', 'Check: cost loaded, converted, less total', BillingCurrency, ReportingCurrency,
        coalesce(loaded.EffectiveCost, 0) - total.EffectiveCost, null, coalesce(loaded.ReportedCost, 0) - total.ReportedCost, null
    from total
    left join loaded using (BillingCurrency)
)
select * replace (if(x_Line = 'sum', 'total', x_Line) as x_Line)
from lines
order by list_position(['row', 'rest', 'total', 'sum', 'check'], lines.x_Line), BillingCurrency, ReportedCost desc, Owner;
