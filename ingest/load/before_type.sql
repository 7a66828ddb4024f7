-- What each type of line of the slice totals to before it is replaced.
create or replace temp table before_type as
select x_ImportId as ImportId, coalesce(x_LineItemType, ChargeCategory) as LineType, BillingCurrency, sum(BilledCost) as BilledCost
from cost
where x_SourceName = $source_name and x_Slice = $slice
group by all
