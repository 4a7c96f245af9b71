//! What the colleagues of somebody hold: a help for whoever decides, and no recommendation.

use model::limits::REVIEW_PEERS_MIN;
use model::review::{ReviewSettings, Scope};

/// So many people, and those of them who hold what is reviewed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub all: u64,
    pub holding: u64,
}

impl Share {
    /// Without one of them.
    #[must_use]
    pub fn without(self, counted: bool, holds: bool) -> Self {
        if !counted {
            return self;
        }
        Self { all: self.all.saturating_sub(1), holding: self.holding.saturating_sub(u64::from(holds)) }
    }
}

/// Who somebody's peers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peers {
    Manager,
    Department,
}

/// What is said about others: those of the same manager, of the same department when these are too few, or nothing.
pub fn peers(manager: Option<Share>, department: Option<Share>) -> Option<(Peers, Share)> {
    let enough = |share: &Share| share.all >= REVIEW_PEERS_MIN;
    let by_manager = manager.filter(enough).map(|share| (Peers::Manager, share));
    by_manager.or_else(|| department.filter(enough).map(|share| (Peers::Department, share)))
}

/// Whether the rows of a review say who holds it: not where some holders are left out.
pub fn rows_tell_who_holds_it(settings: &ReviewSettings) -> bool {
    settings.scope == Scope::Everyone && settings.inactive_days.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colleagues_of_the_manager_first_then_the_department_and_few_say_nothing() {
        let share = |all, holding| Some(Share { all, holding });
        for (manager, department, said) in [
            (None, None, None),
            (share(2, 2), None, None),
            (share(2, 2), share(2, 0), None),
            (share(3, 1), share(90, 2), Some((Peers::Manager, 3, 1))),
            (share(2, 2), share(3, 0), Some((Peers::Department, 3, 0))),
            (None, share(8, 8), Some((Peers::Department, 8, 8))),
        ] {
            assert_eq!(peers(manager, department).map(|(of, share)| (of, share.all, share.holding)), said);
        }
        let six = Share { all: 7, holding: 4 };
        assert_eq!(six.without(true, true), Share { all: 6, holding: 3 });
        assert_eq!(six.without(true, false), Share { all: 6, holding: 4 }, "who is shown without holding it");
        assert_eq!(six.without(false, true), six, "who left is not among their colleagues");
    }
}
