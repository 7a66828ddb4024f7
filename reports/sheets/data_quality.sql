-- What is to be known of the month's data: rows that were repaired or noticed when they were loaded, by what, and the
-- findings about the data itself; the smallest beyond the limit are one line per currency.
with
noticed as (
    select
        'Rows' as Kind,
        import.SourceName as Scope,
        import_change.ChangeCode as Subject,
        import_change.BillingCurrency,
        import_change.CostRows,
        import_change.BilledCost,
        import_change.EffectiveCost as Cost,
        coalesce(change_code.Meaning, 'Not described.') as Meaning
    from current_import as import
    join import_change using (ImportId)
    left join change_code using (ChangeCode)
    where import.BillingPeriodStart = $period_start
    union all
    select 'Finding', Scope, split_part(RuleId, '/', 2) || ': ' || Subject, BillingCurrency, null, null, Cost, json_extract_string($acts, '$."' || RuleId || '"')
    from finding
    where BillingPeriodStart = $period_start and RuleId like 'data_quality/%'
),
ranked as (
    select
        *,
        row_number() over (partition by BillingCurrency order by Kind, abs(Cost) desc, Scope, Subject) <= $detail_rows as Listed
    from noticed
),
lines as (
    select
        if(Listed, 'row', 'rest') as x_Line,
        if(Listed, Kind, 'All smaller lines') as Kind,
        if(Listed, Scope, null) as Scope,
        if(Listed, Subject, null) as Subject,
        BillingCurrency,
        sum(CostRows) as CostRows,
        sum(BilledCost) as BilledCost,
        sum(Cost) as Cost,
        if(Listed, Meaning, null) as Meaning
    from ranked
    group by all
)
select *
from lines
order by list_position(['row', 'rest'], x_Line), Kind, BillingCurrency, abs(Cost) desc, Scope, Subject;
