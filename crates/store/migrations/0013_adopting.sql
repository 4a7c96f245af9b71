-- What becomes of unknown access can be more than the check of the old column knew.
alter table targets add column unknown_access text not null default 'report'
    constraint unknown_access_is_known check (unknown_access in ('report', 'remove', 'adopt'));
update targets set unknown_access = drift;
alter table targets drop column drift;
-- How many days adopted access lasts.
alter table targets add column adopted_days bigint not null default 90;

-- Who it is here; not set where nobody is known without a doubt.
alter table target_findings add column user_id uuid references users (id);
-- Somebody may adopt it, and why it is not adopted by itself.
alter table target_findings add column adoptable boolean not null default false;
alter table target_findings add column why text not null default '';
-- Set when somebody wants it taken away there, with their reason.
alter table target_findings add column unwanted text;

-- What was found at a target and became an assignment. Who did it and why is in the history.
create table target_adoptions (
    assignment_id uuid not null primary key references role_assignments (id),
    target_id uuid not null references targets (id),
    -- who it was there
    called text not null,
    adopted_at bigint not null,
    -- not set: the target is set so
    adopted_by uuid references users (id)
) strict;
create index target_adoptions_by_target on target_adoptions (target_id, adopted_at, assignment_id);

-- People by the address that a directory has of them.
alter table users add column mail_key text collate "C" not null default '';
update users set mail_key = lower(mail);
create index users_by_mail on users (mail_key);

-- Whose access at a target has differed for how long, for alerts.
create index target_people_by_since on target_people (since) where since is not null;

-- The server that brings the target up to date, and until when it does so alone.
alter table targets add column run_id uuid;
alter table targets add column leased_until bigint;
