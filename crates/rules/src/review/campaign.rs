//! How far the reviews of a campaign are together.

use model::Ts;
use model::review::{Counts, Frequency, Phase};
use std::collections::{BTreeMap, BTreeSet};

/// One review of a campaign, as far as it counts.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub frequency: Frequency,
    pub next_at: Option<Ts>,
    /// The last time it ran: where that stands, what was decided, and when it is due.
    pub last: Option<(Phase, Counts, Ts)>,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Together {
    pub reviews: u64,
    /// How many are in which state.
    pub states: BTreeMap<Phase, u64>,
    /// Nothing while none has started.
    pub counts: Option<Counts>,
    /// When the first is due of those that run.
    pub due_at: Option<Ts>,
    /// When the next one starts.
    pub next_at: Option<Ts>,
    /// How often they recur: several where each was set on its own.
    pub frequencies: BTreeSet<Frequency>,
}

/// Adds up the last instance of each.
pub fn together(parts: impl IntoIterator<Item = Part>) -> Together {
    let mut all = Together::default();
    let sooner = |one: Option<Ts>, other: Option<Ts>| one.into_iter().chain(other).min();
    for part in parts {
        all.reviews += 1;
        all.frequencies.insert(part.frequency);
        all.next_at = sooner(all.next_at, part.next_at);
        let phase = part.last.map_or(Phase::NotStarted, |(phase, _, _)| phase);
        *all.states.entry(phase).or_default() += 1;
        let Some((_, counts, due_at)) = part.last else { continue };
        let sum = all.counts.get_or_insert_default();
        sum.total += counts.total;
        sum.approved += counts.approved;
        sum.denied += counts.denied;
        sum.dont_know += counts.dont_know;
        sum.removed += counts.removed;
        sum.not_removed += counts.not_removed;
        if super::keeps_waiting(phase) {
            all.due_at = sooner(all.due_at, Some(due_at));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_started_counts_as_a_review_and_not_as_rows() {
        let part = Part { frequency: Frequency::Monthly, next_at: Some(Ts(9)), last: None };
        let none = together([part, part]);
        assert_eq!((none.reviews, none.counts, none.due_at, none.next_at), (2, None, None, Some(Ts(9))));
        assert_eq!(none.states, [(Phase::NotStarted, 2)].into());
    }

    #[test]
    fn what_was_decided_adds_up_and_only_what_runs_is_due() {
        let counts = Counts { total: 5, approved: 2, denied: 1, dont_know: 1, removed: 1, ..Counts::default() };
        let part = |phase, due, frequency| Part { frequency, next_at: None, last: Some((phase, counts, Ts(due))) };
        let all = together([
            part(Phase::Applied, 1, Frequency::Once),
            part(Phase::InProgress, 4, Frequency::Once),
            part(Phase::InProgress, 3, Frequency::Monthly),
        ]);
        let sum = all.counts.unwrap();
        assert_eq!((sum.total, sum.not_reviewed(), sum.denied, sum.removed), (15, 3, 3, 3));
        assert_eq!((all.due_at, all.frequencies.len()), (Some(Ts(3)), 2));
        assert_eq!(all.states, [(Phase::InProgress, 2), (Phase::Applied, 1)].into());
    }
}
