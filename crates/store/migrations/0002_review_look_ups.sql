-- Look-ups of access reviews that walked over every row of a review where many rows are shared.

-- With whom it is about, so that what somebody has to decide is found in the index alone.
drop index open_rows_of_a_person;
create index open_rows_of_a_person on review_rows (reviewer_id, review_id, principal_id) where is_open;
create index open_rows_handed_on on review_rows (handed_to, review_id) where handed_to is not null and is_open;
create index recommended_rows_handed_on on review_rows (handed_to, review_id, id)
    where handed_to is not null and is_open and recommendation <> 'no_information';
