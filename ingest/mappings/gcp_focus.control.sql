-- What the delivery totals to before it is mapped, per billing account and currency. Google has done the sums.
select
    BillingAccountId,
    cast(null as varchar) as InvoiceId,
    'Google Cloud' as x_BillingEntity,
    BillingCurrency,
    date_trunc('month', BillingPeriodStart) as BillingPeriodStart,
    count(*) as Lines,
    0 as SplitLines,
    sum(BilledCost) as SourceCost,
    'billed' as CostBasis,
    cast(null as varchar) as Note
from raw
group by all
