-- title: FOCUS 1.2
-- must text: BillingAccountId, BillingCurrency, ChargeCategory, ServiceCategory, ServiceName
-- must time: BillingPeriodEnd, BillingPeriodStart, ChargePeriodEnd, ChargePeriodStart
-- must decimal: BilledCost, ContractedCost, EffectiveCost, ListCost
-- may text: AvailabilityZone, BillingAccountName, BillingAccountType, CapacityReservationId
-- may text: CapacityReservationStatus, ChargeClass, ChargeDescription, ChargeFrequency
-- may text: CommitmentDiscountCategory, CommitmentDiscountId, CommitmentDiscountName, CommitmentDiscountStatus
-- may text: CommitmentDiscountType, CommitmentDiscountUnit, ConsumedUnit, InvoiceId, InvoiceIssuerName
-- may text: PricingCategory, PricingCurrency, PricingUnit, ProviderName, PublisherName, RegionId, RegionName
-- may text: ResourceId, ResourceName, ResourceType, ServiceProviderName, ServiceSubcategory, SkuId, SkuMeter
-- may text: SkuPriceId, SubAccountId, SubAccountName, SubAccountType
-- may text: x_InstanceType, x_Operation, x_ServiceCode, x_UsageType
-- may decimal: CommitmentDiscountQuantity, ConsumedQuantity, ContractedUnitPrice, ListUnitPrice
-- may decimal: PricingCurrencyContractedUnitPrice, PricingCurrencyEffectiveCost, PricingCurrencyListUnitPrice
-- may decimal: PricingQuantity
-- may json: SkuPriceDetails, Tags
-- may rest: x_Custom
-- may codes: x_Mended
-- free: BillingAccountName, ChargeDescription, CommitmentDiscountName, ResourceName, SubAccountName
-- list CapacityReservationStatus: Used, Unused
-- list ChargeCategory: Usage, Purchase, Tax, Credit, Adjustment
-- list ChargeClass: Correction
-- list ChargeFrequency: One-Time, Recurring, Usage-Based
-- list CommitmentDiscountCategory: Spend, Usage
-- list CommitmentDiscountStatus: Used, Unused
-- list PricingCategory: Standard, Dynamic, Committed, Other
-- list ServiceCategory: AI and Machine Learning, Analytics, Business Applications, Compute, Databases, Developer Tools
-- list ServiceCategory: Multicloud, Identity, Integration, Internet of Things, Management and Governance, Media
-- list ServiceCategory: Migration, Mobile, Networking, Security, Storage, Web, Other
--
-- Whoever wrote the file has done the mapping; this only says where our own columns come from. All that FOCUS 1.2 does
-- not know, custom columns and those of later versions, is kept in x_Custom, and what a dialect repaired in
-- a row in x_Changes.
select
    AvailabilityZone,
    BilledCost,
    BillingAccountId,
    BillingAccountName,
    BillingAccountType,
    BillingCurrency,
    BillingPeriodEnd,
    BillingPeriodStart,
    CapacityReservationId,
    CapacityReservationStatus,
    ChargeCategory,
    ChargeClass,
    ChargeDescription,
    ChargeFrequency,
    ChargePeriodEnd,
    ChargePeriodStart,
    CommitmentDiscountCategory,
    CommitmentDiscountId,
    CommitmentDiscountName,
    CommitmentDiscountQuantity,
    CommitmentDiscountStatus,
    CommitmentDiscountType,
    CommitmentDiscountUnit,
    ConsumedQuantity,
    ConsumedUnit,
    ContractedCost,
    ContractedUnitPrice,
    EffectiveCost,
    InvoiceId,
    InvoiceIssuerName,
    ListCost,
    ListUnitPrice,
    PricingCategory,
    PricingCurrency,
    PricingCurrencyContractedUnitPrice,
    PricingCurrencyEffectiveCost,
    PricingCurrencyListUnitPrice,
    PricingQuantity,
    PricingUnit,
    coalesce(ServiceProviderName, ProviderName) as ProviderName,
    PublisherName,
    RegionId,
    RegionName,
    ResourceId,
    ResourceName,
    ResourceType,
    ServiceCategory,
    ServiceName,
    ServiceSubcategory,
    SkuId,
    SkuMeter,
    full_json(SkuPriceDetails) as SkuPriceDetails,
    SkuPriceId,
    SubAccountId,
    SubAccountName,
    SubAccountType,
    full_json(Tags) as Tags,
    InvoiceIssuerName as x_BillingEntity,
    coalesce(x_InstanceType, SkuPriceDetails ->> 'InstanceType') as x_InstanceType,
    null as x_LineItemType,
    x_Operation,
    x_ServiceCode,
    coalesce(x_UsageType, SkuMeter) as x_UsageType,
    null as x_SourceLineId,
    null as x_Discounts,
    null as x_CostCategories,
    full_json(x_Custom) as x_Custom,
    if(len(x_Mended) = 0, null, x_Mended) as x_Changes
from raw
