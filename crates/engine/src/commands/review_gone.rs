//! What is reviewed was deleted: nothing is left to decide, and its reviews end with it. What was decided is kept.

use super::review::save;
use super::review_series;
use crate::Problem;
use crate::change::Change;
use model::event::Action;
use model::review::{Review, Reviewed};
use store::reviews;

/// Ends the reviews of what was deleted in this change: no command that deletes something can forget it.
pub async fn follow(change: &mut Change<'_>) -> Result<(), Problem> {
    let deleted: Vec<Reviewed> = change
        .recorded()
        .filter_map(|action| match action {
            Action::PackageDeleted { package, .. } => Some(Reviewed::Package(*package)),
            // While it is reviewed it is in use, and is not deleted. Roles and groups never are.
            _ => None,
        })
        .collect();
    for of in deleted {
        for series in reviews::of_thing(&mut change.link, of).await? {
            let last = reviews::instances(&mut change.link, series.id, 1).await?.pop();
            if series.next_at.is_some() {
                review_series::end(change, series).await?;
            }
            let Some(last) = last else { continue };
            let Some(review) = reviews::get_to_change(&mut change.link, last.id).await? else { continue };
            if let Some(state) = rules::review::ends_with_its_thing(&review) {
                save(change, &Review { state, ..review }).await?;
            }
        }
    }
    Ok(())
}
