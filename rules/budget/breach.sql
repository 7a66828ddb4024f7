-- title: Budget reached a threshold
-- severity: critical
-- owner: the budget's owner
-- why: A team can still act on what it learns while the month runs; after the close it can only explain.
-- act: Look at the services named in the evidence and what changed in them. Stop what is not wanted, or agree
--   on another amount and write it into budgets.csv.
-- method: Cost is the month's EffectiveCost of the budget's account in the budget's currency, without tax and
--   credits (view budgeted_cost). A budget is found once the cost reaches its first threshold: critical from
--   100 percent of the amount on, a warning below. Percents are rounded down. No saving is claimed.
with
budget as (
    select *
    from policy_budget
    where FirstMonth <= $period_start and coalesce(LastMonth, $period_start) >= $period_start
),
services as (
    select
        SubAccountId,
        BillingCurrency,
        ServiceName,
        coalesce(sum(EffectiveCost) filter (BillingPeriodStart = $period_start), 0) as Cost,
        coalesce(sum(EffectiveCost) filter (BillingPeriodStart < $period_start), 0) as PreviousCost,
        max(x_ChargeDate) filter (BillingPeriodStart = $period_start and ChargeCategory = 'Usage') as LastUsage
    from budgeted_cost
    where BillingPeriodStart in ($period_start, $period_start - interval 1 month)
    group by all
),
ranked as (
    select
        *,
        {'name': ServiceName, 'cost': Cost, 'change': Cost - PreviousCost} as Driver,
        row_number() over (partition by SubAccountId, BillingCurrency order by Cost desc, ServiceName) as Place
    from services
),
actual as (
    select
        SubAccountId,
        BillingCurrency,
        sum(Cost) as ActualCost,
        sum(PreviousCost) as PreviousCost,
        max(LastUsage) as LastUsage,
        max(Driver) filter (Place = 1 and Cost > 0) as Driver1,
        max(Driver) filter (Place = 2 and Cost > 0) as Driver2,
        max(Driver) filter (Place = 3 and Cost > 0) as Driver3
    from ranked
    group by all
),
used as (
    select
        budget.*,
        actual.* exclude (SubAccountId, BillingCurrency),
        list_max(list_filter(Thresholds, lambda step: step * Amount <= 100 * ActualCost)) as Reached
    from budget
    join actual using (SubAccountId, BillingCurrency)
)
select
    used.SubAccountId as Scope,
    used.Budget as Subject,
    used.BillingCurrency,
    used.ActualCost as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object(
        'budget', used.Budget,
        'amount', used.Amount,
        'actual', used.ActualCost,
        'percent', cast(floor(round(1000 * used.ActualCost / used.Amount, 6)) / 10 as decimal(38,1)),
        'threshold', used.Reached,
        'previous_month', used.PreviousCost,
        'data_until', used.LastUsage,
        'owner', coalesce(used.Owner, account.Owner),
        'contact', coalesce(used.Contact, account.Contact),
        'channel', coalesce(used.Channel, account.Channel),
        'driver_1', used.Driver1.name,
        'driver_1_cost', used.Driver1.cost,
        'driver_1_change', used.Driver1.change,
        'driver_2', used.Driver2.name,
        'driver_2_cost', used.Driver2.cost,
        'driver_2_change', used.Driver2.change,
        'driver_3', used.Driver3.name,
        'driver_3_cost', used.Driver3.cost,
        'driver_3_change', used.Driver3.change
    ) as Evidence,
    if(used.ActualCost >= used.Amount, 'critical', 'warning') as Severity
from used
left join policy_account as account on account.SubAccountId = used.SubAccountId
where used.Reached is not null
order by Scope, Subject
