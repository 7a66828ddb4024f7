-- The month in the reporting currency, all bills together: the key figures of the overview. DueToRates is what this
-- month's cost would differ by at the rates of the month before, of currencies charged in both. No line where there
-- is no reporting currency.
with
currencies as (
    select
        x_ReportingCurrency as ReportingCurrency,
        BillingCurrency,
        max(x_ReportingExchangeRate) filter (where BillingPeriodStart = $period_start) as Rate,
        max(x_ReportingExchangeRate) filter (where BillingPeriodStart = $previous_start) as PreviousRate,
        sum(EffectiveCost) filter (where BillingPeriodStart = $period_start) as BillingCurrencyCost,
        sum(x_ReportingCurrencyEffectiveCost) filter (where BillingPeriodStart = $period_start) as ReportedCost,
        sum(x_ReportingCurrencyBilledCost) filter (where BillingPeriodStart = $period_start) as ReportedBilledCost,
        sum(x_ReportingCurrencyEffectiveCost) filter (where BillingPeriodStart = $previous_start) as PreviousCost,
        sum(x_ReportingCurrencyEffectiveCost) filter (where BillingPeriodStart = $period_start and x_Taggable) as TaggableCost,
        sum(x_ReportingCurrencyEffectiveCost) filter (where BillingPeriodStart = $period_start and x_Taggable and x_OwnerTag is null) as UntaggedCost
    from reported_cost
    where BillingPeriodStart in ($previous_start, $period_start) and x_ReportingCurrency is not null
    group by x_ReportingCurrency, BillingCurrency
),
largest_saving as (
    select BillingCurrency, Scope, Subject, max(MonthlySaving) as MonthlySaving
    from finding
    where BillingPeriodStart = $period_start
    group by BillingCurrency, Scope, Subject
    having max(MonthlySaving) is not null
),
saving as (
    select
        count(*) as Resources,
        coalesce(sum(converted(MonthlySaving, coalesce(Rate, error('a saving in ' || BillingCurrency || ', in which nothing is charged')))), 0) as MonthlySaving
    from largest_saving
    left join currencies using (BillingCurrency)
    where exists (from currencies)
),
total as (
    select
        ReportingCurrency,
        sum(ReportedCost) as ReportedCost,
        sum(ReportedBilledCost) as ReportedBilledCost,
        sum(PreviousCost) as PreviousCost,
        sum(converted(BillingCurrencyCost, Rate) - converted(BillingCurrencyCost, coalesce(PreviousRate, Rate))) as DueToRates,
        coalesce(sum(UntaggedCost), 0) as UntaggedCost,
        sum(TaggableCost) as TaggableCost
    from currencies
    group by ReportingCurrency
)
select
    ReportingCurrency,
    ReportedCost as EffectiveCost,
    ReportedBilledCost as BilledCost,
    PreviousCost,
    ReportedCost - PreviousCost as Change,
    case when PreviousCost > 0 then (ReportedCost - PreviousCost) / PreviousCost end as ChangeShare,
    DueToRates,
    UntaggedCost,
    case when TaggableCost > 0 then (TaggableCost - UntaggedCost) / TaggableCost end as TagCoverage,
    MonthlySaving,
    Resources
from total
cross join saving
where ReportedCost is not null;
