//! `/my-access/approvals`: what waits for this person, and what they decided.

use super::words::People;
use super::{Asking, ask_back, cursor, page, read_time_cursor};
use crate::Problem;
use model::access::EndReason;
use model::limits::PAGE_ROWS;
use model::query;
use model::request::{PackageAssignment, Request, State, Wish};
use model::view::approval::{self, Approvals, Row, Standing, Tab};
use model::view::{Badge, Countdown};
use model::{PackageAssignmentId, RequestId, UserId};
use rules::request::Ender;
use store::inbox::{Decided, Sought};
use store::search::Words;
use store::{inbox, packages};

pub async fn list(asking: &mut Asking<'_>, query: query::Approvals) -> Result<Approvals, Problem> {
    let me = asking.who.user;
    let at = read_time_cursor::<RequestId>(query.after.as_deref());
    let approval::Filter { search, kind, due } = &query.filter;
    let due_by = due.map(|due| rules::approval::due_by(due, asking.now));
    let sought = Sought { words: Words::of(search), kind: *kind, due_by };
    let (rows, paging) = match query.tab {
        Tab::Pending => {
            let mut found = inbox::waiting(&mut asking.link, me, &sought, at, PAGE_ROWS + 1, asking.now).await?;
            let paging = page(&mut found, PAGE_ROWS, at.is_some(), |(decide_by, request)| cursor(decide_by.0, request.id));
            let requests: Vec<Request> = found.into_iter().map(|(_, request)| request).collect();
            (waiting(asking, &requests).await?, paging)
        }
        Tab::History => {
            let mut found = inbox::decided(&mut asking.link, me, &sought, at, PAGE_ROWS + 1).await?;
            let paging = page(&mut found, PAGE_ROWS, at.is_some(), |one| cursor(one.at.0, one.request.id));
            let held = delivered(asking, &found).await?;
            let about = |one: &Decided| [Some(one.request.requestor), Some(one.request.beneficiary), one.by];
            let ids: Vec<UserId> = found.iter().flat_map(about).flatten().collect();
            let people = People::load(asking, &ids).await?;
            let rows = found
                .iter()
                .map(|Decided { at, verdict, by, request }| {
                    let mine = if verdict == "approve" { Badge::new("Approved", "good") } else { Badge::new("Denied", "bad") };
                    let approved = verdict == "approve";
                    let removable = removable(asking, request, &held, approved);
                    let by = by.map(|by| people.name(by));
                    let now = request.state.phase().into();
                    row(request, &people, Standing::Decided { mine, at: *at, by, now, removable })
                })
                .collect();
            (rows, paging)
        }
    };
    Ok(Approvals { tab: query.tab, filter: query.filter, rows, paging })
}

/// What the requests among these decisions gave.
async fn delivered(asking: &mut Asking<'_>, found: &[Decided]) -> Result<Vec<PackageAssignment>, Problem> {
    let ids: Vec<PackageAssignmentId> = found.iter().filter_map(|one| one.request.package_given()).collect();
    Ok(packages::several_held(&mut asking.link, &ids).await?)
}

/// What a request gave, if the reader, having approved it, may take that away now.
pub fn removable(
    asking: &Asking<'_>,
    request: &Request,
    held: &[PackageAssignment],
    approved: bool,
) -> Option<PackageAssignmentId> {
    let held = held.iter().find(|held| Some(held.id) == request.package_given())?;
    let by = Ender { person: asking.who.user, administrates: false, approved, leads: false };
    let may = rules::request::may_end(held, by, &request.terms.name, asking.now);
    (may == Ok(EndReason::Revoked)).then_some(held.id)
}

/// Requests that wait, as rows.
pub async fn waiting(asking: &mut Asking<'_>, requests: &[Request]) -> Result<Vec<Row>, Problem> {
    let ids: Vec<UserId> = requests.iter().flat_map(|request| [request.requestor, request.beneficiary]).collect();
    let people = People::load(asking, &ids).await?;
    Ok(requests
        .iter()
        .filter_map(|request| match &request.state {
            State::PendingApproval { stage, opened_at, decide_by, .. } => {
                let words_required = request.terms.stages.get(*stage).is_some_and(|stage| stage.justification_required);
                let still = rules::request::standing_still(request, asking.now).is_some();
                let decide_by = (!still).then_some(Countdown { from: *opened_at, until: *decide_by });
                let asked_back = ask_back::badge(request, asking.now);
                Some(row(request, &people, Standing::Waiting { stage: *stage, decide_by, words_required, asked_back }))
            }
            State::Answering { .. }
            | State::TurnedDown { .. }
            | State::Scheduled { .. }
            | State::Delivering { .. }
            | State::Confirming { .. }
            | State::Delivered { .. }
            | State::DeliveryFailed { .. }
            | State::Denied { .. }
            | State::Expired { .. }
            | State::Canceled { .. } => None,
        })
        .collect())
}

fn row(request: &Request, people: &People, standing: Standing) -> Row {
    let stages = request.terms.stages.len();
    let what = match request.wish {
        Wish::Package { .. } => "Package",
        Wish::Activation { .. } => "Activation",
        Wish::Extension { renews, .. } => super::request::extension(renews),
    };
    let mut under = format!("{what} · {}", request.how_long().in_sentence());
    if let Standing::Waiting { stage, .. } = &standing {
        under = format!("{under} · stage {} of {stages}", stage + 1);
    }
    if let Some(did) = request.made_for_another() {
        under = format!("{under} · {} {}", did.to_lowercase(), people.name(request.requestor));
    }
    Row {
        request: request.id,
        requestor: people.persona(request.beneficiary),
        name: request.terms.name.clone(),
        under,
        submitted: request.submitted_at,
        standing,
    }
}
