-- What Google Cloud tells of a charge and FOCUS has no column for.
alter table cost add column x_ProjectNumber varchar;    -- the project as recommendations name it; SubAccountId is its id
alter table cost add column x_ProjectFolders varchar;   -- where the project lies: acme.com/Engineering/Payments
alter table cost add column x_AdjustmentType varchar;   -- why Google modified a bill: USAGE_CORRECTION, SLA_VIOLATION, ...
alter table cost add column x_ExportTime timestamp;     -- when the provider wrote the row: tells late rows and corrections
