-- From where people signed in before, so that failures of strangers elsewhere do not keep them out.
create table sign_in_places (
    user_id uuid not null references users (id),
    address text not null,
    signed_in_at bigint not null,
    primary key (user_id, address)
) strict;
create index sign_in_places_by_age on sign_in_places (signed_in_at);
insert into sign_in_places (user_id, address, signed_in_at) select user_id, address, max(created_at) from sessions group by user_id, address;
