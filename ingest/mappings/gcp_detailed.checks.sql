-- What figures of a bill must come to by others of the same bill:
--   commitment           purchases of a commitment are what was used and what lay unused of it
--   commitment_offset    what Google took off the fees of a spend-based commitment is what its usage cost
--   effective_cost       effective cost is billed cost, spread otherwise
--   unknown_cost_type    rows of a type nobody knows, which are kept as Adjustment; 0 is expected
--   unknown_credit_type  credits of a type nobody knows, which are taken as discounts; 0 is expected
with
charge as (
    select * from cost where x_ImportId = $import_id
),
commitment as (
    select
        CommitmentDiscountId,
        BillingAccountId,
        BillingCurrency,
        sum(BilledCost) as billed,
        sum(EffectiveCost) as effective,
        sum(EffectiveCost) filter (CommitmentDiscountStatus = 'Used' and CommitmentDiscountType = 'Spend-based CUD'
            and (x_Discounts ->> 'COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE') is null) as covered
    from charge
    where CommitmentDiscountId is not null
    group by all
),
offsets as (
    select
        coalesce(subscription_instance_id, 'Spend-based CUD') as CommitmentDiscountId,
        billing_account_id as BillingAccountId,
        currency as BillingCurrency,
        -sum(gcp_credit(credits, 'FEE_UTILIZATION_OFFSET')) as taken_off
    from raw
    where len(credits) > 0
    group by all
    having taken_off <> 0
),
credit as (
    select currency as BillingCurrency, unnest(credits, recursive := true)
    from raw
    where len(credits) > 0
),
found as (
    select 'commitment' as CheckName, CommitmentDiscountId as Subject, BillingCurrency, billed as Expected, effective as Found
    from commitment
    union all
    select 'commitment_offset', coalesce(CommitmentDiscountId, 'Spend-based CUD'), BillingCurrency, coalesce(taken_off, 0), coalesce(covered, 0)
    from offsets
    full join commitment using (CommitmentDiscountId, BillingAccountId, BillingCurrency)
    where coalesce(taken_off, 0) <> 0 or coalesce(covered, 0) <> 0
    union all
    select 'effective_cost', BillingAccountId, BillingCurrency, sum(BilledCost), sum(EffectiveCost)
    from charge
    group by BillingAccountId, BillingCurrency
    union all
    select 'unknown_cost_type', x_LineItemType, BillingCurrency, 0, sum(BilledCost)
    from charge
    where x_LineItemType not in ('regular', 'tax', 'adjustment', 'rounding_error', 'PROMOTION', 'RESELLER_MARGIN')
    group by x_LineItemType, BillingCurrency
    union all
    select 'unknown_credit_type', coalesce(type, 'none'), BillingCurrency, 0, sum(amount)
    from credit
    where coalesce(type, 'none') not in (
        'COMMITTED_USAGE_DISCOUNT', 'COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE', 'DISCOUNT', 'FEE_UTILIZATION_OFFSET', 'FREE_TIER',
        'PROMOTION', 'RESELLER_MARGIN', 'SUBSCRIPTION_BENEFIT', 'SUSTAINED_USAGE_DISCOUNT')
    group by type, BillingCurrency
)
select
    CheckName,
    Subject,
    cast(null as date) as ChargeDate,
    BillingCurrency,
    cast(Expected as decimal(38, 18)) as Expected,
    cast(Found as decimal(38, 18)) as Found
from found
