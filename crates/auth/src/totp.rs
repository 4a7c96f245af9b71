//! Authenticator apps: one-time codes by time (RFC 6238), as every app knows them: SHA-1, six digits, 30 seconds.

use crate::Fault;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt;
use totp_rs::{Algorithm, Builder, Totp};

/// 160 bits, as the standard asks for.
pub const SECRET_BYTES: usize = 20;
/// Seconds for which one code is shown.
pub const STEP_SECONDS: u64 = 30;
/// A clock may be so many steps off, ahead or behind.
const SKEW_STEPS: u16 = 1;
/// What the app writes beside the codes.
const ISSUER: &str = "Vestibule";

/// A secret that nobody has seen.
pub fn new_secret() -> Result<[u8; SECRET_BYTES], Fault> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|_| Fault::Randomness)?;
    Ok(bytes)
}

/// An authenticator app of one account.
pub struct Authenticator(Totp);

impl Authenticator {
    /// The one with this secret. `account` is what the app shows, for people with several accounts.
    pub fn new(secret: &[u8], account: &str) -> Result<Self, Fault> {
        // A colon separates issuer and account.
        let account = account.replace(':', " ");
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(SKEW_STEPS)
            .with_step_duration(STEP_SECONDS)
            .with_secret(secret)
            .with_issuer(Some(ISSUER))
            .with_account_name(account)
            .build();
        totp.map(Self).map_err(|_| Fault::Secret)
    }

    /// The secret as people type it into an app: base32 in groups of four.
    pub fn text(&self) -> String {
        let text = self.0.secret().to_base32();
        let letters: Vec<char> = text.trim_end_matches('=').chars().collect();
        letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// What the picture says.
    pub fn url(&self) -> Result<String, Fault> {
        self.0.to_url().map_err(|_| Fault::Secret)
    }

    /// The step of time that this code belongs to, when it is a code of this moment; the clocks may be a step apart. A
    /// code counts once, so whoever asks remembers the step.
    pub fn check(&self, code: &str, at_seconds: u64) -> Option<u64> {
        self.0.check(code, at_seconds)
    }

    /// The code of a moment, for tests that play the app.
    pub fn code(&self, at_seconds: u64) -> String {
        self.0.generate(at_seconds).to_string()
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticator(hidden)")
    }
}

/// A picture of dots for cameras: its width in dots, and the dark ones as the path of an SVG.
pub fn picture(text: &str) -> Result<(u32, String), Fault> {
    use std::fmt::Write;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|_| Fault::Secret)?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing to text never fails.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Ok((u32::try_from(code.size()).unwrap_or_default(), path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the standard's examples.
    const SECRET: &[u8] = b"12345678901234567890";

    fn app() -> Authenticator {
        Authenticator::new(SECRET, "alex").unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six of eight digits.
        for (at, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")] {
            assert_eq!(app().code(at), code);
            assert_eq!(app().check(code, at), Some(at / STEP_SECONDS));
        }
    }

    #[test]
    fn a_code_counts_a_step_before_and_after_its_time_and_no_longer() {
        let (at, code) = (1_111_111_110, app().code(1_111_111_110));
        assert_eq!(app().check(&code, at - 2 * STEP_SECONDS), None);
        assert_eq!(app().check(&code, at + 2 * STEP_SECONDS), None);
        for seconds in [at - STEP_SECONDS, at, at + STEP_SECONDS] {
            assert_eq!(app().check(&code, seconds), Some(at / STEP_SECONDS));
        }
        let other = Authenticator::new(&new_secret().unwrap(), "alex").unwrap();
        assert_eq!(other.check(&code, at), None, "of another secret");
        for wrong in ["", "00000", "abcdef", "081804x"] {
            assert_eq!(app().check(wrong, at), None, "{wrong}");
        }
    }

    #[test]
    fn the_secret_is_said_to_people_and_cameras_and_hidden_otherwise() {
        assert_eq!(app().text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let url = Authenticator::new(SECRET, "a:lex").unwrap().url().unwrap();
        assert!(url.starts_with("otpauth://totp/Vestibule:a%20lex?"), "{url}");
        assert!(url.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") && url.contains("issuer=Vestibule"), "{url}");
        assert_eq!(format!("{:?}", app()), "Authenticator(hidden)");
        let (size, path) = picture(&url).unwrap();
        assert!(size >= 21 && path.starts_with("M0 0h1v1h-1z"), "{size}");
    }
}
