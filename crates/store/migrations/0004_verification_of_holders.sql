-- Roles that ask whoever holds them for more than a password, in every session: beside the document, so that a session knows
-- with the statement that reads it whether there is such a role at all.
alter table role_settings add column asks_holders boolean not null default false;
create index settings_that_ask_holders on role_settings (resource_id) where asks_holders;
