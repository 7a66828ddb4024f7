-- How far each source's delivery of the month reaches: the earliest and the latest of them.
with
sources as (
    select SourceName, least(max(LastCharge), cast($period_end as timestamp)) as LastCharge
    from current_import
    where BillingPeriodStart = $period_start
    group by SourceName
)
select min(LastCharge) as FirstCutOff, max(LastCharge) as LastCutOff, count(*) as Sources
from sources;
