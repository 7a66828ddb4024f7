-- What the delivery totals to before it is mapped, per payer, invoice, issuer and currency: the bill is the actual
-- cost. Beside it what the amortized cost comes to, and what each file holds of the charges that both have.
with
counted as (
    select
        BillingAccountId as account,
        BillingProfileId as profile,
        CustomerTenantId as customer,
        if(BillingAccountId is null and BillingProfileId is null and CustomerTenantId is null, SubscriptionId, null) as subscription,
        InvoiceId,
        PartnerName,
        BillingCurrencyCode as BillingCurrency,
        ChargeType as kind,
        replace(lower(PricingModel), ' ', '') in ('reservation', 'savingsplan') as is_committed,
        x_Part as part,
        count(*) as lines,
        sum(CostInBillingCurrency) as cost
    from raw
    group by all
),
sided as (
    select
        *,
        coalesce(part = 'ActualCost', false) as actual,
        coalesce(part = 'AmortizedCost', false) as amortized,
        coalesce(is_committed and kind in ('Purchase', 'Refund'), false) as buys,
        coalesce(is_committed and kind = 'Usage' or kind in ('UnusedReservation', 'UnusedSavingsPlan'), false) as covered
    from counted
),
total as (
    select
        azure_payer(account, profile, customer, subscription) as BillingAccountId,
        InvoiceId,
        coalesce(PartnerName, 'Microsoft') as x_BillingEntity,
        BillingCurrency,
        sum(lines) as Lines,
        coalesce(sum(cost) filter (not amortized), 0) as actual_cost,
        coalesce(sum(cost) filter (not actual), 0) as amortized_cost,
        coalesce(sum(cost) filter (actual and not buys), 0) as shared_actual,
        coalesce(sum(cost) filter (amortized and not buys and not covered), 0) as shared_amortized
    from sided
    group by all
),
part as (
    select
        count_if(actual) > 0 as has_actual,
        count_if(amortized) > 0 as has_amortized,
        coalesce(sum(lines) filter (kind is null and part is not null), 0) as lines_without_kind
    from sided
),
unknown as (
    select string_agg('rows of the unknown ChargeType ' || kind || ' are kept as Adjustment: ' || lines, '; ' order by kind) as note
    from (
        select kind, sum(lines) as lines
        from sided
        where kind not in ('Usage', 'Purchase', 'Refund', 'UnusedReservation', 'UnusedSavingsPlan', 'RoundingAdjustment', 'Credit', 'Tax', 'Adjustment')
            and (amortized or part is null)
        group by kind
    )
)
select
    BillingAccountId,
    InvoiceId,
    x_BillingEntity,
    BillingCurrency,
    case
        when lines_without_kind > 0 then error(lines_without_kind || ' rows have no ChargeType, which decides what they cost; '
            || 'export all columns of the data set')
        when has_actual <> has_amortized then error('the delivery has ' || if(has_actual, 'ActualCost and no row of AmortizedCost', 'AmortizedCost and no row of ActualCost')
            || '; the two make one bill: export both of the same scope and month')
        else Lines
    end as Lines,
    0 as SplitLines,
    actual_cost as SourceCost,
    'billed' as CostBasis,
    concat_ws('; ', if(shared_actual <> shared_amortized,
        'of what both files should hold the actual cost has ' || digits(shared_actual - shared_amortized) || ' ' || BillingCurrency
            || ' more than the amortized cost; the difference is kept as Adjustment (FilesDiffer)', null), unknown.note) as Note,
    amortized_cost as AmortizedCost,
    shared_actual as SharedActual,
    shared_amortized as SharedAmortized
from total, part, unknown
