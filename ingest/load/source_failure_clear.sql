-- What failed of the source before and was looked at again, or is there no more. Months beyond the bounds of the run
-- stay as they were told, and all of them where the source could not be listed.
delete from source_failure
where SourceName = $source_name
    and (Slice is null or $listed and Slice not in (select unnest(from_json($beyond, '["varchar"]'))))
