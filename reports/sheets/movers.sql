-- What moved most since the month before, by owner, account and service: the 40 largest changes per
-- currency that are at least 0.5 % of the currency's cost; the smaller ones are one line, so the total ties.
with
costs as (
    select
        BillingCurrency,
        x_Owner,
        coalesce(max(SubAccountName) || ' (' || SubAccountId || ')', SubAccountId, 'no account') as SubAccount,
        ServiceName,
        coalesce(sum(EffectiveCost) filter (where BillingPeriodStart = $period_start), 0) as ThisMonth,
        coalesce(sum(EffectiveCost) filter (where BillingPeriodStart = $previous_start), 0) as PreviousMonth
    from owned_cost
    where BillingPeriodStart in ($previous_start, $period_start)
    group by BillingCurrency, x_Owner, SubAccountId, ServiceName
),
ranked as (
    select
        *,
        row_number() over (partition by BillingCurrency order by abs(ThisMonth - PreviousMonth) desc, x_Owner, SubAccount, ServiceName) <= 40
            and abs(ThisMonth - PreviousMonth) > 0
            and abs(ThisMonth - PreviousMonth) * 200 >= abs(sum(ThisMonth) over (partition by BillingCurrency)) as Listed
    from costs
),
lines as (
    select
        if(Listed, 'row', 'rest') as x_Line,
        if(Listed, x_Owner, 'All smaller changes') as Owner,
        if(Listed, SubAccount, null) as SubAccount,
        if(Listed, ServiceName, null) as ServiceName,
        BillingCurrency,
        sum(ThisMonth) as ThisMonth,
        sum(PreviousMonth) as PreviousMonth
    from ranked
    group by all
    union all
    select 'total', 'Total', null, null, BillingCurrency, sum(ThisMonth), sum(PreviousMonth)
    from costs
    group by BillingCurrency
)
select
    x_Line,
    Owner,
    SubAccount,
    ServiceName,
    BillingCurrency,
    ThisMonth,
    PreviousMonth,
    ThisMonth - PreviousMonth as Change,
    case when PreviousMonth > 0 then (ThisMonth - PreviousMonth) / PreviousMonth end as ChangeShare,
    case when x_Line = 'row' and PreviousMonth = 0 then 'new' when x_Line = 'row' and ThisMonth = 0 then 'gone' end as Note
from lines
order by list_position(['row', 'rest', 'total'], x_Line), BillingCurrency, abs(ThisMonth - PreviousMonth) desc, Owner, SubAccount, ServiceName;
