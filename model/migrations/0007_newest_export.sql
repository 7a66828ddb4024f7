-- What tells whether a month of Google Cloud is closed, which no row of it says.
alter table import add column NewestExport timestamp; -- when the provider wrote the newest row; null where rows do not say
alter table import add column HasTax boolean;         -- a tax charge is among the rows
