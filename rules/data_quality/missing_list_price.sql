-- title: Usage without a list price
-- severity: info
-- owner: whoever set up the export
-- why: What commitments and negotiated prices save is measured against the list price. Usage that has none counts at
--   what it cost, as if nothing were saved on it.
-- act: See that the export holds the columns of public prices; for Azure, export the price sheet beside it. Where the provider has no public price, as for the
--   Marketplace, raise missing_share for this rule or leave the finding.
-- method: Cost is the month's EffectiveCost of usage, per source and service, that has no ListUnitPrice, where that is at
--   least the given share of the service's usage. Spot, corrections and unused commitments are left out: they have
--   no list price of their own. No saving is claimed.
-- param: minimum_cost decimal(38,18) 50 "smallest cost reported per service, in BillingCurrency"
-- param: missing_share decimal(5,4) 0.2 "smallest share of the service's usage that lacks a price"
select
    x_SourceName as Scope,
    ServiceName as Subject,
    BillingCurrency,
    sum(EffectiveCost) filter (ListUnitPrice is null) as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object(
        'usage_cost', sum(EffectiveCost),
        'charges_without_price', count(*) filter (ListUnitPrice is null),
        'charges', count(*)
    ) as Evidence
from cost
where BillingPeriodStart = $period_start
    and ChargeCategory = 'Usage'
    and ChargeClass is null
    and coalesce(PricingCategory, 'Standard') <> 'Dynamic'
    and coalesce(CommitmentDiscountStatus, 'Used') = 'Used'
    and EffectiveCost > 0
group by Scope, Subject, BillingCurrency
having Cost >= $minimum_cost and Cost >= $missing_share * sum(EffectiveCost)
order by Scope, Subject, BillingCurrency
