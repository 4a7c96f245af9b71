//! Access that was given here, and that targets still have to confirm.

use super::Step;
use crate::delivery::{Progress, progress};
use model::event::Action;
use model::limits::TARGET_OVERDUE_MINUTES;
use model::notice::Value;
use model::request::{Given, Request, State, Undelivered};
use model::target::Standing;
use model::{Span, Ts};

/// What was just delivered waits for targets, when there are any that have not confirmed it yet.
pub fn awaiting(mut step: Step, roles: &[Standing], now: Ts) -> Step {
    let State::Delivered { at, given } = step.request.state else { return step };
    if progress(roles) == Progress::Confirmed {
        return step;
    }
    step.request.state = State::Confirming { made_at: at, given, look_at: looks_at(now), partly: false };
    step.actions.retain(|action| !matches!(action, Action::RequestDelivered { .. }));
    step
}

/// What is given ends here, and the targets are told in their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    Until(Option<Ts>),
    Ended,
}

/// Looks at a request that waits for targets; nothing when all stays as it is.
pub fn confirm(request: &Request, held: Held, roles: &[Standing], now: Ts) -> Option<Step> {
    let State::Confirming { made_at, given, look_at, partly } = request.state else { return None };
    let step = |state: State, actions: Vec<Action>| {
        Some(Step { request: Request { state, ..request.clone() }, actions, decision: None })
    };
    let Held::Until(ends_at) = held else {
        let reason = Value::Typed(Undelivered::EndedBeforeConfirmed);
        return step(State::DeliveryFailed { at: now, reason: reason.clone() }, vec![Action::DeliveryFailed { reason }]);
    };
    let again = |partly| State::Confirming { made_at, given, look_at: looks_at(now), partly };
    match progress(roles) {
        Progress::Confirmed => {
            let delivered = match given {
                Given::Package(assignment) => vec![Action::RequestDelivered { assignment, ends_at }],
                Given::Role(_) => Vec::new(),
            };
            step(State::Delivered { at: now, given }, delivered)
        }
        Progress::Partly if !partly => step(again(true), vec![Action::RequestPartlyDelivered]),
        Progress::Partly | Progress::Waits if look_at <= now => step(again(partly), Vec::new()),
        Progress::Partly | Progress::Waits => None,
    }
}

/// Targets say when they confirm; this is when it is looked whether they take too long.
fn looks_at(now: Ts) -> Ts {
    now + Span::minutes(TARGET_OVERDUE_MINUTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, request};
    use model::PackageAssignmentId;

    const NOW: Ts = Ts(1_000_000);
    const HELD: Held = Held::Until(Some(Ts(9_000_000)));

    fn given() -> Given {
        Given::Package(PackageAssignmentId(id(4)))
    }

    fn waiting(partly: bool) -> Request {
        request(State::Confirming { made_at: NOW, given: given(), look_at: NOW + Span::minutes(5), partly })
    }

    fn delivered() -> Step {
        let assignment = PackageAssignmentId(id(4));
        let actions = vec![Action::RequestDelivered { assignment, ends_at: None }];
        Step { request: request(State::Delivered { at: NOW, given: given() }), actions, decision: None }
    }

    #[test]
    fn nothing_is_delivered_before_every_target_confirmed_and_without_targets_nothing_changes() {
        assert_eq!(awaiting(delivered(), &[], NOW), delivered());
        assert_eq!(awaiting(delivered(), &[Standing::Works], NOW), delivered());
        for missing in [Standing::Pending, Standing::Overdue] {
            let step = awaiting(delivered(), &[Standing::Works, missing], NOW);
            assert_eq!((step.request, step.actions), (waiting(false), Vec::new()));
        }
    }

    #[test]
    fn what_ended_before_it_was_confirmed_was_not_delivered() {
        let step = confirm(&waiting(true), Held::Ended, &[Standing::Works], NOW).unwrap();
        assert_eq!(step.request.state.phase(), model::request::Phase::DeliveryFailed);
    }

    #[test]
    fn a_request_waits_is_partly_delivered_and_delivered_with_the_last_confirmation() {
        use Standing::{Overdue, Pending, Works};
        assert_eq!(confirm(&waiting(false), HELD, &[Works, Pending], NOW), None);
        assert_eq!(confirm(&waiting(false), HELD, &[Overdue], NOW), None, "nothing of it works yet");
        let step = confirm(&waiting(false), HELD, &[Works, Overdue], NOW).unwrap();
        assert_eq!((step.request, step.actions), (waiting(true), vec![Action::RequestPartlyDelivered]));
        assert_eq!(confirm(&waiting(true), HELD, &[Works, Overdue], NOW), None, "it is said once");
        let later = NOW + Span::minutes(5);
        let step = confirm(&waiting(true), HELD, &[Works, Overdue], later).unwrap();
        assert_eq!((crate::request::wakes_at(&step.request), step.actions), (Some(later + Span::minutes(5)), Vec::new()));
        let step = confirm(&waiting(true), HELD, &[Works, Works], NOW).unwrap();
        assert_eq!(step.request.state, State::Delivered { at: NOW, given: given() });
        assert_eq!(step.actions.len(), 1);
        assert_eq!(confirm(&step.request, HELD, &[Works], NOW), None);
    }
}
