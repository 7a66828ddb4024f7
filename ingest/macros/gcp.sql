-- The words of Google Cloud's mappings.

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

-- A value of FOCUS in the casing of FOCUS, one word.
create or replace temp macro focus_case(x) as upper(left(x, 1)) || lower(x[2:]);

-- Codes for x_Changes, null where there are none.
create or replace temp macro gcp_codes(codes) as
    nullif(list_filter(codes, lambda code: code is not null), []);

-- Whether a key stands in the labels, tags and project labels of a row more than once.
create or replace temp macro gcp_repeats_key(labels, tags, project_labels) as
    len(gcp_entries(labels, tags, project_labels)) > len(list_distinct(list_transform(gcp_entries(labels, tags, project_labels), lambda entry: entry.key)));

create or replace temp macro gcp_is_spot(sku_text) as regexp_matches(sku_text, '(?i)\b(spot|preemptible)\b');
