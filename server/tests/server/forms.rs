//! Plain forms, as a browser without script sends them.

use super::support::{Answer, PASSWORD, Server, Visitor, server, server_with_morgan};
use axum::http::StatusCode;
use model::Span;
use model::limits::{SESSION_IDLE_MINUTES, SESSION_REMEMBERED_DAYS};
use std::time::Duration;

fn on_page(visitor: Visitor, page: &str) -> Visitor {
    visitor.says("referer", &format!("http://127.0.0.1:8080{page}"))
}

#[tokio::test]
async fn a_refused_form_comes_back_as_it_was_typed() {
    let server = server_with_morgan(|_| {}).await;
    let mut morgan = on_page(server.morgan().await, "/admin/users/new");
    let fields = [("user_name", ""), ("display_name", "Ada Byron"), ("mail", ""), ("kind", "member"), ("manager", "")];
    let answer = morgan.post("/api/save_user", &fields).await;
    assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/admin/users/new"), "{}", answer.text);
    let page = morgan.get("/admin/users/new").await;
    assert!(page.text.contains("Ada Byron"), "what was typed is in {}", page.text);
    assert!(page.text.contains("role=\"alert\""));
    let again = morgan.get("/admin/users/new").await;
    assert!(!again.text.contains("Ada Byron"), "it is shown once");
}

#[tokio::test]
async fn a_page_that_the_browser_gave_up_before_it_was_made_is_not_what_the_form_comes_back_to() {
    let server = server_with_morgan(|_| {}).await;
    let mut morgan = on_page(server.morgan().await, "/admin/users/new");
    let fields = [("user_name", ""), ("display_name", "Ada Byron"), ("mail", ""), ("kind", "member"), ("manager", "")];
    morgan.post("/api/save_user", &fields).await;
    // No page is made so quickly.
    for ms in 0..4 {
        drop(tokio::time::timeout(Duration::from_millis(ms), morgan.get("/admin/users/new")).await);
    }
    let page = morgan.get("/admin/users/new").await;
    assert!(page.text.contains("Ada Byron") && page.text.contains("role=\"alert\""), "{}", page.text);
}

const MAIL: &str = "/admin/settings/mail";

/// The mail settings, sent so long after the page was opened.
async fn sends_late(server: &Server, morgan: &mut Visitor, after: Span) -> Answer {
    server.engine.clock().advance(after);
    let fields =
        [("way", "server"), ("host", "post.harbour.example"), ("port", "25"), ("password", "between us"), ("version", "0")];
    morgan.post("/api/save_mail", &fields).await
}

async fn signs_in(visitor: &mut Visitor, user_name: &str, password: &str) -> Answer {
    visitor.post("/signin", &[("user_name", user_name), ("password", password), ("next", MAIL)]).await
}

#[tokio::test]
async fn a_form_whose_session_was_ended_by_somebody_is_not_kept() {
    let server = server_with_morgan(|_| {}).await;
    let mut morgan = on_page(server.morgan().await, MAIL);
    let mut copy = morgan.clone();
    morgan.post("/signout", &[]).await;
    let answer = sends_late(&server, &mut copy, Span::minutes(1)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(copy.cookies.is_empty(), "the dead cookie is taken back");
    signs_in(&mut copy, "morgan", PASSWORD).await;
    let page = copy.get(MAIL).await;
    assert!(page.status == StatusCode::OK && !page.text.contains("post.harbour.example"), "{}", page.text);
}

#[tokio::test]
async fn a_form_of_one_person_does_not_come_back_to_another_who_signs_in_at_the_same_desk() {
    let server = server(|settings| settings.demo = true).await;
    let mut desk = on_page(server.visitor(), "/admin/users/new");
    desk.post("/demo/signin", &[("as", "morgan")]).await;
    let mut copy = desk.clone();
    server.engine.clock().advance(Span::minutes(SESSION_IDLE_MINUTES));
    desk.post("/api/save_user", &[("user_name", ""), ("display_name", "Ada Byron"), ("kind", "member")]).await;
    for (who, page) in [("alex", "/my-access"), ("morgan", "/admin/users/new")] {
        assert_eq!(desk.post("/demo/signin", &[("as", who)]).await.status, StatusCode::SEE_OTHER);
        let page = desk.get(page).await;
        assert_eq!(page.status, StatusCode::OK, "{who}");
        assert!(!page.text.contains("session_had_ended") && !page.text.contains("Ada Byron"), "{who}: {}", page.text);
    }
    copy.post("/demo/signin", &[("as", "morgan")]).await;
    let page = copy.get("/admin/users/new").await;
    assert!(!page.text.contains("Ada Byron"), "what was left at a desk is forgotten with the session: {}", page.text);
}

#[tokio::test]
async fn a_form_that_arrives_after_its_session_ended_is_there_again_after_signing_in_without_its_secrets() {
    let remembered = Span::minutes(SESSION_IDLE_MINUTES) + Span::days(SESSION_REMEMBERED_DAYS - 1);
    for late in [Span::minutes(SESSION_IDLE_MINUTES), remembered] {
        let server = server_with_morgan(|_| {}).await;
        let mut morgan = on_page(server.morgan().await, MAIL);
        let answer = sends_late(&server, &mut morgan, late).await;
        let to_sign_in = "/signin?next=%2Fadmin%2Fsettings%2Fmail";
        assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, to_sign_in), "{}", answer.text);
        assert_eq!(morgan.get("/my-access").await.status, StatusCode::SEE_OTHER, "another page is looked for meanwhile");
        assert_eq!(signs_in(&mut morgan, "morgan", "not the password").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(signs_in(&mut morgan, "morgan", PASSWORD).await.goes_to(), MAIL);
        let page = morgan.get(MAIL).await;
        assert!(page.text.contains("post.harbour.example") && page.text.contains("session_had_ended"), "{}", page.text);
        assert!(page.text.contains("nothing of it was done") && !page.text.contains("between us"), "{}", page.text);
        let again = morgan.get(MAIL).await;
        assert!(!again.text.contains("post.harbour.example"), "nothing was saved, and it is shown once");
    }
}

#[tokio::test]
async fn a_form_that_was_on_its_way_to_a_proof_comes_back_under_its_own_name() {
    let server = server_with_morgan(|_| {}).await;
    let mut morgan = on_page(server.morgan().await, MAIL);
    server.engine.clock().advance(Span::minutes(SESSION_IDLE_MINUTES));
    let fields = [("way", "server"), ("host", "post.harbour.example"), ("prove_first", "save_mail:multifactor_needed")];
    morgan.post("/api/prove_first", &fields).await;
    signs_in(&mut morgan, "morgan", PASSWORD).await;
    let page = morgan.get(MAIL).await;
    assert!(page.text.contains("post.harbour.example") && page.text.contains("session_had_ended"), "{}", page.text);
}

#[tokio::test]
async fn what_is_refused_of_a_form_that_is_there_no_more_is_said_by_the_page() {
    let server = server_with_morgan(|_| {}).await;
    let mut morgan = on_page(server.morgan().await, "/my-access/requests");
    let unknown = "0de30000-0000-7000-8000-00000000dead";
    let answer = morgan.post("/api/cancel_request", &[("request", unknown)]).await;
    assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/my-access/requests"), "{}", answer.text);
    let page = morgan.get("/my-access/requests").await;
    assert!(page.text.contains("role=\"alert\"") && page.text.contains("not_found"), "{}", page.text);
    let again = morgan.get("/my-access/requests").await;
    assert!(!again.text.contains("not_found"), "it is said once");
}

#[tokio::test]
async fn where_only_a_passkey_counts_nothing_else_is_offered_after_a_failed_try() {
    let server = server_with_morgan(|_| {}).await;
    let mut morgan = on_page(server.morgan().await, "/my-security/prove");
    let enrolment = morgan.post("/my-security/authenticator", &[("next", "/my-roles")]).await;
    assert_eq!(enrolment.status, StatusCode::OK, "{}", enrolment.text);
    let only = "This needs a passkey";
    assert!(morgan.get("/my-security/prove?by=passkey").await.text.contains(only));
    let sent = [("answer", "nonsense"), ("next", "/my-roles")];
    let refused = morgan.post("/my-security/prove/passkey", &[sent[0], sent[1], ("by", "passkey")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains(only) && !refused.text.contains("Set up an authenticator app"), "{}", refused.text);
    let refused = morgan.post("/my-security/prove/passkey", &sent).await;
    assert!(!refused.text.contains(only), "elsewhere other proofs count too");
}

#[tokio::test]
async fn a_form_that_makes_no_sense_is_answered_with_a_page() {
    let server = server_with_morgan(|_| {}).await;
    let mut morgan = on_page(server.morgan().await, "/my-access/requests");
    let answer = morgan.post("/api/cancel_request", &[("request", "not an id")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text.contains("The form was not understood") && answer.header("location").is_empty());
}

#[tokio::test]
async fn a_referrer_elsewhere_does_not_lead_away() {
    let server = server_with_morgan(|_| {}).await;
    for referer in ["https://evil.example/my-access", "http://127.0.0.1:8080//evil.example", "nonsense"] {
        let mut morgan = server.morgan().await.says("referer", referer);
        let answer =
            morgan.post("/api/save_user", &[("user_name", ""), ("display_name", ""), ("mail", ""), ("kind", "member")]).await;
        assert!(answer.goes_to().starts_with("/my-access"), "{referer} leads to {}", answer.goes_to());
    }
}

#[tokio::test]
async fn a_stranger_with_a_form_is_sent_to_sign_in_and_back_to_the_page() {
    let server = server_with_morgan(|_| {}).await;
    let mut stranger = on_page(server.visitor(), "/my-access/requests");
    let answer = stranger.post("/api/cancel_request", &[]).await;
    assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/signin?next=%2Fmy-access%2Frequests"));
}
