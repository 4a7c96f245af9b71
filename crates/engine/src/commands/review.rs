//! Access reviews: making and changing them, and deciding in them. What happens by itself is in `review_run.rs`.

use super::allowed;
use super::review_facts::{Asker, in_words, last_resort, mine, names, panel};
use super::review_named::everybody_is_there;
use super::review_of::Of;
use super::{review_letters, review_series};
use crate::change::Change;
use crate::{Fault, Problem};
use model::command::{Command, Done};
use model::event::Action;
use model::limits::{REVIEW_ACCEPTED_TOGETHER_MAX, REVIEWED_TOGETHER_MAX};
use model::review::{
    Campaign, DecideRows, Decision, EditReview, Letters, Review, ReviewSettings, ReviewState, Reviewed, Reviewers, Series,
    Telling,
};
use model::{AnyId, CampaignId, Refusal, ReviewId, ReviewSeriesId, UserId};
use rules::review::settings::{changes, check};
use rules::review::{Changed, left_undecidable};
use sha2::Digest as _;
use std::collections::{BTreeMap, BTreeSet};
use store::search::Words;
use store::{Saved, review_campaigns, review_leavers, review_rows, reviews};

pub const NOT_FOUND: Refusal = Refusal::NotFound { what: "access review" };

/// Makes a review of each thing; several make a campaign.
pub async fn create(
    change: &mut Change<'_>,
    command: &Command,
    of: &[Reviewed],
    settings: &ReviewSettings,
) -> Result<Done, Problem> {
    let owner = change.person().ok_or(Refusal::SignInNeeded)?;
    let all: BTreeSet<Reviewed> = of.iter().copied().collect();
    if all.is_empty() {
        return Err(Refusal::Required { field: "of".to_owned(), label: "What to review".to_owned() }.into());
    }
    if all.len() > REVIEWED_TOGETHER_MAX {
        let message = format!("Up to {REVIEWED_TOGETHER_MAX} reviews are made together. Choose fewer.");
        return Err(Refusal::Malformed { field: "of".to_owned(), message }.into());
    }
    let mut checked = Vec::new();
    for of in all {
        let found = Of::find(&mut change.link, of, Some(owner), change.now).await?;
        let about = found.as_ref().map(|found| found.about).unwrap_or_default();
        rules::access::may_submit(&change.visitor, command, about)?;
        let settings = check(settings, of, false, change.now)?;
        everybody_is_there(change, &settings, None).await?;
        checked.push((of, settings));
    }
    let (count, name) = (checked.len(), checked.first().map(|(_, settings)| settings.name.clone()).ok_or(NOT_FOUND)?);
    let campaign = (count > 1).then(|| CampaignId(change.id()));
    if let Some(id) = campaign {
        let campaign = Campaign { id, name: name.clone(), owner, created_at: change.now };
        review_campaigns::insert(&mut change.link, &campaign).await?;
    }
    let mut first = None;
    for (of, settings) in checked {
        let id = review_series::begin(change, of, (None, campaign), settings, owner).await?;
        first.get_or_insert(id);
    }
    Ok(Done::ReviewsCreated { first: first.ok_or(NOT_FOUND)?, campaign, name, count })
}

/// The series, if this visitor manages it, with what it is about.
async fn managed_series(change: &mut Change<'_>, command: &Command, id: ReviewSeriesId) -> Result<(Series, Of), Problem> {
    let series = reviews::series(&mut change.link, id).await?;
    let Some(series) = series else { return Err(NOT_FOUND.into()) };
    let of = may_manage(change, command, series.of).await?;
    Ok((series, of))
}

/// The instance, if this visitor manages it. Nobody else changes it until the transaction ends.
pub async fn managed(change: &mut Change<'_>, command: &Command, id: ReviewId) -> Result<(Review, Of), Problem> {
    let review = reviews::get_to_change(&mut change.link, id).await?;
    let Some(review) = review else { return Err(NOT_FOUND.into()) };
    let of = may_manage(change, command, review.of).await?;
    Ok((review, of))
}

async fn may_manage(change: &mut Change<'_>, command: &Command, of: Reviewed) -> Result<Of, Problem> {
    let person = change.person();
    let found = Of::or_gone(&mut change.link, of, person, change.now).await?;
    rules::access::may_submit(&change.visitor, command, found.about)?;
    Ok(found)
}

/// Saves an instance with when a worker looks at it again.
pub async fn save(change: &mut Change<'_>, review: &Review) -> Result<(), Problem> {
    let wakes_at = rules::review::wakes_at(review, change.now);
    if reviews::update(&mut change.link, review, wakes_at).await? == Saved::Stale {
        return Err(Refusal::Stale.into());
    }
    Ok(())
}

pub async fn edit_series(
    change: &mut Change<'_>,
    command: &Command,
    id: ReviewSeriesId,
    version: i64,
    settings: &ReviewSettings,
) -> Result<Done, Problem> {
    let (series, _) = managed_series(change, command, id).await?;
    rules::review::of_policy::may_edit(&series)?;
    let settings = check(settings, series.of, series.started > 0, change.now)?;
    everybody_is_there(change, &settings, Some(&series.settings)).await?;
    if series.version != version {
        return Err(Refusal::Stale.into());
    }
    let before = in_words(&mut change.link, &series.settings).await?;
    let after = in_words(&mut change.link, &settings).await?;
    let changes = changes(&before, &after);
    let name = settings.name.clone();
    if !changes.is_empty() {
        review_series::set(change, series, settings, changes).await?;
    }
    Ok(Done::ReviewSaved { series: id, name })
}

/// What the form of the current settings shows, as a digest: the settings, and which stage is open until when. Decisions and
/// letters change nothing of it.
pub fn seen(review: &Review) -> Result<String, Fault> {
    let until = match review.state {
        ReviewState::InProgress { stage, until, .. } => Some((stage, until)),
        _ => None,
    };
    let shown = serde_json::to_vec(&(&review.settings, until)).map_err(|error| Fault::new("write what is seen", error))?;
    Ok(sha2::Sha256::digest(shown).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Changes what is set for the instance that runs.
pub async fn edit(change: &mut Change<'_>, command: &Command, asked: &EditReview) -> Result<Done, Problem> {
    let (review, _) = managed(change, command, asked.review).await?;
    if seen(&review)? != asked.seen {
        return Err(Refusal::Stale.into());
    }
    let series = reviews::series(&mut change.link, review.series).await?.ok_or(NOT_FOUND)?;
    let (settings, state) = rules::review::settings::edit(&review, asked, series.next_at, change.now)?;
    everybody_is_there(change, &settings, Some(&review.settings)).await?;
    let before = in_words(&mut change.link, &review.settings).await?;
    let after = in_words(&mut change.link, &settings).await?;
    let mut changes = changes(&before, &after);
    let until = |state: &ReviewState| match state {
        ReviewState::InProgress { until, .. } => Some(*until),
        _ => None,
    };
    if let (Some(from), Some(to)) = (until(&review.state), until(&state))
        && from != to
    {
        let field = "End of the stage".to_owned();
        changes.push(model::event::Change { field, before: from.in_sentence(), after: to.in_sentence() });
    }
    let (mut added, mut counts) = (BTreeSet::new(), review.counts);
    if let Some(stage) = state.open_stage()
        && let Some(open) = settings.stages.get(stage)
        && review.settings.stages.get(stage) != Some(open)
    {
        let last = last_resort(&mut change.link, review.of, review.owner, change.now).await?;
        let people = panel(&mut change.link, review.of, open, &last, change.now).await?;
        let before = reviews::panel(&mut change.link, review.id, stage).await?;
        reviews::set_panel(&mut change.link, &review, stage, &people).await?;
        added = people.difference(&before).copied().collect();
        let about = match people.first() {
            Some(only) if people.len() == 1 => review_rows::shared_about(&mut change.link, review.id, *only, stage).await?.len(),
            _ => 0,
        };
        counts.undecidable = left_undecidable(counts, &people, about as u64);
        // What was theirs alone goes to others.
        let named = |settings: &ReviewSettings| asked_by_name(settings, stage);
        let asked = &named(&settings) | &people;
        let gone: Vec<UserId> = (&named(&review.settings) | &before).difference(&asked).copied().collect();
        review_leavers::removed(&mut change.link, review.id, &gone).await?;
    }
    let moved = until(&state).map_or(0, |to| to.0) - until(&review.state).map_or(0, |from| from.0);
    let due_at = model::Ts(review.due_at.0.saturating_add(moved));
    let (of, name) = (review.of, settings.name.clone());
    let review = Review { settings, state, due_at, counts, ..review };
    save(change, &review).await?;
    if !changes.is_empty() {
        change.record(None, [Action::ReviewChanged { series: review.series, of, name: name.clone(), changes }]);
    }
    if review.settings.mails && review.counts.shared_open > 0 {
        let readers = review_letters::sharers(change, &review, &added).await?;
        review_letters::ask(change, &review, readers, &added, false).await?;
    }
    Ok(Done::ReviewSaved { series: review.series, name })
}

/// People who are asked by name in a stage, or as fallback reviewers.
fn asked_by_name(settings: &ReviewSettings, stage: usize) -> BTreeSet<UserId> {
    let Some(stage) = settings.stages.get(stage) else { return BTreeSet::new() };
    let users = match &stage.reviewers {
        Reviewers::Selected { users, .. } => users.as_slice(),
        Reviewers::Members | Reviewers::Managers | Reviewers::Owners => &[],
    };
    users.iter().chain(&stage.fallback).copied().collect()
}

/// No further instance starts.
pub async fn stop_series(change: &mut Change<'_>, command: &Command, id: ReviewSeriesId) -> Result<Done, Problem> {
    let (series, _) = managed_series(change, command, id).await?;
    rules::review::of_policy::may_end(&series)?;
    let name = series.settings.name.clone();
    if series.next_at.is_none() {
        return Err(Refusal::ReviewNotThen { what: "stop the recurrence", when: "another review is scheduled" }.into());
    }
    review_series::end(change, series).await?;
    Ok(Done::ReviewSeriesStopped { series: id, name })
}

/// Takes it out of every list. What was decided stays in the history, and what was not applied yet never is.
pub async fn delete(change: &mut Change<'_>, command: &Command, id: ReviewSeriesId) -> Result<Done, Problem> {
    let (series, _) = managed_series(change, command, id).await?;
    rules::review::of_policy::may_end(&series)?;
    if reviews::delete_series(&mut change.link, &series, change.now).await? == Saved::Stale {
        return Err(Refusal::Stale.into());
    }
    reviews::put_to_rest(&mut change.link, id).await?;
    let name = series.settings.name;
    change.record(None, [Action::ReviewDeleted { series: id, of: series.of, name: name.clone() }]);
    Ok(Done::ReviewDeleted { name })
}

/// Ends the open stage, or all of it, before its time.
pub async fn stop(change: &mut Change<'_>, command: &Command, id: ReviewId, stage_only: bool) -> Result<Done, Problem> {
    let (review, _) = managed(change, command, id).await?;
    let state = rules::review::stop(&review, stage_only, change.person())?;
    let review = Review { state, ..review };
    save(change, &review).await?;
    let (series, of, name) = (review.series, review.of, review.settings.name.clone());
    change.record(None, [Action::ReviewStopped { series, review: id, of, name: name.clone(), stage_only }]);
    Ok(Done::ReviewStopped { review: id, name, stage_only })
}

/// Begins to take away what was denied.
pub async fn apply(change: &mut Change<'_>, command: &Command, id: ReviewId) -> Result<Done, Problem> {
    let (review, _) = managed(change, command, id).await?;
    rules::review::may_apply(&review)?;
    let state = rules::review::applies(&review, change.person(), change.now);
    let review = rules::review::goes_to(review, state);
    save(change, &review).await?;
    Ok(Done::ReviewApplying { review: id, name: review.settings.name })
}

/// Writes again to reviewers with open rows.
pub async fn remind(change: &mut Change<'_>, command: &Command, id: ReviewId) -> Result<Done, Problem> {
    let (review, _) = managed(change, command, id).await?;
    rules::review::may_remind(&review)?;
    let mut review = review;
    if let ReviewState::InProgress { letters, .. } = &mut review.state {
        *letters = Some(Letters { what: Telling::Reminder, after: None });
    }
    let people = review_letters::written_to(change, &review).await?;
    save(change, &review).await?;
    let (series, of, name) = (review.series, review.of, review.settings.name.clone());
    change.record(None, [Action::ReviewersReminded { series, review: id, of, name: name.clone(), people }]);
    Ok(Done::ReviewersReminded { review: id, name, people })
}

/// Whether what is reviewed gives power over others; what is no longer there does not.
async fn power(change: &mut Change<'_>, review: &Review) -> Result<bool, Problem> {
    match Of::find(&mut change.link, review.of, None, change.now).await? {
        Some(of) => of.gives_power(&mut change.link).await,
        None => Ok(false),
    }
}

/// A reviewer decides rows.
pub async fn decide(change: &mut Change<'_>, command: &Command, given: &DecideRows) -> Result<Done, Problem> {
    allowed(change, command)?;
    let by = change.person().ok_or(Refusal::SignInNeeded)?;
    let review = reviews::get_to_change(&mut change.link, given.review).await?.ok_or(NOT_FOUND)?;
    let reader = Asker::find(&mut change.link, review.id, by, change.now).await?.reader(review.state.open_stage());
    let power = power(change, &review).await?;
    let mut asked_for = given.clone();
    asked_for.rows.sort();
    asked_for.rows.dedup();
    let rows = review_rows::by_id(&mut change.link, review.id, &asked_for.rows).await?;
    let said = match given.decision {
        // What an earlier stage decided stands again, of whoever decided it.
        Decision::NotReviewed if review.state.open_stage() > Some(0) => {
            review_rows::decisions(&mut change.link, &asked_for.rows).await?
        }
        _ => BTreeMap::new(),
    };
    let (changed, counts) = rules::review::decide(&review, (rows, &said), &reader, power, &asked_for, change.now)?;
    let one = match changed.as_slice() {
        [one] => names(&mut change.link, std::slice::from_ref(&one.row)).await?.into_values().next(),
        _ => None,
    };
    let review = Review { counts, ..review };
    keep(change, &review, given.decision, &changed).await?;
    let (decision, rows) = (given.decision, changed.len());
    decided(change, &review, decision, rows, false);
    save(change, &review).await?;
    Ok(Done::RowsDecided { review: review.id, decision, rows, who: one })
}

/// Decides the visitor's open rows as recommended.
pub async fn accept(change: &mut Change<'_>, command: &Command, id: ReviewId, confirmed: bool) -> Result<Done, Problem> {
    allowed(change, command)?;
    let by = change.person().ok_or(Refusal::SignInNeeded)?;
    let review = reviews::get_to_change(&mut change.link, id).await?.ok_or(NOT_FOUND)?;
    let reader = Asker::find(&mut change.link, id, by, change.now).await?.reader(review.state.open_stage());
    let stage = review.state.open_stage().unwrap_or_default();
    let words = Words::default();
    let mine = mine(id, stage, &reader, change.now, Default::default(), &words);
    let rows = review_rows::open_of(&mut change.link, &mine, REVIEW_ACCEPTED_TOGETHER_MAX).await?;
    let before = review.counts;
    let power = power(change, &review).await?;
    let (changed, counts) = rules::review::accept(&review, rows, &reader, (power, confirmed), change.now)?;
    let review = Review { counts, ..review };
    for decision in [Decision::Approve, Decision::Deny] {
        let these: Vec<Changed> = changed.iter().filter(|one| one.row.decision == decision).cloned().collect();
        if !these.is_empty() {
            keep(change, &review, decision, &these).await?;
            decided(change, &review, decision, these.len(), true);
        }
    }
    save(change, &review).await?;
    let counts = model::review::Counts {
        approved: counts.approved.saturating_sub(before.approved),
        denied: counts.denied.saturating_sub(before.denied),
        ..counts
    };
    Ok(Done::RecommendationsAccepted { review: id, counts })
}

/// Saves rows with what was decided about each.
pub async fn keep(change: &mut Change<'_>, review: &Review, decision: Decision, changed: &[Changed]) -> Result<(), Problem> {
    let rows: Vec<_> = changed.iter().map(|one| one.row.clone()).collect();
    review_rows::update_all(&mut change.link, &rows).await?;
    let decisions: Vec<(AnyId, _, _, _)> =
        changed.iter().map(|one| (change.id(), one.row.clone(), decision, one.decided.clone())).collect();
    review_rows::insert_decisions(&mut change.link, &decisions).await?;
    tracing::debug!(review = %review.id, rows = rows.len(), "rows decided");
    Ok(())
}

fn decided(change: &mut Change<'_>, review: &Review, decision: Decision, rows: usize, accepted: bool) {
    let (series, of, name) = (review.series, review.of, review.settings.name.clone());
    let rows = rows as u64;
    change.record(None, [Action::ReviewRowsDecided { series, review: review.id, of, name, decision, rows, accepted }]);
}
