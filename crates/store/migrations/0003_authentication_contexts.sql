-- Authentication contexts: what a proof has to be, said once and named by the settings of roles.
create table authentication_contexts (
    id uuid not null primary key,
    name text not null,
    name_key text collate "C" not null,
    description text not null,
    strength text not null constraint contexts_have_a_strength check (strength in ('sign_in', 'multifactor', 'passkey')),
    minutes bigint not null constraint proofs_of_contexts_are_fresh check (minutes > 0),
    terms_id uuid references terms_of_use (id),
    version bigint not null
) strict;
create unique index context_names_are_unique on authentication_contexts (name_key);

-- The context that settings name, beside their document: no context goes that is in use.
alter table role_settings add column context_id uuid references authentication_contexts (id);
create index settings_by_context on role_settings (context_id) where context_id is not null;
