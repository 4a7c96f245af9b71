-- How much a run may take away because somebody looked at it: what is asked for while it goes on is about the next one.
alter table import_runs add column confirmed text;
