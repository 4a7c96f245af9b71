//! Downloads: lists as CSV (RFC 4180), sent piece by piece, so that a long one needs no more memory than a short one.

use super::door::Reach;
use super::session::Visitor;
use super::{Site, apology};
use app::door::{Caller, Problem};
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use model::PackageId;
use model::command::Command;
use model::query::{self, Question};
use model::request::Phase;
use model::review::{Decision, ReviewedKind};
use model::view::assignment::{self, Exported};
use model::view::request::{ExportedRequests, ExportedRow};
use model::view::review;
use model::view::separation;
use serde::Deserialize;

/// The first line of the list of requests.
const REQUESTS: [&str; 12] = [
    "Request",
    "Requestor",
    "User name",
    "Assigned by",
    "Requested by",
    "Access package",
    "Policy",
    "Justification",
    "State",
    "Stage",
    "Requested",
    "Settled",
];

/// The first line of the list of those who hold a package.
const ASSIGNMENTS: [&str; 9] = ["Assignment", "Name", "User name", "Policy", "State", "Since", "Ends", "Ended", "Source"];

/// The first line of the list of those who have what nobody may have together.
const OVERLAPS: [&str; 5] = ["Name", "User name", "Since", "Has also", "Kind"];

/// The filters of the page that offers the download, under the same names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Filter {
    package: String,
    search: String,
    state: String,
}

impl Filter {
    fn of(request: &Request) -> Self {
        serde_urlencoded::from_str(request.uri().query().unwrap_or_default()).unwrap_or_default()
    }
}

/// `GET /admin/requests.csv`
pub async fn requests(State(site): State<Site>, request: Request) -> Response {
    let (Filter { package, search, state }, asking) = (Filter::of(&request), Asking::of(&site, &request));
    drop(request);
    // An address that names no package is about none, not about all.
    let package: Result<Option<PackageId>, _> = (!package.is_empty()).then(|| package.parse()).transpose();
    let Ok(package) = package else { return no_such_page(&site) };
    let phase = Phase::from_key(&state);
    let ask = move |after| query::ExportedRequests { package, search: search.clone(), phase, after };
    let lines = |piece: ExportedRequests| (piece.rows.iter().map(|row| line(&of_request(row))).collect(), piece.next);
    download(&site, asking, File::csv("requests.csv", &REQUESTS), ask, lines).await
}

/// `GET /admin/packages/{id}/assignments.csv`
pub async fn assignments(State(site): State<Site>, Path(id): Path<String>, request: Request) -> Response {
    let (Filter { search, state, .. }, asking) = (Filter::of(&request), Asking::of(&site, &request));
    drop(request);
    let Ok(package) = id.parse() else { return no_such_page(&site) };
    let filter = assignment::Filter::from_key(&state);
    let ask = move |after| query::ExportedAssignments { package, search: search.clone(), filter, after };
    let lines = |piece: Exported| (piece.rows.iter().map(|row| line(&of_assignment(row))).collect(), piece.next);
    download(&site, asking, File::csv("assignments.csv", &ASSIGNMENTS), ask, lines).await
}

/// `GET /admin/packages/{id}/overlaps.csv`
pub async fn overlaps(State(site): State<Site>, Path(id): Path<String>, request: Request) -> Response {
    let asking = Asking::of(&site, &request);
    drop(request);
    let Ok(package) = id.parse() else { return no_such_page(&site) };
    let ask = move |after| query::ExportedOverlaps { package, after };
    let lines = |piece: separation::Exported| (piece.rows.iter().map(|row| line(&of_overlap(row))).collect(), piece.next);
    download(&site, asking, File::csv("overlaps.csv", &OVERLAPS), ask, lines).await
}

/// `GET /admin/reviews/{series}/{review}/results.csv`
pub async fn results(State(site): State<Site>, Path((_, id)): Path<(String, String)>, request: Request) -> Response {
    let asking = Asking::of(&site, &request);
    drop(request);
    let Ok(review) = id.parse() else { return no_such_page(&site) };
    let ask = move |after| query::ExportedReview { review, after };
    let lines = |piece: review::Exported| (piece.rows.iter().map(|row| line(row)).collect(), piece.next);
    let file = File::csv("results.csv", &review::EXPORTED);
    download(&site, asking, file, ask, lines).await
}

/// `GET /admin/reviews/{series}/{review}/evidence.jsonl`
pub async fn evidence(State(site): State<Site>, Path((_, id)): Path<(String, String)>, request: Request) -> Response {
    let asking = Asking::of(&site, &request);
    drop(request);
    let Ok(review) = id.parse() else { return no_such_page(&site) };
    let after = |after: Option<String>| after.and_then(|after| after.parse().ok());
    let ask = move |from| query::ExportedEvidence { review, after: after(from) };
    let lines = |piece: review::ExportedEvidence| {
        let lines = piece.lines.into_iter().flat_map(|line| [line, "\n".to_owned()]).collect();
        (lines, piece.next.map(|next| next.to_string()))
    };
    download(&site, asking, File::json_lines("evidence.jsonl"), ask, lines).await
}

/// `GET /admin/reviews/history.csv`
pub async fn history(State(site): State<Site>, request: Request) -> Response {
    let asking = Asking::of(&site, &request);
    let address: Result<Vec<(String, String)>, _> = serde_urlencoded::from_str(request.uri().query().unwrap_or_default());
    drop(request);
    // What cannot be read is not left out: it would be another file than was asked for.
    let Some(sought) = address.ok().and_then(|address| sought(&address)) else { return no_such_page(&site) };
    let ask = move |after| query::ReviewHistory { sought: sought.clone(), after };
    let lines = |piece: review::ExportedHistory| (piece.rows.iter().map(|row| line(row)).collect(), piece.next);
    download(&site, asking, File::csv("review-history.csv", &review::HISTORY), ask, lines).await
}

fn sought(address: &[(String, String)]) -> Option<review::HistorySought> {
    let all = |name: &'static str| {
        address.iter().filter(move |(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    };
    let one = |name: &'static str| all(name).next().unwrap_or_default();
    Some(review::HistorySought {
        from: app::parts::instant::read(one("from"), one("from_zone")).ok()?,
        until: app::parts::instant::read(one("to"), one("to_zone")).ok()?,
        decisions: all("decision").map(Decision::from_key).collect::<Option<_>>()?,
        kinds: all("kind").map(ReviewedKind::from_key).collect::<Option<_>>()?,
    })
}

pub(super) fn no_such_page(site: &Site) -> Response {
    let refusal = model::Refusal::NotFound { what: "page" };
    apology::page(site, StatusCode::NOT_FOUND, "Page not found", &refusal.sentence())
}

/// Who asks for a file, and under which reference it is logged.
pub(super) struct Asking {
    caller: Option<Caller>,
    reference: String,
}

impl Asking {
    pub(super) fn of(site: &Site, request: &Request) -> Self {
        let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
        let reference = apology::reference(request.extensions());
        let caller = Reach::of(site, &visitor, reference.clone()).caller().cloned();
        Self { caller, reference }
    }
}

/// The file that is sent.
pub(super) struct File {
    name: &'static str,
    content_type: &'static str,
    /// Before everything else.
    head: String,
    /// What has to be said to the engine before anything of it is sent.
    before: Option<Command>,
}

impl File {
    pub(super) fn csv(name: &'static str, head: &[&str]) -> Self {
        let head = line(&head.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        Self { name, content_type: "text/csv; charset=utf-8", head, before: None }
    }

    /// One JSON document a line.
    pub(super) fn json_lines(name: &'static str) -> Self {
        Self { name, content_type: "application/jsonl; charset=utf-8", head: String::new(), before: None }
    }

    pub(super) fn after(self, command: Command) -> Self {
        Self { before: Some(command), ..self }
    }
}

/// Sends everything that `ask` answers as a file. `lines` writes a piece, and says where the next begins.
pub(super) async fn download<Q: Question + Send + 'static>(
    site: &Site,
    asking: Asking,
    file: File,
    ask: impl Fn(Option<String>) -> Q + Send + Clone + 'static,
    lines: fn(Q::View) -> (String, Option<String>),
) -> Response {
    let Asking { caller, reference } = asking;
    let Some(caller) = caller else {
        return apology::page(site, StatusCode::UNAUTHORIZED, "Sign in again", "Your session has ended. Sign in again.");
    };
    let File { name, content_type, head, before } = file;
    // The first piece is read before anything is sent: whoever may not read this gets a page and no file.
    let first = async {
        let first = piece(&caller, ask(None)).await?;
        if let Some(command) = before {
            caller.0.submit(command).await?;
        }
        Ok(first)
    };
    let first = match first.await {
        Ok(first) => first,
        Err(Problem::Refused(refusal)) => {
            return apology::page(site, StatusCode::NOT_FOUND, "Page not found", &refusal.sentence());
        }
        Err(Problem::Broken { .. }) => return apology::broken(site, true, &reference),
    };
    let (rows, after) = lines(first);
    let first = Next::Ready(head + &rows, after);
    let pieces = stream::unfold(first, move |next| {
        let (caller, ask) = (caller.clone(), ask.clone());
        async move {
            let (text, after) = match next {
                Next::Ready(first, after) => (first, after),
                Next::After(after) => match piece(&caller, ask(Some(after))).await {
                    Ok(further) => lines(further),
                    // The connection breaks off, so that a part is not taken for the whole.
                    Err(_) => return Some((Err(std::io::Error::other("a piece could not be read")), Next::Nothing)),
                },
                Next::Nothing => return None,
            };
            Some((Ok(text), after.map_or(Next::Nothing, Next::After)))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

/// What is sent next.
enum Next {
    /// The first piece, and where the second begins.
    Ready(String, Option<String>),
    After(String),
    Nothing,
}

async fn piece<Q: Question>(caller: &Caller, asked: Q) -> Result<Q::View, Problem> {
    let answer = caller.0.ask(asked.into()).await?;
    Q::view(answer).ok_or_else(|| Problem::Broken { reference: "mismatched-answer".to_owned() })
}

fn of_request(row: &ExportedRow) -> [String; 12] {
    [
        row.request.to_string(),
        row.requestor.clone(),
        row.user_name.clone(),
        row.assigned_by.clone(),
        row.requested_by.clone(),
        row.name.clone(),
        row.policy.clone(),
        row.justification.clone(),
        row.phase.word().to_owned(),
        row.stage.clone(),
        row.requested.iso(),
        row.settled.map(model::Ts::iso).unwrap_or_default(),
    ]
}

fn of_assignment(exported: &assignment::ExportedRow) -> [String; 9] {
    let row = &exported.row;
    [
        row.assignment.to_string(),
        row.who.name.clone(),
        exported.user_name.clone(),
        row.policy.clone(),
        row.badge.word.clone(),
        row.starts.iso(),
        exported.ends.map(model::Ts::iso).unwrap_or_default(),
        row.ended.as_ref().map(|ended| ended.at.iso()).unwrap_or_default(),
        row.source.clone(),
    ]
}

fn of_overlap(exported: &separation::ExportedOverlap) -> [String; 5] {
    let overlap = &exported.overlap;
    [
        overlap.who.name.clone(),
        exported.user_name.clone(),
        overlap.since.iso(),
        overlap.with.name.clone(),
        overlap.with.kind.clone(),
    ]
}

pub(super) fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    cells.join(",") + "\r\n"
}

/// One cell. Spreadsheets run what begins like a formula; an apostrophe in front makes it text.
fn cell(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if runs { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
