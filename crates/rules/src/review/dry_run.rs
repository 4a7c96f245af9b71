//! What a review would ask and take away, before there is one: in whose hands each row would be in each stage.

use super::{Holding, LastResort, Subject, held_back, recommend, reviewer, silence};
use model::access::Source;
use model::directory::Principal;
use model::limits::REVIEW_PREVIEW_ROWS;
use model::review::{Counts, Decision, ReviewSettings, ReviewStage, Reviewers};
use model::{Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// As what somebody is asked about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hands {
    /// As one of those whom the stage asks.
    Asked,
    Fallback,
    /// They make the review.
    Owner,
    Administrators,
    /// Whoever would be asked is only whom it is about.
    Nobody,
}

/// Whose a row would be alone in a stage, and in whose hands that is. `shared`: who shares what is nobody's alone, and as what.
pub fn hands(
    stage: &ReviewStage,
    (panel, shared): (&BTreeSet<UserId>, Hands),
    subject: &Subject,
    last: &LastResort,
) -> (Option<UserId>, Hands) {
    let alone = reviewer(stage, panel, subject, last);
    let hands = match alone {
        None if panel.iter().all(|one| subject.principal == Principal::User(*one)) => Hands::Nobody,
        None => shared,
        Some(one) if stage.reviewers == Reviewers::Members && subject.principal == Principal::User(one) => Hands::Asked,
        Some(one) if stage.reviewers == Reviewers::Managers && subject.manager == Some(one) => Hands::Asked,
        Some(one) if stage.fallback.contains(&one) => Hands::Fallback,
        Some(one) if last.owner == Some(one) => Hands::Owner,
        Some(_) => Hands::Administrators,
    };
    (alone, hands)
}

/// What silence would do to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfSilent {
    Stays,
    Approved,
    Removed,
    /// It would be denied, and applying that does not take it away: it comes from a group, a rule or a package.
    DeniedOnly,
}

/// What becomes of what somebody holds when nobody decides about it.
pub fn if_silent(settings: &ReviewSettings, subject: &Subject, holding: &Holding, now: Ts) -> IfSilent {
    match silence(settings, recommend(subject, settings.look_back_days, now)) {
        Some(Decision::Deny) if may_end(holding) => IfSilent::Removed,
        Some(Decision::Deny) => IfSilent::DeniedOnly,
        Some(Decision::Approve) => IfSilent::Approved,
        Some(Decision::NotReviewed | Decision::DontKnow) | None => IfSilent::Stays,
    }
}

/// Whether applying a denial ends it, as far as that is known from what is held.
fn may_end(holding: &Holding) -> bool {
    let by_hand = match holding.source {
        Some(Source::Direct | Source::Import | Source::Activation(_)) | None => true,
        Some(Source::Rule(_) | Source::Package(_)) => false,
    };
    by_hand && holding.through.is_none() && !holding.given_again
}

/// What is counted of a stage, if every row came into it.
#[derive(Clone, Debug, Default)]
pub struct StageRun {
    /// How many rows are somebody's alone.
    pub own: BTreeMap<UserId, u64>,
    /// Rows of those who share them.
    pub shared: u64,
    pub hands: BTreeMap<Hands, u64>,
}

/// What is counted of a review.
#[derive(Clone, Debug, Default)]
pub struct DryRun {
    pub rows: u64,
    pub removed: u64,
    pub denied_only: u64,
    pub stages: Vec<StageRun>,
    /// There are more, which were not looked at.
    pub cut_short: bool,
}

impl DryRun {
    pub fn new(stages: usize) -> Self {
        Self { stages: vec![StageRun::default(); stages], ..Self::default() }
    }

    /// Whether as much was looked at as somebody waits for.
    pub fn is_enough(&self) -> bool {
        self.rows >= REVIEW_PREVIEW_ROWS
    }

    /// Counts a row: in whose hands it is, stage by stage, and what silence does to it.
    pub fn count(&mut self, hands: &[(Option<UserId>, Hands)], silent: IfSilent) {
        self.rows += 1;
        self.removed += u64::from(silent == IfSilent::Removed);
        self.denied_only += u64::from(silent == IfSilent::DeniedOnly);
        for (stage, (alone, hands)) in self.stages.iter_mut().zip(hands) {
            *stage.hands.entry(*hands).or_default() += 1;
            match alone {
                Some(user) => *stage.own.entry(*user).or_default() += 1,
                None => stage.shared += u64::from(*hands != Hands::Nobody),
            }
        }
    }

    /// Whether what silence alone would remove would wait for an administrator.
    pub fn held_back(&self, settings: &ReviewSettings) -> bool {
        let denied_by_silence = self.removed + self.denied_only;
        held_back(settings, Counts { total: self.rows, denied_by_silence, ..Counts::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::{Fate, fate, panel_of, settings::defaults};
    use crate::tests::user;
    use model::access::AssignmentType;
    use model::directory::UserKind;
    use model::review::{Outcome, Recommendation, ReviewRow, Silence};
    use model::{AnyId, GroupId};

    const NOW: Ts = Ts(1_000_000_000_000);

    fn stage(reviewers: Reviewers, fallback: &[u128]) -> ReviewStage {
        ReviewStage { reviewers, fallback: fallback.iter().map(|n| user(*n)).collect(), days: 3 }
    }

    fn subject(n: u128, manager: Option<u128>) -> Subject {
        Subject {
            principal: Principal::User(user(n)),
            kind: UserKind::Member,
            enabled: true,
            created_at: Ts(0),
            last_sign_in: None,
            manager: manager.map(user),
        }
    }

    fn of(stage: &ReviewStage, found: &[u128], enabled: &[u128], subject: &Subject, last: &LastResort) -> (Option<u128>, Hands) {
        let set = |all: &[u128]| all.iter().map(|n| user(*n)).collect();
        let (panel, shared) = panel_of(stage, &set(found), &set(enabled), last);
        let (alone, hands) = hands(stage, (&panel, shared), subject, last);
        (alone.map(|id| id.0.as_u128()), hands)
    }

    #[test]
    fn who_has_nobody_is_in_the_hands_of_others_who_are_named() {
        let last = LastResort { owner: Some(user(8)), administrators: vec![user(9)], global: Vec::new() };
        let gone = LastResort { owner: None, administrators: vec![user(9)], global: Vec::new() };
        let selected = || Reviewers::Selected { users: vec![user(1)], groups: Vec::new() };
        // By themselves nobody can decide what is about them.
        let alone = LastResort { owner: Some(user(1)), administrators: Vec::new(), global: Vec::new() };
        assert_eq!(of(&stage(selected(), &[]), &[1], &[1], &subject(1, None), &alone), (None, Hands::Nobody));
        assert_eq!(of(&stage(selected(), &[]), &[1], &[1], &subject(1, None), &gone), (Some(9), Hands::Administrators));
        assert_eq!(of(&stage(selected(), &[]), &[1], &[1], &subject(1, None), &last), (Some(8), Hands::Owner));
        assert_eq!(of(&stage(selected(), &[]), &[1], &[], &subject(2, None), &last), (None, Hands::Owner), "who cannot sign in");
        let managers = stage(Reviewers::Managers, &[3]);
        assert_eq!(of(&managers, &[], &[3], &subject(2, None), &last), (None, Hands::Fallback));
        assert_eq!(of(&managers, &[], &[], &subject(2, None), &gone), (None, Hands::Administrators));
        assert_eq!(of(&managers, &[], &[3], &subject(2, Some(4)), &last), (Some(4), Hands::Asked));
        assert_eq!(of(&stage(Reviewers::Members, &[]), &[], &[], &subject(2, None), &last), (Some(2), Hands::Asked));
        assert_eq!(of(&stage(selected(), &[]), &[1], &[1], &subject(2, None), &last), (None, Hands::Asked));
    }

    fn holding(source: Option<Source>, through: Option<GroupId>) -> Holding {
        let (held, assignment_type) = (AnyId::nil(), AssignmentType::Active);
        Holding {
            held,
            role: None,
            assignment_type,
            source,
            through,
            ends_at: None,
            last_active: None,
            like: None,
            given_again: false,
        }
    }

    fn row(through: Option<GroupId>) -> ReviewRow {
        ReviewRow {
            id: Default::default(),
            principal: Principal::User(user(2)),
            held: AnyId::nil(),
            role: None,
            assignment_type: AssignmentType::Active,
            source: None,
            through,
            ends_at: None,
            last_sign_in: None,
            last_active: None,
            recommendation: Recommendation::NoInformation,
            stage: 0,
            reviewer: None,
            handed: None,
            like: None,
            open: false,
            brought: Decision::NotReviewed,
            decision: Decision::Deny,
            decided: None,
            outcome: Outcome::New,
            outcome_words: String::new(),
            applied_at: None,
            applied_by: None,
            failed: None,
        }
    }

    #[test]
    fn silence_removes_only_what_applying_can_take_away() {
        let group = GroupId(AnyId::from_u128(5));
        let mut settings = ReviewSettings { silence: Silence::Remove, ..defaults(user(1), NOW) };
        let said =
            |settings: &ReviewSettings, source, through| if_silent(settings, &subject(2, None), &holding(source, through), NOW);
        for (source, through, ends) in [
            (Source::Rule(group), None, false),
            (Source::Package(Default::default()), None, false),
            (Source::Direct, Some(group), false),
            (Source::Direct, None, true),
            (Source::Import, None, true),
        ] {
            let expected = if ends { IfSilent::Removed } else { IfSilent::DeniedOnly };
            assert_eq!(said(&settings, Some(source), through), expected, "{source:?}");
            // What is told beforehand is what happens.
            let role = model::access::ResourceRole::GroupMember(group);
            let assignment = crate::tests::assignment(2, Principal::User(user(2)), role);
            let held = model::access::Assignment { source, ..assignment };
            let row = row(through);
            assert_eq!(
                fate(&row, Some(&held), &crate::review::Meanwhile::default(), &BTreeSet::new(), |_| String::new(), NOW)
                    == Fate::End,
                ends,
                "{source:?}"
            );
        }
        settings.silence = Silence::NoChange;
        assert_eq!(said(&settings, Some(Source::Direct), None), IfSilent::Stays);
        settings.silence = Silence::Approve;
        assert_eq!(said(&settings, Some(Source::Direct), None), IfSilent::Approved);
    }

    #[test]
    fn what_is_given_again_by_itself_is_not_said_to_be_removed() {
        let settings = ReviewSettings { silence: Silence::Remove, ..defaults(user(1), NOW) };
        for source in [None, Some(Source::Import)] {
            let again = Holding { given_again: true, ..holding(source, None) };
            assert_eq!(if_silent(&settings, &subject(2, None), &again, NOW), IfSilent::DeniedOnly);
        }
    }

    #[test]
    fn a_preview_ends_somewhere() {
        let run = DryRun { rows: REVIEW_PREVIEW_ROWS - 1, ..DryRun::default() };
        assert!(!run.is_enough() && DryRun { rows: REVIEW_PREVIEW_ROWS, ..run }.is_enough());
    }

    #[test]
    fn every_row_counts_once_in_each_stage() {
        let mut run = DryRun::new(2);
        run.count(&[(None, Hands::Asked), (Some(user(3)), Hands::Fallback)], IfSilent::Removed);
        run.count(&[(None, Hands::Nobody), (Some(user(3)), Hands::Asked)], IfSilent::Stays);
        let settings = defaults(user(1), NOW);
        assert_eq!((run.rows, run.removed, run.stages[0].shared, run.stages[1].own[&user(3)]), (2, 1, 1, 2));
        assert!(!run.held_back(&settings) && run.held_back(&ReviewSettings { silence_limit_percent: 49, ..settings }));
    }
}
