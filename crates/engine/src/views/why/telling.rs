//! The steps of a path in words.

use super::gathered::Gathered;
use crate::views::history::telling::{Teller, begin, end, fact, link, text, ticket_facts};
use crate::views::timeline::lower_first;
use model::access::{Assignment, ResourceRole, Source};
use model::approval::Verdict;
use model::directory::Principal;
use model::event::{Action, Actor, Event};
use model::request::{Decision, Request, Wish};
use model::view::audit::{Part, Told};
use model::view::why::Step;
use model::{RequestId, Ts};

/// Every step, the nearest to the person first.
pub fn steps(teller: &mut Teller<'_>, gathered: &Gathered, path: &[&Assignment], at: Option<Ts>) -> Vec<Step> {
    path.iter().map(|step| one(teller, gathered, step, at)).collect()
}

fn one(teller: &mut Teller<'_>, gathered: &Gathered, step: &Assignment, at: Option<Ts>) -> Step {
    let mut said = vec![teller.principal(step.principal), text(": ")];
    said.extend(teller.role(step.role));
    let mut because = source(teller, gathered, step);
    because.push(until(step, at));
    because.iter_mut().for_each(begin);
    Step { said, because }
}

fn plain(said: Vec<Part>) -> Told {
    Told { said, ..Told::default() }
}

fn on(at: Ts) -> Part {
    text(format!(" on {}", at.in_sentence()))
}

/// Where it comes from, and who decided it.
fn source(teller: &mut Teller<'_>, gathered: &Gathered, step: &Assignment) -> Vec<Told> {
    match step.source {
        Source::Direct => direct(teller, gathered, step, "Assigned"),
        Source::Import => vec![plain(vec![text("It came from another system"), on(step.starts_at)])],
        Source::Rule(group) => {
            let mut said = vec![text("The rule of ")];
            said.extend(teller.role(ResourceRole::GroupMember(group)).into_iter().skip(1));
            said.extend(
                [text(" matches since"), on(step.starts_at)].map(|part| Part { text: part.text.replace(" on ", " "), ..part }),
            );
            vec![plain(said)]
        }
        Source::Package(id) => {
            let Some(held) = gathered.held.get(&id).filter(|_| teller.eyes.packages) else {
                return vec![plain(vec![text("Through an access package")])];
            };
            let (package, policy) = (teller.package(held.package), teller.policy(held.policy));
            let mut told = vec![plain(vec![text("From the access package "), package, text(" under "), policy])];
            match held.request {
                Some(request) => told.extend(asked(teller, gathered, request)),
                None => told.push(plain(vec![text("Assigned by the rule of the policy"), on(held.starts_at)])),
            }
            told
        }
        Source::Activation(ground) => {
            let mut told = match step.activated_by() {
                Some(request) if gathered.requests.contains_key(&request) => asked(teller, gathered, request),
                Some(_) | None => vec![plain(vec![text("Activated"), on(step.starts_at)])],
            };
            if let Some(ground) = gathered.grounds.get(&ground) {
                told.extend(eligible(teller, gathered, ground));
            }
            told
        }
    }
}

/// Who assigned it and why, and who changed it since.
fn direct(teller: &mut Teller<'_>, gathered: &Gathered, step: &Assignment, verb: &str) -> Vec<Told> {
    let Some(events) = gathered.events.get(&step.id) else {
        return vec![plain(vec![text(format!("{verb} directly")), on(step.starts_at)])];
    };
    let mut told = Vec::new();
    for event in events {
        told.push(by_somebody(teller, event, verb));
        told.extend(event.request.map(|request| asked(teller, gathered, request)).unwrap_or_default());
    }
    told
}

fn by_somebody(teller: &mut Teller<'_>, event: &Event, verb: &str) -> Told {
    let mut actor = teller.actor(event.actor);
    if !matches!(event.actor, Actor::User(_)) {
        actor.text = lower_first(&actor.text);
    }
    match &event.action {
        Action::AssignmentChanged { words, .. } => {
            Told { said: vec![text("Its time was changed by "), actor, on(event.at)], reason: words.clone(), ..Told::default() }
        }
        Action::AssignmentStarted { words, ticket, .. } => Told {
            said: vec![text(format!("{verb} by ")), actor, on(event.at)],
            reason: words.clone(),
            facts: ticket_facts(ticket).into_iter().collect(),
            changes: Vec::new(),
        },
        // Nothing else is kept here.
        _ => Told::default(),
    }
}

/// On what an activation rests.
fn eligible(teller: &mut Teller<'_>, gathered: &Gathered, ground: &Assignment) -> Vec<Told> {
    let through = match ground.principal {
        Principal::Group(_) => Some(teller.principal(ground.principal)),
        Principal::User(_) | Principal::ServicePrincipal(_) => None,
    };
    let mut told = match ground.source {
        Source::Direct => direct(teller, gathered, ground, "Made eligible"),
        Source::Package(_) => match gathered.package(ground).filter(|_| teller.eyes.packages) {
            Some(package) => vec![plain(vec![text("Eligible through the access package "), teller.package(package)])],
            None => vec![plain(vec![text("Eligible through an access package")])],
        },
        Source::Activation(_) | Source::Rule(_) | Source::Import => {
            vec![plain(vec![text("Eligible since"), on(ground.starts_at)])]
        }
    };
    if let (Some(group), Some(first)) = (through, told.first_mut()) {
        first.said.extend([text(", as a member of "), group]);
    }
    told
}

/// The request, what was said in it, and who decided it.
fn asked(teller: &mut Teller<'_>, gathered: &Gathered, id: RequestId) -> Vec<Told> {
    let Some(request) = gathered.requests.get(&id) else { return Vec::new() };
    let requestor = teller.user(request.requestor);
    let href = Some(format!("/admin/requests/{id}"));
    let verb = verb(request);
    let mut told = vec![Told {
        said: vec![link(verb, href), text(" by "), requestor, on(request.submitted_at)],
        reason: request.terms.justification.clone(),
        ..Told::default()
    }];
    let decisions = gathered.decisions.get(&id).map(Vec::as_slice).unwrap_or_default();
    if request.terms.emergency {
        told.push(plain(vec![text("Without approval, in an emergency")]));
    } else if decisions.is_empty() && request.terms.stages.is_empty() {
        told.push(plain(vec![text("No approval was needed")]));
    }
    told.extend(decisions.iter().map(|decision| decided(teller, decision)));
    told
}

fn verb(request: &Request) -> &'static str {
    if let Wish::Extension { renews, .. } = request.wish {
        if renews { "Renewal asked for" } else { "Extension asked for" }
    } else if request.package().is_none() {
        "Activated"
    } else if request.is_assigned() {
        "Assigned"
    } else {
        "Requested"
    }
}

fn decided(teller: &mut Teller<'_>, decision: &Decision) -> Told {
    let verb = match decision.verdict {
        Verdict::Approve => "Approved",
        Verdict::Deny => "Denied",
    };
    let mut said = vec![text(format!("{verb} in stage {} by ", decision.stage + 1)), teller.user(decision.approver)];
    if let Some(of) = decision.stood_in_for {
        said.extend([text(" in place of "), teller.user(of)]);
    }
    said.push(on(decision.at));
    Told { said, reason: decision.words.clone(), ..Told::default() }
}

/// Until when; about the past, when it ended since.
fn until(step: &Assignment, at: Option<Ts>) -> Told {
    let mut told = Told::default();
    match (step.ended_at, step.ends_at) {
        // Access ends at its instant; that it was written down a little later is of no concern.
        (Some(ended), ends) if at.is_some() => {
            told.facts.push(fact("Ended", ends.map_or(ended, |ends| ends.min(ended)).in_sentence()));
        }
        (_, ends) => told.facts.push(fact("Ends", end(ends))),
    }
    told.facts.insert(0, fact("Since", step.starts_at.in_sentence()));
    told
}
