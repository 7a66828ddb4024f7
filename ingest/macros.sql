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

-- A text as the decimal it writes. A plain cast takes 1_000 for a thousand.
create or replace temp macro plain_number(x) as cast(if(contains(x, '_'), 'no number', x) as decimal(38, 18));

-- A date-time text as UTC. A plain cast to timestamp ignores an offset other than Z without a word.
create or replace temp macro utc(x) as if(ends_with(x, 'Z'), cast(x as timestamp), cast(cast(x as timestamptz) as timestamp));

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
