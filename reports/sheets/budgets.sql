-- Every budget in force in the month with its actual: what view budgeted_cost counts for its account in its
-- currency, effective cost without tax and credits.
with
budget as (
    select *
    from policy_budget
    where FirstMonth <= $period_start and coalesce(LastMonth, $period_start) >= $period_start
),
actual as (
    select SubAccountId, BillingCurrency, max(SubAccountName) as SubAccountName, sum(EffectiveCost) as EffectiveCost
    from budgeted_cost
    where BillingPeriodStart = $period_start
    group by SubAccountId, BillingCurrency
)
select
    'row' as x_Line,
    budget.Budget,
    coalesce(budget.Owner, account.Owner, 'Unallocated') as Owner,
    coalesce(actual.SubAccountName || ' (' || budget.SubAccountId || ')', budget.SubAccountId) as SubAccount,
    budget.BillingCurrency,
    budget.Amount,
    coalesce(actual.EffectiveCost, 0) as EffectiveCost,
    budget.Amount - coalesce(actual.EffectiveCost, 0) as Remaining,
    case when budget.Amount > 0 then coalesce(actual.EffectiveCost, 0) / budget.Amount end as UsedShare,
    case
        when actual.EffectiveCost is null then 'no cost'
        when actual.EffectiveCost >= budget.Amount then 'breached'
        when actual.EffectiveCost * 100 >= budget.Amount * budget.Thresholds[1] then 'warning'
        else 'ok'
    end as State
from budget
left join actual using (SubAccountId, BillingCurrency)
left join policy_account as account using (SubAccountId)
order by BillingCurrency, UsedShare desc nulls last, budget.Budget;
