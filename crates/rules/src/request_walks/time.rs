//! What time does in a small world, delivery and ends, and what is true at every moment.

use super::world::{Case, Next, Setting, World, hold};
use crate::effective;
use crate::request::{Delivery, deliver, due, holds, package_assignment_due, wakes_at};
use crate::tests::id;
use model::access::{Assignment, AssignmentType, EndReason, ResourceRole, Source};
use model::approval::Verdict;
use model::event::Action;
use model::package::{Lasts, PackageRole};
use model::request::{Decision, Given, PackageAssignment, Phase, Request, State};
use model::{AssignmentId, GroupId, PackageAssignmentId, PackageId, Span, UserId};
use std::collections::BTreeSet;

impl World {
    pub fn due(&self, setting: &Setting, number: usize) -> Next {
        let (now, case) = (self.now, &self.cases[number]);
        let Some(before) = &case.request else { return Ok(None) };
        let here = case.pending().map(|(stage, ..)| self.people[stage].clone()).unwrap_or_default();
        let step = due(before, &here, &case.decisions, now);
        let Some((stage, opened_at, decide_by)) = case.pending() else {
            let starts = matches!(before.state, State::Scheduled { starts_at, .. } if starts_at <= now);
            hold!(step.is_some() == starts, "in {:?} time did {step:?}", before.state);
            let Some(step) = step else { return Ok(None) };
            hold!(step.request.state.phase() == Phase::Delivering, "a scheduled start led to {:?}", step.request.state);
            return self.with(setting, number, step, None);
        };
        let settings = &setting.stages()[stage];
        let stood = case.stood(stage);
        let escalates_at = settings.escalation.as_ref().map(|e| opened_at + stood + Span::minutes(i64::from(e.after_minutes)));
        let over = decide_by <= now;
        let pauses_until = case.pauses_until(stage);
        let resumes = pauses_until.is_some_and(|until| until <= now);
        let runs = !over && pauses_until.is_none();
        let half = Span(30_000 * i64::from(settings.window_minutes));
        let reminds = runs && case.reminders == 0 && opened_at + stood + half <= now;
        let escalates = runs && case.escalations == 0 && escalates_at.is_some_and(|at| at <= now);
        hold!(
            step.is_some() == (over || resumes || reminds || escalates),
            "something was due and was not done, or the other way round"
        );
        let Some(step) = step else { return Ok(None) };
        let asked_so_far = match &step.request.state {
            State::PendingApproval { asked, .. } => asked.iter().copied().collect(),
            _ => BTreeSet::new(),
        };
        let (mut reminders, mut escalations) = (case.reminders, case.escalations);
        match step.actions.as_slice() {
            [Action::StageResumed { stage: of, decide_by: until }] => {
                hold!(resumes && !over && *of == stage && *until == decide_by, "the window went on at the wrong time");
            }
            [Action::StageExpired { stage: of }] | [Action::StageResumed { .. }, Action::StageExpired { stage: of }] => {
                hold!(resumes == (step.actions.len() == 2), "an expiry forgot the window that stood still, or made one up");
                hold!(over && *of == stage, "stage {of} expired before its time");
                hold!(step.request.state == State::Expired { stage, at: decide_by }, "expiry led to {:?}", step.request.state);
            }
            [Action::ApproversReminded { asked, .. }] => {
                hold!(reminds, "reminded at the wrong time or twice");
                let asked: BTreeSet<UserId> = asked.iter().copied().collect();
                let free: BTreeSet<UserId> = &here.approvers.iter().copied().collect() - &case.used();
                let approvals = case.decisions.iter().filter(|decision| decision.stage == stage).count();
                let short = free.len() + approvals < setting.stages()[stage].quorum as usize;
                let fallen_back = |request: &Request| matches!(request.state, State::PendingApproval { fallback: true, .. });
                hold!(
                    fallen_back(&step.request) == (fallen_back(before) || short),
                    "the fallback approvers are asked when the others are too few, and stay asked"
                );
                let after = Case { request: Some(step.request.clone()), ..case.clone() };
                hold!(asked == after.allowed(&self.people, now), "reminded {asked:?}, and others may decide");
                hold!(asked.is_subset(&asked_so_far), "somebody was reminded and will not be told the outcome");
                reminders += 1;
            }
            [Action::StageEscalated { asked, .. }] => {
                hold!(escalates, "escalated at the wrong time or twice");
                escalations += 1;
                let more: BTreeSet<UserId> = &here.escalation.iter().copied().collect() - &case.used();
                hold!(asked.iter().all(|person| more.contains(person)), "escalated to people who may not decide: {asked:?}");
                hold!(more.is_subset(&asked_so_far), "the escalation left somebody out");
            }
            other => return Err(format!("time alone did {other:?}")),
        }
        let mut next = self.with(setting, number, step, None)?;
        if let Some(case) = next.as_mut().map(|next| &mut next.cases[number]) {
            (case.reminders, case.escalations) = (reminders, escalations);
            if resumes {
                case.goes_on(now);
            }
        }
        Ok(next)
    }

    pub fn assign(&self, setting: &Setting, number: usize) -> Option<Self> {
        let mut world = self.clone();
        let case = &mut world.cases[number];
        let given = PackageAssignment {
            id: PackageAssignmentId(id(100_000 * (1 + number as u128) + case.held.len() as u128)),
            package: PackageId(id(60)),
            policy: setting.policy.id,
            holder: case.requestor,
            request: None,
            starts_at: self.now,
            ends_at: Some(self.now + Span::minutes(1)),
            ended_at: None,
            version: 0,
        };
        case.held.push(given);
        self.cases[number].not_ended().is_none().then_some(world)
    }

    pub fn deliver(&self, setting: &Setting, number: usize, exists: bool) -> Next {
        let (now, case) = (self.now, &self.cases[number]);
        let Some(before) = &case.request else { return Ok(None) };
        let roles = [
            PackageRole { role: ResourceRole::GroupMember(GroupId(id(50))), assignment_type: AssignmentType::Active },
            PackageRole { role: ResourceRole::GroupOwner(GroupId(id(51))), assignment_type: AssignmentType::Active },
        ];
        let n = 10_000 * (1 + number as u128) + 10 * case.submissions;
        let ids = [AssignmentId(id(n + 1)), AssignmentId(id(n + 2))];
        let facts = Delivery {
            roles: &roles,
            held: case.not_ended(),
            exists,
            incompatible: false,
            assignment: PackageAssignmentId(id(n)),
            assignments: &ids,
            came_with_it: &[],
        };
        let made = deliver(before, &facts, now);
        hold!(made.is_some() == (before.state.phase() == Phase::Delivering), "from {:?} delivery made {made:?}", before.state);
        let Some(made) = made else { return Ok(None) };
        hold!(before.terms.starts_at.is_none_or(|starts_at| starts_at <= now), "delivered before its start");
        hold!(deliver(&made.step.request, &facts, now).is_none(), "delivered twice");
        let by_policy = match case.yes.lasts {
            Lasts::Forever => None,
            Lasts::Until { at } => Some(at),
            Lasts::For { minutes } => Some(now + Span::minutes(i64::from(minutes))),
        };
        // What is given is what the requestor asked for, or said yes to.
        let end = [by_policy, case.yes.ends_at].into_iter().flatten().min();
        let can = exists && !case.holds(now) && end.is_none_or(|end| now < end);
        let state = &made.step.request.state;
        let Some(given) = made.held else {
            hold!(!can, "delivery failed for no reason: {state:?}");
            hold!(state.phase() == Phase::DeliveryFailed && made.assignments.is_empty(), "a failed delivery led to {state:?}");
            return self.with(setting, number, made.step, None);
        };
        hold!(can, "delivered what is over, gone, or held already");
        quorums(setting, case)?;
        hold!(given.holder == case.requestor && given.starts_at == now && given.ends_at == end, "delivery gave {given:?}");
        hold!(*state == State::Delivered { at: now, given: Given::Package(given.id) }, "delivery led to {state:?}");
        for (assignment, role) in made.assignments.iter().zip(&roles) {
            let window = (assignment.starts_at, assignment.ends_at) == (given.starts_at, given.ends_at);
            hold!(
                window && assignment.role == role.role && assignment.source == Source::Package(given.id),
                "it came with {assignment:?}"
            );
        }
        hold!(made.assignments.len() == roles.len(), "not everything of the package was given");
        // As the engine does: what ran out this very moment is ended first.
        let ended = self.end_package(number)?;
        let mut next = ended.as_ref().unwrap_or(self).with(setting, number, made.step, None)?;
        if let Some(case) = next.as_mut().map(|next| &mut next.cases[number]) {
            case.held.push(given);
            case.assignments.extend(made.assignments);
        }
        Ok(next)
    }

    pub fn end_package(&self, number: usize) -> Next {
        let now = self.now;
        let mut world = self.clone();
        let case = &mut world.cases[number];
        let mut any = false;
        for held in &mut case.held {
            let over = held.ended_at.is_none() && held.ends_at.is_some_and(|end| end <= now);
            let actions = package_assignment_due(held, &case.assignments, now);
            hold!(actions.is_some() == over, "at the end of a package {held:?} time did {actions:?}");
            let Some(actions) = actions else { continue };
            let mut expected = vec![Action::PackageAssignmentEnded {
                assignment: held.id,
                package: held.package,
                holder: Some(held.holder),
                // What nobody asked for came by a rule.
                reason: if held.request.is_some() { EndReason::Expired } else { EndReason::RuleNoLongerMatches },
                words: String::new(),
            }];
            for own in case.assignments.iter_mut().filter(|assignment| assignment.source == Source::Package(held.id)) {
                own.ended_at = Some(now);
                let (assignment, principal, role) = (own.id, own.principal, own.role);
                expected.push(Action::AssignmentEnded {
                    assignment,
                    principal,
                    role,
                    reason: EndReason::PackageEnded,
                    words: String::new(),
                });
            }
            let same = actions.len() == expected.len() && expected.iter().all(|action| actions.contains(action));
            hold!(same, "the end of a package did {actions:?} and not {expected:?}");
            held.ended_at = Some(now);
            any = true;
        }
        Ok(any.then_some(world))
    }

    /// What is true of a case at every moment.
    pub fn sound(&self, setting: &Setting, number: usize) -> Result<(), String> {
        let (now, case) = (self.now, &self.cases[number]);
        for held in &case.held {
            let own: Vec<Assignment> =
                case.assignments.iter().filter(|a| a.source == Source::Package(held.id)).cloned().collect();
            let edges =
                [Some(held.starts_at - Span(1)), Some(held.starts_at), held.ends_at.map(|end| end - Span(1)), held.ends_at];
            for at in edges.into_iter().flatten().chain([now]) {
                let inside = held.starts_at <= at && held.ends_at.is_none_or(|end| at < end);
                // Asked about the past, an ended package answers for now: it is over.
                hold!(holds(held, at) == (inside && held.ended_at.is_none()), "at {at:?} this is not so: {held:?}");
                let reached = effective::held(case.requestor, true, &own, at).len();
                hold!(reached == if inside { own.len() } else { 0 }, "at {at:?} the person holds {reached} things by {held:?}");
            }
        }
        let holding = case.held.iter().filter(|held| holds(held, now)).count();
        hold!(holding <= 1, "the package is held {holding} times");
        let besides = case.assignments.iter().take(2).filter(|assignment| effective::in_force(assignment, now)).count();
        hold!(besides == 2, "the end of a package took what came another way");
        let Some(request) = &case.request else { return Ok(()) };
        let phase = request.state.phase();
        hold!(wakes_at(request).is_some() == phase.is_open(), "{:?} wakes at {:?}", request.state, wakes_at(request));
        hold!(case.used().len() == case.decisions.len() + 1, "somebody decided twice, or their own request");
        self.windows(setting, case)?;
        let denials = case.decisions.iter().filter(|decision| decision.verdict == Verdict::Deny).count();
        hold!(denials == usize::from(phase == Phase::Denied), "{denials} denials, and {:?}", request.state);
        // Doing all that is due leaves nothing due.
        let mut calm = None;
        for _ in 0..4 {
            match calm.as_ref().unwrap_or(self).due(setting, number)? {
                Some(next) => calm = Some(next),
                None => break,
            }
        }
        let calm = calm.as_ref().unwrap_or(self);
        hold!(calm.due(setting, number)?.is_none(), "what is due has no end");
        let late = calm.cases[number].request.as_ref().filter(|r| r.state.phase() != Phase::Delivering).and_then(wakes_at);
        hold!(late.is_none_or(|at| at > now), "it was to wake at {late:?}, and nothing is due");
        Ok(())
    }
}

/// Every stage has its quorum, and nobody counts in two.
fn quorums(setting: &Setting, case: &Case) -> Result<(), String> {
    let mut counted = BTreeSet::from([case.requestor]);
    for (number, stage) in setting.stages().iter().enumerate() {
        let of_stage: Vec<&Decision> =
            case.decisions.iter().filter(|decision| decision.stage == number && decision.verdict == Verdict::Approve).collect();
        hold!(of_stage.len() >= stage.quorum as usize, "delivered with {} approvals in stage {number}", of_stage.len());
        for decision in of_stage {
            hold!(counted.insert(decision.approver), "{} was counted twice or approved for themselves", decision.approver);
        }
    }
    Ok(())
}
