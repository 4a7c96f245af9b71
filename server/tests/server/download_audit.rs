//! The history as a file, as a browser gets it.

use super::deciding_many::{asks, browser};
use super::support::{Server, server};
use axum::http::StatusCode;
use model::event::{Action, Actor, Event};
use model::limits::EXPORT_ROWS;
use model::{AnyId, EventId, Ts, UserId};

#[tokio::test]
async fn whoever_does_not_read_the_history_gets_a_page_and_no_file() {
    let server = server(|settings| settings.demo = true).await;
    for address in ["/admin/audit.csv", "/admin/audit.jsonl", "/admin/audit.csv?place=mine"] {
        let answer = browser(&server, "alex").await.get(address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        assert!(answer.header("content-type").starts_with("text/html") && !answer.text.contains("signed in"), "{}", answer.text);
    }
    let mut morgan = browser(&server, "morgan").await;
    // What cannot be read is not taken for everything.
    for address in ["place=nothing", "action=nothing", "result=x", "from=yesterday", "actor=nobody+of+this+name", "place=user:x"]
    {
        assert_eq!(morgan.get(&format!("/admin/audit.csv?{address}")).await.status, StatusCode::NOT_FOUND, "{address}");
        let page = morgan.get(&format!("/admin/audit?{address}")).await;
        assert!(page.status != StatusCode::INTERNAL_SERVER_ERROR, "{address}");
    }
}

#[tokio::test]
async fn both_files_have_what_the_filter_finds_whole_and_run_nothing_in_a_spreadsheet() {
    let server = server(|settings| settings.demo = true).await;
    let request = asks(&server, "alex").await;
    let mut morgan = browser(&server, "morgan").await;
    let answer = morgan.get("/admin/audit.csv?action=request_submitted&actor=alex").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
    assert!(answer.header("content-disposition").contains("audit.csv"));
    let lines: Vec<&str> = answer.text.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "Number,Event,Time,Action,Action name,Result,Actor,Actor id,Event in words,Reason,Details,Changes,Targets,Request"
    );
    assert_eq!(lines.len(), 3, "{}", answer.text);
    let expected = ",request_submitted,Request submitted,success,Alex,";
    assert!(lines[1].contains(expected) && lines[1].ends_with(&request.to_string()), "{}", lines[1]);
    assert!(lines[1].contains("Alex asked for “Service desk tools”,I help at the desk.,"), "{}", lines[1]);

    more_than_one_piece(&server).await.unwrap();
    let whole = morgan.get("/admin/audit.jsonl").await;
    assert_eq!((whole.status, whole.header("content-type")), (StatusCode::OK, "application/jsonl; charset=utf-8"));
    let events: Vec<serde_json::Value> = whole.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut link = server.engine.db().read().await.unwrap();
    let stored = store::audit::list(&mut link, store::audit::Sought::default(), None, 100_000).await.unwrap();
    drop(link);
    // The download itself came after its first piece was read.
    assert_eq!(events.len(), stored.len() - 1, "more than one piece, and all of it");
    assert!(events.len() > EXPORT_ROWS, "{} events", events.len());
    for (event, stored) in events.iter().zip(&stored[1..]) {
        assert_eq!(event["event"], stored.event.id.to_string());
        assert_eq!(event["sealed"], stored.document.as_str());
        assert_eq!(event["action"], stored.event.action.code());
    }
    assert_eq!(stored[0].event.action.code(), "audit_exported");
    let own = morgan.get("/my-audit").await;
    assert!(own.text.contains("downloaded") && own.text.contains("JSON Lines"), "{}", own.text);
}

/// A history that is longer than what is read at once.
async fn more_than_one_piece(server: &Server) -> Result<(), store::Fault> {
    let event = |n: usize| Event {
        id: EventId(AnyId::from_u128(n as u128)),
        at: Ts(n as i64),
        actor: Actor::System,
        request: None,
        about: Vec::new(),
        action: Action::SignedOut { user: UserId::default() },
    };
    let mut link = server.engine.db().begin().await?;
    store::events::insert(&mut link, &(0..EXPORT_ROWS).map(event).collect::<Vec<_>>()).await?;
    link.commit().await
}

#[tokio::test]
async fn the_page_offers_the_files_for_what_it_shows() {
    let server = server(|settings| settings.demo = true).await;
    let mut morgan = browser(&server, "morgan").await;
    let page = morgan.get("/admin/audit?action=group_created").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("/admin/audit.csv?place=everything&amp;action=group%5Fcreated"), "{}", page.text);
    assert!(page.text.contains("Not verified yet") && page.text.contains("created the group"), "{}", page.text);
    let strange = morgan.get("/admin/audit?from=yesterday").await;
    assert_eq!(strange.status, StatusCode::OK);
    assert!(strange.text.contains("is not a date with a time"), "{}", strange.text);
    assert_eq!(browser(&server, "alex").await.get("/admin/audit").await.status, StatusCode::NOT_FOUND);
}
