-- The rows of a case's given.csv as charges. A blank cell, or a column left out, takes the default written
-- here, so that a case names only what it is about. The month and the hour come from ChargePeriodStart,
-- costs left out from the one that is given.
insert into cost by name
with
cells as (
    select cast(columns(*) as varchar) from cost where false
    union all by name
    select * from read_csv($file, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', comment = '#')
),
timed as (
    select
        cells.*,
        cast(ChargePeriodStart as timestamp) as Charged,
        date_trunc('month', coalesce(cast(BillingPeriodStart as timestamp), Charged)) as Billed,
        coalesce(ChargeCategory, 'Usage') = 'Usage' as IsUsage
    from cells
)
select * exclude (Charged, Billed, IsUsage) replace (
    coalesce(BilledCost, EffectiveCost) as BilledCost,
    coalesce(EffectiveCost, BilledCost) as EffectiveCost,
    coalesce(ListCost, EffectiveCost, BilledCost) as ListCost,
    coalesce(ContractedCost, EffectiveCost, BilledCost) as ContractedCost,
    coalesce(BillingAccountId, '999999999999') as BillingAccountId,
    coalesce(BillingCurrency, 'USD') as BillingCurrency,
    cast(Billed as varchar) as BillingPeriodStart,
    cast(Billed + interval 1 month as varchar) as BillingPeriodEnd,
    coalesce(ChargePeriodEnd, cast(Charged + interval 1 hour as varchar)) as ChargePeriodEnd,
    coalesce(ChargeCategory, 'Usage') as ChargeCategory,
    coalesce(ChargeFrequency, if(IsUsage, 'Usage-Based', 'One-Time')) as ChargeFrequency,
    coalesce(PricingCategory, if(IsUsage, 'Standard', null)) as PricingCategory,
    coalesce(ProviderName, 'AWS') as ProviderName,
    coalesce(ServiceCategory, 'Other') as ServiceCategory,
    coalesce(ServiceName, 'Example Service') as ServiceName,
    'given' as x_SourceName,
    strftime(Billed, '%Y-%m') as x_Slice,
    'given/' || strftime(Billed, '%Y-%m') as x_ImportId
)
from timed
