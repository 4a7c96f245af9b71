//! Identity providers: servers of others at which people prove who they are (OpenID Connect), and who may sign in with them.

use crate::command::Secret;
use crate::{ProviderId, Ts};
use serde::{Deserialize, Serialize};

/// What is asked for when nobody says otherwise.
pub const SCOPES: &str = "openid profile email";

/// A provider as it is set. Its client secret is kept apart and shown never again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    pub id: ProviderId,
    /// What its button says.
    pub name: String,
    /// Its address, exactly as it calls itself.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    pub scopes: String,
    pub joining: Joining,
    pub strengths: Strengths,
    pub enabled: bool,
    pub created_at: Ts,
    pub version: i64,
}

/// Who may sign in that was never seen from this provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Joining {
    /// Everybody whom the provider knows: a person is created.
    Created,
    /// Known people whose user name is the e-mail address that the provider has verified; matched once, and bound from then on.
    Matched,
    /// Nobody but those who are linked already.
    Bound,
}

impl Joining {
    pub const ALL: [Self; 3] = [Self::Created, Self::Matched, Self::Bound];

    /// The word in forms and columns.
    pub fn key(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Matched => "matched",
            Self::Bound => "bound",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|joining| joining.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "People are created at their first sign-in",
            Self::Matched => "Only known people, matched once by e-mail",
            Self::Bound => "Only people who are linked",
        }
    }

    pub fn explained(self) -> &'static str {
        match self {
            Self::Created => "Whoever the provider lets in becomes a member here and holds nothing at first.",
            Self::Matched => {
                "The address that the provider has verified is looked for among the user names. From then on the account at the \
                 provider counts, and never the address alone."
            }
            Self::Bound => "Nobody new comes in. Links that are there go on working.",
        }
    }
}

/// Which words of a provider (`acr`, `amr`) mean more than a sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strengths {
    /// Multifactor authentication.
    #[serde(default)]
    pub multifactor: Vec<String>,
    /// As good as a passkey: nothing that can be typed into another site.
    #[serde(default)]
    pub passkey: Vec<String>,
}

/// A provider as the form has it. `version` is the one that the form showed; 0 for a new one.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveProvider {
    pub provider: Option<ProviderId>,
    pub version: i64,
    pub name: String,
    pub issuer: String,
    pub client_id: String,
    pub secret: NewSecret,
    pub scopes: String,
    pub joining: Joining,
    /// Separated by blanks, commas or lines.
    pub multifactor: String,
    pub passkey: String,
}

/// What becomes of the client secret.
#[derive(Clone, Debug, PartialEq)]
pub enum NewSecret {
    /// It stays as it is.
    Keep,
    Set(Secret),
    /// The client has none.
    Without,
}

/// Somebody comes from a provider and is not linked yet: what it says of them, its signature checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Newcomer {
    /// Who they are there, for ever.
    pub subject: String,
    pub verified_email: Option<String>,
    pub user_name: Option<String>,
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
}

impl Newcomer {
    /// What people call the account.
    pub fn called(&self) -> String {
        let words = [&self.verified_email, &self.user_name, &self.name];
        let called = words.into_iter().flatten().find(|text| !text.trim().is_empty()).unwrap_or(&self.subject);
        called.chars().filter(|c| !c.is_control()).take(100).collect()
    }
}
