//! Separation of duties: what nobody may have together with a package.

use crate::{AnyId, GroupId, PackageId};
use serde::{Deserialize, Serialize};

/// What a package is incompatible with. It holds in both directions, whichever side names the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Incompatible {
    Package(PackageId),
    /// Its members, also those through groups within it and by rule.
    Group(GroupId),
}

impl Incompatible {
    pub fn id(self) -> AnyId {
        match self {
            Self::Package(id) => id.0,
            Self::Group(id) => id.0,
        }
    }

    /// The word in forms and columns.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Package(_) => "package",
            Self::Group(_) => "group",
        }
    }

    /// The same for sentences.
    pub fn kind_words(self) -> &'static str {
        match self {
            Self::Package(_) => "access package",
            Self::Group(_) => "group",
        }
    }

    pub fn from_parts(kind: &str, id: AnyId) -> Option<Self> {
        match kind {
            "package" => Some(Self::Package(PackageId(id))),
            "group" => Some(Self::Group(GroupId(id))),
            _ => None,
        }
    }
}

/// `package:0197…`, as forms send it.
impl std::fmt::Display for Incompatible {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind(), self.id())
    }
}

impl std::str::FromStr for Incompatible {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, id) = text.split_once(':').ok_or(())?;
        Self::from_parts(kind, id.parse().map_err(drop)?).ok_or(())
    }
}

/// Something that somebody has and that is incompatible with what they shall get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub with: Incompatible,
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_forms_send_is_read_back_and_nothing_else() {
        let id = AnyId::from_u128(7);
        for with in [Incompatible::Package(PackageId(id)), Incompatible::Group(GroupId(id))] {
            assert_eq!(with.to_string().parse(), Ok(with));
        }
        for other in ["", "package", "package:", "user:00000000-0000-0000-0000-000000000007", "group:x"] {
            assert_eq!(other.parse::<Incompatible>(), Err(()), "{other}");
        }
    }
}
