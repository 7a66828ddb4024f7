-- Charges that begin after the month was loaded: the days to come of a commitment. They are in the total.
select
    'future_dated' as CheckName,
    coalesce(CommitmentDiscountId, ServiceName) as Subject,
    cast(null as date) as ChargeDate,
    BillingCurrency,
    cast(0 as decimal(38, 18)) as Expected,
    sum(EffectiveCost) as Found
from cost
where x_ImportId = $import_id and ChargePeriodStart > getvariable('loaded_at')
group by all
