-- What the files total to together, where the mapping's control says it file by file.
create or replace temp table control as
select
    BillingAccountId,
    InvoiceId,
    x_BillingEntity,
    BillingCurrency,
    cast(sum(Lines) as bigint) as Lines,
    cast(sum(SplitLines) as bigint) as SplitLines,
    sum(SourceCost) as SourceCost,
    max(CostBasis) as CostBasis,
    string_agg(distinct Note, '; ' order by Note) as Note
from file_control
group by all
