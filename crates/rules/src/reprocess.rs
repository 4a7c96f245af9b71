//! Delivering again what could not be delivered.

use crate::request::{Step, holds};
use model::event::Action;
use model::request::{Decision, PackageAssignment, Request, State, Undelivered};
use model::{Refusal, RequestId, Ts, UserId};

/// Whether *Reprocess* is offered. Who may ask for it at all is a rule of [`crate::access`].
pub fn may_reprocess(request: &Request, by: Option<UserId>, administrates: bool) -> Result<(), Refusal> {
    if !administrates {
        return Err(Refusal::NotFound { what: "request" });
    }
    match &request.state {
        // What an activation rested on is gone: it is asked for anew.
        State::DeliveryFailed { .. } if request.package().is_none() => {
            Err(Refusal::NotFailed { outcome: request.state.phase().word() })
        }
        // It was revoked, reviewed away, given back or ran out: what was approved is used up.
        State::DeliveryFailed { reason, .. } if reason.is(Undelivered::EndedBeforeConfirmed) => {
            Err(Refusal::EndedSinceGiven { name: request.terms.name.clone() })
        }
        // As of direct assignment: nobody gives themselves anything.
        State::DeliveryFailed { .. } if by == Some(request.beneficiary) => Err(Refusal::OwnReprocessing),
        State::DeliveryFailed { .. } => Ok(()),
        // Targets are asked again at once.
        State::Confirming { .. } => Ok(()),
        state @ (State::PendingApproval { .. }
        | State::Answering { .. }
        | State::TurnedDown { .. }
        | State::Scheduled { .. }
        | State::Delivering { .. }
        | State::Delivered { .. }
        | State::Denied { .. }
        | State::Expired { .. }
        | State::Canceled { .. }) => Err(Refusal::NotFailed { outcome: state.phase().word() }),
    }
}

/// What stands in the way of delivering again: another request of the same person for the same package that is open
/// by now, the package, when it is held, and what is incompatible with it.
#[derive(Clone, Copy, Debug, Default)]
pub struct InTheWay<'a> {
    pub open: Option<(RequestId, Ts)>,
    pub held: Option<&'a PackageAssignment>,
    pub incompatible: Option<&'a Refusal>,
}

/// Back to delivering, at once. What was approved stays approved.
pub fn reprocess(
    request: &Request,
    by: Option<UserId>,
    administrates: bool,
    decisions: &[Decision],
    in_the_way: InTheWay<'_>,
    now: Ts,
) -> Result<Step, Refusal> {
    may_reprocess(request, by, administrates)?;
    if let State::Confirming { .. } = request.state {
        // The access is there; what waits are targets.
        return Ok(Step { request: request.clone(), actions: vec![Action::RequestReprocessed], decision: None });
    }
    let package = || request.terms.name.clone();
    if let Some((request, since)) = in_the_way.open {
        return Err(Refusal::AlreadyRequested { request, package: package(), since });
    }
    if let Some(held) = in_the_way.held.filter(|held| holds(held, now)) {
        return Err(Refusal::AlreadyHeld { assignment: held.id, package: package(), until: held.ends_at });
    }
    if let Some(refusal) = in_the_way.incompatible {
        return Err(refusal.clone());
    }
    // The last decision approved it; without stages, asking was enough.
    let approved_at = decisions.last().map_or(request.submitted_at, |decision| decision.at);
    let mut request = request.clone();
    request.state = State::Delivering { approved_at, tries: 0, next_try_at: now };
    Ok(Step { request, actions: vec![Action::RequestReprocessed], decision: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, request, user};
    use model::approval::Verdict;
    use model::notice::Value;
    use model::{PackageAssignmentId, PackageId, PolicyId};

    fn failed() -> Request {
        request(State::DeliveryFailed { at: Ts(5), reason: "gone".into() })
    }

    fn held(ends_at: Option<Ts>) -> PackageAssignment {
        PackageAssignment {
            id: PackageAssignmentId(id(4)),
            package: PackageId(id(2)),
            policy: PolicyId(id(3)),
            holder: user(1),
            request: None,
            starts_at: Ts(0),
            ends_at,
            ended_at: None,
            version: 0,
        }
    }

    #[test]
    fn only_administrators_of_requests_and_only_what_failed() {
        let tried = |request: &Request, administrates| {
            reprocess(request, Some(user(8)), administrates, &[], InTheWay::default(), Ts(9))
                .map(|_| ())
                .map_err(|refusal| refusal.code())
        };
        assert_eq!(tried(&failed(), false), Err("not_found"));
        for state in [
            State::Delivering { approved_at: Ts(2), tries: 0, next_try_at: Ts(2) },
            State::Scheduled { approved_at: Ts(2), starts_at: Ts(20) },
            State::Delivered { at: Ts(2), given: model::request::Given::Package(PackageAssignmentId(id(4))) },
            State::Denied { stage: 0, by: user(2), at: Ts(2), words: String::new() },
            State::Expired { stage: 0, at: Ts(2) },
            State::Canceled { by: user(1), at: Ts(2), words: String::new() },
        ] {
            assert_eq!(tried(&request(state), true), Err("not_failed"));
        }
        assert_eq!(tried(&failed(), true), Ok(()));
    }

    #[test]
    fn what_was_given_and_ended_is_not_given_back() {
        for reason in
            [Value::Typed(Undelivered::EndedBeforeConfirmed), Value::Words(Undelivered::EndedBeforeConfirmed.words().to_owned())]
        {
            let ended = request(State::DeliveryFailed { at: Ts(5), reason });
            assert_eq!(may_reprocess(&ended, Some(user(8)), false).unwrap_err().code(), "not_found");
            assert_eq!(may_reprocess(&ended, Some(user(8)), true).unwrap_err().code(), "ended_since_given");
        }
    }

    #[test]
    fn nobody_gives_themselves_anything_and_everybody_may_have_targets_asked_again() {
        let holder = failed().beneficiary;
        assert_eq!(may_reprocess(&failed(), Some(holder), true).unwrap_err().code(), "own_reprocessing");
        let given = model::request::Given::Package(PackageAssignmentId(id(4)));
        let there = request(State::Confirming { made_at: Ts(2), given, look_at: Ts(9), partly: false });
        assert_eq!(may_reprocess(&there, Some(holder), true), Ok(()), "it is held already");
    }

    #[test]
    fn an_open_request_or_the_held_package_stands_in_the_way() {
        let tried = |in_the_way| {
            reprocess(&failed(), Some(user(8)), true, &[], in_the_way, Ts(9)).map(|_| ()).map_err(|refusal| refusal.code())
        };
        let (forever, over) = (held(None), held(Some(Ts(9))));
        assert_eq!(tried(InTheWay { open: Some((RequestId(id(7)), Ts(8))), ..InTheWay::default() }), Err("already_requested"));
        assert_eq!(tried(InTheWay { held: Some(&forever), ..InTheWay::default() }), Err("already_held"));
        assert_eq!(tried(InTheWay { incompatible: Some(&Refusal::Stale), ..InTheWay::default() }), Err("stale"));
        assert_eq!(tried(InTheWay { held: Some(&over), ..InTheWay::default() }), Ok(()), "it ended this instant");
    }

    #[test]
    fn it_is_due_at_once_and_stays_approved_when_it_was() {
        let decision = Decision {
            stage: 0,
            approver: user(2),
            stood_in_for: None,
            verdict: Verdict::Approve,
            words: String::new(),
            at: Ts(3),
        };
        let state = |decisions: &[Decision]| {
            let step = reprocess(&failed(), None, true, decisions, InTheWay::default(), Ts(9)).unwrap();
            assert_eq!(step.actions, [Action::RequestReprocessed]);
            assert_eq!(crate::request::wakes_at(&step.request), Some(Ts(9)));
            step.request.state
        };
        assert_eq!(state(&[]), State::Delivering { approved_at: Ts(1), tries: 0, next_try_at: Ts(9) });
        assert_eq!(state(&[decision]), State::Delivering { approved_at: Ts(3), tries: 0, next_try_at: Ts(9) });
    }
}
