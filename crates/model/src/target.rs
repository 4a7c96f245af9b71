//! Targets: applications of others that are told who holds which of their roles, over SCIM 2.0 or in the groups of a directory
//! (LDAP).

use crate::command::Secret;
use crate::{ApplicationId, ApplicationRoleId, TargetId, Ts};
use serde::{Deserialize, Serialize};

/// A target as it is set. Its token is kept apart and shown never again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub id: TargetId,
    /// Whose roles it is told.
    pub application: ApplicationId,
    pub name: String,
    /// Where SCIM begins there, or where the directory is; without a slash at the end.
    pub base_url: String,
    pub kind: Kind,
    pub drift: Drift,
    /// What is found there and adopted lasts so many days from then on.
    pub adopted_days: u32,
    pub leavers: Leavers,
    /// Groups that are missing there are made.
    pub creates_groups: bool,
    /// Roles whose group is called otherwise there; the others have groups of their own name.
    pub groups: Vec<(ApplicationRoleId, String)>,
    /// Requests that it is sent within a second at most.
    pub per_second: u32,
    pub enabled: bool,
    pub created_at: Ts,
    pub version: i64,
}

impl Target {
    /// What the group of a role is called there.
    pub fn group_of<'a>(&'a self, role: ApplicationRoleId, name: &'a str) -> &'a str {
        self.groups.iter().find(|(of, _)| *of == role).map_or(name, |(_, group)| group)
    }
}

/// What a target speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// SCIM 2.0: accounts and groups.
    Scim,
    /// LDAP: who is in the groups of a directory. People are never made or changed there.
    Ldap(Directory),
}

impl Kind {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Scim => "SCIM 2.0",
            Self::Ldap(_) => "LDAP",
        }
    }

    /// What its secret is called.
    pub fn secret(&self) -> &'static str {
        match self {
            Self::Scim => "Token",
            Self::Ldap(_) => "Password",
        }
    }

    pub fn directory(&self) -> Option<&Directory> {
        match self {
            Self::Scim => None,
            Self::Ldap(directory) => Some(directory),
        }
    }
}

/// A directory, and what is where in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    /// Who asks. Its password is kept apart.
    pub bind_dn: String,
    /// Below it are people.
    pub people: String,
    /// By which attribute a person is found there.
    pub person_attribute: String,
    /// What it is compared with.
    pub person_by: PersonBy,
    /// Below it are groups, and new ones are made right there.
    pub groups: String,
    pub member_attribute: MemberAttribute,
    /// Stands in a group that would be empty, where that is not allowed. Empty: who asks stands there.
    pub placeholder: String,
}

impl Directory {
    /// Who stands in groups that would be empty; nobody where they may be.
    pub fn stand_in(&self) -> Option<&str> {
        match self.member_attribute {
            MemberAttribute::MemberUid => None,
            _ if self.placeholder.is_empty() => Some(&self.bind_dn),
            MemberAttribute::Member | MemberAttribute::UniqueMember => Some(&self.placeholder),
        }
    }
}

/// What of a person stands in the attribute by which they are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonBy {
    UserName,
    Mail,
}

impl PersonBy {
    pub const ALL: [Self; 2] = [Self::UserName, Self::Mail];

    /// The word in forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::UserName => "user_name",
            Self::Mail => "mail",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::UserName => "User name",
            Self::Mail => "Email address",
        }
    }
}

/// Where a group has its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberAttribute {
    Member,
    UniqueMember,
    MemberUid,
}

impl MemberAttribute {
    pub const ALL: [Self; 3] = [Self::Member, Self::UniqueMember, Self::MemberUid];

    /// The word in forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::UniqueMember => "unique_member",
            Self::MemberUid => "member_uid",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attribute| attribute.key() == key)
    }

    /// As directories call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::UniqueMember => "uniqueMember",
            Self::MemberUid => "memberUid",
        }
    }

    pub fn explained(self) -> &'static str {
        match self {
            Self::Member => "Names of entries, in groups of the class groupOfNames.",
            Self::UniqueMember => "Names of entries, in groups of the class groupOfUniqueNames.",
            Self::MemberUid => "The uid of each person, in groups of the class posixGroup.",
        }
    }
}

/// What becomes of membership that is found at a target and that nobody was given here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drift {
    Report,
    Remove,
    Adopt,
}

impl Drift {
    pub const ALL: [Self; 3] = [Self::Report, Self::Remove, Self::Adopt];

    /// The word in forms and columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Remove => "remove",
            Self::Adopt => "adopt",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|drift| drift.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Report => "Report it",
            Self::Remove => "Remove it",
            Self::Adopt => "Adopt it",
        }
    }

    pub fn explained(self) -> &'static str {
        match self {
            Self::Report => "It stays, and the page of the target lists it.",
            Self::Remove => "It is taken out of the group there, and the audit log says so.",
            Self::Adopt => {
                "Whoever is known here without a doubt holds the role from then on, with an end, and the audit log says so. Whoever \
                 puts people into the groups there gives access here by that. The rest is reported."
            }
        }
    }
}

/// What becomes of the account of somebody who holds none of the roles any more. It is about accounts that Vestibule made;
/// others are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leavers {
    Deactivate,
    Delete,
    Keep,
}

impl Leavers {
    pub const ALL: [Self; 3] = [Self::Deactivate, Self::Delete, Self::Keep];

    /// The word in forms and columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::Deactivate => "deactivate",
            Self::Delete => "delete",
            Self::Keep => "keep",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|leavers| leavers.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Deactivate => "Deactivate the account",
            Self::Delete => "Delete the account",
            Self::Keep => "Keep the account as it is",
        }
    }

    pub fn explained(self) -> &'static str {
        match self {
            Self::Deactivate => "It is active again with the next access.",
            Self::Delete => "What the application keeps with the account may be lost.",
            Self::Keep => "Only memberships are taken away.",
        }
    }
}

/// A target as the form has it. `version` is the one that the form showed; 0 for a new one.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveTarget {
    pub target: Option<TargetId>,
    pub version: i64,
    pub application: Option<ApplicationId>,
    pub name: String,
    pub base_url: String,
    /// As it was typed.
    pub kind: Kind,
    /// Nothing: it stays as it is.
    pub token: Option<Secret>,
    pub drift: Drift,
    /// As it was typed.
    pub adopted_days: String,
    pub leavers: Leavers,
    pub creates_groups: bool,
    /// Lines of `Role = Group`.
    pub groups: String,
    pub per_second: String,
}

/// Something that was found at a target and that nobody was given here: the role whose group it is, and whom the target means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    pub target: TargetId,
    pub role: ApplicationRoleId,
    pub remote_id: String,
}

/// What a target says about a member, as far as people are found here by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// With what of people here the values are compared.
    pub by: PersonBy,
    pub values: Vec<String>,
    /// Whose account it is, as whoever made it wrote down.
    pub external_id: Option<String>,
}

/// Why what was found at a target is not made an assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAdopted {
    /// The target does not say who it is.
    Unsaid,
    /// Nobody here is called so; who that would be.
    Nobody(String),
    /// More than one person could be meant.
    Several(String),
    /// The account there carries the id of somebody else.
    Anothers,
    Disabled,
    Emergency,
    /// They hold the role here already, and it is being brought there.
    Holds,
    /// Whoever adopts it is the one who would hold it.
    OwnAccess,
    /// Guests get access when somebody decides that they do.
    Guest,
    /// They held it here until then, and it ended.
    Ended(Ts),
}

impl NotAdopted {
    /// A sentence, or a few; `name` is whom it is about.
    pub fn words(&self, name: &str) -> String {
        match self {
            Self::Unsaid => "The target does not say who this is, so that nobody here can be found for it.".to_owned(),
            Self::Nobody(called) => format!("Nobody here is known as “{called}”."),
            Self::Several(called) => format!("Several people could be “{called}”, and nobody is chosen for them."),
            Self::Anothers => "The account there carries the id of somebody else. Look into that first.".to_owned(),
            Self::Disabled => format!("{name} is disabled, and disabled people hold nothing."),
            Self::Emergency => format!("{name} is an account for emergencies, which holds only what somebody gives it here."),
            Self::Holds => format!("{name} holds the role here already, and it is being brought there."),
            Self::OwnAccess => "It would be your own access. Ask another administrator.".to_owned(),
            Self::Guest => format!("{name} is a guest, and what guests hold somebody has to decide."),
            Self::Ended(at) => {
                format!(
                    "{name} held the role here until {}, and it ended. Somebody has to decide whether it begins again.",
                    at.in_sentence()
                )
            }
        }
    }
}

/// How far what a target answered reaches, when it did not do what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Asking about anybody else would come to the same: the token is not taken, or the target is asked too often.
    Everybody,
    /// There was no answer, which can be so for one account or one group alone.
    Silence,
    /// It may be about this one, or about the whole target.
    Doubtful,
    /// It is about what was asked, and nothing else.
    One,
}

impl Reach {
    /// Asking about anybody else would come to the same.
    pub fn is_of_everybody(self) -> bool {
        matches!(self, Self::Everybody | Self::Silence)
    }
}

/// Whether a person's access at a target is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The target confirmed it.
    Works,
    Pending,
    /// It takes too long, or the target refused.
    Overdue,
}

impl Standing {
    pub fn word(self) -> &'static str {
        match self {
            Self::Works => "Works now",
            Self::Pending => "Pending",
            Self::Overdue => "Overdue",
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            Self::Works => "good",
            Self::Pending => "work",
            Self::Overdue => "bad",
        }
    }
}
