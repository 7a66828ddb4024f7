-- The months that charges are loaded for, with the imports they came from.
select BillingPeriodStart, string_agg(x_ImportId, ' ' order by x_ImportId) as Imports
from (select distinct BillingPeriodStart, x_ImportId from daily_cost)
group by BillingPeriodStart
order by BillingPeriodStart
