-- Whose access at a target has differed for how long, page by page.
drop index target_people_by_since;
create index target_people_by_since on target_people (since, user_id, target_id) where since is not null;

-- The account there carries the id that we give to accounts of ours.
alter table target_findings add column ours boolean not null default false;
