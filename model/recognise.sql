-- How many tables and views the database has, and whether the list of migrations is among them.
with
relation as (
    select table_name as Name from duckdb_tables() where not internal and not temporary
    union all
    select view_name from duckdb_views() where not internal and not temporary
)
select count(*) as Relations, count(*) filter (Name = 'migration') as Ours
from relation
