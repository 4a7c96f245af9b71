//! Downloads: lists as CSV (RFC 4180), sent piece by piece, so that a long one needs no more memory than a short one.

use super::door::Reach;
use super::session::Visitor;
use super::{Site, apology};
use app::door::{Caller, Problem};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use model::query::{self, Question};
use model::request::Phase;
use model::view::request::{ExportedRequests, ExportedRow};
use serde::Deserialize;

/// The first line of the list of requests.
const REQUESTS: [&str; 10] =
    ["Request", "Requestor", "User name", "Access package", "Policy", "Justification", "State", "Stage", "Requested", "Settled"];

/// The filters of the page that offers the download, under the same names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Filter {
    search: String,
    state: String,
}

/// `GET /admin/requests.csv`
pub async fn requests(State(site): State<Site>, request: Request) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let reference = apology::reference(request.extensions());
    let filter: Filter = serde_urlencoded::from_str(request.uri().query().unwrap_or_default()).unwrap_or_default();
    let reach = Reach::of(&site, &visitor, reference.clone());
    let Some(caller) = reach.caller().cloned() else {
        return apology::page(&site, StatusCode::UNAUTHORIZED, "Sign in again", "Your session has ended. Sign in again.");
    };
    // The first piece is read before anything is sent: whoever may not read this gets a page and no file.
    let first = match piece(&caller, &filter, None).await {
        Ok(first) => first,
        Err(Problem::Refused(refusal)) => {
            return apology::page(&site, StatusCode::NOT_FOUND, "Page not found", &refusal.sentence());
        }
        Err(Problem::Broken { .. }) => return apology::broken(&site, true, &reference),
    };
    let pieces = stream::unfold(Next::Ready(first), move |next| {
        let (caller, filter) = (caller.clone(), filter.clone());
        async move {
            let (text, after) = match next {
                Next::Ready(first) => (format!("{}{}", line(&REQUESTS.map(str::to_owned)), lines(&first)), first.next),
                Next::After(after) => match piece(&caller, &filter, Some(after)).await {
                    Ok(further) => (lines(&further), further.next),
                    // The connection breaks off, so that a part is not taken for the whole.
                    Err(_) => return Some((Err(std::io::Error::other("a piece could not be read")), Next::Nothing)),
                },
                Next::Nothing => return None,
            };
            Some((Ok(text), after.map_or(Next::Nothing, Next::After)))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"requests.csv\""),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

/// What is sent next.
enum Next {
    Ready(ExportedRequests),
    After(String),
    Nothing,
}

async fn piece(caller: &Caller, filter: &Filter, after: Option<String>) -> Result<ExportedRequests, Problem> {
    let phase = Phase::from_key(&filter.state);
    let asked = query::ExportedRequests { search: filter.search.clone(), phase, after };
    let answer = caller.0.ask(asked.into()).await?;
    query::ExportedRequests::view(answer).ok_or_else(|| Problem::Broken { reference: "mismatched-answer".to_owned() })
}

fn lines(piece: &ExportedRequests) -> String {
    piece.rows.iter().map(|row| line(&cells(row))).collect()
}

fn cells(row: &ExportedRow) -> [String; 10] {
    [
        row.request.to_string(),
        row.requestor.clone(),
        row.user_name.clone(),
        row.name.clone(),
        row.policy.clone(),
        row.justification.clone(),
        row.phase.word().to_owned(),
        row.stage.clone(),
        row.requested.iso(),
        row.settled.map(model::Ts::iso).unwrap_or_default(),
    ]
}

fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    cells.join(",") + "\r\n"
}

/// One cell. Spreadsheets run what begins like a formula; an apostrophe in front makes it text.
fn cell(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if runs { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
