//! Many decisions with one plain form, as a browser without script sends it.

use super::support::{Server, Visitor, server};
use axum::http::StatusCode;
use engine::By;
use model::RequestId;
use model::approval::Verdict;
use model::command::{Command, DecideRequest, Done, SubmitRequest};
use model::query::{self, Question};
use model::view::package;

const PAGE: &str = "/my-access/approvals";

async fn by(server: &Server, user_name: &str) -> By {
    let signed_in = server.engine.sign_in_as(user_name, "192.0.2.1", "a test").await.unwrap();
    By::Session(server.engine.session(&signed_in.token.0).await.unwrap().unwrap())
}

/// Asks for the tools of the service desk, which Miriam decides about for her people.
pub async fn asks(server: &Server, user_name: &str) -> RequestId {
    let by = by(server, user_name).await;
    let By::Session(who) = &by else { unreachable!() };
    let list = query::Packages { tab: package::Tab::Available, search: "service desk".into(), after: None };
    let packages = query::Packages::view(server.engine.ask(who, list.into()).await.unwrap()).unwrap();
    let submit = SubmitRequest {
        package: packages.rows.first().unwrap().package,
        policy: None,
        justification: "I help at the desk.".to_owned(),
        answers: Default::default(),
        starts_at: None,
        ends_at: None,
    };
    match server.engine.submit(&by, Command::SubmitRequest(submit)).await.unwrap() {
        Done::RequestSubmitted { request, .. } => request,
        other => panic!("submitting answered {other:?}"),
    }
}

/// A browser in which somebody of the demo is signed in.
pub async fn browser(server: &Server, user_name: &str) -> Visitor {
    let mut visitor = server.visitor();
    let answer = visitor.post("/demo/signin", &[("as", user_name)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    visitor.says("referer", &format!("http://127.0.0.1:8080{PAGE}"))
}

/// Sends the form and reads the page that it leads to.
async fn decides(visitor: &mut Visitor, requests: &[(RequestId, usize)], verdict: &str, words: &str) -> String {
    let chosen: Vec<String> = requests.iter().map(|(request, stage)| format!("{request}.{stage}")).collect();
    let mut fields: Vec<(&str, &str)> = chosen.iter().map(|one| ("chosen[]", one.as_str())).collect();
    fields.extend([("verdict", verdict), ("words", words)]);
    let answer = visitor.post("/api/decide_requests", &fields).await;
    assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, PAGE), "{}", answer.text);
    visitor.get(PAGE).await.text
}

/// Whether the list offers to select a request in its first stage, and whether it is selected.
fn row(page: &str, request: RequestId) -> Option<bool> {
    let (_, rest) = page.split_once(&format!("value=\"{request}.0\""))?;
    Some(rest.split('>').next().unwrap().contains("checked"))
}

async fn a_demo() -> Server {
    server(|settings| settings.demo = true).await
}

#[tokio::test]
async fn a_form_without_a_selection_or_with_nonsense_decides_nothing_and_keeps_the_words() {
    let server = a_demo().await;
    let request = asks(&server, "jonas").await;
    let mut miriam = browser(&server, "miriam").await;
    let page = decides(&mut miriam, &[], "approve", "All of my people.").await;
    assert!(page.contains("No request was selected") && page.contains("All of my people."), "{page}");
    let answer = miriam.post("/api/decide_requests", &[("chosen[]", "nonsense"), ("verdict", "deny")]).await;
    assert_eq!(answer.goes_to(), PAGE, "{}", answer.text);
    assert!(miriam.get(PAGE).await.text.contains("not a list of requests"));
    let many: Vec<(RequestId, usize)> = (0..101).map(|stage| (request, stage)).collect();
    assert!(
        decides(&mut miriam, &many, "deny", "No.").await.contains("101 requests were selected, and 100 can be changed together")
    );
    let page = miriam.get(PAGE).await.text;
    assert_eq!(row(&page, request), Some(false), "it still waits: {page}");
}

#[tokio::test]
async fn what_cannot_be_decided_is_listed_with_the_reason_and_holds_up_nothing_else() {
    let server = a_demo().await;
    let (jonas, yuki, fatima) = (asks(&server, "jonas").await, asks(&server, "yuki").await, asks(&server, "fatima").await);
    let stranger = RequestId(uuid::Uuid::new_v4());
    let mut miriam = browser(&server, "miriam").await;
    // Somebody was faster about one of them.
    let faster = DecideRequest { request: yuki, stage: 0, verdict: Verdict::Deny, words: "Not you.".to_owned(), gives: None };
    server.engine.submit(&by(&server, "miriam").await, Command::DecideRequest(faster)).await.unwrap();

    let page =
        decides(&mut miriam, &[(jonas, 0), (jonas, 0), (yuki, 0), (fatima, 3), (stranger, 0)], "approve", "Known people.").await;
    assert!(page.contains("You approved 1 of 4 requests."), "{page}");
    assert!(page.contains("Yuki, Service desk tools") && page.contains("already denied stage 1"), "{page}");
    assert!(page.contains("Fatima, Service desk tools") && page.contains("the request now waits in stage 1"), "{page}");
    assert!(page.contains("A request that is not there for you"), "{page}");
    assert!(page.contains("Known people."), "the words are kept for what is left");
    assert_eq!((row(&page, jonas), row(&page, fatima)), (None, Some(false)), "one is decided, one still waits: {page}");
    assert!(!miriam.get(PAGE).await.text.contains("You approved 1 of 4"), "it is said once");
}

#[tokio::test]
async fn one_form_denies_all_that_are_selected_and_no_other() {
    let server = a_demo().await;
    let (jonas, yuki, fatima) = (asks(&server, "jonas").await, asks(&server, "yuki").await, asks(&server, "fatima").await);
    let mut miriam = browser(&server, "miriam").await;
    let page = decides(&mut miriam, &[(jonas, 0), (yuki, 0)], "deny", "").await;
    assert!(page.contains("“Justification” is needed") && !page.contains("None of the 2 requests"), "{page}");
    assert!(page.contains("aria-invalid=\"true\""), "the field is pointed at: {page}");
    assert_eq!((row(&page, jonas), row(&page, fatima)), (Some(true), Some(false)), "the selection is kept: {page}");
    let page = decides(&mut miriam, &[(jonas, 0), (yuki, 0)], "deny", "The desk is full.").await;
    assert!(page.contains("You denied 2 requests."), "{page}");
    assert_eq!((row(&page, jonas), row(&page, fatima)), (None, Some(false)), "{page}");
}
