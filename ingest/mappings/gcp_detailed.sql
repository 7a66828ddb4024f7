-- title: Google Cloud detailed usage cost export to FOCUS 1.2
-- must text: billing_account_id, currency, invoice.month, service.description
-- must time: usage_start_time, usage_end_time
-- must numeric: cost
-- must list credits: type text, amount numeric, name text, full_name text
-- may text: cost_type, invoice.publisher_type, service.id, sku.id, sku.description
-- may text: project.id, project.name, project.number, project.ancestry_numbers
-- may text: location.location, location.region, location.zone
-- may text: resource.name, resource.global_name, subscription.instance_id
-- may text: usage.unit, usage.pricing_unit, transaction_type, seller_name
-- may text: consumption_model.id, consumption_model.description
-- may text: adjustment_info.id, adjustment_info.description, adjustment_info.mode, adjustment_info.type
-- may time: export_time
-- may numeric: cost_at_list, cost_at_effective_price_default
-- may decimal: usage.amount, usage.amount_in_pricing_units
-- may decimal: price.effective_price, price.effective_price_default, price.list_price, price.tier_start_amount
-- may float: currency_conversion_rate, usage.amount_in_pricing_units, price.pricing_unit_quantity
-- may float: price.effective_price, price.effective_price_default, price.list_price
-- may list labels: key text, value text
-- may list system_labels: key text, value text
-- may list project.labels: key text, value text
-- may list project.ancestors: resource_name text, display_name text
-- may list tags: key text, value text, inherited text, namespace text
--
-- A row of the table becomes one charge or several, its parts:
--
--   charge      what it costs after its credits
--   resource    the part of a usage row that a resource-based commitment covers, in the shape of all years
--   legacy      the part that a spend-based commitment covers, as a credit: the shape until January 2026
--   purchase    the fee of a commitment
--   unused      what of a fee no usage drew on
--   promotion   credits that are a form of payment
--   margin      the reseller's margin
--   residual    of a day: usage at a commitment's price whose fee is not there
--
-- The fee of a commitment is billed as its purchase and spent by the usage it covers, and by what it left unused.
-- Where usage carries a credit (resource, legacy), the fees of a day are shared out by the credits of the day. In the new
-- shape usage costs its share already and the fee is offset; what fee, offset and usage of a day do not agree in
-- stays with the purchase. Sums are exact: rates have nine decimals, products eighteen, the rest goes to one row.
with
line as not materialized (
    select
        *,
        coalesce(cost_type, 'regular') = 'regular' as is_regular,
        coalesce(consumption_model_description, 'Default') <> 'Default' as is_discounted,
        coalesce(sku_description, '') as sku_text,
        subscription_instance_id as subscription,
        coalesce(location_region, location_location) as region,
        cast(usage_start_time as date) as day,
        gcp_credit(credits, 'PROMOTION') as promotion,
        gcp_credit(credits, 'RESELLER_MARGIN') as margin,
        gcp_credit(credits, 'FEE_UTILIZATION_OFFSET') as fee_offset,
        gcp_credit(credits, 'COMMITTED_USAGE_DISCOUNT') as resource_credit,
        gcp_credit(credits, 'COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE') as legacy_credit,
        cast(cost + gcp_credits(credits) - promotion - margin as decimal(28, 9)) as net_cost
    from raw
),
-- Which commitment's row this is, in all three shapes. The offset alone does not tell a fee: what is unused has none.
-- A new fee is told by its price of one dollar a unit, whatever its SKU: Google has dozens, and adds to them. The
-- standard export has no subscriptions; there its name helps.
fees as not materialized (
    select
        *,
        case
            when not is_regular then null
            when fee_offset <> 0 or sku_id in (select SkuId from gcp_fee_sku where Model = 'new') then 'spend'
            when starts_with(sku_text, 'Commitment v1') then 'resource'
            when (subscription is not null or regexp_matches(sku_text, '(?i)commitment|\bcuds?\b')) and not is_discounted
                and round(price_effective_price_float, 6) in (1, round(currency_conversion_rate_float, 6)) then 'spend'
            when starts_with(sku_text, 'Commitment - dollar based v1')
                or sku_id in (select SkuId from gcp_fee_sku where Model = 'old') then 'legacy'
        end as fee
    from line
),
shaped as not materialized (
    select
        *,
        is_regular and fee is null as is_usage,
        is_usage and is_discounted and (subscription is not null
            or coalesce(consumption_model_id in (select ConsumptionModelId from gcp_consumption_model), false)
            or regexp_matches(consumption_model_description, '(?i)cud|commit|year')) as is_spend,
        is_usage and resource_credit <> 0 as is_resource,
        is_usage and legacy_credit <> 0 as is_legacy
    from fees
),
-- How much of a row each kind of commitment covers: all of it where the credit is the whole cost.
covered as not materialized (
    select
        *,
        case
            when not is_resource then 0
            when cost = 0 then 1
            else greatest(0, least(1, -cast(resource_credit as double) / cast(cost as double)))
        end as resource_share,
        case
            when not is_legacy then 0
            when cost = 0 then 1 - resource_share
            else greatest(0, least(1 - resource_share, -cast(legacy_credit as double) / cast(cost as double)))
        end as legacy_share
    from shaped
),
-- Each row once per pool of commitments that it has to do with. Fees and what they cover meet in a pool: a
-- subscription's own; that of an originating SKU; a region's of one unit, such as hours of cores.
pooled as not materialized (
    select
        *,
        unnest(case
            when fee is not null then [fee]
            when is_spend then ['spend']
            when is_resource and is_legacy then ['resource', 'legacy']
            when is_resource then ['resource']
            else ['legacy']
        end) as pool
    from covered
    where fee is not null or is_spend or is_resource or is_legacy
),
contribution as not materialized (
    select
        *,
        gcp_pool_key(pool, fee, subscription, region, usage_pricing_unit, sku_id, labels) as pool_key,
        fee is not null as is_fee,
        if(is_fee, net_cost - fee_offset, 0) as fee_cost,
        if(pool <> 'spend', 0, if(is_fee, fee_offset, net_cost)) as excess,
        cast(case
            when is_fee then 0
            when pool = 'resource' then -resource_credit
            when pool = 'legacy' then -legacy_credit
            else 0
        end as decimal(20, 9)) as weight,
        if(pool = 'resource', cast(usage_amount_in_pricing_units_float as decimal(28, 9)), 0) as units
    from pooled
),
pool_day as materialized (
    select
        billing_account_id,
        currency,
        invoice_month,
        day,
        pool,
        pool_key,
        min(service_id) as service_id,
        min(service_description) as service_description,
        cast(sum(fee_cost) as decimal(28, 9)) as fee_cost,
        cast(sum(excess) as decimal(28, 9)) as excess,
        sum(weight) as weight,
        sum(units) filter (is_fee) as fee_units,
        sum(gcp_portion(units, resource_share)) filter (not is_fee) as used_units,
        max({'size': abs(fee_cost), 'place': -raw_row}) filter (is_fee) as largest_fee,
        max({'size': abs(weight), 'place': -raw_row}) filter (not is_fee) as largest_usage,
        min(subscription) filter (is_fee) as first_subscription,
        max(subscription) filter (is_fee) as last_subscription,
        count(*) filter (is_fee and subscription is null) as fees_of_none
    from contribution
    group by all
),
-- The part of a pool's fees that usage drew on. Legacy fees name the SKU that used them and are used where that SKU
-- has credits; resource-based ones are used as far as units were covered.
drawn as (
    select
        *,
        case
            when pool = 'spend' or weight = 0 or fee_cost = 0 or (weight > 0) <> (fee_cost > 0) then 0
            when abs(fee_cost) > 1000000 * cast(abs(weight) as double) then 0
            when pool = 'resource' and fee_units <> 0 and used_units is not null
                then greatest(0, least(1, cast(used_units as double) / cast(fee_units as double)))
            else 1
        end as share,
        gcp_portion(fee_cost, share) as used_cost
    from pool_day
),
-- What of it falls to each unit of a fee and of a credit, and what then is over, for the largest fee and the largest
-- credit of the day. A pool with one subscription is that commitment; else the pool itself is, on all its rows.
pool as materialized (
    select
        billing_account_id,
        currency,
        invoice_month,
        day,
        pool,
        pool_key,
        service_id as pool_service_id,
        service_description as pool_service,
        excess,
        -largest_fee.place as fee_row,
        -largest_usage.place as usage_row,
        cast(if(used_cost = fee_cost, 1, share) as decimal(10, 9)) as used_share,
        used_cost - cast(fee_cost as decimal(24, 9)) * used_share as fee_rest,
        coalesce(cast(cast(used_cost as double) / nullif(cast(weight as double), 0) as decimal(18, 9)), 0) as rate,
        used_cost - cast(weight as decimal(20, 9)) * rate as usage_rest,
        case
            when pool = 'spend' then nullif(pool_key, '')
            when pool = 'legacy' and pool_key = '' then null
            when first_subscription = last_subscription and fees_of_none = 0 then first_subscription
            when pool = 'legacy' then 'Spend-based CUD'
            else 'Resource-based CUD ' || pool_key
        end as commitment
    from drawn
),
-- A month has few distinct sets of labels; each is read once, and found by its hash. Were two sets to share one, rows
-- would double and the load be refused.
tag as materialized (
    select hash(labels, tags, project_labels) as tag_key, gcp_tags(labels, tags, project_labels) as tag_set,
        gcp_repeats_key(labels, tags, project_labels) as repeats_key
    from (select distinct labels, tags, project_labels from raw)
),
machine as materialized (
    select
        hash(system_labels) as machine_key,
        gcp_label(system_labels, 'compute.googleapis.com/machine_spec') as machine_type,
        gcp_price_details(machine_type,
            gcp_label(system_labels, 'compute.googleapis.com/cores'),
            gcp_label(system_labels, 'compute.googleapis.com/memory'),
            gcp_label(system_labels, 'storage.googleapis.com/object_state')) as price_details,
        gcp_label(system_labels, 'compute.googleapis.com/is_unused_reservation') as is_unused_reservation,
        gcp_label(system_labels, 'compute.googleapis.com/reservation_name') as reservation_name,
        gcp_label(system_labels, 'compute.googleapis.com/reservation_project_id') as reservation_project
    from (select distinct system_labels from raw)
),
folder as materialized (
    select
        hash(project_ancestors, project_ancestry_numbers) as folder_key,
        gcp_folders(project_ancestors, project_ancestry_numbers) as project_folders
    from (select distinct project_ancestors, project_ancestry_numbers from raw)
),
-- Invoice months are those of the clock in California.
month as materialized (
    select
        invoice_month,
        strptime(invoice_month, '%Y%m') as period_start,
        cast(timezone('America/Los_Angeles', period_start) as timestamp) as invoice_start
    from (select distinct invoice_month from raw)
),
-- Lists are left behind here: what follows copies rows.
part as not materialized (
    select
        * exclude (credits, labels, tags, project_labels, system_labels, project_ancestors, project_ancestry_numbers),
        hash(labels, tags, project_labels) as tag_key,
        hash(system_labels) as machine_key,
        hash(project_ancestors, project_ancestry_numbers) as folder_key,
        is_resource or is_legacy as is_split,
        case
            when part in ('purchase', 'unused') then fee
            when part in ('resource', 'legacy') then part
            when part = 'charge' and is_spend then 'spend'
        end as pool,
        gcp_pool_key(pool, fee, subscription, region, usage_pricing_unit, sku_id, labels) as pool_key,
        case
            when len(credits) = 0 then null
            when part = 'resource' then json_object('COMMITTED_USAGE_DISCOUNT', cast(resource_credit as double))
            when part = 'legacy' then json_object('COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE', cast(legacy_credit as double))
            when part in ('charge', 'purchase') then gcp_discounts(credits, is_usage)
        end as discounts,
        case part
            when 'resource' then gcp_credit_name(credits, 'COMMITTED_USAGE_DISCOUNT')
            when 'legacy' then gcp_credit_name(credits, 'COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE')
            when 'promotion' then gcp_credit_name(credits, 'PROMOTION')
            when 'margin' then gcp_credit_name(credits, 'RESELLER_MARGIN')
        end as credit_name
    from (
        select
            *,
            unnest(if(is_usage and len(credits) = 0, ['charge'], list_filter([
                case
                    when fee is not null then 'purchase'
                    when net_cost <> 0 or resource_share + legacy_share < 0.999999999 then 'charge'
                end,
                if(fee is not null, 'unused', null),
                if(is_resource, 'resource', null),
                if(is_legacy, 'legacy', null),
                if(promotion <> 0, 'promotion', null),
                if(margin <> 0, 'margin', null)], lambda kind: kind is not null))) as part
        from covered
    )
),
charge as (
    select
        part.*,
        part.part = 'charge' and part.is_spend as is_covered,
        pool.* exclude (billing_account_id, currency, invoice_month, day, pool, pool_key),
        tag.tag_set,
        tag.repeats_key,
        machine.* exclude (machine_key),
        folder.project_folders
    from part
    left join pool using (billing_account_id, currency, invoice_month, day, pool, pool_key)
    join tag using (tag_key)
    join machine using (machine_key)
    join folder using (folder_key)
    union all by name
    select
        *,
        'residual' as part,
        false as is_covered,
        cast(day as timestamp) as usage_start_time,
        cast(day as timestamp) + interval 1 day as usage_end_time,
        pool_service_id as service_id,
        pool_service as service_description,
        'Covered usage whose commitment fee is not in the day' as sku_text
    from pool
    where pool = 'spend' and fee_row is null and excess <> 0
),
costed as (
    select
        *,
        part in ('purchase', 'unused', 'resource', 'legacy', 'residual') or is_covered as has_commitment,
        part in ('charge', 'resource', 'legacy') and is_usage as is_used,
        part in ('charge', 'resource', 'legacy', 'purchase') and is_regular as has_quantity,
        case
            when part = 'purchase' then cast(net_cost - fee_offset + if(pool = 'spend' and raw_row = fee_row, excess, 0) as decimal(28, 9))
            when part in ('unused', 'resource', 'legacy') or is_covered then 0
            when part = 'promotion' then promotion
            when part = 'margin' then margin
            when part = 'residual' then excess
            else net_cost
        end as billed_cost,
        -- Eighteen decimals in every branch: with one of decimal(38, 9) among them the case would round all to nine.
        case
            when part in ('purchase', 'residual') then 0
            when part = 'unused' and pool = 'spend' then cast(net_cost as decimal(38, 18))
            when part = 'unused' then net_cost - cast(net_cost as decimal(24, 9)) * used_share - if(raw_row = fee_row, fee_rest, 0)
            when part = 'resource' then cast(-resource_credit as decimal(20, 9)) * rate + if(raw_row = usage_row, usage_rest, 0)
            when part = 'legacy' then cast(-legacy_credit as decimal(20, 9)) * rate + if(raw_row = usage_row, usage_rest, 0)
            when is_covered then cast(net_cost as decimal(38, 18))
            else cast(billed_cost as decimal(38, 18))
        end as effective_cost,
        case
            when part = 'unused' then 0
            when part in ('promotion', 'margin', 'residual') or not is_regular then billed_cost
            else gcp_part(coalesce(cost_at_effective_price_default, cost), is_split, part, resource_share, legacy_share)
        end as contracted_cost,
        if(has_quantity, gcp_part(coalesce(cost_at_list, cost_at_effective_price_default, cost), is_split, part, resource_share, legacy_share),
            contracted_cost) as list_cost,
        if(has_quantity, gcp_part(usage_amount_in_pricing_units, is_split, part, resource_share, legacy_share), null) as quantity,
        if(has_quantity, coalesce(
            gcp_price_float(coalesce(price_effective_price_default_float, price_effective_price_float), price_pricing_unit_quantity_float),
            cast(coalesce(cost_at_effective_price_default, cost) as double) / nullif(usage_amount_in_pricing_units_float, 0)), null) as contracted_price_float,
        if(has_quantity, coalesce(
            gcp_price_float(price_list_price_float, price_pricing_unit_quantity_float),
            cast(cost_at_list as double) / nullif(usage_amount_in_pricing_units_float, 0)), null) as list_price_float,
        case
            when contracted_price_float is null or contracted_price_float < 0 then null
            when price_pricing_unit_quantity_float <> 1 then price_of(contracted_price_float)
            else coalesce(price_effective_price_default, price_effective_price, price_of(contracted_price_float))
        end as contracted_price,
        case
            when list_price_float is null or list_price_float < 0 then null
            when price_pricing_unit_quantity_float <> 1 then price_of(list_price_float)
            else coalesce(price_list_price, price_of(list_price_float))
        end as list_price,
        if(currency = 'USD', 1, nullif(currency_conversion_rate_float, 0)) as dollar_rate,
        if(part = 'charge' and not is_split, cast(net_cost as double), cast(effective_cost as double)) as effective_cost_float,
        coalesce(resource_name, resource_global_name) as name,
        has_quantity and cost_at_list is null and cost <> 0 as lacks_list
    from charge
    where part <> 'unused' or if(pool = 'spend', net_cost <> 0, used_share <> 1)
)
select
    location_zone as AvailabilityZone,
    billed_cost as BilledCost,
    billing_account_id as BillingAccountId,
    null as BillingAccountName,
    'Billing Account' as BillingAccountType,
    currency as BillingCurrency,
    period_start + interval 1 month as BillingPeriodEnd,
    period_start as BillingPeriodStart,
    if(coalesce(reservation_name, is_unused_reservation) is null, null,
        concat_ws('/', reservation_project, coalesce(reservation_name, name, 'unnamed'))) as CapacityReservationId,
    case
        when CapacityReservationId is null then null
        when is_unused_reservation = 'true' then 'Unused'
        else 'Used'
    end as CapacityReservationStatus,
    case
        when part in ('promotion', 'margin') then 'Credit'
        when part = 'purchase' then 'Purchase'
        when part = 'residual' then 'Adjustment'
        when is_regular then 'Usage'
        when cost_type = 'tax' then 'Tax'
        else 'Adjustment'
    end as ChargeCategory,
    if(adjustment_info_type like '%_CORRECTION' and usage_start_time < invoice_start and ChargeCategory <> 'Credit',
        'Correction', null) as ChargeClass,
    concat_ws(': ', sku_text, if(part in ('promotion', 'margin'), credit_name, adjustment_info_description)) as ChargeDescription,
    case ChargeCategory
        when 'Usage' then 'Usage-Based'
        when 'Purchase' then 'Recurring'
        else 'One-Time'
    end as ChargeFrequency,
    if(usage_end_time > usage_start_time, usage_end_time, usage_start_time + interval 1 hour) as ChargePeriodEnd,
    usage_start_time as ChargePeriodStart,
    if(has_commitment, if(pool = 'resource', 'Usage', 'Spend'), null) as CommitmentDiscountCategory,
    if(has_commitment, coalesce(commitment, subscription, 'Spend-based CUD'), null) as CommitmentDiscountId,
    case
        when not has_commitment or part = 'residual' then null
        when is_covered then consumption_model_description
        when part in ('resource', 'legacy') then credit_name
        else nullif(sku_text, '')
    end as CommitmentDiscountName,
    case
        when not has_commitment or part = 'residual' then null
        when pool <> 'resource' then if(part = 'purchase', net_cost - fee_offset, effective_cost)
        when part = 'unused' then gcp_portion(usage_amount_in_pricing_units, 1 - used_share)
        else quantity
    end as CommitmentDiscountQuantity,
    case
        when part = 'unused' then 'Unused'
        when part in ('resource', 'legacy') or is_covered then 'Used'
    end as CommitmentDiscountStatus,
    if(has_commitment, if(pool = 'resource', 'Resource-based CUD', 'Spend-based CUD'), null) as CommitmentDiscountType,
    if(CommitmentDiscountQuantity is null, null, if(pool = 'resource', usage_pricing_unit, currency)) as CommitmentDiscountUnit,
    if(is_used, gcp_part(usage_amount, is_split, part, resource_share, legacy_share), null) as ConsumedQuantity,
    if(ConsumedQuantity is null, null, usage_unit) as ConsumedUnit,
    contracted_cost as ContractedCost,
    contracted_price as ContractedUnitPrice,
    effective_cost as EffectiveCost,
    null as InvoiceId,
    if(transaction_type = 'THIRD_PARTY_AGENCY', coalesce(seller_name, 'Google Cloud'), 'Google Cloud') as InvoiceIssuerName,
    list_cost as ListCost,
    list_price as ListUnitPrice,
    case
        when part in ('promotion', 'margin') then 'Other'
        when part = 'residual' or not is_regular then null
        when CommitmentDiscountStatus is not null then 'Committed'
        when gcp_is_spot(sku_text) then 'Dynamic'
        else 'Standard'
    end as PricingCategory,
    if(dollar_rate is null, currency, 'USD') as PricingCurrency,
    if(dollar_rate = 1 or dollar_rate is null, contracted_price, if(contracted_price is null, null, price_of(contracted_price_float / dollar_rate))) as PricingCurrencyContractedUnitPrice,
    if(dollar_rate = 1 or dollar_rate is null, effective_cost, price_of(effective_cost_float / dollar_rate)) as PricingCurrencyEffectiveCost,
    if(dollar_rate = 1 or dollar_rate is null, list_price, if(list_price is null, null, price_of(list_price_float / dollar_rate))) as PricingCurrencyListUnitPrice,
    quantity as PricingQuantity,
    if(quantity is null, null, usage_pricing_unit) as PricingUnit,
    'Google Cloud' as ProviderName,
    if(coalesce(transaction_type, 'GOOGLE') = 'GOOGLE', coalesce(if(invoice_publisher_type = 'PARTNER', seller_name, null), 'Google Cloud'),
        coalesce(seller_name, 'Google Cloud')) as PublisherName,
    region as RegionId,
    gcp_region.RegionName,
    case
        when part = 'margin' then null
        when fee is not null then subscription_instance_id
        else coalesce(resource_global_name, resource_name)
    end as ResourceId,
    if(ResourceId is null or fee is not null, null, nullif(split_part(name, '/', -1), '')) as ResourceName,
    case
        when ResourceId is null then null
        when fee is not null then 'commitment'
        else gcp_resource_type(coalesce(resource_global_name, resource_name))
    end as ResourceType,
    coalesce(by_id.ServiceCategory, by_name.ServiceCategory, 'Other') as ServiceCategory,
    service_description as ServiceName,
    coalesce(by_id.ServiceSubcategory, by_name.ServiceSubcategory, 'Other (Other)') as ServiceSubcategory,
    if(is_regular, sku_id, null) as SkuId,
    if(is_regular, sku_description, null) as SkuMeter,
    if(is_regular, price_details, null) as SkuPriceDetails,
    if(is_regular and sku_id is not null, concat_ws('/', sku_id, if(coalesce(price_tier_start_amount, 0) = 0, '0', digits(price_tier_start_amount)), consumption_model_id), null) as SkuPriceId,
    if(part = 'margin', null, project_id) as SubAccountId,
    if(part = 'margin', null, project_name) as SubAccountName,
    if(SubAccountId is null, null, 'Project') as SubAccountType,
    if(part = 'margin', null, tag_set) as Tags,
    'Google Cloud' as x_BillingEntity,
    if(is_regular, machine_type, null) as x_InstanceType,
    case part
        when 'promotion' then 'PROMOTION'
        when 'margin' then 'RESELLER_MARGIN'
        else coalesce(cost_type, 'regular')
    end as x_LineItemType,
    null as x_Operation,
    service_id as x_ServiceCode,
    null as x_UsageType,
    null as x_SourceLineId,
    discounts as x_Discounts,
    null as x_CostCategories,
    if(part = 'margin', null, project_number) as x_ProjectNumber,
    if(part = 'margin', null, project_folders) as x_ProjectFolders,
    adjustment_info_type as x_AdjustmentType,
    export_time as x_ExportTime,
    if(lacks_list or repeats_key or part = 'residual' or usage_end_time <= usage_start_time, gcp_codes([
        if(lacks_list, 'MissingListCost', null),
        if(repeats_key, 'RepeatedTagKey', null),
        if(part = 'residual', 'MissingCommitmentFee', null),
        if(usage_end_time <= usage_start_time, 'InvalidChargePeriodEnd', null)]), null) as x_Changes
from costed
left join month using (invoice_month)
left join gcp_region on gcp_region.RegionId = region
left join gcp_service as by_id on by_id.ServiceId = service_id
left join gcp_service as by_name on by_name.ServiceName = service_description
