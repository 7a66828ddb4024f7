-- What was loaded, for the record.
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
    (select max(CostBasis) from control) as CostBasis,
    'current' as State,
    (select count(*) from import_file where ImportId = $import_id) as Files,
    (select coalesce(sum(Bytes), 0) from import_file where ImportId = $import_id) as Bytes,
    (select sum(Lines) from control) as RawRows,
    (select sum(CostRows) from import_total where ImportId = $import_id) as CostRows,
    (select sum(SplitLines) from control) as SplitRows,
    (select min(ChargePeriodStart) from cost where x_ImportId = $import_id) as FirstCharge,
    (select max(ChargePeriodEnd) from cost where x_ImportId = $import_id) as LastCharge,
    (select nullif(string_agg(distinct Note, '; ' order by Note), '') from control where Note <> '') as Note,
    $now as LoadedAt
