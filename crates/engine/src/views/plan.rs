//! The approval plan: the same lists and the same rules that route the request.

use super::Asking;
use super::words::{People, either};
use crate::Problem;
use model::answering::{Moment, Silence, ToAsk};
use model::approval::{Approver, Stage};
use model::limits::PLAN_NAMES_MAX;
use model::request::Decision;
use model::time::count;
use model::view::{Badge, Persona, PlanStage};
use model::{Span, UserId};
use rules::approval::{StagePeople, asked_first, stand_ins_of};
use std::collections::BTreeSet;
use store::groups;

/// The plan as it stands after `decisions`: who decided a stage is not asked in a later one.
pub async fn plan(
    asking: &mut Asking<'_>,
    stages: &[Stage],
    people: &[StagePeople],
    barred: &BTreeSet<UserId>,
    decisions: &[Decision],
) -> Result<Vec<PlanStage>, Problem> {
    let asked_in = |(number, (stage, people)): (usize, (&Stage, &StagePeople))| {
        let earlier = decisions.iter().filter(|decision| decision.stage < number).flat_map(rules::delegation::used_up);
        let excluded: BTreeSet<UserId> = barred.iter().copied().chain(earlier).collect();
        let asked = asked_first(stage, people, &excluded).1;
        // Of a crowd nobody is named, and so is nobody who decides in the place of one of them.
        let stand_ins = if are_few(&asked) { stand_ins_of(&asked, people, &excluded) } else { Vec::new() };
        (asked, stand_ins)
    };
    let (asked, stand_ins): (Vec<_>, Vec<_>) = stages.iter().zip(people).enumerate().map(asked_in).unzip();
    let mut named: Vec<UserId> = asked.iter().filter(|all| are_few(all)).flatten().copied().collect();
    let shown = stand_ins.iter().flat_map(|all| all.iter().take(PLAN_NAMES_MAX));
    named.extend(shown.flat_map(|(delegate, of)| [*delegate, *of]));
    let escalation: Vec<UserId> = people.iter().flat_map(|people| people.escalation.iter().take(2)).copied().collect();
    let people_by_id = People::load(asking, &[named, escalation].concat()).await?;
    let group_ids: Vec<_> = stages
        .iter()
        .flat_map(|stage| &stage.approvers)
        .filter_map(|approver| match approver {
            Approver::Group { id } => Some(*id),
            Approver::User { .. }
            | Approver::Manager { .. }
            | Approver::Owners
            | Approver::Sponsors
            | Approver::RoleHolders { .. } => None,
        })
        .collect();
    let group_names = groups::names(&mut asking.link, &group_ids).await?;
    Ok(stages
        .iter()
        .zip(people)
        .zip(&asked)
        .zip(&stand_ins)
        .enumerate()
        .map(|(number, (((stage, people), asked), stand_ins))| {
            let few = are_few(asked);
            let crowd = (!few).then(|| {
                let groups: Vec<String> = stage
                    .approvers
                    .iter()
                    .filter_map(|approver| match approver {
                        Approver::Group { id } => group_names.get(id).cloned(),
                        Approver::User { .. }
                        | Approver::Manager { .. }
                        | Approver::Owners
                        | Approver::Sponsors
                        | Approver::RoleHolders { .. } => None,
                    })
                    .collect();
                if groups.is_empty() {
                    format!("{} people", asked.len())
                } else {
                    format!("{} people, members of {}", asked.len(), groups.join(", "))
                }
            });
            let shown: Vec<Persona> =
                if few { asked.iter().map(|id| relation(&people_by_id, stage, people, *id)).collect() } else { Vec::new() };
            let mut hint = hint(stage, asked.len());
            for (delegate, of) in stand_ins.iter().take(PLAN_NAMES_MAX) {
                let (delegate, of) = (people_by_id.name(*delegate), people_by_id.name(*of));
                hint = format!("{hint} {of}, or {delegate} for {of}.");
            }
            if let Some(more @ 1..) = stand_ins.len().checked_sub(PLAN_NAMES_MAX) {
                hint = format!("{hint} And {}.", count(i64::try_from(more).unwrap_or(i64::MAX), "more delegation"));
            }
            if let Some(escalation) = &stage.escalation {
                let names: Vec<String> = people.escalation.iter().map(|id| people_by_id.name(*id)).collect();
                let after = Span::minutes(i64::from(escalation.after_minutes)).words();
                hint = format!("{hint} After {after}, {} is asked as well.", either(&names));
            }
            PlanStage {
                title: format!("Stage {} of {}", number + 1, stages.len()),
                badge: None,
                now: false,
                people: shown,
                crowd,
                webhook: None,
                hint,
            }
        })
        .collect())
}

/// Whether those who are asked are named.
fn are_few(asked: &[UserId]) -> bool {
    asked.len() <= PLAN_NAMES_MAX
}

/// `One of the two decides within 4 hours.`
fn hint(stage: &Stage, asked: usize) -> String {
    let window = stage.window().words();
    match (stage.quorum, asked) {
        (_, 0) => "Nobody can be asked at the moment.".to_owned(),
        (1, 1) => format!("Decides within {window}."),
        (1, 2) => format!("One of the two decides within {window}."),
        (1, _) => format!("One of them decides within {window}."),
        (n, _) => format!("{n} of them have to approve within {window}."),
    }
}

/// The person, said as "the manager" or "a sponsor" where that is why they are asked.
fn relation(people: &People, stage: &Stage, lists: &StagePeople, id: UserId) -> Persona {
    let mut persona = people.persona(id);
    // A stage that asks one relation alone asks nobody else; then the relation says more than a title.
    if lists.approvers.contains(&id) {
        match stage.approvers.as_slice() {
            [Approver::Manager { level: 1 }] => persona.under = "the manager".to_owned(),
            [Approver::Manager { level }] => persona.under = format!("manager, level {level}"),
            [Approver::Sponsors] => persona.under = "a sponsor".to_owned(),
            _ => {}
        }
    }
    persona
}

/// Adds the webhook that is asked to a plan: before its stages or after them.
pub fn add_webhook(plan: &mut Vec<PlanStage>, asks: Option<&ToAsk>) {
    let Some(asks) = asks else { return };
    let (place, title) = match (asks.moment, plan.is_empty()) {
        (_, true) => (0, "Another server"),
        (Moment::Submitted, false) => (0, "Before the approvals begin"),
        (Moment::Approved, false) => (plan.len(), "After the last approval"),
    };
    let without = match asks.silence {
        Silence::Denies => "the request is denied",
        Silence::GoesOn => "the request goes on",
    };
    let hint = format!(
        "A webhook, which can let the request go on or deny it. It has {} to answer; without an answer {without}.",
        asks.window().words()
    );
    let (webhook, title) = (Some(asks.name.clone()), title.to_owned());
    let stage = PlanStage { title, badge: None, now: false, people: Vec::new(), crowd: None, webhook, hint };
    plan.insert(place, stage);
}

/// Marks what was decided and what waits.
pub fn mark(plan: &mut [PlanStage], open: Option<usize>, ended: Option<(usize, Badge)>, hints: &[Option<String>]) {
    for (number, stage) in plan.iter_mut().enumerate() {
        let done = match (&open, &ended) {
            (Some(open), _) => number < *open,
            (None, Some((ended, _))) => number < *ended,
            (None, None) => true,
        };
        stage.badge = if done {
            Some(Badge::new("Approved", "good"))
        } else if open == Some(number) {
            stage.now = true;
            Some(Badge::new("Waiting", "warn"))
        } else {
            ended.as_ref().filter(|(at, _)| *at == number).map(|(_, badge)| badge.clone())
        };
        if let Some(Some(hint)) = hints.get(number) {
            stage.hint.clone_from(hint);
        }
    }
}
