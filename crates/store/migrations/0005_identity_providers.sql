-- Servers of others at which people prove who they are.
create table identity_providers (
    id uuid not null primary key,
    name text not null,
    name_key text collate "C" not null,
    issuer text collate "C" not null,
    client_id text not null,
    -- sealed with the key that is not in the database; nothing for a client that has none
    client_secret bytea,
    scopes text not null,
    joining text not null constraint joining_is_known check (joining in ('created', 'matched', 'bound')),
    -- which words of the provider mean more than a sign-in
    strengths text not null,
    enabled boolean not null,
    created_at bigint not null,
    version bigint not null
) strict;
create unique index provider_names_are_unique on identity_providers (name_key);
-- people are bound by issuer and subject
create unique index provider_issuers_are_unique on identity_providers (issuer);

-- Who somebody is at a provider.
create table provider_links (
    provider_id uuid not null references identity_providers (id),
    subject text collate "C" not null,
    user_id uuid not null references users (id),
    -- what the account is called there
    called text not null,
    linked_at bigint not null,
    used_at bigint,
    primary key (provider_id, subject)
) strict;
create unique index one_link_per_person_and_provider on provider_links (user_id, provider_id);

-- Sessions that were begun with a provider, and what it vouched for: when somebody signed in there, and how strongly.
alter table sessions add column provider_id uuid references identity_providers (id);
alter table sessions add column vouched_at bigint;
alter table sessions add column vouched_multifactor_at bigint;
alter table sessions add column vouched_passkey_at bigint;
create index sessions_by_provider on sessions (provider_id) where provider_id is not null;

-- Signing in at a provider waits for the browser's answer, too. What waited before this began is begun again.
drop table ceremonies;
create table ceremonies (
    holder bytea not null,
    what text not null constraint ceremony_is_known check (what in ('authenticator', 'register', 'prove', 'sign_in', 'provider')),
    remembered bytea not null,
    ends_at bigint not null,
    primary key (holder, what)
) strict;
create index ceremonies_by_end on ceremonies (ends_at);
