-- What rules found that saves money, and rightsizing findings that claim no saving. Findings on one resource may overlap, so the total counts the
-- largest saving of each resource once.
with
resources as (
    select BillingCurrency, ResourceId, x_Owner, sum(EffectiveCost) as EffectiveCost
    from owned_cost
    where BillingPeriodStart = $period_start
        and ResourceId in (select Subject from finding where BillingPeriodStart = $period_start)
    group by BillingCurrency, ResourceId, x_Owner
),
owner as (
    select BillingCurrency, ResourceId, x_Owner
    from resources
    qualify row_number() over (partition by BillingCurrency, ResourceId order by EffectiveCost desc, x_Owner) = 1
),
found as (
    select
        finding.*,
        coalesce(owner.x_Owner, account.Owner, 'Unallocated') as Owner,
        row_number() over (
            partition by finding.BillingCurrency
            order by finding.MonthlySaving desc nulls last, finding.RuleId, finding.Scope, finding.Subject
        ) <= $detail_rows as Listed
    from finding
    left join owner on owner.BillingCurrency = finding.BillingCurrency and owner.ResourceId = finding.Subject
    left join policy_account as account on account.SubAccountId = finding.Scope
    where finding.BillingPeriodStart = $period_start and (finding.MonthlySaving is not null or finding.RuleId like 'rightsizing/%')
),
once as (
    select BillingCurrency, Scope, Subject, max(Cost) as Cost, max(MonthlySaving) as MonthlySaving, count(*) as Findings
    from found
    group by BillingCurrency, Scope, Subject
),
lines as (
    select
        if(Listed, 'row', 'rest') as x_Line,
        if(Listed, Owner, 'All smaller findings') as Owner,
        if(Listed, Scope, null) as SubAccountId,
        if(Listed, Subject, null) as ResourceId,
        BillingCurrency,
        sum(Cost) as EffectiveCost,
        sum(MonthlySaving) as MonthlySaving,
        count(*) as Findings,
        if(Listed, RuleId, null) as RuleId,
        if(Listed, json_extract_string($acts, '$."' || RuleId || '"'), null) as Act,
        if(
            Listed,
            array_to_string(list_transform(json_keys(Evidence), lambda key: replace(key, '_', ' ') || ': ' || coalesce(Evidence ->> ('$."' || replace(key, '"', '\"') || '"'), '')), ', '),
            null
        ) as Evidence
    from found
    group by all
    union all
    select 'total', 'Total, the largest finding of each resource', null, null, BillingCurrency, sum(Cost), sum(MonthlySaving), cast(sum(Findings) as bigint), null, null, null
    from once
    group by BillingCurrency
)
select *
from lines
order by list_position(['row', 'rest', 'total'], x_Line), BillingCurrency, MonthlySaving desc nulls last, RuleId, SubAccountId, ResourceId;
