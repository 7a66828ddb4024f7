-- Rows of a rule's result that break the contract, with the reason.
with
members as (
    select Scope, Subject, BillingCurrency, count(*) as Members, count(distinct member.key) as Names,
        count(*) filter (member.type in ('OBJECT', 'ARRAY')) as Nested
    from found, json_each(Evidence) as member
    where json_type(Evidence) = 'OBJECT'
    group by all
)
select reason, Scope, Subject, BillingCurrency
from (
    select 'Scope is null' as reason, * from found where Scope is null
    union all by name
    select 'Subject is null' as reason, * from found where Subject is null
    union all by name
    select 'BillingCurrency is null' as reason, * from found where BillingCurrency is null
    union all by name
    select 'Cost is null' as reason, * from found where Cost is null
    union all by name
    select 'MonthlySaving is negative; return null where nothing is saved' as reason, * from found where MonthlySaving < 0
    union all by name
    select 'Severity is ' || coalesce(Severity, 'null') || '; want info, warning or critical' as reason, * from found
    where $with_severity and coalesce(Severity, '') not in ('info', 'warning', 'critical')
    union all by name
    select 'Evidence is not a JSON object' as reason, * from found where coalesce(json_type(Evidence), '') <> 'OBJECT'
    union all by name
    select 'Evidence is not flat; give each number its own name' as reason, * from members where Nested > 0
    union all by name
    select 'Evidence names a member twice' as reason, * from members where Names < Members
    union all by name
    select 'Scope, Subject and BillingCurrency stand in ' || count(*) || ' rows; group by them' as reason, Scope, Subject, BillingCurrency
    from found group by Scope, Subject, BillingCurrency having count(*) > 1
)
order by all
limit 20
