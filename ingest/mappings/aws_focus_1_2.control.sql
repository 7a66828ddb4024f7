-- What the delivery totals to before it is mapped, per payer, invoice, issuer, currency and file. Negotiated
-- discounts are inside BilledCost, so that there is one basis only.
select
    BillingAccountId,
    InvoiceId,
    InvoiceIssuerName as x_BillingEntity,
    BillingCurrency,
    x_ReadFrom,
    count(*) as Lines,
    0 as SplitLines,
    sum(BilledCost) as SourceCost,
    'billed' as CostBasis,
    cast(null as varchar) as Note
from raw
group by all
