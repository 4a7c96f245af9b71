//! Reviews that a policy of an access package requires: they are set in the policy, and follow it.

use super::settings;
use model::limits::NAME_MAX_CHARS;
use model::review::{PolicyReviews, ReviewSettings, ReviewStage, Reviewed, Reviewers, Series, SeriesEnd};
use model::{PackageId, Refusal, Ts, UserId};

/// What the form offers when it is switched on: every quarter, each about themselves, as in the reference system.
pub fn beginning(now: Ts) -> PolicyReviews {
    PolicyReviews {
        starts_at: now,
        frequency: model::review::Frequency::Quarterly,
        days: 14,
        reviewers: Reviewers::Members,
        fallback: Vec::new(),
        silence: model::review::Silence::NoChange,
        recommendations: true,
        reason_on_approval: true,
    }
}

/// What is set for the series of a policy. Results apply when an instance closes.
pub fn settings(asked: &PolicyReviews, name: String, by: UserId, now: Ts) -> ReviewSettings {
    let PolicyReviews { starts_at, frequency, days, reviewers, fallback, silence, recommendations, reason_on_approval } =
        asked.clone();
    ReviewSettings {
        name,
        starts_at,
        frequency,
        series_end: SeriesEnd::Never,
        stages: vec![ReviewStage { reviewers, fallback, days }],
        silence,
        auto_apply: true,
        recommendations,
        reason_on_approval,
        ..settings::defaults(by, now)
    }
}

/// What the review is called. Where both names together are longer than a name may be, the policy's says enough.
pub fn name(package: &str, policy: &str) -> String {
    let both = format!("{package}: {policy}");
    if both.chars().count() > NAME_MAX_CHARS { policy.to_owned() } else { both }
}

/// Whether a policy may require this, as it is kept. `begun`: the first instance has started, so the start is history.
pub fn check(asked: &PolicyReviews, begun: bool, now: Ts) -> Result<PolicyReviews, Refusal> {
    let malformed = |field: &str, message: &str| Err(Refusal::Malformed { field: field.to_owned(), message: message.to_owned() });
    if !PolicyReviews::FREQUENCIES.contains(&asked.frequency) {
        return malformed("review_frequency", "What a policy requires recurs. Choose how often.");
    }
    if !PolicyReviews::SILENCES.contains(&asked.silence) {
        return malformed("review_silence", "Nobody keeps a package because nobody answered. Choose another entry.");
    }
    let mut asked = asked.clone();
    if matches!(asked.reviewers, Reviewers::Selected { .. } | Reviewers::Members) {
        asked.fallback.clear();
    }
    let whole = settings(&asked, "–".to_owned(), UserId::default(), now);
    let checked = settings::check(&whole, Reviewed::Package(PackageId::default()), begun, now).map_err(placed)?;
    let Some(stage) = checked.stages.into_iter().next() else { return Ok(asked) };
    Ok(PolicyReviews { reviewers: stage.reviewers, fallback: stage.fallback, days: stage.days, ..asked })
}

/// The fields of a review stand in the form of a policy under names of their own.
pub fn placed(refusal: Refusal) -> Refusal {
    let at = |field: String| match field.as_str() {
        "starts" => "review_starts".to_owned(),
        "stages[0][days]" => "review_days".to_owned(),
        "stages[0][users]" => "review_users".to_owned(),
        "stages[0][groups]" => "review_groups".to_owned(),
        "stages[0][fallback]" => "review_fallback".to_owned(),
        "stages[0][reviewers]" => "review_by".to_owned(),
        _ => field,
    };
    match refusal {
        Refusal::Malformed { field, message } => Refusal::Malformed { field: at(field), message },
        Refusal::Required { field, label } => Refusal::Required { field: at(field), label },
        other => other,
    }
}

/// Whether a policy requires this series now.
pub fn required(series: &Series) -> bool {
    series.policy.is_some() && series.next_at.is_some()
}

fn set_there(series: &Series) -> Result<(), Refusal> {
    match (series.policy, series.of) {
        (Some(policy), Reviewed::Package(package)) => Err(Refusal::ReviewSetByPolicy { package, policy }),
        _ => Ok(()),
    }
}

/// Whether the settings of later instances are changed with the review itself. What a policy once required is not set at all
/// any more: it has ended.
pub fn may_edit(series: &Series) -> Result<(), Refusal> {
    set_there(series)
}

/// Whether the series is ended or deleted by itself: not while a policy requires it.
pub fn may_end(series: &Series) -> Result<(), Refusal> {
    if required(series) { set_there(series) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::user;
    use model::Span;
    use model::review::{Frequency, Silence};

    const NOW: Ts = Ts(1_800_000_000_000);

    fn field(change: impl FnOnce(&mut PolicyReviews)) -> Option<String> {
        let mut asked = beginning(NOW);
        change(&mut asked);
        check(&asked, false, NOW).err().and_then(|refusal| refusal.field().map(str::to_owned))
    }

    #[test]
    fn what_is_wrong_is_said_at_the_fields_of_the_policy() {
        let said = |field: Option<String>| field.unwrap_or_default();
        assert_eq!(said(field(|asked| asked.frequency = Frequency::Once)), "review_frequency");
        assert_eq!(said(field(|asked| asked.silence = Silence::Approve)), "review_silence");
        assert_eq!(said(field(|asked| asked.days = 0)), "review_days");
        assert_eq!(said(field(|asked| (asked.frequency, asked.days) = (Frequency::Monthly, 28))), "review_days");
        assert_eq!(said(field(|asked| asked.starts_at = NOW - Span::days(2))), "review_starts");
        let nobody = Reviewers::Selected { users: Vec::new(), groups: Vec::new() };
        assert_eq!(said(field(|asked| asked.reviewers = nobody)), "review_users");
        assert_eq!(said(field(|asked| asked.reviewers = Reviewers::Managers)), "review_fallback");
        assert_eq!(field(|_| ()), None);
        let late = PolicyReviews { starts_at: NOW - Span::days(400), ..beginning(NOW) };
        assert_eq!(check(&late, true, NOW), Ok(late), "its first instance has started");
    }

    #[test]
    fn nobody_is_kept_who_is_not_asked_and_nobody_is_named_twice() {
        let asked = PolicyReviews { fallback: vec![user(3)], ..beginning(NOW) };
        assert_eq!(check(&asked, false, NOW).unwrap().fallback, []);
        let twice = Reviewers::Selected { users: vec![user(2), user(1), user(2)], groups: Vec::new() };
        let once = Reviewers::Selected { users: vec![user(1), user(2)], groups: Vec::new() };
        assert_eq!(check(&PolicyReviews { reviewers: twice, ..beginning(NOW) }, false, NOW).unwrap().reviewers, once);
    }

    #[test]
    fn results_apply_by_themselves_and_a_name_is_never_cut() {
        let kept = settings(&beginning(NOW), name("Tools", "Everybody"), user(1), NOW);
        assert!(kept.auto_apply && kept.recommendations && kept.reason_on_approval);
        assert_eq!((kept.name.as_str(), kept.series_end), ("Tools: Everybody", SeriesEnd::Never));
        let long = "x".repeat(NAME_MAX_CHARS);
        assert_eq!(name(&long, "Everybody"), "Everybody");
    }
}
