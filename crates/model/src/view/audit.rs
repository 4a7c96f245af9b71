//! The history, as people read it.

use super::{Choice, Fact, Paging};
use crate::audit::{Filter, Place};
use crate::event::{Change, Kind, Outcome};
use crate::{EventId, Ts};
use serde::{Deserialize, Serialize};

/// One part of the history, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    pub place: Place,
    /// Whose it is: of the role, the group or the person.
    pub name: String,
    pub filter: Filter,
    pub actor: Picked,
    pub target: Picked,
    pub rows: Vec<Row>,
    pub paging: Paging,
    /// Up to where the chain was checked the last time.
    pub verified: Option<Verified>,
    /// *Download* is offered.
    pub may_export: bool,
}

/// What somebody or something that was written into a filter means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picked {
    /// As the filter says it from now on: the name of what was found, or what was written.
    pub name: String,
    /// Nothing is called so, or several are: then these. Nothing is shown until one is chosen.
    pub open: bool,
    pub choices: Vec<Choice>,
}

/// What the last check of the chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// When it was checked.
    pub at: Ts,
    /// The sealed events that are as they were written, from the first on.
    pub sound: i64,
    /// Without one everything was sound.
    pub fault: Option<String>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub event: EventId,
    pub at: Ts,
    pub action: Kind,
    pub outcome: Outcome,
    pub told: Told,
}

/// An event in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The sentence, in pieces.
    pub said: Vec<Part>,
    /// Why: the words of whoever did it, or what went wrong.
    pub reason: String,
    pub facts: Vec<Fact>,
    /// What was changed, before and after.
    pub changes: Vec<Change>,
}

/// A piece of a sentence: words, or a name that leads to its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
}

impl Told {
    /// The sentence as text, with instants in UTC.
    pub fn sentence(&self) -> String {
        let whole: String = self.said.iter().map(|part| part.text.as_str()).collect();
        crate::time::spelled(&whole)
    }
}

/// A piece of a download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedEvents {
    pub rows: Vec<Exported>,
    pub next: Option<String>,
}

/// One event with everything that machines want to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// Its place in the chain; nothing while it waits for its seal.
    pub number: Option<i64>,
    pub event: EventId,
    pub at: Ts,
    pub action: Kind,
    pub outcome: Outcome,
    pub actor: Named,
    pub targets: Vec<Named>,
    pub request: Option<crate::RequestId>,
    pub told: Told,
    /// The document as it is sealed.
    pub document: String,
}

/// A thing with its kind: `user`, `group`, `directory_role`, `application`, `access_package`, `policy`, `catalog`, `system`,
/// `console`, or `other` for what has no name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub kind: String,
    pub id: String,
    pub name: String,
}
