//! The secrets of signing in: passwords, tokens, one-time codes, passkeys, ID tokens, and comparing without telling; and
//! sealing what has to be kept.
//!
//! Only the protocol: no I/O, no clock, no table. Who may try how often is a rule (`rules`); what is
//! stored where is the engine's. The only thing this crate takes from outside is the system's randomness
//! ([`Token::new`], [`hash_password`], and so on), because secrets that a test can foretell are not secrets.

pub mod id_token;
pub mod passkey;
mod password;
mod recovery;
pub mod seal;
mod token;
pub mod totp;
pub mod webhook;

pub use password::{Cost, hash_password, hash_password_with, needs_rehash, verify_nobody, verify_password};
pub use recovery::{hash_recovery_code, new_recovery_code};
pub use token::{Token, pkce_challenge};

use std::fmt;
use subtle::ConstantTimeEq;

/// Whether two secrets are the same, in a time that depends on their lengths only.
///
/// Use it wherever a value from outside is compared with a secret; `==` stops at the first difference and
/// so tells how much of a guess was right.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// What can go wrong when a secret is made. Both are the machine's trouble, never the visitor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The system gave no random bytes.
    Randomness,
    /// The password hash could not be computed, for example for want of memory or with an impossible [`Cost`].
    Hash(argon2::password_hash::Error),
    /// The secret of an authenticator app is none, or does not fit into a picture.
    Secret,
    /// A passkey's ceremony could not be begun.
    Passkey,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Randomness => f.write_str("The system gave no random bytes."),
            Self::Hash(_) => f.write_str("The password hash could not be computed."),
            Self::Secret => f.write_str("The secret of an authenticator app cannot be used."),
            Self::Passkey => f.write_str("The ceremony of a passkey could not be begun."),
        }
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Randomness | Self::Secret | Self::Passkey => None,
            Self::Hash(error) => Some(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_equal_bytes_are_the_same() {
        assert!(same(b"", b""));
        assert!(same(b"secret", b"secret"));
        assert!(!same(b"secret", b"secreT"));
        assert!(!same(b"secret", b"secret "));
        assert!(!same(b"secret", b""));
    }

    #[test]
    fn a_fault_says_what_is_so_and_keeps_its_cause() {
        use std::error::Error;
        let fault = Fault::Hash(argon2::password_hash::Error::OutOfMemory);
        assert_eq!(fault.to_string(), "The password hash could not be computed.");
        assert_eq!(fault.source().map(ToString::to_string).as_deref(), Some("out of memory"));
        assert!(Fault::Randomness.source().is_none());
    }
}
