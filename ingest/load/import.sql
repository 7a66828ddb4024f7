-- What was loaded, for the record. How fresh it is, usage tells that had begun by now: commitments have charges ahead
-- of their time.
insert into import by name
select
    $import_id as ImportId,
    $source_name as SourceName,
    $slice as Slice,
    $period_start as BillingPeriodStart,
    $provider as Provider,
    $format as Format,
    $encoding as Encoding,
    $version as Version,
    $mapping as Mapping,
    (select string_agg(distinct CostBasis, ', ' order by CostBasis) from control) as CostBasis,
    'current' as State,
    (select count(*) from import_file where ImportId = $import_id) as Files,
    (select coalesce(sum(Bytes), 0) from import_file where ImportId = $import_id) as Bytes,
    (select sum(Lines) from control) as RawRows,
    (select sum(CostRows) from import_total where ImportId = $import_id) as CostRows,
    (select sum(SplitLines) from control) as SplitRows,
    (select min(ChargePeriodStart) from cost where x_ImportId = $import_id) as FirstCharge,
    (select coalesce(
        max(ChargePeriodEnd) filter (ChargePeriodStart < $now and ChargeCategory = 'Usage' and CommitmentDiscountStatus is distinct from 'Unused'),
        max(ChargePeriodEnd) filter (ChargePeriodStart < $now),
        max(ChargePeriodEnd))
        from cost where x_ImportId = $import_id) as LastCharge,
    (select max(x_ExportTime) from cost where x_ImportId = $import_id) as NewestExport,
    (select coalesce(bool_or(ChargeCategory = 'Tax'), false) from cost where x_ImportId = $import_id) as HasTax,
    (select nullif(concat_ws('; ',
        (select string_agg(distinct Note, '; ' order by Note) from control where Note <> ''),
        (select 'repaired or noticed in rows: ' || string_agg(ChangeCode || ' ' || CostRows, ', ' order by ChangeCode)
            from (select ChangeCode, sum(CostRows) as CostRows from import_change where ImportId = $import_id group by all))
        ), '')) as Note,
    $now as LoadedAt
