-- What each code of cost.x_Changes and import_change means. A code says that a row was repaired, or that something
-- about it was noticed; BilledCost is as delivered in all of them.
create or replace view change_code as
select ChangeCode, Meaning
from (values
    ('ContractedCostFromPriceSheet', 'No contracted cost was delivered; it is the price sheet''s price times the quantity.'),
    ('ListCostFromPriceSheet', 'No list cost was delivered; it is the price sheet''s retail price times the quantity.'),
    ('MissingContractedCost', 'No contracted cost was delivered; what the row cost stands in for it, so that no saving shows.'),
    ('MissingListCost', 'No list cost was delivered; the contracted cost stands in for it, so that no saving shows.'),
    ('MissingContractedUnitPrice', 'The contracted unit price is 0 beside a cost; it is left empty.'),
    ('MissingListUnitPrice', 'The list unit price is 0 beside a cost; it is left empty.'),
    ('InvalidPricingQuantity', 'The quantity was divided by its block size once too often; quantities, list and contracted cost are set right.'),
    ('UnexplainedPricingQuantity', 'Price times quantity is not the billed cost, at no power of the block size; kept as delivered.'),
    ('InvalidEffectiveCost', 'Buying a commitment spends nothing; its effective cost is set to 0.'),
    ('InvalidChargeFrequency', 'Buying a commitment is no usage; its frequency is set to Recurring.'),
    ('PricingCategoryShouldBeCommitted', 'Usage that a commitment covers was called standard.'),
    ('MissingCommitmentDiscountStatus', 'Whether the row used a commitment or left it unused was not said; resource and quantity tell.'),
    ('RefundIsNoCorrection', 'What is given back was bought in the same period; a correction is of an earlier invoice.'),
    ('PositiveRefund', 'A refund that charges; kept as delivered, since the invoice has it.'),
    ('MisSignedContractedCost', 'The contracted cost has the other sign than the cost; its sign is turned.'),
    ('MisSignedListCost', 'The list cost has the other sign than the cost; its sign is turned.'),
    ('FilesDiffer', 'Billed in the actual cost and not in the amortized cost, which was written at another hour; a row of its own.'),
    ('MissingResourceId', 'A commitment''s purchase or unused part named no resource; it is the commitment.'),
    ('MissingProviderName', 'No provider was named; it is Microsoft.'),
    ('MissingPublisherName', 'No publisher was named outside the marketplace; it is Microsoft.'),
    ('MissingServiceName', 'No service was named; the publisher or the meter names it.'),
    ('MissingServiceCategory', 'No service category that FOCUS knows was delivered; it is Other.'),
    ('MissingChargeDescription', 'No description was delivered; the commitment or the meter gives it.'),
    ('SkuTermShouldBeAnInteger', 'The term was a text such as 1Year; it is counted in months.'),
    ('TagKeysFolded', 'Tag keys that differ in casing or blanks alone; the first that has a value is kept.'),
    ('UnreadableTags', 'The tags are no JSON; their text is kept under x_UnreadTags.'),
    ('UnreadableSkuDetails', 'The details of the SKU are no JSON and are left out.'),
    ('UnknownChargeType', 'A type of charge that this version does not know; an Adjustment, at the cost as billed.'),
    ('UnknownService', 'A service that this version does not know; the meter names it, in the category Other.'),
    ('UnknownPricingUnit', 'A unit of measure that this version does not know; a block of it counts as one.')
) as code (ChangeCode, Meaning);
