//! Catalogs, access packages, policies.

use crate::access::{AssignmentType, ResourceRole};
use crate::answering::AskedWebhook;
use crate::approval::Stage;
use crate::review::PolicyReviews;
use crate::time::spelled;
use crate::{GroupId, QuestionId, Span, Ts, UserId};
use serde::{Deserialize, Serialize};

/// One thing that a package gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageRole {
    pub role: ResourceRole,
    pub assignment_type: AssignmentType,
}

impl PackageRole {
    /// How it is called, beside a role of this name that is given in the other way.
    pub fn called(&self, name: String) -> String {
        match self.assignment_type {
            AssignmentType::Active => name,
            AssignmentType::Eligible => format!("{name}, eligible"),
        }
    }
}

/// `group_member:active:0197…`, as forms send it; the role of an application has two ids.
impl std::fmt::Display for PackageRole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let assignment_type = match self.assignment_type {
            AssignmentType::Active => "active",
            AssignmentType::Eligible => "eligible",
        };
        match self.role {
            ResourceRole::GroupMember(id) => write!(f, "group_member:{assignment_type}:{id}"),
            ResourceRole::GroupOwner(id) => write!(f, "group_owner:{assignment_type}:{id}"),
            ResourceRole::ApplicationRole(id, role) => write!(f, "application_role:{assignment_type}:{id}:{role}"),
            ResourceRole::DirectoryRole(id) => write!(f, "directory_role:{assignment_type}:{id}"),
        }
    }
}

impl std::str::FromStr for PackageRole {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split(':');
        let (kind, assignment_type) = (parts.next(), parts.next());
        let id: crate::AnyId = parts.next().ok_or(())?.parse().map_err(drop)?;
        let further = parts.next();
        let role = match (kind, further) {
            (Some("group_member"), None) => ResourceRole::GroupMember(GroupId(id)),
            (Some("group_owner"), None) => ResourceRole::GroupOwner(GroupId(id)),
            (Some("directory_role"), None) => ResourceRole::DirectoryRole(crate::RoleId(id)),
            (Some("application_role"), Some(role)) => {
                ResourceRole::ApplicationRole(crate::ApplicationId(id), role.parse().map_err(drop)?)
            }
            _ => return Err(()),
        };
        let assignment_type = match assignment_type {
            Some("active") => AssignmentType::Active,
            Some("eligible") => AssignmentType::Eligible,
            _ => return Err(()),
        };
        Ok(Self { role, assignment_type })
    }
}

/// Who may request under a policy. The order of the variants is the ranking: the best fitting class counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Scope {
    Specific {
        users: Vec<UserId>,
        groups: Vec<GroupId>,
    },
    AllMembers,
    AllUsers,
    /// Administrators assign directly; nobody requests.
    Nobody,
    /// Nobody requests: whoever matches the membership rule is given the package, and loses it so long after they no
    /// longer match.
    Automatic {
        rule: String,
        grace_minutes: u32,
    },
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AnswerKind {
    ShortText { pattern: Option<Pattern> },
    LongText { pattern: Option<Pattern> },
    SingleChoice { choices: Vec<String> },
    MultipleChoice { choices: Vec<String> },
    YesNo,
}

/// A regular expression that the whole answer must match, with the words for when it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    pub expression: String,
    pub message: String,
}

/// What a policy asks of a requestor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub id: QuestionId,
    pub text: String,
    pub hint: Option<String>,
    pub required: bool,
    pub answer: AnswerKind,
    /// The same in other languages, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
}

/// A question in another language. Answers are kept in the words of the question itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// As in BCP 47: `de`, `pt-BR`.
    pub language: String,
    pub text: String,
    pub hint: Option<String>,
    /// What the choices are called, in their order; empty when they are not translated.
    pub choices: Vec<String>,
    /// What an answer is told that does not fit the pattern; nothing when the pattern's own words are to stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// When access under a policy ends. The clock starts when access is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Lasts {
    Forever,
    Until { at: Ts },
    For { minutes: u32 },
}

impl Lasts {
    /// `4 hours from delivery`, `Until 24 Nov 2026, 09:30 UTC`, `Until it is removed`.
    pub fn words(self) -> String {
        spelled(&self.in_sentence())
    }

    /// The same with the instant that a page says in the reader's zone.
    pub fn in_sentence(self) -> String {
        match self {
            Self::Forever => "Until it is removed".to_owned(),
            Self::Until { at } => format!("Until {}", at.in_sentence()),
            Self::For { minutes } => format!("{} from delivery", Span::minutes(i64::from(minutes)).words()),
        }
    }
}

/// The settings of a policy. A request copies the settings it is made under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySettings {
    pub scope: Scope,
    pub stages: Vec<Stage>,
    pub justification_required: bool,
    pub questions: Vec<Question>,
    pub lasts: Lasts,
    pub extension_allowed: bool,
    pub extension_needs_approval: bool,
    /// The requestor may name start and end.
    pub timeline_allowed: bool,
    /// Whoever somebody reports to may request for them, and end what they hold under it.
    #[serde(default)]
    pub managers_may_request: bool,
    /// Whether it is asked again and again if access under it is still needed, and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviews: Option<PolicyReviews>,
    /// The webhook that is asked about every request, and waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<AskedWebhook>,
}

impl PolicySettings {
    /// A rule assigns. Nobody asks, and access lasts while the rule matches, so nothing else is there to be set.
    pub fn automatic(rule: String, grace_minutes: u32) -> Self {
        Self {
            scope: Scope::Automatic { rule, grace_minutes },
            stages: Vec::new(),
            justification_required: false,
            questions: Vec::new(),
            lasts: Lasts::Forever,
            managers_may_request: false,
            extension_allowed: false,
            extension_needs_approval: false,
            timeline_allowed: false,
            reviews: None,
            asks: None,
        }
    }

    /// A rule assigns, and nobody asks.
    pub fn is_automatic(&self) -> bool {
        matches!(self.scope, Scope::Automatic { .. })
    }

    /// Every user and every group that is named, each once.
    pub fn named(&self) -> (Vec<UserId>, Vec<GroupId>) {
        let (mut users, mut groups) = crate::approval::named(&self.stages);
        if let Scope::Specific { users: all, groups: teams } = &self.scope {
            users.extend(all);
            groups.extend(teams);
        }
        if let Some(reviews) = &self.reviews {
            let (people, teams) = reviews.named();
            users.extend(people);
            groups.extend(teams);
        }
        (users.into_iter().collect(), groups.into_iter().collect())
    }
}
