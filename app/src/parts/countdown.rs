//! What is left, as a ring and in words. Ticks by the server's clock.

use super::landing::use_landing;
use super::when::When;
use leptos::prelude::*;
use model::Ts;
use model::view::Countdown;

#[component]
pub fn TimeLeft(
    of: Countdown,
    /// Said after the time.
    #[prop(default = "left")]
    suffix: &'static str,
    /// The suffix is only read aloud, because a column's heading says it already.
    #[prop(optional)]
    quiet: bool,
    #[prop(optional)] big: bool,
) -> impl IntoView {
    let landing = use_landing();
    let left = Memo::new(move |_| Left::of(of, landing.now()));
    let tone = move || left.with(|left| left.warn.then_some("warn"));
    let share = move || left.with(|left| [left.share.to_string().as_str(), " 100"].concat());
    let words = move || {
        let (words, over) = left.with(|left| (left.words.clone(), left.over));
        let suffix = match (over, quiet) {
            (true, _) => ().into_any(),
            (false, true) => view! { <span class="sr">" "{suffix}</span> }.into_any(),
            (false, false) => view! { " "{suffix} }.into_any(),
        };
        view! { {words}{suffix} }
    };
    view! {
        <span class=if big { "countdown big" } else { "countdown" } data-tone=tone>
            <svg viewBox="0 0 16 16" aria-hidden="true">
                <circle class="all" cx="8" cy="8" r="6"></circle>
                <circle class="left" cx="8" cy="8" r="6" pathLength="100" stroke-dasharray=share></circle>
            </svg>
            <time datetime=of.until.iso() title=of.until.exact()>{words}</time>
        </span>
    }
    .into_any()
}

/// An instant that comes, and how far away it is.
#[component]
pub fn Due(at: Ts) -> impl IntoView {
    let landing = use_landing();
    let away = Memo::new(move |_| {
        let left = landing.now().map(|now| at.since(now).0)?;
        Some(if left == 0 { "over".to_owned() } else { ["in ", &words(left)].concat() })
    });
    view! { <When at/>{move || away.get().map(|away| view! { " "<span class="under">{away}</span> })} }.into_any()
}

#[derive(Clone, PartialEq)]
struct Left {
    /// Of one hundred.
    share: i64,
    words: String,
    warn: bool,
    over: bool,
}

impl Left {
    fn of(of: Countdown, now: Option<Ts>) -> Self {
        let all = of.until.since(of.from).0.max(1);
        let left = now.map_or(all, |now| of.until.since(now).0);
        Self {
            share: (left.saturating_mul(100) / all).clamp(0, 100),
            words: words(left),
            // The last quarter hour, and the last quarter of what runs within a day.
            warn: left <= 15 * MINUTE || (all <= 24 * HOUR && left <= all / 4),
            over: left == 0,
        }
    }
}

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// `13 days`, `23 h`, `3 h 12 min`, `11 min`, `42 s`, `over`.
fn words(left: i64) -> String {
    let (hours, minutes) = (left / HOUR, left % HOUR / MINUTE);
    let say = |n: i64, unit: &str| [n.to_string().as_str(), " ", unit].concat();
    if left == 0 {
        "over".to_owned()
    } else if left >= 2 * DAY {
        say((left + DAY / 2) / DAY, "days")
    } else if hours >= 10 || (hours > 0 && minutes == 0) {
        say(hours, "h")
    } else if hours > 0 {
        [say(hours, "h"), say(minutes, "min")].join(" ")
    } else if minutes > 0 {
        say(minutes, "min")
    } else {
        say((left / SECOND).max(1), "s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_shortly() {
        let said: Vec<_> = [13 * DAY, 47 * HOUR, 3 * HOUR + 12 * MINUTE, 2 * HOUR, 11 * MINUTE, 42 * SECOND, 1, 0]
            .into_iter()
            .map(words)
            .collect();
        assert_eq!(said, ["13 days", "47 h", "3 h 12 min", "2 h", "11 min", "42 s", "1 s", "over"]);
    }

    #[test]
    fn the_last_quarter_hour_and_the_last_quarter_of_a_short_window_warn() {
        let warns = |hours: i64, left: i64| {
            let of = Countdown { from: Ts(0), until: Ts(hours * HOUR) };
            Left::of(of, Some(Ts(hours * HOUR - left))).warn
        };
        assert!(warns(4, HOUR) && !warns(4, HOUR + 1));
        assert!(warns(24 * 14, 15 * MINUTE) && !warns(24 * 14, 2 * DAY));
    }
}
