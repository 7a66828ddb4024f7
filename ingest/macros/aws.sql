-- The words of AWS's mappings.

-- A unit as FOCUS writes units.
create or replace temp macro focus_unit(x) as case x
    when 'Hrs' then 'Hours'
    when 'GB-Mo' then 'GB-Months'
    when 'LCU-Hrs' then 'LCU-Hours'
    when 'Lambda-GB-Second' then 'GB-Seconds'
    else x
end;

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
