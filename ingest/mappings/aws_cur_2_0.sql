-- title: AWS CUR 2.0 to FOCUS 1.2
-- must text: bill_bill_type, bill_payer_account_id, line_item_currency_code, line_item_line_item_type
-- must text: line_item_product_code, line_item_usage_account_id, line_item_usage_type
-- must time: bill_billing_period_start_date, line_item_usage_start_date, line_item_usage_end_date
-- must decimal: line_item_unblended_cost, line_item_usage_amount
-- may text: bill_billing_entity, bill_invoice_id, bill_invoicing_entity, bill_payer_account_name
-- may text: capacity_reservation_capacity_reservation_arn, capacity_reservation_capacity_reservation_status
-- may text: identity_line_item_id, identity_time_interval
-- may text: line_item_availability_zone, line_item_legal_entity, line_item_line_item_description, line_item_operation
-- may text: line_item_resource_id, line_item_tax_type, line_item_usage_account_name
-- may text: pricing_currency, pricing_rate_code, pricing_unit
-- may text: product_instance_family, product_instance_type, product_location, product_location_type
-- may text: product_region_code, product_servicecode, product_sku
-- may text: reservation_reservation_a_r_n, savings_plan_savings_plan_a_r_n, split_line_item_parent_resource_id
-- may decimal: line_item_net_unblended_cost, line_item_normalized_usage_amount
-- may decimal: pricing_public_on_demand_cost, pricing_public_on_demand_rate
-- may decimal: reservation_amortized_upfront_fee_for_billing_period, reservation_net_amortized_upfront_fee_for_billing_period
-- may decimal: reservation_effective_cost, reservation_net_effective_cost
-- may decimal: reservation_unused_amortized_upfront_fee_for_billing_period, reservation_unused_recurring_fee
-- may decimal: reservation_net_unused_amortized_upfront_fee_for_billing_period, reservation_net_unused_recurring_fee
-- may decimal: reservation_unused_quantity, reservation_unused_normalized_unit_quantity
-- may decimal: reservation_total_reserved_units, reservation_total_reserved_normalized_units
-- may decimal: savings_plan_savings_plan_effective_cost, savings_plan_net_savings_plan_effective_cost
-- may decimal: savings_plan_total_commitment_to_date, savings_plan_used_commitment
-- may decimal: savings_plan_recurring_commitment_for_billing_period
-- may decimal: savings_plan_amortized_upfront_commitment_for_billing_period
-- may decimal: savings_plan_net_recurring_commitment_for_billing_period
-- may decimal: savings_plan_net_amortized_upfront_commitment_for_billing_period
-- may decimal: split_line_item_split_usage, split_line_item_split_usage_ratio
-- may decimal: split_line_item_split_cost, split_line_item_unused_cost
-- may decimal: split_line_item_net_split_cost, split_line_item_net_unused_cost
-- may float: line_item_unblended_cost, line_item_net_unblended_cost, line_item_usage_amount
-- may float: pricing_public_on_demand_cost, pricing_public_on_demand_rate
-- may object: cost_category, discount, resource_tags, tags
-- may map: product
--
-- Costs follow the line item type (reference/aws_line_kind.csv) and nothing else: commitment columns hold 0 on
-- unrelated lines. A type that is not listed there is kept as an Adjustment and named by the control.
-- aws_cur_2_0.control.sql decides once per payer and delivery whether costs are net or unblended; the variable
-- net_payers lists the payers whose costs are net.
with
line_kind as (
    select * from aws_line_kind
    union all by name
    select distinct line_item_line_item_type as kind, 'Adjustment' as category, 'One-Time' as frequency, 'as billed' as shape
    from raw
    where line_item_line_item_type not in (select kind from aws_line_kind)
),
-- How the costs of a kind follow from the line's own cost and its share of a commitment.
costing as (
    select
        kind,
        category,
        frequency,
        pricing,
        status,
        category = 'Usage' as is_usage,
        category = 'Tax' as is_tax,
        shape = 'covered' as is_covered,
        shape = 'unused' as is_unused,
        shape = 'discount' as is_discount,
        shape = 'commitment fee' as is_commitment_fee,
        shape in ('as billed', 'discount', 'commitment fee') as bills_line,
        shape in ('as billed', 'discount') as spends_line,
        shape in ('covered', 'unused') as spends_amortized,
        shape in ('covered', 'unused', 'commitment fee') as has_commitment
    from line_kind
),
-- Names of products that the reference does not know, such as those of the Marketplace. Tax lines carry no
-- product attributes; their product code has its name from the lines it taxes.
product_name as materialized (
    select line_item_product_code, min(product['product_name']) as product_name
    from raw
    where line_item_product_code not in (select ProductCode from aws_service where ServiceName is not null)
    group by all
),
-- A month has few distinct sets of tags; each is cleaned once.
tag as materialized (
    select tags_text, aws_tags(tags_text) as Tags
    from (select distinct coalesce(nullif(cast(to_json(tags) as varchar), '{}'), cast(to_json(resource_tags) as varchar)) as tags_text from raw)
),
billed as not materialized (
    select
        raw.* exclude (tags, resource_tags),
        coalesce(nullif(cast(to_json(tags) as varchar), '{}'), cast(to_json(resource_tags) as varchar)) as tags_text,
        list_contains(getvariable('net_payers'), bill_payer_account_id) as net,
        if(net, coalesce(line_item_net_unblended_cost, line_item_unblended_cost), line_item_unblended_cost) as line_cost,
        if(net, coalesce(line_item_net_unblended_cost_float, line_item_unblended_cost_float), line_item_unblended_cost_float) as line_cost_float,
        coalesce(savings_plan_savings_plan_a_r_n, reservation_reservation_a_r_n) as commitment_arn,
        line_item_product_code like '%Support%' as support
    from raw
    where split_line_item_parent_resource_id is null
        and coalesce(line_item_operation not in ('EKSPod-EC2', 'ECSTask-EC2'), true)
),
fee as materialized (
    select * from billed where line_item_line_item_type in ('SavingsPlanRecurringFee', 'RIFee')
),
-- Reservations that fit any size of their family are counted in normalized units: their fee says how many.
flexible as (
    select distinct reservation_reservation_a_r_n, true as is_flexible
    from fee
    where reservation_total_reserved_normalized_units > 0
),
-- The part of a commitment's fee line that no usage drew on.
unused as (
    select
        *,
        case line_item_line_item_type
            when 'RIFee' then if(net,
                coalesce(reservation_net_unused_amortized_upfront_fee_for_billing_period,
                    reservation_unused_amortized_upfront_fee_for_billing_period, 0)
                + coalesce(reservation_net_unused_recurring_fee, reservation_unused_recurring_fee, 0),
                coalesce(reservation_unused_amortized_upfront_fee_for_billing_period, 0)
                + coalesce(reservation_unused_recurring_fee, 0))
            else cast(cast(round(
                cast(coalesce(savings_plan_total_commitment_to_date, 0) - coalesce(savings_plan_used_commitment, 0) as double)
                * if(net, coalesce(
                    cast(savings_plan_net_recurring_commitment_for_billing_period
                        + coalesce(savings_plan_net_amortized_upfront_commitment_for_billing_period, 0) as double)
                    / nullif(cast(coalesce(savings_plan_recurring_commitment_for_billing_period, 0)
                        + coalesce(savings_plan_amortized_upfront_commitment_for_billing_period, 0) as double), 0), 1), 1),
                10) as decimal(38, 10)) as decimal(38, 18))
        end as unused_cost
    from fee
),
-- Negation lines offset the covered lines of a plan; what they leave over is an adjustment of its own.
residual as (
    select
        bill_billing_period_start_date,
        bill_payer_account_id,
        min(bill_payer_account_name) as bill_payer_account_name,
        bill_billing_entity,
        bill_invoice_id,
        min(bill_invoicing_entity) as bill_invoicing_entity,
        min(line_item_legal_entity) as line_item_legal_entity,
        line_item_currency_code,
        line_item_usage_account_id,
        min(line_item_usage_account_name) as line_item_usage_account_name,
        line_item_product_code,
        line_item_usage_type,
        date_trunc('day', line_item_usage_start_date) as line_item_usage_start_date,
        date_trunc('day', line_item_usage_start_date) + interval 1 day as line_item_usage_end_date,
        savings_plan_savings_plan_a_r_n as commitment_arn,
        'Savings Plan covered usage less negation' as line_item_line_item_description,
        'SavingsPlanNegation' as kind,
        sum(line_cost) as line_cost
    from billed
    where line_item_line_item_type in ('SavingsPlanCoveredUsage', 'SavingsPlanNegation')
    group by all
    having sum(line_cost) <> 0
),
line as (
    select
        * exclude (net, support),
        case
            when line_item_line_item_type = 'Fee' and reservation_reservation_a_r_n is not null then 'Reservation upfront fee'
            when line_item_line_item_type = 'Fee' and support then 'Support fee'
            when line_item_line_item_type <> 'Refund' then line_item_line_item_type
            when line_item_tax_type is not null then 'Tax refund'
            when commitment_arn is not null or line_item_product_code like '%SavingsPlans' then 'Commitment fee refund'
            when support then 'Fee refund'
            else 'Refund'
        end as kind,
        case line_item_line_item_type
            when 'DiscountedUsage' then if(net,
                coalesce(reservation_net_effective_cost, reservation_effective_cost), reservation_effective_cost)
            when 'SavingsPlanCoveredUsage' then if(net,
                coalesce(savings_plan_net_savings_plan_effective_cost, savings_plan_savings_plan_effective_cost),
                savings_plan_savings_plan_effective_cost)
        end as amortized_cost
    from billed
    where line_item_line_item_type <> 'SavingsPlanNegation'
    union all by name
    select * exclude (net, support, unused_cost), 'Unused commitment' as kind, unused_cost as amortized_cost
    from unused
    where unused_cost <> 0
    union all by name
    select * from residual
),
charge as (
    select
        line.*,
        costing.* exclude (kind),
        tag.Tags,
        coalesce(service.ServiceName, product_name, line.line_item_product_code) as service_name,
        service.ServiceCategory as known_category,
        service.ServiceSubcategory as known_subcategory,
        savings_plan_savings_plan_a_r_n is not null as savings_plan,
        coalesce(is_flexible, false) as normalized,
        nullif(pricing_public_on_demand_cost, 0) as public_cost,
        nullif(pricing_public_on_demand_cost_float, 0) as public_cost_float,
        if(has_commitment, commitment_arn, null) as commitment,
        if(is_tax or is_unused, null, line_item_usage_amount) as quantity,
        if(is_commitment_fee or is_unused, commitment_arn, line_item_resource_id) as resource
    from line
    join costing using (kind)
    left join tag using (tags_text)
    left join aws_service as service on service.ProductCode = line.line_item_product_code
    left join product_name using (line_item_product_code)
    left join flexible using (reservation_reservation_a_r_n)
),
priced as (
    select
        *,
        if(bills_line, line_cost, 0) as billed_cost,
        case when spends_line then line_cost when spends_amortized then amortized_cost else 0 end as effective_cost,
        case
            when is_unused or is_discount then 0
            when is_covered then coalesce(public_cost, if(savings_plan, line_item_unblended_cost, amortized_cost))
            when is_usage then coalesce(public_cost, line_cost)
            else line_cost
        end as list_cost,
        case
            when is_unused then 0
            when is_covered and savings_plan then line_item_unblended_cost
            when is_covered then coalesce(public_cost, amortized_cost)
            else line_cost
        end as contracted_cost,
        case
            when is_tax or is_unused then null
            when is_covered and savings_plan then unit_price(line_item_unblended_cost_float, line_item_usage_amount_float)
            when is_covered then unit_price(public_cost_float, line_item_usage_amount_float)
            else unit_price(line_cost_float, line_item_usage_amount_float)
        end as contracted_price,
        case
            when is_tax or is_unused or is_discount then null
            when is_usage and abs(pricing_public_on_demand_rate_float * line_item_usage_amount_float - public_cost_float)
                <= 1e-9 + 1e-9 * abs(public_cost_float) then pricing_public_on_demand_rate
            when is_usage and public_cost_float is not null then unit_price(public_cost_float, line_item_usage_amount_float)
            when is_covered and not savings_plan then null
            when is_covered then unit_price(line_item_unblended_cost_float, line_item_usage_amount_float)
            else unit_price(line_cost_float, line_item_usage_amount_float)
        end as list_price
    from charge
)
select
    line_item_availability_zone as AvailabilityZone,
    billed_cost as BilledCost,
    bill_payer_account_id as BillingAccountId,
    bill_payer_account_name as BillingAccountName,
    'Management Account' as BillingAccountType,
    line_item_currency_code as BillingCurrency,
    date_trunc('month', bill_billing_period_start_date) + interval 1 month as BillingPeriodEnd,
    bill_billing_period_start_date as BillingPeriodStart,
    capacity_reservation_capacity_reservation_arn as CapacityReservationId,
    case lower(capacity_reservation_capacity_reservation_status)
        when 'used' then 'Used'
        when 'unused' then 'Unused'
    end as CapacityReservationStatus,
    category as ChargeCategory,
    if(line_item_line_item_type = 'Refund'
        and (bill_bill_type = 'Refund' or line_item_usage_end_date <= bill_billing_period_start_date),
        'Correction', null) as ChargeClass,
    line_item_line_item_description as ChargeDescription,
    frequency as ChargeFrequency,
    if(line_item_usage_end_date > line_item_usage_start_date, line_item_usage_end_date,
        utc(split_part(identity_time_interval, '/', 2))) as ChargePeriodEnd,
    if(line_item_usage_end_date > line_item_usage_start_date, line_item_usage_start_date,
        utc(split_part(identity_time_interval, '/', 1))) as ChargePeriodStart,
    if(commitment is null, null, if(savings_plan, 'Spend', 'Usage')) as CommitmentDiscountCategory,
    commitment as CommitmentDiscountId,
    null as CommitmentDiscountName,
    case
        when commitment is null then null
        when is_commitment_fee and savings_plan then line_item_unblended_cost
        when is_unused and savings_plan then savings_plan_total_commitment_to_date - savings_plan_used_commitment
        when savings_plan then savings_plan_savings_plan_effective_cost
        when is_commitment_fee and normalized then reservation_total_reserved_normalized_units
        when is_commitment_fee then coalesce(reservation_total_reserved_units, if(kind = 'RIFee', line_item_usage_amount, null))
        when is_unused and normalized then reservation_unused_normalized_unit_quantity
        when is_unused then reservation_unused_quantity
        when normalized then line_item_normalized_usage_amount
        else line_item_usage_amount
    end as CommitmentDiscountQuantity,
    status as CommitmentDiscountStatus,
    if(commitment is null, null, if(savings_plan, 'Savings Plan', 'Reservation')) as CommitmentDiscountType,
    case
        when CommitmentDiscountQuantity is null then null
        when savings_plan then line_item_currency_code
        when normalized then 'Normalized Hours'
        else 'Hours'
    end as CommitmentDiscountUnit,
    if(is_usage and not is_unused, quantity, null) as ConsumedQuantity,
    if(ConsumedQuantity is null, null, focus_unit(pricing_unit)) as ConsumedUnit,
    contracted_cost as ContractedCost,
    contracted_price as ContractedUnitPrice,
    effective_cost as EffectiveCost,
    bill_invoice_id as InvoiceId,
    coalesce(bill_invoicing_entity, if(bill_billing_entity = 'AWS Marketplace', null, line_item_legal_entity)) as InvoiceIssuerName,
    list_cost as ListCost,
    list_price as ListUnitPrice,
    if(is_usage and spends_line and contains(line_item_usage_type, 'SpotUsage'), 'Dynamic', pricing) as PricingCategory,
    coalesce(pricing_currency, line_item_currency_code) as PricingCurrency,
    if(PricingCurrency = BillingCurrency, contracted_price, null) as PricingCurrencyContractedUnitPrice,
    if(PricingCurrency = BillingCurrency, effective_cost, null) as PricingCurrencyEffectiveCost,
    if(PricingCurrency = BillingCurrency, list_price, null) as PricingCurrencyListUnitPrice,
    quantity as PricingQuantity,
    if(quantity is null, null, focus_unit(pricing_unit)) as PricingUnit,
    'AWS' as ProviderName,
    line_item_legal_entity as PublisherName,
    coalesce(product_region_code, product['region'], nullif(left(line_item_availability_zone, -1), '')) as RegionId,
    if(product_location_type = 'AWS Region', product_location, null) as RegionName,
    resource as ResourceId,
    null as ResourceName,
    aws_resource_type(resource, line_item_product_code) as ResourceType,
    coalesce(known_category, 'Other') as ServiceCategory,
    service_name as ServiceName,
    coalesce(known_subcategory, 'Other (Other)') as ServiceSubcategory,
    if(is_tax, null, product_sku) as SkuId,
    if(is_tax or product_sku is null, null, aws_meter(line_item_usage_type)) as SkuMeter,
    if(is_tax or product_instance_type is null, null, to_json(struct_pack(
        InstanceType := product_instance_type,
        InstanceSeries := split_part(product_instance_type, '.', 1),
        OperatingSystem := product['operating_system'],
        -- Where AWS has no number there, it writes NA.
        CoreCount := if(regexp_full_match(product['vcpu'], '[0-9]+'), cast(product['vcpu'] as integer), null)))) as SkuPriceDetails,
    if(is_tax, null, pricing_rate_code) as SkuPriceId,
    line_item_usage_account_id as SubAccountId,
    line_item_usage_account_name as SubAccountName,
    'Account' as SubAccountType,
    Tags,
    bill_billing_entity as x_BillingEntity,
    product_instance_type as x_InstanceType,
    coalesce(line_item_line_item_type, kind) as x_LineItemType,
    line_item_operation as x_Operation,
    product_servicecode as x_ServiceCode,
    line_item_usage_type as x_UsageType,
    if(kind = 'Unused commitment', identity_line_item_id || '/unused', identity_line_item_id) as x_SourceLineId,
    full_json(to_json(discount)) as x_Discounts,
    full_json(to_json(cost_category)) as x_CostCategories
from priced
