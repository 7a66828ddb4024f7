-- What each owner cost in the reporting currency, all bills together, the total, and its check against daily_cost
-- converted row by row. DueToRates is what this month's cost would differ by at the rates of the month before, of
-- currencies charged in both months.
with
rates as (
    select
        BillingCurrency,
        max(x_ReportingExchangeRate) filter (where BillingPeriodStart = $period_start) as Rate,
        max(x_ReportingExchangeRate) filter (where BillingPeriodStart = $previous_start) as PreviousRate
    from reported_cost
    where BillingPeriodStart in ($previous_start, $period_start) and x_ReportingCurrency is not null
    group by BillingCurrency
),
costs as (
    select
        x_Owner,
        x_ReportingCurrency as ReportingCurrency,
        BillingCurrency,
        coalesce(sum(x_ReportingCurrencyEffectiveCost) filter (where BillingPeriodStart = $period_start), 0) as ThisMonth,
        coalesce(sum(x_ReportingCurrencyEffectiveCost) filter (where BillingPeriodStart = $previous_start), 0) as PreviousMonth,
        coalesce(sum(EffectiveCost) filter (where BillingPeriodStart = $period_start), 0) as BillingCurrencyCost
    from reported_cost
    where BillingPeriodStart in ($previous_start, $period_start) and x_ReportingCurrency is not null
    group by x_Owner, x_ReportingCurrency, BillingCurrency
),
owners as (
    select
        x_Owner,
        ReportingCurrency,
        sum(ThisMonth) as ThisMonth,
        sum(PreviousMonth) as PreviousMonth,
        coalesce(sum(converted(BillingCurrencyCost, Rate) - converted(BillingCurrencyCost, PreviousRate)), 0) as DueToRates
    from costs
    join rates using (BillingCurrency)
    group by x_Owner, ReportingCurrency
),
ranked as (
    select *, row_number() over (partition by ReportingCurrency order by abs(ThisMonth) desc, abs(PreviousMonth) desc, x_Owner) <= $detail_rows as Listed
    from owners
),
total as (
    select ReportingCurrency, sum(ThisMonth) as ThisMonth, sum(PreviousMonth) as PreviousMonth, sum(DueToRates) as DueToRates
    from owners
    group by ReportingCurrency
),
loaded as (
    select
        coalesce(sum(converted(EffectiveCost, Rate)) filter (where BillingPeriodStart = $period_start), 0) as ThisMonth,
        coalesce(sum(converted(EffectiveCost, PreviousRate)) filter (where BillingPeriodStart = $previous_start), 0) as PreviousMonth
    from daily_cost
    join rates using (BillingCurrency)
    where BillingPeriodStart in ($previous_start, $period_start)
),
lines as (
    select if(Listed, 'row', 'rest') as x_Line, if(Listed, x_Owner, 'All other owners') as Owner, ReportingCurrency,
        sum(ThisMonth) as ThisMonth, sum(PreviousMonth) as PreviousMonth, sum(DueToRates) as DueToRates
    from ranked
    group by all
    union all
    select 'total', 'Total', ReportingCurrency, ThisMonth, PreviousMonth, DueToRates
    from total
    union all
    select 'check', 'Check: loaded less total', ReportingCurrency,
        loaded.ThisMonth - total.ThisMonth, loaded.PreviousMonth - total.PreviousMonth, null
    from total
    cross join loaded
)
select
    lines.x_Line,
    lines.Owner,
    lines.ReportingCurrency,
    lines.ThisMonth,
    lines.PreviousMonth,
    lines.ThisMonth - lines.PreviousMonth as Change,
    lines.DueToRates,
    lines.ThisMonth - lines.PreviousMonth - lines.DueToRates as DueToCost,
    case when lines.PreviousMonth > 0 then (lines.ThisMonth - lines.PreviousMonth) / lines.PreviousMonth end as ChangeShare,
    case when lines.x_Line <> 'check' and total.ThisMonth > 0 then lines.ThisMonth / total.ThisMonth end as CostShare
from lines
join total using (ReportingCurrency)
order by list_position(['row', 'rest', 'total', 'check'], lines.x_Line), lines.ThisMonth desc, lines.PreviousMonth desc, lines.Owner;
