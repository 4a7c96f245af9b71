//! The words that browser and server share: ids, times, commands, queries, views, events, notices, refusals, limits.
//!
//! Nothing here does anything: no I/O, no clock, no randomness, no rule. A word that has one meaning
//! (`docs/semantics.md`) has one type here.

pub mod access;
pub mod access_token;
pub mod activation_profile;
pub mod alert;
pub mod answering;
pub mod application;
pub mod approval;
pub mod ask_back;
pub mod audit;
pub mod authentication_context;
pub mod catalog;
pub mod command;
pub mod delegation;
pub mod directory;
pub mod dn;
pub mod draft;
pub mod emergency;
pub mod event;
pub mod ids;
pub mod import;
pub mod language;
pub mod limits;
pub mod mail;
pub mod notice;
pub mod package;
pub mod proof;
pub mod provider;
pub mod provisioning;
pub mod query;
pub mod refusal;
pub mod request;
pub mod review;
pub mod role_assignment;
pub mod role_settings;
pub mod separation;
pub mod target;
pub mod terms;
pub mod time;
pub mod view;
pub mod webhook;

pub use ids::*;
pub use language::Language;
pub use refusal::{Refusal, Refused};
pub use time::{Span, Ts};
