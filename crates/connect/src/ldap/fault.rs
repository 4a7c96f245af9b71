//! Why a directory did not do what it was asked.

use crate::outgoing::{OutgoingFault, repeated};
use ldap3::LdapResult;
use model::target::Reach;
use std::fmt;

pub(super) const COMPARE_FALSE: u32 = 5;
pub(super) const COMPARE_TRUE: u32 = 6;
pub(super) const NO_SUCH_ATTRIBUTE: u32 = 16;
const SIZE_LIMIT: u32 = 4;
const STRONGER_AUTHENTICATION: u32 = 8;
const REFERRAL: u32 = 10;
const ADMIN_LIMIT: u32 = 11;
const CONFIDENTIALITY: u32 = 13;
const NO_SUCH_OBJECT: u32 = 32;
const INVALID_CREDENTIALS: u32 = 49;
const INSUFFICIENT_RIGHTS: u32 = 50;
const BUSY: u32 = 51;
const UNAVAILABLE: u32 = 52;
const OBJECT_CLASS_VIOLATION: u32 = 65;
const ENTRY_EXISTS: u32 = 68;

/// Why it did not work. `Display` says it as a sentence that may be shown; it has no password in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LdapFault {
    NotAnAddress,
    /// Nobody is asked without a name and a password.
    NoPassword,
    /// It cannot be reached, or has no certificate that counts.
    Outgoing(OutgoingFault),
    NoStartTls {
        host: String,
    },
    TooLong {
        /// What was asked: `Looking the person up`.
        what: &'static str,
    },
    TooLarge {
        what: &'static str,
    },
    Broken {
        what: &'static str,
    },
    TooMany {
        what: &'static str,
        most: usize,
    },
    Refused {
        what: &'static str,
        /// Of RFC 4511.
        code: u32,
        /// What the server said about it; may be empty.
        said: String,
    },
    /// It said that it was done, and it was not.
    NotSo {
        what: &'static str,
    },
    /// People or groups are not where they should be.
    NoBase {
        dn: String,
    },
    Several {
        what: &'static str,
        filter: String,
    },
    NoUid {
        what: &'static str,
    },
    /// It hands out some of the values only.
    InParts {
        what: &'static str,
    },
    /// Among the values is one that is no text, so that none of them is known.
    NoText {
        what: &'static str,
    },
    /// A directory is told about groups, and about nothing else.
    NoAccounts,
}

impl From<OutgoingFault> for LdapFault {
    fn from(fault: OutgoingFault) -> Self {
        Self::Outgoing(fault)
    }
}

impl LdapFault {
    pub(super) fn refused(what: &'static str, answered: &LdapResult, password: &str) -> Self {
        Self::Refused { what, code: answered.rc, said: repeated(&answered.text, password) }
    }

    pub(super) fn missing(what: &'static str) -> Self {
        Self::Refused { what, code: NO_SUCH_OBJECT, said: String::new() }
    }

    fn has_code(&self, wanted: u32) -> bool {
        matches!(self, Self::Refused { code, .. } if *code == wanted)
    }

    /// There is no entry of this name.
    pub fn is_missing(&self) -> bool {
        self.has_code(NO_SUCH_OBJECT)
    }

    pub fn exists_already(&self) -> bool {
        self.has_code(ENTRY_EXISTS)
    }

    /// The entry would no longer be what its class demands: a group without a member.
    pub fn breaks_class(&self) -> bool {
        self.has_code(OBJECT_CLASS_VIOLATION)
    }

    /// How far it reaches: one entry that may not be read, and a directory that is too busy, say nothing sure about others.
    pub fn reach(&self) -> Reach {
        match self {
            Self::NotAnAddress | Self::NoPassword | Self::NoStartTls { .. } | Self::NoBase { .. } => Reach::Everybody,
            Self::Outgoing(_) | Self::TooLong { .. } | Self::Broken { .. } => Reach::Silence,
            Self::TooLarge { .. } => Reach::Doubtful,
            Self::TooMany { .. } | Self::NotSo { .. } | Self::Several { .. } | Self::NoUid { .. } => Reach::One,
            Self::InParts { .. } | Self::NoText { .. } | Self::NoAccounts => Reach::One,
            Self::Refused { code: STRONGER_AUTHENTICATION | CONFIDENTIALITY | INVALID_CREDENTIALS, .. } => Reach::Everybody,
            Self::Refused { code: REFERRAL | ADMIN_LIMIT | INSUFFICIENT_RIGHTS | BUSY | UNAVAILABLE, .. } => Reach::Doubtful,
            Self::Refused { .. } => Reach::One,
        }
    }
}

impl fmt::Display for LdapFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAddress => {
                write!(f, "What should be asked is no address of a directory, such as ldaps://ldap.example.com.")
            }
            Self::NoPassword => write!(f, "A directory is asked with a name and a password only. Type both again."),
            Self::Outgoing(fault) => fault.fmt(f),
            Self::NoStartTls { host } => write!(f, "{host} does not secure the connection when it is asked to (STARTTLS)."),
            Self::TooLong { what } => write!(f, "{what} took too long: the directory did not answer in time."),
            Self::TooLarge { what } => write!(f, "{what} was answered with more than is taken in."),
            Self::Broken { what } => write!(f, "{what} was broken off, or answered with something that is not LDAP."),
            Self::TooMany { what, most } => {
                write!(f, "{what} was answered with more than {most} entries, and no more are taken in.")
            }
            Self::NotSo { what } => write!(f, "{what} was answered as done, but reading it back showed that it is not."),
            Self::NoBase { dn } => write!(f, "There is no entry {dn}, or the account that asks may not see it."),
            Self::Several { what, filter } => write!(f, "{what} found several entries with {filter}, and it takes exactly one."),
            Self::NoUid { what } => write!(f, "{what} found an entry without a uid, and groups name people by that."),
            Self::InParts { what } => write!(
                f,
                "{what} was answered with some of the members only. Split the group, or let the account that asks read more at once."
            ),
            Self::NoText { what } => write!(
                f,
                "{what} was answered with a member that is no text, so that it is not known who is in the group. Mend that entry there."
            ),
            Self::NoAccounts => write!(f, "Accounts are not made or changed in a directory."),
            Self::Refused { what, code, said } => {
                let why = match *code {
                    INVALID_CREDENTIALS => "the directory does not take the name and password",
                    INSUFFICIENT_RIGHTS => "the account that asks may not do this",
                    NO_SUCH_OBJECT => "there is no entry of this name",
                    REFERRAL => "the directory points to another server, which is not followed",
                    SIZE_LIMIT => "the directory hands out no more entries",
                    _ => "",
                };
                match (why, said.as_str()) {
                    ("", "") => write!(f, "{what} was refused: the directory answered with code {code}."),
                    ("", said) => write!(f, "{what} was refused: the directory answered “{said}” (code {code})."),
                    (why, "") => write!(f, "{what} was refused: {why} (code {code})."),
                    (why, said) => write!(f, "{what} was refused: {why} (code {code}, “{said}”)."),
                }
            }
        }
    }
}

impl std::error::Error for LdapFault {}
