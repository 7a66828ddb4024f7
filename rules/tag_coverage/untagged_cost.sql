-- title: Cost without an owner tag
-- severity: warning
-- owner: the account's owner
-- why: A charge without an owner tag lands on the account's owner or on nobody. Below 95 percent coverage
--   few finance teams charge costs back.
-- act: Tag the resources named in the evidence with the policy's owner key, the largest first. Add a value
--   that is right but unknown to tags.yaml, and list services that cannot carry tags there as untaggable.
-- method: Cost is the EffectiveCost of the month's taggable usage, per account and service, whose tags name
--   no owner under the policy's owner key, its aliases and its values. Tax, credits, purchases, unused
--   commitments and untaggable services are left out. No saving is claimed.
-- param: minimum_cost decimal(38,18) 10 "smallest untagged cost reported per account and service, in BillingCurrency"
with
charges as (
    select
        coalesce(SubAccountId, BillingAccountId) as Scope,
        ServiceName,
        BillingCurrency,
        coalesce(ResourceId, 'no resource') as ResourceId,
        x_OwnerTag is not null as IsTagged,
        x_UnknownOwner,
        max(SubAccountName) as SubAccountName,
        sum(EffectiveCost) as EffectiveCost
    from owned_cost
    where BillingPeriodStart = $period_start and x_Taggable
    group by all
),
unknown_values as (
    select Scope, ServiceName, BillingCurrency, string_agg(distinct x_UnknownOwner, ', ' order by x_UnknownOwner) as UnknownValues
    from charges
    where x_UnknownOwner is not null
    group by all
),
resources as (
    select
        Scope,
        ServiceName,
        BillingCurrency,
        ResourceId,
        max(SubAccountName) as SubAccountName,
        sum(EffectiveCost) as TaggableCost,
        coalesce(sum(EffectiveCost) filter (not IsTagged), 0) as UntaggedCost,
        coalesce(sum(EffectiveCost) filter (x_UnknownOwner is not null), 0) as UnknownCost
    from charges
    group by all
),
ranked as (
    select *, row_number() over (partition by Scope, ServiceName, BillingCurrency order by UntaggedCost desc, ResourceId) as Place
    from resources
),
services as (
    select
        Scope,
        ServiceName,
        BillingCurrency,
        max(SubAccountName) as SubAccountName,
        sum(TaggableCost) as TaggableCost,
        sum(UntaggedCost) as UntaggedCost,
        sum(UnknownCost) as UnknownCost,
        count(*) filter (UntaggedCost <> 0) as UntaggedResources,
        max(ResourceId) filter (Place = 1 and UntaggedCost > 0) as Resource1,
        max(UntaggedCost) filter (Place = 1 and UntaggedCost > 0) as Resource1Cost,
        max(ResourceId) filter (Place = 2 and UntaggedCost > 0) as Resource2,
        max(UntaggedCost) filter (Place = 2 and UntaggedCost > 0) as Resource2Cost,
        max(ResourceId) filter (Place = 3 and UntaggedCost > 0) as Resource3,
        max(UntaggedCost) filter (Place = 3 and UntaggedCost > 0) as Resource3Cost
    from ranked
    group by all
)
select
    services.Scope,
    services.ServiceName as Subject,
    services.BillingCurrency,
    services.UntaggedCost as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object(
        'account_name', services.SubAccountName,
        'account_owner', account.Owner,
        'taggable_cost', services.TaggableCost,
        'tagged_cost', services.TaggableCost - services.UntaggedCost,
        'coverage_percent', cast(floor(round(1000 * (services.TaggableCost - services.UntaggedCost) / services.TaggableCost, 6)) / 10 as decimal(38,1)),
        'unknown_values', unknown_values.UnknownValues,
        'unknown_value_cost', services.UnknownCost,
        'untagged_resources', services.UntaggedResources,
        'resource_1', services.Resource1,
        'resource_1_cost', services.Resource1Cost,
        'resource_2', services.Resource2,
        'resource_2_cost', services.Resource2Cost,
        'resource_3', services.Resource3,
        'resource_3_cost', services.Resource3Cost
    ) as Evidence
from services
left join unknown_values using (Scope, ServiceName, BillingCurrency)
left join policy_account as account on account.SubAccountId = services.Scope
where services.UntaggedCost >= $minimum_cost and services.TaggableCost > 0
order by Scope, Subject, BillingCurrency
