-- The months that an earlier release mapped and this one maps otherwise: one line per source and month.
select SourceName, Slice, Format, LoadedAt
from current_import
where Mapping is distinct from json_extract_string($mappings, '$.' || Format)
order by SourceName, Slice
