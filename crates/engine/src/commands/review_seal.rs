//! What a finished review found, sealed by the history step by step.

use super::review::save;
use crate::Problem;
use crate::change::Change;
use crate::evidence::{self, Digest};
use model::event::Action;
use model::limits::REVIEW_STEP_ROWS;
use model::review::{Evidence, Review};
use store::review_rows;

/// Seals what was found, some rows at a time.
pub async fn seal(change: &mut Change<'_>, mut review: Review) -> Result<(), Problem> {
    let Some(Evidence::Sealing { after, rows, digest }) = review.evidence.clone() else { return Ok(()) };
    let mut digest = match after {
        None => Digest::of(&evidence::head(&mut change.link, &review).await?)?,
        Some(_) => Digest::so_far(&digest),
    };
    let (page, next) = review_rows::step(&mut change.link, review.id, after, REVIEW_STEP_ROWS).await?;
    let rows = rows + page.len() as u64;
    for line in evidence::rows(&mut change.link, page).await? {
        digest.follow(&line)?;
    }
    let digest = digest.hex();
    review.evidence = Some(match next {
        Some(after) => Evidence::Sealing { after: Some(after), rows, digest },
        None => {
            let (series, of, name) = (review.series, review.of, review.settings.name.clone());
            change.record(None, [Action::ReviewSealed { series, review: review.id, of, name, rows, digest: digest.clone() }]);
            Evidence::Sealed { at: change.now, rows, digest }
        }
    });
    save(change, &review).await
}
