-- A small company's September and October 2025, made by hand; every number in the golden files follows
-- from these lines by arithmetic. Effective cost of October in USD:
--   checkout  100 - 8 (refund) + 2.005 (last second)                  =  94.005
--   shop       50 (untagged, account owner) + 17 tax                  =  67
--   data       40 (commitment used)                                   =  40
--   nobody     20 (a tag that tries to be a formula, no owner the policy knows)
--              + 10 (commitment unused) - 5 (credit)                  =  25
--                                                                       226.005; September 80 + 50 + 40 + 30 = 200
-- Billed: effective - 40 - 10 (spread) + 60 (purchase) = 236.005. EUR: 30 + 10 = 40, September nothing.
-- Taggable USD: 100 + 50 + 20 + 40 - 8 + 2.005 = 204.005, of which untagged 50 + 20, tagged 134.005: 65.7 %.
-- Budgets leave out tax and credits: shop-prod 100 + 50 - 8 + 2.005 = 144.005 of 140, data 20 + 40 + 10 = 70 of 80.
insert into policy_setting values ('owner_key', 'team');
insert into policy_tag_key values ('team', 'team', 1), ('team', 'squad', 2);
insert into policy_tag_value values ('team', 'checkout', 'checkout'), ('team', 'data', 'data');
insert into policy_account values ('1111', 'shop', 'shop@acme.example', null);

insert into policy_budget values
    ('shop-prod', '1111', 'USD', timestamp '2025-01-01', null, 140, [80, 100], null, null, null),                   -- 102.9 %: breached
    ('data', '2222', 'USD', timestamp '2025-01-01', timestamp '2025-09-01', 1000, [80, 100], 'data', null, null),   -- replaced:
    ('data', '2222', 'USD', timestamp '2025-10-01', timestamp '2025-12-01', 80, [80, 100], 'data', null, null),     -- 87.5 %: warning
    ('europe', '3333', 'EUR', timestamp '2025-01-01', null, 100, [50, 100], 'data', null, null),                    -- 40 %: ok
    ('closed', '2222', 'USD', timestamp '2025-01-01', timestamp '2025-08-01', 1, [100], 'data', null, null),        -- over
    ('idle', '4444', 'USD', timestamp '2025-01-01', null, 10, [100], 'lab', null, null);                            -- no cost

create temp table given (
    x_ChargeDate date, BillingCurrency varchar, SubAccountId varchar, SubAccountName varchar, ServiceName varchar,
    ResourceId varchar, ChargeCategory varchar, ChargeClass varchar, CommitmentDiscountStatus varchar, Tags json,
    BilledCost decimal(38,18), EffectiveCost decimal(38,18), ListCost decimal(38,18)
);
insert into given values
    ('2025-10-01', 'USD', '1111', 'shop-prod', 'Amazon EC2', 'i-1', 'Usage', null, null, '{"team":"checkout"}', 100, 100, 120),
    ('2025-10-02', 'USD', '1111', 'shop-prod', 'Amazon EC2', 'i-2', 'Usage', null, null, null, 50, 50, 60),
    ('2025-10-03', 'USD', '2222', 'data', 'Amazon S3', 'bucket-1', 'Usage', null, null, '{"squad":"=HYPERLINK(\"http://evil\")"}', 20, 20, 20),
    ('2025-10-04', 'USD', '2222', 'data', 'Amazon EC2', 'i-3', 'Usage', null, 'Used', '{"Team":"DATA "}', 0, 40, 70),
    ('2025-10-04', 'USD', '2222', 'data', 'Amazon EC2', null, 'Usage', null, 'Unused', null, 0, 10, 0),
    ('2025-10-01', 'USD', '2222', 'data', 'Amazon EC2', 'ri-1', 'Purchase', null, null, null, 60, 0, 60),
    ('2025-10-01', 'USD', '1111', 'shop-prod', 'Tax', null, 'Tax', null, null, null, 17, 17, 17),
    ('2025-10-31', 'USD', '2222', 'data', 'Amazon EC2', null, 'Credit', null, null, null, -5, -5, -5),
    ('2025-10-20', 'USD', '1111', 'shop-prod', 'Amazon EC2', 'i-1', 'Usage', 'Correction', null, '{"team":"checkout"}', -8, -8, -8),
    ('2025-10-31', 'USD', '1111', 'shop-prod', 'Amazon EC2', 'i-1', 'Usage', null, null, '{"team":"checkout"}', 2.005, 2.005, 2.005),
    ('2025-10-01', 'EUR', '3333', '@europe', 'Amazon EC2', 'i-9', 'Usage', null, null, '{"team":"data"}', 30, 30, 30),
    ('2025-10-01', 'EUR', '3333', '@europe', 'Amazon S3', 'bucket' || chr(9) || chr(7) || 'eu', 'Usage', null, null, null, 10, 10, 10),
    ('2025-09-01', 'USD', '1111', 'shop-prod', 'Amazon EC2', 'i-1', 'Usage', null, null, '{"team":"checkout"}', 80, 80, 80),
    ('2025-09-01', 'USD', '1111', 'shop-prod', 'Amazon EC2', 'i-2', 'Usage', null, null, null, 50, 50, 50),
    ('2025-09-01', 'USD', '2222', 'data', 'Amazon EC2', 'i-3', 'Usage', null, 'Used', '{"team":"data"}', 40, 40, 40),
    ('2025-09-01', 'USD', '2222', 'data', 'Amazon RDS', 'db-1', 'Usage', null, null, '{"team":"data"}', 30, 30, 30);

insert into daily_cost by name
select
    *,
    'aws-payer' as x_SourceName,
    strftime(x_ChargeDate, '%Y-%m') as x_Slice,
    'aws-payer/' || strftime(x_ChargeDate, '%Y-%m') || '@1' as x_ImportId,
    date_trunc('month', x_ChargeDate) as BillingPeriodStart,
    if(SubAccountId = '3333', 'AWS Europe', 'AWS') as ProviderName, -- which bills in euros
    '9999' as BillingAccountId,
    'Compute' as ServiceCategory,
    ListCost as ContractedCost,
    1 as x_Rows
from given;

insert into import by name
select
    SourceName || '/' || Slice || '@' || Version as ImportId, SourceName, Slice, cast(Slice || '-01' as timestamp) as BillingPeriodStart,
    'aws' as Provider, 'aws_cur_2_0' as Format, 'parquet' as Encoding, Version, 'unblended' as CostBasis, State, 1 as Files, 100 as Bytes,
    12 as RawRows, 12 as CostRows, 0 as SplitRows, FirstCharge, LastCharge, timestamp '2025-11-03 06:30:00' as LoadedAt
from (values
    ('aws-payer', '2025-10', '0', 'superseded', timestamp '2025-10-01', timestamp '2025-10-20'),
    ('aws-payer', '2025-10', '1', 'current', timestamp '2025-10-01', timestamp '2025-11-01'),
    ('aws-payer', '2025-09', '1', 'current', timestamp '2025-09-01', timestamp '2025-10-01'),
    ('azure-ea', '2025-08', '1', 'current', timestamp '2025-08-01', timestamp '2025-09-01')
) as delivery (SourceName, Slice, Version, State, FirstCharge, LastCharge);

insert into import_total values
    ('aws-payer/2025-10@1', '9999', 'INV-10', 'AWS', 'USD', 236.005, 236.005, 226.005, 336.005, 336.005, 10),
    ('aws-payer/2025-10@1', '9999', 'INV-11', 'AWS', 'EUR', 40, 40, 40, 40, 40, 2),
    ('aws-payer/2025-09@1', '9999', 'INV-09', 'AWS', 'USD', 200, 200, 200, 200, 200, 4);

-- Two findings on i-1 overlap: the total counts the larger.
insert into finding values
    ('rightsizing/previous_generation', timestamp '2025-10-01', 'info', '1111', 'i-1', 'USD', 94.005, 9.4005, '{"from":"m4.large","to":"m7i.large"}'),
    ('rightsizing/idle', timestamp '2025-10-01', 'warning', '1111', 'i-1', 'USD', 94.005, 94.005, '{"hours":744}'),
    ('rightsizing/previous_generation', timestamp '2025-10-01', 'info', '3333', 'i-9', 'EUR', 30, 3, '{"from":"t2.micro","to":"t3.micro"}'),
    ('tag_coverage/untagged_cost', timestamp '2025-10-01', 'info', '1111', 'i-2', 'USD', 50, null, '{}');

-- Of what was restated, changes while the month was open or closing are no news. In EUR 25 became 30; in USD RDS of
-- September went from 35 to 30 and EC2 from 125 to 130 with the same effective cost.
insert into restatement values
    ('aws-payer', '2025-10', '2025-10-01', 'aws-payer/2025-10@0', 'aws-payer/2025-10@1', 'open', 'USD', '1111', 'Amazon EC2', 1, 2, 1, 1, 2, 1, '2025-10-21 06:30:00'),
    ('aws-payer', '2025-09', '2025-09-01', 'aws-payer/2025-09@0', 'aws-payer/2025-09@1', 'closed', 'USD', '2222', 'Amazon RDS', 35, 30, -5, 35, 30, -5, '2025-11-03 06:30:00'),
    ('aws-payer', '2025-09', '2025-09-01', 'aws-payer/2025-09@0', 'aws-payer/2025-09@1', 'closed', 'USD', '1111', 'Amazon EC2', 125, 130, 5, 130, 130, 0, '2025-11-03 06:30:00'),
    ('aws-payer', '2025-10', '2025-10-01', 'aws-payer/2025-10@1', 'aws-payer/2025-10@2', 'closed', 'EUR', null, 'Amazon EC2', 25, 30, 5, 25, 30, 5, '2025-11-19 06:30:00');

-- What was repaired in rows of October, the older delivery's left out, and a finding about the data.
insert into import_change values
    ('aws-payer/2025-10@1', 'MissingListCost', 'USD', 3, 12.5, 20.25),
    ('aws-payer/2025-10@1', 'TagKeysFolded', 'EUR', 1, 10, 10),
    ('aws-payer/2025-10@0', 'MissingListCost', 'USD', 9, 90, 90),
    ('aws-payer/2025-09@1', 'MissingListCost', 'USD', 7, 70, 70);
insert into finding values
    ('data_quality/tie_out', timestamp '2025-10-01', 'warning', 'aws-payer', 'reservation ri-1', 'USD', -5, null, '{}');
