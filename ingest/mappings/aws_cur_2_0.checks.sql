-- What a CUR's commitments must come to, from its lines as they were delivered, on their payer's cost basis:
--   savings_plan_negation    covered usage and its negation add up to nothing, per plan
--   savings_plan_commitment  what a plan's usage spent and what it left unused is what it committed to
--   reservation              what a reservation's usage spent and what it left unused is its fee and its upfront share
--   accrual_bridge           effective cost is billed cost, less upfront fees, plus the month's share of upfront fees, per payer
-- A day of a plan is listed by itself where it is off by more than a millionth.
with
line as (
    select
        bill_payer_account_id as payer,
        line_item_currency_code as currency,
        line_item_line_item_type as kind,
        savings_plan_savings_plan_a_r_n as plan,
        reservation_reservation_a_r_n as reservation,
        cast(line_item_usage_start_date as date) as day,
        list_contains(getvariable('net_payers'), bill_payer_account_id) as net,
        if(net, coalesce(line_item_net_unblended_cost, line_item_unblended_cost), line_item_unblended_cost) as cost,
        savings_plan_savings_plan_effective_cost as plan_effective,
        savings_plan_total_commitment_to_date as plan_committed,
        savings_plan_used_commitment as plan_used,
        if(net, coalesce(savings_plan_net_amortized_upfront_commitment_for_billing_period,
            savings_plan_amortized_upfront_commitment_for_billing_period),
            savings_plan_amortized_upfront_commitment_for_billing_period) as plan_upfront,
        if(net, coalesce(reservation_net_effective_cost, reservation_effective_cost), reservation_effective_cost) as reservation_effective,
        if(net, coalesce(reservation_net_unused_amortized_upfront_fee_for_billing_period,
            reservation_unused_amortized_upfront_fee_for_billing_period, 0)
            + coalesce(reservation_net_unused_recurring_fee, reservation_unused_recurring_fee, 0),
            coalesce(reservation_unused_amortized_upfront_fee_for_billing_period, 0)
            + coalesce(reservation_unused_recurring_fee, 0)) as reservation_unused,
        if(net, coalesce(reservation_net_amortized_upfront_fee_for_billing_period,
            reservation_amortized_upfront_fee_for_billing_period),
            reservation_amortized_upfront_fee_for_billing_period) as reservation_upfront,
        kind = 'SavingsPlanUpfrontFee'
            or kind = 'Fee' and reservation is not null
            or kind = 'Refund' and line_item_tax_type is null
                and (plan is not null or reservation is not null or line_item_product_code like '%SavingsPlans') as is_upfront_fee
    from raw
    where line_item_line_item_type in ('SavingsPlanCoveredUsage', 'SavingsPlanNegation', 'SavingsPlanRecurringFee',
            'SavingsPlanUpfrontFee', 'DiscountedUsage', 'RIFee', 'Fee', 'Refund')
        and split_line_item_parent_resource_id is null
),
daily as materialized (
    select
        payer,
        currency,
        plan,
        reservation,
        day,
        count_if(kind = 'SavingsPlanCoveredUsage') as covered_lines,
        count_if(kind = 'SavingsPlanRecurringFee') as plan_fees,
        count_if(kind = 'RIFee') as reservation_fees,
        count_if(kind = 'SavingsPlanRecurringFee' and plan_upfront is null or kind = 'RIFee' and reservation_upfront is null) as fees_without_share,
        sum(cost) filter (kind = 'SavingsPlanCoveredUsage') as covered,
        sum(cost) filter (kind = 'SavingsPlanNegation') as negation,
        sum(plan_effective) filter (kind = 'SavingsPlanCoveredUsage') as plan_effective,
        sum(plan_committed) filter (kind = 'SavingsPlanRecurringFee') as plan_committed,
        sum(plan_committed - plan_used) filter (kind = 'SavingsPlanRecurringFee') as plan_unused,
        sum(plan_upfront) filter (kind = 'SavingsPlanRecurringFee') as plan_upfront,
        sum(reservation_effective) filter (kind = 'DiscountedUsage') as reservation_effective,
        sum(reservation_unused) filter (kind = 'RIFee') as reservation_unused,
        sum(reservation_upfront) filter (kind = 'RIFee') as reservation_upfront,
        sum(cost) filter (kind = 'RIFee') as reservation_fee,
        sum(cost) filter (is_upfront_fee) as upfront_fee
    from line
    group by all
),
plan_day as (
    select
        currency,
        plan,
        day,
        sum(covered_lines) as covered_lines,
        sum(plan_fees) as plan_fees,
        coalesce(sum(covered), 0) as covered,
        coalesce(sum(negation), 0) as negation,
        coalesce(sum(plan_committed), 0) as committed,
        coalesce(sum(plan_effective), 0) + coalesce(sum(plan_unused), 0) as spent
    from daily
    where plan is not null
    group by all
),
reservation_month as (
    select
        currency,
        reservation,
        coalesce(sum(reservation_fee), 0) + sum(reservation_upfront) as paid,
        coalesce(sum(reservation_effective), 0) + coalesce(sum(reservation_unused), 0) as spent
    from daily
    where reservation is not null
    group by all
    having sum(reservation_fees) > 0 and sum(reservation_upfront) is not null
),
payer_month as (
    select
        payer,
        currency,
        sum(fees_without_share) as fees_without_share,
        coalesce(sum(upfront_fee), 0) as upfront_fee,
        coalesce(sum(plan_upfront), 0) + coalesce(sum(reservation_upfront), 0) as upfront_share
    from daily
    group by all
),
loaded as (
    select BillingAccountId as payer, BillingCurrency as currency, sum(BilledCost) as billed, sum(EffectiveCost) as effective
    from import_total
    where ImportId = $import_id
    group by all
),
found as (
    select 'savings_plan_negation' as CheckName, plan as Subject, null as ChargeDate, currency as BillingCurrency,
        0 as Expected, sum(covered) + sum(negation) as Found
    from plan_day
    group by all
    having sum(covered_lines) > 0
    union all
    select 'savings_plan_negation', plan, day, currency, 0, covered + negation
    from plan_day
    where abs(covered + negation) > 0.000001
    union all
    select 'savings_plan_commitment', plan, null, currency, sum(committed), sum(spent)
    from plan_day
    group by all
    having sum(plan_fees) > 0
    union all
    select 'savings_plan_commitment', plan, day, currency, committed, spent
    from plan_day
    where plan_fees > 0 and abs(committed - spent) > 0.000001
    union all
    select 'reservation', reservation, null, currency, paid, spent
    from reservation_month
    union all
    select 'accrual_bridge', payer, null, currency, billed - coalesce(upfront_fee, 0) + coalesce(upfront_share, 0), effective
    from loaded
    left join payer_month using (payer, currency)
    where coalesce(fees_without_share, 0) = 0
)
select
    CheckName,
    Subject,
    cast(ChargeDate as date) as ChargeDate,
    BillingCurrency,
    cast(Expected as decimal(38, 18)) as Expected,
    cast(Found as decimal(38, 18)) as Found
from found
