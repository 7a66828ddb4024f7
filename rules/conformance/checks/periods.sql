-- title: A charge lies in its billing period
-- source: FOCUS 1.2, columns BillingPeriodStart, BillingPeriodEnd, ChargePeriodStart, ChargePeriodEnd
-- note: An upfront purchase may reach beyond the period that it is billed in; it must touch it. Corrections belong to earlier ones.
select
    unnest(list_filter([
        if(ChargePeriodEnd <= ChargePeriodStart, {Rule: 'ChargePeriodEnd is not after ChargePeriodStart', Found: ChargePeriodEnd}, null),
        if(BillingPeriodEnd <= BillingPeriodStart, {Rule: 'BillingPeriodEnd is not after BillingPeriodStart', Found: BillingPeriodEnd}, null),
        if(ChargeClass is null and (ChargePeriodStart >= BillingPeriodEnd or ChargePeriodEnd <= BillingPeriodStart),
            {Rule: 'a charge outside its billing period', Found: ChargePeriodStart}, null)
    ], lambda breach: breach is not null), recursive := true),
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
