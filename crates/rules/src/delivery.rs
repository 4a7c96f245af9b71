//! Delivery: what somebody shall have at a target, what is to be done for it, and how it stands.
//!
//! What shall be is always computed anew from the assignments in force. What is written down is only what the target was
//! asked for and what it confirmed: a membership is written down before it is asked for, so that nothing which may be there
//! is ever forgotten.

use crate::effective;
use crate::retry::{again_at, again_within};
use model::access::{Assignment, ResourceRole};
use model::limits::{
    RETRY_MAX_SECONDS, TARGET_OVERDUE_MINUTES, TARGET_RETRY_MAX_SECONDS, TARGET_SILENCES, TARGET_UNCOMPARED_MAX,
};
use model::target::{Drift, Leavers, Reach, Standing};
use model::{ApplicationId, ApplicationRoleId, Span, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// The roles of an application that somebody holds at `now`. `reach` is what they and the groups above them have.
pub fn desired(
    user: UserId,
    enabled: bool,
    reach: &[Assignment],
    application: ApplicationId,
    now: Ts,
) -> BTreeSet<ApplicationRoleId> {
    let held = effective::held(user, enabled, reach, now).into_iter();
    held.filter_map(|held| match held.role {
        ResourceRole::ApplicationRole(of, role) if of == application => Some(role),
        ResourceRole::ApplicationRole(..)
        | ResourceRole::GroupMember(_)
        | ResourceRole::GroupOwner(_)
        | ResourceRole::DirectoryRole(_) => None,
    })
    .collect()
}

/// A membership that a target was asked for: whether it confirmed it.
pub type Asked = BTreeMap<ApplicationRoleId, bool>;

/// What is to be done for somebody at a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Memberships to ask for.
    pub add: Vec<ApplicationRoleId>,
    /// Memberships that are there, or may be.
    pub remove: Vec<ApplicationRoleId>,
    /// An account is needed.
    pub stays: bool,
}

pub fn plan(desired: &BTreeSet<ApplicationRoleId>, asked: &Asked) -> Plan {
    Plan {
        add: desired.iter().copied().filter(|role| asked.get(role) != Some(&true)).collect(),
        remove: asked.keys().copied().filter(|role| !desired.contains(role)).collect(),
        stays: !desired.is_empty(),
    }
}

/// What becomes of the account of somebody who holds nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    Deactivate,
    Delete,
    Keep,
}

/// Accounts that were there before are never touched at the end.
pub fn farewell(leavers: Leavers, made_by_us: bool) -> Farewell {
    match leavers {
        Leavers::Deactivate if made_by_us => Farewell::Deactivate,
        Leavers::Delete if made_by_us => Farewell::Delete,
        Leavers::Deactivate | Leavers::Delete | Leavers::Keep => Farewell::Keep,
    }
}

/// Whether an account has still to go: one of ours, of somebody who holds nothing any more, unless it is known to be switched off.
pub fn account_has_to_go(plan: &Plan, leavers: Leavers, made_by_us: bool, off: bool) -> bool {
    !plan.stays && farewell(leavers, made_by_us) != Farewell::Keep && !off
}

/// An account that was found by its name at a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// It carries our id: we made it.
    Ours,
    /// It belongs to nobody's id, and is this person's from now on.
    Adopted,
    /// It carries the id of somebody else.
    Anothers,
}

pub fn account(external_id: Option<&str>, user: UserId) -> Account {
    match external_id {
        Some(id) if id == user.to_string() => Account::Ours,
        None | Some("") => Account::Adopted,
        Some(_) => Account::Anothers,
    }
}

/// What could not be compared, as it is kept: the first sentences, and how many more there are. Nothing when there are none.
pub fn uncompared(sentences: &[String]) -> Option<String> {
    let mut said: Vec<String> = sentences.iter().take(TARGET_UNCOMPARED_MAX).cloned().collect();
    match sentences.len().saturating_sub(TARGET_UNCOMPARED_MAX) {
        0 => {}
        1 => said.push("1 more is like that.".to_owned()),
        more => said.push(format!("{more} more are like that.")),
    }
    (!said.is_empty()).then(|| said.join(" "))
}

/// When a target is asked again that does not answer as it should; `asked` is how long it wants to be left alone.
pub fn target_again_at(now: Ts, tries: i64, asked: Option<u64>) -> Ts {
    let asked = asked.and_then(|seconds| i64::try_from(seconds).ok()).unwrap_or(0).clamp(0, RETRY_MAX_SECONDS);
    again_within(now, tries, TARGET_RETRY_MAX_SECONDS).max(now + Span::seconds(asked))
}

/// What was not answered as it should be, in one turn at a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unanswered {
    pub reach: Reach,
    /// What the target says about itself when it is asked then.
    pub answers: bool,
    /// Questions without any answer, in a row, with this one.
    pub silences: usize,
}

/// Whether a turn ends there. What is about one account or one group must not hold up the removals of others, be it that the
/// target hangs up at it; a target that answers nobody is left alone.
pub fn ends_turn(unanswered: Unanswered) -> bool {
    match unanswered.reach {
        Reach::One => false,
        Reach::Everybody => true,
        Reach::Doubtful => !unanswered.answers,
        Reach::Silence => !unanswered.answers || unanswered.silences >= TARGET_SILENCES,
    }
}

/// When somebody is looked at again whom a target refused: soon while it may be about the target, which may be put right at any
/// moment for everybody.
pub fn person_again_at(now: Ts, tries: i64, doubtful: bool) -> Ts {
    if doubtful { again_within(now, tries, TARGET_RETRY_MAX_SECONDS) } else { again_at(now, tries) }
}

/// When somebody is looked at again at whom a turn ended, when the target itself is asked again at `target`: never in the
/// same turn as whoever was held up by them.
pub fn behind_at(target: Ts, tries: i64) -> Ts {
    again_within(target, tries, TARGET_RETRY_MAX_SECONDS)
}

/// Whether anything of somebody at a target is not as it shall be: what they hold, their account, or what it was asked for and
/// refused. That they are to be looked at is no difference yet.
pub fn differs(plan: &Plan, refused: bool, account_goes: bool) -> bool {
    !plan.add.is_empty() || !plan.remove.is_empty() || refused || account_goes
}

/// How somebody's access at a target stands: `since` is since when it differs, nothing when it agrees.
pub fn standing(since: Option<Ts>, refused: bool, now: Ts) -> Standing {
    match since {
        None => Standing::Works,
        Some(_) if refused => Standing::Overdue,
        Some(since) if now.since(since) >= Span::minutes(TARGET_OVERDUE_MINUTES) => Standing::Overdue,
        Some(_) => Standing::Pending,
    }
}

/// What is done about a member of a group at a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// It was confirmed, or is being dealt with.
    Known,
    Report,
    Remove,
    /// It becomes an assignment, where whoever it is may have one.
    Adopt,
}

/// What is known about a membership that was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sighting {
    /// We asked for this very membership and have not taken it away again.
    pub asked: bool,
    /// It is, as far as can be told, that of somebody whose account there is not known yet.
    pub doubtful: bool,
    /// Somebody wants it taken away.
    pub unwanted: bool,
}

/// Whatever is in doubt only stays listed: nobody loses, and nobody is given, what may be somebody else's.
pub fn member(sighting: Sighting, drift: Drift) -> Member {
    match (sighting, drift) {
        (Sighting { asked: true, .. }, _) => Member::Known,
        (Sighting { doubtful: true, .. }, _) => Member::Report,
        (Sighting { unwanted: true, .. }, _) | (_, Drift::Remove) => Member::Remove,
        (_, Drift::Report) => Member::Report,
        (_, Drift::Adopt) => Member::Adopt,
    }
}

/// How far a request is whose access targets have to confirm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Waits,
    /// Some of it works, and the rest is overdue.
    Partly,
    Confirmed,
}

/// `roles` says of each thing that a request gave how it stands.
pub fn progress(roles: &[Standing]) -> Progress {
    let any = |standing| roles.contains(&standing);
    match (any(Standing::Works), any(Standing::Pending), any(Standing::Overdue)) {
        (_, false, false) => Progress::Confirmed,
        (true, _, true) => Progress::Partly,
        (_, true, _) | (false, _, true) => Progress::Waits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{assignment, id, user};
    use model::GroupId;
    use model::directory::Principal;
    use proptest::prelude::*;

    const NOW: Ts = Ts(1_000_000);

    fn role(n: u128) -> ApplicationRoleId {
        ApplicationRoleId(id(n))
    }

    fn of(application: u128, n: u128) -> ResourceRole {
        ResourceRole::ApplicationRole(ApplicationId(id(application)), role(n))
    }

    #[test]
    fn a_person_shall_have_what_they_hold_alone_and_as_a_member_and_nothing_else() {
        let (me, group) = (Principal::User(user(1)), GroupId(id(7)));
        let mut over = assignment(5, me, of(1, 5));
        over.ends_at = Some(NOW);
        let mut later = assignment(6, me, of(1, 6));
        later.starts_at = NOW + Span(1);
        let reach = [
            assignment(1, me, of(1, 1)),
            assignment(2, me, of(2, 2)),
            assignment(3, me, ResourceRole::GroupMember(group)),
            assignment(4, Principal::Group(group), of(1, 3)),
            over,
            later,
        ];
        let desired = |enabled, now| desired(user(1), enabled, &reach, ApplicationId(id(1)), now);
        assert_eq!(desired(true, NOW), [role(1), role(3)].into());
        assert_eq!(desired(true, NOW + Span(1)), [role(1), role(3), role(6)].into());
        assert_eq!(desired(false, NOW), BTreeSet::new(), "who is disabled shall have nothing");
    }

    #[test]
    fn only_accounts_of_ours_are_touched_at_the_end_and_nobodys_account_becomes_anothers() {
        for leavers in Leavers::ALL {
            assert_eq!(farewell(leavers, false), Farewell::Keep);
        }
        assert_eq!(farewell(Leavers::Delete, true), Farewell::Delete);
        assert_eq!(farewell(Leavers::Deactivate, true), Farewell::Deactivate);
        assert_eq!(farewell(Leavers::Keep, true), Farewell::Keep);
        let (left, stays) = (Plan::default(), Plan { stays: true, ..Plan::default() });
        let goes = |leavers, ours, off| account_has_to_go(&left, leavers, ours, off);
        assert!(goes(Leavers::Delete, true, false) && goes(Leavers::Deactivate, true, false));
        assert!(!goes(Leavers::Deactivate, true, true), "it is switched off long since");
        assert!(!goes(Leavers::Keep, true, false) && !goes(Leavers::Delete, false, false));
        assert!(!account_has_to_go(&stays, Leavers::Delete, true, false), "they hold something");
        assert_eq!(account(Some("4711"), user(1)), Account::Anothers);
        assert_eq!(account(Some(&user(1).to_string()), user(1)), Account::Ours);
        assert_eq!(account(None, user(1)), Account::Adopted);
    }

    #[test]
    fn what_could_not_be_compared_is_said_up_to_its_limit_and_the_rest_is_counted() {
        let of = |many: usize| uncompared(&vec!["No.".to_owned(); many]);
        assert_eq!((of(0), of(2)), (None, Some("No. No.".to_owned())));
        let many = of(TARGET_UNCOMPARED_MAX + 5_000).unwrap();
        assert!(many.ends_with("No. 5000 more are like that.") && many.len() < 100, "{many}");
        assert!(of(TARGET_UNCOMPARED_MAX + 1).unwrap().ends_with("1 more is like that."));
    }

    #[test]
    fn waits_double_up_to_their_limit_and_a_target_may_ask_for_longer_ones() {
        let waits = |tries| crate::retry::again_at(NOW, tries).since(NOW).0 / 1000;
        assert_eq!([waits(0), waits(1), waits(2), waits(3), waits(50), waits(i64::MAX)], [5, 5, 10, 20, 900, 900]);
        let waits = |tries, asked| target_again_at(NOW, tries, asked).since(NOW).0 / 1000;
        assert_eq!([waits(1, None), waits(9, None), waits(1, Some(120)), waits(1, Some(u64::MAX))], [5, 30, 120, 5]);
        assert_eq!(waits(1, Some(100_000)), 900, "no target switches itself off");
    }

    #[test]
    fn what_is_about_one_alone_ends_no_turn_and_what_is_about_all_does() {
        let ends = |reach, answers, silences| ends_turn(Unanswered { reach, answers, silences });
        assert!(ends(Reach::Everybody, true, 0) && ends(Reach::Everybody, false, 0));
        assert!(!ends(Reach::One, false, 9), "it answered");
        assert!(ends(Reach::Doubtful, false, 0) && !ends(Reach::Doubtful, true, 9));
        assert!(ends(Reach::Silence, false, 1));
        assert_eq!([1, 2, 3].map(|silences| ends(Reach::Silence, true, silences)), [false, false, true]);
        // Whoever ended a turn is not in the next one.
        for tries in 1..20 {
            assert!(behind_at(NOW, tries) > NOW);
        }
        assert_eq!(behind_at(NOW, 20).since(NOW), Span::seconds(30));
        assert_eq!(person_again_at(NOW, 20, true).since(NOW), Span::seconds(30), "a target that was put right is caught up with");
        assert_eq!(person_again_at(NOW, 20, false).since(NOW), Span::seconds(900));
    }

    #[test]
    fn what_differs_is_pending_and_overdue_when_it_was_refused_or_takes_too_long() {
        let minutes = |n| NOW + Span::minutes(n);
        assert_eq!(standing(None, true, NOW), Standing::Works);
        assert_eq!(standing(Some(NOW), false, minutes(5) - Span(1)), Standing::Pending);
        assert_eq!(standing(Some(NOW), false, minutes(5)), Standing::Overdue);
        assert_eq!(standing(Some(NOW), true, NOW), Standing::Overdue);
    }

    #[test]
    fn a_request_is_confirmed_with_all_and_partly_when_some_work_and_some_are_overdue() {
        use Standing::{Overdue, Pending, Works};
        for (roles, expected) in [
            (vec![Pending], Progress::Waits),
            (vec![Overdue], Progress::Waits),
            (vec![Works, Pending], Progress::Waits),
            (vec![Pending, Overdue], Progress::Waits),
            (vec![Works, Overdue], Progress::Partly),
            (vec![Works, Pending, Overdue], Progress::Partly),
            (vec![Works, Works], Progress::Confirmed),
            (vec![], Progress::Confirmed),
        ] {
            assert_eq!(progress(&roles), expected, "{roles:?}");
        }
    }

    #[test]
    fn who_is_only_to_be_looked_at_does_not_differ() {
        let plan = Plan { stays: true, ..Plan::default() };
        assert!(!differs(&plan, false, false));
        assert!(differs(&plan, true, false) && differs(&plan, false, true));
        assert!(differs(&Plan { add: vec![role(1)], ..plan.clone() }, false, false));
        assert!(differs(&Plan { remove: vec![role(1)], ..plan }, false, false));
    }

    #[test]
    fn unknown_membership_is_never_removed_unless_the_setting_says_so() {
        let unknown = Sighting::default();
        assert_eq!(member(unknown, Drift::Report), Member::Report);
        assert_eq!(member(unknown, Drift::Remove), Member::Remove);
        assert_eq!(member(unknown, Drift::Adopt), Member::Adopt);
        for drift in Drift::ALL {
            let unwanted = Sighting { unwanted: true, ..unknown };
            assert_eq!(member(unwanted, drift), Member::Remove, "somebody says so");
            assert_eq!(member(Sighting { doubtful: true, ..unwanted }, drift), Member::Report, "it may be somebody's");
            assert_eq!(member(Sighting { asked: true, ..unwanted }, drift), Member::Known, "it was given meanwhile");
        }
    }

    /// What becomes of one thing that is asked of a target.
    #[derive(Clone, Copy, Debug)]
    enum Answer {
        Done,
        /// Done, and we never learned of it.
        Lost,
        /// Not done, and we learned so or were killed.
        Refused,
    }

    fn answers() -> impl Strategy<Value = Answer> {
        prop_oneof![Just(Answer::Done), Just(Answer::Lost), Just(Answer::Refused)]
    }

    proptest! {
        #[test]
        fn whatever_fails_on_the_way_in_the_end_the_target_holds_what_shall_be(
            walk in proptest::collection::vec((proptest::collection::btree_set(1_u128..5, 0..4), proptest::collection::vec(answers(), 8)), 1..20)
        ) {
            let (mut asked, mut there) = (Asked::new(), BTreeSet::new());
            let mut desired = BTreeSet::new();
            for (wanted, answers) in walk {
                desired = wanted.into_iter().map(role).collect();
                step(&desired, &mut asked, &mut there, answers.into_iter());
                prop_assert!(there.iter().all(|role| asked.contains_key(role)), "nothing is there that nobody knows of");
            }
            step(&desired, &mut asked, &mut there, std::iter::repeat(Answer::Done));
            prop_assert_eq!(&there, &desired);
            let left = plan(&desired, &asked);
            prop_assert!(left.add.is_empty() && left.remove.is_empty());
        }
    }

    fn step(
        desired: &BTreeSet<ApplicationRoleId>,
        asked: &mut Asked,
        there: &mut BTreeSet<ApplicationRoleId>,
        mut answers: impl Iterator<Item = Answer>,
    ) {
        let plan = plan(desired, asked);
        // Written down before anything is asked: from here on it may be there, or may not.
        for role in plan.add.iter().chain(&plan.remove) {
            asked.insert(*role, false);
        }
        for role in plan.add {
            let answer = answers.next().unwrap_or(Answer::Refused);
            if matches!(answer, Answer::Done | Answer::Lost) {
                there.insert(role);
            }
            if matches!(answer, Answer::Done) {
                asked.insert(role, true);
            }
        }
        for role in plan.remove {
            let answer = answers.next().unwrap_or(Answer::Refused);
            if matches!(answer, Answer::Done | Answer::Lost) {
                there.remove(&role);
            }
            if matches!(answer, Answer::Done) {
                asked.remove(&role);
            }
        }
    }
}
