//! Administration.

pub mod group;
pub mod group_form;
pub mod groups;
pub mod user;
pub mod user_form;
pub mod users;
