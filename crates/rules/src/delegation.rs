//! Standing in: who may be named, for how long, and what a decision in somebody's place uses up.

use model::command::Delegate;
use model::delegation::{Delegated, Delegation};
use model::directory::UserKind;
use model::limits::{DELEGATION_MAX_DAYS, DELEGATIONS_MAX};
use model::request::Decision;
use model::{DelegationId, Refusal, Span, Ts, UserId};

/// The people whose one approval of a request a decision is: who made it, and in whose place.
pub fn used_up(decision: &Decision) -> impl Iterator<Item = UserId> + use<> {
    [Some(decision.approver), decision.stood_in_for].into_iter().flatten()
}

/// `Omar`, or `Omar for Helga`.
pub fn both_names(decision: &Decision, name: &dyn Fn(UserId) -> String) -> String {
    stood_names(decision.approver, decision.stood_in_for, name)
}

/// The same for whatever somebody did, perhaps in somebody's place.
pub fn stood_names(person: UserId, stood_in_for: Option<UserId>, name: &dyn Fn(UserId) -> String) -> String {
    match stood_in_for {
        Some(of) => format!("{} for {}", name(person), name(of)),
        None => name(person),
    }
}

/// Whether somebody delegates at all, and so looks for people to name.
pub fn may_delegate(kind: UserKind) -> Result<(), Refusal> {
    match kind {
        UserKind::Member => Ok(()),
        UserKind::Guest => Err(Refusal::NotAllowed { what: "delegate approvals", who: "Members of the company" }),
    }
}

/// Who is named as a delegate.
pub struct Named<'a> {
    pub user: UserId,
    pub name: &'a str,
    pub kind: UserKind,
    pub enabled: bool,
}

/// Somebody names a delegate. `given` is how many of their delegations are not over.
pub fn delegate(
    id: DelegationId,
    (from, from_kind): (UserId, UserKind),
    to: &Named<'_>,
    asked: &Delegate,
    given: usize,
    now: Ts,
) -> Result<Delegation, Refusal> {
    may_delegate(from_kind)?;
    if to.user == from {
        return Err(Refusal::OwnDelegate);
    }
    if to.kind == UserKind::Guest {
        return Err(Refusal::NoDelegate { name: to.name.to_owned(), why: "a guest" });
    }
    if !to.enabled {
        return Err(Refusal::NoDelegate { name: to.name.to_owned(), why: "disabled" });
    }
    let malformed = |message: &str| Refusal::Malformed { field: "ends".to_owned(), message: message.to_owned() };
    if asked.ends_at <= now {
        return Err(malformed("The last day is over already. Choose today or a later day."));
    }
    // What begins in the past begins now: nobody decided in anybody's place before it was said.
    let starts_at = asked.starts_at.max(now);
    if asked.ends_at <= starts_at {
        return Err(malformed("The last day is before the first. Choose the first day or a later one."));
    }
    if asked.ends_at.since(starts_at) > Span::days(DELEGATION_MAX_DAYS) {
        return Err(Refusal::DelegationTooLong { days: DELEGATION_MAX_DAYS });
    }
    if matches!(&asked.delegated, Delegated::Packages(packages) if packages.is_empty()) {
        return Err(Refusal::Required { field: "packages[]".to_owned(), label: "Access packages".to_owned() });
    }
    if given >= DELEGATIONS_MAX {
        return Err(Refusal::TooManyDelegations { limit: DELEGATIONS_MAX });
    }
    let delegated = asked.delegated.clone();
    Ok(Delegation { id, from, to: to.user, starts_at, ends_at: asked.ends_at, delegated, ended_at: None })
}

/// Whether it is in force. The end instant is outside.
pub fn in_force(delegation: &Delegation, now: Ts) -> bool {
    delegation.starts_at <= now && !is_over(delegation, now)
}

pub fn is_over(delegation: &Delegation, now: Ts) -> bool {
    delegation.ended_at.is_some() || delegation.ends_at <= now
}

/// Whoever gave it ends it. For everybody else there is no such delegation, or nothing that is theirs to end.
pub fn end(delegation: &Delegation, person: UserId, now: Ts) -> Result<(), Refusal> {
    if delegation.from != person {
        return Err(Refusal::NotFound { what: "delegation" });
    }
    if is_over(delegation, now) { Err(Refusal::DelegationOver) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::{StagePeople, may_decide_as};
    use crate::tests::{id, user};
    use model::PackageId;
    use model::approval::Verdict;
    use model::request::State;

    const NOW: Ts = Ts(1_000_000);

    fn asked(from_now: i64, days: i64) -> Delegate {
        let starts_at = NOW + Span(from_now);
        Delegate { to: user(2), starts_at, ends_at: starts_at + Span::days(days), delegated: Delegated::All }
    }

    fn tried(to: u128, kind: UserKind, enabled: bool, asked: &Delegate, given: usize) -> Result<Delegation, &'static str> {
        let named = Named { user: user(to), name: "Omar", kind, enabled };
        delegate(DelegationId(id(9)), (user(1), UserKind::Member), &named, asked, given, NOW).map_err(|refusal| refusal.code())
    }

    #[test]
    fn only_another_enabled_member_for_a_bounded_time_that_is_not_over() {
        let one = asked(0, 1);
        assert_eq!(may_delegate(UserKind::Guest).unwrap_err().code(), "not_allowed");
        assert_eq!(tried(1, UserKind::Member, true, &one, 0), Err("own_delegate"));
        assert_eq!(tried(2, UserKind::Guest, true, &one, 0), Err("no_delegate"));
        assert_eq!(tried(2, UserKind::Member, false, &one, 0), Err("no_delegate"));
        assert_eq!(tried(2, UserKind::Member, true, &asked(-Span::days(1).0, 1), 0), Err("malformed"), "over this instant");
        assert_eq!(tried(2, UserKind::Member, true, &asked(5, 0), 0), Err("malformed"));
        assert_eq!(tried(2, UserKind::Member, true, &asked(5, 91), 0), Err("delegation_too_long"));
        assert_eq!(tried(2, UserKind::Member, true, &one, DELEGATIONS_MAX), Err("too_many_delegations"));
        let none = Delegate { delegated: Delegated::Packages(Vec::new()), ..one.clone() };
        assert_eq!(tried(2, UserKind::Member, true, &none, 0), Err("required"));
        let some = Delegate { delegated: Delegated::Packages(vec![PackageId(id(4))]), ..asked(5, 90) };
        assert!(tried(2, UserKind::Member, true, &some, 0).is_ok());
        assert_eq!(tried(2, UserKind::Member, true, &asked(-5, 90), 0).unwrap().starts_at, NOW, "never in the past");
    }

    #[test]
    fn it_is_in_force_from_its_start_to_before_its_end_and_is_ended_by_its_giver_once() {
        let given = tried(2, UserKind::Member, true, &asked(5, 1), 0).unwrap();
        assert!(!in_force(&given, NOW) && in_force(&given, given.starts_at) && !in_force(&given, given.ends_at));
        assert_eq!(end(&given, user(2), NOW).unwrap_err().code(), "not_found");
        assert_eq!(end(&given, user(1), given.ends_at), Err(Refusal::DelegationOver));
        assert_eq!(end(&given, user(1), NOW), Ok(()));
        let ended = Delegation { ended_at: Some(NOW), ..given };
        assert!(!in_force(&ended, ended.starts_at));
        assert_eq!(end(&ended, user(1), NOW), Err(Refusal::DelegationOver));
    }

    /// Person 1 asks; 2 and 3 are asked; 4 stands in for 2, and 5 for 4.
    fn may(decisions: &[Decision], person: u128) -> Result<(usize, Option<UserId>), &'static str> {
        let people = StagePeople {
            approvers: vec![user(1), user(2), user(3)],
            stand_ins: vec![(user(4), user(2)), (user(1), user(2)), (user(5), user(4)), (user(6), user(1)), (user(3), user(2))],
            ..StagePeople::default()
        };
        let state = State::PendingApproval {
            stage: 0,
            opened_at: Ts(0),
            decide_by: Ts(100),
            asked: vec![],
            fallback: false,
            escalated_at: None,
            reminded_at: None,
        };
        let may = may_decide_as(user(1), user(1), &state, decisions, user(person), &people, &|id| id.to_string());
        may.map_err(|refusal| refusal.code())
    }

    #[test]
    fn nobody_stands_in_for_their_own_request_nor_for_whom_it_is_nor_on_a_second_level() {
        assert_eq!(may(&[], 1), Err("own_request"), "the requestor stands in for an approver");
        assert_eq!(may(&[], 6), Err("not_an_approver"), "the person stood in for is the requestor");
        assert_eq!(may(&[], 5), Err("not_an_approver"), "what was delegated is not delegated on");
        assert_eq!(may(&[], 4), Ok((0, Some(user(2)))));
        assert_eq!(may(&[], 3), Ok((0, None)), "who is asked decides in their own name");
    }

    #[test]
    fn a_decision_in_somebodys_place_is_the_one_approval_of_both() {
        let by = |approver: u128, of: Option<u128>| Decision {
            stage: 0,
            approver: user(approver),
            stood_in_for: of.map(user),
            verdict: Verdict::Approve,
            words: String::new(),
            at: Ts(5),
        };
        let stood_in = [by(4, Some(2))];
        assert_eq!((may(&stood_in, 2), may(&stood_in, 4)), (Err("already_decided"), Err("already_decided")));
        assert_eq!(may(&stood_in, 3), Ok((0, None)));
        let own = [by(2, None)];
        assert_eq!(may(&own, 4), Err("not_an_approver"), "the person has decided already");
        let name = |id: UserId| format!("{}", id.0.as_u128());
        assert_eq!(both_names(&stood_in[0], &name), "4 for 2");
    }
}
