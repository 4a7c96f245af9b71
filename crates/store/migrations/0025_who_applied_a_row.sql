-- Who had a row of an access review applied. Those that were applied before keep whom their instance names.
alter table review_rows add column applied_by uuid;
-- Whose decisions are among those about a row.
create index review_decisions_by on review_decisions (decided_by, row_id);
