//! Opening an access review again that was stopped before its time: the command, and the steps in which rows are opened.

use super::review::{NOT_FOUND, managed, save};
use super::review_of::Of;
use crate::Problem;
use crate::change::Change;
use model::command::{Command, Done};
use model::event::Action;
use model::limits::REVIEW_STEP_ROWS;
use model::review::{Review, ReviewRow, ReviewState, StaysClosed, Stopped};
use model::{AnyId, Refusal, ReviewId, ReviewRowId};
use store::{review_leavers, review_rows, reviews};

/// Opens an instance again that was stopped, until its stage would have been over.
pub async fn reopen(change: &mut Change<'_>, command: &Command, id: ReviewId) -> Result<Done, Problem> {
    let (review, _) = managed(change, command, id).await?;
    if Of::find(&mut change.link, review.of, None, change.now).await?.is_none() {
        return Err(Refusal::ReviewStaysClosed { why: StaysClosed::Gone }.into());
    }
    let last = reviews::instances(&mut change.link, review.series, 1).await?.pop();
    let later = last.is_some_and(|last| last.number > review.number);
    let state = rules::review::reopen(&review, later, change.now)?;
    let ReviewState::Reopening { stopped, .. } = &state else { return Err(NOT_FOUND.into()) };
    let until = stopped.until;
    let review = rules::review::goes_to(review, state);
    save(change, &review).await?;
    let (series, of, name) = (review.series, review.of, review.settings.name.clone());
    change.record(None, [Action::ReviewReopened { series, review: id, of, name: name.clone(), until }]);
    Ok(Done::ReviewReopened { review: id, name })
}

/// Opens rows again that were open when it was stopped, some at a time.
pub async fn open_again(
    change: &mut Change<'_>,
    mut review: Review,
    stopped: Stopped,
    after: Option<AnyId>,
) -> Result<(), Problem> {
    if after.is_none() {
        review.counts = rules::review::stage_begins(review.counts);
    }
    let (page, next) = review_rows::step(&mut change.link, review.id, after, REVIEW_STEP_ROWS).await?;
    let ids: Vec<ReviewRowId> = page.iter().map(|row| row.id).collect();
    let said = review_rows::decisions(&mut change.link, &ids).await?;
    let sharing = reviews::panel(&mut change.link, review.id, stopped.stage).await?;
    let rows: Vec<ReviewRow> = page
        .into_iter()
        .map(|row| {
            let said = said.get(&row.id).map(Vec::as_slice).unwrap_or_default();
            rules::review::opens_again(row, stopped.stage, said, &sharing, &mut review.counts)
        })
        .collect();
    review_rows::update_all(&mut change.link, &rows).await?;
    review.state = match next {
        Some(next) => ReviewState::Reopening { stopped, after: Some(next) },
        None => {
            review_leavers::again(&mut change.link, review.id).await?;
            rules::review::reopened(&review.settings, stopped, change.now)
        }
    };
    save(change, &review).await
}
