//! Request history, and one request with its timeline.

use super::timeline::{Telling, timeline};
use super::words::{People, contents_of, either, made_by};
use super::{Asking, answering, ask_back, cursor, page, read_time_cursor};
use crate::Problem;
use crate::commands::subject;
use crate::commands::team::shown;
use model::access::Assignment;
use model::event::{Action, Actor};
use model::limits::PAGE_ROWS;
use model::query;
use model::request::{Given, Request as Stored, State, Wish};
use model::view::request::{Request, Requests, Row};
use model::view::{Badge, Fact};
use model::{Refusal, RequestId, Ts, UserId};
use rules::approval::{barred, with_stand_ins, without};
use store::{approvals, assignments, events, packages, requests};

pub async fn list(asking: &mut Asking<'_>, query: query::Requests) -> Result<Requests, Problem> {
    let before = read_time_cursor::<RequestId>(query.after.as_deref());
    let mut found = requests::of(&mut asking.link, asking.who.user, query.phase, before, PAGE_ROWS + 1).await?;
    let paging = page(&mut found, PAGE_ROWS, before.is_some(), |request| cursor(request.submitted_at.0, request.id));
    let rows = rows(asking, &found).await?;
    Ok(Requests { phase: query.phase, rows, paging })
}

/// Requests as rows of a list.
pub async fn rows(asking: &mut Asking<'_>, requests: &[Stored]) -> Result<Vec<Row>, Problem> {
    let mut ids: Vec<UserId> = Vec::new();
    for request in requests {
        match &request.state {
            State::PendingApproval { asked, .. } => ids.extend(asked.iter().take(2)),
            State::Denied { by, .. } | State::Canceled { by, .. } => ids.push(*by),
            State::Answering { .. }
            | State::TurnedDown { .. }
            | State::Scheduled { .. }
            | State::Delivering { .. }
            | State::Confirming { .. }
            | State::Delivered { .. }
            | State::DeliveryFailed { .. }
            | State::Expired { .. } => {}
        }
    }
    for request in requests {
        ids.extend([request.requestor, request.beneficiary]);
        ids.extend(ask_back::people(request));
    }
    let people = People::load(asking, &ids).await?;
    Ok(requests
        .iter()
        .map(|request| Row {
            request: request.id,
            name: request.terms.name.clone(),
            kind: match (&request.wish, request.is_assigned()) {
                (Wish::Activation { .. }, _) => "Activation",
                (Wish::Extension { renews, .. }, _) => extension(*renews),
                (Wish::Package { extends: Some(_), .. }, _) => "Extension",
                (Wish::Package { extends: None, .. }, true) => "Direct assignment",
                (Wish::Package { extends: None, .. }, false) => "Access package",
            }
            .to_owned(),
            requested: request.submitted_at,
            badge: request.state.phase().into(),
            note: match (made_for(request, &people, asking.who.user), note(request, &people, asking.who.user, asking.now)) {
                (None, note) => note,
                (Some(made), note) if note.is_empty() => made,
                (Some(made), note) => format!("{made} · {note}"),
            },
        })
        .collect())
}

/// What an ask for more time is called.
pub fn extension(renews: bool) -> &'static str {
    if renews { "Renewal" } else { "Extension" }
}

/// `Requested by Miriam`, and `For Alex` to Miriam herself.
fn made_for(request: &Stored, people: &People, me: UserId) -> Option<String> {
    let did = request.made_for_another()?;
    Some(if request.by_manager && request.requestor == me {
        format!("For {}", people.name(request.beneficiary))
    } else {
        format!("{did} {}", people.name(request.requestor))
    })
}

/// Whether an answer is what the reader looks for: the window waits for it, or it is theirs to give.
fn waits_for(request: &Stored, me: UserId, now: model::Ts) -> bool {
    rules::request::standing_still(request, now).is_some()
        || rules::request::may_answer(request, &[], me, &|_| String::new(), now).is_ok()
}

/// `Miriam asked you a question`
fn waits_for_answer(request: &Stored, people: &People, me: UserId) -> String {
    let Some(asked) = &request.asked_back else { return String::new() };
    let (by, requestor) = (people.name(asked.by), people.name(request.requestor));
    let whom = if me == request.requestor { "you" } else { requestor.as_str() };
    if asked.proposed.is_some() {
        format!("{by} proposed a shorter time to {whom}")
    } else {
        format!("{by} asked {whom} a question")
    }
}

fn note(request: &Stored, people: &People, me: UserId, now: model::Ts) -> String {
    let stages = request.terms.stages.len();
    match &request.state {
        State::PendingApproval { .. } if waits_for(request, me, now) => waits_for_answer(request, people, me),
        State::PendingApproval { stage, asked, .. } => {
            let names: Vec<String> = asked.iter().map(|id| people.name(*id)).collect();
            format!("Stage {} of {stages} waits for {}", stage + 1, either(&names))
        }
        State::Answering { .. } => format!("Waits for the answer of {}", answering::name(request)),
        State::TurnedDown { words: Some(_), .. } => format!("by {}", answering::name(request)),
        State::TurnedDown { words: None, .. } => format!("{} did not answer in time", answering::name(request)),
        State::Denied { by, .. } => format!("by {}", people.name(*by)),
        State::Canceled { by, .. } => format!("by {}", people.name(*by)),
        State::Expired { stage, .. } => format!("Nobody decided stage {} of {stages} in time", stage + 1),
        State::Scheduled { starts_at, .. } => format!("Starts on {}", starts_at.in_sentence()),
        State::DeliveryFailed { reason, .. } => reason.words(),
        State::Confirming { .. } => "Waits for applications to confirm it".to_owned(),
        State::Delivering { .. } | State::Delivered { .. } => String::new(),
    }
}

/// One's own request, or, as `administration`, anybody's.
pub async fn one(asking: &mut Asking<'_>, id: RequestId, administration: bool) -> Result<Request, Problem> {
    let me = asking.who.user;
    let not_found = Refusal::NotFound { what: "request" };
    let request = requests::get(&mut asking.link, id).await?.ok_or(not_found.clone())?;
    let mine = request.beneficiary == me;
    let administers = if administration {
        subject::administers(&mut asking.link, asking.visitor, Some(me), &request, asking.now).await?
    } else {
        subject::Administers::default()
    };
    let led = match request.policy() {
        Some(policy) if !mine && !administration => shown(&mut asking.link, me, request.beneficiary, policy).await?,
        Some(_) | None => false,
    };
    let own = !administration && (mine || led || request.requestor == me);
    if !own && !administers.sees && !rules::access::sees_all_requests(asking.visitor) {
        return Err(not_found.into());
    }
    let administrates = administers.manages;
    let history = events::of_request(&mut asking.link, id).await?;
    let contents = contents_of(asking, &request).await?;
    let asked = match &request.state {
        State::PendingApproval { stage, fallback, escalated_at, .. } => {
            let people = approvals::people(
                &mut asking.link,
                &request.terms.stages,
                request.beneficiary,
                (subject::thing(&request), &contents.direct),
                asking.now,
            )
            .await?;
            let mut all = people.get(*stage).map(|people| people.approvers.clone()).unwrap_or_default();
            if let Some(people) = people.get(*stage) {
                if *fallback {
                    all.extend(&people.fallback);
                }
                if escalated_at.is_some() {
                    all.extend(&people.escalation);
                }
            }
            let mut out = barred(request.requestor, request.beneficiary);
            out.extend(history.iter().filter_map(|event| match (&event.action, event.actor) {
                (Action::StageDecided { .. }, Actor::User(id)) => Some(id),
                _ => None,
            }));
            out.extend(history.iter().filter_map(|event| match &event.action {
                Action::StageDecided { stood_in_for, .. } => *stood_in_for,
                _ => None,
            }));
            let all = without(&all, &out);
            people.get(*stage).map(|people| with_stand_ins(all.clone(), people, &out)).unwrap_or(all)
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
        | State::Canceled { .. } => Vec::new(),
    };
    let mut ids: Vec<UserId> = vec![request.requestor, request.beneficiary];
    ids.extend(&asked);
    for event in &history {
        if let Actor::User(id) = event.actor {
            ids.push(id);
        }
        if let Action::StageDecided { stood_in_for, .. } = &event.action {
            ids.extend(*stood_in_for);
        }
        if let Action::StageOpened { asked, .. }
        | Action::StageEscalated { asked, .. }
        | Action::ApproversReminded { asked, .. }
        | Action::EmergencyUsed { told: asked, .. } = &event.action
        {
            ids.extend(asked.iter().take(3));
        }
    }
    if let State::Denied { by, .. } | State::Canceled { by, .. } = &request.state {
        ids.push(*by);
    }
    ids.extend(ask_back::people(&request));
    let people = People::load(asking, &ids).await?;
    let now = asking.now;
    let (ends_at, over) = in_force(asking, &request).await?;
    let paths = contents.paths(&if mine { "You".to_owned() } else { people.name(request.beneficiary) });
    let gives = said(&contents);
    let telling = Telling { request: &request, events: &history, people: &people, asked: &asked, gives: &gives, ends_at, now };
    let timeline = timeline(&telling);
    let summary = summary(&request, &people, &asked, (me, now), ends_at, over);
    let answer = rules::request::may_answer(&request, &[], me, &|id| people.name(id), now).is_ok();
    let asked_back = ask_back::view(&request, &people, answer, now);
    let cancel = rules::request::may_cancel(&request, me, administrates, asking.now).is_ok().then(|| {
        let names: Vec<String> = asked.iter().map(|id| people.name(*id)).collect();
        if names.is_empty() {
            "Nothing more happens after this. The history keeps what was said.".to_owned()
        } else {
            format!(
                "{} will be told that there is nothing left to decide. The history keeps what was said.",
                super::words::both(&names)
            )
        }
    });
    let targets = if !over && request.state.given().is_some() {
        crate::target::at_targets(&mut asking.link, request.beneficiary, &contents.direct, now).await?
    } else {
        Vec::new()
    };
    let mut summary = summary;
    let mut badge = badge(&request, over);
    // A package is delivered when targets have confirmed it; an activation is in force here before that, and says what is not there.
    let pending: Vec<String> = targets.iter().filter_map(|at| at.pending().map(str::to_owned)).collect();
    if matches!((&request.state, &request.wish), (State::Delivered { .. }, Wish::Activation { .. })) && !pending.is_empty() {
        summary = format!("{summary} It is still being set up in {}.", super::words::both(&pending));
        badge.tone = "work".to_owned();
    }
    let sees_settings = rules::access::sees_settings(asking.visitor);
    let targets = targets.iter().map(|at| at.view(&contents, sees_settings)).collect();
    let reprocess = rules::reprocess::may_reprocess(&request, Some(me), administrates).is_ok();
    let again = mine
        && request.package().is_some()
        && !request.is_assigned()
        && (over
            || matches!(
                request.state,
                State::Denied { .. }
                    | State::TurnedDown { .. }
                    | State::Expired { .. }
                    | State::Canceled { .. }
                    | State::DeliveryFailed { .. }
            ));
    Ok(Request {
        request: id,
        package: request.package(),
        name: request.terms.name.clone(),
        requestor: people.persona(request.beneficiary),
        made_by: made_by(&request, &people),
        mine,
        led,
        sees_all: rules::access::sees_all_requests(asking.visitor),
        badge,
        summary,
        asked_back,
        answer,
        timeline,
        facts: facts(&request),
        gives: paths,
        targets,
        cancel,
        again,
        reprocess,
    })
}

/// When what was delivered ends, and whether it has ended already.
async fn in_force(asking: &mut Asking<'_>, request: &Stored) -> Result<(Option<Ts>, bool), Problem> {
    let now = asking.now;
    Ok(match (request.state.given(), request.package()) {
        (Some(Given::Package(id)), Some(package)) => {
            let held = packages::held(&mut asking.link, request.beneficiary, package).await?;
            match held.filter(|held| held.id == id && rules::request::holds(held, now)) {
                Some(held) => (held.ends_at, false),
                None => (None, true),
            }
        }
        (Some(Given::Role(id)), _) => {
            let given = assignments::get(&mut asking.link, id).await?;
            let there = |given: &Assignment| match request.wish {
                // What was extended may be eligible, or begin later.
                Wish::Extension { .. } => rules::role_assignment::is_there(given, now),
                Wish::Activation { .. } | Wish::Package { .. } => rules::effective::in_force(given, now),
            };
            match given.filter(there) {
                Some(given) => (given.ends_at, false),
                None => (None, true),
            }
        }
        (Some(Given::Package(_)), None) | (None, _) => (None, false),
    })
}

/// A delivered request whose access has ended says so.
fn badge(request: &Stored, over: bool) -> Badge {
    match (&request.state, &request.wish) {
        _ if over => Badge::new("Access ended", "plain"),
        (State::Delivered { .. }, Wish::Activation { .. }) => Badge::new("Activated", "good"),
        (State::Delivered { .. }, Wish::Extension { renews, .. }) => {
            Badge::new(if *renews { "Renewed" } else { "Extended" }, "good")
        }
        (state, _) => state.phase().into(),
    }
}

/// `Global Admins JIT · Member, and through it Global Administrator`
fn said(contents: &super::words::Contents) -> String {
    let mut said = Vec::new();
    for given in &contents.direct {
        let (_, name, via) = contents.named.describe_given(given);
        let mut text = if via.is_empty() { name } else { format!("{name} · {via}") };
        if let model::access::ResourceRole::GroupMember(group) = given.role {
            let through: Vec<String> = contents
                .through
                .iter()
                .filter(|(inside, _)| *inside == group)
                .map(|(_, role)| contents.named.describe(*role).1)
                .collect();
            if !through.is_empty() {
                text = format!("{text}, and through it {}", super::words::both(&through));
            }
        }
        said.push(text);
    }
    said.join("; ")
}

fn summary(
    request: &Stored,
    people: &People,
    asked: &[UserId],
    (me, now): (UserId, model::Ts),
    ends_at: Option<model::Ts>,
    over: bool,
) -> String {
    let stages = request.terms.stages.len();
    let activation = matches!(request.wish, Wish::Activation { .. });
    let extension = matches!(request.wish, Wish::Extension { .. });
    match &request.state {
        State::Scheduled { starts_at, .. } if activation => format!("It is activated on {}.", starts_at.in_sentence()),
        State::Delivering { .. } if activation => "It is being activated.".to_owned(),
        State::Delivered { .. } if activation && over => "The activation has ended.".to_owned(),
        State::Delivered { .. } if activation => match ends_at {
            Some(end) => format!("It is active, and ends by itself on {}.", end.in_sentence()),
            None => "It is active.".to_owned(),
        },
        State::Delivered { .. } if extension && over => "The assignment has ended since then.".to_owned(),
        State::Delivered { .. } if extension => match ends_at {
            Some(end) => format!("The assignment lasts until {}.", end.in_sentence()),
            None => "The assignment is permanent.".to_owned(),
        },
        State::DeliveryFailed { reason, .. } if activation => format!("It was not activated. {}", reason.words()),
        State::PendingApproval { .. } if waits_for(request, me, now) => waits_for_answer(request, people, me) + ".",
        State::PendingApproval { stage, .. } => {
            let names: Vec<String> = asked.iter().map(|id| people.name(*id)).collect();
            format!("Stage {} of {stages} is waiting for {}.", stage + 1, either(&names))
        }
        State::Scheduled { starts_at, .. } => format!("Approved. Access starts on {}.", starts_at.in_sentence()),
        State::Delivering { .. } => "Approved. Access is being put into effect.".to_owned(),
        State::Confirming { .. } if over => "The access has ended before everything of it was confirmed.".to_owned(),
        State::Confirming { partly: true, .. } => {
            "Approved. Some of the access works; what is overdue is tried again until it does.".to_owned()
        }
        State::Confirming { .. } => "Approved. Applications still have to confirm the access.".to_owned(),
        State::Delivered { .. } if over => "The access was delivered and has ended.".to_owned(),
        State::Delivered { .. } => match ends_at {
            Some(end) => format!("The access is in force. It ends by itself on {}.", end.in_sentence()),
            None => "The access is in force and has no end date.".to_owned(),
        },
        State::DeliveryFailed { reason, .. } => format!("Approved, but not delivered. {}", reason.words()),
        State::Answering { .. } | State::TurnedDown { .. } => answering::summary(request),
        State::Denied { stage, by, .. } => format!("{} denied stage {} of {stages}.", people.name(*by), stage + 1),
        State::Expired { stage, .. } => format!("Nobody decided stage {} of {stages} in time. This is not a denial.", stage + 1),
        State::Canceled { by, .. } => format!("Canceled by {}.", people.name(*by)),
    }
}

fn facts(request: &Stored) -> Vec<Fact> {
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    let mut facts = Vec::new();
    if request.terms.ends_at.is_none() {
        facts.push(fact("For", request.how_long().in_sentence()));
    }
    if let Wish::Extension { renews, .. } = request.wish {
        let kind = if renews { "Renewal of an assignment that has ended" } else { "Extension of an assignment" };
        facts.push(fact("Kind", kind.to_owned()));
    } else if request.extends().is_some() {
        facts.push(fact("Kind", "Extension of access that is held".to_owned()));
    } else {
        facts.push(fact("Start", request.terms.starts_at.map_or_else(|| "At once".to_owned(), model::Ts::in_sentence)));
    }
    if let Some(end) = request.terms.ends_at {
        facts.push(fact("End", end.in_sentence()));
    }
    facts.extend(answers(request));
    if request.package().is_some() {
        facts.push(fact("Policy", request.terms.policy_name.clone()));
    }
    facts
}

/// What was said besides the reason: questions with their answers, of which an empty one says so, and the ticket.
pub fn answers(request: &Stored) -> Vec<Fact> {
    let said = request.terms.answers.iter().map(|answered| Fact {
        name: answered.text.clone(),
        value: if answered.answers.is_empty() { "No answer".to_owned() } else { answered.answers.join(", ") },
    });
    let ticket = &request.terms.ticket;
    let ticket = (!ticket.is_empty())
        .then(|| Fact { name: "Ticket".to_owned(), value: [ticket.system.as_str(), &ticket.number].join(" ").trim().to_owned() });
    said.chain(ticket).collect()
}
