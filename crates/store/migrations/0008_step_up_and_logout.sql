-- What the provider calls the sign-in with which a session was begun, for when it says that it is over; and its token, sealed
-- with the key that is not in the database, to name the session by when somebody signs out there.
alter table sessions add column provider_sid text collate "C";
alter table sessions add column id_token bytea;
create index sessions_by_provider_sid on sessions (provider_id, provider_sid) where provider_sid is not null;

-- What providers vouched for in a session beside its beginning: each has a row of its own, so that what one said can be taken
-- back without the others.
create table session_words (
    session_id bytea not null references sessions (id) on delete cascade,
    provider_id uuid not null references identity_providers (id),
    signed_in_at bigint,
    multifactor_at bigint,
    passkey_at bigint,
    primary key (session_id, provider_id)
) strict;
create index session_words_by_provider on session_words (provider_id);

-- What providers said about ends of sessions, by a hash: each counts once.
create table logout_tokens (
    hash bytea not null primary key,
    ends_at bigint not null
) strict;
create index logout_tokens_by_end on logout_tokens (ends_at);

-- Secrets of authenticator apps are sealed by the next start.
alter table authenticators add column sealed boolean not null default false;

-- What waits for browsers that are at a provider is written otherwise from now on; who is on the way begins again. The same
-- for authenticator apps that are being set up.
delete from ceremonies where what in ('provider', 'authenticator');
