//! The download of all requests, as a browser gets it.

use super::deciding_many::{asks, browser};
use super::support::server;
use axum::http::StatusCode;
use engine::By;
use model::command::{Command, SubmitRequest};

#[tokio::test]
async fn whoever_does_not_see_all_requests_gets_a_page_and_no_file() {
    let server = server(|settings| settings.demo = true).await;
    asks(&server, "alex").await;
    for name in ["alex", "miriam"] {
        let answer = browser(&server, name).await.get("/admin/requests.csv").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.header("content-type").starts_with("text/html") && !answer.text.contains("Alex"), "{}", answer.text);
    }
}

#[tokio::test]
async fn the_file_has_what_the_filter_finds_and_runs_nothing_in_a_spreadsheet() {
    let server = server(|settings| settings.demo = true).await;
    let request = asks(&server, "alex").await;
    let fatima = session(&server, "fatima").await;
    let submit = SubmitRequest {
        package: package(&server, &fatima).await,
        policy: None,
        justification: "=HYPERLINK(\"http://evil.example\",\"click\")\nSecond line".to_owned(),
        answers: Default::default(),
        starts_at: None,
        ends_at: None,
    };
    server.engine.submit(&By::Session(fatima), Command::SubmitRequest(submit)).await.unwrap();
    let mut morgan = browser(&server, "morgan").await;
    let answer = morgan.get("/admin/requests.csv").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
    assert!(answer.header("content-disposition").contains("requests.csv"));
    let (head, rest) = answer.text.split_once("\r\n").unwrap();
    assert_eq!(
        head,
        "Request,Requestor,User name,Assigned by,Requested by,Access package,Policy,Justification,State,Stage,Requested,Settled"
    );
    assert!(rest.contains("\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"click\"\")\nSecond line\""), "{rest}");
    let line = format!(
        "{request},Alex,alex,,,Service desk tools,All members,I help at the desk.,Pending approval,1 of 1,2026-01-05T08:00:00Z,\r\n"
    );
    assert!(rest.contains(&line), "{rest}");
    let found = morgan.get("/admin/requests.csv?search=alex&state=pending_approval").await.text;
    assert!(found.contains("Alex") && !found.contains("Fatima"), "{found}");
    assert_eq!(morgan.get("/admin/requests.csv?state=denied").await.text.lines().count(), 1, "the head alone");

    let desk = package(&server, &session(&server, "fatima").await).await;
    let of_package = morgan.get(&format!("/admin/requests.csv?package={desk}&search=alex")).await.text;
    assert!(of_package.contains(&line) && !of_package.contains("Fatima"), "{of_package}");
    assert_eq!(morgan.get("/admin/requests.csv?package=everything").await.status, StatusCode::NOT_FOUND, "not all of them");

    let held = format!("/admin/packages/{desk}/assignments.csv");
    let answer = morgan.get(&held).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
    assert_eq!(answer.text, "Assignment,Name,User name,Policy,State,Since,Ends,Ended,Source\r\n", "nobody holds it");
    assert_eq!(browser(&server, "alex").await.get(&held).await.status, StatusCode::NOT_FOUND);
    assert_eq!(morgan.get("/admin/packages/nothing/assignments.csv").await.status, StatusCode::NOT_FOUND);

    let overlaps = format!("/admin/packages/{desk}/overlaps.csv");
    let answer = morgan.get(&overlaps).await;
    assert_eq!(answer.text, "Name,User name,Since,Has also,Kind\r\n", "nothing is incompatible with it");
    assert_eq!(browser(&server, "alex").await.get(&overlaps).await.status, StatusCode::NOT_FOUND);
    assert_eq!(morgan.get("/admin/packages/nothing/overlaps.csv").await.status, StatusCode::NOT_FOUND);

    let page = morgan.get("/admin/requests?search=alex").await;
    assert!(page.text.contains("/admin/requests.csv?search=alex") && page.text.contains("Download CSV"), "{}", page.text);
    let page = morgan.get(&format!("/admin/requests/{request}")).await;
    assert!(page.status == StatusCode::OK && page.text.contains("Alex: Service desk tools"), "{}", page.text);
    let alex = browser(&server, "alex").await.get(&format!("/admin/requests/{request}")).await;
    assert_eq!(alex.status, StatusCode::NOT_FOUND, "one's own request has its page elsewhere");
}

async fn session(server: &super::support::Server, user_name: &str) -> engine::Who {
    let signed_in = server.engine.sign_in_as(user_name, "192.0.2.1", "a test").await.unwrap();
    server.engine.session(&signed_in.token.0).await.unwrap().unwrap()
}

async fn package(server: &super::support::Server, who: &engine::Who) -> model::PackageId {
    use model::query::{self, Question};
    let list = query::Packages { tab: Default::default(), search: "service desk".into(), after: None };
    query::Packages::view(server.engine.ask(who, list.into()).await.unwrap()).unwrap().rows.first().unwrap().package
}
