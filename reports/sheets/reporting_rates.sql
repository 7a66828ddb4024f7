-- The rates that the workbook's thirteen months are converted at, with what they convert: a line for each month and
-- currency, the newest first. BookedAt is null where the month has not been reported as closed and the rate may change.
with
costs as (
    select
        BillingPeriodStart,
        BillingCurrency,
        x_ReportingCurrency,
        sum(EffectiveCost) as EffectiveCost,
        sum(x_ReportingCurrencyEffectiveCost) as ReportedCost
    from reported_cost
    where BillingPeriodStart between $trend_start and $period_start and BillingCurrency <> x_ReportingCurrency
    group by BillingPeriodStart, BillingCurrency, x_ReportingCurrency
)
select
    'row' as x_Line,
    costs.BillingPeriodStart,
    costs.BillingCurrency,
    costs.x_ReportingCurrency as ReportingCurrency,
    costs.EffectiveCost,
    exchange_rate.Rate,
    costs.ReportedCost,
    exchange_rate.Source,
    exchange_rate.BookedAt
from costs
join exchange_rate on exchange_rate.BillingPeriodStart = costs.BillingPeriodStart
    and exchange_rate.FromCurrency = costs.BillingCurrency
    and exchange_rate.ToCurrency = costs.x_ReportingCurrency
order by costs.BillingPeriodStart desc, costs.BillingCurrency;
