-- The words that mappings share. Laid for the loading connection only.

-- A text as the decimal it writes. A plain cast takes 1_000 for a thousand. A cast to 38 digits takes microseconds where
-- there is something before the point; one to 18 digits does not, nor do whole and broken part each by itself.
create or replace temp macro plain_number(x) as case
    when contains(x, '_') or contains(x, 'e') or contains(x, 'E')
        then cast(if(contains(x, '_'), 'no number', x) as decimal(38, 18))
    when strlen(x) <= 8 or instr(x, '.') between 1 and 9 and strlen(x) - instr(x, '.') <= 10
        then cast(cast(x as decimal(18, 10)) as decimal(38, 18))
    when instr(x, '.') between 2 and 16 and left(x, 1) between '0' and '9' and x[instr(x, '.') - 1] between '0' and '9'
        then cast(cast(left(x, instr(x, '.') - 1) as bigint) as decimal(38, 18)) + cast('0' || x[instr(x, '.'):] as decimal(38, 18))
    else cast(x as decimal(38, 18))
end;

-- A double as the decimal its shortest text writes. Where a whole number k over 1e10, over 1e6 or over 1 is x to
-- the bit and k has 15 digits at most, k is that text's digits: no two decimals of 15 digits share a double.
-- Arithmetic on k is some twenty times faster than text.
create or replace temp macro exact(x) as case
    when abs(x) < 1e5 and round(x * 1e10) / 1e10 = x
        then cast(cast(cast(round(x * 1e10) as bigint) as decimal(18, 0)) * 0.0000000001 as decimal(38, 18))
    when abs(x) < 1e9 and round(x * 1e6) / 1e6 = x
        then cast(cast(cast(round(x * 1e6) as bigint) as decimal(18, 0)) * 0.000001 as decimal(38, 18))
    when abs(x) < 1e15 and round(x) = x then cast(cast(x as bigint) as decimal(38, 18))
    else cast(cast(x as varchar) as decimal(38, 18))
end;

-- A double as BigQuery's NUMERIC: its shortest text to nine decimals. Where x times 1e9 is not near the middle between
-- two whole numbers, it rounds to the same. A decimal of 38 digits takes microseconds to round or to turn into a
-- double; one of 28 does not.
create or replace temp macro numeric_of(x) as case
    when abs(x) < 1e5 and abs(abs(x * 1e9) - floor(abs(x * 1e9)) - 0.5) > 0.05
        then cast(cast(cast(round(x * 1e9) as bigint) as decimal(18, 0)) * 0.000000001 as decimal(28, 9))
    else cast(cast(x as varchar) as decimal(28, 9))
end;

-- A date-time text as UTC, with or without seconds. A plain cast to timestamp ignores an offset other than Z without
-- a word. BigQuery also writes times as numbers: seconds since 1970 over its REST interface, microseconds where it is
-- asked for whole ones.
create or replace temp macro utc(x) as case
    when ends_with(x, 'Z') then cast(if(length(x) = 17, left(x, 16) || ':00', x) as timestamp)
    when contains(x, '-') or not left(x, 1) between '0' and '9' then cast(cast(x as timestamptz) as timestamp)
    when cast(x as decimal(38, 6)) < 100000000000 then make_timestamp(cast(cast(x as decimal(38, 6)) * 1000000 as bigint))
    else make_timestamp(cast(x as bigint))
end;

-- A date text as its midnight in UTC. Of dates with slashes the file says whether they begin with the day.
create or replace temp macro day_of(x, day_first) as case
    when contains(x, '-') then utc(x)
    when day_first then strptime(split_part(x, ' ', 1), '%d/%m/%Y')
    else strptime(split_part(x, ' ', 1), '%m/%d/%Y')
end;

-- A JSON object, or null where it is empty.
create or replace temp macro full_json(x) as if(cast(x as varchar) in ('{}', 'null'), null, x);

-- An amount as people write it, without trailing zeros.
create or replace temp macro digits(amount) as rtrim(rtrim(cast(cast(amount as decimal(38, 18)) as varchar), '0'), '.');

-- Cost per unit, from doubles: a price is no money. FOCUS prices are never negative; a refund has none.
create or replace temp macro unit_price(amount, quantity) as
    if(quantity <> 0 and amount / quantity >= 0, cast(cast(amount / quantity as decimal(28, 12)) as decimal(38, 18)), null);
