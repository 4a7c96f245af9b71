//! What surrounds every page.

use super::Persona;
use crate::{AnyId, Ts};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    pub me: Persona,
    pub user_name: String,
    /// The server's clock when the page was made; countdowns run from here.
    pub now: Ts,
    /// Requests waiting for this person's decision.
    pub approvals: u32,
    /// Access reviews in which rows wait for this person's decision.
    #[serde(default)]
    pub reviews: u32,
    /// There are people who report to this one.
    pub has_reports: bool,
    pub sees_users: bool,
    pub sees_groups: bool,
    /// Directory roles with who is assigned them.
    pub sees_roles: bool,
    /// Incidents of alerts that are open, for those who see roles.
    pub alerts: u32,
    /// There are catalogs that this person may see, and with them packages.
    pub sees_catalogs: bool,
    /// There are access reviews that this person may see, or may make.
    #[serde(default)]
    pub sees_reviews: bool,
    /// Everybody's requests.
    pub sees_requests: bool,
    /// How people sign in.
    #[serde(default)]
    pub sees_settings: bool,
    /// The whole history.
    pub sees_audit: bool,
    /// Letters are kept in a folder that a page shows.
    pub demo_mail: bool,
}

/// What an open page hears of again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// Requests waiting for this person's decision.
    pub approvals: u32,
    /// Reviews that wait for this person.
    pub reviews: u32,
    /// Another one whenever something happened about this person.
    pub newest: AnyId,
}
