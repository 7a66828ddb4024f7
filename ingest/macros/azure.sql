-- The words of Azure's mappings.

-- A price times a quantity, as people round it: to twelve decimals. Two decimals of 38 digits have no product.
create or replace temp macro product(price, quantity) as cast(cast(price * quantity as decimal(38, 12)) as decimal(38, 18));

-- Whether an amount is another one but for rounding.
create or replace temp macro near(x, y) as abs(x - y) <= 1e-9 + 1e-6 * abs(y);

-- What Azure writes where there is nothing to name.
create or replace temp macro named(x) as if(lower(x) in ('unassigned', '-2', '00000000-0000-0000-0000-000000000000'), null, x);

-- The name of a resource group, of which Azure knows two that are none.
create or replace temp macro resource_group(x) as if(lower(x) in ('unassigned', 'others', 'not applicable'), null, lower(x));

-- The text of a JSON object, which native exports leave without its braces.
create or replace temp macro braced(x) as if(starts_with(x, '{'), x, '{' || x || '}');

-- Months of a commitment: 1Year, 3 years, P1Y, P36M, 12 months or 12.
create or replace temp macro months_of(term) as try_cast(case
    when regexp_full_match(term, '[0-9]+') then term
    when regexp_matches(term, '(?i)^p?[0-9]+ *y') then cast(12 * try_cast(regexp_extract(term, '[0-9]+') as integer) as varchar)
    when regexp_matches(term, '(?i)^p?[0-9]+ *m') then regexp_extract(term, '[0-9]+')
end as integer);

-- The type of thing that an Azure id names, all its levels: microsoft.sql/servers/databases.
create or replace temp macro azure_resource_type(id) as nullif(
    regexp_replace(regexp_extract(id, '^.*/providers/(.+)$', 1), '/([^/]+)/[^/]+', '/\1', 'g'), '');

-- An amount in BillingCurrency as one in PricingCurrency; as it stands where the two are one.
create or replace temp macro exchanged(amount, rate) as
    if(rate = 1, amount, cast(cast(cast(amount as double) / rate as decimal(38, 12)) as decimal(38, 18)));

-- How many normal hours an hour of a reserved size counts, 1 where nothing is said; null where it is no number.
create or replace temp macro normalization_ratio(details) as case
    when details ->> '$.RINormalizationRatio' is null then 1
    else try_cast(details ->> '$.RINormalizationRatio' as double)
end;

-- What FOCUS has names for in the details of an Azure SKU.
create or replace temp macro sku_price_details(details) as
    if(details ->> '$.ServiceType' is null, null, json_object(
        'InstanceType', details ->> '$.ServiceType',
        'CoreCount', try_cast(details ->> '$.VCPUs' as integer)));

-- The id of a commitment as FOCUS exports have it, in lower case; native ones may give the last part of it alone.
create or replace temp macro azure_commitment(id, order_id, is_plan) as case
    when contains(id, '/') then id
    when is_plan then '/providers/microsoft.billingbenefits/' || coalesce('savingsplanorders/' || order_id || '/', '') || 'savingsplans/' || id
    else '/providers/microsoft.capacity/' || coalesce('reservationorders/' || order_id || '/', '') || 'reservations/' || id
end;

-- Who is billed, as FOCUS exports have it, in lower case: the profile of a customer agreement, whose id is not its
-- account's, else the account; at a partner's subscription the customer, and with no agreement the subscription.
create or replace temp macro azure_payer(account, profile, customer, subscription) as case
    when account is not null then '/providers/microsoft.billing/billingaccounts/' || split_part(lower(account), '/billingaccounts/', -1)
        || if(coalesce(lower(profile) <> lower(account), false) and not contains(lower(account), '/billingprofiles/'),
            '/billingprofiles/' || split_part(lower(profile), '/', -1), '')
    when profile is not null then lower(profile)
    when customer is not null then '/customers/' || lower(customer)
    else '/subscriptions/' || lower(subscription)
end;
