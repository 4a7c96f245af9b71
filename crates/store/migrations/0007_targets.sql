-- Applications of others that are told who holds which of their roles.
create table targets (
    id uuid not null primary key,
    application_id uuid not null references applications (id),
    name text not null,
    name_key text collate "C" not null,
    base_url text not null,
    -- sealed with the key that is not in the database
    token bytea not null,
    drift text not null constraint drift_is_known check (drift in ('report', 'remove')),
    leavers text not null constraint leavers_is_known check (leavers in ('deactivate', 'delete', 'keep')),
    creates_groups boolean not null,
    -- roles whose group is called otherwise
    groups text not null,
    per_second bigint not null,
    enabled boolean not null,
    created_at bigint not null,
    version bigint not null,
    -- how the target as a whole answered last; without a fault it may be asked
    tries bigint not null,
    next_try_at bigint not null,
    fault text,
    -- when everybody is looked at again, and whether the members there are compared after that
    reconcile_at bigint not null,
    compares boolean not null,
    reconciled_at bigint
) strict;
create unique index target_names_are_unique on targets (name_key);
create unique index an_application_has_one_target on targets (application_id);

-- The groups there, as far as they were found.
create table target_groups (
    target_id uuid not null references targets (id),
    application_role_id uuid not null references application_roles (id),
    remote_id text not null,
    primary key (target_id, application_role_id)
) strict;

-- Who changed, or will: a person, or all members of a group. Written in the transaction of the change.
create table target_marks (
    id uuid not null primary key,
    target_id uuid not null references targets (id),
    subject_kind text not null constraint mark_is_known check (subject_kind in ('user', 'group')),
    subject_id uuid not null,
    due_at bigint not null
) strict;
create index target_marks_by_due on target_marks (target_id, due_at, id);

-- How each person stands at a target.
create table target_people (
    target_id uuid not null references targets (id),
    user_id uuid not null references users (id),
    -- counts what happened: an answer about an older state does not settle a newer one
    generation bigint not null,
    -- not set: it agrees
    due_at bigint,
    -- since when it differs
    since bigint,
    tries bigint not null,
    refused boolean not null,
    fault text,
    -- the account there, once it is known; and whether we made it, or may have
    remote_id text,
    made boolean not null,
    -- what the account is like there
    account text not null,
    primary key (target_id, user_id),
    constraint what_differs_does_so_since_a_moment check ((due_at is null) = (since is null))
) strict;
create index target_people_by_due on target_people (target_id, due_at, user_id) where due_at is not null;
create index target_people_by_user on target_people (user_id);
create index target_people_by_account on target_people (target_id, remote_id) where remote_id is not null;

-- The memberships that a target was asked for. Written before it is asked, so that what may be there is never forgotten.
create table target_items (
    target_id uuid not null references targets (id),
    user_id uuid not null references users (id),
    application_role_id uuid not null references application_roles (id),
    -- not set: it may be there, or may not
    confirmed_at bigint,
    primary key (target_id, user_id, application_role_id)
) strict;
create index target_items_by_user on target_items (user_id);

-- Membership at a target that nobody was given here.
create table target_findings (
    target_id uuid not null references targets (id),
    application_role_id uuid not null references application_roles (id),
    remote_id text not null,
    called text not null,
    found_at bigint not null,
    primary key (target_id, application_role_id, remote_id)
) strict;

-- Requests that wait for a target are found by whom they are for.
create index delivering_requests_by_beneficiary on requests (beneficiary_id) where phase in ('delivering', 'partially_delivered');
