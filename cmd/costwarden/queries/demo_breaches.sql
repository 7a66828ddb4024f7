-- The budgets that a month broke or came near, and those that the month before broke: what the month cost, and the
-- worst month up to then.
with breach as (
    select
        Scope,
        Subject,
        BillingCurrency,
        BillingPeriodStart,
        cast(Evidence ->> '$.amount' as decimal(38,18)) as Amount,
        cast(Evidence ->> '$.percent' as decimal(38,1)) as Percent,
        Severity = 'critical' as Broken
    from finding
    where RuleId = 'budget/breach' and BillingPeriodStart <= $month
),
actual as (
    select SubAccountId as Scope, BillingCurrency, sum(EffectiveCost) as Cost
    from budgeted_cost
    where BillingPeriodStart = $month
    group by all
)
select
    Subject,
    BillingCurrency,
    cast(coalesce(any_value(actual.Cost), 0) as decimal(38,18)) as Cost,
    arg_max(breach.Amount, BillingPeriodStart) as Amount,
    cast(floor(1000 * coalesce(any_value(actual.Cost), 0) / arg_max(breach.Amount, BillingPeriodStart)) / 10 as decimal(38,1)) as Percent,
    count(*) filter (Broken) as BrokenMonths,
    max(breach.Percent) as WorstPercent,
    strftime(arg_max(BillingPeriodStart, breach.Percent), '%Y-%m') as WorstMonth
from breach
left join actual using (Scope, BillingCurrency)
group by Scope, Subject, BillingCurrency
having max(BillingPeriodStart) = $month or bool_or(Broken and BillingPeriodStart = $month - interval 1 month)
order by
    bool_or(Broken and BillingPeriodStart = $month) desc, bool_or(Broken) desc,
    Percent desc, Subject
