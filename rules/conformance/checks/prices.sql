-- title: No price is negative
-- source: FOCUS 1.2, columns ListUnitPrice, ContractedUnitPrice and their PricingCurrency forms
select
    unnest(list_filter([
        if(ListUnitPrice < 0, {Rule: 'ListUnitPrice is negative', Found: ListUnitPrice}, null),
        if(ContractedUnitPrice < 0, {Rule: 'ContractedUnitPrice is negative', Found: ContractedUnitPrice}, null),
        if(PricingCurrencyListUnitPrice < 0, {Rule: 'PricingCurrencyListUnitPrice is negative', Found: PricingCurrencyListUnitPrice}, null),
        if(PricingCurrencyContractedUnitPrice < 0,
            {Rule: 'PricingCurrencyContractedUnitPrice is negative', Found: PricingCurrencyContractedUnitPrice}, null)
    ], lambda breach: breach is not null), recursive := true),
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
