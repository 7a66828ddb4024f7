-- What providers changed in months that were closed, account by account and service by service, the newest change
-- first; the smallest beyond the limit are one line per currency.
with
account as (
    select SubAccountId, max(SubAccountName) as SubAccountName
    from daily_cost
    group by SubAccountId
),
changed as (
    select
        restatement.*,
        coalesce(account.SubAccountName || ' (' || SubAccountId || ')', SubAccountId, 'no account') as SubAccount
    from restatement
    left join account using (SubAccountId)
    where restatement.State = 'closed'
        and restatement.BillingPeriodStart >= $trend_start
        and restatement.BillingPeriodStart <= $period_start
),
ranked as (
    select
        *,
        row_number() over (
            partition by BillingCurrency
            order by abs(BilledCostDelta) desc, abs(EffectiveCostDelta) desc, RestatedAt, SourceName, BillingPeriodStart, SubAccount, ServiceName
        ) <= $detail_rows as Listed
    from changed
),
lines as (
    select
        if(Listed, 'row', 'rest') as x_Line,
        if(Listed, SourceName, 'All smaller changes') as SourceName,
        if(Listed, BillingPeriodStart, null) as BillingPeriodStart,
        if(Listed, SubAccount, null) as SubAccount,
        if(Listed, ServiceName, null) as ServiceName,
        BillingCurrency,
        if(Listed, RestatedAt, null) as RestatedAt,
        sum(OldBilledCost) as OldBilledCost,
        sum(NewBilledCost) as NewBilledCost,
        sum(BilledCostDelta) as BilledCostDelta,
        sum(EffectiveCostDelta) as EffectiveCostDelta
    from ranked
    group by all
)
select *
from lines
order by list_position(['row', 'rest'], x_Line), RestatedAt desc, BillingPeriodStart desc, SourceName, BillingCurrency, abs(BilledCostDelta) desc, SubAccount, ServiceName;
