-- Where a rule's result is checked before it becomes findings.
create or replace temp table found (
    Scope           varchar,
    Subject         varchar,
    BillingCurrency varchar,
    Cost            decimal(38,18),
    MonthlySaving   decimal(38,18),
    Evidence        json,
    Severity        varchar
)
