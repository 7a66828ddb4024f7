-- How many findings the months from $since to $until have, and how many of them are broken budgets: findings of
-- budget/breach below critical are budgets that came near.
select
    count(*) as Findings,
    count(*) filter (where RuleId = 'budget/breach' and Severity = 'critical') as Breaches
from finding
where BillingPeriodStart >= coalesce(cast($since as timestamp), '-infinity')
    and BillingPeriodStart <= coalesce(cast($until as timestamp), 'infinity')
