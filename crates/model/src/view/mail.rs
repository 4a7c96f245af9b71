//! How letters leave, as administrators set it; and the letters of a demo server, which are kept and not sent.

use super::provider::Step;
use crate::Ts;
use crate::mail::MailServer;
use serde::{Deserialize, Serialize};

/// `/admin/settings/mail`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailPage {
    /// What decides it in place of administrators.
    pub fixed: Option<FixedMail>,
    /// To which server letters go; none: they are kept as files.
    pub server: Option<MailServer>,
    pub has_password: bool,
    /// What the form begins with.
    pub sender: String,
    pub version: i64,
    pub may_change: bool,
    /// Letters that could not be sent so far, and why one of them could not.
    pub held_up: Option<(u64, String)>,
}

/// What says how letters leave, so that administrators do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FixedMail {
    /// The configuration file or the environment.
    Configured,
    /// A demo sends nothing: its people have made-up addresses, which may belong to somebody.
    Demo,
}

impl FixedMail {
    /// For whoever wants to set it.
    pub fn why(self) -> &'static str {
        match self {
            Self::Configured => {
                "It is set in the configuration file or the environment of this server, which counts before anything that is set on \
                 a page. Whoever runs the server changes it there (mail.host)."
            }
            Self::Demo => {
                "This is a demonstration, which sends no mail: its people have made-up addresses, which may belong to somebody. \
                 Letters are kept, and Demo mail shows them."
            }
        }
    }
}

/// `/admin/settings/mail/test`: what was tried, and what came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTest {
    pub at: Ts,
    pub good: bool,
    pub steps: Vec<Step>,
}

/// A kept letter, without its text: that is at `/demo/mail/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoLetter {
    pub id: String,
    pub at: Ts,
    /// The address.
    pub to: String,
    /// The name beside the address; empty when there was none.
    pub to_name: String,
    pub subject: String,
}
