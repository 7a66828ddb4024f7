-- How many statements a text holds, or what is wrong with it: only selects serialise.
with parsed as (
    select json_serialize_sql(cast(? as varchar)) as Tree
)
select
    cast(Tree ->> 'error' as boolean) as Failed,
    Tree ->> 'error_type' as ErrorType,
    Tree ->> 'error_message' as ErrorMessage,
    coalesce(json_array_length(Tree -> 'statements'), 0) as Statements
from parsed
