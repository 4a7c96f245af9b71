-- The open stage of a request and the approvals that it needs, for look-ups. Requests that were open before count as needing one
-- until somebody does something about them: they are few, and gone with their windows.
alter table requests add column open_stage bigint not null default 0;
alter table requests add column quorum bigint not null default 1;
-- What others decided in somebody's place, newest first.
create index decisions_by_stood_in_for on decisions (stood_in_for, at, request_id) where stood_in_for is not null;
