//! The history as a file: CSV for people with spreadsheets, JSON Lines for other systems. Both have the same events, and
//! taking them away is an event itself.

use super::Site;
use super::export::{Asking, File, download, line, no_such_page};
use axum::extract::{Request, State};
use axum::response::Response;
use model::audit::{Filter, Format, Place};
use model::command::Command;
use model::event::{Kind, Outcome};
use model::query;
use model::time;
use model::view::audit::{Exported, ExportedEvents, Named};
use serde::Deserialize;
use serde_json::json;

/// The first line of the table.
const COLUMNS: [&str; 14] = [
    "Number",
    "Event",
    "Time",
    "Action",
    "Action name",
    "Result",
    "Actor",
    "Actor id",
    "Event in words",
    "Reason",
    "Details",
    "Changes",
    "Targets",
    "Request",
];

/// The filters of the page that offers the download, under the same names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Address {
    place: String,
    from: String,
    from_zone: String,
    to: String,
    to_zone: String,
    action: String,
    actor: String,
    target: String,
    result: String,
}

impl Address {
    /// What is asked for; nothing when something in it cannot be read, for then it is not known what is meant.
    fn read(self) -> Option<(Place, Filter)> {
        let place = if self.place.is_empty() { Place::Everything } else { self.place.parse().ok()? };
        let at = |text: &str, zone: &str| app::parts::instant::read(text, zone).ok();
        let known = |text: &str, found: bool| (text.is_empty() || found).then_some(());
        let (action, outcome) = (Kind::from_code(&self.action), Outcome::from_key(&self.result));
        known(&self.action, action.is_some())?;
        known(&self.result, outcome.is_some())?;
        let (from, to) = (at(&self.from, &self.from_zone)?, at(&self.to, &self.to_zone)?);
        Some((place, Filter { from, to, action, actor: self.actor, target: self.target, outcome }))
    }
}

/// `GET /admin/audit.csv`
pub async fn csv(State(site): State<Site>, request: Request) -> Response {
    let lines = |piece: ExportedEvents| (piece.rows.into_iter().map(|event| line(&cells(event))).collect(), piece.next);
    send(site, request, Format::Csv, File::csv("audit.csv", &COLUMNS), lines).await
}

/// `GET /admin/audit.jsonl`
pub async fn json_lines(State(site): State<Site>, request: Request) -> Response {
    let lines = |piece: ExportedEvents| (piece.rows.into_iter().map(document).collect(), piece.next);
    send(site, request, Format::JsonLines, File::json_lines("audit.jsonl"), lines).await
}

async fn send(
    site: Site,
    request: Request,
    format: Format,
    file: File,
    lines: fn(ExportedEvents) -> (String, Option<String>),
) -> Response {
    let asking = Asking::of(&site, &request);
    let address: Result<Address, _> = serde_urlencoded::from_str(request.uri().query().unwrap_or_default());
    drop(request);
    let Some((place, filter)) = address.ok().and_then(Address::read) else { return no_such_page(&site) };
    let file = file.after(Command::ExportAudit { place, filter: filter.clone(), format });
    let ask = move |after| query::ExportedAudit { place, filter: filter.clone(), after };
    download(&site, asking, file, ask, lines).await
}

fn cells(event: Exported) -> [String; 14] {
    let Exported { number, event, at, action, outcome, actor, targets, request, told, document: _ } = event;
    let said = told.sentence();
    let facts: Vec<String> = told.facts.iter().map(|fact| format!("{}: {}", fact.name, written(&fact.value))).collect();
    let changes = told
        .changes
        .iter()
        .map(|change| format!("{}: “{}” → “{}”", change.field, written(&change.before), written(&change.after)));
    let targets: Vec<String> = targets
        .iter()
        .map(|Named { kind, id, name }| if name.is_empty() { format!("{kind} {id}") } else { format!("{kind} {name} ({id})") })
        .collect();
    [
        number.map(|number| number.to_string()).unwrap_or_default(),
        event.to_string(),
        at.iso_exact(),
        action.code().to_owned(),
        action.words().to_owned(),
        outcome.key().to_owned(),
        actor.name,
        actor.id,
        said,
        told.reason,
        facts.join("; "),
        changes.collect::<Vec<_>>().join("; "),
        targets.join("; "),
        request.map(|request| request.to_string()).unwrap_or_default(),
    ]
}

fn document(event: Exported) -> String {
    let Exported { number, event, at, action, outcome, actor, targets, request, told, document } = event;
    // As it is sealed: whoever checks the chain needs every byte of it.
    let sealed = document;
    let facts: serde_json::Map<String, serde_json::Value> =
        told.facts.iter().map(|fact| (fact.name.clone(), written(&fact.value).into())).collect();
    let changes: Vec<_> = told
        .changes
        .iter()
        .map(|change| json!({ "field": change.field, "before": written(&change.before), "after": written(&change.after) }))
        .collect();
    let line = json!({
        "number": number,
        "event": event,
        "time": at.iso_exact(),
        "action": action.code(),
        "actionName": action.words(),
        "result": outcome.key(),
        "actor": actor,
        "targets": targets,
        "request": request,
        "said": told.sentence(),
        "reason": told.reason,
        "details": facts,
        "changes": changes,
        "sealed": sealed,
    });
    line.to_string() + "\n"
}

/// With its instants in UTC.
fn written(text: &str) -> String {
    time::spelled(text)
}
