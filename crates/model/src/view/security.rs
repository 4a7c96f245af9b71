//! `/my-security`: what somebody proves themselves with, and where they are signed in.

use super::provider::Linked;
use crate::{PasskeyId, ProviderId, Ts, UserId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    pub me: UserId,
    /// The account has a password of its own.
    pub password: bool,
    /// The roles that ask this session for a proof before anything else; empty when it may go on.
    pub asked_by: Vec<String>,
    /// Since when there is an authenticator app.
    pub authenticator: Option<Ts>,
    /// Recovery codes that were not used.
    pub codes_left: u32,
    pub passkeys: Vec<Passkey>,
    /// This server's address allows passkeys at all.
    pub passkeys_possible: bool,
    /// Accounts at identity providers that sign in here.
    pub linked: Vec<Linked>,
    /// The provider with which this session was begun, while people may sign in with it.
    pub came_from: Option<ProviderId>,
    /// The newest first.
    pub sessions: Vec<Session>,
}

impl Security {
    /// There is something to prove oneself with, beside the password.
    pub fn has_method(&self) -> bool {
        self.authenticator.is_some() || !self.passkeys.is_empty()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    pub id: PasskeyId,
    pub name: String,
    pub added: Ts,
    pub used: Option<Ts>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// It is the reader's.
    pub here: bool,
    pub since: Ts,
    pub seen: Ts,
    pub address: String,
    /// What the browser calls itself, in a few words.
    pub agent: String,
}
