//! Reading the history: whose part of it, and what of that.

use crate::event::{Kind, Outcome};
use crate::{AnyId, GroupId, RoleId, Ts, UserId};
use serde::{Deserialize, Serialize};

/// Which part of the history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Place {
    #[default]
    Everything,
    /// What the reader did, and what is about them.
    Mine,
    User(UserId),
    Role(RoleId),
    Group(GroupId),
}

impl Place {
    /// The thing that it is about, when it is one.
    pub fn target(self) -> Option<AnyId> {
        match self {
            Self::Everything | Self::Mine => None,
            Self::User(id) => Some(id.0),
            Self::Role(id) => Some(id.0),
            Self::Group(id) => Some(id.0),
        }
    }
}

/// `everything`, `role:0197…`, as addresses have it.
impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Everything => f.write_str("everything"),
            Self::Mine => f.write_str("mine"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Role(id) => write!(f, "role:{id}"),
            Self::Group(id) => write!(f, "group:{id}"),
        }
    }
}

impl std::str::FromStr for Place {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(':') {
            None if text == "everything" => Ok(Self::Everything),
            None if text == "mine" => Ok(Self::Mine),
            Some(("user", id)) => id.parse().map(Self::User).map_err(drop),
            Some(("role", id)) => id.parse().map(Self::Role).map_err(drop),
            Some(("group", id)) => id.parse().map(Self::Group).map_err(drop),
            None | Some(_) => Err(()),
        }
    }
}

/// What of it. An empty filter lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Ts>,
    /// The first instant that is no longer asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Ts>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Kind>,
    /// Who did it, as somebody wrote it: a name, `user:0197…`, `system` or `console`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub actor: String,
    /// What it is about, as somebody wrote it: a name, or `group:0197…` and the like.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// How the history is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Csv,
    /// One JSON document a line.
    JsonLines,
}

impl Format {
    pub fn words(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::JsonLines => "JSON Lines",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written_and_nothing_else_is() {
        let id = AnyId::from_u128(7);
        let places =
            [Place::Everything, Place::Mine, Place::User(UserId(id)), Place::Role(RoleId(id)), Place::Group(GroupId(id))];
        for place in places {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for other in ["", "all", "user", "user:", "user:x", "package:00000000-0000-0000-0000-000000000007"] {
            assert_eq!(other.parse::<Place>(), Err(()), "{other}");
        }
    }
}
