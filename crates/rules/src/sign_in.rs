//! Guessing passwords is slowed down; the real owner is never locked out for long.

use model::limits::{
    SESSION_ABSOLUTE_HOURS, SESSION_IDLE_MINUTES, SIGN_IN_FAILURES_REMEMBERED_HOURS, SIGN_IN_FREE_FAILURES_PER_ACCOUNT,
    SIGN_IN_FREE_FAILURES_PER_ADDRESS, SIGN_IN_WAIT_MAX_SECONDS,
};
use model::{Refusal, Span, Ts};

/// Failures so far of an account or an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    pub count: u32,
    /// Milliseconds since the epoch; zero when there was none.
    pub last_at: i64,
}

/// When the next try is allowed: after some free failures each one doubles the wait, up to a limit.
fn allowed_at(failures: Failures, free: u32) -> Ts {
    let over = failures.count.saturating_sub(free);
    if over == 0 {
        return Ts(0);
    }
    let seconds = 1_i64
        .checked_shl(over.saturating_sub(1))
        .filter(|s| *s > 0)
        .map_or(SIGN_IN_WAIT_MAX_SECONDS, |s| s.min(SIGN_IN_WAIT_MAX_SECONDS));
    Ts(failures.last_at) + Span::seconds(seconds)
}

/// Whether a try may go on to the password at all.
pub fn may_try(account: Failures, address: Failures, now: Ts) -> Result<(), Refusal> {
    let until =
        allowed_at(account, SIGN_IN_FREE_FAILURES_PER_ACCOUNT).max(allowed_at(address, SIGN_IN_FREE_FAILURES_PER_ADDRESS));
    if now < until { Err(Refusal::SignInMustWait { until, now }) } else { Ok(()) }
}

/// The count after one more failure; old ones are forgotten.
pub fn failed(before: Failures, now: Ts) -> Failures {
    let forgotten = now.since(Ts(before.last_at)) > Span::hours(SIGN_IN_FAILURES_REMEMBERED_HOURS);
    Failures { count: if forgotten { 1 } else { before.count.saturating_add(1) }, last_at: now.0 }
}

/// When a session ends at the latest.
pub fn session_ends(created: Ts, seen: Ts) -> Ts {
    (created + Span::hours(SESSION_ABSOLUTE_HOURS)).min(seen + Span::minutes(SESSION_IDLE_MINUTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_and_never_exceeds_its_limit() {
        let mut failures = Failures::default();
        let mut now = Ts(1_000_000_000);
        let mut waits = Vec::new();
        for _ in 0..20 {
            failures = failed(failures, now);
            let wait = match may_try(failures, Failures::default(), now) {
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

    #[test]
    fn an_address_that_tries_many_accounts_waits_too() {
        let address = Failures { count: 60, last_at: 1000 };
        assert!(may_try(Failures::default(), address, Ts(1001)).is_err());
        assert!(may_try(Failures::default(), Failures { count: 50, last_at: 1000 }, Ts(1001)).is_ok());
    }

    #[test]
    fn failures_of_yesterday_are_forgotten() {
        let old = Failures { count: 30, last_at: 0 };
        assert_eq!(failed(old, Ts(0) + Span::hours(25)).count, 1);
        assert!(may_try(Failures { count: u32::MAX, last_at: 0 }, Failures::default(), Ts(0) + Span::hours(1)).is_ok());
    }

    #[test]
    fn a_session_ends_when_idle_and_at_its_absolute_limit() {
        let day = Ts(0) + Span::hours(24);
        assert_eq!(session_ends(Ts(0), Ts(0)), Ts(0) + Span::hours(8));
        assert_eq!(session_ends(Ts(0), day - Span::hours(1)), day);
    }
}
