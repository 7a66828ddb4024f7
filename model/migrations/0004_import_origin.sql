-- On which cost basis the totals of each payer of an import are: one for all of its lines, never mixed.
create table import_basis (
    ImportId         varchar not null,
    BillingAccountId varchar not null,
    CostBasis        varchar not null  -- unblended or net; billed where the format has one
);
insert into import_basis
select distinct ImportId, BillingAccountId, import.CostBasis from import join import_total using (ImportId);

-- What each file of an import holds, per currency: over its files these are the sums of import_total.
create table import_file_total (
    ImportId        varchar not null,
    Object          varchar not null,       -- the key in the bucket, as in import_file
    BillingCurrency varchar not null,
    Lines           bigint not null,
    SourceCost      decimal(38,18) not null -- before mapping, on the basis of the payer
);

-- By what an import was mapped: a hash of the mapping, the macros and the reference. Null: by a release that kept none.
alter table import add column Mapping varchar;
