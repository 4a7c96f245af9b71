//! Instants and spans. All instants are UTC; pages show them in local time.

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use std::ops::{Add, Sub};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "sql", derive(sqlx::Type), sqlx(transparent))]
#[serde(transparent)]
pub struct Ts(pub i64);

impl Ts {
    /// The instant as a date and time; the epoch for values no calendar can show.
    pub fn date_time(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// `2026-11-24T09:30:00Z`, for the `datetime` attribute and for machines.
    pub fn iso(self) -> String {
        self.date_time().to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// The same to the millisecond, for machines that put instants in order.
    pub fn iso_exact(self) -> String {
        self.date_time().to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// `2026-11-24 09:30:00 UTC`, the exact instant for a person.
    pub fn exact(self) -> String {
        self.date_time().format("%Y-%m-%d %H:%M:%S UTC").to_string()
    }

    /// `24 Nov 2026, 09:30 UTC`: what a page says before the browser knows its own zone, and what letters say.
    pub fn words(self) -> String {
        self.date_time().format("%-d %b %Y, %H:%M UTC").to_string()
    }

    /// The month, counted from 0: for languages that chrono does not speak.
    pub fn month(self) -> usize {
        usize::try_from(self.date_time().month0()).unwrap_or_default()
    }

    /// Stands for the instant in a sentence of a page: pages say it in the reader's zone. See [`pieces`].
    pub fn in_sentence(self) -> String {
        format!("{MARK}{}{MARK}", self.0)
    }

    /// Reads an RFC 3339 instant.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|t| Self(t.timestamp_millis()))
    }

    /// The span from `earlier` to this instant; zero when this one is earlier.
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0).max(0))
    }
}

/// A length of time in milliseconds, never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(pub i64);

impl Span {
    pub const ZERO: Self = Self(0);

    pub const fn seconds(n: i64) -> Self {
        Self(n.saturating_mul(1000))
    }
    pub const fn minutes(n: i64) -> Self {
        Self::seconds(n.saturating_mul(60))
    }
    pub const fn hours(n: i64) -> Self {
        Self::minutes(n.saturating_mul(60))
    }
    pub const fn days(n: i64) -> Self {
        Self::hours(n.saturating_mul(24))
    }

    /// Half of it, for reminders.
    pub const fn half(self) -> Self {
        Self(self.0 / 2)
    }

    /// The length in words with the two largest units: `4 hours`, `1 day 2 hours`, `30 minutes`, `less than a minute`.
    pub fn words(self) -> String {
        let said: Vec<String> = self.parts().map(|(unit, n)| count(n, unit.name())).collect();
        if said.is_empty() { "less than a minute".to_owned() } else { said.join(" ") }
    }

    /// The two largest units with how many of them, none of them zero: what every language says of a length.
    pub fn parts(self) -> impl Iterator<Item = (Unit, i64)> {
        let minutes = self.0 / 60_000;
        let units = [(Unit::Day, minutes / 1440), (Unit::Hour, minutes / 60 % 24), (Unit::Minute, minutes % 60)];
        units.into_iter().skip_while(|(_, n)| *n == 0).take(2).filter(|(_, n)| *n > 0)
    }
}

/// A unit of length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Day,
    Hour,
    Minute,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
        }
    }
}

/// `1 person`, `3 people`.
pub fn people(n: impl TryInto<i64>) -> String {
    match n.try_into().unwrap_or(i64::MAX) {
        1 => "1 person".to_owned(),
        n => format!("{n} people"),
    }
}

/// `Nobody`, `1 person`, `3 people`.
pub fn people_or_nobody(n: impl TryInto<i64>) -> String {
    match n.try_into().unwrap_or(i64::MAX) {
        0 => "Nobody".to_owned(),
        n => people(n),
    }
}

/// `1 day`, `3 days`.
pub fn count(n: i64, unit: &str) -> String {
    if n == 1 { format!("1 {unit}") } else { format!("{n} {unit}s") }
}

impl Add<Span> for Ts {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Ts {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// Around the milliseconds of an instant in a sentence: a character that is nobody's, and that no text has.
const MARK: char = '\u{e000}';

/// A part of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Instant(Ts),
}

/// Takes a sentence apart at its instants. What only looks like one is text.
pub fn pieces(sentence: &str) -> impl Iterator<Item = Piece<'_>> {
    let pieces = sentence.split(MARK).enumerate().map(|(number, piece)| match piece.parse() {
        Ok(at) if number % 2 == 1 => Piece::Instant(Ts(at)),
        _ => Piece::Text(piece),
    });
    pieces.filter(|piece| *piece != Piece::Text(""))
}

/// The sentence with its instants in UTC, for where there is no page.
pub fn spelled(sentence: &str) -> String {
    pieces(sentence)
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Instant(at) => at.words(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_with_their_two_largest_units() {
        assert_eq!(Span::hours(4).words(), "4 hours");
        assert_eq!(Span::hours(26).words(), "1 day 2 hours");
        assert_eq!(Span::minutes(90).words(), "1 hour 30 minutes");
        assert_eq!(Span(59_999).words(), "less than a minute");
        assert_eq!((Span::days(2).words() + " " + &Span::days(365).words()), "2 days 365 days");
        assert_eq!((Span::days(1) + Span::minutes(5)).words(), "1 day");
    }

    #[test]
    fn an_instant_survives_its_own_text() {
        let ts = Ts::parse("2026-01-05T08:00:00Z").unwrap();
        assert_eq!(ts.iso(), "2026-01-05T08:00:00Z");
        assert_eq!(ts.words(), "5 Jan 2026, 08:00 UTC");
        assert_eq!(Ts::parse("yesterday"), None);
    }

    #[test]
    fn instants_in_sentences_are_found_and_nothing_else_is() {
        let at = Ts::parse("2026-11-24T09:30:00Z").unwrap();
        let sentence = format!("Ends on {}, by itself.", at.in_sentence());
        assert_eq!(
            pieces(&sentence).collect::<Vec<_>>(),
            [Piece::Text("Ends on "), Piece::Instant(at), Piece::Text(", by itself.")]
        );
        assert_eq!(spelled(&sentence), "Ends on 24 Nov 2026, 09:30 UTC, by itself.");
        assert_eq!(spelled("no instant"), "no instant");
        assert_eq!(spelled("\u{e000}Lee\u{e000}"), "Lee");
        assert_eq!(pieces("").count(), 0);
    }
}
