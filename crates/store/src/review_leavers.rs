//! Reviewers who cannot decide any more, in reviews that ask them: until their rows are with others.

use crate::{Fault, Link};
use model::{AnyId, ReviewId, UserId};

/// Somebody whose rows go to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Leaver {
    pub user_id: UserId,
    /// Taken out by an administrator, and not disabled.
    pub removed: bool,
    /// The row that went last.
    pub after_id: Option<AnyId>,
}

/// Somebody was disabled: every review that waits for them is marked.
pub async fn disabled(link: &mut Link, user: UserId) -> Result<(), Fault> {
    run!(
        link,
        "insert into review_leavers (review_id, user_id, removed)
         select r.id, $1, false from (
            select m.review_id from review_rows m where m.reviewer_id = $1 and m.is_open
            union select m.review_id from review_rows m where m.handed_to = $1 and m.is_open
            union select p.review_id from review_panel p where p.user_id = $1
         ) asked cross join reviews r
         where r.id = asked.review_id and r.phase in ('starting', 'in_progress')
            and not exists (select 1 from review_series s where s.id = r.series_id and s.deleted_at is not null)
         on conflict (review_id, user_id) do update set removed = false, after_id = null",
        user,
    )?;
    Ok(())
}

/// An administrator took people out of those who are asked.
pub async fn removed(link: &mut Link, review: ReviewId, users: &[UserId]) -> Result<(), Fault> {
    run_many!(
        link,
        "insert into review_leavers (review_id, user_id, removed) values ($1, $2, true) on conflict (review_id, user_id) do nothing",
        users,
        |user| review,
        *user,
    )?;
    Ok(())
}

/// Rows are open again: whoever was disabled meanwhile is marked.
pub async fn again(link: &mut Link, review: ReviewId) -> Result<(), Fault> {
    run!(
        link,
        "insert into review_leavers (review_id, user_id, removed)
         select $1, u.id, false from (
            select m.reviewer_id as id from review_rows m where m.review_id = $1 and m.is_open
            union select m.handed_to from review_rows m where m.review_id = $1 and m.is_open and m.handed_to is not null
            union select p.user_id from review_panel p where p.review_id = $1
         ) asked cross join users u
         where u.id = asked.id and not u.enabled
         on conflict (review_id, user_id) do update set removed = false, after_id = null",
        review,
    )?;
    Ok(())
}

/// Reviews in which rows wait to go to others.
pub async fn due(link: &mut Link, limit: usize) -> Result<Vec<ReviewId>, Fault> {
    let rows: Vec<(ReviewId,)> = rows!(
        link,
        "select distinct l.review_id from review_leavers l cross join reviews r
         where r.id = l.review_id and r.phase = 'in_progress' limit $1",
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The first who left a review.
pub async fn first(link: &mut Link, review: ReviewId) -> Result<Option<Leaver>, Fault> {
    row!(
        link,
        "select l.user_id, l.removed, l.after_id from review_leavers l where l.review_id = $1 order by l.user_id limit 1",
        review
    )
}

/// Their rows are with others up to this one; all of them are when there is none.
pub async fn went(link: &mut Link, review: ReviewId, user: UserId, after: Option<AnyId>) -> Result<(), Fault> {
    match after {
        Some(after) => {
            run!(link, "update review_leavers set after_id = $3 where review_id = $1 and user_id = $2", review, user, after,)?
        }
        None => run!(link, "delete from review_leavers where review_id = $1 and user_id = $2", review, user)?,
    };
    Ok(())
}
