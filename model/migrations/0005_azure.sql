-- What a bill of Azure tells beyond FOCUS, and what was repaired in a row before it was written.
alter table cost add column x_AmortizationClass varchar;            -- Principal: buys a commitment; Amortized Charge: its use, or what lay unused
alter table cost add column x_BillingExchangeRate decimal(38,18);   -- times an amount in PricingCurrency is one in BillingCurrency
alter table cost add column x_BillingProfileId varchar;
alter table cost add column x_CostCenter varchar;
alter table cost add column x_InvoiceSectionName varchar;           -- the department of an enterprise agreement
alter table cost add column x_PricingBlockSize decimal(38,18);      -- how many ConsumedUnit one PricingQuantity is
alter table cost add column x_ResourceGroupName varchar;            -- lower case
alter table cost add column x_ResourceType varchar;                 -- such as microsoft.compute/virtualmachines
alter table cost add column x_SkuDetails json;                      -- the provider's own details of the SKU
alter table cost add column x_SkuMeterCategory varchar;
alter table cost add column x_SkuMeterId varchar;
alter table cost add column x_SkuMeterSubcategory varchar;
alter table cost add column x_SkuOfferId varchar;
alter table cost add column x_SkuTerm integer;                      -- months that a commitment runs
alter table cost add column x_Changes varchar[];                    -- what was repaired or noticed: docs/formats-azure.md; null: nothing

-- Whom a charge is shown to follows the resource group, the cost center or the invoice section as well as tags.
alter table daily_cost add column x_CostCenter varchar;
alter table daily_cost add column x_InvoiceSectionName varchar;
alter table daily_cost add column x_ResourceGroupName varchar;
alter table daily_cost add column x_SkuMeterCategory varchar;
alter table daily_cost add column x_SkuMeterSubcategory varchar;

-- How many rows of an import were repaired or noticed, by what.
create table import_change (
    ImportId        varchar not null,
    ChangeCode      varchar not null,       -- a code of x_Changes
    BillingCurrency varchar not null,
    CostRows        bigint not null,
    BilledCost      decimal(38,18) not null,
    EffectiveCost   decimal(38,18) not null
);
