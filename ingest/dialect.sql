-- What files hold that FOCUS does not allow, and how it is mended. Laid for the loading connection only. Each kind of
-- dirt is a condition, true of a text that holds it, and a repair, which leaves any other text as it is. What is cheap
-- to see, a length or a number, is looked at first: these run over every value.

-- A text without the blanks around it: also the non-breaking, narrow and invisible ones that spreadsheets write.
create or replace temp macro bare(x) as trim(x, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8239) || chr(8203) || chr(65279));
create or replace temp macro has_blanks(x) as x <> bare(x);
create or replace temp macro without_blanks(x) as nullif(bare(x), '');
create or replace temp macro is_blank(x) as x <> '' and bare(x) = '';
create or replace temp macro without_blank(x) as if(bare(x) = '', null, x);

-- Words for nothing. In free text and names only those that mean nothing else; {none} and {n/a} may be somebody's.
create or replace temp macro is_null_word(x) as length(x) <= 6 and lower(x) in ('null', '(null)', '<null>', '\n', '#n/a');
create or replace temp macro is_null_value(x) as length(x) <= 6 and lower(x) in ('null', '(null)', '<null>', '\n', '#n/a', 'n/a', 'na', 'none', 'nan', 'nil', '-', '--');
create or replace temp macro is_null_object(x) as is_null_word(x) and x <> 'null';
create or replace temp macro without_null_word(x) as if(is_null_word(x), null, x);
create or replace temp macro without_null_value(x) as if(is_null_value(x), null, x);
create or replace temp macro without_null_object(x) as if(is_null_object(x), null, x);

-- A currency sign before or behind an amount, as long as it can be the sign of the row's currency.
create or replace temp macro sign_fits(x, currency) as case regexp_extract(x, '\p{Sc}')
    when '€' then currency = 'EUR'
    when '£' then currency = 'GBP'
    when '₹' then currency = 'INR'
    when '¥' then currency in ('JPY', 'CNY')
    when '$' then currency not in ('EUR', 'GBP', 'INR', 'JPY', 'CNY', 'CHF')
    else true
end;
create or replace temp macro has_sign(x, currency) as
    try_cast(x as double) is null and regexp_full_match(x, '[+-]?\p{Sc}\s?[+-]?[0-9][^\s\p{Sc}]*|[+-]?[0-9][^\s\p{Sc}]*\s?\p{Sc}') and sign_fits(x, upper(bare(currency)));
create or replace temp macro without_sign(x, currency) as if(has_sign(x, currency), regexp_replace(x, '\s?\p{Sc}\s?', ''), x);

-- Thousands in groups of three. 1,234 alone could be a decimal comma elsewhere; whoever asks for this repair says it is not.
create or replace temp macro has_groups(x) as
    try_cast(x as double) is null and regexp_full_match(x, '[+-]?[0-9]{1,3}([, ''’\x{00A0}\x{202F}][0-9]{3})+(\.[0-9]+)?');
create or replace temp macro without_groups(x) as if(has_groups(x), regexp_replace(x, '[, ''’\x{00A0}\x{202F}]', '', 'g'), x);

-- A time without its seconds, its zone or itself. FOCUS writes UTC, to the second. One that has seconds and a zone is clear.
create or replace temp macro is_short_time(x) as
    not (length(x) = 20 and ends_with(x, 'Z'))
    and (regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?')
        or regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}Z'));
create or replace temp macro full_time(x) as case
    when not is_short_time(x) then x
    when length(x) = 10 then x || 'T00:00:00Z'
    when length(rtrim(x, 'Z')) = 16 then replace(rtrim(x, 'Z'), ' ', 'T') || ':00Z'
    else replace(x, ' ', 'T') || 'Z'
end;

-- A currency in small letters.
create or replace temp macro is_small_currency(x) as regexp_full_match(x, '[A-Za-z]{3}') and x <> upper(x);
create or replace temp macro large_currency(x) as if(is_small_currency(x), upper(x), x);
