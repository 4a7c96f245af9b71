//! Signing in at an identity provider, honest or lying.

use super::peer::Peer;
use super::support::{Answer, NOW, Server, Visitor, server_with_morgan};
use axum::http::StatusCode;
use model::limits::PROVIDER_SIGN_IN_MINUTES;
use model::{ProviderId, Span, Ts};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const SECRET: &str = "a-secret-of-the-client";

pub fn now() -> i64 {
    Ts::parse(NOW).unwrap().0 / 1000
}

/// A server at which people sign in with a provider.
pub struct Stage {
    pub server: Server,
    pub peer: Peer,
    pub provider: ProviderId,
}

pub async fn stage(joining: &str) -> Stage {
    let peer = Peer::start().await;
    let server = server_with_morgan(|settings| settings.outgoing.allow = vec!["127.0.0.1".to_owned()]).await;
    let mut morgan = server.morgan().await;
    let answer = morgan.post("/api/save_provider", &fields(&peer, joining)).await;
    assert!(answer.goes_to().starts_with("/admin/settings/sign-in/"), "{}", answer.text);
    let provider = server.engine.sign_in_providers().await.unwrap()[0].0;
    Stage { server, peer, provider }
}

pub fn fields<'a>(peer: &'a Peer, joining: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("name", "Harbour ID"),
        ("issuer", &peer.issuer),
        ("client_id", "vestibule"),
        ("client_secret", SECRET),
        ("joining", joining),
        ("multifactor", "mfa"),
        ("passkey", "hwk"),
    ]
}

/// The fields of an address.
pub fn query(address: &str) -> BTreeMap<String, String> {
    serde_urlencoded::from_str(address.split_once('?').unwrap().1).unwrap()
}

impl Stage {
    /// Goes to the provider; what was sent along.
    pub async fn goes(&self, visitor: &mut Visitor, more: &str) -> BTreeMap<String, String> {
        let answer = visitor.get(&format!("/signin/with/{}{more}", self.provider)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        assert!(answer.goes_to().starts_with(&format!("{}/authorize?tenant=harbour&", self.peer.issuer)), "{}", answer.goes_to());
        query(answer.goes_to())
    }

    pub async fn comes_back(&self, visitor: &mut Visitor, state: &str) -> Answer {
        visitor.get(&format!("/signin/callback?code=c-1&state={state}")).await
    }

    /// Signs in as the honest provider says, after a change to what it says.
    pub async fn signs_in(&self, visitor: &mut Visitor, subject: &str, change: impl FnOnce(&mut Value)) -> Answer {
        let sent = self.goes(visitor, "?next=%2Fmy-access%2Frequests").await;
        self.peer.vouches(subject, now(), &sent["nonce"]);
        change(&mut self.peer.says().payload);
        self.comes_back(visitor, &sent["state"]).await
    }
}

/// Nobody was signed in, and the page says so.
pub fn refused(answer: &Answer, visitor: &Visitor, said: &str) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    assert!(answer.text.contains(said), "“{said}” is missing in {}", answer.text);
    assert!(!visitor.cookies.contains_key("vestibule"), "{said}");
}

#[tokio::test]
async fn every_wrong_token_is_refused_with_a_sentence() {
    let stage = stage("created").await;
    type Lie = (&'static str, Value, &'static str);
    let lies: Vec<Lie> = vec![
        ("iss", json!("https://evil.example"), "issued by somebody else"),
        ("aud", json!("another"), "made for another application"),
        ("aud", json!(["vestibule", "another"]), "given to another application"),
        ("azp", json!("another"), "given to another application"),
        ("exp", json!(now() - 61), "has expired"),
        ("iat", json!(now() + 61), "not valid yet"),
        ("nbf", json!(now() + 61), "not valid yet"),
        ("nonce", json!("of another sign-in"), "belongs to another sign-in"),
        ("nonce", Value::Null, "belongs to another sign-in"),
        ("at_hash", json!("of another token"), "belongs to another access token"),
        ("sub", json!(""), "does not say who it is about"),
        ("sub", Value::Null, "cannot be read"),
        ("exp", Value::Null, "cannot be read"),
    ];
    for (claim, value, said) in lies {
        let mut visitor = stage.server.visitor();
        let answer = stage.signs_in(&mut visitor, "alex", |payload| payload[claim] = value).await;
        refused(&answer, &visitor, said);
        assert!(answer.text.contains("/my-access/requests"), "the way on is kept: {said}");
    }
    let headers = [
        (json!({ "alg": "none" }), "signed with “none”"),
        (json!({ "alg": "HS256", "kid": "0" }), "signed with “HS256”"),
        (json!({ "alg": "RS256", "kid": "0" }), "a key that it does not publish"),
        (json!({ "alg": "ES256", "kid": "of nobody" }), "a key that it does not publish"),
        (json!({ "alg": "ES256", "kid": "0", "crit": ["x"] }), "cannot be read"),
    ];
    for (header, said) in headers {
        let mut visitor = stage.server.visitor();
        stage.peer.says().header = header;
        let answer = stage.signs_in(&mut visitor, "alex", |_| {}).await;
        refused(&answer, &visitor, said);
    }
    stage.peer.says().header = json!({ "alg": "ES256", "kid": "0" });
    stage.peer.says().signs = 1;
    let mut visitor = stage.server.visitor();
    let answer = stage.signs_in(&mut visitor, "alex", |_| {}).await;
    refused(&answer, &visitor, "signature of its token is not right");
    let mut link = stage.server.engine.db().read().await.unwrap();
    assert!(store::users::by_name(&mut link, "alex@harbour.example").await.unwrap().is_none(), "nobody was created");
}

#[tokio::test]
async fn whoever_the_provider_vouches_for_comes_in_goes_on_and_is_the_same_person_next_time() {
    let stage = stage("created").await;
    let mut visitor = stage.server.visitor();
    let page = visitor.get("/signin?next=%2Fmy-access%2Frequests").await;
    let href = format!("/signin/with/{}?next=%2Fmy-access%2Frequests", stage.provider);
    assert!(page.text.contains("Sign in with Harbour ID") || page.text.contains("Sign in with <!>Harbour ID"), "{}", page.text);
    assert!(page.text.contains(&href), "{}", page.text);
    let sent = stage.goes(&mut visitor, "?next=%2Fmy-access%2Frequests").await;
    for (name, value) in
        [("response_type", "code"), ("client_id", "vestibule"), ("code_challenge_method", "S256"), ("tenant", "harbour")]
    {
        assert_eq!(sent[name], value);
    }
    assert_eq!(
        (sent["scope"].as_str(), sent["redirect_uri"].as_str()),
        ("openid profile email", "http://127.0.0.1:8080/signin/callback")
    );
    assert!(!sent.contains_key("prompt"));
    stage.peer.vouches("alex", now(), &sent["nonce"]);
    let answer = stage.comes_back(&mut visitor, &sent["state"]).await;
    assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/my-access/requests"), "{}", answer.text);
    assert_eq!(visitor.get("/my-access").await.status, StatusCode::OK);
    let (form, by) = stage.peer.says().heard.last().unwrap().clone();
    let form: BTreeMap<String, String> = serde_urlencoded::from_str(&form).unwrap();
    assert_eq!((form["code"].as_str(), form["grant_type"].as_str()), ("c-1", "authorization_code"));
    assert_eq!(auth_challenge(&form["code_verifier"]), sent["code_challenge"]);
    assert!(by.starts_with("Basic ") && !form.contains_key("client_secret"));
    // The same subject under another name and address is the same person.
    let mut again = stage.server.visitor();
    let answer = stage.signs_in(&mut again, "alex", |payload| payload["email"] = json!("other@harbour.example")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let (one, other) = (visitor.get("/my-access").await.text, again.get("/my-access").await.text);
    assert!(one.contains("alex@harbour.example") && other.contains("alex@harbour.example"));
    // Another subject with the same address is not.
    let mut thief = stage.server.visitor();
    let answer = stage.signs_in(&mut thief, "mallory", |payload| payload["email"] = json!("alex@harbour.example")).await;
    refused(&answer, &thief, "There is already a person with the user name");
}

/// What PKCE shows first of a verifier.
fn auth_challenge(verifier: &str) -> String {
    use base64::Engine;
    let digest = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest)
}

#[tokio::test]
async fn a_state_counts_once_in_its_own_browser_and_in_its_time() {
    let stage = stage("created").await;
    let (mut alex, mut stranger) = (stage.server.visitor(), stage.server.visitor());
    let over = "took too long, was finished already, or was begun in another browser";
    for path in
        ["/signin/callback", "/signin/callback?code=c&state=x", "/signin/callback?state=", "/signin/callback?error=access_denied"]
    {
        let answer = stranger.get(path).await;
        refused(&answer, &stranger, over);
    }
    let sent = stage.goes(&mut alex, "").await;
    stage.peer.vouches("alex", now(), &sent["nonce"]);
    let answer = stage.comes_back(&mut stranger, &sent["state"]).await;
    refused(&answer, &stranger, over);
    stage.goes(&mut stranger, "").await;
    let answer = stage.comes_back(&mut stranger, &sent["state"]).await;
    refused(&answer, &stranger, over);
    assert!(stage.peer.says().heard.is_empty(), "no code was given away");
    assert_eq!(
        stage.comes_back(&mut alex, &sent["state"]).await.status,
        StatusCode::SEE_OTHER,
        "and it still counts for its own"
    );
    alex.cookies.remove("vestibule");
    let answer = stage.comes_back(&mut alex, &sent["state"]).await;
    refused(&answer, &alex, over);
    assert_eq!(stage.peer.says().heard.len(), 1, "the code was used once");
    let late = stage.goes(&mut alex, "").await;
    stage.server.engine.clock().advance(Span::minutes(PROVIDER_SIGN_IN_MINUTES));
    let answer = stage.comes_back(&mut alex, &late["state"]).await;
    refused(&answer, &alex, over);
    // Two windows of one browser do not get into each other's way.
    let (one, other) = (stage.goes(&mut alex, "").await, stage.goes(&mut alex, "").await);
    assert_ne!(one["state"], other["state"]);
    let at = now() + PROVIDER_SIGN_IN_MINUTES * 60;
    for sent in [one, other] {
        stage.peer.vouches("alex", at, &sent["nonce"]);
        assert_eq!(stage.comes_back(&mut alex, &sent["state"]).await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn a_provider_that_says_no_fails_or_is_another_one_is_said_in_a_sentence() {
    let stage = stage("created").await;
    let mut visitor = stage.server.visitor();
    for (error, said) in [
        ("access_denied", "did not let you in, or you stopped there"),
        ("temporarily_unavailable", "has trouble of its own"),
        ("invalid_scope", "said “invalid_scope”"),
        ("%3Cscript%3E", "said “something else”"),
    ] {
        let sent = stage.goes(&mut visitor, "").await;
        let answer = visitor
            .get(&format!("/signin/callback?error={error}&error_description=Visit+evil.example&state={}", sent["state"]))
            .await;
        refused(&answer, &visitor, said);
        assert!(!answer.text.contains("evil.example"));
    }
    for (status, body, said) in [
        (400, json!({ "error": "invalid_grant" }), "used before, or is too old"),
        (401, json!({ "error": "invalid_client" }), "its secret is another one"),
        (500, json!({}), "answered with status 500"),
        (302, json!({}), "leads to another address"),
        (200, json!({ "access_token": "a" }), "not what the standard asks for"),
    ] {
        stage.peer.says().answers = Some((status, body));
        let answer = stage.signs_in(&mut visitor, "alex", |_| {}).await;
        refused(&answer, &visitor, said);
        assert!(!answer.text.contains(SECRET));
    }
    stage.peer.says().answers = None;
    let sent = stage.goes(&mut visitor, "").await;
    stage.peer.vouches("alex", now(), &sent["nonce"]);
    let heard = stage.peer.says().heard.len();
    let answer = visitor.get(&format!("/signin/callback?code=c&iss=https%3A%2F%2Fevil.example&state={}", sent["state"])).await;
    refused(&answer, &visitor, "it comes from somebody else");
    let sent = stage.goes(&mut visitor, "").await;
    let answer = visitor.get(&format!("/signin/callback?state={}", sent["state"])).await;
    refused(&answer, &visitor, "there is no code in it");
    stage.server.engine.clock().advance(Span::minutes(61));
    stage.peer.says().about = json!({ "authorization_response_iss_parameter_supported": true });
    let sent = stage.goes(&mut visitor, "").await;
    let answer = stage.comes_back(&mut visitor, &sent["state"]).await;
    refused(&answer, &visitor, "it does not say from whom it comes");
    assert_eq!(stage.peer.says().heard.len(), heard, "no code was given to the wrong one");
    stage.server.engine.clock().advance(Span::minutes(61));
    stage.peer.says().about = json!({ "issuer": "https://evil.example" });
    let answer = visitor.get(&format!("/signin/with/{}", stage.provider)).await;
    refused(&answer, &visitor, "which is not the issuer that is set here");
}

#[tokio::test]
async fn a_new_key_is_asked_for_once_and_unknown_ones_do_not_make_us_ask_without_end() {
    let stage = stage("created").await;
    let mut visitor = stage.server.visitor();
    assert_eq!(stage.signs_in(&mut visitor, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    assert_eq!(stage.peer.says().keys_asked, 1);
    {
        let mut says = stage.peer.says();
        (says.signs, says.published) = (1, vec![0, 1]);
        says.header = json!({ "alg": "ES256", "kid": "1" });
    }
    let mut other = stage.server.visitor();
    for _ in 0..3 {
        let answer = stage.signs_in(&mut other, "alex", |_| {}).await;
        refused(&answer, &other, "a key that it does not publish");
    }
    assert_eq!(stage.peer.says().keys_asked, 1, "not again within a minute");
    stage.server.engine.clock().advance(Span::minutes(1));
    assert_eq!(stage.signs_in(&mut other, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    assert_eq!(stage.peer.says().keys_asked, 2);
}

#[tokio::test]
async fn a_new_key_of_the_same_or_of_no_name_is_asked_for_as_well() {
    let stage = stage("created").await;
    let mut visitor = stage.server.visitor();
    stage.peer.says().header = json!({ "alg": "ES256" });
    assert_eq!(stage.signs_in(&mut visitor, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    (stage.peer.says().signs, stage.peer.says().published) = (1, vec![1]);
    let mut other = stage.server.visitor();
    for _ in 0..3 {
        let answer = stage.signs_in(&mut other, "alex", |_| {}).await;
        refused(&answer, &other, "the signature of its token is not right");
    }
    assert_eq!(stage.peer.says().keys_asked, 1, "not again within a minute");
    stage.server.engine.clock().advance(Span::minutes(1));
    assert_eq!(stage.signs_in(&mut other, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    assert_eq!(stage.peer.says().keys_asked, 2);
    // Whoever signs with a key that is none of them does not make us ask without end.
    stage.peer.says().signs = 0;
    stage.server.engine.clock().advance(Span::minutes(1));
    for _ in 0..3 {
        let mut liar = stage.server.visitor();
        refused(&stage.signs_in(&mut liar, "alex", |_| {}).await, &liar, "the signature of its token is not right");
    }
    assert_eq!(stage.peer.says().keys_asked, 3);
}

#[tokio::test]
async fn only_known_people_come_in_where_only_they_may_and_the_address_counts_once() {
    let stage = stage("matched").await;
    let mut visitor = stage.server.visitor();
    let answer = stage.signs_in(&mut visitor, "alex", |_| {}).await;
    refused(&answer, &visitor, "nobody here is linked to that account");
    let mut morgan = stage.server.morgan().await;
    let new = [("user_name", "alex@harbour.example"), ("display_name", "Alex"), ("kind", "member")];
    assert_eq!(morgan.post("/api/save_user", &new).await.status, StatusCode::SEE_OTHER);
    for (claim, value) in [("email_verified", json!(false)), ("email_verified", Value::Null), ("email", Value::Null)] {
        let answer = stage.signs_in(&mut visitor, "alex", |payload| payload[claim] = value).await;
        refused(&answer, &visitor, "nobody here is linked to that account");
    }
    assert_eq!(stage.signs_in(&mut visitor, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    let mut heir = stage.server.visitor();
    let answer = stage.signs_in(&mut heir, "heir", |payload| payload["email"] = json!("alex@harbour.example")).await;
    refused(&answer, &heir, "is linked to another account");
    let letters = stage.server.engine.settle().await;
    assert!(letters.is_ok());
}

#[tokio::test]
async fn a_provider_that_is_off_a_person_who_is_disabled_and_a_link_that_was_removed_let_nobody_in() {
    let stage = stage("created").await;
    let (mut alex, mut morgan) = (stage.server.visitor(), stage.server.morgan().await);
    assert_eq!(stage.signs_in(&mut alex, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    let known = {
        let mut link = stage.server.engine.db().read().await.unwrap();
        store::users::by_name(&mut link, "alex@harbour.example").await.unwrap().unwrap().0.id.to_string()
    };
    let id = stage.provider.to_string();
    let on_the_way = stage.goes(&mut stage.server.visitor(), "").await;
    assert!(on_the_way.contains_key("state"));
    let switch = |enabled| [("provider", id.clone()), ("enabled", enabled)];
    let posts = async |visitor: &mut Visitor, path: &str, fields: [(&str, String); 2]| {
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        visitor.post(path, &fields).await
    };
    let mut waits = stage.server.visitor();
    let sent = stage.goes(&mut waits, "").await;
    posts(&mut morgan, "/api/set_provider_enabled", switch("false".to_owned())).await;
    assert_eq!(alex.get("/my-access").await.status, StatusCode::SEE_OTHER, "the session ended with it");
    assert_eq!(morgan.get("/my-access").await.status, StatusCode::OK);
    assert!(!alex.get("/signin").await.text.contains("Harbour ID"));
    let answer = alex.get(&format!("/signin/with/{id}")).await;
    refused(&answer, &alex, "is switched off");
    stage.peer.vouches("alex", now(), &sent["nonce"]);
    let answer = stage.comes_back(&mut waits, &sent["state"]).await;
    refused(&answer, &waits, "is switched off");
    posts(&mut morgan, "/api/set_provider_enabled", switch("true".to_owned())).await;
    assert_eq!(stage.signs_in(&mut alex, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);

    posts(&mut morgan, "/api/set_user_enabled", [("user", known.clone()), ("enabled", "false".to_owned())]).await;
    assert_eq!(alex.get("/my-access").await.status, StatusCode::SEE_OTHER);
    let answer = stage.signs_in(&mut alex, "alex", |_| {}).await;
    refused(&answer, &alex, "Your account here is disabled");
    posts(&mut morgan, "/api/set_user_enabled", [("user", known.clone()), ("enabled", "true".to_owned())]).await;
    assert_eq!(stage.signs_in(&mut alex, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);

    posts(&mut morgan, "/api/unlink_provider", [("provider", id.clone()), ("user", known.clone())]).await;
    assert_eq!(alex.get("/my-access").await.status, StatusCode::SEE_OTHER, "and its sessions");
    let answer = stage.signs_in(&mut alex, "alex", |_| {}).await;
    refused(&answer, &alex, "There is already a person with the user name");
    let answer = posts(&mut morgan, "/api/delete_provider", [("provider", id.clone()), ("seen", "0".to_owned())]).await;
    assert_eq!(answer.goes_to(), "/admin/settings", "nobody is linked any more");
    assert_eq!(stage.server.visitor().get(&format!("/signin/with/{id}")).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_fresh_proof_is_asked_for_and_has_to_be_given_by_whoever_is_signed_in() {
    let stage = stage("created").await;
    let mut visitor = stage.server.visitor();
    assert_eq!(stage.signs_in(&mut visitor, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/signin?next=%2Fmy-access").await;
    assert!(page.text.contains("fresh=true"), "{}", page.text);
    let old = visitor.cookies["vestibule"].clone();
    for (auth_time, good) in [(json!(now() - 61), false), (Value::Null, false), (json!(now() - 60), true)] {
        let sent = stage.goes(&mut visitor, "?fresh=true").await;
        assert_eq!((sent["prompt"].as_str(), sent["max_age"].as_str()), ("login", "0"));
        stage.peer.vouches("alex", now(), &sent["nonce"]);
        stage.peer.says().payload["auth_time"] = auth_time;
        let answer = stage.comes_back(&mut visitor, &sent["state"]).await;
        if good {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        } else {
            assert!(answer.text.contains("did not ask for the proof anew"), "{}", answer.text);
            assert_eq!(visitor.cookies["vestibule"], old, "the session that was there goes on");
        }
    }
    assert_ne!(visitor.cookies["vestibule"], old);
}

#[tokio::test]
async fn what_a_provider_vouched_for_counts_in_its_session_as_strongly_as_was_set() {
    let stage = stage("created").await;
    let proofs =
        async |visitor: &mut Visitor| stage.server.engine.session(&visitor.cookies["vestibule"]).await.unwrap().unwrap().proofs;
    let at = Some(Ts(now() * 1000));
    for (amr, auth_time, multifactor, passkey) in [
        (json!(["pwd"]), json!(now()), None, None),
        (json!(["pwd", "mfa"]), json!(now()), at, None),
        (json!(["hwk", "mfa"]), json!(now()), None, at),
        (json!(["hwk"]), Value::Null, None, None),
    ] {
        let mut visitor = stage.server.visitor();
        let answer = stage
            .signs_in(&mut visitor, "alex", |payload| (payload["amr"], payload["auth_time"]) = (amr, auth_time.clone()))
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let proofs = proofs(&mut visitor).await;
        assert_eq!(proofs.signed_in_at, auth_time.as_i64().map(|at| Ts(at * 1000)));
        assert_eq!((proofs.vouched.multifactor_at, proofs.vouched.passkey_at), (multifactor, passkey));
        assert_eq!((proofs.code_at, proofs.passkey_at), (None, None), "our own proofs are ours");
    }
}
