-- title: Cost rounded before it was delivered
-- severity: info
-- owner: whoever set up the export
-- why: Providers price usage to ten decimals and more. Where each charge has two, something in between has rounded them:
--   small charges became zero, and the total is off by what was cut.
-- act: Load the provider's own export in the place of one that went through a spreadsheet or another tool.
-- method: Cost is the month's EffectiveCost of usage per source where at least the given share of the amounts has no
--   more than two decimals. Amounts are those of daily_cost, which are sums; sums of rounded charges are round.
--   No saving is claimed.
-- param: minimum_amounts bigint 200 "fewest amounts that are judged, per source and BillingCurrency"
-- param: round_share decimal(5,4) 0.98 "share of round amounts from which on they count as rounded"
with
usage as (
    select x_SourceName as Scope, BillingCurrency, EffectiveCost
    from daily_cost
    where BillingPeriodStart = $period_start and ChargeCategory = 'Usage' and EffectiveCost <> 0
)
select
    Scope,
    'usage' as Subject,
    BillingCurrency,
    sum(EffectiveCost) as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object(
        'amounts', count(*),
        'round_amounts', count(*) filter (EffectiveCost = round(EffectiveCost, 2))
    ) as Evidence
from usage
group by Scope, BillingCurrency
having count(*) >= $minimum_amounts and count(*) filter (EffectiveCost = round(EffectiveCost, 2)) >= $round_share * count(*)
order by Scope, BillingCurrency
