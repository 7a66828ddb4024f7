-- title: Columns that must hold a value do
-- source: FOCUS 1.2, the nullability of InvoiceIssuerName, PublisherName, ChargeDescription, ChargeFrequency, ServiceSubcategory
-- note: The columns without which there is no bill are held to it by the load. ChargeFrequency and ServiceSubcategory may be left
--   out altogether, but not of some charges.
with supplied as (
    select
        x_ImportId,
        count(ChargeFrequency) > 0 as HasChargeFrequency,
        count(ServiceSubcategory) > 0 as HasServiceSubcategory
    from cost
    group by all
)
select
    unnest(list_filter([
        if(InvoiceIssuerName is null, 'InvoiceIssuerName is empty', null),
        if(PublisherName is null, 'PublisherName is empty', null),
        if(ChargeDescription is null, 'ChargeDescription is empty', null),
        if(ChargeFrequency is null and HasChargeFrequency, 'ChargeFrequency is empty', null),
        if(ServiceSubcategory is null and HasServiceSubcategory, 'ServiceSubcategory is empty', null)
    ], lambda rule: rule is not null)) as Rule,
    ChargeCategory || ' of ' || ServiceName as Found,
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
join supplied using (x_ImportId)
