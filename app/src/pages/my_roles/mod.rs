//! Roles and groups that one is eligible for: activating them, and ending that.

pub mod activate;
mod deactivate;
pub mod list;
mod profiles;
pub mod requests;

pub use deactivate::{Deactivate, DeactivateButton};
