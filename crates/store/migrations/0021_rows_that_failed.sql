-- Applying a row of an access review that failed: how often, why the last time, and when it is tried again.
alter table review_rows add column failed_tries bigint not null default 0;
alter table review_rows add column failed_cause text;
alter table review_rows add column again_at bigint;
create index review_rows_to_try_again on review_rows (review_id, again_at, id) where outcome = 'failed';
