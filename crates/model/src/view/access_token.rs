//! Access tokens, as administrators see them.

use super::Badge;
use crate::access_token::AccessToken;
use serde::{Deserialize, Serialize};

/// `/admin/settings/tokens`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokens {
    pub rows: Vec<Row>,
    /// *New token* and *Revoke* are offered.
    pub may_change: bool,
    /// Where a provider reaches the people and groups of this server.
    pub address: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub token: AccessToken,
    /// Who made it.
    pub made_by: String,
    pub state: Badge,
    /// It still opens something.
    pub good: bool,
}
