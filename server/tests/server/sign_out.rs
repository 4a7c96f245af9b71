//! Signing out at identity providers: from here, and from there.

use super::provider::{Stage, now, query, stage};
use super::support::{Answer, Visitor};
use axum::http::StatusCode;
use model::Span;
use serde_json::{Value, json};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl Stage {
    async fn signed_in(&self, subject: &str, sid: &str) -> Visitor {
        let mut visitor = self.server.visitor();
        let answer = self.signs_in(&mut visitor, subject, |payload| payload["sid"] = json!(sid)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        visitor
    }

    /// The provider itself says that somebody signed out.
    async fn says_over(&self, id: &str, change: impl FnOnce(&mut Value)) -> Answer {
        let mut payload = json!({
            "iss": self.peer.issuer, "aud": "vestibule", "iat": now(), "exp": now() + 120, "jti": id, "sub": "alex",
            "sid": "s-1", "events": { EVENT: {} },
        });
        change(&mut payload);
        let token = self.peer.signs(&payload);
        let path = format!("/signin/backchannel/{}", self.provider);
        let answer = self.server.visitor().post(&path, &[("logout_token", &token)]).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        answer
    }
}

async fn is_in(visitor: &mut Visitor) -> bool {
    visitor.get("/my-access").await.status == StatusCode::OK
}

#[tokio::test]
async fn a_provider_ends_what_was_begun_with_it_and_no_lie_ends_anything() {
    let stage = stage("created").await;
    let (mut here, mut there) = (stage.signed_in("alex", "s-1").await, stage.signed_in("alex", "s-2").await);
    let mut bianca = stage.signed_in("bianca", "s-3").await;
    type Lie = (&'static str, Value);
    let lies: Vec<Lie> = vec![
        ("iss", json!("https://evil.example")),
        ("aud", json!("another")),
        ("iat", json!(now() - 601)),
        ("iat", json!(now() + 61)),
        ("exp", json!(now() - 61)),
        ("nonce", json!("n")),
        ("events", json!({})),
        ("events", json!({ EVENT: "yes" })),
        ("jti", Value::Null),
    ];
    for (number, (claim, value)) in lies.into_iter().enumerate() {
        let answer = stage.says_over(&format!("lie-{number}"), |payload| payload[claim] = value).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{claim}");
        assert!(answer.text.contains("invalid_request"), "{}", answer.text);
    }
    let nobody = stage.says_over("lie", |payload| (payload["sub"], payload["sid"]) = (Value::Null, Value::Null)).await;
    assert_eq!(nobody.status, StatusCode::BAD_REQUEST);
    stage.peer.says().header = json!({ "alg": "none" });
    assert_eq!(stage.says_over("none", |_| {}).await.status, StatusCode::BAD_REQUEST);
    stage.peer.says().header = json!({ "alg": "ES256", "kid": "0" });
    stage.peer.says().signs = 1;
    assert_eq!(stage.says_over("foreign", |_| {}).await.status, StatusCode::BAD_REQUEST);
    stage.peer.says().signs = 0;
    for path in ["/signin/backchannel/x".to_owned(), format!("/signin/backchannel/{}", stage.provider)] {
        assert_eq!(stage.server.visitor().post(&path, &[("other", "x")]).await.status, StatusCode::BAD_REQUEST);
    }
    assert!(is_in(&mut here).await && is_in(&mut there).await && is_in(&mut bianca).await);

    assert_eq!(stage.says_over("one", |_| {}).await.status, StatusCode::OK);
    assert!(!is_in(&mut here).await, "the sign-in that was named");
    assert!(is_in(&mut there).await && is_in(&mut bianca).await);
    let mut again = stage.signed_in("alex", "s-1").await;
    assert_eq!(stage.says_over("one", |_| {}).await.status, StatusCode::BAD_REQUEST, "it counts once");
    assert!(is_in(&mut again).await);
    assert_eq!(stage.says_over("two", |payload| payload["sid"] = Value::Null).await.status, StatusCode::OK);
    assert!(!is_in(&mut again).await && !is_in(&mut there).await, "all of the account");
    assert!(is_in(&mut bianca).await, "and of nobody else");
    assert_eq!(stage.says_over("three", |_| {}).await.status, StatusCode::OK, "nothing was left to end");
}

#[tokio::test]
async fn a_browser_ends_a_sign_in_by_its_name_without_a_cookie_and_learns_nothing() {
    let stage = stage("created").await;
    let mut alex = stage.signed_in("alex", "s-1").await;
    let issuer = serde_urlencoded::to_string([("iss", stage.peer.issuer.as_str())]).unwrap();
    let path = |query: &str| format!("/signin/frontchannel/{}?{query}", stage.provider);
    let tries = [
        (path(&issuer), true),
        (path("iss=https%3A%2F%2Fevil.example&sid=s-1"), true),
        (path("sid=s-1"), true),
        (path(&format!("{issuer}&sid=s-2")), true),
        (path(&format!("{issuer}&sid=s-1")), false),
        (path(&format!("{issuer}&sid=s-1")), false),
        (format!("/signin/frontchannel/x?{issuer}&sid=s-1"), false),
    ];
    for (path, stays) in tries {
        let answer = stage.server.visitor().get(&path).await;
        let seen = (answer.status, answer.text.as_str(), answer.header("cache-control"));
        assert_eq!(seen, (StatusCode::OK, "", "no-store"), "{path}");
        assert_eq!(is_in(&mut alex).await, stays, "{path}");
    }
}

#[tokio::test]
async fn whoever_signs_out_here_is_out_at_once_and_offered_to_sign_out_there() {
    let stage = stage("created").await;
    let mut alex = stage.signed_in("alex", "s-1").await;
    let kept = alex.clone();
    assert_eq!(alex.post("/signout", &[]).await.goes_to(), "/signin", "it has no page for that");
    assert!(!is_in(&mut kept.clone()).await);
    stage.server.engine.clock().advance(Span::minutes(61));
    stage.peer.says().about = json!({ "end_session_endpoint": format!("{}/end?tenant=harbour", stage.peer.issuer) });
    let sent = stage.goes(&mut alex, "").await;
    stage.peer.vouches("alex", now() + 61 * 60, &sent["nonce"]);
    assert_eq!(stage.comes_back(&mut alex, &sent["state"]).await.status, StatusCode::SEE_OTHER);
    let mut kept = alex.clone();
    let payload = stage.peer.says().payload.clone();
    let token = stage.peer.signs(&payload);
    let answer = alex.post("/signout", &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("You are signed out here."), "{}", answer.text);
    assert!(!is_in(&mut kept).await, "at once");
    let (_, link) = answer.text.split_once(&format!("href=\"{}/end", stage.peer.issuer)).unwrap();
    let sent = query(&link.split_once('"').unwrap().0.replace("&amp;", "&"));
    assert_eq!((sent["tenant"].as_str(), sent["client_id"].as_str()), ("harbour", "vestibule"));
    assert_eq!(sent["post_logout_redirect_uri"], "http://127.0.0.1:8080/signin");
    // The signature is another one each time.
    assert_eq!(sent["id_token_hint"].rsplit_once('.').unwrap().0, token.rsplit_once('.').unwrap().0);
    // Whoever came with a password has nothing to do there.
    let mut morgan = stage.server.morgan().await;
    assert_eq!(morgan.post("/signout", &[]).await.goes_to(), "/signin");
}
