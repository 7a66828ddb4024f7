-- The state of each month of each source at a time:
--   open     the month is running
--   closing  up to 15 days after its end (Azure 5), or longer while it has cost without an invoice
--   closed   final; what changes from then on is a restatement
-- AWS and Azure leave InvoiceId blank until a bill is final. Some deliveries never name an invoice, such as those of an
-- enterprise agreement of Azure: cost without one counts only where the same payer and billing entity have had one in
-- any month of the source. Azure changes a month until the fifth day after it.
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
)
select
    SourceName,
    Slice,
    BillingPeriodStart,
    case
        when as_of < BillingPeriodStart + interval 1 month then 'open'
        when as_of < BillingPeriodStart + interval 1 month + if(Provider = 'azure', interval 5 days, interval 15 days) or AwaitsInvoice then 'closing'
        else 'closed'
    end as MonthState
from month;
