//! `/my-security`: what somebody proves themselves with, and where they are signed in.

use super::provider::Linked;
use crate::proof::Strength;
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
    /// Providers at which something can be proved, by name.
    pub vouchers: Vec<Voucher>,
    /// Providers with which an account of one's own can be connected, by name.
    pub connectable: Vec<(ProviderId, String)>,
    /// The newest first.
    pub sessions: Vec<Session>,
}

impl Security {
    /// There is something to prove oneself with, beside the password.
    pub fn has_method(&self) -> bool {
        self.authenticator.is_some() || !self.passkeys.is_empty()
    }
}

/// A provider that vouches for somebody who is linked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    pub provider: ProviderId,
    pub name: String,
    /// The most that it can vouch for.
    pub strength: Strength,
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
