-- What the delivery totals to before it is mapped, per billing account and currency: cost and all credits of each
-- row, as Google's invoice adds them up. Nothing here knows of commitments or of kinds of charges.
with
total as (
    select
        billing_account_id as BillingAccountId,
        currency as BillingCurrency,
        strptime(invoice_month, '%Y%m') as BillingPeriodStart,
        count(*) as Lines,
        sum(cost) + coalesce(sum(list_sum(list_transform(credits, lambda credit: credit.amount))), 0) as SourceCost
    from raw
    group by all
),
unknown as (
    select
        'rows of the unknown cost type ' || cost_type || ' are kept as Adjustment: ' || count(*) || ', '
            || digits(sum(cost)) || ' ' || currency as unknown_type
    from raw
    where cost_type not in ('regular', 'tax', 'adjustment', 'rounding_error')
    group by cost_type, currency
)
select
    BillingAccountId,
    cast(null as varchar) as InvoiceId,
    'Google Cloud' as x_BillingEntity,
    BillingCurrency,
    BillingPeriodStart,
    Lines,
    0 as SplitLines,
    SourceCost,
    'net' as CostBasis,
    (select string_agg(unknown_type, '; ' order by unknown_type) from unknown) as Note
from total
