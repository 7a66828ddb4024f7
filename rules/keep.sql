-- A rule's checked result becomes its findings of the month.
insert into finding by name
select
    cast($rule_id as varchar) as RuleId,
    cast($period_start as timestamp) as BillingPeriodStart,
    coalesce(Severity, cast($severity as varchar)) as Severity,
    Scope,
    Subject,
    BillingCurrency,
    Cost,
    MonthlySaving,
    Evidence
from found
order by Scope, Subject, BillingCurrency
