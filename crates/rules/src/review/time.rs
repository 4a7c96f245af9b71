//! When instances of a review begin. All in UTC, where no hour is missing and none comes twice.

use chrono::Months;
use model::limits::{REVIEW_DAYS_MAX, REVIEW_INSTANCES_MAX};
use model::review::{Frequency, ReviewSettings, Series, SeriesEnd};
use model::{Span, Ts};

/// How many days an instance may last at most, so that it is over before the next one begins: one day less than the
/// shortest time that lies between two of them.
pub fn longest_days(frequency: Frequency) -> u32 {
    match frequency {
        Frequency::Once => REVIEW_DAYS_MAX,
        Frequency::Weekly => 6,
        Frequency::Monthly => 27,
        Frequency::Quarterly => 88,
        Frequency::SemiAnnually => 180,
        Frequency::Annually => 364,
    }
}

/// The same for every frequency.
pub fn bounds() -> Vec<(Frequency, u32)> {
    Frequency::ALL.iter().map(|frequency| (*frequency, longest_days(*frequency))).collect()
}

/// When the instance of this number begins, counted from 0. It is counted from the first one every time: after a month
/// that has no 31st the next one begins on a 31st again.
pub fn nth(first: Ts, frequency: Frequency, n: u32) -> Option<Ts> {
    let months = match frequency {
        Frequency::Once => return (n == 0).then_some(first),
        Frequency::Weekly => return Some(first + Span::days(7 * i64::from(n))),
        Frequency::Monthly => 1,
        Frequency::Quarterly => 3,
        Frequency::SemiAnnually => 6,
        Frequency::Annually => 12,
    };
    let begins = first.date_time().checked_add_months(Months::new(n.checked_mul(months)?))?;
    Some(Ts(begins.timestamp_millis()))
}

/// When the first instance begins: on its day, or at once when that is here.
pub fn first(settings: &ReviewSettings, now: Ts) -> Ts {
    settings.starts_at.max(now)
}

/// When the next instance begins after `now`; nothing when the series is over. Times that nobody was there for, because
/// the server stood still, are not made up for.
pub fn next(settings: &ReviewSettings, started: u32, now: Ts) -> Option<Ts> {
    upcoming(settings, started, now).next()
}

/// The same one after the other.
pub fn upcoming(settings: &ReviewSettings, started: u32, now: Ts) -> impl Iterator<Item = Ts> {
    let (first, frequency) = (settings.starts_at, settings.frequency);
    let left = match settings.series_end {
        SeriesEnd::After { count } => count.saturating_sub(started),
        SeriesEnd::Never | SeriesEnd::On { .. } => REVIEW_INSTANCES_MAX,
    };
    let last = match settings.series_end {
        SeriesEnd::On { at } => at,
        SeriesEnd::Never | SeriesEnd::After { .. } => Ts(i64::MAX),
    };
    // The first may begin late, because it was made late.
    let from = if started == 0 { now - Span(1) } else { now };
    (0..)
        .map_while(move |n| nth(first, frequency, n))
        .skip_while(move |at| *at <= from)
        .take_while(move |at| *at <= last)
        .take(usize::try_from(left).unwrap_or(usize::MAX))
}

/// When the instances of a review begin that is made now.
pub fn planned(settings: &ReviewSettings, now: Ts) -> impl Iterator<Item = Ts> {
    let first = first(settings, now);
    std::iter::once(first).chain(upcoming(settings, 1, first))
}

/// When the next instance begins after what is set was changed. It stays where it is while nothing was said about when: it may
/// have been put off until the last one is over.
pub fn after_change(series: &Series, changed: &ReviewSettings, now: Ts) -> Option<Ts> {
    let when = |settings: &ReviewSettings| (settings.starts_at, settings.frequency, settings.series_end);
    match series.started {
        0 => Some(first(changed, now)),
        _ if when(&series.settings) == when(changed) => series.next_at,
        started => next(changed, started, now),
    }
}

/// How long an instance takes when each stage takes its whole time.
pub fn lasts(settings: &ReviewSettings) -> Span {
    Span::days(settings.stages.iter().map(|stage| i64::from(stage.days)).sum())
}

/// A series whose next instance has begun at `now`.
pub fn after_start(series: &Series, now: Ts) -> Series {
    let started = series.started + 1;
    Series { started, next_at: next(&series.settings, started, now), ..series.clone() }
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
