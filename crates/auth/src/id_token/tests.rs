//! Tokens that are right, and every way to be wrong.

use super::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::json;

const NOW: i64 = 1_767_600_000;
const EXPECTED: Expected<'_> = Expected {
    issuer: "https://id.example",
    client_id: "vestibule",
    nonce: "n-1",
    now: NOW,
    proved_since: None,
    access_token: None,
};

pub struct Signer {
    pair: EcdsaKeyPair,
    pub keys: Keys,
}

pub fn signer() -> Signer {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
    let point = pair.public_key().as_ref();
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
    let set = json!({ "keys": [
        { "kty": "EC", "crv": "P-256", "kid": "1", "use": "sig", "x": x, "y": y },
        { "kty": "EC", "crv": "P-256", "kid": "2", "use": "enc", "x": x, "y": y },
        { "kty": "oct", "kid": "3", "k": "c2VjcmV0" },
        { "kty": 7 },
    ] });
    Signer { pair, keys: Keys::parse(&set.to_string()).unwrap() }
}

impl Signer {
    pub fn signs(&self, header: &Value, payload: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(payload));
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn says(&self, change: impl FnOnce(&mut Value)) -> Result<Claims, Wrong> {
        let mut payload = payload();
        change(&mut payload);
        verify(&self.signs(&json!({ "alg": "ES256", "kid": "1" }), &payload), &self.keys, &EXPECTED)
    }
}

fn payload() -> Value {
    json!({ "iss": "https://id.example", "sub": "alex-1", "aud": "vestibule", "exp": NOW + 300, "iat": NOW, "nonce": "n-1" })
}

#[test]
fn nothing_counts_that_a_published_key_of_the_right_kind_did_not_sign() {
    let signer = signer();
    assert_eq!(signer.keys.len(), 1, "keys for other uses and of other kinds are passed over");
    let verify = |token: &str| verify(token, &signer.keys, &EXPECTED);
    let with = |header: Value| verify(&signer.signs(&header, &payload()));
    for no in ["none", "None", "HS256", "HS512", "", "ES256K", "RSA1_5"] {
        assert!(matches!(with(json!({ "alg": no, "kid": "1" })), Err(Wrong::Algorithm(_))), "{no}");
    }
    assert_eq!(with(json!({ "alg": "ES256", "kid": "9" })), Err(Wrong::UnknownKey));
    assert_eq!(with(json!({ "alg": "ES256", "kid": "2" })), Err(Wrong::UnknownKey), "a key for encrypting");
    assert_eq!(with(json!({ "alg": "RS256", "kid": "1" })), Err(Wrong::UnknownKey), "a key of another kind");
    assert_eq!(with(json!({ "alg": "ES384", "kid": "1" })), Err(Wrong::UnknownKey), "of another length");
    assert_eq!(with(json!({ "alg": "ES256", "kid": "1", "crit": ["b64"] })), Err(Wrong::Malformed));
    let right = signer.signs(&json!({ "alg": "ES256", "kid": "1" }), &payload());
    let (message, signature) = right.rsplit_once('.').unwrap();
    assert_eq!(verify(&format!("{message}.")), Err(Wrong::Signature), "no signature at all");
    let foreign = self::signer().signs(&json!({ "alg": "ES256", "kid": "1" }), &payload());
    assert_eq!(verify(&foreign), Err(Wrong::Signature));
    let (header, _) = message.split_once('.').unwrap();
    let mut other = payload();
    other["sub"] = json!("morgan");
    let swapped = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(other.to_string()));
    assert_eq!(verify(&swapped), Err(Wrong::Signature));
    for broken in ["", ".", "..", "a.b.c", message, &format!("{right}.x"), &right.replace('.', " "), &"a".repeat(40_000)] {
        assert_eq!(verify(broken), Err(Wrong::Malformed), "{broken:.20}");
    }
    assert!(verify(&right).is_ok());
    assert!(with(json!({ "alg": "ES256" })).is_ok(), "who names no key");
}

#[test]
fn a_token_for_somebody_else_or_another_sign_in_or_another_time_is_refused() {
    let signer = signer();
    let refused = |change: &dyn Fn(&mut Value)| signer.says(change).unwrap_err();
    assert_eq!(refused(&|p| p["iss"] = json!("https://id.example/")), Wrong::Issuer);
    assert_eq!(refused(&|p| p["aud"] = json!("another")), Wrong::Audience);
    assert_eq!(refused(&|p| p["aud"] = json!([])), Wrong::Audience);
    assert_eq!(refused(&|p| p["aud"] = json!(["vestibule", "another"])), Wrong::AuthorizedParty);
    assert_eq!(refused(&|p| p["azp"] = json!("another")), Wrong::AuthorizedParty);
    assert_eq!(refused(&|p| p["exp"] = json!(NOW - SKEW_SECONDS)), Wrong::Expired);
    assert_eq!(refused(&|p| p["iat"] = json!(NOW + SKEW_SECONDS + 1)), Wrong::NotYet);
    assert_eq!(refused(&|p| p["nbf"] = json!(NOW + SKEW_SECONDS + 1)), Wrong::NotYet);
    assert_eq!(refused(&|p| p["auth_time"] = json!(NOW + SKEW_SECONDS + 1)), Wrong::NotYet);
    assert_eq!(refused(&|p| p["nonce"] = json!("n-2")), Wrong::Nonce);
    assert_eq!(refused(&|p| drop(p.as_object_mut().unwrap().remove("nonce"))), Wrong::Nonce);
    assert_eq!(refused(&|p| p["sub"] = json!("")), Wrong::Subject);
    assert_eq!(refused(&|p| p["sub"] = json!("a".repeat(256))), Wrong::Subject);
    for missing in ["iss", "sub", "aud", "exp", "iat"] {
        assert_eq!(refused(&|p| drop(p.as_object_mut().unwrap().remove(missing))), Wrong::Malformed, "{missing}");
    }
    for no_time in [json!("soon"), json!(-1), json!(1e300)] {
        assert_eq!(refused(&|p| p["exp"] = no_time.clone()), Wrong::Malformed, "{no_time}");
    }
    assert!(signer.says(|p| p["exp"] = json!(NOW - SKEW_SECONDS + 1)).is_ok(), "clocks may differ a little");
    assert!(signer.says(|p| p["iat"] = json!(NOW + SKEW_SECONDS)).is_ok());
    assert!(signer.says(|p| (p["aud"], p["azp"]) = (json!(["another", "vestibule"]), json!("vestibule"))).is_ok());
}

#[test]
fn a_fresh_proof_was_asked_for_and_has_to_be_one() {
    let signer = signer();
    let asked = |auth_time: Value| {
        let mut payload = payload();
        payload["auth_time"] = auth_time;
        let token = signer.signs(&json!({ "alg": "ES256", "kid": "1" }), &payload);
        verify(&token, &signer.keys, &Expected { proved_since: Some(NOW), ..EXPECTED }).map(|claims| claims.auth_time)
    };
    assert_eq!(asked(Value::Null), Err(Wrong::AuthTime), "it does not say when");
    assert_eq!(asked(json!(NOW - SKEW_SECONDS - 1)), Err(Wrong::AuthTime));
    assert_eq!(asked(json!(NOW - SKEW_SECONDS)), Ok(Some(NOW - SKEW_SECONDS)));
    // Whoever takes their time to come back proved themselves all the same.
    let slow = Expected { proved_since: Some(NOW - 600), ..EXPECTED };
    let token = signer.signs(&json!({ "alg": "ES256", "kid": "1" }), &{
        let mut payload = payload();
        payload["auth_time"] = json!(NOW - 600);
        payload
    });
    assert_eq!(verify(&token, &signer.keys, &slow).map(|claims| claims.auth_time), Ok(Some(NOW - 600)));
}

#[test]
fn only_a_verified_address_is_read() {
    let signer = signer();
    let email = |verified: Value| {
        signer.says(|p| (p["email"], p["email_verified"]) = (json!("alex@harbour.example"), verified)).unwrap().verified_email
    };
    for not in [Value::Null, json!(false), json!("false"), json!(1), json!("yes")] {
        assert_eq!(email(not.clone()), None, "{not}");
    }
    assert_eq!(email(json!(true)).as_deref(), Some("alex@harbour.example"));
    assert_eq!(email(json!("true")).as_deref(), Some("alex@harbour.example"));
}

#[test]
fn what_is_said_beside_the_token_fills_gaps_and_is_about_the_same_person() {
    let claims = Claims { subject: "7".into(), name: Some("Alex".into()), ..Claims::default() };
    let with = |about: Value| claims.clone().completed(&about.to_string());
    assert_eq!(with(json!({ "sub": "8", "email": "a@b.example", "email_verified": true })), Err(Wrong::About));
    assert_eq!(with(json!({ "email": "a@b.example", "email_verified": true })), Err(Wrong::About));
    assert_eq!(claims.clone().completed("a.b.c"), Err(Wrong::About));
    assert_eq!(with(json!({ "sub": "7", "email": "a@b.example" })).unwrap().verified_email, None);
    let whole = with(json!({ "sub": "7", "email": "a@b.example", "email_verified": true, "name": "Mallory" })).unwrap();
    assert_eq!((whole.verified_email.as_deref(), whole.name.as_deref()), (Some("a@b.example"), Some("Alex")));
}

#[test]
fn keys_of_edwards_curves_sign_too() {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    let keys = Keys::parse(&json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": x }] }).to_string()).unwrap();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(json!({ "alg": "EdDSA" })), part(payload()));
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes())));
    assert_eq!(verify(&token, &keys, &EXPECTED).unwrap().subject, "alex-1");
    assert!(Keys::parse("[]").is_none() && Keys::parse("{}").is_none());
}

#[test]
fn a_token_is_bound_to_the_access_token_that_came_with_it_when_it_says_so() {
    let signer = signer();
    let verified = |at_hash: &str, access_token| {
        let mut payload = payload();
        payload["at_hash"] = json!(at_hash);
        let token = signer.signs(&json!({ "alg": "ES256", "kid": "1" }), &payload);
        verify(&token, &signer.keys, &Expected { access_token, ..EXPECTED }).map(drop)
    };
    // Of the standard's own example.
    let (access, right) = ("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ");
    assert_eq!(verified(right, Some("another")), Err(Wrong::AccessToken));
    assert_eq!(verified("", Some(access)), Err(Wrong::AccessToken));
    assert_eq!(verified(right, Some(access)), Ok(()));
    assert_eq!(verified(right, None), Ok(()), "there is none to be used");
}

#[test]
fn whatever_is_sent_as_a_token_is_answered() {
    let signer = signer();
    let seed = 20_260_105_u64;
    println!("seed {seed}");
    let mut state = seed;
    let mut chance = move |below: usize| {
        // A linear congruential generator is random enough for breaking things.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let right = signer.signs(&json!({ "alg": "ES256", "kid": "1" }), &payload());
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("ü\u{0}"),
        json!([]),
        json!([null]),
        json!({}),
        json!({ "http://schemas.openid.net/event/backchannel-logout": 7 }),
        json!(u64::MAX),
        json!("a".repeat(300)),
    ];
    let claims = [
        "iss",
        "sub",
        "aud",
        "azp",
        "exp",
        "iat",
        "nbf",
        "nonce",
        "auth_time",
        "acr",
        "amr",
        "sid",
        "at_hash",
        "jti",
        "events",
        "email",
        "email_verified",
        "name",
    ];
    for _ in 0..4_000 {
        let mut bytes = right.clone().into_bytes();
        for _ in 0..=chance(6) {
            let at = chance(bytes.len());
            match chance(4) {
                0 => bytes[at] = u8::try_from(chance(128)).unwrap(),
                1 => bytes.truncate(at.max(1)),
                2 => bytes.insert(at, b'.'),
                _ => bytes.extend_from_within(at..),
            }
        }
        let broken = String::from_utf8(bytes).unwrap();
        if broken != right {
            let _ = verify(&broken, &signer.keys, &EXPECTED);
            let _ = crate::logout_token::verify(&broken, &signer.keys, EXPECTED.issuer, EXPECTED.client_id, NOW);
        }
        let mut odd = payload();
        for _ in 0..=chance(3) {
            odd[claims[chance(claims.len())]] = values[chance(values.len())].clone();
        }
        let mut header = json!({ "alg": "ES256", "kid": "1" });
        if chance(4) == 0 {
            header[["alg", "kid", "crit", "typ"][chance(4)]] = values[chance(values.len())].clone();
        }
        let token = signer.signs(&header, &odd);
        if let Ok(claims) = verify(&token, &signer.keys, &EXPECTED) {
            assert!(is_name(&claims.subject), "{odd}");
            assert_eq!((odd["iss"].as_str(), odd["nonce"].as_str()), (Some(EXPECTED.issuer), Some(EXPECTED.nonce)), "{odd}");
        }
        let over = crate::logout_token::verify(&token, &signer.keys, EXPECTED.issuer, EXPECTED.client_id, NOW);
        assert!(over.is_err(), "the token of a sign-in signs nobody out: {odd}");
        let set = odd.to_string().replace("iss", "keys");
        let _ = Keys::parse(&set);
        let _ = Claims::default().completed(&odd.to_string());
    }
}

#[test]
fn nothing_but_the_token_itself_passes_for_it() {
    let given = std::env::var("VESTIBULE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = given.unwrap_or_else(rand::random);
    println!("VESTIBULE_TEST_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let signer = signer();
    let token = signer.signs(&json!({ "alg": "ES256", "kid": "1" }), &payload());
    assert!(verify(&token, &signer.keys, &EXPECTED).is_ok());
    let letters: Vec<char> = "ABab09-_.=+/ é\u{0}{}\"".chars().collect();
    for _ in 0..3_000 {
        let mut other: Vec<char> = token.chars().collect();
        for _ in 0..random.random_range(1..5) {
            if other.is_empty() {
                break;
            }
            let at = random.random_range(0..other.len());
            let letter = letters[random.random_range(0..letters.len())];
            match random.random_range(0..4) {
                0 => other[at] = letter,
                1 => other.insert(at, letter),
                2 => drop(other.remove(at)),
                _ => other.truncate(at + 1),
            }
        }
        let other: String = other.into_iter().collect();
        assert!(other == token || verify(&other, &signer.keys, &EXPECTED).is_err(), "{other}");
        let _ = Keys::parse(&other);
    }
}
