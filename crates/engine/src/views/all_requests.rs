//! `/admin/requests`: everybody's requests, as a list and as a download.

use super::catalog::standing_at;
use super::words::People;
use super::{Asking, cursor, page, read_time_cursor, request};
use crate::Problem;
use model::limits::{EXPORT_ROWS, PAGE_ROWS};
use model::query;
use model::request::{Phase, Request, State};
use model::view::request::{AllRequests, AnyRow, ExportedRequests, ExportedRow};
use model::{PackageId, Refusal, RequestId, Ts, UserId};
use store::all_requests;
use store::search::Words;

pub async fn list(asking: &mut Asking<'_>, query: query::AllRequests) -> Result<AllRequests, Problem> {
    let query::AllRequests { package, search, phase, after } = query;
    let before = read_time_cursor::<RequestId>(after.as_deref());
    let mut found = found(asking, package, &search, phase, before, PAGE_ROWS + 1).await?;
    let paging = page(&mut found, PAGE_ROWS, before.is_some(), |request| cursor(request.submitted_at.0, request.id));
    let rows = request::rows(asking, &found).await?;
    let people = requestors(asking, &found).await?;
    let rows = rows.into_iter().zip(&found).map(|(row, request)| AnyRow { requestor: people.persona(request.beneficiary), row });
    let rows = rows.collect();
    Ok(AllRequests { package, search, phase, rows, paging })
}

/// The requests that the filters let through; those for one package are for whoever sees it.
async fn found(
    asking: &mut Asking<'_>,
    package: Option<PackageId>,
    search: &str,
    phase: Option<Phase>,
    before: Option<(Ts, RequestId)>,
    limit: usize,
) -> Result<Vec<Request>, Problem> {
    let words = Words::of(search);
    let Some(package) = package else {
        return Ok(all_requests::list(&mut asking.link, &words, phase, before, limit).await?);
    };
    let standing = standing_at(asking, package).await?;
    if !rules::access::sees_requests(asking.visitor, standing) {
        return Err(Refusal::NotFound { what: "access package" }.into());
    }
    Ok(all_requests::of_package(&mut asking.link, package, &words, phase, before, limit).await?)
}

async fn requestors(asking: &mut Asking<'_>, requests: &[Request]) -> Result<People, Problem> {
    let ids: Vec<UserId> = requests.iter().flat_map(|request| [request.requestor, request.beneficiary]).collect();
    People::load(asking, &ids).await
}

/// A piece of the download: the same requests in the same order as the list.
pub async fn exported(asking: &mut Asking<'_>, query: query::ExportedRequests) -> Result<ExportedRequests, Problem> {
    let query::ExportedRequests { package, search, phase, after } = query;
    let before = read_time_cursor::<RequestId>(after.as_deref());
    let mut found = found(asking, package, &search, phase, before, EXPORT_ROWS + 1).await?;
    let paging = page(&mut found, EXPORT_ROWS, before.is_some(), |request| cursor(request.submitted_at.0, request.id));
    let people = requestors(asking, &found).await?;
    let rows = found
        .into_iter()
        .map(|request| ExportedRow {
            request: request.id,
            requestor: people.name(request.beneficiary),
            requested_by: if request.by_manager { people.name(request.requestor) } else { String::new() },
            assigned_by: if request.is_assigned() { people.name(request.requestor) } else { String::new() },
            user_name: people.get(request.beneficiary).map(|user| user.user_name.clone()).unwrap_or_default(),
            stage: stage(&request),
            settled: settled(&request.state),
            phase: request.state.phase(),
            requested: request.submitted_at,
            name: request.terms.name,
            policy: request.terms.policy_name,
            justification: request.terms.justification,
        })
        .collect();
    Ok(ExportedRequests { rows, next: paging.next })
}

fn stage(request: &Request) -> String {
    let stage = request.state.open_stage();
    stage.map(|stage| format!("{} of {}", stage + 1, request.terms.stages.len())).unwrap_or_default()
}

fn settled(state: &State) -> Option<Ts> {
    match state {
        State::PendingApproval { .. }
        | State::Answering { .. }
        | State::Scheduled { .. }
        | State::Delivering { .. }
        | State::Confirming { .. } => None,
        State::TurnedDown { at, .. }
        | State::Delivered { at, .. }
        | State::DeliveryFailed { at, .. }
        | State::Denied { at, .. }
        | State::Expired { at, .. }
        | State::Canceled { at, .. } => Some(*at),
    }
}
