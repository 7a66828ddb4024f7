-- title: Categories, frequencies and costs of a charge fit each other
-- source: FOCUS 1.2, columns ChargeFrequency, ConsumedQuantity, EffectiveCost
select
    unnest(list_filter([
        if(ChargeCategory = 'Purchase' and ChargeFrequency = 'Usage-Based', 'a purchase that is Usage-Based', null),
        if(ChargeCategory <> 'Usage' and ConsumedQuantity is not null, 'ConsumedQuantity of what is no usage', null),
        if(ChargeCategory = 'Credit' and EffectiveCost <> BilledCost, 'a credit whose EffectiveCost is not its BilledCost', null)
    ], lambda rule: rule is not null)) as Rule,
    ChargeCategory || ' of ' || ServiceName as Found,
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
