-- Written once, in PostgreSQL's words. For SQLite the types are replaced (schema.rs): uuid and bytea become blob,
-- bigint and boolean become integer. Every table is strict there. Instants are milliseconds since 1970 in UTC.
-- What lists are sorted and searched by is folded and compared by bytes (collate "C", which SQLite does anyway): pages
-- and beginnings of words must not depend on the language that a PostgreSQL database was made for.

create table users (
    id uuid not null primary key,
    user_name text not null,
    -- folded, for comparison
    user_name_key text collate "C" not null,
    display_name text not null,
    display_name_key text collate "C" not null,
    mail text not null,
    kind text not null constraint user_kind_is_known check (kind in ('member', 'guest')),
    manager_id uuid references users (id),
    enabled boolean not null,
    profile text not null,
    -- of the profile, folded: whose colleagues somebody is
    department_key text collate "C",
    password_hash text,
    created_at bigint not null,
    last_sign_in_at bigint,
    version bigint not null
) strict;
create unique index user_names_are_unique on users (user_name_key);
create index users_by_name on users (display_name_key, id);
create index users_by_manager on users (manager_id);
create index users_by_department on users (department_key) where department_key is not null;

-- Who vouches for somebody.
create table user_sponsors (
    user_id uuid not null references users (id),
    sponsor_id uuid not null references users (id),
    primary key (user_id, sponsor_id)
) strict;
create index users_by_sponsor on user_sponsors (sponsor_id);

create table groups (
    id uuid not null primary key,
    name text not null,
    name_key text collate "C" not null,
    description text not null,
    -- not set: assigned membership
    rule text,
    -- when the rule is asked again by itself, because it names the time
    evaluate_at bigint,
    role_assignable boolean not null,
    -- under privileged access management
    privileged boolean not null,
    created_at bigint not null,
    version bigint not null,
    constraint role_assignable_groups_are_assigned check (rule is null or not role_assignable),
    constraint privileged_groups_are_assigned check (rule is null or not privileged)
) strict;
create unique index group_names_are_unique on groups (name_key);
create index groups_by_name on groups (name_key, id);
create index dynamic_groups on groups (id) where rule is not null;
create index groups_by_evaluation on groups (evaluate_at) where evaluate_at is not null;

create index privileged_groups on groups (id) where privileged;

create table directory_roles (
    id uuid not null primary key,
    name text not null,
    description text not null,
    privileged boolean not null
) strict;

create table applications (
    id uuid not null primary key,
    name text not null,
    name_key text collate "C" not null,
    description text not null,
    created_at bigint not null,
    version bigint not null
) strict;
create unique index application_names_are_unique on applications (name_key);

create table application_roles (
    id uuid not null primary key,
    application_id uuid not null references applications (id),
    name text not null
) strict;
create index application_roles_by_application on application_roles (application_id);

create table service_principals (
    id uuid not null primary key,
    name text not null,
    application_id uuid references applications (id),
    enabled boolean not null,
    created_at bigint not null,
    version bigint not null
) strict;
create index service_principals_by_name on service_principals (name, id);

-- Who holds what. The nil id stands for "none" where a column is part of a unique index.
create table role_assignments (
    id uuid not null primary key,
    principal_kind text not null constraint principal_kind_is_known check (principal_kind in ('user', 'group', 'service_principal')),
    principal_id uuid not null,
    role text not null constraint role_is_known check (role in ('group_member', 'group_owner', 'application_role', 'directory_role')),
    resource_id uuid not null,
    application_role_id uuid not null,
    assignment_type text not null constraint assignment_type_is_known check (assignment_type in ('eligible', 'active')),
    source text not null constraint every_assignment_has_a_source check (source in ('direct', 'activation', 'package', 'rule', 'import')),
    source_id uuid not null,
    starts_at bigint not null,
    ends_at bigint,
    ended_at bigint,
    end_reason text,
    created_at bigint not null,
    -- when its holder and whoever looks after the role are told next that it ends
    warn_at bigint,
    constraint every_end_has_a_reason check ((ended_at is null) = (end_reason is null)),
    constraint service_principals_hold_active_assignments_only check (principal_kind <> 'service_principal' or assignment_type = 'active')
) strict;
create unique index one_assignment_per_source on role_assignments
    (principal_id, role, resource_id, application_role_id, assignment_type, source, source_id) where ended_at is null;
create index assignments_by_resource on role_assignments (resource_id, role, principal_kind) where ended_at is null;
create index assignments_in_order on role_assignments (resource_id, role, application_role_id, created_at, id) where ended_at is null;
create index assignments_by_source on role_assignments (source_id) where ended_at is null;
-- How many hold each directory role is answered by this alone.
create index directory_role_assignments on role_assignments (resource_id, assignment_type, starts_at, ends_at)
    where role = 'directory_role' and ended_at is null;
-- Whoever has activated something is looked at whenever something of theirs ends.
create index activations_by_person on role_assignments (principal_id) where source = 'activation' and ended_at is null;
-- When somebody activated something last, and what is activated often.
create index activations_by_time on role_assignments (principal_id, resource_id, starts_at) where source = 'activation';
create index directory_role_activations on role_assignments (starts_at, principal_id, resource_id)
    where source = 'activation' and role = 'directory_role';
-- What came from another system and could give power.
create index imported_assignments on role_assignments (role, resource_id) where source = 'import' and ended_at is null;
-- Those that ended lately stay in lists; all of them answer who held what at any moment.
create index assignments_of_resource_by_end on role_assignments (resource_id, role, ended_at, id);
create index assignments_of_principal_by_end on role_assignments (principal_id, ended_at, id);
-- Assignments of a package end with the package.
create index assignments_by_end on role_assignments (ends_at) where ended_at is null and ends_at is not null and source <> 'package';

create index assignments_by_warning on role_assignments (warn_at) where ended_at is null and warn_at is not null;
-- What was made within a week is counted for a letter.
create index assignments_by_age on role_assignments (created_at, source, ends_at, principal_id);
-- What activating or assigning a role demands. The nil id is the template of the kind; a role that says nothing else has no
-- row, and others hold only what differs.
create table role_settings (
    role text not null constraint only_privileged_roles_have_settings check (role in ('group_member', 'group_owner', 'directory_role')),
    resource_id uuid not null,
    overrides text not null,
    version bigint not null,
    primary key (role, resource_id)
) strict;

-- Terms of use: what they are called and which version counts, every version, and who accepted which.
create table terms_of_use (
    id uuid not null primary key,
    name text not null,
    name_key text collate "C" not null,
    version bigint not null
) strict;
create unique index terms_names_are_unique on terms_of_use (name_key);
create table terms_versions (
    terms_id uuid not null references terms_of_use (id),
    version bigint not null,
    text text not null,
    at bigint not null,
    by_id uuid not null references users (id),
    primary key (terms_id, version)
) strict;
create table terms_acceptances (
    user_id uuid not null references users (id),
    terms_id uuid not null references terms_of_use (id),
    version bigint not null,
    at bigint not null,
    primary key (user_id, terms_id, version)
) strict;
create index acceptances_by_version on terms_acceptances (terms_id, version);

-- What people activate together: their own sets of roles.
create table activation_profiles (
    id uuid not null primary key,
    owner_id uuid not null references users (id),
    name text not null,
    name_key text collate "C" not null,
    roles text not null
) strict;
create unique index activation_profiles_of_a_person on activation_profiles (owner_id, name_key);

-- Accounts that activate without approval in an emergency, and who looks at each use.
create table emergency_accounts (
    user_id uuid not null primary key references users (id),
    reviewer_id uuid not null references users (id),
    marked_at bigint not null
) strict;

-- Each use, with its review.
create table emergency_uses (
    id uuid not null primary key,
    request_id uuid not null,
    user_id uuid not null references users (id),
    reviewer_id uuid not null references users (id),
    used_at bigint not null,
    review_by bigint not null,
    closed_at bigint,
    closed_by uuid references users (id),
    closed_words text not null,
    -- somebody let the account be used once more before this was reviewed
    allowed_at bigint,
    allowed_by uuid references users (id),
    allowed_words text not null,
    constraint every_review_is_closed_by_somebody check ((closed_at is null) = (closed_by is null)),
    constraint every_use_is_allowed_by_somebody check ((allowed_at is null) = (allowed_by is null))
) strict;
create index emergency_uses_in_order on emergency_uses (used_at, id);
create index emergency_uses_by_person on emergency_uses (user_id, used_at);
create index unreviewed_emergency_uses on emergency_uses (reviewer_id, used_at) where closed_at is null;

create index overdue_emergency_reviews on emergency_uses (review_by) where closed_at is null;

-- What alerts look for, as far as somebody has set it.
create table alert_settings (
    kind text not null primary key,
    document text not null,
    version bigint not null
) strict;

-- What they found and is so still; what is no longer so is in the history only. The key says what makes it the same at the
-- next look.
create table alert_incidents (
    id uuid not null primary key,
    kind text not null,
    incident_key text not null,
    document text not null,
    found_at bigint not null,
    -- somebody said that it may be so
    dismissed_at bigint,
    dismissed_by uuid references users (id),
    dismissed_words text not null,
    constraint every_dismissal_is_somebodys check ((dismissed_at is null) = (dismissed_by is null))
) strict;
create unique index one_incident_of_a_thing on alert_incidents (kind, incident_key);
create index alert_incidents_in_order on alert_incidents (kind, found_at, id);

-- When it was looked for alerts last.
create table alert_scans (
    one bigint not null primary key constraint there_is_one_scan check (one = 1),
    scanned_at bigint not null
) strict;

-- Who was put into a privileged group past its assignments.
create table outside_assignments (
    assignment_id uuid not null primary key references role_assignments (id)
) strict;

create table catalogs (
    id uuid not null primary key,
    name text not null,
    name_key text collate "C" not null,
    description text not null,
    enabled boolean not null,
    created_at bigint not null,
    -- the row stays for the packages that were in it
    deleted_at bigint,
    version bigint not null
) strict;
create unique index catalog_names_are_unique on catalogs (name_key) where deleted_at is null;
create index catalogs_by_name on catalogs (name_key, id) where deleted_at is null;

-- What was brought into a catalog: its packages give these resources and no others.
create table catalog_resources (
    catalog_id uuid not null references catalogs (id),
    kind text not null constraint resource_kind_is_known check (kind in ('group', 'application', 'directory_role')),
    resource_id uuid not null,
    added_at bigint not null,
    primary key (catalog_id, resource_id)
) strict;
create index catalog_resources_in_order on catalog_resources (catalog_id, added_at, resource_id);

-- Who was given what within a catalog.
create table catalog_roles (
    catalog_id uuid not null references catalogs (id),
    holder_kind text not null constraint holder_kind_is_known check (holder_kind in ('user', 'group')),
    holder_id uuid not null,
    role text not null constraint catalog_role_is_known check (role in ('owner', 'reader', 'package_manager', 'assignment_manager')),
    given_at bigint not null,
    primary key (catalog_id, holder_id, role)
) strict;
create index catalog_roles_by_holder on catalog_roles (holder_id, catalog_id, role);
create index catalog_roles_in_order on catalog_roles (catalog_id, role, given_at);

create table packages (
    id uuid not null primary key,
    catalog_id uuid not null references catalogs (id),
    name text not null,
    name_key text collate "C" not null,
    description text not null,
    hidden boolean not null,
    created_at bigint not null,
    -- the row stays for the history of whoever held the package
    deleted_at bigint,
    version bigint not null
) strict;
create unique index package_names_are_unique_in_a_catalog on packages (catalog_id, name_key) where deleted_at is null;
create index packages_by_name on packages (name_key, id) where deleted_at is null;
create index packages_of_a_catalog on packages (catalog_id, name_key, id, deleted_at) where deleted_at is null;

create table package_roles (
    package_id uuid not null references packages (id),
    position bigint not null,
    role text not null,
    resource_id uuid not null,
    application_role_id uuid not null,
    assignment_type text not null,
    primary key (package_id, position)
) strict;
create index packages_by_resource on package_roles (resource_id);
create unique index a_package_gives_each_role_once on package_roles (package_id, role, resource_id, application_role_id, assignment_type);

-- Separation of duties: what nobody may have together with a package. It holds in both directions; a pair is stored once,
-- at the package where it was set.
create table package_incompatibilities (
    package_id uuid not null references packages (id),
    kind text not null constraint incompatible_kind_is_known check (kind in ('package', 'group')),
    other_id uuid not null,
    added_at bigint not null,
    primary key (package_id, other_id),
    constraint nothing_is_incompatible_with_itself check (other_id <> package_id)
) strict;
create index incompatibilities_by_other on package_incompatibilities (other_id, package_id);

create table policies (
    id uuid not null primary key,
    package_id uuid not null references packages (id),
    name text not null,
    enabled boolean not null,
    position bigint not null,
    settings text not null,
    -- its rule assigns the package, and nobody asks
    automatic boolean not null,
    -- when the rule is asked again by itself
    evaluate_at bigint,
    -- the row stays for the requests that were made under it
    deleted_at bigint,
    version bigint not null
) strict;
create index policies_by_package on policies (package_id, position);
create unique index one_automatic_policy_per_package on policies (package_id) where automatic and enabled and deleted_at is null;
create index policies_by_evaluation on policies (evaluate_at) where evaluate_at is not null;

-- The scope of each policy, taken apart for look-ups: user, group (with id), members, everyone (nil id).
create table policy_scopes (
    policy_id uuid not null references policies (id),
    kind text not null,
    subject_id uuid not null,
    package_id uuid not null references packages (id),
    -- whom people report to may request for them
    managers boolean not null,
    primary key (policy_id, kind, subject_id)
) strict;
create index policy_scopes_by_package on policy_scopes (package_id);

create table package_assignments (
    id uuid not null primary key,
    package_id uuid not null references packages (id),
    policy_id uuid not null references policies (id),
    holder_id uuid not null references users (id),
    request_id uuid,
    starts_at bigint not null,
    ends_at bigint,
    ended_at bigint,
    end_reason text,
    -- when the holder is told next that it ends
    warn_at bigint,
    version bigint not null,
    constraint every_package_end_has_a_reason check ((ended_at is null) = (end_reason is null))
) strict;
create unique index one_package_assignment_per_person on package_assignments (holder_id, package_id) where ended_at is null;
create index package_assignments_by_end on package_assignments (ends_at) where ended_at is null and ends_at is not null;
create index package_assignments_by_warning on package_assignments (warn_at) where ended_at is null and warn_at is not null;
-- A review goes through all of them.
create index package_assignments_in_order on package_assignments (package_id, id) where ended_at is null;
create index package_assignments_by_package on package_assignments (package_id, starts_at, id) where ended_at is null;
-- Pages count who holds a package; with these columns the index alone answers.
create index package_assignments_by_policy on package_assignments (package_id, policy_id, ends_at) where ended_at is null;
create index ended_package_assignments_by_package on package_assignments (package_id, ended_at, id) where ended_at is not null;
create index ended_package_assignments on package_assignments (holder_id, ended_at, id) where ended_at is not null;

create table requests (
    id uuid not null primary key,
    requestor_id uuid not null references users (id),
    beneficiary_id uuid not null references users (id),
    -- whom the beneficiary reports to made it, instead of them
    by_manager boolean not null,
    -- what is asked for: a package under a policy …
    package_id uuid references packages (id),
    policy_id uuid references policies (id),
    -- the package assignment that shall end later, when that is what is asked
    extends_id uuid,
    -- … or to activate what one is eligible for by this assignment: this role of this resource
    eligible_id uuid references role_assignments (id),
    -- … or to keep this assignment for longer, or to have it again
    prolongs_id uuid references role_assignments (id),
    renews boolean not null,
    role text,
    resource_id uuid,
    terms text not null,
    -- the state with everything that is true in it; phase is its name, for look-ups
    state text not null,
    phase text not null,
    -- what an approver asked the requestor, and the answer
    asked_back text,
    submitted_at bigint not null,
    -- when something happens by itself
    wakes_at bigint,
    version bigint not null,
    constraint a_request_is_about_one_thing check ((package_id is null) = (policy_id is null)
        and (package_id is null) = (role is not null) and (package_id is null) = (resource_id is not null)
        and (package_id is null) = ((eligible_id is null) <> (prolongs_id is null))
        and (eligible_id is null or prolongs_id is null))
) strict;
create unique index one_open_request_per_person_and_package on requests (beneficiary_id, package_id)
    where phase in ('pending_approval', 'scheduled', 'delivering');
create unique index one_open_activation_per_person_and_assignment on requests (beneficiary_id, eligible_id)
    where phase in ('pending_approval', 'scheduled', 'delivering') and eligible_id is not null;
create unique index one_open_extension_per_assignment on requests (prolongs_id)
    where phase in ('pending_approval', 'scheduled', 'delivering') and prolongs_id is not null;
create index open_requests_by_resource on requests (resource_id, role)
    where phase in ('pending_approval', 'scheduled', 'delivering') and resource_id is not null;
create index requests_by_beneficiary on requests (beneficiary_id, submitted_at, id);
create index undecided_requests_by_manager on requests (requestor_id) where by_manager and phase = 'pending_approval';
create index requests_by_time on requests (submitted_at, id);
create index requests_by_phase on requests (phase, submitted_at, id);
create index requests_by_wake on requests (wakes_at) where wakes_at is not null;
create index requests_by_package on requests (package_id, submitted_at, id);
create index open_requests_by_package on requests (package_id, policy_id) where phase in ('pending_approval', 'scheduled', 'delivering');

-- Who is asked about the open stage of each open request: the inbox.
create table request_asks (
    request_id uuid not null references requests (id),
    part text not null,
    kind text not null constraint ask_kind_is_known check (kind in ('user', 'group', 'manager', 'sponsors', 'owners', 'role')),
    -- the user, the group, the person whose manager or sponsors are asked, the group whose owners are asked, the directory
    -- role whose holders are asked
    subject_id uuid not null,
    level bigint not null,
    decide_by bigint not null,
    primary key (request_id, part, kind, subject_id, level)
) strict;
create index asks_by_subject on request_asks (subject_id, kind, level);
create index asks_of_managers on request_asks (level) where kind = 'manager';

create table decisions (
    request_id uuid not null references requests (id),
    approver_id uuid not null references users (id),
    -- in whose place a delegate decided
    stood_in_for uuid references users (id),
    stage bigint not null,
    verdict text not null,
    words text not null,
    at bigint not null,
    constraint nobody_decides_twice primary key (request_id, approver_id)
) strict;
create index decisions_by_approver on decisions (approver_id, at, request_id);
create unique index nobody_is_stood_in_for_twice on decisions (request_id, stood_in_for) where stood_in_for is not null;

-- Packages that somebody is still describing. They are theirs alone, and gone when the package is made.
create table package_drafts (
    id uuid not null primary key,
    owner_id uuid not null references users (id),
    catalog_id uuid not null references catalogs (id),
    document text not null,
    changed_at bigint not null,
    version bigint not null
) strict;
create index package_drafts_of_a_person on package_drafts (owner_id, changed_at, id);

-- Somebody decides in place of somebody else for a while.
create table delegations (
    id uuid not null primary key,
    from_id uuid not null references users (id),
    to_id uuid not null references users (id),
    starts_at bigint not null,
    ends_at bigint not null,
    -- not set: until its end
    ended_at bigint,
    all_packages boolean not null,
    constraint nobody_delegates_to_themselves check (from_id <> to_id),
    constraint delegations_end_after_their_start check (ends_at > starts_at)
) strict;
create index delegations_given on delegations (from_id, ends_at) where ended_at is null;
create index delegations_received on delegations (to_id, ends_at) where ended_at is null;
-- Everything that is asked about those in force, so that no planner prefers to read the whole table.
create index delegations_by_end on delegations (ends_at, starts_at, to_id, from_id, all_packages, id, ended_at) where ended_at is null;

-- The packages of a delegation that is not about all.
create table delegation_packages (
    delegation_id uuid not null references delegations (id),
    package_id uuid not null references packages (id),
    primary key (delegation_id, package_id)
) strict;
create index delegations_by_package on delegation_packages (package_id, delegation_id);

-- The history. Rows are only ever added; chain and seal are filled in by the sealing worker.
create table events (
    id uuid not null primary key,
    at bigint not null,
    actor_id uuid not null,
    action text not null,
    -- how it came out, by the action; what was denied or went wrong is looked for
    outcome text not null constraint outcome_is_known check (outcome in ('success', 'denied', 'failure')),
    request_id uuid,
    document text not null,
    chain bigint,
    seal bytea
) strict;
create unique index the_chain_has_no_forks on events (chain) where chain is not null;
create index unsealed_events on events (at, id) where chain is null;
create index events_by_request on events (request_id, at, id) where request_id is not null;
create index events_by_actor on events (actor_id, at, id);
create index events_by_time on events (at, id);
create index events_by_action on events (action, at, id);
create index events_without_success on events (outcome, at, id) where outcome <> 'success';

create table event_targets (
    target_id uuid not null,
    at bigint not null,
    event_id uuid not null references events (id),
    primary key (target_id, at, event_id)
) strict;

-- One row: how long the chain is and what its last seal was.
create table chain_head (
    one bigint not null primary key constraint there_is_one_chain check (one = 1),
    length bigint not null,
    seal bytea not null
) strict;

create table letters (
    id uuid not null primary key,
    to_id uuid references users (id),
    -- … or a mail address that is nobody's
    to_address text,
    notice text not null,
    made_at bigint not null,
    -- not set: nothing is left to do
    due_at bigint,
    tries bigint not null,
    outcome text,
    fault text,
    constraint a_letter_goes_to_somebody check ((to_id is null) <> (to_address is null))
) strict;
create index letters_by_due on letters (due_at) where due_at is not null;

create table sessions (
    id bytea not null primary key,
    user_id uuid not null references users (id),
    how text not null,
    created_at bigint not null,
    seen_at bigint not null,
    address text not null,
    agent text not null,
    -- what was proved in it, and when
    code_at bigint,
    passkey_at bigint,
    flash text,
    flash_at bigint
) strict;
create index sessions_by_user on sessions (user_id);
create index sessions_by_age on sessions (seen_at);

create table sign_in_failures (
    subject text not null primary key,
    count bigint not null,
    last_at bigint not null
) strict;
create index sign_in_failures_by_age on sign_in_failures (last_at);

-- Secrets of authenticator apps. They have to be known to compare codes, so they are no hashes.
create table authenticators (
    user_id uuid not null primary key references users (id),
    secret bytea not null,
    -- the step of time whose code was used last: each code counts once
    last_step bigint not null,
    created_at bigint not null
) strict;

create table recovery_codes (
    user_id uuid not null references users (id),
    hash bytea not null,
    used_at bigint,
    primary key (user_id, hash)
) strict;

create table passkeys (
    id uuid not null primary key,
    user_id uuid not null references users (id),
    credential_id bytea not null,
    stored text not null,
    name text not null,
    created_at bigint not null,
    used_at bigint
) strict;
create unique index passkeys_are_of_one_person on passkeys (credential_id);
create index passkeys_by_user on passkeys (user_id, created_at, id);

-- What was begun and waits for the browser's answer. The holder is a session's id, or the hash of a token.
create table ceremonies (
    holder bytea not null,
    what text not null constraint ceremony_is_known check (what in ('authenticator', 'register', 'prove', 'sign_in')),
    remembered bytea not null,
    ends_at bigint not null,
    primary key (holder, what)
) strict;
create index ceremonies_by_end on ceremonies (ends_at);

create table setup_tokens (
    hash bytea not null primary key,
    expires_at bigint not null
) strict;

-- Words of names, folded: search by the beginnings of words, with an index on both engines.
create table search_words (
    kind text not null,
    word text collate "C" not null,
    subject_id uuid not null,
    primary key (kind, word, subject_id)
) strict;
create index search_words_by_subject on search_words (subject_id, kind, word);

create table facts (
    name text not null primary key,
    value text not null
) strict;

-- Access reviews: what recurs.
create table review_series (
    id uuid not null primary key,
    name text not null,
    name_key text collate "C" not null,
    subject_kind text not null constraint review_subject_is_known
        check (subject_kind in ('directory_role', 'group', 'application', 'package')),
    subject_id uuid not null,
    -- the policy of a package that requires it
    policy_id uuid references policies (id),
    settings text not null,
    owner_id uuid not null references users (id),
    created_at bigint not null,
    -- instances that were started
    started bigint not null,
    -- when the next one starts
    next_at bigint,
    deleted_at bigint,
    version bigint not null
) strict;
create index review_series_in_order on review_series (created_at, id) where deleted_at is null;
create index review_series_by_start on review_series (next_at) where next_at is not null and deleted_at is null;
create unique index a_policy_requires_one_series on review_series (policy_id)
    where policy_id is not null and next_at is not null and deleted_at is null;
create index review_series_of_a_thing on review_series (subject_id, created_at, id) where deleted_at is null;

-- One time that a review runs. The state is one document that only its type can write; phase and wakes_at are for look-ups.
create table reviews (
    id uuid not null primary key,
    series_id uuid not null references review_series (id),
    number bigint not null,
    subject_kind text not null,
    subject_id uuid not null,
    -- only what is held under this policy is reviewed
    policy_id uuid references policies (id),
    owner_id uuid not null references users (id),
    settings text not null,
    state text not null,
    phase text not null,
    wakes_at bigint,
    started_at bigint not null,
    due_at bigint not null,
    counts text not null,
    -- how far what was found is sealed, once it is completed
    evidence text,
    -- for the count on the navigation
    open_stage bigint,
    shared_open bigint not null,
    version bigint not null
) strict;
create unique index reviews_of_a_series on reviews (series_id, number);
create index reviews_in_order on reviews (started_at, id);
create index reviews_by_wake on reviews (wakes_at) where wakes_at is not null;

-- Who shares the rows of a stage that are nobody's alone.
create table review_panel (
    review_id uuid not null references reviews (id),
    stage bigint not null,
    user_id uuid not null references users (id),
    -- the review's start, by which somebody's own are sorted
    started_at bigint not null,
    primary key (review_id, stage, user_id)
) strict;
create index panels_of_a_person on review_panel (user_id, started_at, review_id);

-- What somebody holds, as it was when the instance started. The nil id stands for "all who share" as the reviewer.
create table review_rows (
    id uuid not null primary key,
    review_id uuid not null references reviews (id),
    principal_kind text not null,
    principal_id uuid not null,
    name_key text collate "C" not null,
    held_id uuid not null,
    role text not null,
    assignment_type text not null,
    source text not null,
    through_id uuid,
    ends_at bigint,
    last_sign_in_at bigint,
    last_active_at bigint,
    recommendation text not null,
    stage bigint not null,
    reviewer_id uuid not null,
    is_open boolean not null,
    brought text not null,
    decision text not null,
    decided_by uuid,
    decided_how text,
    decided_at bigint,
    reason text not null,
    outcome text not null,
    outcome_words text not null,
    applied_at bigint,
    -- in whose place it was decided, and how long after the stage began
    decided_other uuid,
    decided_after bigint,
    -- to whom a reviewer handed it, and which one
    handed_to uuid,
    handed_by uuid,
    -- nobody holds it: it is shown as this assignment is
    like_id uuid,
    constraint rows_are_handed_on_by_somebody check ((handed_to is null) = (handed_by is null)),
    constraint what_nobody_holds_is_never_applied check (like_id is null or outcome = 'new')
) strict;
create unique index each_is_reviewed_once on review_rows (review_id, principal_id, held_id);
create index review_rows_in_order on review_rows (review_id, name_key, id);
create index review_rows_by_decision on review_rows (review_id, decision, name_key, id);
create index review_rows_of_a_reviewer on review_rows (review_id, reviewer_id, name_key, id);
create index open_review_rows on review_rows (review_id, reviewer_id, name_key, id) where is_open;
create index open_rows_of_a_person on review_rows (reviewer_id, review_id) where is_open;
create index recommended_rows_of_a_person on review_rows (reviewer_id, review_id, id)
    where is_open and recommendation <> 'no_information';
create index reviews_of_a_person on review_rows (reviewer_id, review_id);
-- What a worker goes through.
create index review_rows_by_id on review_rows (review_id, id);
create index review_rows_to_apply on review_rows (review_id, id) where decision = 'deny' and outcome = 'new' and like_id is null;
create index review_rows_handed_on on review_rows (handed_to, review_id, name_key, id) where handed_to is not null;
create index review_rows_nobody_holds on review_rows (review_id, id) where like_id is not null;
-- How each reviewer decided.
create index review_rows_by_decider on review_rows (review_id, decided_by, decided_after) where decided_by is not null;

-- Everything that was ever decided about a row.
create table review_decisions (
    id uuid not null primary key,
    row_id uuid not null references review_rows (id),
    stage bigint not null,
    decision text not null,
    reason text not null,
    decided_by uuid,
    -- in whose place, or to or from whom it was handed
    other_id uuid,
    how text not null,
    at bigint not null
) strict;
create index review_decisions_of_a_row on review_decisions (row_id, at, id);
