//! Rows of access reviews about which somebody was ever asked, and who had rows applied.

use crate::given::{NOW, attempt, id, person, role, users as given_users};
use crate::reviews::{SERIES, review, row, series};
use model::review::{Decided, Decision, How, ReviewRow, Reviewed, Series};
use model::view::review::RowFilter;
use model::{ReviewId, ReviewRowId, UserId};
use store::review_rows::Asked;
use store::search::{self, Words};
use store::{Fault, Link, review_help, review_rows, reviews};
use testkit::both;

async fn ids(link: &mut Link, asked: &Asked<'_>) -> Result<Vec<ReviewRowId>, Fault> {
    Ok(review_rows::ever_asked(link, asked, None, 25).await?.into_iter().map(|row| row.id).collect())
}

/// Somebody shares one of these rows, and has the other alone; what is about them is not theirs to read.
pub async fn asked(link: &mut Link, review: ReviewId, me: u128, theirs: [ReviewRowId; 2]) -> Result<(), Fault> {
    let words = Words::default();
    let [alone, shared] = theirs;
    let (now, filter) = (NOW, RowFilter::All);
    let asked = Asked { review, me: person(me), shares: true, shared_all: None, now, filter, words: &words };
    assert_eq!(ids(link, &asked).await?, theirs);
    assert_eq!(ids(link, &Asked { shares: false, ..asked.clone() }).await?, [alone]);
    let decided = Asked { filter: RowFilter::Denied, ..asked.clone() };
    assert!(ids(link, &decided).await?.is_empty());
    search::set(link, search::USER, person(5).0, &["Berta Lind"]).await?;
    search::set(link, search::USER, person(3).0, &["Anna Lind"]).await?;
    for (said, found) in [("ber", vec![alone]), ("lind", vec![alone, shared]), ("lind an", vec![shared]), ("nobody", vec![])] {
        assert_eq!(ids(link, &Asked { words: &Words::of(said), ..asked.clone() }).await?, found, "{said}");
    }
    assert!(ids(link, &Asked { me: person(me + 1), ..asked.clone() }).await?.is_empty(), "whoever was not asked reads nothing");
    // What went on to others is theirs to read only where they shared everything, and not what is about themselves.
    let went = |n, of| ReviewRow { stage: 1, reviewer: Some(person(me + 1)), ..row(n, of) };
    let on = [went(300_050, 7), went(300_051, me)];
    let named = on.clone().map(|row| (row, "Carla".to_owned()));
    review_rows::insert_all(link, review, &named).await?;
    assert_eq!(ids(link, &asked).await?, theirs);
    assert_eq!(ids(link, &Asked { shared_all: Some(0), ..asked.clone() }).await?, [alone, on[0].id, shared]);
    assert_eq!(ids(link, &Asked { shared_all: Some(1), ..asked }).await?, theirs, "it went no further than that");
    for row in on {
        review_rows::delete(link, row.id).await?;
    }
    let mut rows = review_rows::by_id(link, review, &theirs[..1]).await?;
    rows[0].applied_by = Some(person(me));
    review_rows::update_all(link, &rows).await?;
    assert_eq!(review_rows::by_id(link, review, &theirs[..1]).await?, rows);
    rows[0].applied_by = None;
    review_rows::update_all(link, &rows).await?;
    review_help::keep_who_applied(link).await
}

both! {
    async fn whoever_decided_is_known_after_the_row_went_to_others_and_whoever_did_something_else_with_it_is_not(test: TestDb) {
        test.db.migrate().await.unwrap();
        given_users(&test.db, 9).await;
        attempt(&test.db, async |link| {
            let made = Series { started: 1, next_at: None, ..series(SERIES, 1, Reviewed::DirectoryRole(role(1))) };
            reviews::insert_series(link, &made).await?;
            let runs = review(&made);
            reviews::insert(link, &runs, None).await?;
            let on = ReviewRow { stage: 1, reviewer: Some(person(9)), ..row(500_000, 5) };
            review_rows::insert_all(link, runs.id, &[(on.clone(), "Somebody".to_owned())]).await?;
            let said = |n: u128, by: u128, how: How, other: Option<UserId>| {
                let decided = Decided { by: Some(person(by)), other, how, at: NOW, waited: None, reason: String::new() };
                (id(500_010 + n), on.clone(), Decision::Deny, decided)
            };
            let entries = [
                said(0, 2, How::Reviewer, None),
                said(1, 2, How::Reviewer, None),
                said(2, 3, How::Accepted, None),
                said(3, 4, How::Reset, None),
                said(4, 6, How::Reviewer, Some(person(2))),
                said(5, 7, How::HandedOn, Some(person(6))),
            ];
            review_rows::insert_decisions(link, &entries).await?;
            for (who, knows) in [(2, true), (3, true), (4, false), (6, false), (7, false), (8, false), (9, true)] {
                assert_eq!(review_rows::is_reviewer(link, runs.id, person(who), NOW).await?, knows, "{who}");
                assert!(!review_rows::is_reviewer(link, ReviewId(id(1)), person(who), NOW).await?, "{who}, of another");
                let mine = reviews::of_reviewer(link, person(who), false, None, NOW, 25).await?;
                assert_eq!(mine.len(), usize::from(knows), "{who}");
            }
            let words = Words::default();
            let (now, filter) = (NOW, RowFilter::All);
            let asked = Asked { review: runs.id, me: person(2), shares: false, shared_all: None, now, filter, words: &words };
            assert_eq!(ids(link, &asked).await?, [on.id], "once, however often they decided");
            assert!(ids(link, &Asked { me: person(4), ..asked }).await?.is_empty(), "a reset is no answer");
            Ok(())
        })
        .await
        .unwrap();
    }
}
