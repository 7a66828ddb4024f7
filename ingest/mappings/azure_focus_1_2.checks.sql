-- What FOCUS's commitment rows must come to, per commitment (specification, appendix on commitment discounts):
--   commitment_purchase  buying a commitment spends nothing: its effective cost is 0
--   commitment_usage     using a commitment, or not, bills nothing: its billed cost is 0
-- Without the terms of the commitments in the delivery, what they spread over the month cannot be compared.
select
    if(ChargeCategory = 'Purchase', 'commitment_purchase', 'commitment_usage') as CheckName,
    CommitmentDiscountId as Subject,
    cast(null as date) as ChargeDate,
    BillingCurrency,
    cast(0 as decimal(38, 18)) as Expected,
    cast(sum(if(ChargeCategory = 'Purchase', EffectiveCost, BilledCost)) as decimal(38, 18)) as Found
from cost
where x_ImportId = $import_id
    and CommitmentDiscountId is not null
    and (ChargeCategory = 'Purchase' or ChargeCategory = 'Usage' and CommitmentDiscountStatus is not null)
group by all
