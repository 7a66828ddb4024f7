-- The tie-outs of an import beyond import_total: what a figure should come to by other figures of the same delivery,
-- and what it does come to. A difference is the provider's, or a case no mapping knows; it does not undo the load.
create table import_check (
    ImportId        varchar not null,
    CheckName       varchar not null,          -- what was compared: docs/reconciliation.md
    Subject         varchar not null,          -- a payer, a savings plan, a reservation, a file, a line type
    ChargeDate      date,                      -- the one day compared; null: the whole month
    BillingCurrency varchar,                   -- null where lines are counted
    Expected        decimal(38,18) not null,
    Found           decimal(38,18) not null,
    Difference      decimal(38,18) not null    -- Found less Expected
);
