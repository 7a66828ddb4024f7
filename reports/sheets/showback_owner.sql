-- What each owner cost, a total per currency, and the check of that total against daily_cost.
with
owners as (
    select
        BillingCurrency,
        x_Owner,
        coalesce(sum(EffectiveCost) filter (where BillingPeriodStart = $period_start), 0) as ThisMonth,
        coalesce(sum(EffectiveCost) filter (where BillingPeriodStart = $previous_start), 0) as PreviousMonth
    from owned_cost
    where BillingPeriodStart in ($previous_start, $period_start)
    group by BillingCurrency, x_Owner
),
loaded as (
    select
        BillingCurrency,
        coalesce(sum(EffectiveCost) filter (where BillingPeriodStart = $period_start), 0) as ThisMonth,
        coalesce(sum(EffectiveCost) filter (where BillingPeriodStart = $previous_start), 0) as PreviousMonth
    from daily_cost
    where BillingPeriodStart in ($previous_start, $period_start)
    group by BillingCurrency
),
ranked as (
    select *, row_number() over (partition by BillingCurrency order by abs(ThisMonth) desc, abs(PreviousMonth) desc, x_Owner) <= $detail_rows as Listed
    from owners
),
total as (
    select BillingCurrency, sum(ThisMonth) as ThisMonth, sum(PreviousMonth) as PreviousMonth
    from owners
    group by BillingCurrency
),
lines as (
    select if(Listed, 'row', 'rest') as x_Line, if(Listed, x_Owner, 'All other owners') as Owner, BillingCurrency,
        sum(ThisMonth) as ThisMonth, sum(PreviousMonth) as PreviousMonth
    from ranked
    group by all
    union all
    select 'total', 'Total', BillingCurrency, ThisMonth, PreviousMonth
    from total
    union all
    select 'check', 'Check: cost loaded less total', BillingCurrency,
        coalesce(loaded.ThisMonth, 0) - coalesce(total.ThisMonth, 0),
        coalesce(loaded.PreviousMonth, 0) - coalesce(total.PreviousMonth, 0)
    from loaded
    full join total using (BillingCurrency)
)
select
    lines.x_Line,
    lines.Owner,
    if(lines.x_Line = 'check', null, 'All services') as ServiceName,
    lines.BillingCurrency,
    lines.ThisMonth,
    lines.PreviousMonth,
    lines.ThisMonth - lines.PreviousMonth as Change,
    case when lines.PreviousMonth > 0 then (lines.ThisMonth - lines.PreviousMonth) / lines.PreviousMonth end as ChangeShare,
    case when lines.x_Line <> 'check' and total.ThisMonth > 0 then lines.ThisMonth / total.ThisMonth end as CostShare
from lines
left join total using (BillingCurrency)
order by list_position(['row', 'rest', 'total', 'check'], lines.x_Line), lines.BillingCurrency, lines.ThisMonth desc, lines.PreviousMonth desc, lines.Owner;
