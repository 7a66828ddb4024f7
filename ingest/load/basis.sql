-- On which cost basis each payer's lines were totalled.
insert into import_basis by name
select distinct $import_id as ImportId, BillingAccountId, CostBasis
from control
