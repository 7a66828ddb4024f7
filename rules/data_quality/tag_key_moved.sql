-- title: Tag key vanished or appeared
-- severity: info
-- owner: whoever keeps the tag policy
-- why: A tag key counts only while it is activated for cost allocation. When it is deactivated, or renamed in a
--   deployment, its charges lose their owner from one month to the next.
-- act: Activate the key again with the provider, or give its new spelling to tags.yaml as an alias.
-- method: Compares the part of a source's usage, by EffectiveCost, that carries the key in any spelling of upper and
--   lower case, with the month before. A key has vanished when less than kept_share of that part is left, and
--   appeared when it carried nothing before. Cost is the month's cost with the key for one that appeared, and what
--   would carry it had its part stayed the same, less what does, for one that vanished (severity warning). The first
--   month of a source has nothing before it. No saving is claimed.
-- param: minimum_share decimal(5,4) 0.05 "smallest part of the usage that a key must carry in either month"
-- param: kept_share decimal(5,4) 0.2 "part of the former share below which a key has vanished"
with
sets as (
    select x_SourceName, BillingCurrency, BillingPeriodStart = $period_start as IsNow, Tags, sum(EffectiveCost) as EffectiveCost
    from daily_cost
    where ChargeCategory = 'Usage' and BillingPeriodStart in ($period_start, $period_start - interval 1 month)
    group by all
),
usage as (
    select
        x_SourceName,
        BillingCurrency,
        coalesce(sum(EffectiveCost) filter (IsNow), 0) as Cost,
        coalesce(sum(EffectiveCost) filter (not IsNow), 0) as PreviousCost
    from sets
    group by all
),
keys as (
    select distinct x_SourceName, BillingCurrency, IsNow, Tags, EffectiveCost, lower(trim(pair.key)) as TagKey
    from sets, json_each(Tags) as pair
),
carried as (
    select
        x_SourceName,
        BillingCurrency,
        TagKey,
        coalesce(sum(EffectiveCost) filter (IsNow), 0) as Cost,
        coalesce(sum(EffectiveCost) filter (not IsNow), 0) as PreviousCost
    from keys
    group by all
),
share as (
    select
        carried.*,
        cast(carried.Cost / usage.Cost as decimal(18,6)) as Share,
        cast(carried.PreviousCost / usage.PreviousCost as decimal(18,6)) as PreviousShare,
        cast(cast(carried.PreviousCost / usage.PreviousCost * usage.Cost as decimal(38,6)) as decimal(38,18)) as ExpectedCost
    from carried
    join usage using (x_SourceName, BillingCurrency)
    where usage.Cost > 0 and usage.PreviousCost > 0
)
select
    x_SourceName as Scope,
    TagKey as Subject,
    BillingCurrency,
    if(PreviousCost = 0, Cost, ExpectedCost - Cost) as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object(
        'change', if(PreviousCost = 0, 'appeared', 'vanished'),
        'cost_with_key', share.Cost,
        'previous_cost_with_key', PreviousCost,
        'percent', cast(100 * Share as decimal(18,1)),
        'previous_percent', cast(100 * PreviousShare as decimal(18,1))
    ) as Evidence,
    if(PreviousCost = 0, 'info', 'warning') as Severity
from share
where PreviousCost = 0 and Share >= $minimum_share
    or PreviousShare >= $minimum_share and Share < $kept_share * PreviousShare
order by Scope, Subject, BillingCurrency
