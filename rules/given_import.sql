-- The imports that the rows of a case's given.csv would have come with, one per month.
insert into import by name
select
    x_ImportId as ImportId,
    x_SourceName as SourceName,
    x_Slice as Slice,
    BillingPeriodStart,
    'focus' as Provider,
    'focus_1_2' as Format,
    'csv' as Encoding,
    x_ImportId as Version,
    'billed' as CostBasis,
    'current' as State,
    1 as Files,
    1 as Bytes,
    count(*) as RawRows,
    count(*) as CostRows,
    0 as SplitRows,
    min(ChargePeriodStart) as FirstCharge,
    max(ChargePeriodEnd) as LastCharge,
    max(BillingPeriodEnd) as LoadedAt
from cost
group by all
