-- How far each source's delivery of the month reaches, the earliest and the latest of them, and the state of the
-- month: closed once it is for all of them, open while it is for one.
with
sources as (
    select SourceName, least(max(LastCharge), cast($period_end as timestamp)) as LastCharge
    from current_import
    where BillingPeriodStart = $period_start
    group by SourceName
),
state as (
    select list_position(['open', 'closing', 'closed'], MonthState) as Place, MonthState
    from month_state($now)
    where BillingPeriodStart = $period_start
)
select
    min(LastCharge) as FirstCutOff,
    max(LastCharge) as LastCutOff,
    count(*) as Sources,
    (select arg_min(MonthState, Place) from state) as MonthState
from sources;
