-- Tokens with which other systems come in. The token itself is not kept.
create table access_tokens (
    id uuid not null primary key,
    name text not null,
    -- SHA-256
    hash bytea not null,
    scope text not null constraint scope_is_known check (scope in ('scim', 'scim_read')),
    created_by uuid not null references users (id),
    created_at bigint not null,
    expires_at bigint not null,
    last_used_at bigint,
    revoked_at bigint
) strict;
create unique index token_hashes_are_unique on access_tokens (hash);
create index tokens_in_order on access_tokens (created_at, id);

-- What an identity provider says about people and groups beyond what they are: what it calls them, how it said it, and
-- whether they are no more for it. Who never came from a provider has no row.
create table provisioned (
    id uuid not null primary key,
    kind text not null constraint provisioned_kind_is_known check (kind in ('user', 'group')),
    external_id text collate "C",
    -- the resource as it was said
    said text not null,
    removed_at bigint
) strict;
create index provisioned_by_external_id on provisioned (kind, external_id) where external_id is not null;
create index provisioned_removed on provisioned (kind, id) where removed_at is not null;
