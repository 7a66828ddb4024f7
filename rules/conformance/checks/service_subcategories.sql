-- title: A service subcategory belongs to its category
-- source: FOCUS 1.2, columns/servicecategory.md and columns/servicesubcategory.md
-- note: Every category also has "Other (<category>)".
with
category (ServiceCategory, Subcategories) as (
    values
        ('AI and Machine Learning', ['AI Platforms', 'Bots', 'Generative AI', 'Machine Learning', 'Natural Language Processing']),
        ('Analytics', ['Analytics Platforms', 'Business Intelligence', 'Data Processing', 'Search', 'Streaming Analytics']),
        ('Business Applications', ['Productivity and Collaboration']),
        ('Compute', ['Containers', 'End User Computing', 'Quantum Compute', 'Serverless Compute', 'Virtual Machines']),
        ('Databases', ['Caching', 'Data Warehouses', 'Ledger Databases', 'NoSQL Databases', 'Relational Databases', 'Time Series Databases']),
        ('Developer Tools', ['Developer Platforms', 'Continuous Integration and Deployment', 'Development Environments',
            'Source Code Management', 'Quality Assurance']),
        ('Identity', ['Identity and Access Management']),
        ('Integration', ['API Management', 'Messaging', 'Workflow Orchestration']),
        ('Internet of Things', ['IoT Analytics', 'IoT Platforms']),
        ('Management and Governance', ['Architecture', 'Compliance', 'Cost Management', 'Data Governance', 'Disaster Recovery',
            'Endpoint Management', 'Observability', 'Support']),
        ('Media', ['Content Creation', 'Gaming', 'Media Streaming', 'Mixed Reality']),
        ('Migration', ['Data Migration', 'Resource Migration']),
        ('Mobile', []),
        ('Multicloud', ['Multicloud Integration']),
        ('Networking', ['Application Networking', 'Content Delivery', 'Network Connectivity', 'Network Infrastructure',
            'Network Routing', 'Network Security']),
        ('Security', ['Secret Management', 'Security Posture Management', 'Threat Detection and Response']),
        ('Storage', ['Backup Storage', 'Block Storage', 'File Storage', 'Object Storage', 'Storage Platforms']),
        ('Web', ['Application Platforms']),
        ('Other', [])
)
select
    if(Subcategories is null, 'ServiceCategory is not in its list', 'ServiceSubcategory is not one of its category') as Rule,
    concat_ws(', ', ServiceCategory, ServiceSubcategory) as Found,
    x_SourceName as SourceName,
    BillingPeriodStart,
    BillingCurrency,
    BilledCost
from cost
left join category using (ServiceCategory)
where Subcategories is null
    or ServiceSubcategory <> 'Other (' || ServiceCategory || ')' and not list_contains(Subcategories, ServiceSubcategory)
