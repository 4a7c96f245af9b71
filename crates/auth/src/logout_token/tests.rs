//! Tokens that end sessions, and every way to be wrong.

use super::*;
use crate::id_token::tests::{Signer, signer};
use serde_json::json;

const NOW: i64 = 1_767_600_000;
const ISSUER: &str = "https://id.example";

fn payload() -> Value {
    json!({
        "iss": ISSUER, "aud": "vestibule", "iat": NOW, "exp": NOW + 120, "jti": "j-1", "sub": "alex-1", "sid": "s-1",
        "events": { EVENT: {} },
    })
}

fn said(signer: &Signer, change: impl FnOnce(&mut Value)) -> Result<Logout, Wrong> {
    let mut payload = payload();
    change(&mut payload);
    let token = signer.signs(&json!({ "alg": "ES256", "kid": "1", "typ": "logout+jwt" }), &payload);
    verify(&token, &signer.keys, ISSUER, "vestibule", NOW)
}

#[test]
fn nothing_but_a_fresh_word_of_the_provider_for_us_about_a_sign_out_counts() {
    let signer = signer();
    let refused = |change: &dyn Fn(&mut Value)| said(&signer, change).unwrap_err();
    assert_eq!(refused(&|p| p["iss"] = json!("https://evil.example")), Wrong::Issuer);
    assert_eq!(refused(&|p| p["aud"] = json!("another")), Wrong::Audience);
    assert_eq!(refused(&|p| p["nonce"] = json!("n-1")), Wrong::Event, "it would be an ID token");
    assert_eq!(refused(&|p| p["events"] = Value::Null), Wrong::Malformed);
    assert_eq!(refused(&|p| p["events"] = json!({})), Wrong::Event);
    assert_eq!(refused(&|p| p["events"] = json!({ "http://example/other": {} })), Wrong::Event);
    assert_eq!(refused(&|p| p["events"][EVENT] = json!(true)), Wrong::Event);
    assert_eq!(refused(&|p| p["iat"] = Value::Null), Wrong::Malformed);
    assert_eq!(refused(&|p| p["iat"] = json!(NOW + 61)), Wrong::NotYet);
    assert_eq!(refused(&|p| p["iat"] = json!(NOW - KEPT_SECONDS - 1)), Wrong::Expired);
    assert_eq!(refused(&|p| p["exp"] = json!(NOW - 60)), Wrong::Expired);
    assert_eq!(refused(&|p| p["jti"] = Value::Null), Wrong::TokenId);
    assert_eq!(refused(&|p| p["jti"] = json!("")), Wrong::TokenId);
    assert_eq!(refused(&|p| (p["sub"], p["sid"]) = (Value::Null, Value::Null)), Wrong::Subject);
    assert_eq!(refused(&|p| p["sid"] = json!("")), Wrong::Subject);
    let (subject, session) = (Some("alex-1".to_owned()), Some("s-1".to_owned()));
    let all = Logout { subject: subject.clone(), session: session.clone(), id: name_hash(ISSUER, "j-1") };
    assert_ne!(all.id, name_hash("https://id.example2", "j-1"));
    assert_eq!(said(&signer, |_| {}), Ok(all.clone()));
    assert_eq!(said(&signer, |p| p["exp"] = Value::Null), Ok(all.clone()), "older providers say no end");
    assert_eq!(said(&signer, |p| p["sub"] = Value::Null), Ok(Logout { subject: None, ..all.clone() }));
    assert_eq!(said(&signer, |p| p["sid"] = Value::Null), Ok(Logout { session: None, ..all }));
}

#[test]
fn unsigned_and_foreign_tokens_are_refused() {
    let (signer, foreign) = (signer(), signer());
    let verified = |token: &str| verify(token, &signer.keys, ISSUER, "vestibule", NOW);
    for alg in ["none", "HS256"] {
        assert!(matches!(verified(&signer.signs(&json!({ "alg": alg, "kid": "1" }), &payload())), Err(Wrong::Algorithm(_))));
    }
    let header = json!({ "alg": "ES256", "kid": "1" });
    assert_eq!(verified(&foreign.signs(&header, &payload())), Err(Wrong::Signature));
    assert_eq!(verified(&signer.signs(&json!({ "alg": "ES256", "kid": "7" }), &payload())), Err(Wrong::UnknownKey));
    assert_eq!(verified("a.b"), Err(Wrong::Malformed));
}
