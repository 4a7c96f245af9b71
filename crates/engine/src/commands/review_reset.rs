//! Resetting an access review: the command, and the steps in which every decision is taken back.

use super::review::{managed, save};
use crate::Problem;
use crate::change::Change;
use model::command::{Command, Done};
use model::event::Action;
use model::limits::REVIEW_STEP_ROWS;
use model::review::{Decision, Review, ReviewState, Stopped};
use model::{AnyId, ReviewId, UserId};
use store::{review_leavers, review_rows};

/// Begins to take back every decision: reviewers decide nothing until that is done.
pub async fn reset(change: &mut Change<'_>, command: &Command, id: ReviewId) -> Result<Done, Problem> {
    let (review, _) = managed(change, command, id).await?;
    let state = rules::review::resets(&review, change.person())?;
    let rows = review.counts.total - review.counts.not_reviewed();
    let review = rules::review::goes_to(review, state);
    save(change, &review).await?;
    let (series, of, name) = (review.series, review.of, review.settings.name.clone());
    change.record(None, [Action::ReviewReset { series, review: id, of, name: name.clone(), rows }]);
    Ok(Done::ReviewReset { review: id, name, rows })
}

/// Takes back what was decided about some rows. Each that was decided keeps in its history that somebody set it back.
pub async fn take_back(
    change: &mut Change<'_>,
    mut review: Review,
    by: Option<UserId>,
    stage: Stopped,
    after: Option<AnyId>,
) -> Result<(), Problem> {
    let (page, next) = review_rows::step(&mut change.link, review.id, after, REVIEW_STEP_ROWS).await?;
    let (mut rows, mut said) = (Vec::new(), Vec::new());
    for row in page {
        let Some((row, decided)) = rules::review::taken_back(row, by, change.now, &mut review.counts) else { continue };
        if let Some(decided) = decided {
            said.push((change.id(), row.clone(), Decision::NotReviewed, decided));
        }
        rows.push(row);
    }
    review_rows::update_all(&mut change.link, &rows).await?;
    review_rows::insert_decisions(&mut change.link, &said).await?;
    review.state = match next {
        Some(next) => ReviewState::Resetting { by, stage, after: Some(next) },
        None => {
            // What somebody had decided before they left is open again, and theirs.
            review_leavers::again(&mut change.link, review.id).await?;
            rules::review::decides_anew(&review.settings, stage, change.now)
        }
    };
    save(change, &review).await
}
