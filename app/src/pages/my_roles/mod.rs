//! Roles and groups that one is eligible for: activating them, ending that, and asking for more time.

pub mod activate;
mod deactivate;
pub mod extend;
pub mod list;
mod profiles;
pub mod requests;

pub use deactivate::{Deactivate, DeactivateButton};
pub use list::comes_from;
