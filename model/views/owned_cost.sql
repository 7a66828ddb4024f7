-- daily_cost with its owner: the owner tag as the policy folds it, else the account's owner.
-- x_Taggable is false where no one could have set a tag: tax, credits, purchases, untaggable services.
create or replace view owned_cost as
select
    daily_cost.*,
    tag_set.x_OwnerTag,
    coalesce(tag_set.x_OwnerTag, account.Owner, 'Unallocated') as x_Owner,
    daily_cost.ChargeCategory = 'Usage'
        and coalesce(daily_cost.CommitmentDiscountStatus, 'Used') = 'Used'
        and untaggable.ServiceName is null as x_Taggable
from daily_cost
left join tag_set on tag_set.Tags = daily_cost.Tags
left join policy_account as account on account.SubAccountId = daily_cost.SubAccountId
left join policy_untaggable as untaggable on untaggable.ServiceName = daily_cost.ServiceName;
