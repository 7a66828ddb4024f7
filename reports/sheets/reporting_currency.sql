-- What each owner cost in the currency of each bill, the month's rate, and the same in the reporting currency; owners
-- in the order of their cost over all bills, totals per currency and over all of them, and their check against
-- daily_cost converted row by row.
with
costs as (
    select
        x_Owner,
        BillingCurrency,
        x_ReportingCurrency as ReportingCurrency,
        max(x_ReportingExchangeRate) as Rate,
        sum(EffectiveCost) as EffectiveCost,
        sum(x_ReportingCurrencyEffectiveCost) as ReportedCost,
        sum(sum(x_ReportingCurrencyEffectiveCost)) over (partition by x_Owner, x_ReportingCurrency) as OwnerCost
    from reported_cost
    where BillingPeriodStart = $period_start and x_ReportingCurrency is not null
    group by x_Owner, BillingCurrency, x_ReportingCurrency
),
ranked as (
    select
        *,
        row_number() over (partition by BillingCurrency order by abs(ReportedCost) desc, x_Owner) <= $detail_rows as Listed,
        sum(ReportedCost) over (partition by ReportingCurrency) as Total
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
        sum(EffectiveCost) as EffectiveCost, Rate, sum(ReportedCost) as ReportedCost, sum(ReportedCost) / nullif(Total, 0) as CostShare,
        max(OwnerCost) as OwnerCost
    from ranked
    group by Listed, Owner, BillingCurrency, ReportingCurrency, Rate, Total
    union all
    select 'total', 'Total', BillingCurrency, ReportingCurrency, EffectiveCost, Rate, ReportedCost, ReportedCost / nullif(sum(ReportedCost) over (partition by ReportingCurrency), 0), null
    from total
    union all
    select 'sum', 'Total of all currencies', null, ReportingCurrency, null, null, sum(ReportedCost), 1, null
    from total
    group by ReportingCurrency
    union all
    select 'check', 'Check: loaded less total', BillingCurrency, ReportingCurrency,
        coalesce(loaded.EffectiveCost, 0) - total.EffectiveCost, null, coalesce(loaded.ReportedCost, 0) - total.ReportedCost, null, null
    from total
    left join loaded using (BillingCurrency)
)
select
    if(lines.x_Line = 'sum', 'total', lines.x_Line) as x_Line,
    lines.Owner,
    lines.BillingCurrency,
    lines.ReportingCurrency,
    lines.EffectiveCost,
    lines.Rate,
    lines.ReportedCost,
    lines.CostShare,
    if(lines.x_Line in ('row', 'total'), exchange_rate.Source, null) as Source
from lines
left join exchange_rate on exchange_rate.BillingPeriodStart = $period_start
    and exchange_rate.FromCurrency = lines.BillingCurrency
    and exchange_rate.ToCurrency = lines.ReportingCurrency
order by list_position(['row', 'rest', 'total', 'sum', 'check'], lines.x_Line), lines.OwnerCost desc, lines.Owner, lines.ReportedCost desc, lines.BillingCurrency;
