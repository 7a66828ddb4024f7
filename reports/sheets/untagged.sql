-- Cost that could carry an owner tag and does not, by resource, with the tag found that the policy does not
-- know, and the owner to ask: the account's
-- owner in the policy, else whoever owns most of the account's tagged cost in that currency.
with
untagged as (
    select
        BillingCurrency,
        SubAccountId,
        coalesce(max(SubAccountName) || ' (' || SubAccountId || ')', SubAccountId, 'no account') as SubAccount,
        ServiceName,
        coalesce(ResourceId, 'no resource') as ResourceId,
        x_UnknownOwner,
        sum(EffectiveCost) as EffectiveCost
    from owned_cost
    where BillingPeriodStart = $period_start and x_Taggable and x_OwnerTag is null
    group by BillingCurrency, SubAccountId, ServiceName, ResourceId, x_UnknownOwner
),
tagged as (
    select BillingCurrency, SubAccountId, x_OwnerTag, sum(EffectiveCost) as EffectiveCost
    from owned_cost
    where BillingPeriodStart = $period_start and x_OwnerTag is not null
    group by BillingCurrency, SubAccountId, x_OwnerTag
),
neighbour as (
    select BillingCurrency, SubAccountId, x_OwnerTag as Owner
    from tagged
    qualify row_number() over (partition by BillingCurrency, SubAccountId order by EffectiveCost desc, x_OwnerTag) = 1
),
ranked as (
    select
        untagged.*,
        coalesce(account.Owner, neighbour.Owner) as SuggestedOwner,
        case when account.Owner is not null then 'owns the account'
            when neighbour.Owner is not null then 'most tagged cost in the account' end as Reason,
        row_number() over (
            partition by untagged.BillingCurrency
            order by abs(untagged.EffectiveCost) desc, untagged.SubAccount, untagged.ServiceName, untagged.ResourceId, untagged.x_UnknownOwner
        ) <= $detail_rows as Listed
    from untagged
    left join policy_account as account on account.SubAccountId = untagged.SubAccountId
    left join neighbour on neighbour.BillingCurrency = untagged.BillingCurrency and neighbour.SubAccountId = untagged.SubAccountId
),
total as (
    select BillingCurrency, sum(EffectiveCost) as EffectiveCost
    from untagged
    group by BillingCurrency
),
lines as (
    select
        if(Listed, 'row', 'rest') as x_Line,
        if(Listed, SubAccount, 'All smaller lines') as SubAccount,
        if(Listed, ServiceName, null) as ServiceName,
        if(Listed, ResourceId, null) as ResourceId,
        if(Listed, x_UnknownOwner, null) as UnknownOwner,
        BillingCurrency,
        sum(EffectiveCost) as EffectiveCost,
        if(Listed, SuggestedOwner, null) as SuggestedOwner,
        if(Listed, Reason, null) as Reason
    from ranked
    group by all
    union all
    select 'total', 'Total', null, null, null, BillingCurrency, EffectiveCost, null, null
    from total
)
select lines.*, case when total.EffectiveCost > 0 then lines.EffectiveCost / total.EffectiveCost end as CostShare
from lines
join total using (BillingCurrency)
order by list_position(['row', 'rest', 'total'], x_Line), BillingCurrency, lines.EffectiveCost desc, SubAccount, ServiceName, ResourceId, UnknownOwner;
