-- title: Instances of a previous generation
-- severity: info
-- owner: the resource's owner
-- why: Newer instance families cost less for the same size and do more work in an hour. Old ones rarely get
--   cheaper, and one day they are withdrawn.
-- act: Move the resource to the family named in the evidence, at the same size, after a test. Where a commitment
--   covers it, move when the commitment ends or if it covers the newer family as well.
-- method: Cost is the month's EffectiveCost of the resource's instance hours on a family listed below, Spot left
--   out. MonthlySaving is the part of it that no commitment covers, times the share by which the newer family
--   is cheaper. For EC2 and burstable nodes the share compares public on-demand prices of AWS for one size in
--   US East (N. Virginia), Linux or MySQL or Redis, rounded down to whole percents. For other RDS instances it
--   is 10 and for other ElastiCache nodes 5 percent, what the Cloud Intelligence Dashboards of AWS assume for
--   Graviton. Other regions and engines differ a little. A running month shows its saving so far.
-- param: minimum_saving decimal(38,18) 1 "smallest MonthlySaving reported, in BillingCurrency"
-- param: minimum_cost decimal(38,18) 10 "smallest Cost reported where commitments cover all and no saving is claimed"
with
-- Hourly prices compared, old and new: t1.micro 0.020 and 0.0104, t2.micro 0.0116 and 0.0104, m1.large 0.175,
-- m3.large 0.133, m4.large 0.100 and 0.096, c3.large 0.105, c4.large 0.100 and 0.085, r3.large 0.166, r4.large
-- 0.133 and 0.126, i2.xlarge 0.853 and 0.343, d2.xlarge 0.690 and 0.499, db.t2.medium 0.068 and 0.065,
-- cache.t2.medium 0.068 and 0.065.
family (Family, Successor, SavingShare) as (
    values
        ('t1', 't3', 0.48), ('t2', 't3', 0.10),
        ('m1', 'm6i', 0.45), ('m3', 'm6i', 0.27), ('m4', 'm6i', 0.04),
        ('c3', 'c6i', 0.19), ('c4', 'c6i', 0.15),
        ('r3', 'r6i', 0.24), ('r4', 'r6i', 0.05),
        ('i2', 'i4i', 0.59), ('d2', 'd3', 0.27),
        ('db.t2', 'db.t4g', 0.04),
        ('db.m3', 'db.m6g', 0.10), ('db.m4', 'db.m6g', 0.10), ('db.r3', 'db.r6g', 0.10), ('db.r4', 'db.r6g', 0.10),
        ('cache.t2', 'cache.t4g', 0.04),
        ('cache.m3', 'cache.m6g', 0.05), ('cache.m4', 'cache.m6g', 0.05),
        ('cache.r3', 'cache.r6g', 0.05), ('cache.r4', 'cache.r6g', 0.05)
),
usage as (
    select
        coalesce(SubAccountId, BillingAccountId) as Scope,
        coalesce(ResourceId, 'no resource') as ResourceId,
        BillingCurrency,
        x_InstanceType,
        x_UsageType,
        sum(PricingQuantity) as Hours,
        sum(EffectiveCost) as Cost,
        coalesce(sum(EffectiveCost) filter (CommitmentDiscountStatus is null), 0) as UncoveredCost
    from daily_cost
    where BillingPeriodStart = $period_start
        and x_InstanceType is not null
        and ChargeCategory = 'Usage'
        and coalesce(PricingCategory, 'Standard') <> 'Dynamic'
        and coalesce(CommitmentDiscountStatus, 'Used') = 'Used'
    group by all
),
instance_hours as (
    select
        Scope,
        ResourceId,
        BillingCurrency,
        x_InstanceType,
        regexp_extract(x_InstanceType, '^((db|cache)\.)?[^.]+') as Family,
        sum(Hours) as Hours,
        sum(Cost) as Cost,
        sum(UncoveredCost) as UncoveredCost
    from usage
    where regexp_matches(x_UsageType, '(^|-)(BoxUsage|DedicatedUsage|InstanceUsage|Multi-AZUsage|NodeUsage)(:|$)')
    group by all
),
resources as (
    select
        Scope,
        ResourceId,
        BillingCurrency,
        sum(Cost) as Cost,
        sum(UncoveredCost) as UncoveredCost,
        sum(Hours) as Hours,
        cast(sum(UncoveredCost * cast(SavingShare as decimal(3,2))) as decimal(38,18)) as Saving,
        string_agg(x_InstanceType, ', ' order by x_InstanceType) as FromTypes,
        string_agg(Successor || substr(x_InstanceType, length(Family) + 1), ', ' order by x_InstanceType) as ToTypes
    from instance_hours
    join family using (Family)
    group by all
)
select
    Scope,
    ResourceId as Subject,
    BillingCurrency,
    Cost,
    if(UncoveredCost > 0, Saving, null) as MonthlySaving,
    json_object(
        'instance_type', FromTypes,
        'newer_type', ToTypes,
        'hours', Hours,
        'uncovered_cost', UncoveredCost,
        'covered_cost', Cost - UncoveredCost,
        'saving_percent', if(UncoveredCost > 0, cast(100 * Saving / UncoveredCost as decimal(38,1)), null)
    ) as Evidence
from resources
where if(UncoveredCost > 0, Saving >= $minimum_saving, Cost >= $minimum_cost)
order by Scope, Subject, BillingCurrency
