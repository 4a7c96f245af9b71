//! What an open page hears.

use super::support::{Server, Visitor, server_with_morgan};
use axum::body::BodyDataStream;
use axum::http::StatusCode;
use engine::By;
use futures_util::StreamExt;
use model::command::Command;
use model::directory::{PortalRole, Principal};
use model::limits::SESSION_IDLE_MINUTES;
use model::role_assignment::AssignRole;
use model::role_settings::{Privileged, Ticket};
use model::view::frame::Live;
use model::{Span, access};

/// Pages of one session that hear of changes.
const OPEN_MAX: usize = 12;

async fn listens(visitor: &mut Visitor) -> BodyDataStream {
    let response = visitor.opens("/live").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.into_body().into_data_stream()
}

/// What is told next; nothing when nothing more will be.
async fn hears(page: &mut BodyDataStream) -> Option<Live> {
    loop {
        let bytes = page.next().await?.unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        // Between what is told there are signs of life.
        if let Some(data) = text.strip_prefix("data: ") {
            return Some(serde_json::from_str(data.trim_end()).unwrap());
        }
    }
}

/// Somebody changes what Morgan has.
async fn changes(server: &Server, role: PortalRole) {
    server.engine.clock().advance(Span::seconds(1));
    let morgan = {
        let mut link = server.engine.db().read().await.unwrap();
        store::users::by_name(&mut link, "morgan").await.unwrap().unwrap().0.id
    };
    let asked = AssignRole {
        role: Privileged::DirectoryRole(role.id()),
        holder: Principal::User(morgan),
        assignment_type: access::AssignmentType::Eligible,
        starts_at: None,
        ends_at: None,
        justification: "On call.".into(),
        ticket: Ticket::default(),
    };
    server.engine.submit(&By::Console, Command::AssignRole(asked)).await.unwrap();
}

#[tokio::test]
async fn whoever_is_not_signed_in_hears_nothing_and_keeps_the_cookie_for_the_sign_in_beside_it() {
    let server = server_with_morgan(|_| ()).await;
    assert_eq!(server.visitor().get("/live").await.status, StatusCode::UNAUTHORIZED);
    let mut morgan = server.morgan().await;
    let cookies = morgan.cookies.clone();
    let page = listens(&mut morgan).await;
    server.engine.clock().advance(Span::minutes(SESSION_IDLE_MINUTES));
    let answer = morgan.get("/live").await;
    assert_eq!((answer.status, &morgan.cookies), (StatusCode::UNAUTHORIZED, &cookies));
    drop(page);
}

#[tokio::test]
async fn a_page_hears_how_it_is_and_then_what_changes_until_its_session_ends() {
    let server = server_with_morgan(|_| ()).await;
    let mut morgan = server.morgan().await;
    let (mut page, mut other) = (listens(&mut morgan).await, listens(&mut morgan).await);
    let first = hears(&mut page).await.unwrap();
    assert_eq!((first.approvals, hears(&mut other).await), (0, Some(first)));
    changes(&server, PortalRole::GroupsAdministrator).await;
    let second = hears(&mut page).await.unwrap();
    assert_ne!(second.newest, first.newest);
    assert_eq!(hears(&mut other).await, Some(second));

    morgan.post("/signout", &[]).await;
    changes(&server, PortalRole::UserAdministrator).await;
    assert_eq!((hears(&mut page).await, hears(&mut other).await), (None, None));
}

#[tokio::test]
async fn an_open_page_does_not_keep_its_session_alive() {
    let server = server_with_morgan(|_| ()).await;
    let mut morgan = server.morgan().await;
    server.engine.clock().advance(Span::minutes(SESSION_IDLE_MINUTES - 1));
    let mut page = listens(&mut morgan).await;
    assert!(hears(&mut page).await.is_some());
    server.engine.clock().advance(Span::minutes(1));
    changes(&server, PortalRole::GroupsAdministrator).await;
    assert_eq!(hears(&mut page).await, None);
    assert_eq!(morgan.get("/my-access").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_a_page_asks_by_itself_does_not_keep_its_session_alive() {
    let ask = r#"{"queries":[{"Overview":{}}]}"#;
    let server = server_with_morgan(|_| ()).await;
    for (by_itself, after) in [(false, StatusCode::OK), (true, StatusCode::SEE_OTHER)] {
        let mut morgan = server.morgan().await;
        let mut page = morgan.clone();
        if by_itself {
            page = page.says("x-by-itself", "1");
        }
        server.engine.clock().advance(Span::minutes(SESSION_IDLE_MINUTES - 1));
        let answer = page.json("/api/ask", ask).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        server.engine.clock().advance(Span::minutes(1));
        if by_itself {
            let (answer, cookies) = (page.json("/api/ask", ask).await, morgan.cookies.clone());
            assert_eq!((answer.status, &page.cookies), (StatusCode::UNAUTHORIZED, &cookies));
        }
        assert_eq!(morgan.get("/my-access").await.status, after);
    }
}

#[tokio::test]
async fn a_session_hears_on_so_many_pages_and_one_that_is_closed_makes_room() {
    let server = server_with_morgan(|_| ()).await;
    let mut morgan = server.morgan().await;
    let mut pages = Vec::new();
    for _ in 0..OPEN_MAX {
        pages.push(listens(&mut morgan).await);
    }
    let answer = morgan.get("/live").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.text.contains("Too many pages of this session"), "{}", answer.text);
    // Another session has its own.
    drop(listens(&mut server.morgan().await).await);
    pages.pop();
    drop(listens(&mut morgan).await);
}

#[tokio::test]
async fn a_server_that_stops_lets_go_of_every_page() {
    let server = server_with_morgan(|_| ()).await;
    let mut page = listens(&mut server.morgan().await).await;
    assert!(hears(&mut page).await.is_some());
    server.site.listeners.stop.cancel();
    assert_eq!(hears(&mut page).await, None);
}
