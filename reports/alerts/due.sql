-- The alerts due: of each rule, month, budget and currency the finding at the highest threshold. A finding
-- without a threshold has one step, 0.
select
    RuleId,
    BillingPeriodStart,
    Severity,
    Scope,
    Subject,
    BillingCurrency,
    Cost,
    cast(coalesce(Evidence ->> '$.threshold', '0') as integer) as Step,
    Evidence ->> '$.channel' as Channel,
    cast(Evidence as varchar) as Evidence
from finding
where RuleId like 'budget/%'
    and Severity in ('warning', 'critical')
    and BillingPeriodStart >= $since
    and BillingPeriodStart < $until
qualify row_number() over (partition by RuleId, BillingPeriodStart, Scope, Subject, BillingCurrency order by Step desc) = 1
order by BillingPeriodStart, RuleId, Scope, Subject, BillingCurrency;
