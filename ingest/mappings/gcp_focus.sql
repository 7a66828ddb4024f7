-- title: Google Cloud FOCUS export (Preview) to FOCUS 1.2
-- must text: BillingAccountId, BillingCurrency, ChargeCategory, ServiceName
-- must time: BillingPeriodStart, ChargePeriodStart, ChargePeriodEnd
-- must decimal: BilledCost
-- may text: AvailabilityZone, BillingAccountType, ChargeClass, ChargeDescription, ConsumedUnit, PricingCategory
-- may text: PricingCurrency, PricingUnit, PublisherName, RegionId, RegionName, ResourceId, ResourceName
-- may text: SkuId, SkuPriceId, SubAccountId, SubAccountName, x_CostType, x_Location, x_ServiceId, x_SubscriptionInstanceId
-- may text: x_ConsumptionModelId, x_ConsumptionModelDescription, x_Project.Number, x_Project.AncestryNumbers
-- may time: x_ExportTime
-- may decimal: EffectiveCost, ListCost, ContractedCost, ContractedUnitPrice, ListUnitPrice, ConsumedQuantity, PricingQuantity
-- may decimal: PricingCurrencyContractedUnitPrice, PricingCurrencyEffectiveCost, PricingCurrencyListUnitPrice
-- may decimal: x_CurrencyConversionRate, x_CostAtEffectivePriceDefault
-- may list x_Credits: Type text, Amount decimal, Name text, FullName text
-- may list x_Labels: Key text, Value text
-- may list x_SystemLabels: Key text, Value text
-- may list x_ProjectLabels: Key text, Value text
-- may list x_Tags: Key text, Value text, x_Inherited text
-- may list x_Project.Ancestors: ResourceName text, DisplayName text
--
-- Google has done the mapping; costs are taken as they stand. What FOCUS wants and the export lacks is filled from
-- Google's own columns. Whether its billed cost has all credits in it is not documented (docs/formats-gcp.md).
with
line as (
    select
        *,
        coalesce(x_CostType, 'regular') = 'regular' as is_regular,
        coalesce(x_ConsumptionModelDescription, 'Default') <> 'Default' as is_discounted,
        coalesce(ChargeDescription, '') as sku_text,
        list_filter(x_Credits, lambda credit: credit.Type in ('COMMITTED_USAGE_DISCOUNT', 'COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE'))[1] as cover,
        len(list_filter(x_Credits, lambda credit: credit.Type = 'FEE_UTILIZATION_OFFSET')) > 0 as is_offset,
        list_transform(x_Labels, lambda entry: {'key': entry.key, 'value': entry.value}) as labels,
        list_transform(x_Tags, lambda entry: {'key': entry.Key, 'value': entry.Value, 'inherited': entry.x_Inherited}) as tags,
        list_transform(x_ProjectLabels, lambda entry: {'key': entry.key, 'value': entry.value}) as project_labels,
        list_transform(x_Project_Ancestors,
            lambda ancestor: {'resource_name': ancestor.ResourceName, 'display_name': ancestor.DisplayName}) as ancestors
    from raw
),
told as (
    select
        *,
        is_regular and (is_offset or starts_with(sku_text, 'Commitment v1') or starts_with(sku_text, 'Commitment - dollar based v1')
            or SkuId in (select SkuId from gcp_fee_sku)
            or x_SubscriptionInstanceId is not null and not is_discounted
                and round(ContractedUnitPrice, 6) in (1, round(x_CurrencyConversionRate, 6))) as is_fee
    from line
),
charge as (
    select
        *,
        is_regular and not is_fee and (cover is not null or is_discounted and x_SubscriptionInstanceId is not null) as is_covered,
        coalesce(ContractedCost, x_CostAtEffectivePriceDefault, BilledCost) as contracted_cost,
        gcp_label(x_SystemLabels, 'compute.googleapis.com/machine_spec') as machine_type,
        gcp_label(x_SystemLabels, 'compute.googleapis.com/is_unused_reservation') as is_unused_reservation,
        gcp_label(x_SystemLabels, 'compute.googleapis.com/reservation_name') as reservation_name
    from told
)
select
    AvailabilityZone,
    BilledCost,
    BillingAccountId,
    null as BillingAccountName,
    coalesce(BillingAccountType, 'Billing Account') as BillingAccountType,
    BillingCurrency,
    date_trunc('month', BillingPeriodStart) + interval 1 month as BillingPeriodEnd,
    date_trunc('month', charge.BillingPeriodStart) as BillingPeriodStart,
    if(coalesce(reservation_name, is_unused_reservation) is null, null,
        concat_ws('/', gcp_label(x_SystemLabels, 'compute.googleapis.com/reservation_project_id'),
            coalesce(reservation_name, ResourceName, 'unnamed'))) as CapacityReservationId,
    case
        when CapacityReservationId is null then null
        when is_unused_reservation = 'true' then 'Unused'
        else 'Used'
    end as CapacityReservationStatus,
    if(is_fee, 'Purchase', focus_case(ChargeCategory)) as ChargeCategory,
    if(lower(ChargeClass) = 'correction', 'Correction', null) as ChargeClass,
    ChargeDescription,
    case
        when is_fee then 'Recurring'
        when lower(charge.ChargeCategory) = 'usage' then 'Usage-Based'
        else 'One-Time'
    end as ChargeFrequency,
    if(ChargePeriodEnd > ChargePeriodStart, ChargePeriodEnd, ChargePeriodStart + interval 1 hour) as ChargePeriodEnd,
    ChargePeriodStart,
    case
        when not is_covered and not is_fee then null
        when cover.Type = 'COMMITTED_USAGE_DISCOUNT' or starts_with(sku_text, 'Commitment v1') then 'Usage'
        else 'Spend'
    end as CommitmentDiscountCategory,
    if(CommitmentDiscountCategory is null, null,
        coalesce(x_SubscriptionInstanceId, if(CommitmentDiscountCategory = 'Usage', 'Resource-based CUD', 'Spend-based CUD'))) as CommitmentDiscountId,
    case
        when is_fee then nullif(sku_text, '')
        when is_discounted and is_covered then x_ConsumptionModelDescription
        when is_covered then coalesce(cover.FullName, cover.Name)
    end as CommitmentDiscountName,
    null as CommitmentDiscountQuantity,
    if(is_covered, 'Used', null) as CommitmentDiscountStatus,
    case CommitmentDiscountCategory
        when 'Usage' then 'Resource-based CUD'
        when 'Spend' then 'Spend-based CUD'
    end as CommitmentDiscountType,
    null as CommitmentDiscountUnit,
    ConsumedQuantity,
    ConsumedUnit,
    contracted_cost as ContractedCost,
    ContractedUnitPrice,
    coalesce(EffectiveCost, BilledCost) as EffectiveCost,
    null as InvoiceId,
    'Google Cloud' as InvoiceIssuerName,
    coalesce(ListCost, contracted_cost) as ListCost,
    ListUnitPrice,
    case
        when is_covered then 'Committed'
        when is_fee then 'Standard'
        when is_regular and gcp_is_spot(sku_text) then 'Dynamic'
        else focus_case(PricingCategory)
    end as PricingCategory,
    PricingCurrency,
    PricingCurrencyContractedUnitPrice,
    PricingCurrencyEffectiveCost,
    PricingCurrencyListUnitPrice,
    PricingQuantity,
    PricingUnit,
    'Google Cloud' as ProviderName,
    coalesce(PublisherName, 'Google Cloud') as PublisherName,
    coalesce(charge.RegionId, x_Location) as RegionId,
    coalesce(charge.RegionName, gcp_region.RegionName) as RegionName,
    if(is_fee, x_SubscriptionInstanceId, ResourceId) as ResourceId,
    ResourceName,
    if(is_fee, 'commitment', gcp_resource_type(ResourceId)) as ResourceType,
    coalesce(by_id.ServiceCategory, by_name.ServiceCategory, 'Other') as ServiceCategory,
    charge.ServiceName,
    coalesce(by_id.ServiceSubcategory, by_name.ServiceSubcategory, 'Other (Other)') as ServiceSubcategory,
    SkuId,
    ChargeDescription as SkuMeter,
    gcp_price_details(machine_type,
        gcp_label(x_SystemLabels, 'compute.googleapis.com/cores'),
        gcp_label(x_SystemLabels, 'compute.googleapis.com/memory'),
        gcp_label(x_SystemLabels, 'storage.googleapis.com/object_state')) as SkuPriceDetails,
    SkuPriceId,
    SubAccountId,
    SubAccountName,
    if(SubAccountId is null, null, 'Project') as SubAccountType,
    gcp_tags(labels, tags, project_labels) as Tags,
    'Google Cloud' as x_BillingEntity,
    machine_type as x_InstanceType,
    coalesce(x_CostType, 'regular') as x_LineItemType,
    null as x_Operation,
    x_ServiceId as x_ServiceCode,
    null as x_UsageType,
    null as x_SourceLineId,
    gcp_discounts(list_transform(x_Credits, lambda credit: {'type': credit.Type, 'amount': credit.Amount}), false) as x_Discounts,
    null as x_CostCategories,
    x_Project_Number as x_ProjectNumber,
    gcp_folders(ancestors, x_Project_AncestryNumbers) as x_ProjectFolders,
    null as x_AdjustmentType,
    x_ExportTime,
    gcp_codes([
        if(ListCost is null and is_regular and BilledCost <> 0, 'MissingListCost', null),
        if(is_fee and lower(charge.ChargeCategory) <> 'purchase', 'ChargeCategoryShouldBePurchase', null),
        if(gcp_repeats_key(labels, tags, project_labels), 'RepeatedTagKey', null),
        if(ChargePeriodEnd <= ChargePeriodStart, 'InvalidChargePeriodEnd', null)]) as x_Changes
from charge
left join gcp_region on gcp_region.RegionId = coalesce(charge.RegionId, x_Location)
left join gcp_service as by_id on by_id.ServiceId = x_ServiceId
left join gcp_service as by_name on by_name.ServiceName = charge.ServiceName
