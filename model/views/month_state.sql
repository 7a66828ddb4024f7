-- The state of each month of each source at a time:
--   open     the month is running
--   closing  up to 15 days after its end (Azure 5), or longer while it has cost without an invoice
--   closed   final; what changes from then on is a restatement
-- AWS and Azure leave InvoiceId blank until a bill is final. Some deliveries never name an invoice, such as those of an
-- enterprise agreement of Azure: cost without one counts only where the same payer and billing entity have had one in
-- any month of the source. Azure changes a month until the fifth day after it.
-- Google Cloud names no invoice and says of no month that it is final. Its months end at midnight in California.
-- One closes with the tenth of the next month, once no row has come for 72 hours, and once it has tax where the month
-- before had some: that comes with the invoice. It waits for tax no longer than for one more invoice. A row that
-- comes later opens it again for 72 hours.
create or replace macro pacific(midnight) as timezone('UTC', timezone('America/Los_Angeles', midnight));
create or replace macro month_state(as_of) as table
with
total as (
    select
        import.SourceName,
        import.Slice,
        import.BillingPeriodStart,
        import.Provider,
        coalesce(bool_or(import_total.InvoiceId is null and import_total.BilledCost <> 0), false) as IsUninvoiced,
        coalesce(bool_or(import_total.InvoiceId is not null), false) as IsInvoiced,
        import_total.BillingAccountId,
        import_total.x_BillingEntity
    from current_import as import
    left join import_total using (ImportId)
    group by all
),
awaited as (
    select
        *,
        IsUninvoiced and bool_or(IsInvoiced) over (partition by SourceName, BillingAccountId, x_BillingEntity) as AwaitsInvoice
    from total
),
month as (
    select SourceName, Slice, BillingPeriodStart, Provider, bool_or(AwaitsInvoice) as AwaitsInvoice
    from awaited
    group by all
),
google as (
    select
        SourceName,
        Slice,
        pacific(BillingPeriodStart + interval 1 month) as MonthEnd,
        pacific(BillingPeriodStart + interval 1 month + interval 9 days) as InvoicedBy,
        pacific(BillingPeriodStart + interval 2 months + interval 9 days) as TaxedBy,
        NewestExport,
        HasTax,
        lag(HasTax) over months and lag(BillingPeriodStart) over months = BillingPeriodStart - interval 1 month as HadTax
    from current_import
    where Provider = 'gcp'
    window months as (partition by SourceName order by BillingPeriodStart)
)
select
    month.SourceName,
    month.Slice,
    month.BillingPeriodStart,
    case
        when as_of < coalesce(google.MonthEnd, BillingPeriodStart + interval 1 month) then 'open'
        when google.InvoicedBy is null and as_of < BillingPeriodStart + interval 1 month + if(Provider = 'azure', interval 5 days, interval 15 days) then 'closing'
        when google.InvoicedBy is null and AwaitsInvoice then 'closing'
        when as_of < google.InvoicedBy or as_of < google.NewestExport + interval 72 hours then 'closing'
        when google.HadTax and not google.HasTax and as_of < google.TaxedBy then 'closing'
        else 'closed'
    end as MonthState
from month
left join google using (SourceName, Slice);
