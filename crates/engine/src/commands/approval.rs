//! Deciding a request.

use super::{allowed, naming, request};
use crate::Problem;
use crate::change::Change;
use model::command::{Command, DecideRequest, Done};
use model::request::State;
use model::{Refusal, UserId};
use rules::approval::StagePeople;
use rules::delegation::used_up;
use rules::request::Decider;
use store::{approvals, requests};

pub async fn decide(change: &mut Change<'_>, command: &Command, asked: &DecideRequest) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let not_found = Refusal::NotFound { what: "request" };
    let before = requests::get_to_change(&mut change.link, asked.request).await?.ok_or(not_found.clone())?;
    let decisions = requests::decisions(&mut change.link, before.id).await?;
    let package = request::package_of(&before);
    let roles = request::roles(&mut change.link, package).await?;
    // The lists are resolved now, not when the request was made: who left an approver group cannot decide any more.
    let people =
        approvals::people(&mut change.link, &before.terms.stages, before.beneficiary, (Some(package), &roles), change.now)
            .await?;
    let stage = before.state.open_stage().unwrap_or(asked.stage);
    let nobody = StagePeople::default();
    let here = people.get(stage).unwrap_or(&nobody);
    // Somebody who never had to do with the request learns nothing about it.
    let stranger = !people.iter().any(|people| {
        people.approvers.contains(&person)
            || people.escalation.contains(&person)
            || people.fallback.contains(&person)
            || people
                .stand_ins
                .iter()
                .any(|(delegate, of)| *delegate == person && ![before.requestor, before.beneficiary].contains(of))
    }) && !decisions.iter().flat_map(used_up).any(|used| used == person)
        && ![before.requestor, before.beneficiary].contains(&person)
        && !was_asked(&before.state, person)
        && !rules::access::sees_all_requests(&change.visitor);
    if stranger {
        return Err(not_found.into());
    }
    let mut ids: Vec<UserId> = decisions.iter().flat_map(used_up).collect();
    ids.extend(here.stand_ins.iter().filter(|(delegate, _)| *delegate == person).map(|(_, of)| *of));
    // Those whom the letters name, too.
    ids.extend([before.requestor, before.beneficiary, person]);
    if let State::Canceled { by, .. } | State::Denied { by, .. } = &before.state {
        ids.push(*by);
    }
    let names = change.names(ids).await?.clone();
    let name = naming(&names);
    let decider = Decider { person, people: here, name: &name };
    let step = rules::request::decide(&before, &decisions, &decider, asked, &people, change.now)?;
    let requestor = name(before.requestor);
    let title = before.terms.name.clone();
    request::save(change, &before, step, &decisions, &roles).await?;
    Ok(Done::RequestDecided { request: before.id, verdict: asked.verdict, requestor, name: title })
}

/// Somebody who was asked may be told what became of it, even after leaving the list.
fn was_asked(state: &State, person: UserId) -> bool {
    matches!(state, State::PendingApproval { asked, .. } if asked.contains(&person))
}
