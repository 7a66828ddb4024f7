-- The words that mappings share. Laid for the loading connection only.

-- A double as the decimal its shortest text writes. Where a whole number k over 1e10, or over 1e6, is x to
-- the bit and k has 15 digits at most, k is that text's digits: no two decimals of 15 digits share a double.
-- Arithmetic on k is some twenty times faster than text.
create or replace temp macro exact(x) as case
    when abs(x) < 1e5 and round(x * 1e10) / 1e10 = x
        then cast(cast(cast(round(x * 1e10) as bigint) as decimal(18, 0)) * 0.0000000001 as decimal(38, 18))
    when abs(x) < 1e9 and round(x * 1e6) / 1e6 = x
        then cast(cast(cast(round(x * 1e6) as bigint) as decimal(18, 0)) * 0.000001 as decimal(38, 18))
    else cast(cast(x as varchar) as decimal(38, 18))
end;

-- A double as BigQuery's NUMERIC: exact, to nine decimals. A decimal of 38 digits takes microseconds to round or to
-- turn into a double; one of 28 does not.
create or replace temp macro numeric_of(x) as case
    when abs(x) < 1e5 and round(x * 1e10) / 1e10 = x
        then cast(cast(cast(round(round(x * 1e10) / 10) as bigint) as decimal(18, 0)) * 0.000000001 as decimal(28, 9))
    else cast(cast(x as varchar) as decimal(28, 9))
end;

-- A text as the decimal it writes. A plain cast takes 1_000 for a thousand.
create or replace temp macro plain_number(x) as cast(if(contains(x, '_'), 'no number', x) as decimal(38, 18));

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

-- A unit as FOCUS writes units.
create or replace temp macro focus_unit(x) as case x
    when 'Hrs' then 'Hours'
    when 'GB-Mo' then 'GB-Months'
    when 'LCU-Hrs' then 'LCU-Hours'
    when 'Lambda-GB-Second' then 'GB-Seconds'
    else x
end;

-- Cost per unit, from doubles: a price is no money. FOCUS prices are never negative; a refund has none.
create or replace temp macro unit_price(amount, quantity) as
    if(quantity <> 0 and amount / quantity >= 0, cast(cast(amount / quantity as decimal(28, 12)) as decimal(38, 18)), null);

-- Tags of an AWS line under their own keys. `tags` spells them as written, behind the scheme resourceTags/;
-- account tags, cost categories and the like stand there too and are no resource tags. `resource_tags` has
-- lower-cased the keys behind user_ and aws_; user_ goes last, for behind it a user's own key may begin with
-- aws_. In compact JSON a quote behind { or , opens a key, so that no
-- value can be mistaken for one. The first key tells which of the two a text is.
create or replace temp macro aws_tags(tags) as nullif(
    if(regexp_matches(tags, '^\{"(resourceTags|accountTag|userAttribute|costCategory|iamPrincipal)/'),
        regexp_replace(
            regexp_replace(
                regexp_replace(tags,
                    ',?"(?:accountTag|userAttribute|costCategory|iamPrincipal)/(?:[^"\\]|\\.)*":(?:"(?:[^"\\]|\\.)*"|null)', '', 'g'),
                '^\{,', '{'),
            '([{,])"resourceTags/', '\1"', 'g'),
        regexp_replace(regexp_replace(tags, '([{,])"aws_', '\1"aws:', 'g'), '([{,])"user_', '\1"', 'g')),
    '{}');

-- The usage type without its region prefix: USW2-BoxUsage:m5.large is BoxUsage:m5.large everywhere.
create or replace temp macro aws_meter(usage_type) as regexp_replace(usage_type, '^(USE1|USE2|USW1|USW2|UGW1|UGE1|EU|EUC1|EUC2|EUN1|EUS1|EUS2|EUW1|EUW2|EUW3|APE1|APE2|APN1|APN2|APN3|APS1|APS2|APS3|APS4|APS5|APS6|APS7|CAN1|CAN2|SAE1|MES1|MEC1|AFS1|ILC1|MXC1)-', '');

-- The instance type that a usage type of EC2, RDS, ElastiCache and their like ends in; null where it names none.
create or replace temp macro aws_instance_type(usage_type) as
    nullif(regexp_extract(usage_type, '(?:Box|Spot|Dedicated|Instance|Multi-AZ|Node)Usage:([a-z0-9.-]+)$', 1), '');

-- The kind of thing an AWS resource id names, in AWS's own short words; null where it does not tell.
create or replace temp macro aws_resource_type(id, product_code) as case
    when id is null then null
    when starts_with(id, 'i-') then 'instance'
    when starts_with(id, 'vol-') then 'volume'
    when starts_with(id, 'snap-') then 'snapshot'
    when starts_with(id, 'nat-') then 'natgateway'
    when starts_with(id, 'eipalloc-') then 'elastic-ip'
    when starts_with(id, 'arn:') then case split_part(id, ':', 3)
        when 's3' then 'bucket'
        when 'sns' then 'topic'
        when 'sqs' then 'queue'
        else nullif(split_part(split_part(id, ':', 6), '/', 1), '')
    end
    when product_code = 'AmazonS3' then 'bucket'
end;

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

-- What a Google Cloud row has in credits, in all or of one type: mostly a negative amount. Summed inside the row: a
-- join to the unnested list would count the row once per credit.
create or replace temp macro gcp_credits(credits) as
    if(len(credits) = 0, 0, cast(list_sum(list_transform(credits, lambda credit: credit.amount)) as decimal(28, 9)));
create or replace temp macro gcp_credit(credits, kind) as
    if(len(credits) = 0, 0, coalesce(gcp_credits(list_filter(credits, lambda credit: credit.type = kind)), 0));

-- The value of a label; null where the row does not carry it.
create or replace temp macro gcp_label(labels, label) as list_filter(labels, lambda entry: entry.key = label)[1].value;

-- The labels of a row, its tags and the labels of its project in one: of several that share a key the first counts,
-- tags of the resource before inherited ones. Keys in their order, so that equal sets are equal texts.
create or replace temp macro gcp_entries(labels, tags, project_labels) as list_concat(
    list_transform(labels, lambda entry: {'key': entry.key, 'value': coalesce(entry.value, '')}),
    list_transform(list_filter(tags, lambda entry: coalesce(entry.inherited, 'false') <> 'true'),
        lambda entry: {'key': entry.key, 'value': coalesce(entry.value, '')}),
    list_transform(list_filter(tags, lambda entry: entry.inherited = 'true'),
        lambda entry: {'key': entry.key, 'value': coalesce(entry.value, '')}),
    list_transform(project_labels, lambda entry: {'key': entry.key, 'value': coalesce(entry.value, '')}));
create or replace temp macro gcp_unique(entries) as list_sort(list_filter(entries,
    lambda entry, place: entry.key is not null and list_position(list_transform(entries, lambda other: other.key), entry.key) = place));
create or replace temp macro gcp_tags(labels, tags, project_labels) as
    full_json(to_json(map_from_entries(gcp_unique(gcp_entries(labels, tags, project_labels)))));

-- The kind of thing a resource name of Google ends in: //compute.googleapis.com/projects/p/zones/z/instances/1 is an
-- instance.
create or replace temp macro gcp_singular(kind) as case
    when kind in ('', 'projects', 'global') then null
    when kind like '%sses' or kind like '%xes' then kind[:-3]
    when kind like '%ies' then kind[:-4] || 'y'
    when kind like '%s' then kind[:-2]
    else kind
end;
create or replace temp macro gcp_resource_type(name) as gcp_singular(split_part(name, '/', -2));

-- FOCUS's details of a machine's price.
create or replace temp macro gcp_price_details(machine_type, cores, memory, object_state) as
    full_json(json_merge_patch('{}', json_object(
        'InstanceType', machine_type,
        'InstanceSeries', split_part(machine_type, '-', 1),
        'CoreCount', if(regexp_full_match(cores, '[0-9]{1,9}'), cast(cores as integer), null),
        'MemorySize', if(regexp_full_match(memory, '[0-9]{1,9}'), cast(memory as integer), null),
        'x_ObjectState', object_state)));

-- Where the fees of commitments meet what they cover: in a subscription, in the SKU that a fee says it was used by, or
-- in a region's commitments of one unit.
create or replace temp macro gcp_pool_key(pool, fee, subscription, region, unit, sku, labels) as case pool
    when 'spend' then coalesce(subscription, '')
    when 'resource' then concat_ws(' ', region, unit)
    else coalesce(if(fee is null, sku, gcp_label(labels, 'goog-originating-sku-id')), '')
end;

-- A share of an amount, to nine decimals.
create or replace temp macro gcp_portion(amount, share) as case share
    when 0 then 0
    when 1 then amount
    else cast(cast(amount as double) * share as decimal(28, 9))
end;

-- What falls to one part of a row that commitments cover; the charge has what they do not.
create or replace temp macro gcp_part(amount, is_split, part, resource_share, legacy_share) as case
    when not is_split then amount
    when part = 'resource' then gcp_portion(amount, resource_share)
    when part = 'legacy' then gcp_portion(amount, legacy_share)
    when part = 'charge' then amount - gcp_portion(amount, resource_share) - gcp_portion(amount, legacy_share)
    else amount
end;

-- Where a project lies, from the organisation down: acme.com/Engineering/Payments; numbers where no names are told.
create or replace temp macro gcp_folders(ancestors, numbers) as coalesce(
    nullif(list_aggregate(list_reverse(list_transform(
        list_filter(ancestors, lambda ancestor: not starts_with(ancestor.resource_name, 'projects/')),
        lambda ancestor: coalesce(ancestor.display_name, ancestor.resource_name))), 'string_agg', '/'), ''),
    nullif(trim(numbers, '/'), ''));

-- Credits that are discounts, summed by type: {"SUSTAINED_USAGE_DISCOUNT": -0.12}. What a commitment covers of usage
-- is a row of its own, with its own credit.
create or replace temp macro gcp_is_discount(kind, is_usage) as
    kind not in ('PROMOTION', 'RESELLER_MARGIN', 'FEE_UTILIZATION_OFFSET')
    and not (is_usage and kind in ('COMMITTED_USAGE_DISCOUNT', 'COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE'));
create or replace temp macro gcp_discounts(credits, is_usage) as case
    when len(credits) = 1 and not gcp_is_discount(credits[1].type, is_usage) then null
    when len(credits) = 1 then json_object(coalesce(credits[1].type, 'none'), cast(credits[1].amount as double))
    else full_json(to_json(map_from_entries(list_transform(
        list_sort(list_distinct(list_transform(
            list_filter(credits, lambda credit: gcp_is_discount(coalesce(credit.type, 'none'), is_usage)),
            lambda credit: coalesce(credit.type, 'none')))),
        lambda kind: {'key': kind, 'value': list_sum(list_transform(
            list_filter(credits, lambda credit: coalesce(credit.type, 'none') = kind), lambda credit: cast(credit.amount as double)))}))))
end;

-- The names of a row's credits of one type.
create or replace temp macro gcp_credit_name(credits, kind) as list_aggregate(list_sort(list_distinct(list_transform(
    list_filter(credits, lambda credit: credit.type = kind),
    lambda credit: coalesce(credit.full_name, credit.name)))), 'string_agg', ', ');

-- A price for one unit, where Google states it for several.
create or replace temp macro gcp_price_float(price_float, units) as price_float / nullif(coalesce(units, 1), 0);

-- A double as a price, to twelve decimals.
create or replace temp macro price_of(x) as cast(cast(x as decimal(28, 12)) as decimal(38, 18));

-- An amount in BillingCurrency as one in PricingCurrency; as it stands where the two are one.
create or replace temp macro exchanged(amount, rate) as
    if(rate = 1, amount, cast(cast(cast(amount as double) / rate as decimal(38, 12)) as decimal(38, 18)));

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

-- A value of FOCUS in the casing of FOCUS, one word.
create or replace temp macro focus_case(x) as upper(left(x, 1)) || lower(x[2:]);

-- Codes for x_Changes, null where there are none.
create or replace temp macro gcp_codes(codes) as
    nullif(list_filter(codes, lambda code: code is not null), []);

-- Whether a key stands in the labels, tags and project labels of a row more than once.
create or replace temp macro gcp_repeats_key(labels, tags, project_labels) as
    len(gcp_entries(labels, tags, project_labels)) > len(list_distinct(list_transform(gcp_entries(labels, tags, project_labels), lambda entry: entry.key)));

create or replace temp macro gcp_is_spot(sku_text) as regexp_matches(sku_text, '(?i)\b(spot|preemptible)\b');
