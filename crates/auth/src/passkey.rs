//! Passkeys (WebAuthn). The ceremonies go through text on both sides: the browser's is JSON, and what has to be
//! remembered meanwhile, or kept of a passkey, is JSON that nobody but this file reads.

use crate::Fault;
use serde_json::Value;
use std::fmt;
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, CreationChallengeResponse, DiscoverableAuthentication, Passkey, PasskeyAuthentication,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, RequestChallengeResponse, Webauthn, WebauthnBuilder,
};

/// The server as passkeys know it: by the name in its address.
pub struct Passkeys(Webauthn);

/// One step of a ceremony: what the browser gets, and what is remembered here until it answers.
#[derive(Clone)]
pub struct Challenge {
    pub options: String,
    pub remembered: String,
}

/// A passkey as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: Vec<u8>,
    /// Public key, counter and the like.
    pub stored: String,
}

/// Why a ceremony came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum No {
    /// What the browser sent is not what was asked for: another challenge, another origin, another key, no finger, or a
    /// counter that shows a copy.
    Refused,
    /// What was stored here does not read.
    Stored,
}

impl Passkeys {
    /// For a server at this address; nothing when browsers would not give passkeys to it: it needs a name, and TLS unless
    /// it is `localhost`.
    pub fn at(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let name = url.domain()?;
        if url.scheme() != "https" && name != "localhost" && !name.ends_with(".localhost") {
            return None;
        }
        WebauthnBuilder::new(name, &url).ok()?.rp_name("Vestibule").build().ok().map(Self)
    }

    /// A new passkey of somebody, who has these already.
    pub fn register(&self, user: Uuid, name: &str, display: &str, there: &[String]) -> Result<Challenge, Fault> {
        let there = there.iter().filter_map(|stored| read(stored)).map(|key: Passkey| key.cred_id().clone()).collect();
        let begun = self.0.start_passkey_registration(user, name, display, Some(there));
        let (options, state): (CreationChallengeResponse, PasskeyRegistration) = begun.map_err(|_| Fault::Passkey)?;
        let mut options = serde_json::to_value(options).map_err(|_| Fault::Passkey)?;
        // Signing in without a user name needs a key that the device finds by itself. Devices that cannot keep one still
        // make a key that proves who somebody is.
        if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection").and_then(Value::as_object_mut) {
            selection.insert("residentKey".to_owned(), Value::from("preferred"));
        }
        Ok(Challenge { options: options.to_string(), remembered: text(&state)? })
    }

    pub fn registered(&self, answer: &str, remembered: &str) -> Result<Kept, No> {
        let state: PasskeyRegistration = read(remembered).ok_or(No::Stored)?;
        let answer: RegisterPublicKeyCredential = read(answer).ok_or(No::Refused)?;
        let key = self.0.finish_passkey_registration(&answer, &state).map_err(|_| No::Refused)?;
        Ok(Kept { id: key.cred_id().to_vec(), stored: text(&key).map_err(|_| No::Stored)? })
    }

    /// Somebody who has these passkeys shall use one.
    pub fn prove(&self, there: &[String]) -> Result<Challenge, Fault> {
        let there: Vec<Passkey> = there.iter().filter_map(|stored| read(stored)).collect();
        let begun = self.0.start_passkey_authentication(&there);
        let (options, state): (RequestChallengeResponse, PasskeyAuthentication) = begun.map_err(|_| Fault::Passkey)?;
        Ok(Challenge { options: text(&options)?, remembered: text(&state)? })
    }

    /// Which passkey was used, to be kept from now on in place of what was stored: it counts its uses.
    pub fn proved(&self, answer: &str, remembered: &str, there: &[Kept]) -> Result<Kept, No> {
        let state: PasskeyAuthentication = read(remembered).ok_or(No::Stored)?;
        let answer: PublicKeyCredential = read(answer).ok_or(No::Refused)?;
        let result = self.0.finish_passkey_authentication(&answer, &state).map_err(|_| No::Refused)?;
        let kept = there.iter().find(|kept| kept.id == result.cred_id().to_vec()).ok_or(No::Refused)?;
        // Between the challenge and now the counter may have moved on by another use.
        renewed(kept, &result)
    }

    /// Whoever has a passkey of this server shall use it.
    pub fn sign_in(&self) -> Result<Challenge, Fault> {
        let begun = self.0.start_discoverable_authentication();
        let (options, state): (RequestChallengeResponse, DiscoverableAuthentication) = begun.map_err(|_| Fault::Passkey)?;
        let mut options = serde_json::to_value(options).map_err(|_| Fault::Passkey)?;
        // It is asked for by a button, and not offered beside a field.
        if let Some(options) = options.as_object_mut() {
            options.remove("mediation");
        }
        Ok(Challenge { options: options.to_string(), remembered: text(&state)? })
    }

    /// Whose passkey it says it is, and which. Nothing is proved yet.
    pub fn claims(&self, answer: &str) -> Option<(Uuid, Vec<u8>)> {
        let answer: PublicKeyCredential = read(answer)?;
        let (user, id) = self.0.identify_discoverable_authentication(&answer).ok()?;
        Some((user, id.to_vec()))
    }

    pub fn signed_in(&self, answer: &str, remembered: &str, kept: &Kept) -> Result<Kept, No> {
        let state: DiscoverableAuthentication = read(remembered).ok_or(No::Stored)?;
        let answer: PublicKeyCredential = read(answer).ok_or(No::Refused)?;
        let key: Passkey = read(&kept.stored).ok_or(No::Stored)?;
        let result = self.0.finish_discoverable_authentication_v2(&answer, state, &key).map_err(|_| No::Refused)?;
        renewed(kept, &result)
    }
}

impl fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passkeys")
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge(hidden)")
    }
}

fn renewed(kept: &Kept, result: &AuthenticationResult) -> Result<Kept, No> {
    let mut key: Passkey = read(&kept.stored).ok_or(No::Stored)?;
    key.update_credential(result).ok_or(No::Refused)?;
    Ok(Kept { id: kept.id.clone(), stored: text(&key).map_err(|_| No::Stored)? })
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

fn text(value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::Passkey)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_a_name_and_tls() {
        for address in ["http://192.0.2.7", "https://192.0.2.7", "http://vestibule.example", "https://[::1]:8443", "nothing"] {
            assert!(Passkeys::at(address).is_none(), "{address}");
        }
        for address in ["https://vestibule.example", "https://vestibule.example:8443", "http://localhost:3000"] {
            assert!(Passkeys::at(address).is_some(), "{address}");
        }
    }

    #[test]
    fn a_challenge_names_this_server_asks_for_the_finger_and_is_never_the_same_twice() {
        let server = Passkeys::at("https://vestibule.example").unwrap();
        let [one, two] = [(); 2].map(|()| server.register(Uuid::from_u128(1), "alex", "Alex", &[]).unwrap());
        let options: Value = serde_json::from_str(&one.options).unwrap();
        let at = |path: &str| options.pointer(path).cloned().unwrap_or_default();
        assert_eq!(at("/publicKey/rp/id"), "vestibule.example");
        assert_eq!(at("/publicKey/authenticatorSelection/residentKey"), "preferred");
        assert_eq!(at("/publicKey/authenticatorSelection/userVerification"), "required");
        assert_ne!(one.options, two.options);
        let sign_in: Value = serde_json::from_str(&server.sign_in().unwrap().options).unwrap();
        assert_eq!(sign_in.pointer("/publicKey/rpId").cloned().unwrap_or_default(), "vestibule.example");
        assert!(sign_in.get("mediation").is_none());
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let server = Passkeys::at("https://vestibule.example").unwrap();
        let begun = server.register(Uuid::from_u128(1), "alex", "Alex", &[]).unwrap();
        for answer in ["", "{}", "[]", "null", &begun.options] {
            assert_eq!(server.registered(answer, &begun.remembered), Err(No::Refused), "{answer}");
            assert_eq!(server.claims(answer), None);
        }
        assert_eq!(server.registered("{}", "nothing"), Err(No::Stored));
    }
}
