//! `/my-access/packages` and one package with its request form.

use super::{Badge, Countdown, Fact, Icon, Paging, PlanStage};
use crate::package::Question;
use crate::{PackageAssignmentId, PackageId, PolicyId, QuestionId, Refused, RequestId, Ts};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    #[default]
    Available,
    Active,
    Expired,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packages {
    pub tab: Tab,
    pub search: String,
    pub rows: Vec<Row>,
    pub paging: Paging,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub package: PackageId,
    pub name: String,
    pub description: String,
    /// `2 groups, 1 application`
    pub resources: String,
    /// It gives a highly privileged role.
    pub privileged: bool,
    pub standing: Standing,
}

/// How the reader stands to a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// May be requested.
    Open,
    /// A request is under way.
    Requested { request: RequestId, badge: Badge },
    /// Held now.
    Held { since: Ts, ends: Option<Countdown>, badge: Badge, held: Held },
    /// Held once. `again`: *Request* is offered, because a policy lets them ask. What else may be in the way the form says.
    Ended { at: Ts, why: String, again: bool },
}

/// What can be done with what is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub assignment: PackageAssignmentId,
    /// *Extend* is offered.
    pub extendable: bool,
    /// *Remove* is offered: nothing but a rule ends what a rule gave.
    pub removable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    pub package: PackageId,
    pub name: String,
    pub description: String,
    pub catalog: String,
    pub contains: Vec<Contained>,
    pub form: Form,
}

/// One thing that the package gives, directly or through a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contained {
    pub icon: Icon,
    pub name: String,
    /// `Group · Member`, `Directory role · through the group`
    pub under: String,
    pub privileged: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// One entry for each policy that fits; the requestor chooses when there are several. When the package is held,
    /// it is an extension: `extends` says until when it is held now and would be then.
    /// `compared` says what the policies say about the same things; it is empty when there is one.
    Open { policies: Vec<PolicyChoice>, compared: Vec<Compared>, extends: Option<Extends>, filled: Option<Filled> },
    /// It cannot be requested now, and why.
    Closed { why: Refused },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyChoice {
    pub policy: PolicyId,
    pub name: String,
    pub justification_required: bool,
    pub questions: Vec<Question>,
    pub plan: Vec<PlanStage>,
    /// The requestor may name start and end.
    pub timeline_allowed: bool,
    /// For whom, how long, extension, catalog.
    pub terms: Vec<Fact>,
}

/// What several policies say about one thing, in the order of the policies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    pub name: String,
    pub values: Vec<String>,
    pub differs: bool,
}

/// What an extension changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extends {
    pub until: Ts,
    /// Nothing: for ever.
    pub to: Option<Ts>,
}

/// What an earlier request said, for asking again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    pub justification: String,
    pub answers: Vec<(QuestionId, Vec<String>)>,
}
