-- The totals that do not tie.
select
    BillingAccountId,
    coalesce(InvoiceId, 'none yet') as InvoiceId,
    coalesce(x_BillingEntity, 'none') as x_BillingEntity,
    BillingCurrency,
    SourceCost,
    BilledCost
from import_total
where ImportId = $import_id and SourceCost <> BilledCost
order by all
