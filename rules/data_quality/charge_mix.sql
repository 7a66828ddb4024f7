-- title: Kind of charge jumped
-- severity: info
-- owner: whoever keeps the books
-- why: The mix of usage, commitments, tax, credits and adjustments changes slowly. A jump is mostly a credit that ran
--   out, a commitment that expired, a tax that was set wrong, or a delivery that lost or doubled a kind of line.
-- act: Look at the charges of this kind in both months. A purchase or a credit that was planned explains itself.
-- method: Compares, per source, the part of each charge category in the month's EffectiveCost, commitments used and
--   unused apart, with the month before, once the month's usage reaches its last day. Cost is the month's cost of
--   the category less what its part before would come to. No saving is claimed.
-- param: minimum_points decimal(9,2) 10 "smallest change reported, in percentage points"
-- param: minimum_cost decimal(38,18) 50 "smallest Cost reported, up or down, in BillingCurrency"
with
kind as (
    select
        x_SourceName,
        BillingCurrency,
        ChargeCategory || case
            when CommitmentDiscountStatus is not null then ', commitment ' || lower(CommitmentDiscountStatus)
            else ''
        end as Kind,
        coalesce(sum(EffectiveCost) filter (BillingPeriodStart = $period_start), 0) as Cost,
        coalesce(sum(EffectiveCost) filter (BillingPeriodStart < $period_start), 0) as PreviousCost
    from daily_cost
    where BillingPeriodStart in ($period_start, $period_start - interval 1 month)
    group by all
),
total as (
    select x_SourceName, BillingCurrency, sum(Cost) as Cost, sum(PreviousCost) as PreviousCost
    from kind
    group by all
),
complete as (
    select x_SourceName
    from past_cost
    where BillingPeriodStart = $period_start and ChargeCategory = 'Usage'
    group by all
    having max(x_ChargeDate) >= $period_end - interval 1 day
),
share as (
    select
        kind.*,
        cast(100 * kind.Cost / total.Cost as decimal(18,6)) as Percent,
        cast(100 * kind.PreviousCost / total.PreviousCost as decimal(18,6)) as PreviousPercent,
        cast(cast(kind.Cost - kind.PreviousCost / total.PreviousCost * total.Cost as decimal(38,6)) as decimal(38,18)) as Difference
    from kind
    join total using (x_SourceName, BillingCurrency)
    join complete using (x_SourceName)
    where total.Cost > 0 and total.PreviousCost > 0
)
select
    x_SourceName as Scope,
    Kind as Subject,
    BillingCurrency,
    Difference as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object(
        'cost', share.Cost,
        'previous_cost', PreviousCost,
        'percent', cast(Percent as decimal(18,1)),
        'previous_percent', cast(PreviousPercent as decimal(18,1))
    ) as Evidence
from share
where abs(Percent - PreviousPercent) >= $minimum_points and abs(Difference) >= $minimum_cost
order by Scope, Subject, BillingCurrency
