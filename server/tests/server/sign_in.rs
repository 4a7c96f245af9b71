//! Signing in and out.

use super::support::{PASSWORD, Visitor, reached_as, server, server_with_morgan};
use axum::http::StatusCode;
use model::Span;
use model::limits::{SESSION_IDLE_MINUTES, SIGN_IN_FREE_FAILURES_PER_ACCOUNT, SIGN_IN_WAIT_MAX_SECONDS};

async fn sign_in(visitor: &mut Visitor, password: &str) -> super::support::Answer {
    visitor.post("/signin", &[("user_name", "morgan"), ("password", password), ("next", "")]).await
}

#[tokio::test]
async fn the_right_password_opens_a_session() {
    let server = server_with_morgan(|_| {}).await;
    let mut visitor = server.visitor();
    let answer = sign_in(&mut visitor, PASSWORD).await;
    assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/my-access"));
    assert_eq!(visitor.get("/my-access").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_cookie_is_closed_to_scripts_and_to_other_sites() {
    let server = server_with_morgan(|_| {}).await;
    let answer = sign_in(&mut server.visitor(), PASSWORD).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("vestibule="), "{cookie}");
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "{flag} is missing in {cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let server = server_with_morgan(reached_as("https://access.example.com")).await;
    let answer = sign_in(&mut server.visitor(), PASSWORD).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-vestibule=") && cookie.contains("Secure") && cookie.contains("Path=/"), "{cookie}");
}

#[tokio::test]
async fn signing_in_again_gives_a_new_session_and_ends_the_old_one() {
    let server = server_with_morgan(|_| {}).await;
    let mut visitor = server.morgan().await;
    let mut old = visitor.clone();
    assert_eq!(sign_in(&mut visitor, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_ne!(visitor.cookies, old.cookies);
    assert_eq!(visitor.get("/my-access").await.status, StatusCode::OK);
    assert_eq!(old.get("/my-access").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_cookie_that_was_planted_is_never_taken_over() {
    let server = server_with_morgan(|_| {}).await;
    let mut visitor = server.visitor();
    visitor.cookies.insert("vestibule".to_owned(), "planted".to_owned());
    assert_eq!(sign_in(&mut visitor, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_ne!(visitor.cookies["vestibule"], "planted");
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let server = server_with_morgan(|_| {}).await;
    let mut visitor = server.morgan().await;
    let mut copy = visitor.clone();
    let answer = visitor.post("/signout", &[]).await;
    assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/signin"));
    assert!(visitor.cookies.is_empty());
    assert_eq!(copy.get("/my-access").await.goes_to(), "/signin");
}

#[tokio::test]
async fn an_unused_session_ends() {
    let server = server_with_morgan(|_| {}).await;
    let mut visitor = server.morgan().await;
    server.engine.clock().advance(Span::minutes(SESSION_IDLE_MINUTES + 1));
    let answer = visitor.get("/my-access/requests").await;
    assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/signin?next=%2Fmy-access%2Frequests"));
    assert!(visitor.cookies.is_empty(), "the dead cookie is taken back");
}

#[tokio::test]
async fn a_wrong_password_comes_back_with_what_was_typed() {
    let server = server_with_morgan(|_| {}).await;
    let mut visitor = server.visitor();
    let fields = [("user_name", "morgan"), ("password", "not the right words"), ("next", "/my-access/requests?tab=open")];
    let answer = visitor.post("/signin", &fields).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text.contains("The user name or the password is not right"), "{}", answer.text);
    assert!(answer.text.contains("value=\"morgan\"") && answer.text.contains("/my-access/requests?tab=open"), "{}", answer.text);
    assert!(!answer.text.contains("not the right words"));
    assert!(visitor.cookies.is_empty());
    let unknown = visitor.post("/signin", &[("user_name", "nobody"), ("password", PASSWORD)]).await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn guessing_is_slowed_down_and_then_allowed_again() {
    let server = server_with_morgan(|_| {}).await;
    let mut visitor = server.visitor();
    for _ in 0..=SIGN_IN_FREE_FAILURES_PER_ACCOUNT {
        assert_eq!(sign_in(&mut visitor, "wrong").await.status, StatusCode::UNAUTHORIZED);
    }
    let refused = sign_in(&mut visitor, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "even the right password waits");
    assert!(refused.text.contains("too many failed sign-ins"));
    assert!(refused.header("retry-after").parse::<i64>().unwrap() > 0);
    server.engine.clock().advance(Span::seconds(SIGN_IN_WAIT_MAX_SECONDS));
    assert_eq!(sign_in(&mut visitor, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_way_back_only_leads_to_our_own_pages() {
    let server = server_with_morgan(|_| {}).await;
    for next in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/%0d%0a\r\nset-cookie: a=b",
        "",
    ] {
        let mut visitor = server.visitor();
        let answer = visitor.post("/signin", &[("user_name", "morgan"), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/my-access"), "{next}");
    }
    let mut visitor = server.visitor();
    let answer = visitor
        .post("/signin", &[("user_name", "morgan"), ("password", PASSWORD), ("next", "/my-access/packages?tab=active")])
        .await;
    assert_eq!(answer.goes_to(), "/my-access/packages?tab=active");
}

#[tokio::test]
async fn the_sign_in_page_keeps_the_way_back() {
    let server = server_with_morgan(|_| {}).await;
    let page = server.visitor().get("/signin?next=%2Fmy-access%2Fpackages%3Ftab%3Dactive").await;
    assert!(page.text.contains("/my-access/packages?tab=active"), "{}", page.text);
    let trap = server.visitor().get("/signin?next=https%3A%2F%2Fevil.example").await;
    assert!(!trap.text.contains("value=\"https://evil.example"), "{}", trap.text);
}

#[tokio::test]
async fn the_one_time_link_makes_the_first_administrator_once() {
    let server = server(|_| {}).await;
    let token = server.engine.setup_token().await.unwrap().unwrap().0;
    let mut visitor = server.visitor();
    let page = visitor.get(&format!("/setup?token={token}")).await;
    assert!(page.status == StatusCode::OK && page.text.contains(&token), "{}", page.text);
    let fields = |token: &'static str| {
        [("token", token), ("user_name", "morgan"), ("display_name", "Morgan Reed"), ("mail", ""), ("password", PASSWORD)]
    };
    assert_eq!(visitor.post("/setup", &fields("forged")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut right = fields("");
    right[0].1 = &token;
    let answer = visitor.post("/setup", &right).await;
    assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/my-access"), "{}", answer.text);
    assert_eq!(visitor.get("/admin/users").await.status, StatusCode::OK);
    right[1].1 = "second";
    assert_eq!(server.visitor().post("/setup", &right).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(server.engine.setup_token().await.unwrap().is_none());
}

#[tokio::test]
async fn demo_accounts_exist_on_a_demo_only() {
    let demo = server(|settings| settings.demo = true).await;
    let page = demo.visitor().get("/signin").await;
    assert!(page.text.contains("Continue as Alex") && page.text.contains("Continue as Morgan"), "{}", page.text);
    for name in ["alex", "miriam", "bianca", "lee", "brandon", "morgan"] {
        let mut visitor = demo.visitor();
        let answer = visitor.post("/demo/signin", &[("as", name)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}: {}", answer.text);
        assert_eq!(visitor.get("/my-access").await.status, StatusCode::OK, "{name}");
    }
    assert_eq!(demo.visitor().post("/demo/signin", &[("as", "somebody")]).await.status, StatusCode::BAD_REQUEST);

    let real = server_with_morgan(|_| {}).await;
    assert!(!real.visitor().get("/signin").await.text.contains("Continue as"));
    assert_eq!(real.visitor().post("/demo/signin", &[("as", "morgan")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(real.visitor().get("/demo/mail").await.status, StatusCode::NOT_FOUND);
    assert_eq!(real.morgan().await.get("/demo/mail").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_choice_of_colours_is_kept_in_the_browser() {
    let server = server(|_| {}).await;
    let mut visitor = server.visitor();
    let answer = visitor.post("/theme", &[("theme", "dark"), ("page", "/signin?next=%2Fmy-access")]).await;
    assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/signin?next=%2Fmy-access"));
    assert!(visitor.get("/signin").await.text.contains("data-theme=\"dark\""));
    let away = visitor.post("/theme", &[("theme", "system"), ("page", "//evil.example")]).await;
    assert_eq!(away.goes_to(), "/my-access");
    assert!(!visitor.get("/signin").await.text.contains("data-theme=\"dark\""));
}
