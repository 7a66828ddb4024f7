-- What one file of the delivery totals to, per currency.
insert into import_file_total by name
select
    $import_id as ImportId,
    $object as Object,
    BillingCurrency,
    sum(Lines) as Lines,
    sum(SourceCost) as SourceCost
from file_control
where x_ReadFrom = $path
group by BillingCurrency
