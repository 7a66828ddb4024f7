-- What every judgement depends on besides charges and the rule: the policy and the views.
select
    coalesce((select Value from policy_setting where Name = 'policy_hash'), '') as Policy,
    coalesce((select string_agg(sql, ' ' order by view_name) from duckdb_views() where not internal and not temporary and schema_name = 'main'), '') as Views
