-- title: Azure price sheet, of an enterprise agreement or a customer agreement
-- names: loose
-- must text: MeterId, UnitOfMeasure
-- must float: UnitPrice
-- may text: Currency, OfferID, PriceType, Term
-- may float: MarketPrice
-- may date: EffectiveEndDate, EffectiveStartDate
-- alias Currency: CurrencyCode
--
-- One price a meter, offer and currency, of consumption, for one UnitOfMeasure block. Where a sheet has several,
-- by tier or product, the lowest that is none: the one that claims the least savings. An enterprise agreement names
-- an offer, a customer agreement none.
select
    lower(MeterId) as MeterId,
    lower(coalesce(OfferID, '')) as OfferId,
    coalesce(Currency, '') as Currency,
    min(nullif(UnitPrice_float, 0) / coalesce(cast(unit.PricingBlockSize as double), 1)) as ContractedPrice,
    min(nullif(MarketPrice_float, 0) / coalesce(cast(unit.PricingBlockSize as double), 1)) as ListPrice
from price_file
left join azure_pricing_unit as unit on unit.UnitOfMeasure = lower(trim(price_file.UnitOfMeasure))
where lower(coalesce(PriceType, 'Consumption')) = 'consumption'
    and Term is null
    and coalesce(EffectiveStartDate, getvariable('period_start')) < getvariable('period_start') + interval 1 month
    and coalesce(EffectiveEndDate, getvariable('period_start')) >= getvariable('period_start')
group by all
