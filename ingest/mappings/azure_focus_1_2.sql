-- title: Azure FOCUS 1.2 to FOCUS 1.2
-- names: loose
-- prices: azure_price_sheet
-- must text: BillingAccountId, BillingCurrency, ChargeCategory
-- must time: BillingPeriodStart, ChargePeriodEnd, ChargePeriodStart
-- must decimal: BilledCost, ContractedCost, EffectiveCost, ListCost
-- may text: BillingAccountName, BillingAccountType, CapacityReservationId, CapacityReservationStatus
-- may text: ChargeClass, ChargeDescription, ChargeFrequency, ChargeSubcategory
-- may text: CommitmentDiscountCategory, CommitmentDiscountId, CommitmentDiscountName, CommitmentDiscountStatus
-- may text: CommitmentDiscountType, CommitmentDiscountUnit, ConsumedUnit, InvoiceId, InvoiceIssuerName
-- may text: PricingCategory, PricingCurrency, PricingUnit, ProviderName, PublisherName, RegionId, RegionName
-- may text: ResourceId, ResourceName, ResourceType, ServiceCategory, ServiceName, ServiceSubcategory
-- may text: SkuId, SkuMeter, SkuPriceDetails, SkuPriceId, SubAccountId, SubAccountName, SubAccountType, Tags
-- may text: x_BillingProfileId, x_CostCenter, x_InvoiceSectionName, x_PublisherCategory, x_ResourceGroupName
-- may text: x_ResourceType, x_SkuDetails, x_SkuMeterCategory, x_SkuMeterId, x_SkuMeterSubcategory
-- may text: x_SkuOfferId, x_SkuOrderId, x_SkuTerm
-- may time: x_ServicePeriodStart
-- may decimal: CommitmentDiscountQuantity, ConsumedQuantity, ContractedUnitPrice, ListUnitPrice, PricingQuantity
-- may decimal: x_BillingExchangeRate, x_PricingBlockSize
-- may float: BilledCost, ConsumedQuantity, ContractedCost, ContractedUnitPrice, EffectiveCost, ListCost, ListUnitPrice
-- may float: PricingQuantity, x_BilledUnitPrice, x_BillingExchangeRate, x_PricingBlockSize
-- alias ConsumedQuantity: UsageQuantity
-- alias ConsumedUnit: UsageUnit
-- alias ContractedCost: x_OnDemandCost
-- alias ContractedUnitPrice: x_OnDemandUnitPrice
-- alias InvoiceId: x_InvoiceId
-- alias PricingCurrency: x_PricingCurrency
-- alias RegionId: Region
-- alias SkuMeter: x_SkuMeterName
--
-- Microsoft has done the mapping; this reads what each version calls a column and repairs what is known to be wrong.
-- Nothing is repaired in silence: x_Changes names what was done to a row. BilledCost is never touched.
with
tag_text as materialized (
    select distinct Tags as tags_text, braced(trim(Tags)) as braced_text, json_valid(braced_text) as is_json
    from raw
    where Tags is not null
),
-- Azure does not tell the casing of a tag's name: of keys that differ in it, the first that has a value.
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
-- What was bought in this very delivery; giving it back corrects no earlier invoice.
bought as materialized (
    select distinct coalesce(lower(CommitmentDiscountId), x_SkuOrderId) as bought_order
    from raw
    where ChargeCategory = 'Purchase'
        and BilledCost > 0
        and ChargeClass is distinct from 'Correction'
        and ChargeSubcategory is distinct from 'Refund'
        and coalesce(CommitmentDiscountId, x_SkuOrderId) is not null
),
line as (
    select
        raw.* exclude (Tags, SkuPriceDetails, x_SkuDetails),
        tag.Tags,
        coalesce(folds_tags, false) as folds_tags,
        coalesce(unread_tags, false) as unread_tags,
        lower(CommitmentDiscountId) as commitment,
        lower(ResourceId) as resource_id,
        coalesce(x_BilledUnitPrice_float, ContractedUnitPrice_float) as billed_price,
        coalesce(ChargeClass = 'Correction' or ChargeSubcategory = 'Refund', false) as is_refund,
        case
            when ChargeSubcategory = 'Credit' then 'Credit'
            when ChargeSubcategory = 'Refund' and ChargeCategory = 'Adjustment' then 'Purchase'
            else ChargeCategory
        end as category,
        category = 'Usage' as is_usage,
        bought_order is not null as was_bought_now,
        nullif(SkuPriceDetails, '{}') as price_details,
        try_cast(coalesce(
            nullif(braced(trim(x_SkuDetails)), '{}'),
            regexp_replace(nullif(SkuPriceDetails, '{}'), '([{,]\s*")x_', '\1', 'g')) as json) as details,
        details is null and coalesce(nullif(braced(trim(x_SkuDetails)), '{}'), nullif(SkuPriceDetails, '{}')) is not null
            or normalization_ratio(details) is null as unread_details,
        coalesce(azure_region.RegionId, replace(lower(raw.RegionId), ' ', '')) as region_id,
        coalesce(azure_region.RegionName, raw.RegionName, raw.RegionId) as region_name
    from raw
    left join tag on tag.tags_text = raw.Tags
    left join bought on bought_order = coalesce(lower(CommitmentDiscountId), x_SkuOrderId)
    left join azure_region on OriginalValue = lower(trim(raw.RegionId))
),
-- What a row is, and which quantity was priced.
judged as (
    select
        *,
        is_usage and commitment is not null as uses_commitment,
        category = 'Purchase' and commitment is not null as buys_commitment,
        case
            when not uses_commitment then null
            when coalesce(CommitmentDiscountStatus, ChargeSubcategory) in ('Used', 'Used Commitment') then 'Used'
            when coalesce(CommitmentDiscountStatus, ChargeSubcategory) in ('Unused', 'Unused Commitment') then 'Unused'
            when coalesce(ConsumedQuantity, 0) = 0 and coalesce(resource_id = commitment, true) then 'Unused'
            else 'Used'
        end as status,
        coalesce(status = 'Unused', false) as is_unused,
        if(EffectiveCost <> 0 and not buys_commitment, EffectiveCost, BilledCost) as worth,
        worth <> 0 and category in ('Usage', 'Purchase') and not is_unused as has_price,
        coalesce(is_usage and not uses_commitment and x_PricingBlockSize > 1 and BilledCost <> 0
            and abs(billed_price * PricingQuantity_float - BilledCost_float) > 0.01 * abs(BilledCost_float), false) as off_by_block,
        case
            when not off_by_block then PricingQuantity
            when abs(billed_price * ConsumedQuantity_float - BilledCost_float) <= 0.01 * abs(BilledCost_float) then ConsumedQuantity
            when abs(billed_price * PricingQuantity_float * x_PricingBlockSize_float - BilledCost_float) <= 0.01 * abs(BilledCost_float)
                then cast(PricingQuantity * cast(x_PricingBlockSize as bigint) as decimal(38, 18))
        end as priced_quantity,
        off_by_block and priced_quantity is not null as moves_block
    from line
),
priced as (
    select
        judged.* exclude (PricingQuantity, ConsumedQuantity),
        if(moves_block, priced_quantity, PricingQuantity) as PricingQuantity,
        if(moves_block, cast(priced_quantity * cast(x_PricingBlockSize as bigint) as decimal(38, 18)), ConsumedQuantity) as ConsumedQuantity,
        cast(if(moves_block, priced_quantity, judged.PricingQuantity) as double) as quantity,
        has_price and coalesce(judged.ContractedCost, 0) = 0 as lacks_contracted,
        has_price and coalesce(judged.ListCost, 0) = 0 as lacks_list,
        if(is_usage, price.ContractedPrice * coalesce(x_BillingExchangeRate_float, 1) * coalesce(x_PricingBlockSize_float, 1), null) as sheet_contracted,
        if(is_usage, price.ListPrice * coalesce(x_BillingExchangeRate_float, 1) * coalesce(x_PricingBlockSize_float, 1), null) as sheet_list,
        case
            when lacks_contracted and sheet_contracted * quantity > 0 then product(sheet_contracted, quantity)
            when lacks_contracted then worth
            when moves_block and not near(ContractedUnitPrice_float * quantity, ContractedCost_float) then product(ContractedUnitPrice_float, quantity)
            else coalesce(judged.ContractedCost, worth)
        end as contracted,
        case
            when lacks_list and sheet_list * quantity > 0 then product(sheet_list, quantity)
            when lacks_list then contracted
            when moves_block and not near(ListUnitPrice_float * quantity, ListCost_float) then product(ListUnitPrice_float, quantity)
            else coalesce(judged.ListCost, contracted)
        end as list
    from judged
    left join price
        on price.MeterId = lower(x_SkuMeterId)
        and price.OfferId = lower(coalesce(x_SkuOfferId, ''))
        and price.Currency = coalesce(PricingCurrency, BillingCurrency)
),
-- What is done to a row, or noticed in it, under the names of x_Changes.
changed as (
    select
        *,
        is_refund and BilledCost > 0 as positive_refund,
        contracted * sign(worth) < 0 as contracted_against,
        list * sign(worth) < 0 as list_against,
        lacks_contracted and coalesce(sheet_contracted * quantity > 0, false) as contracted_by_sheet,
        lacks_list and coalesce(sheet_list * quantity > 0, false) as list_by_sheet,
        has_price and not lacks_contracted and ContractedUnitPrice = 0 as zero_contracted,
        has_price and not lacks_list and ListUnitPrice = 0 as zero_list,
        buys_commitment and EffectiveCost <> 0 as spends_purchase,
        is_refund and was_bought_now and ChargePeriodStart >= BillingPeriodStart
            and coalesce(x_ServicePeriodStart >= BillingPeriodStart, true) as corrects_nothing,
        uses_commitment and coalesce(CommitmentDiscountStatus, ChargeSubcategory) is null as lacks_status,
        buys_commitment and ChargeFrequency = 'Usage-Based' as wrong_frequency,
        uses_commitment and PricingCategory in ('Standard', 'On-Demand') as not_committed,
        (buys_commitment or is_unused) and ResourceId is null as lacks_resource,
        ProviderName is null as lacks_provider,
        PublisherName is null and coalesce(x_PublisherCategory <> 'Vendor', true) as lacks_publisher,
        ServiceName is null as lacks_service,
        coalesce(ServiceCategory not in (
            'AI and Machine Learning', 'Analytics', 'Business Applications', 'Compute', 'Databases', 'Developer Tools',
            'Multicloud', 'Identity', 'Integration', 'Internet of Things', 'Management and Governance', 'Media',
            'Migration', 'Mobile', 'Networking', 'Security', 'Storage', 'Web', 'Other'), true) as lacks_category,
        ChargeDescription is null as lacks_description,
        coalesce(not regexp_full_match(x_SkuTerm, '[0-9]+'), false) as term_is_text
    from priced
),
mended as (
    select
        *,
        if(contracted_against, -contracted, contracted) as contracted_cost,
        if(list_against, -list, list) as list_cost,
        case
            when contracted_by_sheet then cast(cast(sheet_contracted as decimal(38, 12)) as decimal(38, 18))
            when not lacks_contracted and not zero_contracted then ContractedUnitPrice
        end as contracted_price,
        case
            when list_by_sheet then cast(cast(sheet_list as decimal(38, 12)) as decimal(38, 18))
            when not lacks_list and not zero_list then ListUnitPrice
        end as list_price,
        if(buys_commitment, 0, EffectiveCost) as effective_cost,
        coalesce(PricingCurrency, BillingCurrency) as pricing_currency,
        if(pricing_currency = BillingCurrency, 1, nullif(x_BillingExchangeRate_float, 0)) as rate,
        case
            when CommitmentDiscountType is not null then CommitmentDiscountType
            when contains(commitment, '/microsoft.capacity/') then 'Reservation'
            when contains(commitment, '/microsoft.billingbenefits/') then 'Savings Plan'
        end as commitment_type,
        -- As Services.csv of the finops-toolkit has them.
        case if(buys_commitment, commitment_type, null)
            when 'Reservation' then {'name': 'Azure Reservations', 'category': 'Management and Governance', 'subcategory': 'Cost Management'}
            when 'Savings Plan' then {'name': 'Azure Savings Plan for Compute', 'category': 'Compute', 'subcategory': 'Other (Compute)'}
        end as commitment_service,
        normalization_ratio(details) as ratio,
        details ->> '$.VMCapacityReservationId' as capacity_reservation,
        case
            when contains(SubAccountId, '00000000-0000-0000-0000-000000000000') then null
            when starts_with(SubAccountId, '/') then lower(SubAccountId)
            else '/subscriptions/' || lower(SubAccountId)
        end as sub_account
    from changed
)
select
    null as AvailabilityZone,
    BilledCost,
    lower(BillingAccountId) as BillingAccountId,
    BillingAccountName,
    BillingAccountType,
    BillingCurrency,
    date_trunc('month', BillingPeriodStart) + interval 1 month as BillingPeriodEnd,
    date_trunc('month', BillingPeriodStart) as BillingPeriodStart,
    coalesce(CapacityReservationId, capacity_reservation) as CapacityReservationId,
    coalesce(CapacityReservationStatus, if(capacity_reservation is null, null,
        if(contains(resource_id, '/capacityreservations/'), 'Unused', 'Used'))) as CapacityReservationStatus,
    category as ChargeCategory,
    if(is_refund and not corrects_nothing, 'Correction', null) as ChargeClass,
    coalesce(ChargeDescription, CommitmentDiscountName, SkuMeter, x_SkuMeterSubcategory) as ChargeDescription,
    case
        when wrong_frequency then 'Recurring'
        when ChargeFrequency in ('One-Time', 'Recurring', 'Usage-Based') then ChargeFrequency
    end as ChargeFrequency,
    ChargePeriodEnd,
    ChargePeriodStart,
    coalesce(CommitmentDiscountCategory, case commitment_type
        when 'Reservation' then 'Usage'
        when 'Savings Plan' then 'Spend'
    end) as CommitmentDiscountCategory,
    commitment as CommitmentDiscountId,
    CommitmentDiscountName,
    case
        when CommitmentDiscountQuantity is not null then CommitmentDiscountQuantity
        when not uses_commitment then null
        when commitment_type = 'Reservation' then product(ratio, coalesce(cast(ConsumedQuantity as double), quantity))
        when commitment_type = 'Savings Plan' then cast(cast(EffectiveCost_float / rate as decimal(38, 12)) as decimal(38, 18))
    end as CommitmentDiscountQuantity,
    status as CommitmentDiscountStatus,
    commitment_type as CommitmentDiscountType,
    case
        when CommitmentDiscountUnit is not null then CommitmentDiscountUnit
        when not uses_commitment then null
        when commitment_type = 'Reservation' then if(ratio is null, null, if(ratio = 1, '', 'Normalized ') || coalesce(ConsumedUnit, PricingUnit))
        when commitment_type = 'Savings Plan' then pricing_currency
    end as CommitmentDiscountUnit,
    ConsumedQuantity,
    ConsumedUnit,
    contracted_cost as ContractedCost,
    contracted_price as ContractedUnitPrice,
    effective_cost as EffectiveCost,
    InvoiceId,
    coalesce(InvoiceIssuerName, 'Microsoft') as InvoiceIssuerName,
    list_cost as ListCost,
    list_price as ListUnitPrice,
    case
        when not_committed then 'Committed'
        when PricingCategory = 'On-Demand' then 'Standard'
        when PricingCategory = 'Commitment-Based' then 'Committed'
        else PricingCategory
    end as PricingCategory,
    pricing_currency as PricingCurrency,
    exchanged(contracted_price, rate) as PricingCurrencyContractedUnitPrice,
    exchanged(effective_cost, rate) as PricingCurrencyEffectiveCost,
    exchanged(list_price, rate) as PricingCurrencyListUnitPrice,
    PricingQuantity,
    PricingUnit,
    coalesce(ProviderName, 'Microsoft') as ProviderName,
    if(lacks_publisher, 'Microsoft', PublisherName) as PublisherName,
    region_id as RegionId,
    region_name as RegionName,
    if(lacks_resource, commitment, resource_id) as ResourceId,
    coalesce(ResourceName, if(lacks_resource, CommitmentDiscountName, null)) as ResourceName,
    coalesce(ResourceType, if(lacks_resource, commitment_type, null)) as ResourceType,
    if(lacks_category, coalesce(commitment_service.category, 'Other'), ServiceCategory) as ServiceCategory,
    coalesce(ServiceName, commitment_service.name, if(x_PublisherCategory = 'Vendor', PublisherName, null),
        x_SkuMeterSubcategory, x_SkuMeterCategory, SkuMeter, 'Unknown') as ServiceName,
    coalesce(ServiceSubcategory, if(lacks_category, commitment_service.subcategory, null)) as ServiceSubcategory,
    SkuId,
    SkuMeter,
    cast(coalesce(price_details, sku_price_details(details)) as json) as SkuPriceDetails,
    SkuPriceId,
    sub_account as SubAccountId,
    if(sub_account is null, null, named(SubAccountName)) as SubAccountName,
    if(sub_account is null, null, coalesce(SubAccountType, 'Subscription')) as SubAccountType,
    Tags,
    coalesce(InvoiceIssuerName, 'Microsoft') as x_BillingEntity,
    details ->> '$.ServiceType' as x_InstanceType,
    null as x_LineItemType,
    null as x_Operation,
    null as x_ServiceCode,
    null as x_UsageType,
    null as x_SourceLineId,
    null as x_Discounts,
    null as x_CostCategories,
    case
        when buys_commitment then 'Principal'
        when uses_commitment then 'Amortized Charge'
    end as x_AmortizationClass,
    x_BillingExchangeRate,
    lower(x_BillingProfileId) as x_BillingProfileId,
    named(x_CostCenter) as x_CostCenter,
    named(x_InvoiceSectionName) as x_InvoiceSectionName,
    coalesce(x_PricingBlockSize, 1) as x_PricingBlockSize,
    coalesce(resource_group(x_ResourceGroupName), nullif(regexp_extract(resource_id, '/resourcegroups/([^/]+)', 1), '')) as x_ResourceGroupName,
    coalesce(lower(x_ResourceType), azure_resource_type(if(lacks_resource, commitment, resource_id))) as x_ResourceType,
    details as x_SkuDetails,
    named(x_SkuMeterCategory) as x_SkuMeterCategory,
    lower(x_SkuMeterId) as x_SkuMeterId,
    named(x_SkuMeterSubcategory) as x_SkuMeterSubcategory,
    x_SkuOfferId,
    months_of(x_SkuTerm) as x_SkuTerm,
    if(moves_block or off_by_block or lacks_contracted or lacks_list or zero_contracted or zero_list or positive_refund
            or contracted_against or list_against or spends_purchase or corrects_nothing or lacks_status or wrong_frequency
            or not_committed or lacks_resource or lacks_provider or lacks_publisher or lacks_service or lacks_category
            or lacks_description or term_is_text or folds_tags or unread_tags or unread_details,
        list_filter([
            if(moves_block, 'InvalidPricingQuantity', null),
            if(off_by_block and not moves_block, 'UnexplainedPricingQuantity', null),
            if(lacks_contracted, if(contracted_by_sheet, 'ContractedCostFromPriceSheet', 'MissingContractedCost'), null),
            if(lacks_list, if(list_by_sheet, 'ListCostFromPriceSheet', 'MissingListCost'), null),
            if(zero_contracted, 'MissingContractedUnitPrice', null),
            if(zero_list, 'MissingListUnitPrice', null),
            if(positive_refund, 'PositiveRefund', null),
            if(contracted_against, 'MisSignedContractedCost', null),
            if(list_against, 'MisSignedListCost', null),
            if(spends_purchase, 'InvalidEffectiveCost', null),
            if(corrects_nothing, 'RefundIsNoCorrection', null),
            if(lacks_status, 'MissingCommitmentDiscountStatus', null),
            if(wrong_frequency, 'InvalidChargeFrequency', null),
            if(not_committed, 'PricingCategoryShouldBeCommitted', null),
            if(lacks_resource, 'MissingResourceId', null),
            if(lacks_provider, 'MissingProviderName', null),
            if(lacks_publisher, 'MissingPublisherName', null),
            if(lacks_service, 'MissingServiceName', null),
            if(lacks_category, 'MissingServiceCategory', null),
            if(lacks_description, 'MissingChargeDescription', null),
            if(term_is_text, 'SkuTermShouldBeAnInteger', null),
            if(folds_tags, 'TagKeysFolded', null),
            if(unread_tags, 'UnreadableTags', null),
            if(unread_details, 'UnreadableSkuDetails', null)
        ], lambda code: code is not null),
        null) as x_Changes
from mended
