-- The closed months that a later delivery changed: one line per delivery and currency, the newest first.
select
    SourceName,
    Slice,
    date_trunc('second', RestatedAt) as RestatedAt,
    BillingCurrency,
    count(distinct SubAccountId) as Accounts,
    cast(sum(BilledCostDelta) as decimal(38,2)) as BilledCostDelta,
    cast(sum(EffectiveCostDelta) as decimal(38,2)) as EffectiveCostDelta,
    arg_max(ServiceName, abs(BilledCostDelta)) as MostOnService
from restatement
where State = 'closed'
group by all
order by RestatedAt desc, SourceName, Slice desc, BillingCurrency
