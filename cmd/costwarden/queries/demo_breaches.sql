-- The budgets that were broken in any month up to $month, and those that came near in it.
select
    strftime(BillingPeriodStart, '%Y-%m') as Month,
    Subject,
    BillingCurrency,
    Cost,
    cast(Evidence ->> '$.amount' as decimal(38,18)) as Amount,
    cast(Evidence ->> '$.percent' as decimal(38,1)) as Percent,
    Severity = 'critical' as Broken
from finding
where RuleId = 'budget/breach'
    and BillingPeriodStart <= $month
    and (Severity = 'critical' or BillingPeriodStart = $month)
order by Broken desc, Month desc, Percent desc, Subject
