-- title: Price times quantity is the cost
-- source: FOCUS 1.2, columns ListCost and ContractedCost
-- note: Within a thousandth of the cost and a ten-thousandth of a unit of money: prices and quantities are delivered rounded, and
--   a price of 1.81E-8 has three digits. Corrections, and charges without a price or a quantity, need not tie.
with product as (
    select
        *,
        cast(ListUnitPrice as double) * cast(PricingQuantity as double) as ListProduct,
        cast(ContractedUnitPrice as double) * cast(PricingQuantity as double) as ContractedProduct
    from cost
    where ChargeClass is null
)
select
    unnest(list_filter([
        if(abs(ListProduct - ListCost) > greatest(0.001 * abs(ListCost), 0.0001),
            {Rule: 'ListCost is not ListUnitPrice x PricingQuantity', Found: format('{} x {} is not {} ({})',
                cast(ListUnitPrice as double), cast(PricingQuantity as double), cast(ListCost as double), ServiceName)}, null),
        if(abs(ContractedProduct - ContractedCost) > greatest(0.001 * abs(ContractedCost), 0.0001),
            {Rule: 'ContractedCost is not ContractedUnitPrice x PricingQuantity', Found: format('{} x {} is not {} ({})',
                cast(ContractedUnitPrice as double), cast(PricingQuantity as double), cast(ContractedCost as double), ServiceName)}, null)
    ], lambda breach: breach is not null), recursive := true),
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from product
