//! What may be set for a review.

use super::time::longest_days;
use crate::form::text;
use model::limits::{
    DESCRIPTION_MAX_CHARS, NAME_MAX_CHARS, REVIEW_CONTROLS_MAX, REVIEW_EXTRA_MAX_CHARS, REVIEW_INACTIVE_DAYS_MAX,
    REVIEW_INSTANCES_MAX, REVIEW_LOOK_BACK_DAYS, REVIEW_SILENCE_PERCENT, REVIEW_STAGES_MAX, REVIEWERS_MAX, START_MAX_DAYS,
};
use model::review::{
    Decision, EditReview, Frequency, Review, ReviewSettings, ReviewStage, ReviewState, Reviewed, Reviewers, Scope, SeriesEnd,
    Silence, Types,
};
use model::time::count;
use model::{Refusal, Span, Ts, UserId};
use std::collections::BTreeSet;

/// What a new review begins with.
pub fn defaults(by: UserId, now: Ts) -> ReviewSettings {
    ReviewSettings {
        name: String::new(),
        description: String::new(),
        scope: Scope::Everyone,
        types: Types::Both,
        inactive_days: None,
        stages: vec![ReviewStage {
            reviewers: Reviewers::Selected { users: vec![by], groups: Vec::new() },
            fallback: Vec::new(),
            days: 14,
        }],
        carried: BTreeSet::from([Decision::Approve, Decision::DontKnow, Decision::NotReviewed]),
        starts_at: now,
        frequency: Frequency::Once,
        series_end: SeriesEnd::Never,
        silence: Silence::NoChange,
        auto_apply: false,
        recommendations: true,
        look_back_days: REVIEW_LOOK_BACK_DAYS,
        reason_on_approval: true,
        reason_on_denial: false,
        mails: true,
        reminders: true,
        extra: String::new(),
        notify: Vec::new(),
        notify_groups: Vec::new(),
        ends_when_decided: false,
        earlier_shown: false,
        silence_limit_percent: REVIEW_SILENCE_PERCENT,
        controls: Vec::new(),
        skip_unchanged: false,
    }
}

fn malformed<T>(field: impl Into<String>, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Malformed { field: field.into(), message: message.into() })
}

/// Whether a review of this may be set so, as it is kept. `begun`: its first instance has started, so the start is history.
pub fn check(asked: &ReviewSettings, of: Reviewed, begun: bool, now: Ts) -> Result<ReviewSettings, Refusal> {
    let mut settings = asked.clone();
    settings.name = text("name", "Name", &asked.name, true, NAME_MAX_CHARS)?;
    settings.description = text("description", "Description", &asked.description, false, DESCRIPTION_MAX_CHARS)?;
    settings.extra = text("extra", "Additional content for reviewer email", &asked.extra, false, REVIEW_EXTRA_MAX_CHARS)?;
    scope(&settings, of)?;
    start(&settings, begun, now)?;
    if settings.stages.is_empty() || settings.stages.len() > REVIEW_STAGES_MAX {
        return malformed("stages", format!("A review has one to {REVIEW_STAGES_MAX} stages."));
    }
    for (number, stage) in settings.stages.iter_mut().enumerate() {
        self::stage(stage, number, of, settings.scope)?;
    }
    let days: u32 = settings.stages.iter().map(|stage| stage.days).fold(0, u32::saturating_add);
    let longest = longest_days(settings.frequency);
    if days > longest {
        let all = if settings.stages.len() > 1 { "All stages together take" } else { "It takes" };
        return malformed(
            "stages[0][days]",
            match settings.frequency {
                Frequency::Once => {
                    format!("{all} {} and may take {longest} at most. Choose a shorter duration.", count(i64::from(days), "day"))
                }
                other => format!(
                    "{all} {}, and the next one would begin before this one is over. “{}” allows {longest} days at most.",
                    count(i64::from(days), "day"),
                    other.words()
                ),
            },
        );
    }
    if settings.stages.len() > 1 && settings.carried.is_empty() {
        return malformed(
            "carried",
            "Nothing would go on to the next stage. Choose which rows do, or leave out the later stages.",
        );
    }
    if settings.silence_limit_percent > 100 {
        return malformed("silence_limit", "Write a number from 0 to 100.");
    }
    if !(1..=REVIEW_INACTIVE_DAYS_MAX).contains(&settings.look_back_days) {
        return malformed("look_back", format!("Write a number of days from 1 to {REVIEW_INACTIVE_DAYS_MAX}."));
    }
    if settings.notify.len() + settings.notify_groups.len() > REVIEWERS_MAX {
        return malformed("notify[]", format!("Up to {REVIEWERS_MAX} people and groups are told. Choose fewer."));
    }
    controls(&mut settings)?;
    Ok(settings)
}

fn controls(settings: &mut ReviewSettings) -> Result<(), Refusal> {
    settings.controls.sort();
    settings.controls.dedup();
    if settings.controls.len() > REVIEW_CONTROLS_MAX {
        return malformed(
            "controls[]",
            format!("Up to {REVIEW_CONTROLS_MAX} people are shown without holding it. Choose fewer."),
        );
    }
    if settings.controls.is_empty() {
        return Ok(());
    }
    if settings.scope == Scope::ServicePrincipals {
        return malformed("controls[]", "Only people can be control rows, and this reviews service principals. Leave them out.");
    }
    if settings.stages.iter().any(|stage| stage.reviewers == Reviewers::Members) {
        return malformed(
            "controls[]",
            "Where people review themselves, they would be asked about what they do not have. Leave the control rows out, or choose other reviewers.",
        );
    }
    Ok(())
}

fn scope(settings: &ReviewSettings, of: Reviewed) -> Result<(), Refusal> {
    if settings.scope == Scope::ServicePrincipals && matches!(of, Reviewed::Package(_)) {
        return malformed("scope", "Only people hold access packages. Choose everyone or guests.");
    }
    if settings.types == Types::Eligible && matches!(of, Reviewed::Package(_) | Reviewed::Application(_)) {
        return malformed("types", "Only directory roles and groups have eligible assignments. Choose all assignments.");
    }
    if settings.types == Types::Eligible && settings.scope == Scope::ServicePrincipals {
        return malformed("types", "Service principals are never eligible. Choose active assignments.");
    }
    match settings.inactive_days {
        Some(_) if settings.scope == Scope::ServicePrincipals => {
            malformed("inactive_days", "Service principals do not sign in here. Leave out how long they were inactive.")
        }
        Some(days) if !(1..=REVIEW_INACTIVE_DAYS_MAX).contains(&days) => {
            malformed("inactive_days", format!("Write a number of days from 1 to {REVIEW_INACTIVE_DAYS_MAX}."))
        }
        _ => Ok(()),
    }
}

fn start(settings: &ReviewSettings, begun: bool, now: Ts) -> Result<(), Refusal> {
    // A form that says today means today, whatever the hour is.
    if !begun && settings.starts_at + Span::days(1) < now {
        return malformed("starts", "The start is in the past. Choose today or a later day.");
    }
    if settings.starts_at > now + Span::days(START_MAX_DAYS) {
        return malformed("starts", format!("The start may be {START_MAX_DAYS} days ahead at most. Choose an earlier day."));
    }
    match settings.series_end {
        SeriesEnd::On { at } if at <= settings.starts_at => {
            malformed("series_end_on", "The end has to be after the start. Choose a later day.")
        }
        SeriesEnd::After { count } if !(1..=REVIEW_INSTANCES_MAX).contains(&count) => {
            malformed("series_end_after", format!("Write a number from 1 to {REVIEW_INSTANCES_MAX}."))
        }
        _ => Ok(()),
    }
}

fn stage(stage: &mut ReviewStage, number: usize, of: Reviewed, scope: Scope) -> Result<(), Refusal> {
    let field = |name: &str| format!("stages[{number}][{name}]");
    if stage.days == 0 {
        return malformed(field("days"), "Write how many days reviewers have, at least 1.");
    }
    if stage.fallback.len() > REVIEWERS_MAX {
        return malformed(field("fallback"), format!("Up to {REVIEWERS_MAX} people are named. Choose a group, or fewer people."));
    }
    let people_needed =
        |what: &str| malformed(field("reviewers"), format!("Service principals have no {what}. Choose the reviewers by name."));
    match &mut stage.reviewers {
        Reviewers::Selected { users, groups } => {
            users.sort();
            users.dedup();
            groups.sort();
            groups.dedup();
            if users.is_empty() && groups.is_empty() {
                return Err(Refusal::Required { field: field("users"), label: "Reviewers".to_owned() });
            }
            if users.len() + groups.len() > REVIEWERS_MAX {
                return malformed(
                    field("users"),
                    format!("Up to {REVIEWERS_MAX} people and groups are named. Choose a group, or fewer people."),
                );
            }
        }
        Reviewers::Members if scope == Scope::ServicePrincipals => return people_needed("way to review themselves"),
        Reviewers::Managers if scope == Scope::ServicePrincipals => return people_needed("manager"),
        Reviewers::Owners if matches!(of, Reviewed::DirectoryRole(_) | Reviewed::Application(_)) => {
            return malformed(field("reviewers"), "Only groups and access packages have owners. Choose other reviewers.");
        }
        Reviewers::Managers | Reviewers::Owners if stage.fallback.is_empty() => {
            return Err(Refusal::Required { field: field("fallback"), label: "Fallback reviewers".to_owned() });
        }
        Reviewers::Members | Reviewers::Managers | Reviewers::Owners => {}
    }
    Ok(())
}

/// Changes what is set for the instance that runs. `next_at` is when the next one begins.
pub fn edit(review: &Review, asked: &EditReview, next_at: Option<Ts>, now: Ts) -> Result<(ReviewSettings, ReviewState), Refusal> {
    let ReviewState::InProgress { stage, since, until, remind_at, letters } = &review.state else {
        return Err(Refusal::ReviewNotThen { what: "change the current settings", when: "the review is in progress" });
    };
    let mut settings = review.settings.clone();
    if asked.until <= now {
        return malformed("until", "The end of the stage has to be ahead. Choose a later moment, or stop the stage.");
    }
    let later: i64 = settings.stages.iter().skip(stage + 1).map(|stage| i64::from(stage.days)).sum();
    // An end that is no later than it was makes nothing worse, also where the next one is to begin before it.
    if let Some(next) = next_at
        && asked.until > *until
        && asked.until + Span::days(later) > next
    {
        return malformed(
            "until",
            format!(
                "The next review begins on {}, and this one has to be over by then. Choose an earlier moment.",
                next.in_sentence()
            ),
        );
    }
    settings.extra = text("extra", "Additional content for reviewer email", &asked.extra, false, REVIEW_EXTRA_MAX_CHARS)?;
    settings.silence = asked.silence;
    settings.auto_apply = asked.auto_apply;
    settings.reminders = asked.reminders;
    settings.recommendations = asked.recommendations;
    (settings.reason_on_approval, settings.reason_on_denial) = (asked.reason_on_approval, asked.reason_on_denial);
    settings.mails = asked.mails;
    for asked in asked.stages.iter().filter(|asked| asked.stage >= *stage) {
        let scope = settings.scope;
        let Some(changed) = settings.stages.get_mut(asked.stage) else { continue };
        if let Reviewers::Selected { users, groups } = &mut changed.reviewers {
            (*users, *groups) = (asked.users.clone(), asked.groups.clone());
        }
        changed.fallback.clone_from(&asked.fallback);
        changed.fallback.sort();
        changed.fallback.dedup();
        self::stage(changed, asked.stage, review.of, scope)?;
    }
    // Letters that were still to be written are not, once nobody shall get any.
    let letters = letters.filter(|_| settings.mails || !review.settings.mails);
    let remind_at = match (settings.reminders, remind_at) {
        (true, Some(at)) => Some(*at),
        // Half of what is left, if half time is not over.
        (true, None) if !review.settings.reminders => Some(now + asked.until.since(now).half()),
        _ => None,
    };
    let state = ReviewState::InProgress { stage: *stage, since: *since, until: asked.until, remind_at, letters };
    Ok((settings, state))
}

/// What is set, in words, in the order of the form. `person` and `group` say what somebody is called.
pub fn described(
    settings: &ReviewSettings,
    person: &dyn Fn(UserId) -> String,
    group: &dyn Fn(model::GroupId) -> String,
) -> Vec<(String, String)> {
    let days = |n: u32| count(i64::from(n), "day");
    let yes = |yes: bool| if yes { "Yes" } else { "No" }.to_owned();
    let list = |names: Vec<String>| if names.is_empty() { "Nobody".to_owned() } else { names.join(", ") };
    let people = |all: &[UserId]| list(all.iter().map(|id| person(*id)).collect());
    let mut all: Vec<(String, String)> = Vec::new();
    let mut say = |name: &str, value: String| all.push((name.to_owned(), value));
    say("Name", settings.name.clone());
    if !settings.description.is_empty() {
        say("Description", settings.description.clone());
    }
    say("Scope", settings.scope.words().to_owned());
    say("Assignment type", settings.types.words().to_owned());
    if let Some(n) = settings.inactive_days {
        say("Inactive users only", format!("No sign-in for {}", days(n)));
    }
    say("Start", settings.starts_at.in_sentence());
    say("Frequency", settings.frequency.words().to_owned());
    if settings.frequency != Frequency::Once {
        say(
            "End",
            match settings.series_end {
                SeriesEnd::Never => "Never".to_owned(),
                SeriesEnd::On { at } => at.in_sentence(),
                SeriesEnd::After { count: n } => format!("After {}", count(i64::from(n), "time")),
            },
        );
    }
    let many = settings.stages.len() > 1;
    for (number, stage) in settings.stages.iter().enumerate() {
        let of = |what: &str| if many { format!("{what}, stage {}", number + 1) } else { what.to_owned() };
        let reviewers = match &stage.reviewers {
            Reviewers::Selected { users, groups } => {
                let groups = groups.iter().map(|id| format!("members of {}", group(*id)));
                list(users.iter().map(|id| person(*id)).chain(groups).collect())
            }
            other => other.words().to_owned(),
        };
        say(&of("Reviewers"), reviewers);
        if !stage.fallback.is_empty() {
            say(&of("Fallback reviewers"), people(&stage.fallback));
        }
        say(&of("Duration"), days(stage.days));
    }
    if many {
        let carried: Vec<String> = settings.carried.iter().map(|one| one.words().to_owned()).collect();
        say("Rows that go on to the next stage", list(carried));
        say("Show earlier decisions to later reviewers", yes(settings.earlier_shown));
    }
    say("If reviewers don’t respond", settings.silence.words().to_owned());
    say("Auto apply results to resource", yes(settings.auto_apply));
    say("Removals without a decision wait above", format!("{} % of all rows", settings.silence_limit_percent));
    say(
        "Show recommendations",
        if settings.recommendations { format!("Yes, sign-in within {}", days(settings.look_back_days)) } else { "No".to_owned() },
    );
    say("Require reason on approval", yes(settings.reason_on_approval));
    say("Require reason on denial", yes(settings.reason_on_denial));
    say("Mail notifications", yes(settings.mails));
    say("Reminders", yes(settings.reminders));
    say("End a stage when everything is decided", yes(settings.ends_when_decided));
    if settings.frequency != Frequency::Once {
        say("Skip when nothing changed", yes(settings.skip_unchanged));
    }
    if !settings.controls.is_empty() {
        // Whom they are stays with whoever sets them: the history is read by others too.
        say(CONTROL_ROWS, model::time::people(settings.controls.len()));
    }
    if !settings.extra.is_empty() {
        say("Additional content for reviewer email", settings.extra.clone());
    }
    if !settings.notify.is_empty() || !settings.notify_groups.is_empty() {
        let everybody = settings.notify.iter().map(|id| person(*id)).chain(settings.notify_groups.iter().map(|id| group(*id)));
        say("Told at the end", list(everybody.collect()));
    }
    all
}

/// What the control rows are called. Only administrators of the review are shown this.
pub const CONTROL_ROWS: &str = "Control rows";

/// Everybody and every group that settings name, each once.
pub fn named(settings: &ReviewSettings) -> (Vec<UserId>, Vec<model::GroupId>) {
    let (mut people, mut teams): (BTreeSet<UserId>, BTreeSet<model::GroupId>) =
        (settings.notify.iter().chain(&settings.controls).copied().collect(), settings.notify_groups.iter().copied().collect());
    for stage in &settings.stages {
        people.extend(&stage.fallback);
        if let Reviewers::Selected { users, groups } = &stage.reviewers {
            people.extend(users);
            teams.extend(groups);
        }
    }
    (people.into_iter().collect(), teams.into_iter().collect())
}

/// What is different, as the history keeps it.
pub fn changes(before: &[(String, String)], after: &[(String, String)]) -> Vec<model::event::Change> {
    let value = |all: &[(String, String)], name: &str| {
        all.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut names: Vec<&String> = before.iter().chain(after).map(|(name, _)| name).collect();
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    names
        .into_iter()
        .map(|name| model::event::Change { field: name.clone(), before: value(before, name), after: value(after, name) })
        .filter(|change| change.before != change.after)
        .collect()
}
