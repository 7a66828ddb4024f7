-- The imports whose rows are now in cost.
create or replace view current_import as
select * from import where State = 'current';
