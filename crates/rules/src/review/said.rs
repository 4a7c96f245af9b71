//! What was said about a row so far, and which of it still counts.

use model::review::{Decided, Decision, How, Said};

/// Whether a person decided, or took a decision back. Everything else moves a row to somebody or speaks where nobody did.
fn is_of_a_person(how: How) -> bool {
    match how {
        How::Reviewer | How::Accepted | How::Reset => true,
        How::Silence | How::HandedOn | How::TakenBack | How::PassedOn => false,
    }
}

/// What somebody said last in a stage. `said`: everything, the latest first.
fn said_in(said: &[Said], stage: usize) -> Option<&Said> {
    said.iter().find(|one| one.stage == stage && is_of_a_person(one.decided.how))
}

/// Whether somebody decided in this stage and did not take it back.
pub(super) fn is_decided_in(said: &[Said], stage: usize) -> bool {
    said_in(said, stage).is_some_and(|one| one.decision != Decision::NotReviewed)
}

/// Who decided, when and why, what a row came with into a stage: the last stage before it in which a decision stands.
pub(super) fn brought_by(said: &[Said], stage: usize) -> Option<&Decided> {
    let stands = |earlier| said_in(said, earlier).filter(|one| one.decision != Decision::NotReviewed);
    (0..stage).rev().find_map(stands).map(|one| &one.decided)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AnyId, Ts, UserId};

    const NOW: Ts = Ts(1_800_000_000_000);

    fn said(stage: usize, by: u128, how: How, decision: Decision) -> Said {
        let by = Some(UserId(AnyId::from_u128(by)));
        Said { stage, decision, decided: Decided { by, other: None, how, at: NOW, waited: None, reason: String::new() } }
    }

    #[test]
    fn what_only_moves_a_row_or_speaks_for_nobody_is_no_decision() {
        for how in [How::Silence, How::HandedOn, How::TakenBack, How::PassedOn] {
            let decision = if how == How::Silence { Decision::Deny } else { Decision::NotReviewed };
            let after = [said(0, 2, how, decision), said(0, 1, How::Reviewer, Decision::Deny)];
            assert!(is_decided_in(&after, 0), "{how:?} takes nothing back");
            assert!(!is_decided_in(&after[..1], 0), "{how:?} decides nothing");
        }
        for how in [How::Reviewer, How::Reset] {
            let back = [said(0, 2, how, Decision::NotReviewed), said(0, 1, How::Accepted, Decision::Approve)];
            assert!(!is_decided_in(&back, 0), "{how:?} takes it back");
        }
    }

    #[test]
    fn what_a_row_came_with_is_of_the_last_stage_in_which_it_stands() {
        let (first, second) = (said(0, 1, How::Reviewer, Decision::Deny), said(1, 2, How::Reviewer, Decision::Deny));
        let back = said(1, 3, How::Reviewer, Decision::NotReviewed);
        let by = |said: &[Said], stage| brought_by(said, stage).and_then(|decided| decided.by);
        assert_eq!(by(&[second.clone(), first.clone()], 2), second.decided.by);
        assert_eq!(by(&[back, second.clone(), first.clone()], 2), first.decided.by, "the second stage took it back");
        assert_eq!(by(&[second, first.clone()], 1), first.decided.by, "what came later was not brought");
        assert_eq!(by(&[first], 0), None);
    }
}
