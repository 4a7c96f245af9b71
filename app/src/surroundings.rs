//! What the shell of a page needs to know about the response it is part of.

use crate::Area;
use model::Refused;
use model::command::Secret;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Facts about this response that the shell of the page needs.
#[derive(Clone, Debug)]
pub struct Surroundings {
    pub assets: Arc<Assets>,
    /// `light`, `dark`, or empty for the system's choice.
    pub theme: String,
    pub demo: Vec<DemoAccount>,
    /// What the sign-in page says when it was refused.
    pub sign_in: SignIn,
    /// What the pages around proofs show in this one answer.
    pub proving: Proving,
    /// This server's address allows passkeys.
    pub passkeys: bool,
    /// Identity providers with which whoever sees the sign-in page may sign in.
    pub providers: Vec<ProviderButton>,
}

/// The way to an identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderButton {
    pub name: String,
    /// The address that leads there, and in the end to where the visitor was going.
    pub href: String,
}

/// The addresses of the built files, with their content hashes.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    pub my_access: Script,
    pub my_roles: Script,
    pub administration: Script,
    pub style: String,
    pub icons: String,
    /// The script that uses passkeys.
    pub passkey: String,
}

impl Assets {
    pub fn script(&self, area: Area) -> &Script {
        match area {
            Area::MyAccess => &self.my_access,
            Area::MyRoles => &self.my_roles,
            Area::Administration => &self.administration,
        }
    }
}

/// What makes the pages of one area work in the browser; empty when it was not built.
#[derive(Clone, Debug, Default)]
pub struct Script {
    pub code: String,
    pub wasm: String,
}

/// One button of the demo's sign-in page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoAccount {
    pub user_name: String,
    pub name: String,
    /// `requests access`
    pub does: String,
}

/// What the pages around proofs show. It stands in one answer and is kept nowhere.
#[derive(Clone, Debug, Default)]
pub struct Proving {
    pub refused: Option<Refused>,
    /// Where to go afterwards.
    pub next: String,
    /// A passkey is asked for, and nothing else counts.
    pub passkey: bool,
    pub enrolment: Option<Enrolment>,
    /// Recovery codes, shown once.
    pub codes: Vec<Secret>,
    /// The provider at which an account is being connected.
    pub there: Option<ProviderButton>,
    /// An access token with its name, shown once.
    pub token: Option<(String, Secret)>,
}

/// An authenticator app that is being set up.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// As people type it.
    pub secret: Secret,
    /// For cameras: its width in dots, and the dark ones as the path of an SVG.
    pub picture: (u32, Secret),
}

/// The state of the sign-in and set-up forms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    pub user_name: String,
    /// For `/setup`: the name and the address that were typed.
    pub display_name: String,
    pub mail: String,
    pub refused: Option<Refused>,
    /// Where to go afterwards.
    pub next: String,
    /// For `/setup`: the one-time token of the link.
    pub setup_token: String,
    /// Whoever came here just signed out: what the provider is called at which they may do so, too, and its address.
    pub left: Option<(String, String)>,
}
