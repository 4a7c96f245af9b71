//! Signatures on what is told to other servers (Standard Webhooks): HMAC-SHA256 over id, time and body.

use crate::Fault;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// What every secret begins with.
const PREFIX: &str = "whsec_";
/// Signatures of one message that are looked at.
const SIGNATURES_MAX: usize = 8;
/// Bytes of a secret that is made here.
const SECRET_BYTES: usize = 32;

/// A new secret, from the system's randomness.
pub fn new_secret() -> Result<String, Fault> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|_| Fault::Randomness)?;
    Ok([PREFIX, &STANDARD.encode(bytes)].concat())
}

/// The key of a secret as it is written; nothing when it is not one.
fn key(secret: &str) -> Option<hmac::Key> {
    let bytes = STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
    if bytes.is_empty() { None } else { Some(hmac::Key::new(hmac::HMAC_SHA256, &bytes)) }
}

/// The value of `webhook-signature`: one signature for each of the secrets, so that whoever checks may know any of them.
/// `time` is in seconds. Nothing when one of them is no secret.
pub fn signature(secrets: &[&str], id: &str, time: i64, body: &str) -> Option<String> {
    let signed = format!("{id}.{time}.{body}");
    let one = |secret: &&str| Some(["v1,", &STANDARD.encode(hmac::sign(&key(secret)?, signed.as_bytes()))].concat());
    let all = secrets.iter().map(one).collect::<Option<Vec<String>>>()?;
    if all.is_empty() { None } else { Some(all.join(" ")) }
}

/// Whether one of the signatures in `webhook-signature` was made with one of the secrets over this id, time and body. Compared
/// in constant time.
pub fn is_signed(secrets: &[&str], id: &str, time: &str, body: &[u8], signatures: &str) -> bool {
    let signed = [id.as_bytes(), b".", time.as_bytes(), b".", body].concat();
    let keys: Vec<hmac::Key> = secrets.iter().filter_map(|secret| key(secret)).collect();
    let tags = signatures.split(' ').filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok());
    // A message is signed with two secrets at most.
    tags.take(SIGNATURES_MAX).any(|tag| keys.iter().any(|key| hmac::verify(key, &signed, &tag).is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn what_is_no_secret_signs_nothing() {
        for secrets in [&[][..], &["whsec_"], &["whsec_!"], &["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], &[SECRET, "none"]] {
            assert_eq!(signature(secrets, "msg", 1, "{}"), None, "{secrets:?}");
        }
    }

    #[test]
    fn what_was_signed_with_another_secret_or_over_something_else_is_not_signed() {
        let (id, time, body) = ("msg_1", "1614265330", r#"{"decision":"allow"}"#);
        let other = new_secret().unwrap();
        let good = signature(&[SECRET], id, 1_614_265_330, body).unwrap();
        let is = |secrets: &[&str], id: &str, time: &str, body: &str, signatures: &str| {
            is_signed(secrets, id, time, body.as_bytes(), signatures)
        };
        assert!(!is(&[&other], id, time, body, &good));
        assert!(!is(&[], id, time, body, &good));
        assert!(!is(&[SECRET], "msg_2", time, body, &good), "another question");
        assert!(!is(&[SECRET], id, "1614265331", body, &good), "another time");
        assert!(!is(&[SECRET], id, time, r#"{"decision":"deny"}"#, &good));
        for wrong in [
            "",
            " ",
            "v1,",
            "v1",
            "v2,AAAA",
            "v1,!",
            good.trim_start_matches("v1,"),
            &good[..good.len() - 4],
            &format!("{good} ")[..3],
        ] {
            assert!(!is(&[SECRET], id, time, body, wrong), "{wrong}");
        }
        let crowd = vec!["v1,AAAA"; SIGNATURES_MAX].join(" ");
        assert!(!is(&[SECRET], id, time, body, &format!("{crowd} {good}")), "not more are looked at");
        assert!(is(&[SECRET], id, time, body, &good));
        assert!(is(&[&other, SECRET], id, time, body, &format!("v1,AAAA v1a,x {good}")), "one of several");
    }

    #[test]
    fn a_known_message_has_the_known_signature_and_two_secrets_sign_it_twice() {
        let body = r#"{"test": 2432232314}"#;
        let sign = |secrets: &[&str]| signature(secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body).unwrap();
        assert_eq!(sign(&[SECRET]), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let other = new_secret().unwrap();
        assert_eq!(sign(&[SECRET, &other]), format!("{} {}", sign(&[SECRET]), sign(&[&other])));
        assert_ne!(new_secret().unwrap(), other);
    }
}
