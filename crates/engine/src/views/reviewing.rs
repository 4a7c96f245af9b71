//! Access reviews as whoever decides in them sees them.

use super::review::Subjects;
use super::review_rows::{self as told, Shown};
use super::words::{People, both};
use super::{Asking, cursor, page, read_cursor, read_time_cursor};
use crate::Problem;
use crate::commands::review_facts::{Asker, mine};
use crate::commands::review_of::Of;
use model::limits::{PAGE_ROWS, REVIEW_ACCEPTED_TOGETHER_MAX, REVIEW_PAGE_ROWS};
use model::review::{Decision, Review, ReviewState, Reviewed, Reviewers, Silence};
use model::view::Badge;
use model::view::review::{MyReview, MyReviews, Reviewing, RowFilter};
use model::{Refusal, ReviewId, ReviewRowId, UserId, query};
use rules::review::Reader;
use std::collections::BTreeMap;
use store::review_rows::{Mine, Progress};
use store::search::Words;
use store::{review_rows, reviews};

/// Reviews that are counted for the navigation.
const COUNTED: usize = 20;

/// In how many reviews the reader has something to decide.
pub async fn waiting(asking: &mut Asking<'_>) -> Result<u32, Problem> {
    Ok(reviews::waiting(&mut asking.link, asking.who.user, asking.now, COUNTED).await?)
}

/// How much the reader has done in a review, of how much.
fn done(review: &Review, me: UserId, progress: &BTreeMap<(ReviewId, usize), Progress>) -> (u64, u64) {
    let stage = review.state.open_stage();
    let Some(of) = stage.and_then(|stage| progress.get(&(review.id, stage))) else { return (0, 0) };
    let others = of.sharing.iter().filter(|user| **user != me).map(|user| (*user, true)).collect();
    let reader = Reader { me, shares: of.sharing.contains(&me), stands_in: others };
    let plus = |one: (u64, u64), other: (u64, u64)| (one.0 + other.0, one.1 + other.1);
    // What was handed to them of what they would share is counted once.
    let about = [Some(me), rules::review::shared_but_about(&reader)].into_iter().flatten();
    let about = about.filter_map(|user| of.about.get(&user)).fold(of.handed_shared, |sum, one| plus(sum, *one));
    rules::review::progress(review.counts, plus(of.own, of.handed), rules::review::has_shared(&reader), about)
}

pub async fn list(asking: &mut Asking<'_>, query: query::MyReviews) -> Result<MyReviews, Problem> {
    let after = read_time_cursor::<ReviewId>(query.after.as_deref());
    let me = asking.who.user;
    let mut all = reviews::of_reviewer(&mut asking.link, me, query.past, after, asking.now, PAGE_ROWS + 1).await?;
    let paging = page(&mut all, PAGE_ROWS, after.is_some(), |review| cursor(review.started_at.0, review.id));
    let rows = listed(asking, all).await?;
    Ok(MyReviews { rows, paging })
}

async fn listed(asking: &mut Asking<'_>, all: Vec<Review>) -> Result<Vec<MyReview>, Problem> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let me = asking.who.user;
    let progress = review_rows::progress(&mut asking.link, me, asking.now).await?;
    let subjects = Subjects::load(asking, all.iter().map(|review| review.of)).await?;
    let row = |review: Review| {
        let (done, total) = done(&review, me, &progress);
        MyReview {
            review: review.id,
            subject: subjects.subject(review.of),
            due_at: due(&review),
            done,
            total,
            badge: badge(&review),
            name: review.settings.name,
        }
    };
    Ok(all.into_iter().map(row).collect())
}

/// Reviews in which the reader has something to decide, what is due first on top.
pub async fn to_decide(asking: &mut Asking<'_>, limit: usize) -> Result<Vec<MyReview>, Problem> {
    let all = reviews::of_reviewer(&mut asking.link, asking.who.user, false, None, asking.now, COUNTED).await?;
    let mut rows = listed(asking, all).await?;
    rows.retain(|row| row.done < row.total);
    rows.sort_by_key(|row| (row.due_at, row.review));
    rows.truncate(limit);
    Ok(rows)
}

/// When the open stage is over, or the whole.
pub fn due(review: &Review) -> model::Ts {
    match &review.state {
        ReviewState::InProgress { until, .. } => *until,
        state @ (ReviewState::Completed { at, .. }
        | ReviewState::Applying { at, .. }
        | ReviewState::TryingAgain { at, .. }
        | ReviewState::Applied { at, .. }) => state.ended().map_or(*at, |ended| ended.at),
        ReviewState::Reopening { stopped: stage, .. } | ReviewState::Resetting { stage, .. } => stage.until,
        ReviewState::Skipped { at } => *at,
        ReviewState::Starting { .. } | ReviewState::Opening { .. } | ReviewState::Completing { .. } => review.due_at,
    }
}

pub fn badge(review: &Review) -> Badge {
    let phase = review.state.phase();
    Badge::new(phase.words(), phase.tone())
}

pub async fn one(asking: &mut Asking<'_>, query: query::Reviewing) -> Result<Reviewing, Problem> {
    let me = asking.who.user;
    let not_found = Refusal::NotFound { what: "access review" };
    let review = reviews::get(&mut asking.link, query.review).await?.ok_or(not_found)?;
    let asker = Asker::find(&mut asking.link, review.id, me, asking.now).await?;
    let open_stage = review.state.open_stage();
    let stage = open_stage.unwrap_or_else(|| review.settings.stages.len().saturating_sub(1));
    let reader = asker.reader(Some(stage));
    let words = Words::of(&query.search);
    let (done, total) = done(&review, me, &review_rows::progress(&mut asking.link, me, asking.now).await?);
    // Whoever is asked in no stage that is open reads what they were asked about.
    let open = open_stage.is_some() && total > 0;
    let shared: Vec<usize> = asker.shared().collect();
    let earlier = stage == 0 || review.settings.earlier_shown || !open && shared.contains(&0);
    let mine = Mine { hides_earlier: !earlier, ..mine(review.id, stage, &reader, asking.now, query.filter, &words) };
    let after = read_cursor::<String, ReviewRowId>(query.after.as_deref());
    let mut rows = if open {
        review_rows::of_reviewer(&mut asking.link, &mine, after.clone(), REVIEW_PAGE_ROWS + 1).await?
    } else {
        let shared_all = rules::review::shared_all(&review.settings, shared);
        let (now, filter) = (asking.now, query.filter);
        let shares = rules::review::has_shared(&asker.reader(None));
        let asked = review_rows::Asked { review: review.id, me, shares, shared_all, now, filter, words: &words };
        review_rows::ever_asked(&mut asking.link, &asked, after.clone(), REVIEW_PAGE_ROWS + 1).await?
    };
    let ids: Vec<ReviewRowId> = rows.iter().map(|row| row.id).collect();
    let places = review_rows::places(&mut asking.link, &ids).await?;
    let place = |id: ReviewRowId| cursor(places.get(&id).cloned().unwrap_or_default(), id);
    let paging = page(&mut rows, REVIEW_PAGE_ROWS, after.is_some(), |row| place(row.id));
    let of = Of::find(&mut asking.link, review.of, Some(me), asking.now).await?;
    let power = match of {
        Some(of) => of.gives_power(&mut asking.link).await?,
        None => false,
    };
    let own = if open {
        review.settings.stages.get(stage).is_some_and(|stage| stage.reviewers == Reviewers::Members)
    } else {
        rules::review::only_themselves(&review.settings)
    };
    let all = Mine { filter: RowFilter::All, ..mine };
    let acceptable = if open && review.settings.recommendations && done < total {
        let by = review_rows::recommended(&mut asking.link, &all, REVIEW_ACCEPTED_TOGETHER_MAX).await?;
        let count = |decision| by.iter().filter(|(one, _)| one.decision() == Some(decision)).map(|(_, n)| n).sum::<u64>();
        Some((count(Decision::Approve), count(Decision::Deny))).filter(|(approve, deny)| approve + deny > 0)
    } else {
        None
    };
    let shown = Shown { recommendations: review.settings.recommendations, earlier, own: Some(me).filter(|_| !open), power };
    let theirs = |of: UserId| rows.iter().any(|row| row.reviewer == Some(of));
    let in_place_of: Vec<UserId> =
        reader.stands_in.iter().filter(|(of, shares)| *shares || theirs(*of)).map(|(of, _)| *of).collect();
    let mut rows = told::told(asking, &review, rows, shown, Some(&reader)).await?;
    let ids: Vec<UserId> = in_place_of.iter().copied().chain([me]).collect();
    let names = People::load(asking, &ids).await?;
    if names.get(me).is_none_or(|user| rules::delegation::may_delegate(user.kind).is_err()) {
        rows.iter_mut().for_each(|row| row.may_hand_on = false);
    }
    let names: Vec<String> = in_place_of.iter().map(|of| names.name(*of)).collect();
    let stages = review.settings.stages.len();
    Ok(Reviewing {
        review: review.id,
        name: review.settings.name.clone(),
        description: review.settings.description.clone(),
        subject: Subjects::load(asking, [review.of]).await?.subject(review.of),
        badge: badge(&review),
        question: question(&review, own),
        stage: if stages > 1 && open { format!("Stage {} of {stages}", stage + 1) } else { String::new() },
        due_at: due(&review),
        open,
        note: note(&review, open),
        in_place_of: if names.is_empty() { String::new() } else { format!("You also decide in place of {}.", both(&names)) },
        done,
        total,
        own,
        recommendations: review.settings.recommendations,
        reason_on_approval: review.settings.reason_on_approval,
        reason_on_denial: review.settings.reason_on_denial,
        acceptable,
        rows,
        paging,
        filter: query.filter,
        search: query.search,
    })
}

/// What is asked, and what becomes of rows without an answer.
fn question(review: &Review, own: bool) -> String {
    let asked = match (own, review.of) {
        (true, _) => "Do you still need this access?",
        (false, Reviewed::DirectoryRole(_)) => "Do they still need this role?",
        (false, Reviewed::Group(_)) => "Do these people still need to be members?",
        (false, Reviewed::Application(_)) => "Do they still need this application?",
        (false, Reviewed::Package(_)) => "Do these people still need this package?",
    };
    let silence = match review.settings.silence {
        Silence::NoChange => "Rows without an answer stay as they are.",
        Silence::Remove => "Rows without an answer are removed when the review is over.",
        Silence::Approve => "Rows without an answer are approved when the review is over.",
        Silence::Recommendation => "Rows without an answer follow the recommendation when the review is over.",
    };
    format!("{asked} {silence}")
}

/// Why nothing can be decided.
fn note(review: &Review, open: bool) -> Option<String> {
    let note = match &review.state {
        ReviewState::InProgress { .. } if open => return None,
        ReviewState::InProgress { stage: 0, .. } => "Nothing here is yours to decide.",
        ReviewState::InProgress { .. } => {
            "Your stage is over, and others decide now. What you were asked about is shown, and can no longer be changed by you."
        }
        ReviewState::Starting { .. } => "It is still being found out who holds what. Open this page again in a minute.",
        ReviewState::Reopening { .. } => "It is being opened again. Open this page again in a minute.",
        ReviewState::Resetting { .. } => "It is being set back. Open this page again in a minute.",
        ReviewState::Opening { .. } => "The next stage is about to begin. Open this page again in a minute.",
        ReviewState::Completing { .. } | ReviewState::Completed { .. } => {
            "The review is over, and decisions can no longer be changed. Nothing was removed yet."
        }
        ReviewState::Applying { .. } | ReviewState::TryingAgain { .. } => {
            "The review is over. What was denied is being removed now."
        }
        ReviewState::Applied { .. } if review.counts.held().denied == 0 => "The review is over, and nothing was denied.",
        ReviewState::Applied { .. } => match review.counts.still_held() {
            0 => "The review is over, and what was denied is gone.",
            1 => "The review is over, and what was denied was removed, except for 1 row: whoever manages the review sees why.",
            n => {
                return Some(format!(
                    "The review is over, and what was denied was removed, except for {n} rows: whoever manages the review sees why."
                ));
            }
        },
        ReviewState::Skipped { .. } => "Nothing had changed since the last time, so nobody was asked.",
    };
    Some(note.to_owned())
}
