-- Access reviews that one form made of several things.
create table review_campaigns (
    id uuid not null primary key,
    name text not null,
    owner_id uuid not null references users (id),
    created_at bigint not null
) strict;

alter table review_series add column campaign_id uuid references review_campaigns (id);
create index review_series_of_a_campaign on review_series (campaign_id, created_at, id)
    where campaign_id is not null and deleted_at is null;
