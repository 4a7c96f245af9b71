//! What access reviews do by themselves, step by step: each step is a transaction that can be interrupted anywhere, and
//! the next one goes on where it ended.

use super::review::{keep, save};
use super::review_apply::{apply, try_anew};
use super::review_begin::{about, controls, nobody_shares_nothing, nothing_changed, remind, skip, still_unheld, told};
use super::review_facts::{Known, Place, able, holders, last_resort, panel};
use super::review_of::Of;
use super::review_seal::seal;
use super::{allowed, review_leaving, review_letters, review_policy, review_reopen, review_reset, review_series};
use crate::Problem;
use crate::change::Change;
use model::command::{Command, Done};
use model::event::Action;
use model::limits::REVIEW_STEP_ROWS;
use model::notice::{Letter, Notice, ReviewNews};
use model::review::{Counts, Decision, Review, ReviewState, Reviewed, Series, Stopped};
use model::{GroupId, ReviewId, ReviewRowId, ReviewSeriesId, Span, UserId};
use rules::review::{Next, opened, time};
use std::collections::BTreeSet;
use store::{review_rows, reviews};

/// How long a series waits whose last instance is not over yet.
const WAIT: Span = Span::minutes(1);

/// Starts the next instance of a series.
pub async fn series_due(change: &mut Change<'_>, command: &Command, id: ReviewSeriesId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Some(series) = reviews::series(&mut change.link, id).await? else { return Ok(Done::Advanced) };
    if series.next_at.is_none_or(|at| at > change.now) {
        return Ok(Done::Advanced);
    }
    let last = reviews::instances(&mut change.link, id, 1).await?.pop();
    if last.is_some_and(|last| rules::review::keeps_waiting(last.state.phase())) {
        let next_at = Some(change.now + WAIT);
        review_series::update(change, &Series { next_at, ..series }).await?;
        return Ok(Done::Advanced);
    }
    let Some(found) = Of::find(&mut change.link, series.of, None, change.now).await? else {
        // What was reviewed is no longer there, and nobody will hold it.
        let (of, name) = (series.of, series.settings.name.clone());
        review_series::update(change, &Series { next_at: None, ..series }).await?;
        change.record(None, [Action::ReviewSeriesStopped { series: id, of, name }]);
        return Ok(Done::Advanced);
    };
    let mut series = series;
    if let Some(name) = review_policy::name_now(change, &series, &found.name).await? {
        series.settings.name = name;
    }
    let series_after = time::after_start(&series, change.now);
    let review = Review {
        id: ReviewId(change.id()),
        series: id,
        number: series_after.started,
        of: series.of,
        policy: series.policy,
        owner: series.owner,
        state: ReviewState::Starting { groups: Vec::new(), at: 0, after: None, changed: false },
        started_at: change.now,
        due_at: change.now + time::lasts(&series.settings),
        settings: series.settings,
        counts: Counts::default(),
        evidence: None,
        version: 0,
    };
    if let Some(stage) = review.settings.stages.first() {
        let last = last_resort(&mut change.link, review.of, review.owner, change.now).await?;
        let people = panel(&mut change.link, review.of, stage, &last, change.now).await?;
        reviews::insert(&mut change.link, &review, Some(change.now)).await?;
        reviews::set_panel(&mut change.link, &review, 0, &people).await?;
    }
    review_series::update(change, &series_after).await?;
    Ok(Done::Advanced)
}

/// The next step of an instance.
pub async fn due(change: &mut Change<'_>, command: &Command, id: ReviewId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Some(review) = reviews::get_to_change(&mut change.link, id).await? else { return Ok(Done::Advanced) };
    match review.state.clone() {
        ReviewState::Starting { groups, at, after, changed } => collect(change, review, groups, (at, after), changed).await?,
        ReviewState::Opening { stage, after } => open(change, review, stage, after).await?,
        ReviewState::InProgress { .. } => match rules::review::next(&review, change.now) {
            // Whoever is written to shall have rows.
            None | Some(Next::Write(_) | Next::Remind) if review_leaving::pass_on(change, &review).await? => {}
            None => {}
            Some(Next::Write(letters)) => review_letters::write(change, review, letters).await?,
            Some(Next::Remind) => remind(change, review).await?,
            Some(Next::Stage(stage)) => {
                save(change, &Review { state: ReviewState::Opening { stage, after: None }, ..review }).await?;
            }
            Some(Next::Complete) => {
                save(change, &Review { state: ReviewState::Completing { by: None, after: None, stopped: None }, ..review })
                    .await?;
            }
        },
        ReviewState::Reopening { stopped, after } => review_reopen::open_again(change, review, stopped, after).await?,
        ReviewState::Resetting { by, stage, after } => review_reset::take_back(change, review, by, stage, after).await?,
        ReviewState::Completing { by, after, stopped } => complete(change, review, (by, stopped), after).await?,
        ReviewState::Applying { .. } => apply(change, review).await?,
        ReviewState::TryingAgain { .. } => try_anew(change, review).await?,
        ReviewState::Completed { .. } | ReviewState::Applied { .. } => seal(change, review).await?,
        ReviewState::Skipped { .. } => {}
    }
    Ok(Done::Advanced)
}

/// Finds out who holds it, some at a time. `changed`: something was found that is not as it was approved the last time.
async fn collect(
    change: &mut Change<'_>,
    mut review: Review,
    mut groups: Vec<GroupId>,
    (at, after): (usize, Option<model::AnyId>),
    changed: bool,
) -> Result<(), Problem> {
    let through = at.checked_sub(1).and_then(|at| groups.get(at)).copied();
    let place = Place { of: review.of, policy: review.policy, through, after };
    let mut page = holders(&mut change.link, place, &review.settings, change.now, REVIEW_STEP_ROWS).await?;
    let sharing = reviews::panel(&mut change.link, review.id, 0).await?;
    let last = last_resort(&mut change.link, review.of, review.owner, change.now).await?;
    if at == 0 && after.is_none() {
        let more = controls(change, &review, &page.found).await?;
        page.found.extend(more);
        // By name and not as they were found: nobody shall see from the order of ids who holds it and who does not.
        page.found.sort_by(|one, other| one.name.cmp(&other.name));
    } else {
        still_unheld(change, &mut review, &page.found, &sharing).await?;
    }
    let mut rows = Vec::with_capacity(page.found.len());
    let mut asked = review.clone();
    if let Some(stage) = asked.settings.stages.first_mut() {
        able(&mut change.link, stage, &BTreeSet::new()).await?;
    }
    for found in page.found {
        let id = ReviewRowId(change.id());
        let row = rules::review::row(id, &asked, (&sharing, &last), &found.subject, found.holding, change.now);
        rules::review::found(&mut review.counts, &row, &sharing);
        rows.push((row, found.name));
    }
    review_rows::insert_all(&mut change.link, review.id, &rows).await?;
    let changed = changed || !nothing_changed(change, &review, rows.iter().map(|(row, _)| row)).await?;
    for group in page.groups {
        if Reviewed::Group(group) != review.of && !groups.contains(&group) {
            groups.push(group);
        }
    }
    review.state = match page.next {
        Some(next) => ReviewState::Starting { groups, at, after: Some(next), changed },
        None if at < groups.len() => ReviewState::Starting { groups, at: at + 1, after: None, changed },
        None => {
            let reviewed = reviews::reviewed_before(&mut change.link, review.series, review.number).await?;
            if rules::review::is_skipped(&review, reviewed.map(|one| one.number), review.counts, changed) {
                return skip(change, review).await;
            }
            let (series, of, name) = (review.series, review.of, review.settings.name.clone());
            let rows = review.counts.total;
            nobody_shares_nothing(change, &review, 0).await?;
            change.record(None, [Action::ReviewStarted { series, review: review.id, of, name, rows }]);
            opened(&review.settings, 0, change.now)
        }
    };
    save(change, &review).await
}

/// Gives rows that go on to the reviewers of the next stage.
async fn open(change: &mut Change<'_>, mut review: Review, stage: usize, after: Option<model::AnyId>) -> Result<(), Problem> {
    let Some(mut settings) = review.settings.stages.get(stage).cloned() else {
        return save(change, &Review { state: ReviewState::Completing { by: None, after: None, stopped: None }, ..review }).await;
    };
    let last = last_resort(&mut change.link, review.of, review.owner, change.now).await?;
    able(&mut change.link, &mut settings, &BTreeSet::new()).await?;
    let sharing = if after.is_none() {
        let people = panel(&mut change.link, review.of, &settings, &last, change.now).await?;
        reviews::set_panel(&mut change.link, &review, stage, &people).await?;
        review.counts = rules::review::stage_begins(review.counts);
        people
    } else {
        reviews::panel(&mut change.link, review.id, stage).await?
    };
    let (page, next) = review_rows::step(&mut change.link, review.id, after, REVIEW_STEP_ROWS).await?;
    let known = Known::load(&mut change.link, page.iter().map(|row| row.principal)).await?;
    let mut rows = Vec::new();
    for row in page {
        let subject = known.subject(row.principal);
        match subject {
            Some((_, subject)) if row.stage + 1 == stage && rules::review::goes_on(&review.settings, &row) => {
                let reviewer = rules::review::reviewer(&settings, &sharing, &subject, &last);
                rows.push(rules::review::comes_into(row, stage, reviewer, &sharing, &mut review.counts));
            }
            _ if row.open => rows.push(rules::review::closes(row)),
            _ => {}
        }
    }
    review_rows::update_all(&mut change.link, &rows).await?;
    review.state = match next {
        Some(next) => ReviewState::Opening { stage, after: Some(next) },
        None => {
            let (series, of, name) = (review.series, review.of, review.settings.name.clone());
            let rows = review.counts.in_stage;
            nobody_shares_nothing(change, &review, stage).await?;
            change.record(None, [Action::ReviewStageStarted { series, review: review.id, of, name, stage, rows }]);
            opened(&review.settings, stage, change.now)
        }
    };
    save(change, &review).await
}

/// Decides what nobody decided, some at a time; then it is completed.
async fn complete(
    change: &mut Change<'_>,
    mut review: Review,
    (by, stopped): (Option<UserId>, Option<Stopped>),
    after: Option<model::AnyId>,
) -> Result<(), Problem> {
    // Silence says nothing about what is no longer there.
    let there = Of::find(&mut change.link, review.of, None, change.now).await?.is_some();
    let (page, next) = review_rows::step(&mut change.link, review.id, after, REVIEW_STEP_ROWS).await?;
    let (mut silent, mut closed) = (Vec::new(), Vec::new());
    for row in page {
        let spoken = there.then(|| rules::review::fall_silent(&review.settings, row.clone(), &mut review.counts, change.now));
        match spoken.flatten() {
            Some(changed) => silent.push(changed),
            None if row.open => closed.push(rules::review::closes(row)),
            None => {}
        }
    }
    for decision in [Decision::Approve, Decision::Deny] {
        let these: Vec<_> = silent.iter().filter(|one| one.row.decision == decision).cloned().collect();
        keep(change, &review, decision, &these).await?;
    }
    review_rows::update_all(&mut change.link, &closed).await?;
    if next.is_some() {
        return save(change, &Review { state: ReviewState::Completing { by, after: next, stopped }, ..review }).await;
    }
    review.counts = rules::review::stage_begins(review.counts);
    let state = if there {
        rules::review::completed(&review, by, stopped, change.now)
    } else {
        rules::review::completed_without_its_thing(&review, change.now)
    };
    let review = rules::review::goes_to(review, state);
    let (series, of, name) = (review.series, review.of, review.settings.name.clone());
    // What is said about rows that nobody holds is no result.
    let counts = review.counts.held();
    change.record(None, [Action::ReviewCompleted { series, review: review.id, of, name, counts }]);
    let held_back = matches!(review.state, ReviewState::Completed { held_back: true, .. });
    // What waits for somebody only because of a limit is said in any case: nobody would look for it.
    if review.settings.mails || held_back {
        let about = about(change, &review, change.now).await?;
        let news = ReviewNews::Completed {
            approved: counts.approved,
            denied: counts.denied,
            not_reviewed: counts.not_reviewed(),
            held_back,
            waits: matches!(review.state, ReviewState::Completed { .. }),
        };
        let to = told(change, &review).await?;
        let letter = |to: UserId| Letter { to: to.into(), notice: Notice::Review { about: about.clone(), news: news.clone() } };
        change.tell(to.into_iter().map(letter));
    }
    save(change, &review).await
}
