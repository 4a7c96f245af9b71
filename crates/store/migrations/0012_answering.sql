-- Webhooks that are asked about requests and waited for: how, a document; not set for one that is told what happened.
alter table webhooks add column answering text;

-- Which of them the policy asks.
alter table policies add column asks_id uuid references webhooks (id);
create index policies_by_asked_webhook on policies (asks_id) where asks_id is not null;

-- Where the answer to a question may be sent: one address for each time that the question was on its way.
create table answer_addresses (
    token_hash bytea not null primary key,
    request_id uuid not null references requests (id),
    webhook_id uuid not null,
    -- the question, whose id the answer names
    event_id uuid not null
) strict;
create index answer_addresses_by_webhook on answer_addresses (webhook_id);

-- Where applications and their roles are in use.
create index catalog_resources_by_resource on catalog_resources (resource_id);
create index target_items_by_role on target_items (application_role_id);
