//! One file a page.

pub mod admin;
pub mod mail;
pub mod my_access;
pub mod my_roles;
pub mod not_found;
pub mod setup;
pub mod signin;
