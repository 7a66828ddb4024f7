-- What rightsizing would save each month, per rule and currency.
select
    RuleId,
    BillingCurrency,
    count(*) as Findings,
    cast(sum(MonthlySaving) as decimal(38,18)) as MonthlySaving
from finding
where RuleId like 'rightsizing/%' and BillingPeriodStart = $month
group by RuleId, BillingCurrency
order by BillingCurrency, MonthlySaving desc, RuleId
