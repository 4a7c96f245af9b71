//! Guessing passwords is slowed down; the real owner is never locked out for long, and at once let in from where they signed in
//! before, whatever strangers do elsewhere.
//!
//! Failures of an account and failures of an address are counted in two ways. Whoever guesses one account waits longer and
//! longer. An address may be that of a whole office, so that its failures are forgotten one by one, and are those of nobody.

use model::limits::{
    SESSION_ABSOLUTE_HOURS, SESSION_IDLE_MINUTES, SIGN_IN_ADDRESS_FORGETS_SECONDS, SIGN_IN_FAILURES_REMEMBERED_HOURS,
    SIGN_IN_FREE_FAILURES_PER_ACCOUNT, SIGN_IN_FREE_FAILURES_PER_ADDRESS, SIGN_IN_PLACE_KNOWN_DAYS, SIGN_IN_WAIT_MAX_SECONDS,
};
use model::{Refusal, Span, Ts};

/// Failures so far of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    pub count: u32,
    /// Milliseconds since the epoch; zero when there was none.
    pub last_at: i64,
}

/// Failures so far of an address: when the last of them will be forgotten, which says how many they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crowd {
    /// Milliseconds since the epoch; in the past when there is none.
    pub forgotten_at: i64,
}

/// How long one failure of an address counts, when it is the only one.
const FORGETS: Span = Span::seconds(SIGN_IN_ADDRESS_FORGETS_SECONDS);

/// When an account may be tried next: after some free failures each one doubles the wait, up to a limit.
fn account_allowed_at(failures: Failures) -> Ts {
    let over = failures.count.saturating_sub(SIGN_IN_FREE_FAILURES_PER_ACCOUNT);
    if over == 0 {
        return Ts(0);
    }
    let seconds = 1_i64
        .checked_shl(over.saturating_sub(1))
        .filter(|s| *s > 0)
        .map_or(SIGN_IN_WAIT_MAX_SECONDS, |s| s.min(SIGN_IN_WAIT_MAX_SECONDS));
    Ts(failures.last_at) + Span::seconds(seconds)
}

/// When the next try from an address is allowed: as soon as there is room among the free failures for one more.
fn crowd_allowed_at(crowd: Crowd) -> Ts {
    let room = FORGETS.0.saturating_mul(i64::from(SIGN_IN_FREE_FAILURES_PER_ADDRESS) - 1);
    Ts(crowd.forgotten_at.saturating_sub(room))
}

/// Whether a try may go on to the password at all.
pub fn may_try(account: Failures, address: Crowd, now: Ts) -> Result<(), Refusal> {
    let until = account_allowed_at(account).max(crowd_allowed_at(address));
    if now < until { Err(Refusal::SignInMustWait { until, now }) } else { Ok(()) }
}

/// Whether an account's failures from an address are counted apart from those of strangers: its owner signed in from there not
/// long ago. Whoever guesses elsewhere without an end then takes nothing from the owner.
pub fn is_known(last_from_there: Option<Ts>, now: Ts) -> bool {
    last_from_there.is_some_and(|at| now.since(at) <= Span::days(SIGN_IN_PLACE_KNOWN_DAYS))
}

/// An address after one more failure.
pub fn crowd_failed(before: Crowd, now: Ts) -> Crowd {
    Crowd { forgotten_at: before.forgotten_at.max(now.0).saturating_add(FORGETS.0) }
}

/// An address after a try that was counted as a failure and was none.
pub fn crowd_succeeded(before: Crowd) -> Crowd {
    Crowd { forgotten_at: before.forgotten_at.saturating_sub(FORGETS.0) }
}

/// The count after one more failure; old ones are forgotten.
pub fn failed(before: Failures, now: Ts) -> Failures {
    let forgotten = now.since(Ts(before.last_at)) > Span::hours(SIGN_IN_FAILURES_REMEMBERED_HOURS);
    Failures { count: if forgotten { 1 } else { before.count.saturating_add(1) }, last_at: now.0 }
}

/// Whether somebody is let in. Where a password was compared with a hash, it has to be the one of now still: it takes a while.
pub fn comes_in(enabled: bool, compared: Option<&str>, now: Option<&str>) -> bool {
    enabled && (compared.is_none() || compared == now)
}

/// When a session ends at the latest.
pub fn session_ends(created: Ts, seen: Ts) -> Ts {
    (created + Span::hours(SESSION_ABSOLUTE_HOURS)).min(seen + Span::minutes(SESSION_IDLE_MINUTES))
}

/// How many of these sessions were open, by when they were begun and last used: one that ended by itself is remembered for a
/// while, and nobody ends it.
pub fn were_open(lived: &[(Ts, Ts)], now: Ts) -> u64 {
    lived.iter().filter(|(created, seen)| now < session_ends(*created, *seen)).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_disabled_or_has_another_password_by_now_is_not_let_in() {
        let table = [
            (false, None, None, false),
            (false, Some("a"), Some("a"), false),
            (true, Some("a"), Some("b"), false),
            (true, Some("a"), None, false),
            (true, Some("a"), Some("a"), true),
            (true, None, Some("a"), true),
            (true, None, None, true),
        ];
        for (enabled, compared, now, expected) in table {
            assert_eq!(comes_in(enabled, compared, now), expected, "{enabled} {compared:?} {now:?}");
        }
    }

    #[test]
    fn waiting_doubles_and_never_exceeds_its_limit() {
        let mut failures = Failures::default();
        let mut now = Ts(1_000_000_000);
        let mut waits = Vec::new();
        for _ in 0..20 {
            failures = failed(failures, now);
            let wait = match may_try(failures, Crowd::default(), now) {
                Ok(()) => 0,
                Err(Refusal::SignInMustWait { until, .. }) => until.since(now).0 / 1000,
                Err(other) => panic!("{other:?}"),
            };
            waits.push(wait);
            now = now + Span::seconds(wait);
        }
        assert_eq!(waits[..9], [0, 0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(waits.last(), Some(&SIGN_IN_WAIT_MAX_SECONDS));
    }

    /// How long the next try from an address waits after so many failures, each after the time that `between` says.
    fn waits_after(count: u32, between: Span) -> i64 {
        let (mut crowd, mut now) = (Crowd::default(), Ts(1_000_000_000));
        for _ in 0..count {
            crowd = crowd_failed(crowd, now);
            now = now + between;
        }
        match may_try(Failures::default(), crowd, now) {
            Ok(()) => 0,
            Err(Refusal::SignInMustWait { until, .. }) => until.since(now).0,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits_too() {
        let free = SIGN_IN_FREE_FAILURES_PER_ADDRESS;
        assert_eq!(waits_after(free - 1, Span(0)), 0);
        assert_eq!(waits_after(free, Span(0)), FORGETS.0, "until one is forgotten");
        assert!(waits_after(free * 3, Span::seconds(1)) > 0, "one a second is a guesser");
        assert!(waits_after(100_000, Span::seconds(SIGN_IN_ADDRESS_FORGETS_SECONDS - 1)) > 0, "however patient");
    }

    #[test]
    fn an_office_of_sixty_that_mistypes_once_a_day_each_never_waits() {
        assert_eq!(waits_after(60, Span(0)), 0, "all of them at eight o'clock");
        let a_working_day_apart = Span::minutes(8);
        assert_eq!(waits_after(60 * 400, a_working_day_apart), 0, "for more than a year");
        assert_eq!(waits_after(100_000, FORGETS), 0, "nothing adds up");
    }

    #[test]
    fn a_success_leaves_an_address_as_it_was_before() {
        let now = Ts(1_000_000_000);
        for before in
            [Crowd::default(), crowd_failed(Crowd::default(), now), crowd_failed(crowd_failed(Crowd::default(), now), now)]
        {
            let after = crowd_succeeded(crowd_failed(before, now));
            assert_eq!(after.forgotten_at.max(now.0), before.forgotten_at.max(now.0));
        }
        assert_eq!(crowd_succeeded(Crowd { forgotten_at: i64::MIN }).forgotten_at, i64::MIN);
        assert_eq!(crowd_failed(Crowd { forgotten_at: i64::MAX }, now).forgotten_at, i64::MAX);
    }

    #[test]
    fn from_where_somebody_signed_in_is_known_for_a_month() {
        let now = Ts(0) + Span::days(400);
        assert!(is_known(Some(now), now) && is_known(Some(now - Span::days(30)), now));
        assert!(!is_known(Some(now - Span::days(31)), now) && !is_known(None, now));
    }

    #[test]
    fn failures_of_yesterday_are_forgotten() {
        let old = Failures { count: 30, last_at: 0 };
        assert_eq!(failed(old, Ts(0) + Span::hours(25)).count, 1);
        assert!(may_try(Failures { count: u32::MAX, last_at: 0 }, Crowd::default(), Ts(0) + Span::hours(1)).is_ok());
    }

    #[test]
    fn a_session_ends_when_idle_and_at_its_absolute_limit() {
        let day = Ts(0) + Span::hours(24);
        assert_eq!(session_ends(Ts(0), Ts(0)), Ts(0) + Span::hours(8));
        assert_eq!(session_ends(Ts(0), day - Span::hours(1)), day);
        let lived = [(Ts(0), Ts(0)), (Ts(0), Ts(1)), (Ts(1), day)];
        for (hours, open) in [(9, 1), (8, 2), (7, 3)] {
            assert_eq!(were_open(&lived, Ts(0) + Span::hours(hours)), open, "after {hours} hours");
        }
    }
}
