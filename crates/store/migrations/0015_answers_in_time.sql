-- The webhook for whose answer a request waits: nobody can decide it meanwhile, and whoever disables the webhook is told how many.
alter table requests add column waits_for_id uuid;
update requests set waits_for_id = (
    select m.webhook_id from events e cross join webhook_messages m
    where e.request_id = requests.id and m.event_id = e.id and m.kind = 'request.answer_wanted' limit 1
) where phase = 'pending_approval' and not exists (select 1 from request_asks k where k.request_id = requests.id);
create index requests_by_awaited_webhook on requests (waits_for_id) where waits_for_id is not null;

-- Until when an address for an answer is kept: a week after the end of the time for it, in milliseconds.
alter table answer_addresses add column ends_at bigint not null default 0;
update answer_addresses set ends_at = 604800000 + coalesce(
    (select r.wakes_at from requests r where r.id = answer_addresses.request_id and r.phase = 'pending_approval'), 0);
create index answer_addresses_by_end on answer_addresses (ends_at);

-- A question of which nobody needed the answer any more.
alter table webhook_messages add column over_at bigint;

-- Where an application is in use.
create index service_principals_by_application on service_principals (application_id);
