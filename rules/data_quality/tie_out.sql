-- title: Bill that disagrees with itself
-- severity: warning
-- owner: whoever runs Costwarden
-- why: The totals are those of the bill, but figures inside it that must agree do not: what commitments cost and what
--   was used and left unused of them. Effective cost and everything that is built on it is off by the difference.
-- act: Look at the lines of the plan or reservation named. Ask the provider, or tell Costwarden's authors which lines
--   are not understood.
-- method: Cost is Found less Expected of a comparison in import_check, of the month's current delivery, where it is
--   off by more than the tolerance and more than the share of what was expected; days of one plan count as one
--   finding, their differences by size. Only sources whose usage reaches the month's last day are judged: fees of a
--   running month run ahead of its usage. No saving is claimed.
-- param: tolerance decimal(38,18) 0.5 "largest difference that passes, in BillingCurrency"
-- param: tolerance_share decimal(9,6) 0.0001 "largest difference that passes, as a part of what was expected"
with
complete as (
    select x_SourceName
    from past_cost
    where BillingPeriodStart = $period_start and ChargeCategory = 'Usage'
    group by all
    having max(x_ChargeDate) >= $period_end - interval 1 day
),
compared as (
    select
        import.SourceName,
        import_check.CheckName,
        import_check.Subject,
        import_check.BillingCurrency,
        coalesce(sum(Expected) filter (ChargeDate is null), 0) as Expected,
        coalesce(sum(Found) filter (ChargeDate is null), 0) as Found,
        coalesce(sum(Difference) filter (ChargeDate is null), 0) as Difference,
        coalesce(sum(abs(Difference)) filter (ChargeDate is not null), 0) as DaysDifference,
        count(ChargeDate) as Days
    from current_import as import
    join import_check using (ImportId)
    join complete on complete.x_SourceName = import.SourceName
    where import.BillingPeriodStart = $period_start and import_check.CheckName not in ('previous_delivery', 'future_dated')
    group by all
)
select
    SourceName as Scope,
    CheckName || ' ' || Subject as Subject,
    BillingCurrency,
    Difference as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object('expected', Expected, 'found', Found, 'days_off', Days, 'days_difference', DaysDifference) as Evidence
from compared
where greatest(abs(Difference), DaysDifference) > greatest($tolerance, cast($tolerance_share * cast(abs(Expected) as decimal(28,6)) as decimal(38,18)))
order by Scope, Subject, BillingCurrency
