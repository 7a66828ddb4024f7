-- What the sheets ask of view reported_cost, added up once: they read this table in its place.
create temp table reported_cost as
select
    BillingPeriodStart,
    BillingCurrency,
    x_Owner,
    ServiceName,
    x_OwnerTag,
    x_Taggable,
    x_ReportingCurrency,
    x_ReportingExchangeRate,
    sum(EffectiveCost) as EffectiveCost,
    sum(x_ReportingCurrencyEffectiveCost) as x_ReportingCurrencyEffectiveCost,
    sum(x_ReportingCurrencyBilledCost) as x_ReportingCurrencyBilledCost
from main.reported_cost
where BillingPeriodStart between $trend_start and $period_start and x_ReportingCurrency is not null
group by all
