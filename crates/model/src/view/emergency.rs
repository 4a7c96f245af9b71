//! Emergency access: `/admin/roles/emergency`, and the review of one use.

use super::{Badge, Choice, Paging, Persona};
use crate::role_settings::Ticket;
use crate::{EmergencyUseId, Ts, UserId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyAccess {
    pub accounts: Vec<Account>,
    /// The latest first.
    pub uses: Vec<Row>,
    pub paging: Paging,
    pub may_change: bool,
    /// Whom the form offers, for whoever may change.
    pub people: Vec<Choice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub user: UserId,
    pub who: Persona,
    pub reviewer: Persona,
    pub since: Ts,
}

/// One use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub of: EmergencyUseId,
    pub who: Persona,
    pub reviewer: Persona,
    /// What was activated.
    pub name: String,
    pub used_at: Ts,
    pub review_by: Ts,
    /// `Waits for review`, `Overdue`, `Reviewed`
    pub badge: Badge,
}

/// One use with everything that whoever reviews it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyUse {
    pub row: Row,
    /// Where the reader finds the request, if they may.
    pub request: Option<String>,
    pub reason: String,
    pub ticket: Ticket,
    /// How long it was activated for.
    pub lasts: String,
    /// Who was told at once.
    pub told: Vec<Persona>,
    pub closed: Option<Word>,
    pub allowed: Option<Word>,
    pub may_close: bool,
    pub may_allow: bool,
    /// Why there is no form, where the reader might expect one.
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    pub by: Persona,
    pub at: Ts,
    pub words: String,
}
