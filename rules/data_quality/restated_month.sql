-- title: Closed month changed
-- severity: warning
-- owner: whoever keeps the books
-- why: The month was closed: its workbook was handed out and its cost charged back. Since then the provider has
--   changed it, or a new release of Costwarden has mapped it anew (table restatement, FromImportId equal to ToImportId),
--   and reports of the same month no longer agree.
-- act: Look up the accounts and services in the workbook's sheet Restatements. Book the change in the running month,
--   or hand out the month's workbook anew. Ask the provider where the reason is not known.
-- method: Cost is the change of the month's BilledCost of an account in a source, summed over the deliveries that
--   came after the month was closed (table restatement). A month is closed 15 days after its end, of Azure 5,
--   once no cost awaits its invoice. moved adds up what each service went up or down. No saving is claimed.
-- param: minimum_change decimal(38,18) 1 "smallest sum of changes reported, up and down, billed or effective, in BillingCurrency"
with
service as (
    select
        coalesce(SubAccountId, 'no account') as Scope,
        SourceName,
        BillingCurrency,
        ServiceName,
        sum(BilledCostDelta) as BilledChange,
        sum(EffectiveCostDelta) as EffectiveChange,
        count(distinct ToImportId) as Deliveries,
        max(RestatedAt) as LastChangedAt
    from restatement
    where BillingPeriodStart = $period_start and State = 'closed'
    group by all
),
ranked as (
    select
        *,
        row_number() over (
            partition by Scope, SourceName, BillingCurrency
            order by abs(BilledChange) desc, abs(EffectiveChange) desc, ServiceName
        ) as Place
    from service
),
account as (
    select
        Scope,
        SourceName,
        BillingCurrency,
        sum(BilledChange) as BilledChange,
        sum(EffectiveChange) as EffectiveChange,
        greatest(sum(abs(BilledChange)), sum(abs(EffectiveChange))) as Moved,
        max(Deliveries) as Deliveries,
        max(LastChangedAt) as LastChangedAt,
        max(ServiceName) filter (Place = 1) as Service1,
        max(BilledChange) filter (Place = 1) as Service1Change,
        max(ServiceName) filter (Place = 2) as Service2,
        max(BilledChange) filter (Place = 2) as Service2Change,
        max(ServiceName) filter (Place = 3) as Service3,
        max(BilledChange) filter (Place = 3) as Service3Change
    from ranked
    group by all
),
present as (
    select coalesce(SubAccountId, 'no account') as Scope, x_SourceName as SourceName, BillingCurrency, sum(BilledCost) as BilledCost
    from daily_cost
    where BillingPeriodStart = $period_start
    group by all
)
select
    Scope,
    SourceName as Subject,
    BillingCurrency,
    BilledChange as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object(
        'billed_before', coalesce(present.BilledCost, 0) - BilledChange,
        'billed_now', coalesce(present.BilledCost, 0),
        'effective_change', EffectiveChange,
        'moved', Moved,
        'deliveries', Deliveries,
        'last_changed_at', strftime(LastChangedAt, '%Y-%m-%d %H:%M'),
        'service_1', Service1,
        'service_1_change', Service1Change,
        'service_2', Service2,
        'service_2_change', Service2Change,
        'service_3', Service3,
        'service_3_change', Service3Change
    ) as Evidence
from account
left join present using (Scope, SourceName, BillingCurrency)
where Moved >= $minimum_change
order by Scope, Subject, BillingCurrency
