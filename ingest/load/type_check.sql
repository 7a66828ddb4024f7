-- Each type of line beside what it came to in the delivery before. That a running month grows is no fault.
with
after as (
    select coalesce(x_LineItemType, ChargeCategory) as LineType, BillingCurrency, sum(BilledCost) as BilledCost
    from cost
    where x_ImportId = $import_id
    group by all
)
select
    'previous_delivery' as CheckName,
    coalesce(after.LineType, before_type.LineType) as Subject,
    cast(null as date) as ChargeDate,
    coalesce(after.BillingCurrency, before_type.BillingCurrency) as BillingCurrency,
    coalesce(before_type.BilledCost, 0) as Expected,
    coalesce(after.BilledCost, 0) as Found
from after
full join before_type
    on before_type.LineType = after.LineType and before_type.BillingCurrency = after.BillingCurrency
where exists (from before_type where ImportId <> $import_id)
