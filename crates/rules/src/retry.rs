//! When something that could not be brought into the world is tried again.

use model::limits::{RETRY_FIRST_SECONDS, RETRY_MAX_SECONDS};
use model::{Span, Ts};

/// Waits double up to a limit. There is no last try. `tries` counts those that failed, this one too.
pub fn again_at(now: Ts, tries: i64) -> Ts {
    again_within(now, tries, RETRY_MAX_SECONDS)
}

/// The same up to another limit.
pub fn again_within(now: Ts, tries: i64, most_seconds: i64) -> Ts {
    let doubled = 1_i64 << tries.saturating_sub(1).clamp(0, 20);
    now + Span::seconds((RETRY_FIRST_SECONDS * doubled).min(most_seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour_and_never_end() {
        let waits: Vec<i64> = (0..12).map(|tries| again_at(Ts(0), tries).0 / 1_000).collect();
        assert_eq!(waits, [5, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]);
        assert_eq!(again_at(Ts(0), i64::MAX).0, 900_000);
        assert_eq!(again_at(Ts(0), i64::MIN).0, 5_000);
    }
}
