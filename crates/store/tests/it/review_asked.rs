//! Rows of access reviews about which somebody was ever asked, and who had rows applied.

use crate::given::{NOW, person};
use model::view::review::RowFilter;
use model::{ReviewId, ReviewRowId};
use store::review_rows::Asked;
use store::search::Words;
use store::{Fault, Link, review_help, review_rows};

async fn ids(link: &mut Link, asked: &Asked<'_>) -> Result<Vec<ReviewRowId>, Fault> {
    Ok(review_rows::ever_asked(link, asked, None, 25).await?.into_iter().map(|row| row.id).collect())
}

/// Somebody shares one of these rows, and has the other alone; what is about them is not theirs to read.
pub async fn asked(link: &mut Link, review: ReviewId, me: u128, theirs: [ReviewRowId; 2]) -> Result<(), Fault> {
    let words = Words::default();
    let asked = Asked { review, me: person(me), shared_all: None, now: NOW, filter: RowFilter::All, words: &words };
    assert_eq!(ids(link, &asked).await?, theirs);
    let decided = Asked { filter: RowFilter::Denied, ..asked.clone() };
    assert!(ids(link, &decided).await?.is_empty());
    let named = Words::of("user");
    assert!(ids(link, &Asked { words: &named, ..asked.clone() }).await?.len() <= 2);
    assert!(ids(link, &Asked { me: person(me + 1), ..asked }).await?.is_empty(), "whoever was not asked reads nothing");
    let mut rows = review_rows::by_id(link, review, &theirs[..1]).await?;
    rows[0].applied_by = Some(person(me));
    review_rows::update_all(link, &rows).await?;
    assert_eq!(review_rows::by_id(link, review, &theirs[..1]).await?, rows);
    rows[0].applied_by = None;
    review_rows::update_all(link, &rows).await?;
    review_help::keep_who_applied(link).await
}
