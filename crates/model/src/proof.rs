//! Proofs: how somebody shows in a session who they are, and what can be demanded of them.

use crate::{Span, Ts};
use serde::{Deserialize, Serialize};

/// What a session proved, and when. A new session has proved nothing but its sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proofs {
    /// Nothing when it was at a provider that did not say when.
    pub signed_in_at: Option<Ts>,
    /// A code of the authenticator app, or a recovery code.
    pub code_at: Option<Ts>,
    pub passkey_at: Option<Ts>,
    pub vouched: Vouched,
}

/// What an identity provider says was proved there, and when. Each strength has a time of its own, so that a later weaker
/// proof takes nothing from an earlier stronger one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vouched {
    pub multifactor_at: Option<Ts>,
    /// As good as a passkey.
    pub passkey_at: Option<Ts>,
}

/// What counts as a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Any sign-in.
    SignIn,
    /// A code beside the password, or a passkey, which asks for a finger or a PIN itself.
    Multifactor,
    /// A passkey and nothing else: it cannot be typed into another site.
    Passkey,
}

impl Strength {
    pub const ALL: [Self; 3] = [Self::SignIn, Self::Multifactor, Self::Passkey];

    /// The word in forms and addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Multifactor => "multifactor",
            Self::Passkey => "passkey",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strength| strength.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "A sign-in",
            Self::Multifactor => "Multifactor authentication",
            Self::Passkey => "A passkey",
        }
    }
}

/// A proof of this strength that is at most so old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    pub strength: Strength,
    pub minutes: u32,
}

impl Demand {
    pub fn span(self) -> Span {
        Span::minutes(i64::from(self.minutes))
    }
}

/// What somebody proves themselves with, and adds and removes themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    Authenticator,
    Passkey,
}

/// What somebody signs in or proves themselves with, and an administrator takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    Authenticator,
    Passkey,
    Password,
}

/// How somebody proved themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProvedBy {
    Code,
    RecoveryCode,
    Passkey,
    /// At an identity provider, which vouched for it.
    Provider,
}

/// What became of somebody's ways to prove themselves, for the letter about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum MethodChange {
    Added {
        method: Method,
        /// What a passkey was called; empty for an authenticator app.
        name: String,
    },
    Removed {
        method: Method,
        name: String,
    },
    /// The old ones no longer work.
    RecoveryCodesMade,
    RecoveryCodeUsed {
        left: u32,
    },
    /// An administrator took one of them away.
    TakenAway {
        method: SignInMethod,
        name: String,
        by: String,
        words: String,
    },
    /// An administrator took all of them away.
    Reset {
        by: String,
        words: String,
    },
    PasswordChanged,
    /// An account at an identity provider signs in from now on.
    Linked {
        provider: String,
        /// What the account is called there.
        called: String,
    },
    Unlinked {
        provider: String,
        called: String,
    },
}
