-- What a rule may read from: the database's own tables and views, lower-cased.
select lower(table_name) from duckdb_tables()
where not internal and not temporary and schema_name = 'main' and database_name = current_database()
union all
select lower(view_name) from duckdb_views()
where not internal and not temporary and schema_name = 'main' and database_name = current_database()
