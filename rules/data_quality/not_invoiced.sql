-- title: Last month's cost still without an invoice
-- severity: warning
-- owner: whoever keeps the books
-- why: A provider names the invoice once a bill is final. Cost that has none by the middle of the next month was
--   forgotten, is disputed, or its final delivery never came; the month cannot be closed.
-- act: Compare with the provider's invoices. Where they are out, see that the export still delivers the month.
-- method: Judged once the month's usage has reached its 16th day. Cost is the BilledCost of the month before, per payer,
--   that names no invoice, where the payer and billing entity have had one in the source before. No saving is
--   claimed.
-- param: minimum_cost decimal(38,18) 1 "smallest cost reported, up or down, in BillingCurrency"
with
reached as (
    select x_SourceName
    from past_cost
    where BillingPeriodStart = $period_start and ChargeCategory = 'Usage'
    group by all
    having max(x_ChargeDate) >= $period_start + interval 15 days
),
invoicing as (
    select distinct x_SourceName, BillingAccountId, x_BillingEntity
    from daily_cost
    where InvoiceId is not null and BillingPeriodStart <= $period_start
)
select
    charge.BillingAccountId as Scope,
    charge.x_SourceName || ' ' || strftime($period_start - interval 1 month, '%Y-%m') as Subject,
    charge.BillingCurrency,
    sum(charge.BilledCost) as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object('charges', sum(charge.x_Rows)) as Evidence
from daily_cost as charge
join reached on reached.x_SourceName = charge.x_SourceName
join invoicing
    on invoicing.x_SourceName = charge.x_SourceName
    and invoicing.BillingAccountId = charge.BillingAccountId
    and invoicing.x_BillingEntity is not distinct from charge.x_BillingEntity
where charge.BillingPeriodStart = $period_start - interval 1 month and charge.InvoiceId is null and charge.BilledCost <> 0
group by Scope, Subject, charge.BillingCurrency
having abs(sum(charge.BilledCost)) >= $minimum_cost
order by Scope, Subject, charge.BillingCurrency
