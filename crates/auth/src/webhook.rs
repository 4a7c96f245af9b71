//! Signatures on what is told to other servers (Standard Webhooks): HMAC-SHA256 over id, time and body.

use crate::Fault;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// What every secret begins with.
const PREFIX: &str = "whsec_";
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
    fn a_known_message_has_the_known_signature_and_two_secrets_sign_it_twice() {
        let body = r#"{"test": 2432232314}"#;
        let sign = |secrets: &[&str]| signature(secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body).unwrap();
        assert_eq!(sign(&[SECRET]), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let other = new_secret().unwrap();
        assert_eq!(sign(&[SECRET, &other]), format!("{} {}", sign(&[SECRET]), sign(&[&other])));
        assert_ne!(new_secret().unwrap(), other);
    }
}
