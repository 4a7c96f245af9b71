//! The values that a hire date is compared with: a date, an instant, or now with a period added or taken away.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, SecondsFormat};
use model::Ts;
use std::fmt;

/// What a hire date is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    Fixed(Ts),
    Now(Option<Shift>),
}

/// How far from now, and in which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    pub back: bool,
    pub period: Period,
}

/// An ISO 8601 duration in whole numbers, such as `p1d`, `p1y6m`, `p2w` or `pt12h`.
///
/// Years and months follow the calendar. Each number has at most five digits, which keeps sums far from overflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Period {
    pub years: u32,
    pub months: u32,
    pub weeks: u32,
    pub days: u32,
    pub hours: u32,
    pub minutes: u32,
    pub seconds: u32,
}

impl Moment {
    /// The instant that is meant when it is `now`.
    pub fn at(self, now: Ts) -> Ts {
        match self {
            Self::Fixed(instant) => instant,
            Self::Now(None) => now,
            Self::Now(Some(shift)) => shift.from(now),
        }
    }
}

impl Shift {
    fn from(self, now: Ts) -> Ts {
        let Period { years, months, weeks, days, hours, minutes, seconds } = self.period;
        let months = years.saturating_mul(12).saturating_add(months);
        let far = Ts(if self.back { i64::MIN } else { i64::MAX });
        let start = match months {
            0 => Some(now),
            months => {
                let (start, months) = (now.date_time(), Months::new(months));
                let moved = if self.back { start.checked_sub_months(months) } else { start.checked_add_months(months) };
                moved.map(|instant| Ts(instant.timestamp_millis()))
            }
        };
        let days = i64::from(weeks) * 7 + i64::from(days);
        let millis = ((days * 24 + i64::from(hours)) * 60 + i64::from(minutes)) * 60_000 + i64::from(seconds) * 1_000;
        // A period that leaves the calendar is as good as for ever.
        start.map_or(far, |Ts(start)| Ts(start.saturating_add(if self.back { -millis } else { millis })))
    }
}

/// Reads `2026-01-05`, which is midnight UTC, or an RFC 3339 instant.
pub(super) fn read_date(text: &str) -> Option<Ts> {
    let instant = if text.len() == "2026-01-05".len() {
        // The library also takes signs and missing zeros; a rule should look the same everywhere.
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| day.to_string() == text)?;
        Ts(day.and_time(NaiveTime::MIN).and_utc().timestamp_millis())
    } else {
        Ts::parse(text)?
    };
    // An offset can carry the first and the last day into a year that cannot be written with four digits.
    (1..=9999).contains(&instant.date_time().year()).then_some(instant)
}

impl Period {
    /// Reads a duration in any case. Parts come in their order, and there is at least one.
    pub fn parse(text: &str) -> Option<Self> {
        const DATE: &str = "ymwd";
        const TIME: &str = "hms";
        let text = text.to_ascii_lowercase();
        let (date, time) = match text.strip_prefix('p')?.split_once('t') {
            Some((_, "")) => return None,
            Some((date, time)) => (date, time),
            None => (text.strip_prefix('p')?, ""),
        };
        if date.is_empty() && time.is_empty() {
            return None;
        }
        let (mut date, mut time) = (Parts { rest: date, units: DATE }, Parts { rest: time, units: TIME });
        let period = Self {
            years: date.take('y')?,
            months: date.take('m')?,
            weeks: date.take('w')?,
            days: date.take('d')?,
            hours: time.take('h')?,
            minutes: time.take('m')?,
            seconds: time.take('s')?,
        };
        (date.rest.is_empty() && time.rest.is_empty()).then_some(period)
    }
}

/// What is left of one half of a duration.
struct Parts<'a> {
    rest: &'a str,
    units: &'static str,
}

impl Parts<'_> {
    /// The number before this unit, zero when the next part has another unit; nothing when the text is wrong.
    fn take(&mut self, unit: char) -> Option<u32> {
        const DIGITS_MAX: usize = 5;
        let Some((digits, rest)) = self.rest.split_once(|c: char| !c.is_ascii_digit()) else {
            return self.rest.is_empty().then_some(0);
        };
        let found = self.rest.strip_prefix(digits).and_then(|after| after.chars().next())?;
        if found != unit {
            return self.units.contains(found).then_some(0);
        }
        if digits.is_empty() || digits.len() > DIGITS_MAX {
            return None;
        }
        self.rest = rest;
        digits.parse().ok()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now(None) => f.write_str("system.now"),
            Self::Now(Some(Shift { back, period })) => {
                write!(f, "system.now {} {period}", if *back { "-minus" } else { "-plus" })
            }
            Self::Fixed(instant) => {
                let instant: DateTime<_> = instant.date_time();
                if instant.time() == NaiveTime::MIN {
                    write!(f, "\"{}\"", instant.format("%Y-%m-%d"))
                } else {
                    write!(f, "\"{}\"", instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
                }
            }
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { years, months, weeks, days, hours, minutes, seconds } = *self;
        if *self == Self::default() {
            return f.write_str("p0d");
        }
        f.write_str("p")?;
        let part = |f: &mut fmt::Formatter<'_>, (number, unit): (u32, char)| match number {
            0 => Ok(()),
            number => write!(f, "{number}{unit}"),
        };
        [(years, 'y'), (months, 'm'), (weeks, 'w'), (days, 'd')].into_iter().try_for_each(|one| part(f, one))?;
        if hours > 0 || minutes > 0 || seconds > 0 {
            f.write_str("t")?;
        }
        [(hours, 'h'), (minutes, 'm'), (seconds, 's')].into_iter().try_for_each(|one| part(f, one))
    }
}
