//! Approvals: what waits for this person, and deciding it.

use super::{Call, Reply};
use leptos::prelude::*;
use model::RequestId;
use model::approval::Verdict;

/// `verdict` is the pressed button; `stage` is the stage that the page showed, counted from 0; `search`, `kind` and `due`
/// are what the list was narrowed down by, so that it stays so. With `gives` the form has the fields of what approving the extension or renewal of a
/// role gives; `seen_starts` and `seen_ends` are what the page showed, in milliseconds.
#[server(prefix = "/api", endpoint = "decide_request")]
pub async fn decide_request(
    request: RequestId,
    stage: usize,
    verdict: Verdict,
    #[server(default)] words: String,
    #[server(default)] search: String,
    #[server(default)] kind: String,
    #[server(default)] due: String,
    #[server(default)] gives: bool,
    #[server(default)] assignment_type: String,
    #[server(default)] seen_starts: Option<i64>,
    #[server(default)] seen_ends: Option<i64>,
    #[server(default)] starts: String,
    #[server(default)] starts_zone: String,
    #[server(default)] permanent: bool,
    #[server(default)] ends: String,
    #[server(default)] ends_zone: String,
) -> Call<Reply> {
    use super::role::server::{assignment_type as read_type, end, unless_the_same};
    use model::Ts;
    use model::command::{Command, DecideRequest, Done};
    use model::role_assignment::RoleTerms;
    let gives_role = || {
        let starts_at = super::instant_or_none("starts", &starts, &starts_zone)?;
        Ok(RoleTerms {
            assignment_type: read_type(&assignment_type)?,
            starts_at: starts_at.map(|at| unless_the_same(at, seen_starts.map(Ts))),
            ends_at: end(permanent, &ends, &ends_zone)?.map(|at| unless_the_same(at, seen_ends.map(Ts))),
        })
    };
    let command = || {
        // Whoever denies gives nothing.
        let gives = (gives && verdict == Verdict::Approve).then(gives_role).transpose()?;
        Ok(Command::DecideRequest(DecideRequest { request, stage, verdict, words, gives }))
    };
    super::reply("decide_request", command(), |done| match done {
        Done::RequestDecided { requestor, name, verdict, .. } => {
            let verdict = match verdict {
                Verdict::Approve => "approved",
                Verdict::Deny => "denied",
            };
            (format!("You {verdict} {requestor}’s request for “{name}”."), inbox(&search, &kind, &due))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// Several decisions with the same words. Each of `chosen` is a request and the stage that the page showed of it,
/// `<request>.<stage>`.
#[server(prefix = "/api", endpoint = "decide_requests")]
pub async fn decide_requests(
    #[server(default)] chosen: Vec<String>,
    verdict: Verdict,
    #[server(default)] words: String,
    #[server(default)] search: String,
    #[server(default)] kind: String,
    #[server(default)] due: String,
) -> Call<Reply> {
    use super::together::{Together, each, selected};
    use model::command::{Command, DecideRequest};
    let caller = super::caller()?;
    let chosen = selected(&chosen, "request", |text| {
        let (request, stage) = text.split_once('.')?;
        Some((request.parse::<RequestId>().ok()?, stage.parse::<usize>().ok()?))
    });
    let did = match verdict {
        Verdict::Approve => "approved",
        Verdict::Deny => "denied",
    };
    let (form, go) = ("decide_requests", inbox(&search, &kind, &due));
    let together = Together { form, one: "request", did, undone: "decided", go };
    let decide = |(request, stage): &(RequestId, usize)| {
        Command::DecideRequest(DecideRequest { request: *request, stage: *stage, verdict, words: words.clone(), gives: None })
    };
    each(&caller, together, chosen, decide, |(request, _)| named(&caller, request)).await
}

/// The list of what waits, narrowed down as it was.
#[cfg(feature = "ssr")]
fn inbox(search: &str, kind: &str, due: &str) -> String {
    crate::parts::listing::address("/my-access/approvals", &[("search", search), ("kind", kind), ("due", due)])
}

/// Who asked and for what, as far as this person may know it.
#[cfg(feature = "ssr")]
async fn named(caller: &crate::door::Caller, request: RequestId) -> String {
    use model::query::{self, Question};
    let answer = super::ask_as(caller, query::Approval { request }.into()).await.ok();
    let approval = answer.and_then(query::Approval::view);
    approval.map_or_else(
        || "A request that is not there for you".to_owned(),
        |approval| format!("{}, {}", approval.requestor.name, approval.name),
    )
}
