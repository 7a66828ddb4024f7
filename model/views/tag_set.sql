-- Each distinct set of tags with the owner it names. Spellings are folded by the policy: keys and values
-- are compared lower-cased and trimmed, aliases count, the alias with the lowest rank wins.
create or replace view tag_set as
with
tag_sets as (
    select distinct Tags from daily_cost where Tags is not null
),
pairs as (
    select Tags, unnest(json_keys(Tags)) as TagKey from tag_sets
),
named as (
    select
        pairs.Tags,
        key.TagKey,
        key.Rank,
        pairs.TagKey as FoundKey,
        nullif(trim(Tags ->> ('$."' || replace(pairs.TagKey, '"', '\"') || '"')), '') as FoundValue
    from pairs
    join policy_tag_key as key on key.Alias = lower(trim(pairs.TagKey))
    join policy_setting as setting on setting.Name = 'owner_key' and setting.Value = key.TagKey
)
select
    named.Tags,
    arg_min(coalesce(value.Value, named.FoundValue), (named.Rank, named.FoundKey)) as x_OwnerTag
from named
left join policy_tag_value as value on value.TagKey = named.TagKey and value.Alias = lower(named.FoundValue)
where named.FoundValue is not null
group by named.Tags;
