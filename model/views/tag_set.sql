-- Each distinct set of tags of a month with the owner it names. Keys and values are compared trimmed and in
-- lower case; where the policy lists the values of the key, only those name an owner, and what else
-- stands there is x_UnknownOwner. Of several owners in a set, the alias with the lowest rank wins.
create or replace view tag_set as
with
tag_sets as (
    select distinct BillingPeriodStart, Tags from daily_cost where Tags is not null
),
owner_key as (
    select key.*, exists (from policy_tag_value as value where value.TagKey = key.TagKey) as IsListed
    from policy_tag_key as key
    join policy_setting as setting on setting.Name = 'owner_key' and setting.Value = key.TagKey
),
found as (
    select
        tag_sets.*,
        owner_key.TagKey,
        owner_key.IsListed,
        row(owner_key.Rank, pair.key) as FoundAt,
        trim(pair.value ->> '$') as FoundValue
    from tag_sets, json_each(tag_sets.Tags) as pair
    join owner_key on owner_key.Alias = lower(trim(pair.key))
),
folded as (
    select
        found.*,
        coalesce(value.Value, if(found.IsListed, null, found.FoundValue)) as OwnerTag
    from found
    left join policy_tag_value as value on value.TagKey = found.TagKey and value.Alias = lower(found.FoundValue)
    where found.FoundValue <> ''
)
select
    BillingPeriodStart,
    Tags,
    arg_min(OwnerTag, FoundAt) filter (OwnerTag is not null) as x_OwnerTag,
    if(x_OwnerTag is null, arg_min(FoundValue, FoundAt), null) as x_UnknownOwner
from folded
group by BillingPeriodStart, Tags;
