//! What came after the start of an instance, as far as its results depend on it: what later instances of the series say of the
//! same, and what is held anew.

use crate::{Fault, Link};
use model::access::{AssignmentType, ResourceRole};
use model::directory::Principal;
use model::review::{Decision, How};
use model::{AnyId, ReviewId, Ts, UserId};
use rules::review::Later;
use std::collections::BTreeMap;

/// Principal, what is held, number of the instance, decision, how and when.
type Entry = (AnyId, AnyId, i64, String, String, Ts);

/// What is held by whom, with what later instances say.
pub type ByHeld = BTreeMap<(AnyId, AnyId), Vec<Later>>;

fn by_held(review: ReviewId, found: Vec<Entry>) -> Result<ByHeld, Fault> {
    let mut all = ByHeld::new();
    for (principal, held, number, decision, how, at) in found {
        let wrong = |what: &str| Fault::impossible("review_rows", review, what);
        let later = Later {
            number: u32::try_from(number).map_err(|_| wrong("number"))?,
            decision: Decision::from_key(&decision).ok_or_else(|| wrong("decision"))?,
            how: How::from_key(&how).ok_or_else(|| wrong("way of deciding"))?,
            at,
        };
        all.entry((principal, held)).or_default().push(later);
    }
    Ok(all)
}

/// What later instances of the series say about what these hold.
pub async fn said(link: &mut Link, review: ReviewId, principals: &[AnyId]) -> Result<ByHeld, Fault> {
    let sql = "select w.principal_id, w.held_id, r.number, w.decision, w.decided_how, w.decided_at
        from reviews o cross join reviews r cross join review_rows w
        where o.id = $1 and r.series_id = o.series_id and r.number > o.number and w.review_id = r.id
            and w.principal_id in ({ids}) and w.like_id is null and w.decided_how is not null and w.decided_at is not null";
    by_held(review, crate::dialect::in_ids_of(link, sql, Some(review.0), principals).await?)
}

/// The same about everything that is denied and not applied yet, at most so many.
pub async fn said_of_denied(link: &mut Link, review: ReviewId, limit: usize) -> Result<ByHeld, Fault> {
    let found: Vec<Entry> = rows!(
        link,
        "select w.principal_id, w.held_id, r.number, w.decision, w.decided_how, w.decided_at
         from review_rows d cross join reviews o cross join reviews r cross join review_rows w
         where d.review_id = $1 and d.decision = 'deny' and d.outcome = 'new' and d.like_id is null and o.id = d.review_id
            and r.series_id = o.series_id and r.number > o.number
            and w.review_id = r.id and w.principal_id = d.principal_id and w.held_id = d.held_id
            and w.like_id is null and w.decided_how is not null and w.decided_at is not null
         order by d.id, r.number limit $2",
        review,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    by_held(review, found)
}

/// Since when these hold a role of what is reviewed by what the instance has no row of.
pub async fn anew(
    link: &mut Link,
    review: ReviewId,
    principals: &[AnyId],
) -> Result<Vec<(Principal, ResourceRole, AssignmentType, Ts)>, Fault> {
    let sql = const_sql!(
        "select ",
        " from reviews o cross join role_assignments a
          where o.id = $1 and a.principal_id in ({ids}) and a.resource_id = o.subject_id and a.ended_at is null
             and a.source <> 'activation' and not exists (
                select 1 from review_rows w where w.review_id = $1 and w.principal_id = a.principal_id and w.held_id = a.id)"
    );
    let found = crate::assignments::all(crate::dialect::in_ids_of(link, sql, Some(review.0), principals).await?)?;
    Ok(found.into_iter().map(|one| (one.principal, one.role, one.assignment_type, one.starts_at)).collect())
}

/// The same of a package.
pub async fn package_anew(link: &mut Link, review: ReviewId, holders: &[AnyId]) -> Result<BTreeMap<UserId, Ts>, Fault> {
    let sql = "select a.holder_id, a.starts_at from reviews o cross join package_assignments a
        where o.id = $1 and a.holder_id in ({ids}) and a.package_id = o.subject_id and a.ended_at is null and not exists (
            select 1 from review_rows w where w.review_id = $1 and w.principal_id = a.holder_id and w.held_id = a.id)";
    let found: Vec<(UserId, Ts)> = crate::dialect::in_ids_of(link, sql, Some(review.0), holders).await?;
    Ok(found.into_iter().collect())
}
