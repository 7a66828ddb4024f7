-- Thirteen months of a company, October 2024 to October 2025, for the picture of the overview. Month n costs
-- base * (1 + 0.02 n), so October 2025 is base * 1.26 and September base * 1.24; ml costs 1.4 times as much
-- from August 2025 on. USD: (142000 - 14000) * 1.26 + 14000 * 1.26 * 1.4 = 185976 and 183024 the month before.
-- Billed is 97 % of it, 180396.72. EUR: 8000 * 1.26 = 10080. Of web's 23940 USD 40 % have no tag: 9576.
insert into policy_setting values ('owner_key', 'team');
insert into policy_tag_key values ('team', 'team', 1);
insert into policy_account values ('100000000004', 'web', 'web@acme.example', null);
insert into policy_budget values
    ('payments', '100000000001', 'USD', timestamp '2025-01-01', null, 50000, [80, 100], 'payments', null, null), -- 52920: 105.8 %
    ('search', '100000000002', 'USD', timestamp '2025-01-01', null, 45000, [80, 100], 'search', null, null),     -- 39060: 86.8 %
    ('web', '100000000004', 'USD', timestamp '2025-01-01', null, 30000, [80, 100], 'web', null, null),           -- 23940: 79.8 %
    ('ml', '100000000005', 'USD', timestamp '2025-01-01', null, 25000, [80, 100], 'ml', null, null);             -- 24696: 98.8 %
insert into finding values
    ('rightsizing/previous_generation', timestamp '2025-10-01', 'info', '100000000001', 'i-0a1', 'USD', 8270, 1240.50, '{"instance_type":"m4.4xlarge","newer_type":"m6i.4xlarge"}'),
    ('rightsizing/previous_generation', timestamp '2025-10-01', 'info', '100000000002', 'i-0b2', 'USD', 5733, 860, '{"instance_type":"c4.2xlarge","newer_type":"c6i.2xlarge"}');

insert into daily_cost by name
select
    'aws-payer' as x_SourceName,
    strftime(BillingPeriodStart, '%Y-%m') as x_Slice,
    'aws-payer/' || x_Slice || '@1' as x_ImportId,
    cast(BillingPeriodStart as date) as x_ChargeDate,
    BillingPeriodStart,
    BillingCurrency,
    'AWS' as ProviderName,
    '100000000000' as BillingAccountId,
    SubAccountId,
    team || '-prod' as SubAccountName,
    'Compute' as ServiceCategory,
    ServiceName,
    team || '-' || ServiceName || '-' || tagged as ResourceId,
    'Usage' as ChargeCategory,
    if(tagged, json_object('team', team), null) as Tags,
    cast(base * part * tagged_part * (1 + 0.02 * n) * if(team = 'ml' and n >= 11, 1.4, 1) as decimal(38,18)) as EffectiveCost,
    cast(EffectiveCost * 0.97 as decimal(38,18)) as BilledCost,
    EffectiveCost as ListCost,
    EffectiveCost as ContractedCost,
    if(BillingCurrency = 'USD', 1000, 10) as x_Rows
from (values
    ('payments', '100000000001', 'USD', 42000), ('search', '100000000002', 'USD', 31000), ('data-platform', '100000000003', 'USD', 27000),
    ('web', '100000000004', 'USD', 19000), ('ml', '100000000005', 'USD', 14000), ('core-infra', '100000000006', 'USD', 9000),
    ('data-platform', '100000000007', 'EUR', 8000)
) as account (team, SubAccountId, BillingCurrency, base)
cross join (values
    ('Amazon Elastic Compute Cloud', 0.48), ('Amazon Relational Database Service', 0.19), ('Amazon Simple Storage Service', 0.13),
    ('Amazon CloudFront', 0.08), ('AWS Lambda', 0.06), ('Amazon DynamoDB', 0.04), ('AmazonCloudWatch', 0.02)
) as service (ServiceName, part)
cross join (values (true), (false)) as half (tagged)
cross join lateral (select if(team = 'web', if(tagged, 0.6, 0.4), if(tagged, 1.0, 0.0)) as tagged_part)
cross join (select n, timestamp '2024-09-01' + to_months(n) as BillingPeriodStart from range(1, 14) as month (n))
where tagged_part > 0;

insert into import by name
select
    x_ImportId as ImportId, 'aws-payer' as SourceName, x_Slice as Slice, BillingPeriodStart, 'aws' as Provider, 'aws_focus_1_2' as Format,
    'parquet' as Encoding, '1' as Version, 'billed' as CostBasis, 'current' as State, 3 as Files, 100 as Bytes, 100 as RawRows, 100 as CostRows,
    0 as SplitRows, BillingPeriodStart as FirstCharge, BillingPeriodStart + interval 1 month as LastCharge, BillingPeriodStart + interval 1 month as LoadedAt
from (select distinct x_ImportId, x_Slice, BillingPeriodStart from daily_cost);
insert into import_total
select x_ImportId, BillingAccountId, 'INV-' || x_Slice, 'AWS', BillingCurrency,
    sum(BilledCost), sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost), sum(x_Rows)
from daily_cost
group by all;
