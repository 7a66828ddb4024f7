-- What each owner cost in each cloud; the smallest beyond the limit are one line per currency.
with
providers as (
    select
        BillingCurrency,
        x_Owner,
        ProviderName,
        coalesce(sum(EffectiveCost) filter (where BillingPeriodStart = $period_start), 0) as ThisMonth,
        coalesce(sum(EffectiveCost) filter (where BillingPeriodStart = $previous_start), 0) as PreviousMonth
    from owned_cost
    where BillingPeriodStart in ($previous_start, $period_start)
    group by BillingCurrency, x_Owner, ProviderName
),
ranked as (
    select
        *,
        sum(ThisMonth) over (partition by BillingCurrency) as Total,
        row_number() over (partition by BillingCurrency order by abs(ThisMonth) desc, abs(PreviousMonth) desc, x_Owner, ProviderName) <= $detail_rows as Listed
    from providers
),
lines as (
    select
        if(Listed, 'row', 'rest') as x_Line,
        if(Listed, x_Owner, 'All smaller lines') as Owner,
        if(Listed, ProviderName, 'All providers') as ProviderName,
        BillingCurrency,
        Total,
        sum(ThisMonth) as ThisMonth,
        sum(PreviousMonth) as PreviousMonth
    from ranked
    group by all
)
select
    x_Line,
    Owner,
    ProviderName,
    BillingCurrency,
    ThisMonth,
    PreviousMonth,
    ThisMonth - PreviousMonth as Change,
    case when PreviousMonth > 0 then (ThisMonth - PreviousMonth) / PreviousMonth end as ChangeShare,
    case when Total > 0 then ThisMonth / Total end as CostShare
from lines
order by list_position(['row', 'rest'], x_Line), BillingCurrency, sum(ThisMonth) over (partition by x_Line, BillingCurrency, Owner) desc, Owner, ThisMonth desc, ProviderName;
