//! Two kinds of "no": a refusal is expected and said, a fault is unexpected and logged.

use model::Refusal;
use std::fmt;

/// Something failed that should not have. Logged once, at the rim, with its chain of causes.
#[derive(Debug)]
pub struct Fault {
    doing: &'static str,
    cause: Box<dyn std::error::Error + Send + Sync>,
}

impl Fault {
    /// `doing` completes "while …".
    pub fn new(doing: &'static str, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { doing, cause: cause.into() }
    }

    /// See [`store::Fault::is_deadlock`].
    pub fn is_deadlock(&self) -> bool {
        self.cause.downcast_ref::<store::Fault>().is_some_and(store::Fault::is_deadlock)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "while {}: {}", self.doing, self.cause)
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.cause)
    }
}

impl From<store::Fault> for Fault {
    fn from(fault: store::Fault) -> Self {
        Self::new("using the database", fault)
    }
}

/// Why a command or a query has no answer.
#[derive(Debug)]
pub enum Problem {
    Refused(Refusal),
    Broken(Fault),
}

impl Problem {
    /// For workers, whom nobody could refuse anything.
    pub fn into_fault(self, doing: &'static str) -> Fault {
        match self {
            Self::Refused(refusal) => Fault::new(doing, refusal.sentence()),
            Self::Broken(fault) => fault,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => f.write_str(&refusal.sentence()),
            Self::Broken(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Problem {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Broken(fault)
    }
}

impl From<store::Fault> for Problem {
    fn from(fault: store::Fault) -> Self {
        Self::Broken(fault.into())
    }
}
