//! What helps whoever decides in an access review, and whoever looks at how it was decided.

use crate::{Fault, Link};
use model::review::{Decision, Recommendation, ReviewState};
use model::{AnyId, PackageId, ReviewId, Span, UserId};
use std::collections::{BTreeMap, BTreeSet};

fn whole(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

/// Of everybody enabled with one of these managers: how many there are, and how many of them are among the rows of the review.
pub async fn colleagues(link: &mut Link, review: ReviewId, managers: &[UserId]) -> Result<BTreeMap<UserId, (u64, u64)>, Fault> {
    let ids: Vec<AnyId> = managers.iter().map(|id| id.0).collect();
    let sql = "select u.manager_id, count(*), coalesce(sum(case when exists (
            select 1 from review_rows m where m.review_id = $1 and m.principal_id = u.id and m.like_id is null) then 1 else 0 end), 0)
        from users u where u.manager_id in ({ids}) and u.enabled group by u.manager_id";
    let rows: Vec<(UserId, i64, i64)> = crate::dialect::in_ids_of(link, sql, Some(review.0), &ids).await?;
    Ok(rows.into_iter().map(|(manager, all, holding)| (manager, (whole(all), whole(holding)))).collect())
}

/// The same of the departments of these people, by folded name.
pub async fn departments(link: &mut Link, review: ReviewId, people: &[UserId]) -> Result<BTreeMap<String, (u64, u64)>, Fault> {
    let ids: Vec<AnyId> = people.iter().map(|id| id.0).collect();
    // In two steps: to look through people in the order of their departments would be to look through all of them.
    let sql = "with chosen (department_key) as materialized (
            select p.department_key from users p where p.id in ({ids})
        ), named (department_key) as materialized (
            select distinct chosen.department_key from chosen where chosen.department_key is not null
        )
        select named.department_key,
            (select count(*) from users u where u.department_key = named.department_key and u.enabled),
            (select count(*) from users u where u.department_key = named.department_key and u.enabled and exists (
                select 1 from review_rows m where m.review_id = $1 and m.principal_id = u.id and m.like_id is null))
        from named";
    let rows: Vec<(String, i64, i64)> = crate::dialect::in_ids_of(link, sql, Some(review.0), &ids).await?;
    Ok(rows.into_iter().map(|(department, all, holding)| (department, (whole(all), whole(holding)))).collect())
}

/// Who of these people holds something of a resource, in whatever way.
pub async fn direct_holders(link: &mut Link, resource: AnyId, people: &[UserId]) -> Result<BTreeSet<UserId>, Fault> {
    let ids: Vec<AnyId> = people.iter().map(|id| id.0).collect();
    let sql = "select distinct a.principal_id from role_assignments a
        where a.principal_id in ({ids}) and a.resource_id = $1 and a.ended_at is null";
    let rows: Vec<(UserId,)> = crate::dialect::in_ids_of(link, sql, Some(resource), &ids).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Who of these people holds a package.
pub async fn package_holders(link: &mut Link, package: PackageId, people: &[UserId]) -> Result<BTreeSet<UserId>, Fault> {
    let ids: Vec<AnyId> = people.iter().map(|id| id.0).collect();
    let sql = "select distinct a.holder_id from package_assignments a
        where a.holder_id in ({ids}) and a.package_id = $1 and a.ended_at is null";
    let rows: Vec<(UserId,)> = crate::dialect::in_ids_of(link, sql, Some(package.0), &ids).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Those who decided most rows of a review; what follows is asked about them.
macro_rules! busiest_sql {
    () => {
        "with busiest (id) as materialized (
            select b.decided_by from review_rows b where b.review_id = $1 and b.decided_by is not null and b.decision <> 'not_reviewed'
            group by b.decided_by order by count(*) desc, b.decided_by limit $2
        ) "
    };
}

/// How many rows each of them decided how, by what was recommended.
pub async fn decided(
    link: &mut Link,
    review: ReviewId,
    limit: usize,
) -> Result<Vec<(UserId, Decision, Recommendation, u64)>, Fault> {
    let rows: Vec<(UserId, String, String, i64)> = rows!(
        link,
        concat!(
            busiest_sql!(),
            "select m.decided_by, m.decision, m.recommendation, count(*) from busiest cross join review_rows m
             where m.review_id = $1 and m.decided_by = busiest.id and m.decision <> 'not_reviewed'
             group by m.decided_by, m.decision, m.recommendation order by m.decided_by, m.decision, m.recommendation"
        ),
        review,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    rows.into_iter()
        .map(|(user, decision, recommendation, count)| {
            let wrong = || Fault::impossible("review_rows", review, "decision or recommendation");
            let decision = Decision::from_key(&decision).ok_or_else(wrong)?;
            Ok((user, decision, Recommendation::from_key(&recommendation).ok_or_else(wrong)?, whole(count)))
        })
        .collect()
}

/// How long after the stage began half of the rows of each of them were decided.
pub async fn medians(link: &mut Link, review: ReviewId, limit: usize) -> Result<BTreeMap<UserId, Span>, Fault> {
    let rows: Vec<(UserId, i64, i64)> = rows!(
        link,
        concat!(
            busiest_sql!(),
            ", placed (id, after, place, count) as (
                select m.decided_by, m.decided_after, row_number() over (partition by m.decided_by order by m.decided_after),
                    count(*) over (partition by m.decided_by)
                from busiest cross join review_rows m
                where m.review_id = $1 and m.decided_by = busiest.id and m.decided_after is not null and m.decision <> 'not_reviewed'
             )
             select id, min(after), max(after) from placed where place in ((count + 1) / 2, (count + 2) / 2) group by id"
        ),
        review,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(user, low, high)| (user, Span(low + (high - low) / 2))).collect())
}

/// Rows that were applied before each of them said who had that done: whoever the instance names. Of a migration.
pub async fn keep_who_applied(link: &mut Link) -> Result<(), Fault> {
    let mut after = ReviewId(AnyId::nil());
    loop {
        let sql = "select id, state from reviews where id > $1 and phase in ('applying', 'applied') order by id limit 1000";
        let page: Vec<(ReviewId, String)> = rows!(link, sql, after)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = *last;
        for (review, state) in page {
            let state: ReviewState = serde_json::from_str(&state).map_err(|error| Fault::impossible("reviews", review, error))?;
            if let Some(by) = state.by() {
                let sql = "update review_rows set applied_by = $2 where review_id = $1 and applied_at is not null";
                run!(link, sql, review, by)?;
            }
        }
    }
}
