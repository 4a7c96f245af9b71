//! Deciding a request, and asking its requestor before that.

use super::{allowed, naming, request, role_extension, subject};
use crate::Problem;
use crate::change::Change;
use model::approval::Verdict;
use model::command::{AskBack, Command, DecideRequest, Done};
use model::package::PackageRole;
use model::request::{Decision, Request, State, Wish};
use model::{Refusal, RequestId, UserId};
use rules::approval::StagePeople;
use rules::delegation::used_up;
use rules::request::Decider;
use std::collections::BTreeMap;
use store::{approvals, packages, requests};

/// What is needed to know whether somebody may decide, and what follows.
struct Facts {
    before: Request,
    decisions: Vec<Decision>,
    roles: Vec<PackageRole>,
    /// Of every stage, as the directory has them now: who left an approver group cannot decide any more.
    people: Vec<StagePeople>,
    /// The open stage, or the one that the page showed.
    stage: usize,
    names: BTreeMap<UserId, String>,
}

impl Facts {
    /// Reads them for `person`. Somebody who never had to do with the request learns nothing about it.
    async fn load(change: &mut Change<'_>, person: UserId, id: RequestId, shown: usize) -> Result<Self, Problem> {
        let not_found = Refusal::NotFound { what: "request" };
        let before = requests::get_to_change(&mut change.link, id).await?.ok_or(not_found.clone())?;
        let decisions = requests::decisions(&mut change.link, before.id).await?;
        let subject = subject::to_decide(&mut change.link, &before).await?;
        // Those whom the letters name, too.
        let mut ids: Vec<UserId> = decisions.iter().flat_map(used_up).collect();
        ids.extend([before.requestor, before.beneficiary, person]);
        ids.extend(before.asked_back.iter().flat_map(request::askers));
        if let State::Canceled { by, .. } | State::Denied { by, .. } = &before.state {
            ids.push(*by);
        }
        let (stages, of) = (&before.terms.stages, before.beneficiary);
        let (people, names) =
            approvals::people_and_names(&mut change.link, stages, of, subject.about(), &ids, change.now).await?;
        change.know(names);
        let roles = subject.roles;
        let stage = before.state.open_stage().unwrap_or(shown);
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
        let here = people.get(stage);
        ids.extend(here.iter().flat_map(|here| &here.stand_ins).filter(|(delegate, _)| *delegate == person).map(|(_, of)| *of));
        let names = change.names(ids).await?.clone();
        Ok(Self { before, decisions, roles, people, stage, names })
    }
}

pub async fn decide(change: &mut Change<'_>, command: &Command, asked: &DecideRequest) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let Facts { before, decisions, roles, people, stage, names } =
        Facts::load(change, person, asked.request, asked.stage).await?;
    let (name, nobody) = (naming(&names), StagePeople::default());
    let decider = Decider { person, people: people.get(stage).unwrap_or(&nobody), name: &name, proofs: change.proofs };
    let of = before.beneficiary;
    let called = name(of);
    let in_the_way = match asked.verdict {
        Verdict::Approve => match before.package() {
            Some(package) => request::in_the_way(change, (package, &before.terms.name), (of, Some(&called))).await?,
            None => None,
        },
        Verdict::Deny => None,
    };
    let step = rules::request::decide(&before, &decisions, &decider, asked, &people, in_the_way.as_ref(), change.now)?;
    let requestor = name(before.requestor);
    let title = before.terms.name.clone();
    let (step, given) = role_extension::decided(change, step, asked).await?;
    let saved = request::save(change, &before, step, &decisions, &roles).await?;
    role_extension::give(change, given).await?;
    request::take_effect(change, saved).await?;
    Ok(Done::RequestDecided { request: before.id, verdict: asked.verdict, requestor, name: title })
}

pub async fn ask_back(change: &mut Change<'_>, command: &Command, asked: &AskBack) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let Facts { before, decisions, roles, people, stage, names } =
        Facts::load(change, person, asked.request, asked.stage).await?;
    let held_until = match before.wish {
        Wish::Package { package, extends: Some(_), .. } => {
            packages::held(&mut change.link, before.beneficiary, package).await?.and_then(|held| held.ends_at)
        }
        Wish::Package { extends: None, .. } | Wish::Activation { .. } | Wish::Extension { .. } => None,
    };
    let (name, nobody) = (naming(&names), StagePeople::default());
    let decider = Decider { person, people: people.get(stage).unwrap_or(&nobody), name: &name, proofs: change.proofs };
    let step = rules::request::ask_back(&before, &decisions, &decider, asked, held_until, change.now)?;
    let requestor = name(before.requestor);
    let title = before.terms.name.clone();
    request::save(change, &before, step, &decisions, &roles).await?;
    Ok(Done::AskedBack { request: before.id, requestor, name: title, proposed: asked.proposed.is_some() })
}

/// Somebody who was asked may be told what became of it, even after leaving the list.
fn was_asked(state: &State, person: UserId) -> bool {
    matches!(state, State::PendingApproval { asked, .. } if asked.contains(&person))
}
