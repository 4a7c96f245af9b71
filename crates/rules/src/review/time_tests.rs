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

proptest! {
    /// Walked from start to start, a series begins exactly when another library says, and ends when it was set to.
    #[test]
    fn each_start_leads_to_the_next_one_until_the_series_ends(
        begins in 1_700_000_000_000_i64..1_900_000_000_000,
        which in 0..Frequency::ALL.len(),
        ends in 0..3_u8,
        count in 1_u32..30,
        late in 0_i64..80,
        asleep in 0_usize..12,
    ) {
        let (begins, frequency) = (Ts(begins), Frequency::ALL[which]);
        let on = independently(begins, frequency, count) - Span(1);
        let series_end = match ends {
            0 => SeriesEnd::Never,
            1 => SeriesEnd::On { at: on },
            _ => SeriesEnd::After { count },
        };
        let settings = ReviewSettings { starts_at: begins, frequency, series_end, ..defaults(UserId::default(), begins) };
        let plan: Vec<Ts> = upcoming(&settings, 0, begins).take(40).collect();
        let all = if frequency == Frequency::Once { 1 } else if ends == 0 { 40 } else { count.min(40) };
        // A day on which it ends that is before the second start leaves the first.
        let all = if frequency == Frequency::Once && ends == 1 { plan.len() } else { all as usize };
        prop_assert_eq!(plan.len(), all);
        for (n, at) in (0..).zip(&plan) {
            prop_assert_eq!(*at, independently(begins, frequency, n));
        }
        let mut series = Series {
            id: Default::default(),
            of: model::review::Reviewed::Group(Default::default()),
            policy: None,
            campaign: None,
            settings,
            owner: UserId::default(),
            created_at: begins,
            started: 0,
            next_at: Some(begins),
            version: 0,
        };
        let (mut walked, mut now) = (Vec::new(), begins);
        while let Some(at) = series.next_at.filter(|_| walked.len() < 40) {
            prop_assert!(walked.last().is_none_or(|last| *last < at), "it never goes back");
            prop_assert!(independently_one_of(begins, frequency, at), "{} is no start", at.iso());
            // Once the server stands still for a while; otherwise it is there within some hours.
            now = at + if walked.len() == asleep { Span::days(late) } else { Span::hours(late % 24) };
            walked.push(at);
            let after = after_start(&series, now);
            prop_assert_eq!(after.next_at, next(&after.settings, after.started, now));
            prop_assert_eq!(after.next_at, upcoming(&after.settings, after.started, now).next());
            prop_assert!(after.next_at.is_none_or(|next| next > now), "what is over is not made up for");
            series = after;
        }
        if let SeriesEnd::After { count } = series_end {
            prop_assert!(walked.len() <= count as usize);
        }
        if let SeriesEnd::On { at } = series_end {
            prop_assert!(walked.iter().skip(1).all(|begins| *begins <= at));
        }
        prop_assert!(now >= begins);
    }
}

/// Whether a series begins at this instant at some time.
fn independently_one_of(first: Ts, frequency: Frequency, at: Ts) -> bool {
    let most = if frequency == Frequency::Once { 1 } else { 2_000 };
    (0..most).map(|n| independently(first, frequency, n)).take_while(|one| *one <= at).last() == Some(at)
}
