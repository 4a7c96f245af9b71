//! Carrying letters: over SMTP, or into a folder for demonstrations and tests.

mod folder;
mod line;
mod message;
mod smtp;

pub use folder::{Folder, Kept, ReadFault};
pub use message::{Outgoing, message_id};
pub use smtp::{Secret, Smtp, SmtpSecurity, SmtpSettings};

use model::view::provider::Step;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How letters leave.
#[derive(Debug)]
pub enum Mail {
    /// To a mail server.
    Smtp(Smtp),
    /// Into a folder, one file per letter.
    Folder(Folder),
}

impl Mail {
    /// Letters go to this server. Only checks the settings; [`check`](Self::check) asks the server.
    pub fn smtp(settings: SmtpSettings) -> Result<Self, SettingsFault> {
        Smtp::new(settings).map(Self::Smtp)
    }

    /// Letters become files in this folder, which is made when the first one comes. `from` is the sender,
    /// as in [`SmtpSettings::from`].
    pub fn folder(path: impl Into<PathBuf>, from: &str) -> Result<Self, SettingsFault> {
        Folder::new(path, from).map(Self::Folder)
    }

    /// Hands the letter over. `Ok` means that the server has taken it or that it is on the disk. After a
    /// fault of the line it may have been taken all the same: letters arrive at least once, and a second
    /// copy bears the same `Message-ID`.
    pub async fn send(&self, message: &Outgoing) -> Result<(), SendFault> {
        match self {
            Self::Smtp(smtp) => smtp.send(message).await,
            Self::Folder(folder) => folder.send(message).await,
        }
    }

    /// How many letters are handed over side by side. Files are made durable together; a mail server gets one after another.
    pub fn at_once(&self) -> usize {
        match self {
            Self::Smtp(_) => 1,
            Self::Folder(_) => 16,
        }
    }

    /// Sends a letter, if there is one, and says step by step what was tried and what came back. It ends within `limit`.
    pub async fn try_out(&self, message: Option<&Outgoing>, limit: Duration) -> Vec<Step> {
        match self {
            Self::Smtp(smtp) => smtp.try_out(message, limit).await,
            Self::Folder(folder) => folder.try_out(message).await,
        }
    }

    /// Whether a letter could be sent now: the server answers after the sign-in, or the folder takes a file.
    pub async fn check(&self) -> Result<(), SendFault> {
        match self {
            Self::Smtp(smtp) => smtp.check().await,
            Self::Folder(folder) => folder.check().await,
        }
    }
}

/// Why a letter was not handed over, as a sentence for the administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendFault {
    /// Another try of this letter can help: it, or its address, was not taken for now, or got no answer.
    Later(String),
    /// No letter leaves now: nobody answers, the line cannot be made, or our own settings are wrong.
    NoLine(String),
    /// No other try of this letter can help: the address or the letter itself was refused.
    Never(String),
}

impl fmt::Display for SendFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Later(sentence) | Self::NoLine(sentence) | Self::Never(sentence) => f.write_str(sentence),
        }
    }
}

impl std::error::Error for SendFault {}

/// Settings that cannot work, as a sentence for whoever wrote them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsFault(pub String);

impl fmt::Display for SettingsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingsFault {}
