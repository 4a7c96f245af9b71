//! One file a page.

pub mod admin;
pub mod audit;
pub mod mail;
pub mod my_access;
pub mod my_roles;
pub mod not_found;
#[cfg(feature = "ssr")]
pub mod security;
#[cfg(feature = "ssr")]
pub mod setup;
#[cfg(feature = "ssr")]
pub mod signin;
