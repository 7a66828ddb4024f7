-- What was loaded, delivery by delivery and invoice by invoice: the files' own total and what the
-- tables total to. A month that a source should have and has not is a line that says missing.
with
expected as (
    select
        SourceName,
        unnest(generate_series(greatest(min(BillingPeriodStart), cast($trend_start as timestamp)), cast($period_start as timestamp), interval 1 month)) as BillingPeriodStart
    from import
    group by SourceName
    union
    select unnest(from_json($sources, '["varchar"]')), cast($period_start as timestamp)
),
lines as (
    select
        'row' as x_Line,
        SourceName,
        BillingPeriodStart,
        if(current_import.ImportId is null, 'missing', 'loaded') as State,
        MonthState,
        Format || ' ' || Encoding as Format,
        string_split(current_import.ImportId, '@')[-1] as Version,
        CostBasis,
        Files,
        import_total.CostRows,
        BillingAccountId,
        if(current_import.ImportId is null, null, coalesce(InvoiceId, 'not yet invoiced')) as InvoiceId,
        x_BillingEntity as BillingEntity,
        BillingCurrency,
        SourceCost,
        BilledCost,
        BilledCost - SourceCost as Difference,
        LoadedAt,
        regexp_replace(Note, 'repaired or noticed in rows: [^;]*', 'repaired or noticed in rows: see Data quality') as Note
    from expected
    left join current_import using (SourceName, BillingPeriodStart)
    left join month_state($now) using (SourceName, BillingPeriodStart)
    left join import_total using (ImportId)
),
total as (
    select BillingCurrency, sum(CostRows) as CostRows, sum(SourceCost) as SourceCost, sum(BilledCost) as BilledCost
    from lines
    where BillingPeriodStart = $period_start and BillingCurrency is not null
    group by BillingCurrency
),
loaded as (
    select BillingCurrency, sum(BilledCost) as BilledCost
    from daily_cost
    where BillingPeriodStart = $period_start
    group by BillingCurrency
),
listed as (
    select *
    from lines
    union all
    select 'total', 'Total of the month', null, null, null, null, null, null, null, CostRows, null, null, null,
        BillingCurrency, SourceCost, BilledCost, BilledCost - SourceCost, null, null
    from total
    union all
    select 'check', 'Check: cost loaded less total', null, null, null, null, null, null, null, null, null, null, null,
        BillingCurrency, null, coalesce(loaded.BilledCost, 0) - coalesce(total.BilledCost, 0), null, null, null
    from total
    full join loaded using (BillingCurrency)
)
select *
from listed
order by list_position(['row', 'total', 'check'], x_Line), BillingPeriodStart desc, SourceName, BillingCurrency, BillingAccountId, InvoiceId, BillingEntity;
