//! Targets, as administrators set them and see how they are.

use super::provider::Step;
use super::{Badge, Choice, Paging, Persona};
use crate::target::Target;
use crate::{ApplicationRoleId, TargetId, Ts};
use serde::{Deserialize, Serialize};

/// `/admin/settings`, and what a new target can be for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    pub rows: Vec<Row>,
    /// New targets are offered.
    pub may_change: bool,
    /// Applications that have no target yet.
    pub applications: Vec<Choice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub target: Target,
    pub application: String,
    pub badge: Badge,
    /// People whose access there is not as it should be.
    pub pending: u32,
}

/// `/admin/settings/targets/{id}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTarget {
    pub row: Row,
    pub may_change: bool,
    /// Lines of `Role = Group`, as the form has them.
    pub groups: String,
    /// The roles of the application, with the groups that they are there.
    pub roles: Vec<(String, String)>,
    /// Why the target as a whole is not asked now, and when it is asked again.
    pub trouble: Option<(String, Ts)>,
    pub reconciled: Option<Ts>,
    /// Which groups could not be compared then, and why: sentences.
    pub uncompared: Option<String>,
    /// People who have access there.
    pub there: u32,
    pub people: Vec<PersonRow>,
    /// More are not as they should be than the page lists.
    pub more_waiting: usize,
    pub paging: Paging,
    pub findings: Vec<Finding>,
    /// What was adopted, the latest first.
    pub adoptions: Vec<Adoption>,
    /// There are earlier ones, which the page does not list.
    pub more_adoptions: bool,
}

/// Somebody at a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub person: Persona,
    pub badge: Badge,
    /// What they have there, confirmed.
    pub has: String,
    /// Why it is not as it should be, and since when.
    pub why: String,
    pub since: Option<Ts>,
    /// When it is tried again.
    pub again: Option<Ts>,
}

/// Membership that was found at a target and that nobody was given here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// By which its forms are known on the page.
    pub key: String,
    pub role: String,
    pub role_id: ApplicationRoleId,
    /// Whom the target means.
    pub remote_id: String,
    /// Who it is there.
    pub called: String,
    pub found: Ts,
    /// Who it is here, without a doubt.
    pub person: Option<Persona>,
    /// Why it is not adopted by itself; a sentence, or nothing.
    pub why: String,
    /// The reader may adopt it.
    pub adopt: bool,
    /// Somebody wants it taken away there, and said why; that was not done yet.
    pub unwanted: Option<String>,
}

/// What was found at a target and became an assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    pub person: Persona,
    pub role: String,
    pub role_id: ApplicationRoleId,
    pub called: String,
    pub adopted: Ts,
    /// Who did it; not set: the target is set so.
    pub by: Option<String>,
    pub badge: Badge,
    /// When it ends, or ended.
    pub ends: Option<Ts>,
}

/// `/admin/settings/targets/{id}/test`: what was tried, and what came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetTest {
    pub target: TargetId,
    pub name: String,
    pub at: Ts,
    /// Everything was as it has to be.
    pub good: bool,
    pub steps: Vec<Step>,
}

/// `/admin/settings/targets/{id}/trial`: what would be changed there, and nothing was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetTrial {
    pub target: TargetId,
    pub name: String,
    pub at: Ts,
    /// Why it could not be compared.
    pub failed: Option<String>,
    /// Memberships that are as they should be.
    pub agree: u32,
    /// What would happen to whom; no more than are shown on a page.
    pub lines: Vec<TrialLine>,
    /// So many more.
    pub more: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialLine {
    /// `Add`, `Remove`, `Report`
    pub what: String,
    pub tone: String,
    pub who: String,
    pub group: String,
}
