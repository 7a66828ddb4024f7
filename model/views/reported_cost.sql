-- owned_cost with its amounts in the reporting currency beside those in BillingCurrency. Each row is converted and
-- rounded by itself, at the rate of its billing month, so that however rows are grouped the parts add up to the total:
-- x_ReportingCurrencyBilledCost is BilledCost times x_ReportingExchangeRate, which is 1 where the bill is in
-- x_ReportingCurrency already. To read the rate or an amount of a row that has no rate is an error.
create or replace view reported_cost as
with
reporting as (
    select Value as Currency from policy_setting where Name = 'reporting_currency'
),
rate as (
    select *, whole_rate(Rate) as WholeRate, rate_units(Rate) as RateUnits
    from exchange_rate
),
rated as (
    select
        owned_cost.*,
        reporting.Currency as x_ReportingCurrency,
        case
            when reporting.Currency is null then error('there is no reporting currency; set currency in costwarden.yaml')
            when owned_cost.BillingCurrency = reporting.Currency then 1
            when rate.Rate is not null then rate.Rate
            else error('rates.csv has no rate of ' || strftime(owned_cost.BillingPeriodStart, '%Y-%m') || ' from '
                || owned_cost.BillingCurrency || ' to ' || reporting.Currency)
        end as x_ReportingExchangeRate,
        owned_cost.BillingCurrency = reporting.Currency as InReportingCurrency,
        rate.WholeRate,
        rate.RateUnits
    from owned_cost
    left join reporting on true
    left join rate on rate.BillingPeriodStart = owned_cost.BillingPeriodStart
        and rate.FromCurrency = owned_cost.BillingCurrency
        and rate.ToCurrency = reporting.Currency
)
select
    * exclude (InReportingCurrency, WholeRate, RateUnits),
    if(InReportingCurrency, BilledCost, converted_by(BilledCost, x_ReportingExchangeRate, WholeRate, RateUnits)) as x_ReportingCurrencyBilledCost,
    if(InReportingCurrency, EffectiveCost, converted_by(EffectiveCost, x_ReportingExchangeRate, WholeRate, RateUnits)) as x_ReportingCurrencyEffectiveCost,
    if(InReportingCurrency, ListCost, converted_by(ListCost, x_ReportingExchangeRate, WholeRate, RateUnits)) as x_ReportingCurrencyListCost,
    if(InReportingCurrency, ContractedCost, converted_by(ContractedCost, x_ReportingExchangeRate, WholeRate, RateUnits)) as x_ReportingCurrencyContractedCost
from rated;
