-- title: Azure ActualCost and AmortizedCost to FOCUS 1.2
-- names: loose
-- prices: azure_price_sheet
-- must text: BillingCurrencyCode, SubscriptionId
-- must date: Date
-- must decimal: CostInBillingCurrency
-- may text: AdditionalInfo, BenefitId, BenefitName, BillingAccountId, BillingAccountName, BillingProfileId
-- may text: BillingProfileName, ChargeType, ConsumedService, CostCenter, CustomerTenantId, Frequency, InvoiceId
-- may text: InvoiceSectionName, MeterCategory, MeterId, MeterName, MeterSubCategory, OfferId, PartnerName
-- may text: PreviousInvoiceId, PricingCurrency, PricingModel, ProductId, ProductName, ProductOrderId, PublisherName
-- may text: PublisherType, ReservationId, ReservationName, ResourceGroup, ResourceId, ResourceLocation, ResourceName
-- may text: ResourceType, SubscriptionName, Tags, Term, UnitOfMeasure, x_Part
-- may date: BillingPeriodEndDate, BillingPeriodStartDate
-- may decimal: CostInPricingCurrency, ExchangeRatePricingToBilling, PayGCostInBillingCurrency, PayGPrice, Quantity
-- may decimal: UnitPrice
-- may float: CostInBillingCurrency, ExchangeRatePricingToBilling, PayGCostInBillingCurrency, PayGPrice, Quantity
-- may float: UnitPrice
-- alias BillingCurrencyCode: BillingCurrency, Currency
-- alias CostInBillingCurrency: Cost, PreTaxCost
-- alias Date: UsageDateTime, UsageDate
-- alias ExchangeRatePricingToBilling: ExchangeRate
-- alias InvoiceSectionName: InvoiceSection, DepartmentName
-- alias PayGPrice: MarketPrice
-- alias PricingCurrency: PricingCurrencyCode
-- alias ProductName: Product
-- alias Quantity: UsageQuantity
-- alias ResourceGroup: ResourceGroupName
-- alias ResourceId: InstanceId, InstanceName
-- alias ResourceLocation: ResourceLocationNormalized, Location
-- alias SubscriptionId: SubscriptionGuid
--
-- Two files tell one bill: ActualCost what is invoiced, AmortizedCost what is spent. All amortized rows are taken, and
-- of the actual ones those that buy or give back a commitment; everything else stands in both with the same cost.
-- Where it does not, because one file was written hours after the other, the difference is a row of its own. A file
-- without parts, of a pay-as-you-go subscription, is both. x_Changes names what was repaired in a row.
with
-- One pass finds the sets of tags and what was bought in this very delivery.
fact as materialized (
    select
        Tags as tags_text,
        if(ChargeType = 'Purchase' and CostInBillingCurrency > 0, lower(coalesce(BenefitId, ReservationId, ProductOrderId)), null) as bought_order
    from raw
    group by all
),
bought as materialized (
    select distinct bought_order from fact where bought_order is not null
),
tag_text as materialized (
    select distinct tags_text, braced(trim(tags_text)) as braced_text, json_valid(braced_text) as is_json
    from fact
    where tags_text is not null
),
tag_key as (
    select tags_text, lower(trim(pair.key)) as folded_key, count(*) as spellings,
        arg_min({'key': trim(pair.key), 'value': pair.value}, row(coalesce(pair.value ->> '$', '') = '', trim(pair.key), pair.id)) as kept
    from tag_text, json_each(tag_text.braced_text) as pair
    where is_json
    group by all
),
tag as materialized (
    select
        tags_text,
        cast('{' || string_agg(to_json(kept.key) || ':' || coalesce(cast(kept.value as varchar), 'null'), ',' order by kept.key) || '}' as json) as Tags,
        max(spellings) > 1 as folds_tags,
        false as unread_tags
    from tag_key
    group by tags_text
    union all
    select tags_text, json_object('x_UnreadTags', tags_text), false, true
    from tag_text
    where not is_json
),
-- A service by what is consumed of which type; by the type alone where it has one; by its name.
service_of_type as (
    select ResourceType as only_type, min({'name': ServiceName, 'category': ServiceCategory, 'subcategory': ServiceSubcategory}) as service
    from azure_service
    group by ResourceType
    having count(distinct ServiceName) = 1
),
service_of_name as (
    select lower(ServiceName) as only_name, min({'name': ServiceName, 'category': ServiceCategory, 'subcategory': ServiceSubcategory}) as service
    from azure_service
    group by lower(ServiceName)
),
line as not materialized (
    select
        raw.* exclude (Tags, AdditionalInfo, ResourceType, BillingPeriodEndDate),
        tag.Tags,
        coalesce(folds_tags, false) as folds_tags,
        coalesce(unread_tags, false) as unread_tags,
        bought_order is not null as was_bought_now,
        coalesce(ChargeType, 'Usage') as kind,
        replace(lower(PricingModel), ' ', '') as model,
        coalesce(model in ('reservation', 'savingsplan'), false) as is_committed,
        kind = 'Refund' as is_refund,
        kind in ('UnusedReservation', 'UnusedSavingsPlan') as is_unused,
        kind = 'Usage' and is_committed as uses_commitment,
        kind in ('Purchase', 'Refund') and is_committed as buys_commitment,
        CostInBillingCurrency as cost,
        CostInBillingCurrency_float as cost_float,
        if(uses_commitment or is_unused or buys_commitment, azure_commitment(
            lower(coalesce(BenefitId, ReservationId)), lower(ProductOrderId), kind = 'UnusedSavingsPlan' or coalesce(model = 'savingsplan', false)), null) as commitment,
        coalesce(BenefitName, ReservationName) as commitment_name,
        lower(ResourceId) as resource_id,
        if((buys_commitment or is_unused) and ResourceId is null, commitment, resource_id) as named_id,
        coalesce(azure_resource_type(named_id), lower(ResourceType)) as resource_type,
        nullif(braced(trim(AdditionalInfo)), '{}') as details_text,
        try_cast(details_text as json) as details,
        details is null and details_text is not null or normalization_ratio(details) is null as unread_details
    from raw
    left join tag on tag.tags_text = raw.Tags
    left join bought on bought_order = lower(coalesce(BenefitId, ReservationId, ProductOrderId))
),
-- What both files should have, and the amortized one has not yet.
late as (
    select
        Date,
        BillingPeriodStartDate,
        BillingAccountId, BillingProfileId, CustomerTenantId, InvoiceId, PartnerName, BillingCurrencyCode, SubscriptionId,
        min(BillingAccountName) as BillingAccountName,
        min(BillingProfileName) as BillingProfileName,
        min(SubscriptionName) as SubscriptionName,
        'Late' as x_Part,
        'FilesDiffer' as kind,
        'in the actual cost and not in the amortized cost' as ProductName,
        sum(if(x_Part = 'ActualCost', cost, if(uses_commitment or is_unused, 0, -cost))) as cost
    from line
    where getvariable('files_differ') and not buys_commitment
    group by all
    having sum(if(x_Part = 'ActualCost', cost, if(uses_commitment or is_unused, 0, -cost))) <> 0
),
charge as (
    select * exclude (ChargeType) from line where x_Part is distinct from 'ActualCost' or buys_commitment
    union all by name
    select *, false as is_refund, false as is_unused, false as uses_commitment, false as buys_commitment, false as is_committed,
        false as folds_tags, false as unread_tags, false as was_bought_now from late
),
priced as (
    select
        charge.*,
        case
            when kind in ('Usage', 'UnusedReservation', 'UnusedSavingsPlan') then 'Usage'
            when kind in ('Purchase', 'Refund') then 'Purchase'
            when kind in ('Credit', 'Tax') then kind
            else 'Adjustment'
        end as category,
        if(x_Part = 'AmortizedCost' and (uses_commitment or is_unused or buys_commitment), 0, cost) as billed_cost,
        if(x_Part in ('ActualCost', 'Late'), 0, cost) as effective_cost,
        cast(coalesce(unit.PricingBlockSize, '1') as bigint) as block_size,
        unit.DistinctUnits as unit,
        unit.UnitOfMeasure is null and charge.UnitOfMeasure is not null as unknown_unit,
        coalesce(PricingCurrency, BillingCurrencyCode) as pricing_currency,
        if(pricing_currency = BillingCurrencyCode, 1, nullif(ExchangeRatePricingToBilling_float, 0)) as rate,
        UnitPrice_float * rate as unit_price,
        PayGPrice_float * rate as payg_price,
        cost <> 0 and category in ('Usage', 'Purchase') and not is_unused as has_price,
        has_price and coalesce(unit_price * Quantity_float, 0) = 0 as lacks_contracted,
        has_price and coalesce(nullif(PayGCostInBillingCurrency_float, 0), payg_price * Quantity_float, 0) = 0 as lacks_list,
        if(category = 'Usage', price.ContractedPrice * rate * block_size, null) as sheet_contracted,
        if(category = 'Usage', price.ListPrice * rate * block_size, null) as sheet_list,
        lacks_contracted and coalesce(sheet_contracted * Quantity_float > 0, false) as contracted_by_sheet,
        lacks_list and coalesce(sheet_list * Quantity_float > 0, false) as list_by_sheet,
        case
            when is_unused then 0
            when contracted_by_sheet then product(sheet_contracted, Quantity_float)
            when not has_price or lacks_contracted or not uses_commitment and near(unit_price * Quantity_float, cost_float) then cost
            else product(unit_price, Quantity_float)
        end as contracted,
        case
            when is_unused then 0
            when list_by_sheet then product(sheet_list, Quantity_float)
            when not has_price or lacks_list then contracted
            when coalesce(PayGCostInBillingCurrency, 0) <> 0 then PayGCostInBillingCurrency
            when near(payg_price * Quantity_float, cast(contracted as double)) then contracted
            else product(payg_price, Quantity_float)
        end as list
    from charge
    left join azure_pricing_unit as unit on unit.UnitOfMeasure = lower(trim(charge.UnitOfMeasure))
    left join price
        on price.MeterId = lower(charge.MeterId)
        and price.OfferId = lower(coalesce(charge.OfferId, ''))
        and price.Currency = coalesce(PricingCurrency, BillingCurrencyCode)
),
-- What is done to a row, or noticed in it, under the names of x_Changes.
mended as (
    select
        priced.*,
        is_refund and cost > 0 as positive_refund,
        has_price and contracted * sign(cost) < 0 as contracted_against,
        has_price and list * sign(cost) < 0 as list_against,
        is_refund and was_bought_now and PreviousInvoiceId is null
            and coalesce(Date >= date_trunc('month', BillingPeriodStartDate), true) as corrects_nothing,
        kind not in ('Usage', 'Purchase', 'Refund', 'UnusedReservation', 'UnusedSavingsPlan', 'RoundingAdjustment', 'Credit', 'Tax',
            'Adjustment', 'FilesDiffer') as unknown_kind,
        PublisherType = 'Marketplace' as is_vendor,
        SingularDisplayName as type_name,
        coalesce(azure_service.ServiceName, service_of_type.service.name, service_of_name.service.name) as service_name,
        coalesce(azure_service.ServiceCategory, service_of_type.service.category, service_of_name.service.category) as service_category,
        coalesce(azure_service.ServiceSubcategory, service_of_type.service.subcategory, service_of_name.service.subcategory) as service_subcategory,
        service_name is null and category = 'Usage' as unknown_service,
        coalesce(azure_region.RegionId, replace(lower(ResourceLocation), ' ', '')) as region_id,
        coalesce(azure_region.RegionName, ResourceLocation) as region_name,
        case
            when commitment is null then null
            when contains(commitment, '/microsoft.billingbenefits/') then 'Savings Plan'
            else 'Reservation'
        end as commitment_type,
        normalization_ratio(details) as ratio,
        details ->> '$.VMCapacityReservationId' as capacity_reservation,
        coalesce(lower(BillingProfileId) <> lower(BillingAccountId), false) as is_mca,
        if(lower(SubscriptionId) = '00000000-0000-0000-0000-000000000000', null, '/subscriptions/' || lower(SubscriptionId)) as sub_account,
        date_trunc('month', coalesce(BillingPeriodStartDate, Date)) as billing_month
    from priced
    left join azure_service
        on azure_service.ConsumedService = lower(priced.ConsumedService) and azure_service.ResourceType = priced.resource_type
    left join service_of_type on only_type = priced.resource_type and azure_service.ServiceName is null and not is_unused
    left join service_of_name on only_name = lower(MeterCategory) and azure_service.ServiceName is null and service_of_type.service is null
    left join azure_resource_type on azure_resource_type.ResourceType = priced.resource_type
    left join azure_region on OriginalValue = lower(trim(ResourceLocation))
)
select
    null as AvailabilityZone,
    billed_cost as BilledCost,
    azure_payer(BillingAccountId, BillingProfileId, CustomerTenantId, SubscriptionId) as BillingAccountId,
    if(is_mca, BillingProfileName, BillingAccountName) as BillingAccountName,
    case
        when is_mca then 'Billing Profile'
        when BillingAccountId is not null then 'Billing Account'
        when CustomerTenantId is not null then 'Customer'
        else 'Subscription'
    end as BillingAccountType,
    BillingCurrencyCode as BillingCurrency,
    billing_month + interval 1 month as BillingPeriodEnd,
    billing_month as BillingPeriodStart,
    capacity_reservation as CapacityReservationId,
    if(capacity_reservation is null, null, if(contains(resource_id, '/capacityreservations/'), 'Unused', 'Used')) as CapacityReservationStatus,
    category as ChargeCategory,
    if(is_refund and not corrects_nothing, 'Correction', null) as ChargeClass,
    coalesce(named(ProductName), commitment_name, MeterName) as ChargeDescription,
    case replace(Frequency, '-', '')
        when 'OneTime' then 'One-Time'
        when 'Recurring' then 'Recurring'
        when 'UsageBased' then 'Usage-Based'
    end as ChargeFrequency,
    Date + interval 1 day as ChargePeriodEnd,
    Date as ChargePeriodStart,
    case commitment_type
        when 'Reservation' then 'Usage'
        when 'Savings Plan' then 'Spend'
    end as CommitmentDiscountCategory,
    commitment as CommitmentDiscountId,
    if(commitment is null, null, commitment_name) as CommitmentDiscountName,
    case
        when buys_commitment or commitment is null then null
        when commitment_type = 'Reservation' then product(ratio, Quantity_float * block_size)
        else cast(cast(cost_float / rate as decimal(38, 12)) as decimal(38, 18))
    end as CommitmentDiscountQuantity,
    case
        when is_unused then 'Unused'
        when uses_commitment then 'Used'
    end as CommitmentDiscountStatus,
    commitment_type as CommitmentDiscountType,
    case
        when buys_commitment or commitment is null then null
        when commitment_type = 'Reservation' then if(ratio is null, null, if(ratio = 1, '', 'Normalized ') || unit)
        else pricing_currency
    end as CommitmentDiscountUnit,
    if(category = 'Usage' and not is_unused, cast(Quantity * block_size as decimal(38, 18)), null) as ConsumedQuantity,
    if(category = 'Usage' and not is_unused, unit, null) as ConsumedUnit,
    if(contracted_against, -contracted, contracted) as ContractedCost,
    case
        when contracted_by_sheet then cast(cast(sheet_contracted as decimal(38, 12)) as decimal(38, 18))
        when lacks_contracted or is_unused then null
        when rate = 1 then UnitPrice
        else cast(cast(unit_price as decimal(38, 12)) as decimal(38, 18))
    end as ContractedUnitPrice,
    effective_cost as EffectiveCost,
    InvoiceId,
    coalesce(PartnerName, 'Microsoft') as InvoiceIssuerName,
    if(list_against, -list, list) as ListCost,
    case
        when list_by_sheet then cast(cast(sheet_list as decimal(38, 12)) as decimal(38, 18))
        when lacks_list or is_unused then null
        when rate = 1 then PayGPrice
        else cast(cast(payg_price as decimal(38, 12)) as decimal(38, 18))
    end as ListUnitPrice,
    case
        when buys_commitment then 'Standard'
        when is_committed or is_unused then 'Committed'
        when model = 'spot' then 'Dynamic'
        when model = 'ondemand' or kind = 'Usage' then 'Standard'
    end as PricingCategory,
    pricing_currency as PricingCurrency,
    case
        when contracted_by_sheet then exchanged(ContractedUnitPrice, rate)
        when not lacks_contracted and not is_unused then UnitPrice
    end as PricingCurrencyContractedUnitPrice,
    if(rate = 1 or effective_cost = 0, effective_cost, coalesce(CostInPricingCurrency, exchanged(effective_cost, rate))) as PricingCurrencyEffectiveCost,
    case
        when list_by_sheet then exchanged(ListUnitPrice, rate)
        when not lacks_list and not is_unused then PayGPrice
    end as PricingCurrencyListUnitPrice,
    Quantity as PricingQuantity,
    unit as PricingUnit,
    'Microsoft' as ProviderName,
    if(PublisherName = 'Microsoft Corporation' or PublisherName is null and not coalesce(is_vendor, false), 'Microsoft', PublisherName) as PublisherName,
    region_id as RegionId,
    region_name as RegionName,
    named_id as ResourceId,
    coalesce(ResourceName, nullif(split_part(ResourceId, '/', -1), ''), if(named_id = commitment, commitment_name, null)) as ResourceName,
    coalesce(type_name, if(named_id = commitment, commitment_type, null)) as ResourceType,
    coalesce(service_category, 'Other') as ServiceCategory,
    coalesce(service_name, if(is_vendor, PublisherName, null), named(MeterSubCategory), named(MeterCategory), ConsumedService,
        named(ProductName), 'Unknown') as ServiceName,
    coalesce(service_subcategory, 'Other (Other)') as ServiceSubcategory,
    ProductId as SkuId,
    named(MeterName) as SkuMeter,
    cast(sku_price_details(details) as json) as SkuPriceDetails,
    null as SkuPriceId,
    sub_account as SubAccountId,
    if(sub_account is null, null, named(SubscriptionName)) as SubAccountName,
    if(sub_account is null, null, 'Subscription') as SubAccountType,
    Tags,
    coalesce(PartnerName, 'Microsoft') as x_BillingEntity,
    details ->> '$.ServiceType' as x_InstanceType,
    kind as x_LineItemType,
    null as x_Operation,
    null as x_ServiceCode,
    null as x_UsageType,
    null as x_SourceLineId,
    null as x_Discounts,
    null as x_CostCategories,
    case
        when buys_commitment then 'Principal'
        when uses_commitment or is_unused then 'Amortized Charge'
    end as x_AmortizationClass,
    rate as x_BillingExchangeRate,
    lower(BillingProfileId) as x_BillingProfileId,
    named(CostCenter) as x_CostCenter,
    named(InvoiceSectionName) as x_InvoiceSectionName,
    block_size as x_PricingBlockSize,
    coalesce(resource_group(ResourceGroup), nullif(regexp_extract(resource_id, '/resourcegroups/([^/]+)', 1), '')) as x_ResourceGroupName,
    resource_type as x_ResourceType,
    details as x_SkuDetails,
    named(MeterCategory) as x_SkuMeterCategory,
    lower(MeterId) as x_SkuMeterId,
    named(MeterSubCategory) as x_SkuMeterSubcategory,
    OfferId as x_SkuOfferId,
    months_of(Term) as x_SkuTerm,
    if(lacks_contracted or lacks_list or positive_refund or contracted_against or list_against or corrects_nothing or unknown_kind
            or unknown_service or unknown_unit or folds_tags or unread_tags or unread_details or kind = 'FilesDiffer',
        list_filter([
            if(lacks_contracted, if(contracted_by_sheet, 'ContractedCostFromPriceSheet', 'MissingContractedCost'), null),
            if(lacks_list, if(list_by_sheet, 'ListCostFromPriceSheet', 'MissingListCost'), null),
            if(positive_refund, 'PositiveRefund', null),
            if(contracted_against, 'MisSignedContractedCost', null),
            if(list_against, 'MisSignedListCost', null),
            if(corrects_nothing, 'RefundIsNoCorrection', null),
            if(unknown_kind, 'UnknownChargeType', null),
            if(unknown_service, 'UnknownService', null),
            if(unknown_unit, 'UnknownPricingUnit', null),
            if(folds_tags, 'TagKeysFolded', null),
            if(unread_tags, 'UnreadableTags', null),
            if(unread_details, 'UnreadableSkuDetails', null),
            if(kind = 'FilesDiffer', 'FilesDiffer', null)
        ], lambda code: code is not null),
        null) as x_Changes
from mended
