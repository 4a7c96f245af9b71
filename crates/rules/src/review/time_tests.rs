use super::*;
use crate::review::settings::defaults;
use jiff::civil::DateTime;
use jiff::{Span as JiffSpan, tz::TimeZone};
use model::UserId;
use proptest::prelude::*;

fn at(text: &str) -> Ts {
    Ts::parse(text).unwrap()
}

/// The same by another library.
fn independently(first: Ts, frequency: Frequency, n: u32) -> Ts {
    let start: DateTime = jiff::Timestamp::from_millisecond(first.0).unwrap().to_zoned(TimeZone::UTC).datetime();
    let n = i64::from(n);
    let span = match frequency {
        Frequency::Once => JiffSpan::new(),
        Frequency::Weekly => JiffSpan::new().weeks(n),
        Frequency::Monthly => JiffSpan::new().months(n),
        Frequency::Quarterly => JiffSpan::new().months(3 * n),
        Frequency::SemiAnnually => JiffSpan::new().months(6 * n),
        Frequency::Annually => JiffSpan::new().years(n),
    };
    Ts(start.checked_add(span).unwrap().to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond())
}

#[test]
fn the_thirty_first_comes_back_after_a_month_that_has_none() {
    let months: Vec<String> =
        (0..5).map(|n| nth(at("2027-12-31T08:00:00Z"), Frequency::Monthly, n).unwrap().iso()[..10].to_owned()).collect();
    assert_eq!(months, ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]);
    assert_eq!(nth(at("2028-02-29T08:00:00Z"), Frequency::Annually, 1), Some(at("2029-02-28T08:00:00Z")));
    assert_eq!(nth(at("2028-02-29T08:00:00Z"), Frequency::Annually, 4), Some(at("2032-02-29T08:00:00Z")));
    assert_eq!(nth(at("2028-02-29T08:00:00Z"), Frequency::Once, 1), None);
}

#[test]
fn a_series_ends_on_its_day_and_after_its_count_and_what_was_missed_is_not_made_up_for() {
    let start = at("2027-01-01T08:00:00Z");
    let mut settings = ReviewSettings { frequency: Frequency::Monthly, ..defaults(UserId::default(), start) };
    assert_eq!(first(&settings, at("2026-12-01T00:00:00Z")), start);
    assert_eq!(first(&settings, at("2027-01-01T09:00:00Z")), at("2027-01-01T09:00:00Z"), "it begins late rather than never");
    assert_eq!(next(&settings, 1, at("2027-01-01T08:00:01Z")), Some(at("2027-02-01T08:00:00Z")));
    assert_eq!(next(&settings, 1, at("2027-06-15T00:00:00Z")), Some(at("2027-07-01T08:00:00Z")), "nobody was there for five");
    let plan: Vec<Ts> = planned(&settings, at("2027-01-01T09:00:00Z")).take(2).collect();
    assert_eq!(plan, [at("2027-01-01T09:00:00Z"), at("2027-02-01T08:00:00Z")]);
    settings.series_end = SeriesEnd::On { at: at("2027-03-15T00:00:00Z") };
    assert_eq!(upcoming(&settings, 0, start).count(), 3);
    assert_eq!(next(&settings, 3, at("2027-03-01T08:00:00Z")), None);
    settings.series_end = SeriesEnd::After { count: 2 };
    assert_eq!(planned(&settings, start).count(), 2);
    assert_eq!(planned(&ReviewSettings { frequency: Frequency::Once, ..settings.clone() }, start).count(), 1);
    assert_eq!(next(&settings, 1, at("2027-01-01T08:00:00Z")), Some(at("2027-02-01T08:00:00Z")));
    assert_eq!(next(&settings, 2, at("2027-02-01T08:00:00Z")), None);
}

proptest! {
    #[test]
    fn over_twenty_years_it_recurs_as_another_library_reckons_and_never_overlaps(
        first in 1_700_000_000_000_i64..1_900_000_000_000,
        which in 0..Frequency::ALL.len(),
    ) {
        let (first, frequency) = (Ts(first), Frequency::ALL[which]);
        let per_twenty_years = match frequency {
            Frequency::Once => 1,
            Frequency::Weekly => 1_043,
            Frequency::Monthly => 240,
            Frequency::Quarterly => 80,
            Frequency::SemiAnnually => 40,
            Frequency::Annually => 20,
        };
        let longest = Span::days(i64::from(longest_days(frequency)));
        for n in 0..per_twenty_years {
            let begins = nth(first, frequency, n).unwrap();
            prop_assert_eq!(begins, independently(first, frequency, n));
            if let Some(next) = nth(first, frequency, n + 1) {
                prop_assert!(begins + longest < next, "{} overlaps {}", begins.iso(), next.iso());
            }
        }
    }
}
