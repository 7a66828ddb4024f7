-- Values that FOCUS 1.2 does not allow, with how many rows hold them (specification, columns/*.md).
with row as (
    select * from cost where x_ImportId = $import_id
),
violation (ColumnName, Value, Wanted) as (
    select 'ChargeCategory', ChargeCategory, 'Usage, Purchase, Tax, Credit or Adjustment' from row
    where ChargeCategory not in ('Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment')
    union all
    select 'ChargeClass', ChargeClass, 'Correction or nothing' from row
    where ChargeClass <> 'Correction'
    union all
    select 'ChargeFrequency', ChargeFrequency, 'One-Time, Recurring or Usage-Based' from row
    where ChargeFrequency not in ('One-Time', 'Recurring', 'Usage-Based')
    union all
    select 'PricingCategory', PricingCategory, 'Standard, Dynamic, Committed or Other' from row
    where PricingCategory not in ('Standard', 'Dynamic', 'Committed', 'Other')
    union all
    select 'CommitmentDiscountCategory', CommitmentDiscountCategory, 'Spend or Usage' from row
    where CommitmentDiscountCategory not in ('Spend', 'Usage')
    union all
    select 'CommitmentDiscountStatus', CommitmentDiscountStatus, 'Used or Unused' from row
    where CommitmentDiscountStatus not in ('Used', 'Unused')
    union all
    select 'CapacityReservationStatus', CapacityReservationStatus, 'Used or Unused' from row
    where CapacityReservationStatus not in ('Used', 'Unused')
    union all
    select 'ServiceCategory', ServiceCategory, 'one of FOCUS''s 19 service categories' from row
    where ServiceCategory not in (
        'AI and Machine Learning', 'Analytics', 'Business Applications', 'Compute', 'Databases', 'Developer Tools',
        'Multicloud', 'Identity', 'Integration', 'Internet of Things', 'Management and Governance', 'Media',
        'Migration', 'Mobile', 'Networking', 'Security', 'Storage', 'Web', 'Other')
    union all
    select 'BillingCurrency', BillingCurrency, 'an ISO 4217 code such as USD' from row
    where not regexp_full_match(BillingCurrency, '[A-Z]{3}')
    union all
    select 'ChargePeriodEnd', cast(ChargePeriodEnd as varchar), 'a time after ChargePeriodStart' from row
    where ChargePeriodEnd <= ChargePeriodStart
    union all
    select 'ChargePeriodStart', cast(ChargePeriodStart as varchar), 'a time on the calendar' from row
    where not isfinite(ChargePeriodStart)
    union all
    select 'ChargePeriodEnd', cast(ChargePeriodEnd as varchar), 'a time on the calendar' from row
    where not isfinite(ChargePeriodEnd)
    union all
    select 'BillingPeriodStart', cast(BillingPeriodStart as varchar), 'the month ' || strftime($period_start, '%Y-%m') from row
    where BillingPeriodStart <> $period_start
)
select ColumnName, Value, Wanted, count(*) as CostRows
from violation
group by all
order by all
