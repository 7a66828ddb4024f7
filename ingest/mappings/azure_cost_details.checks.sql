-- What the two files must agree on, and what commitment rows must come to:
--   amortized_cost       effective cost is the amortized cost, per payer
--   both_files           what both files should hold is the same in both, per payer
--   commitment_purchase  buying a commitment spends nothing: its effective cost is 0
--   commitment_usage     using a commitment, or not, bills nothing: its billed cost is 0
with
expected as (
    select
        BillingAccountId,
        BillingCurrency,
        sum(AmortizedCost) as amortized_cost,
        sum(SharedActual) as shared_actual,
        sum(SharedAmortized) as shared_amortized
    from control
    group by all
),
loaded as (
    select BillingAccountId, BillingCurrency, sum(EffectiveCost) as effective
    from import_total
    where ImportId = $import_id
    group by all
),
commitment as (
    select CommitmentDiscountId, ChargeCategory, BillingCurrency, sum(EffectiveCost) as effective, sum(BilledCost) as billed
    from cost
    where x_ImportId = $import_id and CommitmentDiscountId is not null
    group by all
),
found as (
    select 'amortized_cost' as CheckName, BillingAccountId as Subject, BillingCurrency, amortized_cost as Expected, effective as Found
    from expected
    join loaded using (BillingAccountId, BillingCurrency)
    union all
    select 'both_files', BillingAccountId, BillingCurrency, shared_actual, shared_amortized
    from expected
    where shared_actual <> 0 or shared_amortized <> 0
    union all
    select 'commitment_purchase', CommitmentDiscountId, BillingCurrency, 0, effective
    from commitment
    where ChargeCategory = 'Purchase'
    union all
    select 'commitment_usage', CommitmentDiscountId, BillingCurrency, 0, billed
    from commitment
    where ChargeCategory = 'Usage'
)
select
    CheckName,
    Subject,
    cast(null as date) as ChargeDate,
    BillingCurrency,
    cast(Expected as decimal(38, 18)) as Expected,
    cast(Found as decimal(38, 18)) as Found
from found
