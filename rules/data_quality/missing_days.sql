-- title: Days without usage
-- severity: warning
-- owner: whoever set up the export
-- why: A source that delivers usage every day and has none for some days has lost it on the way: an export that was
--   paused, a file that is missing, a delivery that stopped. The month looks cheaper than it is.
-- act: Look at the source's export for these days. Where the provider has them, load the month again with --force.
-- method: Days of the month without any usage in a source, from its first usage on to the newest usage date of all
--   sources less the days of grace; also the last days of the month before, which are known to be over. Only
--   sources with usage on most of their days are judged. Cost is an estimate of what is missing: the average
--   EffectiveCost of the source's days with usage, in both months, times the missing days. No saving is claimed.
-- param: grace_days integer 2 "days by which one source may lag behind the newest usage of all"
-- param: daily_share decimal(5,4) 0.8 "share of days with usage from which on a source counts as daily"
with
usage as (
    select x_SourceName, BillingCurrency, BillingPeriodStart, x_ChargeDate, sum(EffectiveCost) as EffectiveCost
    from past_cost
    where ChargeCategory = 'Usage'
        and BillingPeriodStart in ($period_start, $period_start - interval 1 month)
        and x_ChargeDate >= $period_start - interval 1 month
        and x_ChargeDate < $period_end
    group by all
),
source as (
    select x_SourceName, min(x_ChargeDate) as FirstDay, max(x_ChargeDate) as LastDay, count(distinct x_ChargeDate) as Days
    from usage
    group by all
),
newest as (
    select max(x_ChargeDate) as Day
    from usage
    where BillingPeriodStart = $period_start
),
expected as (
    select x_SourceName, cast(unnest(generate_series(FirstDay, newest.Day, interval 1 day)) as date) as Day, LastDay
    from source, newest
    where Days >= $daily_share * (date_diff('day', FirstDay, LastDay) + 1)
),
missing as (
    select
        expected.x_SourceName,
        date_trunc('month', expected.Day) as Month,
        count(*) as Days,
        min(expected.Day) as FirstMissing,
        max(expected.Day) as LastMissing
    from expected, newest
    where not exists (
            from usage
            where usage.x_SourceName = expected.x_SourceName and usage.x_ChargeDate = expected.Day
        )
        and (expected.Day >= $period_start or expected.Day > (
            select coalesce(max(x_ChargeDate), expected.Day)
            from usage
            where usage.x_SourceName = expected.x_SourceName and usage.BillingPeriodStart < $period_start
        ))
        and (expected.Day < expected.LastDay or expected.Day <= newest.Day - $grace_days)
    group by all
),
average as (
    select x_SourceName, BillingCurrency, sum(EffectiveCost) / count(distinct x_ChargeDate) as DailyCost
    from usage
    group by all
)
select
    missing.x_SourceName as Scope,
    strftime(missing.Month, '%Y-%m') as Subject,
    average.BillingCurrency,
    cast(cast(average.DailyCost * missing.Days as decimal(38,6)) as decimal(38,18)) as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object('days', missing.Days, 'first', missing.FirstMissing, 'last', missing.LastMissing) as Evidence
from missing
join average using (x_SourceName)
order by Scope, Subject, average.BillingCurrency
