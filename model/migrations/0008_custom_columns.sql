-- The columns of a FOCUS file that FOCUS 1.2 does not know, one flat object: custom ones and those of later versions.
-- x_Custom ->> 'x_Team' reads one.
alter table cost add column x_Custom json;
