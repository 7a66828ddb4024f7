-- title: Service without a name
-- severity: info
-- owner: whoever runs Costwarden
-- why: A product that Costwarden does not know shows under the provider's code and in the category Other. Reports by
--   service and category are the poorer by its cost.
-- act: Report the code, so that the next version knows it. Until then read it as it stands.
-- method: Cost is the month's EffectiveCost of charges in the service category Other whose service name is a bare
--   code: letters, digits, dots and slashes without a blank. No saving is claimed.
-- param: minimum_cost decimal(38,18) 10 "smallest cost reported per code, up or down, in BillingCurrency"
select
    x_SourceName as Scope,
    ServiceName as Subject,
    BillingCurrency,
    sum(EffectiveCost) as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object('accounts', count(distinct SubAccountId), 'charges', sum(x_Rows)) as Evidence
from daily_cost
where BillingPeriodStart = $period_start and ServiceCategory = 'Other' and regexp_full_match(ServiceName, '[A-Za-z0-9./]{6,}')
group by Scope, Subject, BillingCurrency
having abs(sum(EffectiveCost)) >= $minimum_cost
order by Scope, Subject, BillingCurrency
