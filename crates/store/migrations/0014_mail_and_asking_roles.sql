-- How letters leave, as administrators set it: one row, or none before anybody did.
create table mail_settings (
    id bigint not null primary key,
    -- the mail server, a document; not set: letters are kept as files
    server text,
    -- what it is signed in with, sealed with the key that is not in the database
    password bytea,
    version bigint not null,
    constraint mail_is_set_once check (id = 1)
) strict;

-- The webhook that settings name, beside their document: none goes that is asked about activations.
alter table role_settings add column asks_id uuid references webhooks (id);
create index settings_by_asked_webhook on role_settings (asks_id) where asks_id is not null;
