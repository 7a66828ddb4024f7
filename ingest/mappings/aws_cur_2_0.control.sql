-- What the delivery totals to before it is mapped, per payer, invoice, billing entity, currency and file, and on
-- which cost basis: one for all lines of a payer. Net costs are what the invoice shows where the payer has discounts in columns. Where
-- discount lines stand beside them, net is right only if both bases total the same; else the lines count.
with
line as (
    select
        *,
        split_line_item_parent_resource_id is not null
            or coalesce(line_item_operation in ('EKSPod-EC2', 'ECSTask-EC2'), false) as split
    from raw
),
total as (
    select
        bill_payer_account_id as BillingAccountId,
        bill_invoice_id as InvoiceId,
        bill_billing_entity as x_BillingEntity,
        line_item_currency_code as BillingCurrency,
        bill_billing_period_start_date as BillingPeriodStart,
        x_ReadFrom,
        count(*) as Lines,
        count_if(split) as SplitLines,
        count_if(split and line_item_unblended_cost <> 0) as costly_splits,
        coalesce(sum(line_item_unblended_cost) filter (split), 0) as split_cost,
        count_if(line_item_line_item_type like '%Discount') as discount_lines,
        count_if(not split and line_item_net_unblended_cost is not null) as net_lines,
        count_if(not split and line_item_net_unblended_cost is null and line_item_unblended_cost <> 0) as lines_without_net,
        count_if(line_item_line_item_type = 'SavingsPlanCoveredUsage') as covered_lines,
        count_if(line_item_line_item_type = 'SavingsPlanNegation') as negation_lines,
        coalesce(sum(line_item_unblended_cost) filter (not split), 0) as unblended,
        coalesce(sum(coalesce(line_item_net_unblended_cost, line_item_unblended_cost)) filter (not split), 0) as net
    from line
    group by all
),
costly as (
    select
        sum(costly_splits) || ' split-cost lines carry ' || digits(sum(split_cost)) || ' ' || BillingCurrency
            || ' of their own, which is left out: the instances they split carry it' as costly_split
    from total
    group by BillingCurrency
    having sum(costly_splits) > 0
),
unknown as (
    select
        'lines of the unknown type ' || line_item_line_item_type || ' are kept as Adjustment: '
            || count(*) || ', ' || digits(sum(line_item_unblended_cost)) || ' ' || line_item_currency_code as unknown_type
    from line
    where not split and line_item_line_item_type <> 'SavingsPlanNegation'
        and line_item_line_item_type not in (select kind from aws_line_kind)
    group by line_item_line_item_type, line_item_currency_code
),
currency_total as (
    select
        BillingAccountId as payer,
        BillingCurrency,
        sum(net) = sum(unblended) as same,
        sum(net_lines) as net_lines,
        sum(discount_lines) as discount_lines,
        sum(lines_without_net) as lines_without_net,
        sum(covered_lines) as covered_lines,
        sum(negation_lines) as negation_lines
    from total
    group by all
),
basis as (
    select
        payer,
        if(sum(net_lines) > 0 and (sum(discount_lines) = 0 or bool_and(same)), 'net', 'unblended') as CostBasis,
        sum(lines_without_net) as lines_without_net,
        sum(covered_lines) > 0 and sum(negation_lines) = 0 as no_negation
    from currency_total
    group by all
)
select
    BillingAccountId,
    InvoiceId,
    x_BillingEntity,
    BillingCurrency,
    BillingPeriodStart,
    x_ReadFrom,
    Lines,
    SplitLines,
    if(CostBasis = 'net', net, unblended) as SourceCost,
    CostBasis,
    concat_ws('; ', case
        when no_negation then error('the delivery has Savings Plan covered usage but no negation lines: '
            || 'the export''s SQL filters them out and its totals cannot match the bill; remove the filter')
        when CostBasis = 'net' and basis.lines_without_net > 0
            then basis.lines_without_net || ' lines carry no net cost; their unblended cost is taken'
    end,
        (select string_agg(costly_split, '; ' order by costly_split) from costly),
        (select string_agg(unknown_type, '; ' order by unknown_type) from unknown),
        (select 'payers are on their own cost basis: ' || string_agg(payer || ' ' || CostBasis, ', ' order by payer)
            from basis having count(distinct CostBasis) > 1)) as Note
from total
join basis on basis.payer is not distinct from total.BillingAccountId
