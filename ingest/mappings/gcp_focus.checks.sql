-- FOCUS's commitment rows: buying a commitment spends nothing, using it bills nothing. Google's export spreads nothing
-- over the term of a commitment, so that a difference here is what effective cost is off by:
--   commitment_purchase  effective cost of the purchases of a commitment; 0 is expected
select
    'commitment_purchase' as CheckName,
    CommitmentDiscountId as Subject,
    cast(null as date) as ChargeDate,
    BillingCurrency,
    cast(0 as decimal(38, 18)) as Expected,
    cast(sum(EffectiveCost) as decimal(38, 18)) as Found
from cost
where x_ImportId = $import_id and CommitmentDiscountId is not null and ChargeCategory = 'Purchase'
group by all
