-- Functions that may answer differently when asked again: clocks, chance, sequences, the session.
-- error() counts as one to DuckDB, but a rule may stop with it.
select distinct lower(function_name) from duckdb_functions()
where stability <> 'CONSISTENT' and function_name <> 'error'
