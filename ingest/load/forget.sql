-- What a load laid for itself.
drop view if exists raw;
drop view if exists price_file;
drop table if exists price;
drop table if exists control;
drop table if exists file_control;
drop table if exists before;
drop table if exists before_type;
drop table if exists mended_a;
drop table if exists mended_b;
