//! Views: what a page shows, ready to show. They travel to the browser as JSON.

pub mod access_token;
pub mod admin;
pub mod alert;
pub mod application;
pub mod approval;
pub mod ask_back;
pub mod assignment;
pub mod audit;
pub mod authentication_context;
pub mod catalog;
pub mod delegation;
pub mod draft;
pub mod emergency;
pub mod frame;
pub mod import;
pub mod mail;
pub mod my_roles;
pub mod overview;
pub mod package;
pub mod provider;
pub mod request;
pub mod review;
pub mod role;
pub mod security;
pub mod separation;
pub mod standing_access;
pub mod target;
pub mod team;
pub mod terms;
pub mod webhook;
pub mod who_could;
pub mod why;

use crate::Ts;
use serde::{Deserialize, Serialize};

/// A person as pages show them: name, and what stands under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persona {
    pub id: crate::UserId,
    pub name: String,
    /// `Support engineer, level 3`, `your manager`; may be empty.
    pub under: String,
}

/// Who made a request for somebody else, and what they did in words: `Requested by`, `Assigned by`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeBy {
    pub did: String,
    pub who: Persona,
}

/// One entry of a picker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub id: String,
    pub name: String,
    pub under: String,
}

impl Choice {
    pub fn new(id: &str, name: &str, under: &str) -> Self {
        Self { id: id.to_owned(), name: name.to_owned(), under: under.to_owned() }
    }
}

/// A key and a value of a facts list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub name: String,
    pub value: String,
}

/// A state: its word and its tone (`plain`, `work`, `good`, `warn`, `bad`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Badge {
    pub word: String,
    pub tone: String,
}

impl Badge {
    pub fn new(word: &str, tone: &str) -> Self {
        Self { word: word.to_owned(), tone: tone.to_owned() }
    }
}

impl From<crate::request::Phase> for Badge {
    fn from(phase: crate::request::Phase) -> Self {
        Self::new(phase.word(), phase.tone())
    }
}

/// A window that runs: shown as a ring and in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Countdown {
    pub from: Ts,
    pub until: Ts,
}

/// One stop of a path: how somebody comes to hold something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    pub icon: Icon,
    pub name: String,
    /// `Member`, `direct`; may be empty.
    pub via: String,
}

pub type Path = Vec<Stop>;

/// The kinds of things that have a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Icon {
    User,
    Group,
    Role,
    Application,
    Package,
    Rule,
}

impl Icon {
    /// The symbol in `public/icons.svg`.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "team",
            Self::Role => "shield",
            Self::Application => "app",
            Self::Package => "box",
            Self::Rule => "filter",
        }
    }
}

/// One stage of a plan, before or while it is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStage {
    /// `Stage 1 of 2`
    pub title: String,
    pub badge: Option<Badge>,
    /// It is open now.
    pub now: bool,
    /// Names when few enough.
    pub people: Vec<Persona>,
    /// `12 members of Approvers`, when there are too many to name.
    pub crowd: Option<String>,
    /// The webhook that is asked in place of people.
    pub webhook: Option<String>,
    /// `Decides within 2 hours. Then Ingrid is asked as well.`
    pub hint: String,
}

/// A page of a list: the cursor of the next one, if there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paging {
    pub next: Option<String>,
    /// The page is not the first.
    pub further: bool,
}
