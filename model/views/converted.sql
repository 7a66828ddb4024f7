-- An amount at a rate, rounded half away from zero to 18 digits. Decimals of 38 digits do not hold the product of two such
-- numbers, so both are split at the point: all parts of the product but the last are exact, and the last, of the two
-- fractions, is counted in units of the eighteenth digit and rounded to a whole one.
create or replace macro whole_rate(rate) as cast(trunc(rate) as decimal(18,0));
create or replace macro rate_units(rate) as cast(trunc((rate - trunc(rate)) * cast(1000000000000000000 as decimal(19,0))) as decimal(18,0));
create or replace macro converted_by(amount, rate, whole, units) as
cast(trunc(amount) as decimal(20,0)) * cast(rate as decimal(38,18))
    + cast(amount - trunc(amount) as decimal(18,18)) * whole
    + cast(round(cast(amount - trunc(amount) as decimal(18,18)) * units) as decimal(20,0)) * cast('0.000000000000000001' as decimal(18,18));
create or replace macro converted(amount, rate) as converted_by(amount, rate, whole_rate(rate), rate_units(rate));
