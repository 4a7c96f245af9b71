//! The only crate with SQL. Each statement is written once and runs on SQLite and PostgreSQL.
//!
//! Functions take a [`Link`]: a transaction, or a connection for reading. They load and save values of `model`
//! and `rules`; they decide nothing.

#[macro_use]
mod macros;

pub mod access_tokens;
pub mod activation_profiles;
pub mod alert_facts;
pub mod alerts;
pub mod all_requests;
pub mod answering;
pub mod applications;
pub mod approvals;
pub mod assignments;
pub mod audit;
pub mod authentication_contexts;
pub mod automatic;
pub mod catalog_choice;
pub mod catalogs;
pub mod delegations;
pub mod delivered;
pub mod delivery;
mod dialect;
pub mod drafts;
pub mod emergency;
pub mod events;
mod fault;
pub mod findings;
pub mod follows;
pub mod groups;
pub mod import_links;
pub mod imports;
pub mod inbox;
pub mod letters;
mod link;
pub mod mail;
pub mod package_editing;
pub mod package_holders;
pub mod packages;
pub mod past;
pub mod policies;
pub mod proofs;
pub mod providers;
pub mod provisioned;
pub mod requests;
pub mod resources;
pub mod review_campaigns;
pub mod review_help;
pub mod review_holders;
pub mod review_later;
pub mod review_leavers;
pub mod review_lists;
pub mod review_rows;
pub mod reviews;
pub mod role_assignments;
pub mod role_settings;
mod schema;
pub mod search;
pub mod separation;
pub mod sessions;
pub mod sponsors;
pub mod standing_access;
pub mod targets;
pub mod team;
pub mod terms;
pub mod users;
pub mod webhooks;

#[doc(hidden)]
pub use dialect::statements;
pub use fault::{Fault, Saved};
pub use link::{Db, Link, Location};
#[doc(hidden)]
pub use schema::migrations;
pub use schema::{MigrateProblem, SchemaState};
