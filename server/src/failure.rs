//! How a command ends when it does not succeed: one sentence on stderr and an exit code.

use std::fmt;
use std::process::ExitCode;

/// Why the process stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The command line or the configuration is wrong: exit code 2.
    Usage(String),
    /// Something that was asked for did not work: exit code 1.
    Failed(String),
}

impl Failure {
    /// A failure from anything that explains itself; `doing` completes "could not …".
    pub fn doing(doing: impl fmt::Display, cause: impl fmt::Display) -> Self {
        Self::Failed(format!("Could not {doing}: {cause}."))
    }

    /// 2 for a wrong call, 1 for everything else.
    pub fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::from(1),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(sentence) | Self::Failed(sentence) => f.write_str(sentence),
        }
    }
}

impl std::error::Error for Failure {}
