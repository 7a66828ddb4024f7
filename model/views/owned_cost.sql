-- daily_cost with its owner: the owner tag as the policy folds it, else the account's owner.
-- x_UnknownOwner is an owner tag whose value the policy does not list; it owns nothing.
-- x_Taggable is false where no one could have set a tag: tax, credits, purchases, what a commitment
-- left unused, services the policy calls untaggable, charges of no account and no resource, such as support of
-- Google Cloud, and what is no resource of Azure, such as software as a service.
create or replace view owned_cost as
select
    daily_cost.*,
    tag_set.x_OwnerTag,
    tag_set.x_UnknownOwner,
    coalesce(tag_set.x_OwnerTag, account.Owner, 'Unallocated') as x_Owner,
    daily_cost.ChargeCategory = 'Usage'
        and coalesce(daily_cost.CommitmentDiscountStatus, 'Used') = 'Used'
        and coalesce(daily_cost.SubAccountId, daily_cost.ResourceId, cast(daily_cost.Tags as varchar)) is not null
        and (daily_cost.ProviderName <> 'Microsoft' or coalesce(starts_with(daily_cost.ResourceId, '/subscriptions/'), false))
        and untaggable.ServiceName is null as x_Taggable
from daily_cost
left join tag_set on tag_set.BillingPeriodStart = daily_cost.BillingPeriodStart and tag_set.Tags = daily_cost.Tags
left join policy_account as account on account.SubAccountId = daily_cost.SubAccountId
left join policy_untaggable as untaggable on untaggable.ServiceName = daily_cost.ServiceName;
