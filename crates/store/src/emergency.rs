//! Emergency access: break-glass accounts, and each use with its review.

use crate::{Fault, Link, Saved};
use model::emergency::{EmergencyAccount, EmergencyUse, Word};
use model::{EmergencyUseId, RequestId, Ts, UserId};

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: EmergencyUseId,
    request_id: RequestId,
    user_id: UserId,
    reviewer_id: UserId,
    used_at: Ts,
    review_by: Ts,
    closed_at: Option<Ts>,
    closed_by: Option<UserId>,
    closed_words: String,
    allowed_at: Option<Ts>,
    allowed_by: Option<UserId>,
    allowed_words: String,
}

impl From<Row> for EmergencyUse {
    fn from(row: Row) -> Self {
        let word = |by: Option<UserId>, at: Option<Ts>, words| Some(Word { by: by?, at: at?, words });
        Self {
            id: row.id,
            request: row.request_id,
            user: row.user_id,
            reviewer: row.reviewer_id,
            used_at: row.used_at,
            review_by: row.review_by,
            closed: word(row.closed_by, row.closed_at, row.closed_words),
            allowed: word(row.allowed_by, row.allowed_at, row.allowed_words),
        }
    }
}

pub(crate) fn all(rows: Vec<Row>) -> Vec<EmergencyUse> {
    rows.into_iter().map(EmergencyUse::from).collect()
}

/// Marks an account, or names another reviewer.
pub async fn mark(link: &mut Link, account: &EmergencyAccount) -> Result<(), Fault> {
    run!(
        link,
        "insert into emergency_accounts (user_id, reviewer_id, marked_at) values ($1, $2, $3)
         on conflict (user_id) do update set reviewer_id = excluded.reviewer_id",
        account.user,
        account.reviewer,
        account.since,
    )?;
    Ok(())
}

/// Names another reviewer for the uses of an account whose review is not closed.
pub async fn hand_over(link: &mut Link, user: UserId, reviewer: UserId) -> Result<(), Fault> {
    run!(link, "update emergency_uses set reviewer_id = $2 where user_id = $1 and closed_at is null", user, reviewer)?;
    Ok(())
}

/// Whether it was marked.
pub async fn unmark(link: &mut Link, user: UserId) -> Result<bool, Fault> {
    Ok(run!(link, "delete from emergency_accounts where user_id = $1", user)? == 1)
}

pub async fn account(link: &mut Link, user: UserId) -> Result<Option<EmergencyAccount>, Fault> {
    let row: Option<(UserId, UserId, Ts)> =
        row!(link, "select user_id, reviewer_id, marked_at from emergency_accounts where user_id = $1", user)?;
    Ok(row.map(|(user, reviewer, since)| EmergencyAccount { user, reviewer, since }))
}

/// All accounts, the one first that was marked first.
pub async fn accounts(link: &mut Link) -> Result<Vec<EmergencyAccount>, Fault> {
    let rows: Vec<(UserId, UserId, Ts)> =
        rows!(link, "select user_id, reviewer_id, marked_at from emergency_accounts order by marked_at, user_id")?;
    Ok(rows.into_iter().map(|(user, reviewer, since)| EmergencyAccount { user, reviewer, since }).collect())
}

pub async fn insert(link: &mut Link, used: &EmergencyUse) -> Result<(), Fault> {
    run!(
        link,
        "insert into emergency_uses (id, request_id, user_id, reviewer_id, used_at, review_by, closed_words, allowed_words)
         values ($1, $2, $3, $4, $5, $6, '', '')",
        used.id,
        used.request,
        used.user,
        used.reviewer,
        used.used_at,
        used.review_by,
    )?;
    Ok(())
}

pub async fn get(link: &mut Link, id: EmergencyUseId) -> Result<Option<EmergencyUse>, Fault> {
    let row: Option<Row> = row!(link, "select * from emergency_uses where id = $1", id)?;
    Ok(row.map(EmergencyUse::from))
}

/// Uses of an account whose review is not closed, and when it was used since the oldest of them.
pub async fn of_account(link: &mut Link, user: UserId) -> Result<(Vec<EmergencyUse>, Vec<Ts>), Fault> {
    let open: Vec<Row> =
        rows!(link, "select * from emergency_uses where user_id = $1 and closed_at is null order by used_at, id", user)?;
    let open = all(open);
    let Some(oldest) = open.first() else { return Ok((open, Vec::new())) };
    let used: Vec<(Ts,)> =
        rows!(link, "select used_at from emergency_uses where user_id = $1 and used_at >= $2", user, oldest.used_at)?;
    Ok((open, used.into_iter().map(|(at,)| at).collect()))
}

/// What somebody has to review, the oldest first.
pub async fn to_review(link: &mut Link, reviewer: UserId, limit: usize) -> Result<Vec<EmergencyUse>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        "select * from emergency_uses where reviewer_id = $1 and closed_at is null order by used_at, id limit $2",
        reviewer,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(all(rows))
}

/// A page of all uses, the latest first. `after` is the last row of the page before.
pub async fn list(link: &mut Link, after: Option<(Ts, EmergencyUseId)>, limit: usize) -> Result<Vec<EmergencyUse>, Fault> {
    let (at, id) = after.unwrap_or((Ts(i64::MAX), EmergencyUseId(model::AnyId::max())));
    let rows: Vec<Row> = rows!(
        link,
        "select * from emergency_uses where (used_at, id) < ($1, $2) order by used_at desc, id desc limit $3",
        at,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(all(rows))
}

/// Closes a review that is open.
pub async fn close(link: &mut Link, id: EmergencyUseId, word: &Word) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update emergency_uses set closed_at = $2, closed_by = $3, closed_words = $4 where id = $1 and closed_at is null",
        id,
        word.at,
        word.by,
        word.words.as_str(),
    )?;
    Ok(Saved::one(rows))
}

/// Lets the account be used once more before this is reviewed.
pub async fn allow(link: &mut Link, id: EmergencyUseId, word: &Word) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update emergency_uses set allowed_at = $2, allowed_by = $3, allowed_words = $4 where id = $1 and closed_at is null",
        id,
        word.at,
        word.by,
        word.words.as_str(),
    )?;
    Ok(Saved::one(rows))
}
