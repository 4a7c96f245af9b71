//! Emergency access: which account may activate without approval, and what its use demands afterwards.

use crate::form::justification;
use model::emergency::{EmergencyAccount, EmergencyUse, Word};
use model::event::Action;
use model::limits::{EMERGENCY_REVIEW_DAYS, EMERGENCY_USE_MINUTES};
use model::{EmergencyUseId, Refusal, RequestId, Span, Ts, UserId};

/// Somebody who is named on the form.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    pub user: UserId,
    pub name: &'a str,
    pub enabled: bool,
}

/// Whether `actor` may mark the account, with this person to look at each use.
pub fn mark(actor: Option<UserId>, account: Named<'_>, reviewer: Named<'_>, now: Ts) -> Result<EmergencyAccount, Refusal> {
    let malformed = |field: &str, message: String| Err(Refusal::Malformed { field: field.to_owned(), message });
    if actor == Some(account.user) {
        return malformed("account", "You cannot mark your own account. Another Global Administrator has to do that.".to_owned());
    }
    if !account.enabled {
        return malformed("account", format!("{} is disabled, and could use nothing. Enable the account first.", account.name));
    }
    if account.user == reviewer.user {
        return malformed("reviewer", "Nobody reviews their own use. Choose somebody else.".to_owned());
    }
    if !reviewer.enabled {
        return malformed("reviewer", format!("{} is disabled, and could review nothing. Choose somebody else.", reviewer.name));
    }
    Ok(EmergencyAccount { user: account.user, reviewer: reviewer.user, since: now })
}

/// What decides whether somebody may activate without approval now.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    pub account: Option<EmergencyAccount>,
    /// Their uses whose review is not closed.
    pub open: Vec<EmergencyUse>,
    /// When it was used since the oldest of them, reviewed or not.
    pub used: Vec<Ts>,
    /// Who is told of a use whose reviewer is disabled: everybody who administrates the guarded roles. Empty where the reviewer
    /// is there.
    pub instead: Vec<UserId>,
}

/// Whether what was activated then and what is activated now is one use.
fn is_one_use(begun: Ts, now: Ts) -> bool {
    now < begun + Span::minutes(EMERGENCY_USE_MINUTES)
}

impl Standing {
    /// The account, if it may be used now to activate `role`.
    pub fn may_use(&self, role: &str, now: Ts) -> Result<&EmergencyAccount, Refusal> {
        let Some(account) = &self.account else {
            return Err(Refusal::NoEmergencyAccount { role: role.to_owned() });
        };
        match self.open.iter().find(|used| self.is_in_the_way(used, now)) {
            Some(used) => Err(Refusal::EmergencyUnreviewed { used_at: used.used_at }),
            None => Ok(account),
        }
    }

    /// Whether the next use waits for the review of this one, or for somebody who allows it once more.
    pub fn is_in_the_way(&self, used: &EmergencyUse, now: Ts) -> bool {
        used.closed.is_none() && !is_one_use(used.used_at, now) && !self.allows_another(used, now)
    }

    /// What somebody allowed counts for the one use that comes next.
    fn allows_another(&self, used: &EmergencyUse, now: Ts) -> bool {
        let first_after = |allowed: &Word| self.used.iter().copied().filter(|at| *at > allowed.at).min();
        used.allowed.as_ref().is_some_and(|allowed| first_after(allowed).is_none_or(|first| is_one_use(first, now)))
    }
}

/// The use that begins with this request. `told` are those who would have been asked, and whoever reviews `instead`.
pub fn used(
    id: EmergencyUseId,
    request: RequestId,
    account: &EmergencyAccount,
    (told, instead): (&[UserId], &[UserId]),
    now: Ts,
) -> (EmergencyUse, Action) {
    let (user, reviewer) = (account.user, account.reviewer);
    let review_by = now + Span::days(EMERGENCY_REVIEW_DAYS);
    let used = EmergencyUse { id, request, user, reviewer, used_at: now, review_by, closed: None, allowed: None };
    let others =
        |all: &[UserId]| -> Vec<UserId> { all.iter().copied().filter(|other| *other != user && *other != reviewer).collect() };
    let (mut told, instead) = (others(told), others(instead));
    told.insert(0, reviewer);
    (used, Action::EmergencyUsed { used: id, user, told, instead, review_by })
}

/// Whether `by` may close the review: its reviewer, or somebody who administrates roles; never whoever used it.
pub fn may_close(used: &EmergencyUse, by: UserId, administers: bool) -> Result<(), Refusal> {
    if by == used.user {
        return Err(Refusal::OwnEmergencyUse);
    }
    if by != used.reviewer && !administers {
        return Err(Refusal::NotFound { what: "emergency use" });
    }
    if let Some(closed) = &used.closed {
        return Err(Refusal::EmergencyReviewed { at: closed.at });
    }
    Ok(())
}

/// Closes the review.
pub fn close(
    used: &EmergencyUse,
    by: UserId,
    administers: bool,
    words: &str,
    now: Ts,
) -> Result<(EmergencyUse, Action), Refusal> {
    may_close(used, by, administers)?;
    let words = justification("words", "Findings", words, true)?;
    let action = Action::EmergencyReviewed { used: used.id, user: used.user, words: words.clone() };
    Ok((EmergencyUse { closed: Some(Word { by, at: now, words }), ..used.clone() }, action))
}

/// Whether `by` may let the account be used once more before this is reviewed.
pub fn may_allow(used: &EmergencyUse, by: UserId, administers: bool) -> Result<(), Refusal> {
    may_close(used, by, administers)?;
    if !administers {
        return Err(Refusal::NotAllowed {
            what: "allow another use",
            who: "Global Administrators and Privileged Role Administrators",
        });
    }
    Ok(())
}

/// Lets the account be used once more before this is reviewed.
pub fn allow(
    used: &EmergencyUse,
    by: UserId,
    administers: bool,
    words: &str,
    now: Ts,
) -> Result<(EmergencyUse, Action), Refusal> {
    may_allow(used, by, administers)?;
    let words = justification("words", "Reason", words, true)?;
    let action = Action::EmergencyUseAllowed { used: used.id, user: used.user, words: words.clone() };
    Ok((EmergencyUse { allowed: Some(Word { by, at: now, words }), ..used.clone() }, action))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, user};

    const DAY: Ts = Ts(86_400_000);

    fn account() -> EmergencyAccount {
        EmergencyAccount { user: user(1), reviewer: user(2), since: Ts(0) }
    }

    fn at(used_at: Ts) -> EmergencyUse {
        used(EmergencyUseId(id(7)), RequestId(id(8)), &account(), (&[user(3), user(2), user(1)], &[]), used_at).0
    }

    /// `closed` are uses that were reviewed.
    fn standing(open: Vec<EmergencyUse>, closed: &[Ts]) -> Standing {
        let used = open.iter().map(|one| one.used_at).chain(closed.iter().copied()).collect();
        Standing { account: Some(account()), open, used, instead: Vec::new() }
    }

    fn refused(standing: &Standing, now: Ts) -> Option<&'static str> {
        standing.may_use("Global Administrator", now).err().map(|refusal| refusal.code())
    }

    #[test]
    fn only_a_marked_account_goes_without_approval_and_not_again_before_its_use_was_reviewed() {
        let later = DAY + Span::hours(5);
        assert_eq!(refused(&Standing::default(), later), Some("no_emergency_account"));
        assert_eq!(refused(&standing(vec![at(DAY)], &[]), later), Some("emergency_unreviewed"));
        assert_eq!(refused(&standing(Vec::new(), &[]), later), None, "every use was reviewed");
    }

    #[test]
    fn whatever_an_incident_needs_within_an_hour_is_one_use_and_then_it_is_over() {
        let minutes = |n| DAY + Span::minutes(n);
        let two = || standing(vec![at(DAY), at(minutes(50))], &[]);
        assert_eq!(refused(&two(), minutes(59)), None, "a membership, and then the role that needs it");
        assert_eq!(refused(&two(), minutes(60)), Some("emergency_unreviewed"), "what came later does not make it longer");
        let (allowed, _) = allow(&at(DAY), user(5), true, "The fire goes on.", minutes(90)).unwrap();
        let begun = minutes(100);
        let again = |last| standing(vec![allowed.clone(), at(begun), at(last)], &[]);
        assert_eq!(refused(&again(minutes(110)), minutes(120)), None, "the one that was allowed has several roles as well");
        assert_eq!(refused(&again(minutes(110)), minutes(161)), Some("emergency_unreviewed"));
        let first_reviewed = |last| standing(vec![allowed.clone(), at(last)], &[begun]);
        assert_eq!(refused(&standing(vec![allowed.clone()], &[begun]), minutes(120)), None, "a review closes no open door");
        assert_eq!(refused(&first_reviewed(minutes(150)), minutes(161)), Some("emergency_unreviewed"), "nor does it open one");
    }

    #[test]
    fn what_a_second_administrator_allows_is_one_use() {
        let (allowed, _) = allow(&at(DAY), user(5), true, "The fire goes on.", DAY + Span::hours(1)).unwrap();
        let (again, later) = (DAY + Span::hours(2), DAY + Span::hours(4));
        assert_eq!(refused(&standing(vec![allowed.clone()], &[]), later), None);
        assert_eq!(refused(&standing(vec![allowed.clone(), at(again)], &[]), later), Some("emergency_unreviewed"));
        assert_eq!(
            refused(&standing(vec![allowed], &[again]), later),
            Some("emergency_unreviewed"),
            "the second use was reviewed, the first not"
        );
    }

    #[test]
    fn whoever_used_it_neither_closes_the_review_nor_allows_another_use() {
        let code = |result: Result<(EmergencyUse, Action), Refusal>| result.err().map(|refusal| refusal.code());
        assert_eq!(code(close(&at(DAY), user(1), true, "All fine.", DAY)), Some("own_emergency_use"));
        assert_eq!(code(allow(&at(DAY), user(1), true, "Again.", DAY)), Some("own_emergency_use"));
        assert_eq!(code(close(&at(DAY), user(3), false, "All fine.", DAY)), Some("not_found"));
        assert_eq!(
            code(allow(&at(DAY), user(2), false, "Again.", DAY)),
            Some("not_allowed"),
            "its reviewer alone is no administrator"
        );
        assert_eq!(code(close(&at(DAY), user(2), false, " ", DAY)), Some("required"));
        let (closed, _) = close(&at(DAY), user(2), false, "All fine.", DAY).unwrap();
        assert_eq!(code(close(&closed, user(5), true, "Twice.", DAY)), Some("emergency_reviewed"));
    }

    #[test]
    fn the_reviewer_and_those_who_would_have_been_asked_are_told_once_each() {
        let (_, action) =
            used(EmergencyUseId(id(7)), RequestId(id(8)), &account(), (&[user(3), user(2), user(1)], &[user(1), user(3)]), DAY);
        let Action::EmergencyUsed { told, instead, review_by, .. } = action else { panic!("{action:?}") };
        assert_eq!((told, review_by), (vec![user(2), user(3)], DAY + Span::days(EMERGENCY_REVIEW_DAYS)));
        assert_eq!(instead, [user(3)], "nobody reviews their own use");
    }

    #[test]
    fn nobody_marks_their_own_account_or_reviews_themselves() {
        let named = |n: u128, enabled| Named { user: user(n), name: "Ada", enabled };
        let field =
            |result: Result<EmergencyAccount, Refusal>| result.err().and_then(|refusal| refusal.field().map(str::to_owned));
        assert_eq!(field(mark(Some(user(1)), named(1, true), named(2, true), DAY)).as_deref(), Some("account"));
        assert_eq!(field(mark(Some(user(5)), named(1, false), named(2, true), DAY)).as_deref(), Some("account"));
        assert_eq!(field(mark(Some(user(5)), named(1, true), named(1, true), DAY)).as_deref(), Some("reviewer"));
        assert_eq!(field(mark(Some(user(5)), named(1, true), named(2, false), DAY)).as_deref(), Some("reviewer"));
        assert!(mark(Some(user(5)), named(1, true), named(2, true), DAY).is_ok());
    }
}
