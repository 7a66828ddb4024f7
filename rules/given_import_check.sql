-- The rows of a case's import_check.csv. A column left out takes the default written here; Difference follows.
insert into import_check by name
with
cells as (
    select cast(columns(*) as varchar) from import_check where false
    union all by name
    select * from read_csv($file, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', comment = '#')
)
select * replace (
    coalesce(BillingCurrency, 'USD') as BillingCurrency,
    cast(Found as decimal(38,18)) - cast(Expected as decimal(38,18)) as Difference
)
from cells
