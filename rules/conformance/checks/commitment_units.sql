-- title: A commitment is counted in one unit
-- source: FOCUS 1.2, column CommitmentDiscountUnit
with mixed as (
    select x_SourceName, CommitmentDiscountId, string_agg(distinct CommitmentDiscountUnit, ', ' order by CommitmentDiscountUnit) as Units
    from cost
    where CommitmentDiscountId is not null
    group by all
    having count(distinct CommitmentDiscountUnit) > 1
)
select
    'a commitment in several units' as Rule,
    CommitmentDiscountId || ': ' || Units as Found,
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
join mixed using (x_SourceName, CommitmentDiscountId)
