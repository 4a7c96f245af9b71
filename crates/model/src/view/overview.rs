//! `/my-access`

use super::package::Held;
use super::{Countdown, approval, emergency, my_roles, request, review};
use crate::{PackageId, Ts};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub greeting: String,
    /// Requests about which I was asked something: my own, and those that I made for a report.
    pub questions: Vec<request::Row>,
    /// The first few of them.
    pub waiting: Vec<approval::Row>,
    /// How many there are.
    pub waiting_count: u32,
    /// Uses of emergency access that I have to review.
    pub emergencies: Vec<emergency::Row>,
    /// Access reviews in which I have something to decide, the first few of them.
    pub reviews: Vec<review::MyReview>,
    /// What was activated and runs.
    pub roles: Vec<my_roles::Row>,
    pub active: Vec<Active>,
    pub ending: Vec<Active>,
    pub open: Vec<request::Row>,
}

/// A package that is held now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Active {
    pub package: PackageId,
    pub name: String,
    pub resources: String,
    pub since: Ts,
    /// Not set: no end.
    pub ends: Option<Countdown>,
    pub held: Held,
}
