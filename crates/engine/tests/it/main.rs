//! Stories about the engine, each on SQLite and on PostgreSQL, on a clock that stands still until it is moved.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests: what is not there is a failed test")]

mod activated;
mod activation;
mod alerts;
mod all_requests;
mod ask_back;
mod asking;
mod assigning;
mod audit;
mod automatic;
mod catalog_people;
mod catalogs;
mod cost;
mod crash;
mod deciding;
mod delegation;
mod directory;
mod drafts;
mod emergency;
mod ending;
mod extending_roles;
mod given;
mod hidden;
mod holding;
mod inbox;
mod languages;
mod letters;
mod main_job;
mod matrix;
mod paging;
mod policy_names;
mod privileged;
mod role_letters;
mod routing;
mod separation;
mod servers;
mod sessions;
mod setup;
mod sponsors;
mod standing;
mod taking_back;
mod team;
mod waiting;
mod who_could;
