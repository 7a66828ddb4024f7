-- What the delivery totals to before it is mapped, per payer, invoice, issuer, currency and file.
select
    lower(BillingAccountId) as BillingAccountId,
    InvoiceId,
    coalesce(InvoiceIssuerName, 'Microsoft') as x_BillingEntity,
    BillingCurrency,
    x_ReadFrom,
    count(*) as Lines,
    0 as SplitLines,
    sum(BilledCost) as SourceCost,
    'billed' as CostBasis,
    cast(null as varchar) as Note
from raw
group by all
