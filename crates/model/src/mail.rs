//! How letters leave: through a mail server, or into a folder when none is set.

use crate::command::Secret;
use crate::limits::LETTERS_COUNTED_MAX;
use crate::time::count;
use serde::{Deserialize, Serialize};

/// What administrators set. Version 0: nobody set anything yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailSettings {
    /// None: letters are kept as files, and nobody gets them.
    pub server: Option<MailServer>,
    pub version: i64,
}

/// A mail server as it is set. The password is kept apart and shown never again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailServer {
    /// A name or an address, in lower case.
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// Empty: the server does not ask who sends.
    pub user_name: String,
    /// `Vestibule <vestibule@example.com>`, or an address alone.
    pub sender: String,
}

/// How the line to a mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS after a greeting in the clear; without it nothing is sent.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None.
    None,
}

impl Security {
    pub const ALL: [Self; 3] = [Self::Starttls, Self::Tls, Self::None];

    /// In forms, and in the configuration file.
    pub fn key(self) -> &'static str {
        match self {
            Self::Starttls => "starttls",
            Self::Tls => "tls",
            Self::None => "none",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Starttls => "STARTTLS",
            Self::Tls => "TLS from the first byte",
            Self::None => "None",
        }
    }

    pub fn explained(self) -> &'static str {
        match self {
            Self::Starttls => "Usually port 587. Nothing is sent when the server does not offer it.",
            Self::Tls => "Usually port 465.",
            Self::None => "Usually port 25. Only to servers that the configuration allows by name or network (outgoing.allow).",
        }
    }

    pub fn usual_port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

/// How letters shall leave, as it is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveMail {
    pub version: i64,
    /// None: letters are kept as files.
    pub server: Option<TypedServer>,
    /// So many letters that wait for a mail server may become files with it.
    pub into_files: Option<u64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TypedServer {
    pub host: String,
    /// Empty: the usual one.
    pub port: String,
    pub security: Security,
    pub user_name: String,
    /// None: the one that is kept stays.
    pub password: Option<Secret>,
    pub sender: String,
}

/// `3 letters wait`, of letters that are counted up to a limit.
pub fn waiting(letters: u64) -> String {
    let counted = count(i64::try_from(letters).unwrap_or(i64::MAX), "letter");
    let wait = if letters == 1 { "waits" } else { "wait" };
    let least = if letters >= u64::from(LETTERS_COUNTED_MAX) { "At least " } else { "" };
    format!("{least}{counted} {wait}")
}
