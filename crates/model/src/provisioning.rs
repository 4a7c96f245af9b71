//! What another system asks about people and groups with SCIM (RFC 7643, RFC 7644).

use crate::{AnyId, Refusal};
use serde_json::Value;

/// Which kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provisioned {
    User,
    Group,
}

impl Provisioned {
    /// The word in columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
        }
    }

    /// What is looked for has gone, or never was: both answers are the same.
    pub fn nothing(self) -> Refusal {
        Refusal::NotFound { what: self.key() }
    }
}

/// A change that a token asks for. One is one transaction: a patch of many values is done wholly or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct Provision {
    pub kind: Provisioned,
    pub act: ProvisionAct,
    /// The versions of which one has to be there; empty when none was named.
    pub if_match: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ProvisionAct {
    Create {
        resource: Value,
    },
    Replace {
        id: AnyId,
        resource: Value,
    },
    /// `Operations` of a patch.
    Patch {
        id: AnyId,
        operations: Value,
    },
    Remove {
        id: AnyId,
    },
}

/// A resource as it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provided {
    pub id: AnyId,
    /// Nothing where a part was left out that counts for it.
    pub version: Option<String>,
    pub resource: Value,
}

/// What is wrong with a message, by the words of RFC 7644, 3.12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScimFault {
    InvalidFilter,
    TooMany,
    Mutability,
    InvalidSyntax,
    InvalidPath,
    NoTarget,
    InvalidValue,
}

impl ScimFault {
    pub fn key(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
        }
    }
}
