//! How a reviewer decided, in numbers.

use model::review::{Decision, Recommendation};

/// Counted of what one reviewer decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    pub decided: u64,
    approved: u64,
    /// Where something was recommended.
    recommended: u64,
    against: u64,
}

impl Quality {
    /// So many rows more, decided so where this was recommended.
    pub fn add(&mut self, decision: Decision, recommendation: Recommendation, rows: u64) {
        if decision == Decision::NotReviewed {
            return;
        }
        self.decided += rows;
        if decision == Decision::Approve {
            self.approved += rows;
        }
        let Some(recommended) = recommendation.decision() else { return };
        self.recommended += rows;
        // Who does not know says nothing against it.
        if decision != Decision::DontKnow && decision != recommended {
            self.against += rows;
        }
    }

    pub fn approved_percent(self) -> u64 {
        percent(self.approved, self.decided).unwrap_or_default()
    }

    /// Nothing where nothing was recommended.
    pub fn against_percent(self) -> Option<u64> {
        percent(self.against, self.recommended)
    }
}

fn percent(part: u64, of: u64) -> Option<u64> {
    u64::try_from((u128::from(part) * 100 + u128::from(of) / 2).checked_div(u128::from(of))?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_what_was_decided_and_of_what_was_recommended() {
        let mut one = Quality::default();
        assert_eq!((one.approved_percent(), one.against_percent()), (0, None));
        one.add(Decision::NotReviewed, Recommendation::Idle, 9);
        assert_eq!(one.decided, 0);
        one.add(Decision::Approve, Recommendation::NoInformation, 1);
        assert_eq!((one.approved_percent(), one.against_percent()), (100, None), "nothing was recommended");
        one.add(Decision::Approve, Recommendation::Idle, 2);
        one.add(Decision::Approve, Recommendation::SignedIn, 3);
        one.add(Decision::Deny, Recommendation::SignedIn, 1);
        one.add(Decision::DontKnow, Recommendation::Disabled, 3);
        assert_eq!((one.decided, one.approved_percent(), one.against_percent()), (10, 60, Some(33)));
    }
}
