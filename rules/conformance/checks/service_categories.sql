-- title: A service has one category
-- source: FOCUS 1.2, column ServiceCategory
with mixed as (
    select x_SourceName, BillingPeriodStart, ProviderName, ServiceName, string_agg(distinct ServiceCategory, ', ' order by ServiceCategory) as Categories
    from cost
    group by all
    having count(distinct ServiceCategory) > 1
)
select
    'a service in several categories' as Rule,
    ServiceName || ': ' || Categories as Found,
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
join mixed using (x_SourceName, BillingPeriodStart, ProviderName, ServiceName)
