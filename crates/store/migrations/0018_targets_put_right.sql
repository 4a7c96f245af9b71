-- Whose access at a target has differed for how long, page by page.
drop index target_people_by_since;
create index target_people_by_since on target_people (since, user_id, target_id) where since is not null;

-- The account there carries the id that we give to accounts of ours.
alter table target_findings add column ours boolean not null default false;

-- Whoever changes which role has which group at which target keeps this row first: no two roles share a group.
create table target_groups_guard (
    id bigint not null primary key,
    constraint target_groups_are_changed_one_at_a_time check (id = 1)
) strict;
insert into target_groups_guard (id) values (1);

-- Until when a server that is sending a letter has it for itself.
alter table letters add column claimed_until bigint;
