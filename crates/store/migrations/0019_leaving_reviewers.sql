-- Somebody whom a review asks cannot decide any more; what is theirs alone goes to others, in the order of ids and after the row
-- that went last.
create table review_leavers (
    review_id uuid not null references reviews (id),
    user_id uuid not null references users (id),
    -- taken out by an administrator, and not disabled
    removed boolean not null,
    after_id uuid,
    primary key (review_id, user_id)
);
