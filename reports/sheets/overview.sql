-- The month in one line per currency: cost, the month before, tag coverage in money.
-- The currency with the most charges comes first; it is the one that is charted.
with
months as (
    select
        BillingCurrency,
        sum(EffectiveCost) filter (where BillingPeriodStart = $period_start) as EffectiveCost,
        sum(BilledCost) filter (where BillingPeriodStart = $period_start) as BilledCost,
        sum(ListCost) filter (where BillingPeriodStart = $period_start) as ListCost,
        sum(EffectiveCost) filter (where BillingPeriodStart = $previous_start) as PreviousCost,
        sum(EffectiveCost) filter (where BillingPeriodStart = $period_start and x_Taggable) as TaggableCost,
        sum(EffectiveCost) filter (where BillingPeriodStart = $period_start and x_Taggable and x_OwnerTag is null) as UntaggedCost,
        sum(x_Rows) filter (where BillingPeriodStart = $period_start) as Charges
    from owned_cost
    where BillingPeriodStart in ($previous_start, $period_start)
    group by BillingCurrency
)
select
    BillingCurrency,
    EffectiveCost,
    BilledCost,
    ListCost,
    PreviousCost,
    EffectiveCost - PreviousCost as Change,
    case when PreviousCost > 0 then (EffectiveCost - PreviousCost) / PreviousCost end as ChangeShare,
    coalesce(UntaggedCost, 0) as UntaggedCost,
    case when TaggableCost > 0 then (TaggableCost - coalesce(UntaggedCost, 0)) / TaggableCost end as TagCoverage
from months
where EffectiveCost is not null
order by Charges desc, BillingCurrency;
