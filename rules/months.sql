-- The months that charges are loaded for, with the imports they came from, how those were mapped and how often they
-- changed the month.
with
loaded as (
    select distinct daily_cost.BillingPeriodStart, concat_ws(' ', x_ImportId, Mapping) as Loaded
    from daily_cost
    left join current_import on ImportId = x_ImportId
),
restated as (
    select BillingPeriodStart, count(*) as Changes from restatement group by all
)
select
    BillingPeriodStart,
    concat_ws(' ', string_agg(Loaded, ' ' order by Loaded), max(Changes)) as Imports
from loaded
left join restated using (BillingPeriodStart)
group by BillingPeriodStart
order by BillingPeriodStart
