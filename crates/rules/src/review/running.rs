//! What an instance does by itself, and what may be done with it at which time.

use super::counting::{enter, leave, stands_in_stage};
use super::held_back;
use super::said::is_decided_in;
use model::review::{
    Counts, Decision, Ended, Evidence, How, Letters, Phase, Review, ReviewRow, ReviewSettings, ReviewState, Said, StaysClosed,
    Stopped, Telling,
};
use model::{Refusal, Span, Ts, UserId};
use std::collections::BTreeSet;

/// What a running instance does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Some of the letters.
    Write(Letters),
    Remind,
    Stage(usize),
    Complete,
}

/// What is due in an instance in which reviewers decide; nothing when it is early.
pub fn next(review: &Review, now: Ts) -> Option<Next> {
    let ReviewState::InProgress { stage, until, remind_at, letters, .. } = &review.state else { return None };
    if now >= *until || (review.settings.ends_when_decided || review.counts.in_stage == 0) && review.counts.open == 0 {
        return Some(after_stage(review, *stage).map_or(Next::Complete, Next::Stage));
    }
    if let Some(letters) = letters {
        return Some(Next::Write(*letters));
    }
    remind_at.filter(|at| *at <= now).map(|_| Next::Remind)
}

/// The stage after this one; nothing after the last.
fn after_stage(review: &Review, stage: usize) -> Option<usize> {
    Some(stage + 1).filter(|next| *next < review.settings.stages.len())
}

/// The state in which reviewers of a stage decide.
pub fn opened(settings: &ReviewSettings, stage: usize, now: Ts) -> ReviewState {
    let days = settings.stages.get(stage).map_or(1, |stage| stage.days);
    let lasts = Span::days(i64::from(days));
    ReviewState::InProgress {
        stage,
        since: now,
        until: now + lasts,
        remind_at: settings.reminders.then(|| now + lasts.half()),
        letters: settings.mails.then_some(Letters { what: Telling::Start, after: None }),
    }
}

/// When a worker has to look at it again; nothing when somebody has to do something first.
pub fn wakes_at(review: &Review, now: Ts) -> Option<Ts> {
    match &review.state {
        ReviewState::InProgress { until, remind_at, .. } => {
            if next(review, now).is_some() {
                return Some(now);
            }
            Some(remind_at.map_or(*until, |at| at.min(*until)))
        }
        ReviewState::Starting { .. }
        | ReviewState::Opening { .. }
        | ReviewState::Reopening { .. }
        | ReviewState::Resetting { .. }
        | ReviewState::TryingAgain { .. }
        | ReviewState::Completing { .. } => Some(now),
        ReviewState::Applying { again_at, .. } => Some(again_at.unwrap_or(now)),
        ReviewState::Completed { .. } | ReviewState::Applied { .. } => {
            matches!(review.evidence, Some(Evidence::Sealing { .. })).then_some(now)
        }
        ReviewState::Skipped { .. } => None,
    }
}

const WHILE_OPEN: &str = "the review is in progress";

/// Ends the open stage, or all of it, before its time.
pub fn stop(review: &Review, stage_only: bool, by: Option<UserId>) -> Result<ReviewState, Refusal> {
    let not_then = |what| Refusal::ReviewNotThen { what, when: WHILE_OPEN };
    match &review.state {
        ReviewState::InProgress { stage, .. } if stage_only => match after_stage(review, *stage) {
            Some(stage) => Ok(ReviewState::Opening { stage, after: None }),
            None => Err(Refusal::ReviewNotThen { what: "stop a stage alone", when: "another stage follows" }),
        },
        ReviewState::InProgress { stage, since, until, .. } if !stage_only => {
            let stopped = by.map(|_| Stopped { stage: *stage, since: *since, until: *until });
            Ok(ReviewState::Completing { by, after: None, stopped })
        }
        ReviewState::Opening { .. } if !stage_only => Ok(ReviewState::Completing { by, after: None, stopped: None }),
        _ => Err(not_then(if stage_only { "stop a stage" } else { "stop a review" })),
    }
}

/// Opens an instance again that somebody stopped, for as long as its stage would have lasted. `later`: another instance of the
/// series has begun since.
pub fn reopen(review: &Review, later: bool, now: Ts) -> Result<ReviewState, Refusal> {
    let closed = |why| Err(Refusal::ReviewStaysClosed { why });
    let stopped = match &review.state {
        ReviewState::Completed { stopped, .. } => stopped,
        // Nothing was denied, so there was nothing to apply.
        ReviewState::Applied { stopped: stopped @ Some(_), .. } if review.counts.held().denied == 0 => stopped,
        ReviewState::Applied { .. } | ReviewState::Applying { .. } | ReviewState::TryingAgain { .. } => {
            return closed(StaysClosed::Applied);
        }
        ReviewState::Starting { .. }
        | ReviewState::Opening { .. }
        | ReviewState::InProgress { .. }
        | ReviewState::Reopening { .. }
        | ReviewState::Resetting { .. }
        | ReviewState::Completing { .. }
        | ReviewState::Skipped { .. } => return closed(StaysClosed::NotStopped),
    };
    match stopped {
        None => closed(StaysClosed::NotStopped),
        Some(_) if later => closed(StaysClosed::NextBegan),
        Some(stopped) if now >= stopped.until => closed(StaysClosed::Over),
        Some(stopped) => Ok(ReviewState::Reopening { stopped: *stopped, after: None }),
    }
}

/// A row of an instance that is opened again, as it was before that was stopped. `said`: everything that was said about it, the
/// latest first. The counts are those of a stage that begins.
pub fn opens_again(mut row: ReviewRow, stage: usize, said: &[Said], panel: &BTreeSet<UserId>, counts: &mut Counts) -> ReviewRow {
    leave(counts, &row);
    if row.decided.as_ref().is_some_and(|decided| decided.how == How::Silence) {
        // What nobody decided in time is undecided again; that it once was so stays in what was said.
        (row.decision, row.decided) = (Decision::NotReviewed, None);
    }
    // What was brought from an earlier stage is open until somebody decides it in this one.
    row.open = row.stage == stage && (row.decision == Decision::NotReviewed || !is_decided_in(said, stage));
    enter(counts, &row);
    if row.stage == stage {
        stands_in_stage(counts, &row, panel);
    }
    row
}

/// The state in which reviewers go on. Whoever has open rows is told again.
pub fn reopened(settings: &ReviewSettings, stopped: Stopped, now: Ts) -> ReviewState {
    let Stopped { stage, since, until } = stopped;
    let half_time = since + until.since(since).half();
    ReviewState::InProgress {
        stage,
        since,
        until,
        remind_at: (settings.reminders && half_time > now).then_some(half_time),
        letters: settings.mails.then_some(Letters { what: Telling::Start, after: None }),
    }
}

/// Whether every decision may be taken back: while the first stage is open.
pub fn may_reset(review: &Review) -> Result<(), Refusal> {
    resets(review, None).map(drop)
}

/// The state in which every decision is taken back, some rows at a time.
pub fn resets(review: &Review, by: Option<UserId>) -> Result<ReviewState, Refusal> {
    match &review.state {
        ReviewState::InProgress { stage: 0, .. } if review.counts.not_reviewed() == review.counts.total => {
            Err(Refusal::NothingDecided)
        }
        ReviewState::InProgress { stage: 0, since, until, .. } => {
            Ok(ReviewState::Resetting { by, stage: Stopped { stage: 0, since: *since, until: *until }, after: None })
        }
        ReviewState::InProgress { .. } => Err(Refusal::ReviewNotThen { what: "reset a review", when: "its first stage is open" }),
        _ => Err(Refusal::ReviewNotThen { what: "reset a review", when: WHILE_OPEN }),
    }
}

/// The state after every decision was taken back. Whoever has open rows is told again, and once more at half of what is left.
pub fn decides_anew(settings: &ReviewSettings, stage: Stopped, now: Ts) -> ReviewState {
    let Stopped { stage, since, until } = stage;
    ReviewState::InProgress {
        stage,
        since,
        until,
        remind_at: settings.reminders.then(|| now + until.since(now).half()),
        letters: settings.mails.then_some(Letters { what: Telling::Start, after: None }),
    }
}

/// Whether what could not be removed may be tried again.
pub fn may_try_again(review: &Review) -> Result<(), Refusal> {
    match review.state {
        ReviewState::Applied { .. } if review.counts.not_applied() > 0 => Ok(()),
        ReviewState::Applied { .. } => Err(Refusal::NothingToTryAgain),
        _ => Err(Refusal::ReviewNotThen { what: "try removals again", when: "the results are applied" }),
    }
}

/// The state in which what could not be removed is made ready to be tried again, some rows at a time.
pub fn tries_again(review: &Review, by: Option<UserId>, now: Ts) -> Result<ReviewState, Refusal> {
    may_try_again(review)?;
    Ok(ReviewState::TryingAgain { at: now, by, ended: review.state.ended(), after: None })
}

/// The state in which results are applied. When reviewers could decide no more stays as it was.
pub fn applies(review: &Review, by: Option<UserId>, now: Ts) -> ReviewState {
    ReviewState::Applying { at: now, by, again_at: None, ended: review.state.ended() }
}

/// Whether the results may be applied by hand.
pub fn may_apply(review: &Review) -> Result<(), Refusal> {
    match review.state {
        ReviewState::Completed { held_back: true, .. } => Ok(()),
        ReviewState::Completed { .. } if review.settings.auto_apply => Err(Refusal::ReviewAppliesItself),
        ReviewState::Completed { .. } => Ok(()),
        _ => Err(Refusal::ReviewNotThen { what: "apply results", when: "the review is completed and not applied" }),
    }
}

/// Whether reviewers may be written to again.
pub fn may_remind(review: &Review) -> Result<(), Refusal> {
    match review.state {
        ReviewState::InProgress { letters: None, .. } if review.counts.open > 0 => Ok(()),
        ReviewState::InProgress { letters: Some(_), .. } => {
            Err(Refusal::ReviewNotThen { what: "remind reviewers", when: "no other letters are being written" })
        }
        _ => Err(Refusal::ReviewNotThen { what: "remind reviewers", when: "rows are still to be decided" }),
    }
}

/// The state after everything was decided that had to be.
pub fn completed(review: &Review, by: Option<UserId>, stopped: Option<Stopped>, now: Ts) -> ReviewState {
    // Rows that nobody holds have nothing to apply.
    if review.counts.held().denied == 0 {
        return ReviewState::Applied { at: now, by, stopped, ended: None };
    }
    let held_back = held_back(&review.settings, review.counts);
    if review.settings.auto_apply && !held_back {
        ReviewState::Applying { at: now, by: None, again_at: None, ended: Some(Ended { at: now, by }) }
    } else {
        ReviewState::Completed { at: now, by, held_back, stopped }
    }
}

/// The state in which an instance is brought to its end because what it is about was deleted; nothing when it is over anyway.
pub fn ends_with_its_thing(review: &Review) -> Option<ReviewState> {
    match review.state.phase() {
        Phase::Starting | Phase::InProgress => Some(ReviewState::Completing { by: None, after: None, stopped: None }),
        Phase::NotStarted | Phase::Completing | Phase::Completed | Phase::Applying | Phase::Applied | Phase::Skipped => None,
    }
}

/// The state after such an instance was closed. Nobody has to say that results are applied: nothing is left that could be
/// removed, and each denied row says so.
pub fn completed_without_its_thing(review: &Review, now: Ts) -> ReviewState {
    if review.counts.held().denied == 0 {
        ReviewState::Applied { at: now, by: None, stopped: None, ended: None }
    } else {
        ReviewState::Applying { at: now, by: None, again_at: None, ended: None }
    }
}

/// Whether an instance still keeps the next one of its series waiting.
pub fn keeps_waiting(phase: Phase) -> bool {
    matches!(phase, Phase::Starting | Phase::InProgress | Phase::Completing)
}

/// An instance in another state. What was found is sealed as soon as nobody can change it, and anew whenever it was done what
/// was decided; in between nothing of it is.
pub fn goes_to(review: Review, state: ReviewState) -> Review {
    let evidence = matches!(state.phase(), Phase::Completed | Phase::Applied).then(Evidence::begun);
    Review { state, evidence, ..review }
}
