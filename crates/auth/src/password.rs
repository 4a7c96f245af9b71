//! Passwords: argon2id in PHC strings (`$argon2id$v=19$m=…,t=…,p=…$salt$hash`).
//!
//! Passwords are compared as given, byte by byte: nothing is trimmed, folded or brought into a Unicode
//! normal form, neither when a password is set nor when it is tried. How long one must be is a rule
//! (`model::limits`).
//!
//! Hashing takes tens of milliseconds of one processor on purpose. Call it where blocking is allowed.

use crate::Fault;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// How much work one try costs, for us and for whoever guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes over the memory.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

impl Cost {
    /// What OWASP's password storage cheat sheet asks of argon2id: 19 MiB, two passes, one lane.
    pub const STANDARD: Self = Self { m_kib: 19 * 1024, t: 2, p: 1 };
    /// The least that argon2 allows. For people of tests and demo data, whose passwords are public anyway.
    pub const LEAST: Self = Self { m_kib: Params::MIN_M_COST, t: Params::MIN_T_COST, p: Params::MIN_P_COST };
}

/// A hash that no password has: its salt and output were drawn at random, not computed. It costs exactly
/// what a real one of [`Cost::STANDARD`] costs, and needs nothing made at the first use, which would show.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Zb1Ck5J2GXTUQzyNLp7uoA$q0v6eEo4rTrqfGX4dC1eZtQ5oXj1mWm0k7cWfFJ0y2I";

/// The PHC string to store for a password, with a fresh salt and [`Cost::STANDARD`].
pub fn hash_password(password: &str) -> Result<String, Fault> {
    hash_password_with(Cost::STANDARD, password)
}

/// The PHC string to store for a password, with a fresh salt and this cost.
pub fn hash_password_with(cost: Cost, password: &str) -> Result<String, Fault> {
    let Cost { m_kib, t, p } = cost;
    let params = Params::new(m_kib, t, p, None).map_err(|error| Fault::Hash(error.into()))?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| match error {
            password_hash::Error::RngFailure => Fault::Randomness,
            other => Fault::Hash(other),
        })
}

/// Whether this is the password of the PHC string. The outputs are compared in constant time; the cost is
/// that of the string. A string that cannot be read matches nothing.
pub fn verify_password(password: &str, phc: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Spends the time of a real check at [`Cost::STANDARD`]: call it when nobody has the name, so that an
/// answer does not tell by its delay whether somebody has.
pub fn verify_nobody(password: &str) {
    std::hint::black_box(verify_password(password, NOBODY));
}

/// Whether a stored string was made with another algorithm, version or cost than [`hash_password`] would use
/// today. The moment to renew it is the next successful sign-in, when the password is known.
pub fn needs_rehash(phc: &str) -> bool {
    let Cost { m_kib, t, p } = Cost::STANDARD;
    let up_to_date = |hash: PasswordHash| {
        hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into())
            && Params::try_from(&hash).is_ok_and(|it| {
                (it.m_cost(), it.t_cost(), it.p_cost(), it.output_len()) == (m_kib, t, p, Some(Params::DEFAULT_OUTPUT_LEN))
            })
    };
    !PasswordHash::new(phc).is_ok_and(up_to_date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_its_own_hash_and_no_other_does() {
        let phc = hash_password("correct horse battery staple").unwrap();
        assert!(verify_password("correct horse battery staple", &phc));
        assert!(!verify_password("correct horse battery staplf", &phc));
        assert!(!verify_password("", &phc));
    }

    #[test]
    fn the_standard_is_what_owasp_asks_for_in_a_phc_string() {
        let phc = hash_password("a").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
    }

    #[test]
    fn the_same_password_is_never_stored_twice_alike() {
        let one = hash_password_with(Cost::LEAST, "same").unwrap();
        let two = hash_password_with(Cost::LEAST, "same").unwrap();
        assert_ne!(one, two);
        assert!(verify_password("same", &one) && verify_password("same", &two));
    }

    #[test]
    fn a_string_made_elsewhere_is_understood() {
        // A vector of the reference implementation (phc-winner-argon2, src/test.c).
        let phc = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        assert!(verify_password("password", phc));
        assert!(!verify_password("Password", phc));
    }

    #[test]
    fn passwords_are_compared_as_given() {
        // é as one character, and as e with an accent.
        let phc = hash_password_with(Cost::LEAST, "caf\u{e9} ").unwrap();
        assert!(verify_password("caf\u{e9} ", &phc));
        assert!(!verify_password("cafe\u{301} ", &phc));
        assert!(!verify_password("caf\u{e9}", &phc));
        assert!(!verify_password("CAF\u{e9} ", &phc));
    }

    #[test]
    fn what_is_no_hash_matches_nothing() {
        for phc in
            ["", "password", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1", "$2b$12$abc", "$scrypt$ln=1$c2FsdHNhbHQ$aGFzaGhhc2g"]
        {
            assert!(!verify_password("password", phc), "{phc}");
            assert!(!verify_password("", phc), "{phc}");
        }
    }

    #[test]
    fn nobody_costs_what_somebody_costs() {
        let real = hash_password("a").unwrap();
        let (real, nobody) = (PasswordHash::new(&real).unwrap(), PasswordHash::new(NOBODY).unwrap());
        assert_eq!((nobody.algorithm, nobody.version), (real.algorithm, real.version));
        assert_eq!(Params::try_from(&nobody).unwrap(), Params::try_from(&real).unwrap());
        assert_eq!(nobody.salt.unwrap().len(), real.salt.unwrap().len());
        assert!(!verify_password("a", NOBODY));
        verify_nobody("a");
    }

    #[test]
    fn only_what_today_would_be_made_needs_no_rehash() {
        assert!(!needs_rehash(&hash_password("a").unwrap()));
        assert!(needs_rehash(&hash_password_with(Cost::LEAST, "a").unwrap()));
        assert!(needs_rehash(&hash_password_with(Cost { t: 3, ..Cost::STANDARD }, "a").unwrap()));
        assert!(needs_rehash(&NOBODY.replace("argon2id", "argon2i")));
        assert!(needs_rehash(&NOBODY.replace("v=19", "v=16")));
        assert!(needs_rehash(&NOBODY.replace("$v=19", "")));
        assert!(needs_rehash("not a hash"));
    }

    #[test]
    fn an_impossible_cost_is_a_fault() {
        assert!(matches!(hash_password_with(Cost { m_kib: 0, t: 0, p: 0 }, "a"), Err(Fault::Hash(_))));
    }
}
