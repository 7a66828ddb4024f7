-- title: AWS FOCUS 1.2 with AWS columns to FOCUS 1.2
-- must text: BillingAccountId, BillingCurrency, ChargeCategory, ProviderName, ServiceCategory, ServiceName
-- must time: BillingPeriodEnd, BillingPeriodStart, ChargePeriodEnd, ChargePeriodStart
-- must decimal: BilledCost, ContractedCost, EffectiveCost, ListCost
-- may text: AvailabilityZone, BillingAccountName, BillingAccountType, CapacityReservationId
-- may text: CapacityReservationStatus, ChargeClass, ChargeDescription, ChargeFrequency
-- may text: CommitmentDiscountCategory, CommitmentDiscountId, CommitmentDiscountName, CommitmentDiscountStatus
-- may text: CommitmentDiscountType, CommitmentDiscountUnit, ConsumedUnit, InvoiceId, InvoiceIssuerName
-- may text: PricingCategory, PricingCurrency, PricingUnit, PublisherName, RegionId, RegionName, ResourceId
-- may text: ResourceName, ResourceType, ServiceSubcategory, SkuId, SkuMeter, SkuPriceId, SubAccountId
-- may text: SubAccountName, SubAccountType, x_Operation, x_ServiceCode, x_UsageType
-- may decimal: CommitmentDiscountQuantity, ConsumedQuantity, ContractedUnitPrice, ListUnitPrice
-- may decimal: PricingCurrencyContractedUnitPrice, PricingCurrencyEffectiveCost, PricingCurrencyListUnitPrice
-- may decimal: PricingQuantity
-- may json: SkuPriceDetails, Tags, x_CostCategories, x_Discounts
--
-- AWS has done the mapping; this only says where our own columns come from. The export names no billing
-- entity: its invoices are told apart by InvoiceId and InvoiceIssuerName. FOCUS 1.0 has x_UsageType where 1.2
-- has SkuMeter, and no SkuPriceDetails: the usage type names the instance type too.
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
    ProviderName,
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
    coalesce(SkuPriceDetails ->> 'InstanceType', aws_instance_type(x_UsageType)) as x_InstanceType,
    null as x_LineItemType,
    x_Operation,
    x_ServiceCode,
    coalesce(x_UsageType, SkuMeter) as x_UsageType,
    null as x_SourceLineId,
    full_json(x_Discounts) as x_Discounts,
    full_json(x_CostCategories) as x_CostCategories
from raw
