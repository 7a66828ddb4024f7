-- An amount at a rate, rounded half away from zero to 18 digits. Both are split at the point, so that nothing but the
-- last product is rounded: decimals of 38 digits do not hold the product of two.
create or replace macro converted(amount, rate) as
cast(cast(trunc(amount) as decimal(20,0)) * cast(trunc(rate) as decimal(18,0)) as decimal(38,18))
    + cast(trunc(amount) as decimal(20,0)) * cast(rate % 1 as decimal(18,18))
    + cast(amount % 1 as decimal(18,18)) * cast(trunc(rate) as decimal(18,0))
    + cast(cast(amount % 1 as decimal(18,18)) * cast(rate % 1 as decimal(18,18)) as decimal(38,18));

-- owned_cost with its amounts in the reporting currency beside those in BillingCurrency. Each row is converted and
-- rounded by itself, at the rate of its billing month, so that however rows are grouped the parts add up to the total:
-- x_ReportingCurrencyBilledCost is BilledCost times x_ReportingExchangeRate, which is 1 where the bill is in
-- x_ReportingCurrency already. To read the rate or an amount of a row that has no rate is an error.
create or replace view reported_cost as
with
reporting as (
    select Value as Currency from policy_setting where Name = 'reporting_currency'
),
rated as (
    select
        owned_cost.*,
        reporting.Currency as x_ReportingCurrency,
        case
            when reporting.Currency is null then error('there is no reporting currency; set currency in costwarden.yaml')
            when owned_cost.BillingCurrency = reporting.Currency then 1
            when exchange_rate.Rate is not null then exchange_rate.Rate
            else error('rates.csv has no rate of ' || strftime(owned_cost.BillingPeriodStart, '%Y-%m') || ' from '
                || owned_cost.BillingCurrency || ' to ' || reporting.Currency)
        end as x_ReportingExchangeRate
    from owned_cost
    left join reporting on true
    left join exchange_rate on exchange_rate.BillingPeriodStart = owned_cost.BillingPeriodStart
        and exchange_rate.FromCurrency = owned_cost.BillingCurrency
        and exchange_rate.ToCurrency = reporting.Currency
)
select
    *,
    converted(BilledCost, x_ReportingExchangeRate) as x_ReportingCurrencyBilledCost,
    converted(EffectiveCost, x_ReportingExchangeRate) as x_ReportingCurrencyEffectiveCost,
    converted(ListCost, x_ReportingExchangeRate) as x_ReportingCurrencyListCost,
    converted(ContractedCost, x_ReportingExchangeRate) as x_ReportingCurrencyContractedCost
from rated;
