//! Stages and the people who decide them: one engine for everything that waits for people.

use model::approval::{Part, Stage};
use model::request::{Decision, State};
use model::view::approval::Due;
use model::{Refusal, Span, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// The people behind a stage's three lists, resolved against the directory just now: enabled users only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StagePeople {
    pub approvers: Vec<UserId>,
    pub escalation: Vec<UserId>,
    pub fallback: Vec<UserId>,
    /// Who stands in for whom of these people now: delegate and person. One level only, whoever stands in.
    pub stand_ins: Vec<(UserId, UserId)>,
}

/// The last moment of what is due so soon: whatever is to be decided by then, that moment included. A window that stands still
/// counts by the end that it has if nobody answers.
pub fn due_by(due: Due, now: Ts) -> Ts {
    let days = match due {
        Due::Day => 1,
        Due::ThreeDays => 3,
        Due::Week => 7,
    };
    now + Span::days(days)
}

/// Who can never decide a request, whatever list they are on: those who made it or benefit from it.
pub fn barred(requestor: UserId, beneficiary: UserId) -> BTreeSet<UserId> {
    BTreeSet::from([requestor, beneficiary])
}

/// Who is asked when a stage opens: its approvers, or these and the fallback approvers when the approvers alone
/// cannot meet the quorum. `barred` holds those who may not decide, earlier deciders included.
pub fn asked_first(stage: &Stage, people: &StagePeople, barred: &BTreeSet<UserId>) -> (Part, Vec<UserId>) {
    let first = without(&people.approvers, barred);
    if first.len() >= stage.quorum as usize {
        return (Part::Approvers, first);
    }
    let mut both = people.approvers.clone();
    both.extend(&people.fallback);
    let both = without(&both, barred);
    if both.len() > first.len() { (Part::Fallback, both) } else { (Part::Approvers, first) }
}

/// The distinct people of a list who may decide, in the order of the list.
pub fn without(people: &[UserId], barred: &BTreeSet<UserId>) -> Vec<UserId> {
    let mut seen = BTreeSet::new();
    people.iter().copied().filter(|person| !barred.contains(person) && seen.insert(*person)).collect()
}

/// Whether all stages can be decided at all. One person counts for one stage only, so it is not enough that
/// each stage alone has people: they must suffice for all stages together. Names the first stage that cannot be met.
pub fn can_be_decided(stages: &[Stage], people: &[StagePeople], barred: &BTreeSet<UserId>) -> Result<(), Refusal> {
    let mut places: Vec<(usize, Vec<UserId>)> = Vec::new();
    let mut seated: BTreeMap<UserId, usize> = BTreeMap::new();
    let nobody = StagePeople::default();
    for (number, stage) in stages.iter().enumerate() {
        let people = people.get(number).unwrap_or(&nobody);
        let (_, mut asked) = asked_first(stage, people, barred);
        for found in 0..stage.quorum as usize {
            places.push((number, asked.clone()));
            let place = places.len() - 1;
            if place_person(place, &places, &mut seated, &mut BTreeSet::new()) {
                continue;
            }
            // The earlier stages use these approvers up, so the fallback approvers will be asked.
            asked = without(&[people.approvers.as_slice(), &people.fallback].concat(), barred);
            for (_, candidates) in places.iter_mut().filter(|(of, _)| *of == number) {
                candidates.clone_from(&asked);
            }
            if !place_person(place, &places, &mut seated, &mut BTreeSet::new()) {
                return Err(Refusal::NoApprover { stage: number + 1, needed: stage.quorum, found });
            }
        }
    }
    Ok(())
}

/// Whether one person's approval of the open stage would leave a later stage without people, while others could approve
/// this one in their place: one person counts for one stage only. Names the later stage.
/// `decided` holds everybody who decided so far; `approvals` is how many of them approved the open stage.
pub fn needed_later(
    stages: &[Stage],
    people: &[StagePeople],
    open: usize,
    approvals: usize,
    barred: &BTreeSet<UserId>,
    decided: &BTreeSet<UserId>,
    person: UserId,
    stood_in_for: Option<UserId>,
) -> Option<usize> {
    let (later, later_people) = (stages.get(open + 1..)?, people.get(open + 1..)?);
    let mut without_me: BTreeSet<UserId> = barred | decided;
    let with_me = without_me.clone();
    without_me.insert(person);
    // A stand-in's approval counts for both; without it the person may still decide here.
    without_me.extend(stood_in_for);
    let Err(Refusal::NoApprover { stage, .. }) = can_be_decided(later, later_people, &without_me) else { return None };
    // The same stages, this one first, decided by others here.
    let mut rest = stages.get(open..)?.to_vec();
    let mut rest_people = people.get(open..)?.to_vec();
    if let (Some(here), Some(seats)) = (rest.first_mut(), rest_people.first_mut()) {
        here.quorum = here.quorum.saturating_sub(u32::try_from(approvals).unwrap_or(u32::MAX));
        seats.approvers.retain(|approver| *approver != person);
        seats.fallback.retain(|approver| *approver != person);
    }
    can_be_decided(&rest, &rest_people, &with_me).is_ok().then_some(open + 1 + stage)
}

/// Finds a person for a place, moving others to other places when that helps (an augmenting path).
fn place_person(
    place: usize,
    places: &[(usize, Vec<UserId>)],
    seated: &mut BTreeMap<UserId, usize>,
    tried: &mut BTreeSet<UserId>,
) -> bool {
    let Some((_, candidates)) = places.get(place) else { return false };
    for person in candidates {
        if !tried.insert(*person) {
            continue;
        }
        let free = match seated.get(person).copied() {
            None => true,
            Some(other) => place_person(other, places, seated, tried),
        };
        if free {
            seated.insert(*person, place);
            return true;
        }
    }
    false
}

/// On which list of a stage somebody stands now: the facts behind [`may_decide`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seat {
    pub approvers: bool,
    pub escalation: bool,
    pub fallback: bool,
}

/// Where a person stands on the lists of a stage.
pub fn seat(person: UserId, stage: &StagePeople) -> Seat {
    Seat {
        approvers: stage.approvers.contains(&person),
        escalation: stage.escalation.contains(&person),
        fallback: stage.fallback.contains(&person),
    }
}

/// Whether this person may decide the open stage now. Everyone who shows or takes a decision asks here.
pub fn may_decide(
    requestor: UserId,
    beneficiary: UserId,
    state: &State,
    decisions: &[Decision],
    person: UserId,
    seat: Seat,
    name: &(dyn Fn(UserId) -> String + Sync),
) -> Result<usize, Refusal> {
    if barred(requestor, beneficiary).contains(&person) {
        return Err(Refusal::OwnRequest);
    }
    let mine = decisions.iter().find(|decision| crate::delegation::used_up(decision).any(|used| used == person));
    match state {
        State::PendingApproval { stage, escalated_at, fallback, .. } => {
            if let Some(decision) = mine {
                return Err(already(decision, person, name));
            }
            let seated = seat.approvers || (seat.escalation && escalated_at.is_some()) || (seat.fallback && *fallback);
            if seated { Ok(*stage) } else { Err(Refusal::NotAnApprover) }
        }
        // Nobody is asked before the webhook answered.
        State::Answering { .. } => Err(match mine {
            Some(decision) => already(decision, person, name),
            None => Refusal::NotAnApprover,
        }),
        // The state does not say who approved; the last decision does.
        State::Scheduled { .. }
        | State::Delivering { .. }
        | State::Confirming { .. }
        | State::Delivered { .. }
        | State::DeliveryFailed { .. } => Err(match mine.or(decisions.last()) {
            Some(decision) => already(decision, person, name),
            None => settled_refusal(state, name),
        }),
        State::Denied { .. } | State::TurnedDown { .. } | State::Expired { .. } | State::Canceled { .. } => Err(match mine {
            Some(decision) => already(decision, person, name),
            None => settled_refusal(state, name),
        }),
    }
}

/// The same for somebody who may stand in for others: the open stage, and in whose place they decide it; nobody's when
/// they are asked themselves.
pub fn may_decide_as(
    requestor: UserId,
    beneficiary: UserId,
    state: &State,
    decisions: &[Decision],
    person: UserId,
    people: &StagePeople,
    name: &(dyn Fn(UserId) -> String + Sync),
) -> Result<(usize, Option<UserId>), Refusal> {
    let may = |who: UserId| may_decide(requestor, beneficiary, state, decisions, who, seat(who, people), name);
    match may(person) {
        Err(Refusal::NotAnApprover) => {
            let mut stood_for = people.stand_ins.iter().filter(|(delegate, _)| *delegate == person).map(|(_, of)| *of);
            let found = stood_for.find_map(|of| may(of).ok().map(|stage| (stage, Some(of))));
            found.ok_or(Refusal::NotAnApprover)
        }
        own => own.map(|stage| (stage, None)),
    }
}

/// Adds those who stand in for somebody of `asked`, each once.
pub fn with_stand_ins(mut asked: Vec<UserId>, people: &StagePeople, excluded: &BTreeSet<UserId>) -> Vec<UserId> {
    let delegates = stand_ins_of(&asked, people, excluded);
    asked.extend(delegates.into_iter().map(|(delegate, _)| delegate));
    without(&asked, excluded)
}

/// Who is asked because they stand in for somebody of `asked`, and for whom. Whoever is asked themselves stands in for nobody.
pub fn stand_ins_of(asked: &[UserId], people: &StagePeople, excluded: &BTreeSet<UserId>) -> Vec<(UserId, UserId)> {
    let asked: BTreeSet<UserId> = asked.iter().copied().collect();
    let stands_in =
        |(delegate, of): &&(UserId, UserId)| asked.contains(of) && !asked.contains(delegate) && !excluded.contains(delegate);
    people.stand_ins.iter().filter(stands_in).copied().collect()
}

/// The plain answer to somebody who would decide what is decided: who decided what, and when.
pub fn already(decision: &Decision, person: UserId, name: &dyn Fn(UserId) -> String) -> Refusal {
    Refusal::AlreadyDecided {
        by: crate::delegation::both_names(decision, name),
        mine: decision.approver == person,
        verdict: decision.verdict,
        stage: decision.stage + 1,
        at: decision.at,
    }
}

/// The plain answer about a request that is settled or under way: what, by whom, when.
pub fn settled_refusal(state: &State, name: &(dyn Fn(UserId) -> String + Sync)) -> Refusal {
    let outcome = state.phase().word();
    let (by, at): (Option<UserId>, Ts) = match state {
        State::PendingApproval { opened_at: at, .. } | State::Answering { asked_at: at, .. } | State::TurnedDown { at, .. } => {
            (None, *at)
        }
        State::Scheduled { approved_at, .. } | State::Delivering { approved_at, .. } => (None, *approved_at),
        State::Confirming { made_at: at, .. }
        | State::Delivered { at, .. }
        | State::DeliveryFailed { at, .. }
        | State::Expired { at, .. } => (None, *at),
        State::Denied { by, at, .. } | State::Canceled { by, at, .. } => (Some(*by), *at),
    };
    Refusal::AlreadySettled { outcome, by: by.map(name), at }
}

/// How many approvals a stage has.
pub fn approvals(decisions: &[Decision], stage: usize) -> usize {
    decisions.iter().filter(|decision| decision.stage == stage && decision.verdict == model::approval::Verdict::Approve).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, stage, user};
    use model::approval::Verdict;

    fn people(approvers: &[u128], fallback: &[u128]) -> StagePeople {
        StagePeople {
            approvers: approvers.iter().map(|n| user(*n)).collect(),
            escalation: Vec::new(),
            fallback: fallback.iter().map(|n| user(*n)).collect(),
            stand_ins: Vec::new(),
        }
    }

    fn pending() -> State {
        State::PendingApproval {
            stage: 0,
            opened_at: Ts(0),
            decide_by: Ts(100),
            asked: vec![],
            fallback: false,
            escalated_at: None,
            reminded_at: None,
        }
    }

    fn decide(state: &State, decisions: &[Decision], person: u128, seat: Seat) -> Result<usize, Refusal> {
        may_decide(user(1), user(1), state, decisions, user(person), seat, &|id| id.to_string())
    }

    const SEATED: Seat = Seat { approvers: true, escalation: false, fallback: false };

    #[test]
    fn what_is_due_soon_is_due_by_that_moment_and_no_later() {
        let now = Ts(1_000);
        assert_eq!(Due::ALL.map(|due| due_by(due, now).since(now)), [Span::hours(24), Span::days(3), Span::days(7)]);
        assert!(Due::ALL.map(|due| due_by(due, now)).is_sorted(), "each holds what the one before does");
    }

    #[test]
    fn regression_11_nobody_decides_a_request_they_made_or_benefit_from() {
        assert_eq!(decide(&pending(), &[], 1, SEATED), Err(Refusal::OwnRequest));
        let report = may_decide(user(1), user(2), &pending(), &[], user(2), SEATED, &|_| String::new());
        assert_eq!(report, Err(Refusal::OwnRequest));
    }

    #[test]
    fn strangers_and_people_of_lists_that_were_not_asked_may_not_decide() {
        assert_eq!(decide(&pending(), &[], 3, Seat::default()), Err(Refusal::NotAnApprover));
        assert_eq!(decide(&pending(), &[], 3, Seat { escalation: true, ..Seat::default() }), Err(Refusal::NotAnApprover));
        assert_eq!(decide(&pending(), &[], 3, Seat { fallback: true, ..Seat::default() }), Err(Refusal::NotAnApprover));
        assert_eq!(decide(&pending(), &[], 3, SEATED), Ok(0));
    }

    #[test]
    fn regression_7_a_settled_request_says_who_decided_what_and_when() {
        let denied = State::Denied { stage: 0, by: user(4), at: Ts(9), words: "no".into() };
        let mine =
            Decision { stage: 0, approver: user(4), stood_in_for: None, verdict: Verdict::Deny, words: "no".into(), at: Ts(9) };
        assert!(matches!(
            decide(&denied, std::slice::from_ref(&mine), 4, SEATED),
            Err(Refusal::AlreadyDecided { mine: true, .. })
        ));
        assert!(matches!(
            decide(&denied, &[mine], 3, SEATED),
            Err(Refusal::AlreadySettled { outcome: "Denied", by: Some(_), .. })
        ));
    }

    #[test]
    fn the_fallback_is_asked_only_when_the_approvers_cannot_meet_the_quorum() {
        let barred = barred(user(1), user(1));
        assert_eq!(asked_first(&stage(1), &people(&[1, 2], &[3]), &barred), (Part::Approvers, vec![user(2)]));
        assert_eq!(asked_first(&stage(2), &people(&[1, 2], &[3]), &barred), (Part::Fallback, vec![user(2), user(3)]));
        assert_eq!(asked_first(&stage(1), &people(&[1], &[1]), &barred), (Part::Approvers, vec![]));
    }

    #[test]
    fn whoever_is_asked_themselves_or_may_not_decide_stands_in_for_nobody() {
        let stand_ins = [(5, 2), (5, 3), (3, 2), (1, 2), (6, 4)].map(|(delegate, of)| (user(delegate), user(of))).to_vec();
        let all = StagePeople { stand_ins, ..people(&[2, 3], &[]) };
        let (asked, barred) = ([user(2), user(3)], barred(user(1), user(1)));
        assert_eq!(stand_ins_of(&asked, &all, &barred), [(user(5), user(2)), (user(5), user(3))]);
        assert_eq!(with_stand_ins(asked.to_vec(), &all, &barred), [user(2), user(3), user(5)]);
    }

    #[test]
    fn one_person_alone_cannot_carry_two_stages() {
        let barred = barred(user(1), user(1));
        let stages = [stage(1), stage(1)];
        let refused = can_be_decided(&stages, &[people(&[2], &[]), people(&[2], &[])], &barred);
        assert_eq!(refused, Err(Refusal::NoApprover { stage: 2, needed: 1, found: 0 }));
        assert_eq!(can_be_decided(&stages, &[people(&[2, 3], &[]), people(&[2], &[])], &barred), Ok(()), "the second moves over");
    }

    #[test]
    fn a_stage_without_people_is_named_with_what_it_needs() {
        let barred = barred(user(1), user(1));
        let refused = can_be_decided(&[stage(1), stage(2)], &[people(&[2], &[]), people(&[1, 3], &[])], &barred);
        assert_eq!(refused, Err(Refusal::NoApprover { stage: 2, needed: 2, found: 1 }));
        let _ = id(0);
    }
}
