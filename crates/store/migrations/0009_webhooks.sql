-- Servers of others that are told what is given, changed and taken away.
create table webhooks (
    id uuid not null primary key,
    name text not null,
    name_key text collate "C" not null,
    url text not null,
    -- which kinds of messages it gets, a list
    kinds text not null,
    enabled boolean not null,
    -- what messages are signed with, sealed with the key that is not in the database; the one before it signs too until then
    secret bytea not null,
    earlier_secret bytea,
    earlier_until bigint,
    -- up to where in the chain of events it was looked for messages
    place bigint not null,
    -- the server as a whole did not answer: how often in a row, when it is asked again, and why
    tries bigint not null,
    next_try_at bigint not null,
    fault text,
    created_at bigint not null,
    version bigint not null
) strict;
create unique index webhook_names_are_unique on webhooks (name_key);

-- One event, told to one of them. Those about one object are told in the order of the chain.
create table webhook_messages (
    webhook_id uuid not null references webhooks (id),
    event_id uuid not null references events (id),
    place bigint not null,
    kind text not null,
    object_id uuid not null,
    -- not set: told, or given up by somebody
    due_at bigint,
    tries bigint not null,
    -- what came back last
    answer text,
    told_at bigint,
    primary key (webhook_id, event_id)
) strict;
create index webhook_messages_by_due on webhook_messages (webhook_id, due_at) where due_at is not null;
create index webhook_messages_by_object on webhook_messages (webhook_id, object_id, place) where due_at is not null;
create index webhook_messages_in_order on webhook_messages (webhook_id, place);
