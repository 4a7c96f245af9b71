//! Everybody's requests, newest first: by package, by state, and by words in the name of the package or of whoever gets it.

use crate::requests::{Row, all, request_sql, several};
use crate::search::Words;
use crate::{Fault, Link};
use model::request::{Phase, Request};
use model::{AnyId, PackageId, RequestId, Ts};
use std::collections::BTreeMap;

/// Up to so many people and packages, their requests are looked up one by one. When more begin with a word, their
/// requests are so many that the first page is found sooner by going through all from the newest on.
const FEW_SUBJECTS: i64 = 200;

/// What else is asked of a found request `q`: the second word (its range is `$7` and `$8`) belongs to whoever gets
/// it or to the package, too.
macro_rules! narrowed {
    () => {
        " and (q.submitted_at, q.id) < ($1, $2) and (cast($4 as text) is null or q.phase = $4)
          and (q.beneficiary_id in (select v.subject_id from search_words v where v.kind = 'user' and v.word >= $7 and v.word < $8)
            or q.package_id in (select v.subject_id from search_words v where v.kind = 'package' and v.word >= $7 and v.word < $8))"
    };
}

/// By whom and by what the first word means; its range is `$5` and `$6`.
const BY_SUBJECT: &str = concat!(
    "select q.id, q.submitted_at from search_words w cross join requests q
        where w.kind = 'user' and w.word >= $5 and w.word < $6 and q.beneficiary_id = w.subject_id",
    narrowed!(),
    " union
     select q.id, q.submitted_at from search_words w cross join requests q
        where w.kind = 'package' and w.word >= $5 and w.word < $6 and q.package_id = w.subject_id",
    narrowed!(),
    " order by 2 desc, 1 desc limit $3"
);

/// The same by time.
const BY_TIME: &str = concat!(
    "select q.id, q.submitted_at from requests q
     where (q.beneficiary_id in (select w.subject_id from search_words w where w.kind = 'user' and w.word >= $5 and w.word < $6)
        or q.package_id in (select w.subject_id from search_words w where w.kind = 'package' and w.word >= $5 and w.word < $6))",
    narrowed!(),
    " order by q.submitted_at desc, q.id desc limit $3"
);

/// A page of all requests, newest first. `before` is the time and id of the last row of the page before.
pub async fn list(
    link: &mut Link,
    words: &Words,
    phase: Option<Phase>,
    before: Option<(Ts, RequestId)>,
    limit: usize,
) -> Result<Vec<Request>, Fault> {
    let (at, id) = before.unwrap_or((Ts(i64::MAX), RequestId(AnyId::max())));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<Row> = match (words.first(), phase) {
        (Some(first), phase) => return searched(link, first, &words.second(), phase, (at, id), limit).await,
        (None, None) => rows!(
            link,
            request_sql!("where (r.submitted_at, r.id) < ($1, $2) order by r.submitted_at desc, r.id desc limit $3"),
            at,
            id,
            limit,
        )?,
        (None, Some(phase)) => rows!(
            link,
            request_sql!(
                "where r.phase = $4 and (r.submitted_at, r.id) < ($1, $2) order by r.submitted_at desc, r.id desc limit $3"
            ),
            at,
            id,
            limit,
            phase.key(),
        )?,
    };
    all(rows)
}

/// A page of the requests for one package, newest first; `words` are looked for in the names of those who get it.
pub async fn of_package(
    link: &mut Link,
    package: PackageId,
    words: &Words,
    phase: Option<Phase>,
    before: Option<(Ts, RequestId)>,
    limit: usize,
) -> Result<Vec<Request>, Fault> {
    let (at, id) = before.unwrap_or((Ts(i64::MAX), RequestId(AnyId::max())));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let phase = phase.map(Phase::key);
    let rows: Vec<Row> = match words.first() {
        None => rows!(
            link,
            request_sql!(
                "where r.package_id = $1 and (r.submitted_at, r.id) < ($2, $3) and (cast($5 as text) is null or r.phase = $5)
                 order by r.submitted_at desc, r.id desc limit $4"
            ),
            package,
            at,
            id,
            limit,
            phase,
        )?,
        Some(first) => rows!(
            link,
            request_sql!(
                "where r.package_id = $1 and (r.submitted_at, r.id) < ($2, $3) and (cast($5 as text) is null or r.phase = $5)
                 and r.beneficiary_id in (select subject_id from search_words where kind = 'user' and word >= $6 and word < $7)
                 and r.beneficiary_id in (select subject_id from search_words where kind = 'user' and word >= $8 and word < $9)
                 order by r.submitted_at desc, r.id desc limit $4"
            ),
            package,
            at,
            id,
            limit,
            phase,
            &first.0,
            &first.1,
            &words.second().0,
            &words.second().1,
        )?,
    };
    all(rows)
}

async fn searched(
    link: &mut Link,
    first: &(String, String),
    second: &(String, String),
    phase: Option<Phase>,
    (at, id): (Ts, RequestId),
    limit: i64,
) -> Result<Vec<Request>, Fault> {
    let sql = if subjects(link, first).await? <= FEW_SUBJECTS { BY_SUBJECT } else { BY_TIME };
    let found: Vec<(RequestId, Ts)> =
        rows!(link, sql, at, id, limit, phase.map(Phase::key), &first.0, &first.1, &second.0, &second.1)?;
    let ids: Vec<RequestId> = found.iter().map(|(id, _)| *id).collect();
    let mut requests: BTreeMap<RequestId, Request> =
        several(link, &ids).await?.into_iter().map(|request| (request.id, request)).collect();
    Ok(ids.iter().filter_map(|id| requests.remove(id)).collect())
}

/// How many people and packages a word may mean, counted up to one more than few.
async fn subjects(link: &mut Link, word: &(String, String)) -> Result<i64, Fault> {
    let row: Option<(i64,)> = row!(
        link,
        "select count(*) from (select w.subject_id from search_words w
         where w.kind in ('user', 'package') and w.word >= $1 and w.word < $2 limit $3) as found",
        &word.0,
        &word.1,
        FEW_SUBJECTS + 1,
    )?;
    Ok(row.map_or(0, |(count,)| count))
}
