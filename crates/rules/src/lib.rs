//! What is allowed, and what follows. Pure: no I/O, no clock, no randomness; `now` is an argument.
//!
//! One rule, one function, one place. The page that shows a button and the command behind it ask the same function.

pub mod access;
pub mod access_token;
pub mod activation_profile;
pub mod adoption;
pub mod alert;
pub mod application;
pub mod approval;
pub mod audit;
pub mod authentication_context;
pub mod automatic;
pub mod catalog;
pub mod comparison;
pub mod delegation;
pub mod delivery;
pub mod directory_rule;
pub mod draft;
pub mod effective;
pub mod emergency;
pub mod enrolled;
pub mod form;
pub mod group;
pub mod import;
pub mod lock_out;
pub mod mail;
pub mod notice;
pub mod package;
pub mod proof;
pub mod provider;
pub mod provisioning;
pub mod reprocess;
pub mod request;
pub mod retry;
pub mod review;
pub mod role_assignment;
pub mod role_settings;
pub mod separation;
pub mod sign_in;
pub mod standing_access;
pub mod target;
pub mod team;
pub mod terms;
pub mod translation;
pub mod user;
pub mod webhook;

#[cfg(test)]
mod privileged_properties;
#[cfg(test)]
mod request_walks;
#[cfg(test)]
mod tests;
