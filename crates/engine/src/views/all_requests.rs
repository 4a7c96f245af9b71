//! `/admin/requests`: everybody's requests, as a list and as a download.

use super::words::People;
use super::{Asking, cursor, page, read_time_cursor, request};
use crate::Problem;
use model::limits::{EXPORT_ROWS, PAGE_ROWS};
use model::query;
use model::request::{Request, State};
use model::view::request::{AllRequests, AnyRow, ExportedRequests, ExportedRow};
use model::{RequestId, Ts, UserId};
use store::all_requests;
use store::search::Words;

pub async fn list(asking: &mut Asking<'_>, query: query::AllRequests) -> Result<AllRequests, Problem> {
    let query::AllRequests { search, phase, after } = query;
    let before = read_time_cursor::<RequestId>(after.as_deref());
    let mut found = all_requests::list(&mut asking.link, &Words::of(&search), phase, before, PAGE_ROWS + 1).await?;
    let paging = page(&mut found, PAGE_ROWS, before.is_some(), |request| cursor(request.submitted_at.0, request.id));
    let rows = request::rows(asking, &found).await?;
    let people = requestors(asking, &found).await?;
    let rows = rows.into_iter().zip(&found).map(|(row, request)| AnyRow { requestor: people.persona(request.requestor), row });
    let rows = rows.collect();
    Ok(AllRequests { search, phase, rows, paging })
}

async fn requestors(asking: &mut Asking<'_>, requests: &[Request]) -> Result<People, Problem> {
    let ids: Vec<UserId> = requests.iter().map(|request| request.requestor).collect();
    People::load(asking, &ids).await
}

/// A piece of the download: the same requests in the same order as the list.
pub async fn exported(asking: &mut Asking<'_>, query: query::ExportedRequests) -> Result<ExportedRequests, Problem> {
    let query::ExportedRequests { search, phase, after } = query;
    let before = read_time_cursor::<RequestId>(after.as_deref());
    let mut found = all_requests::list(&mut asking.link, &Words::of(&search), phase, before, EXPORT_ROWS + 1).await?;
    let paging = page(&mut found, EXPORT_ROWS, before.is_some(), |request| cursor(request.submitted_at.0, request.id));
    let people = requestors(asking, &found).await?;
    let rows = found
        .into_iter()
        .map(|request| ExportedRow {
            request: request.id,
            requestor: people.name(request.requestor),
            user_name: people.get(request.requestor).map(|user| user.user_name.clone()).unwrap_or_default(),
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
        State::PendingApproval { .. } | State::Scheduled { .. } | State::Delivering { .. } => None,
        State::Delivered { at, .. }
        | State::DeliveryFailed { at, .. }
        | State::Denied { at, .. }
        | State::Expired { at, .. }
        | State::Canceled { at, .. } => Some(*at),
    }
}
