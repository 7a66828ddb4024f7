-- The findings of the two newest months, per rule and currency.
select
    strftime(BillingPeriodStart, '%Y-%m') as Month,
    RuleId,
    Severity,
    BillingCurrency,
    count(*) as Findings,
    cast(sum(Cost) as decimal(38,2)) as Cost,
    cast(sum(MonthlySaving) as decimal(38,2)) as MonthlySaving
from finding
where BillingPeriodStart >= (select max(BillingPeriodStart) from current_import) - interval 1 month
group by all
order by Month desc, RuleId, Severity, BillingCurrency
