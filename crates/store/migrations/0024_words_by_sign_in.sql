-- What the provider calls the sign-in with which somebody proved more in a session, for when it says that it is over.
alter table session_words add column provider_sid text collate "C";
create index session_words_by_provider_sid on session_words (provider_id, provider_sid) where provider_sid is not null;
