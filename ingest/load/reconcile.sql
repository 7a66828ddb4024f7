-- Each total of the files beside the total of the rows written from them. Equal or the load is undone.
insert into import_total by name
with written as (
    select
        BillingAccountId,
        InvoiceId,
        x_BillingEntity,
        BillingCurrency,
        sum(BilledCost) as BilledCost,
        sum(EffectiveCost) as EffectiveCost,
        sum(ListCost) as ListCost,
        sum(ContractedCost) as ContractedCost,
        count(*) as CostRows
    from cost
    where x_ImportId = $import_id
    group by all
)
select
    $import_id as ImportId,
    coalesce(control.BillingAccountId, written.BillingAccountId) as BillingAccountId,
    coalesce(control.InvoiceId, written.InvoiceId) as InvoiceId,
    coalesce(control.x_BillingEntity, written.x_BillingEntity) as x_BillingEntity,
    coalesce(control.BillingCurrency, written.BillingCurrency) as BillingCurrency,
    coalesce(control.SourceCost, 0) as SourceCost,
    coalesce(written.BilledCost, 0) as BilledCost,
    coalesce(written.EffectiveCost, 0) as EffectiveCost,
    coalesce(written.ListCost, 0) as ListCost,
    coalesce(written.ContractedCost, 0) as ContractedCost,
    coalesce(written.CostRows, 0) as CostRows
from control
full join written
    on control.BillingAccountId = written.BillingAccountId
    and control.InvoiceId is not distinct from written.InvoiceId
    and control.x_BillingEntity is not distinct from written.x_BillingEntity
    and control.BillingCurrency = written.BillingCurrency
