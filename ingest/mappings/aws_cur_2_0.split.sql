-- Pods and tasks that split an instance's cost: a view into lines that are charged elsewhere.
select
    bill_billing_period_start_date as BillingPeriodStart,
    line_item_usage_start_date as ChargePeriodStart,
    line_item_usage_end_date as ChargePeriodEnd,
    bill_payer_account_id as BillingAccountId,
    line_item_currency_code as BillingCurrency,
    line_item_usage_account_id as SubAccountId,
    line_item_resource_id as ResourceId,
    split_line_item_parent_resource_id as ParentResourceId,
    line_item_usage_type as UsageType,
    split_line_item_split_usage as SplitUsage,
    split_line_item_split_usage_ratio as SplitUsageRatio,
    if(list_contains(getvariable('net_payers'), bill_payer_account_id),
        coalesce(split_line_item_net_split_cost, split_line_item_split_cost), split_line_item_split_cost) as SplitCost,
    if(list_contains(getvariable('net_payers'), bill_payer_account_id),
        coalesce(split_line_item_net_unused_cost, split_line_item_unused_cost), split_line_item_unused_cost) as UnusedCost,
    aws_tags(coalesce(nullif(cast(to_json(tags) as varchar), '{}'), cast(to_json(resource_tags) as varchar))) as Tags
from raw
where split_line_item_parent_resource_id is not null
    or line_item_operation in ('EKSPod-EC2', 'ECSTask-EC2')
