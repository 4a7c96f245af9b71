//! Access tokens: with one, another system comes in without a person.

use crate::{AccessTokenId, Ts, UserId};
use serde::{Deserialize, Serialize};

/// What a token is for. It reaches nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// An identity provider provisions people and groups (SCIM).
    Scim,
    /// The same addresses, for reading only.
    ScimRead,
}

impl Scope {
    pub const ALL: [Self; 2] = [Self::Scim, Self::ScimRead];

    /// The word in forms and columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::Scim => "scim",
            Self::ScimRead => "scim_read",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Scim => "SCIM, read and write",
            Self::ScimRead => "SCIM, read only",
        }
    }

    pub fn explained(self) -> &'static str {
        match self {
            Self::Scim => "An identity provider makes, changes and disables people, and puts them into groups.",
            Self::ScimRead => "Another system reads people and groups, and changes nothing.",
        }
    }
}

/// A token as the lists show it. The token itself was shown once and is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    pub id: AccessTokenId,
    pub name: String,
    pub scope: Scope,
    pub created_by: UserId,
    pub created_at: Ts,
    pub expires_at: Ts,
    pub last_used_at: Option<Ts>,
    pub revoked_at: Option<Ts>,
}

/// A token as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MakeAccessToken {
    pub name: String,
    pub scope: Scope,
    /// How long it is good for.
    pub days: i64,
}
