-- The months that charges are loaded for, with the imports they came from and how often those changed the month.
with
loaded as (
    select distinct BillingPeriodStart, x_ImportId from daily_cost
),
restated as (
    select BillingPeriodStart, count(*) as Changes from restatement group by all
)
select
    BillingPeriodStart,
    concat_ws(' ', string_agg(x_ImportId, ' ' order by x_ImportId), max(Changes)) as Imports
from loaded
left join restated using (BillingPeriodStart)
group by BillingPeriodStart
order by BillingPeriodStart
