//! What is reviewed in an instance, row by row, and everything that was decided about each.
//!
//! The file is long because every statement over the one table of rows is read beside the others.

use crate::assignments::{assignment_type, type_column};
use crate::dialect::First;
use crate::search::Words;
use crate::{Fault, Link};
use model::access::{ResourceRole, Source};
use model::directory::Principal;
use model::review::{Decided, Decision, Failed, Failure, Handed, How, Outcome, Recommendation, ReviewRow, Said};
use model::view::review::RowFilter;
use model::{AnyId, GroupId, ReviewId, ReviewRowId, Span, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

#[derive(sqlx::FromRow)]
struct Row {
    id: ReviewRowId,
    principal_kind: String,
    principal_id: AnyId,
    held_id: AnyId,
    role: String,
    assignment_type: String,
    source: String,
    through_id: Option<GroupId>,
    ends_at: Option<Ts>,
    last_sign_in_at: Option<Ts>,
    last_active_at: Option<Ts>,
    recommendation: String,
    stage: i64,
    reviewer_id: UserId,
    is_open: bool,
    brought: String,
    decision: String,
    decided_by: Option<UserId>,
    decided_how: Option<String>,
    decided_at: Option<Ts>,
    reason: String,
    outcome: String,
    outcome_words: String,
    applied_at: Option<Ts>,
    decided_other: Option<UserId>,
    decided_after: Option<i64>,
    handed_to: Option<UserId>,
    handed_by: Option<UserId>,
    like_id: Option<AnyId>,
    failed_tries: i64,
    failed_cause: Option<String>,
    again_at: Option<Ts>,
    applied_by: Option<UserId>,
}

/// All who share the rows that are nobody's alone.
pub(crate) const SHARED: UserId = UserId(AnyId::nil());

impl Row {
    fn row(self) -> Result<ReviewRow, Fault> {
        let id = self.id;
        let wrong = |what: &str| Fault::impossible("review_rows", id, what);
        let role: Option<ResourceRole> = serde_json::from_str(&self.role).map_err(|error| wrong(&error.to_string()))?;
        let source: Option<Source> = serde_json::from_str(&self.source).map_err(|error| wrong(&error.to_string()))?;
        let decision = |text: &str| Decision::from_key(text).ok_or_else(|| wrong("decision"));
        let decided = match (self.decided_how.as_deref(), self.decided_at) {
            (Some(how), Some(at)) => Some(Decided {
                by: self.decided_by,
                other: self.decided_other,
                how: How::from_key(how).ok_or_else(|| wrong("way of deciding"))?,
                at,
                waited: self.decided_after.map(Span),
                reason: self.reason,
            }),
            _ => None,
        };
        let failed = match self.failed_cause.as_deref() {
            Some(cause) => Some(Failed {
                tries: u32::try_from(self.failed_tries).map_err(|_| wrong("tries"))?,
                cause: Failure::from_key(cause).ok_or_else(|| wrong("cause of a failure"))?,
                again_at: self.again_at,
            }),
            None => None,
        };
        Ok(ReviewRow {
            id,
            principal: Principal::of(&self.principal_kind, self.principal_id).ok_or_else(|| wrong("kind of principal"))?,
            held: self.held_id,
            role,
            assignment_type: assignment_type(&self.assignment_type).ok_or_else(|| wrong("assignment type"))?,
            source,
            through: self.through_id,
            ends_at: self.ends_at,
            last_sign_in: self.last_sign_in_at,
            last_active: self.last_active_at,
            recommendation: Recommendation::from_key(&self.recommendation).ok_or_else(|| wrong("recommendation"))?,
            stage: usize::try_from(self.stage).map_err(|_| wrong("stage"))?,
            reviewer: Some(self.reviewer_id).filter(|id| *id != SHARED),
            handed: self.handed_to.zip(self.handed_by).map(|(to, by)| Handed { to, by }),
            like: self.like_id,
            open: self.is_open,
            brought: decision(&self.brought)?,
            decision: decision(&self.decision)?,
            decided,
            outcome: Outcome::from_key(&self.outcome).ok_or_else(|| wrong("outcome"))?,
            outcome_words: self.outcome_words,
            applied_at: self.applied_at,
            applied_by: self.applied_by,
            failed,
        })
    }
}

fn all(rows: Vec<Row>) -> Result<Vec<ReviewRow>, Fault> {
    rows.into_iter().map(Row::row).collect()
}

fn written<T: serde::Serialize>(what: &T) -> String {
    // Ids and names of variants: nothing in it that JSON could not say.
    serde_json::to_string(what).unwrap_or_default()
}

fn number(stage: usize) -> i64 {
    i64::try_from(stage).unwrap_or(i64::MAX)
}

/// The columns of rows `w`, with others before them, between the pieces of a statement.
macro_rules! row_sql {
    ($($rest:expr),+) => { row_sql!(with ""; $($rest),+) };
    (with $first:literal; $($rest:expr),+) => {
        concat!(
            "select ", $first, "w.id, w.principal_kind, w.principal_id, w.held_id, w.role, w.assignment_type, w.source, w.through_id,
                w.ends_at, w.last_sign_in_at, w.last_active_at, w.recommendation, w.stage, w.reviewer_id, w.is_open, w.brought,
                w.decision, w.decided_by, w.decided_how, w.decided_at, w.reason, w.outcome, w.outcome_words, w.applied_at,
                w.decided_other, w.decided_after, w.handed_to, w.handed_by, w.like_id, w.failed_tries, w.failed_cause, w.again_at,
                w.applied_by
             from review_rows w ",
            $($rest),+
        )
    };
}

/// Adds rows with the names by which they are sorted.
pub async fn insert_all(link: &mut Link, review: ReviewId, rows: &[(ReviewRow, String)]) -> Result<(), Fault> {
    run_many!(
        link,
        "insert into review_rows (id, review_id, principal_kind, principal_id, name_key, held_id, role, assignment_type, source, through_id,
            ends_at, last_sign_in_at, last_active_at, recommendation, stage, reviewer_id, is_open, brought, decision, like_id, reason,
            outcome, outcome_words)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, '', 'new', '')",
        rows,
        |(row, name)| row.id,
        review,
        row.principal.kind(),
        row.principal.id(),
        rules::user::folded(name),
        row.held,
        written(&row.role),
        type_column(row.assignment_type),
        written(&row.source),
        row.through,
        row.ends_at,
        row.last_sign_in,
        row.last_active,
        row.recommendation.key(),
        number(row.stage),
        row.reviewer.unwrap_or(SHARED),
        row.open,
        row.brought.key(),
        row.decision.key(),
        row.like,
    )?;
    Ok(())
}

/// Saves what was decided, to whom rows belong, and what became of them.
pub async fn update_all(link: &mut Link, rows: &[ReviewRow]) -> Result<(), Fault> {
    run_many!(
        link,
        "with v (id, stage, reviewer_id, is_open, brought, decision, decided_by, decided_how, decided_at, reason, outcome,
                outcome_words, applied_at, decided_other, decided_after, handed_to, handed_by, failed_tries, failed_cause, again_at,
                applied_by)
            as (values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21))
         update review_rows as w set stage = v.stage, reviewer_id = v.reviewer_id, is_open = v.is_open, brought = v.brought,
            decision = v.decision, decided_by = v.decided_by, decided_how = v.decided_how, decided_at = v.decided_at,
            reason = v.reason, outcome = v.outcome, outcome_words = v.outcome_words, applied_at = v.applied_at,
            decided_other = v.decided_other, decided_after = v.decided_after, handed_to = v.handed_to, handed_by = v.handed_by,
            failed_tries = v.failed_tries, failed_cause = v.failed_cause, again_at = v.again_at,
            applied_by = v.applied_by
         from v where w.id = v.id",
        rows,
        |row| row.id,
        number(row.stage),
        row.reviewer.unwrap_or(SHARED),
        row.open,
        row.brought.key(),
        row.decision.key(),
        row.decided.as_ref().and_then(|decided| decided.by),
        row.decided.as_ref().map(|decided| decided.how.key()),
        row.decided.as_ref().map(|decided| decided.at),
        row.decided.as_ref().map(|decided| decided.reason.as_str()).unwrap_or_default(),
        row.outcome.key(),
        row.outcome_words.as_str(),
        row.applied_at,
        row.decided.as_ref().and_then(|decided| decided.other),
        row.decided.as_ref().and_then(|decided| decided.waited).map(|span| span.0),
        row.handed.map(|handed| handed.to),
        row.handed.map(|handed| handed.by),
        row.failed.map_or(0, |failed| i64::from(failed.tries)),
        row.failed.map(|failed| failed.cause.key()),
        row.failed.and_then(|failed| failed.again_at),
        row.applied_by,
    )?;
    Ok(())
}

/// Keeps what was decided about each row; it is never changed.
pub async fn insert_decisions(link: &mut Link, decisions: &[(AnyId, ReviewRow, Decision, Decided)]) -> Result<(), Fault> {
    run_many!(
        link,
        "insert into review_decisions (id, row_id, stage, decision, reason, decided_by, other_id, how, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        decisions,
        |(id, row, decision, decided)| *id,
        row.id,
        number(row.stage),
        decision.key(),
        decided.reason.as_str(),
        decided.by,
        decided.other,
        decided.how.key(),
        decided.at,
    )?;
    Ok(())
}

/// Everything that was said about rows, the latest first.
pub async fn decisions(link: &mut Link, rows: &[ReviewRowId]) -> Result<BTreeMap<ReviewRowId, Vec<Said>>, Fault> {
    let ids: Vec<AnyId> = rows.iter().map(|id| id.0).collect();
    type Entry = (ReviewRowId, i64, String, String, Option<UserId>, Option<UserId>, String, Ts);
    let sql = "select d.row_id, d.stage, d.decision, d.reason, d.decided_by, d.other_id, d.how, d.at from review_decisions d
        where d.row_id in ({ids}) order by d.row_id, d.at desc, d.id desc";
    let found: Vec<Entry> = crate::dialect::in_ids(link, sql, &ids).await?;
    let mut all: BTreeMap<ReviewRowId, Vec<Said>> = BTreeMap::new();
    for (row, stage, decision, reason, by, other, how, at) in found {
        let wrong = |what: &str| Fault::impossible("review_decisions", row, what);
        let decision = Decision::from_key(&decision).ok_or_else(|| wrong("decision"))?;
        let how = How::from_key(&how).ok_or_else(|| wrong("way of deciding"))?;
        let stage = usize::try_from(stage).map_err(|_| wrong("stage"))?;
        let decided = Decided { by, other, how, at, waited: None, reason };
        all.entry(row).or_default().push(Said { stage, decision, decided });
    }
    Ok(all)
}

/// A row with the review that it belongs to.
#[derive(sqlx::FromRow)]
struct Of {
    review_id: ReviewId,
    #[sqlx(flatten)]
    row: Row,
}

/// Rows of one review by id; those of others are left out.
pub async fn by_id(link: &mut Link, review: ReviewId, ids: &[ReviewRowId]) -> Result<Vec<ReviewRow>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let found: Vec<Row> =
        crate::dialect::in_ids_of(link, row_sql!("where w.review_id = $1 and w.id in ({ids})"), Some(review.0), &ids).await?;
    all(found)
}

/// Rows of one review about these people or things that they do hold.
pub async fn about(link: &mut Link, review: ReviewId, principals: &[AnyId]) -> Result<Vec<ReviewRow>, Fault> {
    let sql = row_sql!("where w.review_id = $1 and w.principal_id in ({ids}) and w.like_id is null");
    let found: Vec<Row> = crate::dialect::in_ids_of(link, sql, Some(review.0), principals).await?;
    all(found)
}

/// Rows that nobody holds.
pub async fn controls(link: &mut Link, review: ReviewId) -> Result<Vec<ReviewRow>, Fault> {
    let rows: Vec<Row> = rows!(link, row_sql!("where w.review_id = $1 and w.like_id is not null order by w.id"), review)?;
    all(rows)
}

/// Open rows that are somebody's alone or were handed to them, after one of these, in the order of ids.
pub async fn open_rows_of(
    link: &mut Link,
    review: ReviewId,
    user: UserId,
    after: Option<AnyId>,
    limit: usize,
) -> Result<Vec<ReviewRow>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        row_sql!(
            "join (
                select m.id from review_rows m where m.review_id = $1 and m.reviewer_id = $2 and m.is_open and m.id > $3
                union select m.id from review_rows m where m.handed_to = $2 and m.review_id = $1 and m.is_open and m.id > $3
                order by 1 limit $4
             ) as f on f.id = w.id order by w.id"
        ),
        review,
        user,
        after.unwrap_or_default(),
        number(limit),
    )?;
    all(rows)
}

/// Rows about somebody that are shared in a stage, decided or not.
pub async fn shared_about(link: &mut Link, review: ReviewId, user: UserId, stage: usize) -> Result<Vec<ReviewRow>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        row_sql!("where w.review_id = $1 and w.principal_id = $2 and w.stage = $3 and w.reviewer_id = $4"),
        review,
        user,
        number(stage),
        SHARED,
    )?;
    all(rows)
}

/// How many open rows are about each of these people, of those that are somebody's alone, or that are shared.
pub async fn open_about(
    link: &mut Link,
    review: ReviewId,
    whose: Option<UserId>,
    people: &BTreeSet<UserId>,
) -> Result<BTreeMap<UserId, u64>, Fault> {
    let ids: Vec<AnyId> = people.iter().map(|id| id.0).collect();
    let sql = "select w.principal_id, count(*) from review_rows w
        where w.review_id = $1 and w.reviewer_id = $2 and w.is_open and w.principal_id in ({ids}) group by w.principal_id";
    let before = vec![First::Id(review.0), First::Id(whose.unwrap_or(SHARED).0)];
    let found: Vec<(UserId, i64)> = crate::dialect::in_ids_after(link, sql, before, &ids).await?;
    Ok(found.into_iter().map(|(user, count)| (user, whole(count))).collect())
}

/// Takes out a row that should not have been made; nothing was decided about it yet.
pub async fn delete(link: &mut Link, id: ReviewRowId) -> Result<(), Fault> {
    run!(link, "delete from review_rows where id = $1", id)?;
    Ok(())
}

/// Nobody decides any of them.
pub async fn close_all(link: &mut Link, review: ReviewId) -> Result<(), Fault> {
    run!(link, "update review_rows set is_open = false where review_id = $1 and is_open", review)?;
    Ok(())
}

/// All rows of some reviews, with the review each belongs to.
pub async fn of_reviews(link: &mut Link, reviews: &[ReviewId]) -> Result<Vec<(ReviewId, ReviewRow)>, Fault> {
    let ids: Vec<AnyId> = reviews.iter().map(|id| id.0).collect();
    let sql = row_sql!(with "w.review_id, "; "where w.review_id in ({ids}) order by w.review_id, w.id");
    let found: Vec<Of> = crate::dialect::in_ids(link, sql, &ids).await?;
    found.into_iter().map(|of| Ok((of.review_id, of.row.row()?))).collect()
}

/// Some rows in the order of ids, and after which of them it goes on; nothing after the last ones.
pub type Step = (Vec<ReviewRow>, Option<AnyId>);

fn stepped(rows: Vec<Row>, limit: usize) -> Result<Step, Fault> {
    let next = rows.last().filter(|_| rows.len() == limit).map(|row| row.id.0);
    Ok((all(rows)?, next))
}

/// What a worker goes through next.
pub async fn step(link: &mut Link, review: ReviewId, after: Option<AnyId>, limit: usize) -> Result<Step, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        row_sql!("where w.review_id = $1 and w.id > $2 order by w.id limit $3"),
        review,
        after.unwrap_or_default(),
        number(limit),
    )?;
    stepped(rows, limit)
}

/// Denied rows of which nothing has become yet.
pub async fn to_apply(link: &mut Link, review: ReviewId, limit: usize) -> Result<Vec<ReviewRow>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        row_sql!(
            "where w.review_id = $1 and w.decision = 'deny' and w.outcome = 'new' and w.like_id is null order by w.id limit $2"
        ),
        review,
        number(limit),
    )?;
    all(rows)
}

/// Rows that failed and are to be tried again now, the longest due first.
pub async fn to_try_again(link: &mut Link, review: ReviewId, now: Ts, limit: usize) -> Result<Vec<ReviewRow>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        row_sql!("where w.review_id = $1 and w.outcome = 'failed' and w.again_at <= $2 order by w.again_at, w.id limit $3"),
        review,
        now,
        number(limit),
    )?;
    all(rows)
}

/// How many rows failed and are tried again, and when the next one is.
pub async fn failing(link: &mut Link, review: ReviewId) -> Result<(u64, Option<Ts>), Fault> {
    let row: Option<(i64, Option<Ts>)> =
        row!(link, "select count(*), min(again_at) from review_rows where review_id = $1 and outcome = 'failed'", review)?;
    Ok(row.map_or((0, None), |(count, at)| (whole(count), at)))
}

/// Denied rows that could not be applied.
pub async fn not_applied(link: &mut Link, review: ReviewId, after: Option<AnyId>, limit: usize) -> Result<Step, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        row_sql!("where w.review_id = $1 and w.outcome = 'cannot_apply' and w.id > $2 order by w.id limit $3"),
        review,
        after.unwrap_or_default(),
        number(limit),
    )?;
    stepped(rows, limit)
}

/// A place in a list by name.
pub type Place = (String, ReviewRowId);

fn after(place: Option<Place>) -> Place {
    crate::dialect::after_name(place)
}

/// Rows that a reviewer decides: their own and those that they share, those that were handed to them, and those of people in
/// whose place they decide now.
#[derive(Clone, Debug)]
pub struct Mine<'a> {
    pub review: ReviewId,
    pub stage: usize,
    pub me: UserId,
    /// They, or somebody in whose place they decide.
    pub shares: bool,
    /// Besides themselves: about whom they decide nothing that is shared.
    pub not_about: Option<UserId>,
    pub now: Ts,
    pub filter: RowFilter,
    /// What came before this stage is not shown: what is still open has no decision.
    pub hides_earlier: bool,
    pub words: &'a Words,
}

/// What somebody decides in one stage. `$1` is the review, `$2` they, `$3` the stage, `$4` whether they share, `$5` who stands
/// for all who share, `$6` about whom they decide nothing besides themselves, `$7` now. Three sets that have no row in common:
/// their own, the shared, and those that were handed to them.
macro_rules! asked_rows_sql {
    ($before:literal, $columns:literal, $further:expr, $after:literal) => {
        concat!(
            $before,
            "select ",
            $columns,
            " from ",
            whose_sql!("$2", "$7"),
            " cross join review_rows m
                where m.review_id = $1 and m.reviewer_id = whose.id and m.stage = $3
                    and (whose.id = $2 or m.principal_id not in (m.reviewer_id, $2)) and (m.handed_to is null or m.handed_to <> $2)",
            $further,
            $after,
            " union all ",
            $before,
            "select ",
            $columns,
            " from review_rows m
                where m.review_id = $1 and $4 and m.reviewer_id = $5 and m.principal_id not in ($2, $6) and m.stage = $3
                    and (m.handed_to is null or m.handed_to <> $2)",
            $further,
            $after,
            " union all ",
            $before,
            "select ",
            $columns,
            " from review_rows m where m.review_id = $1 and m.handed_to = $2 and m.stage = $3",
            $further,
            $after
        )
    };
}

macro_rules! mine_rows_sql {
    ($condition:expr) => {
        row_sql!(
            "join (",
            asked_rows_sql!(
                "select a.id from (",
                "m.id, m.name_key",
                concat!(
                    " and (m.name_key, m.id) > ($8, $9) and (not $11 or m.is_open) and (cast($12 as text) is null or m.decision = $12 and not ($13 and m.is_open))",
                    $condition
                ),
                " order by m.name_key, m.id limit $10) as a"
            ),
            ") as mine on mine.id = w.id order by w.name_key, w.id limit $10"
        )
    };
}

macro_rules! people_sql {
    ($of:literal, $first:literal, $first_to:literal, $second:literal, $second_to:literal) => {
        concat!(
            " and ",
            $of,
            ".principal_id in (select subject_id from search_words where kind = 'user' and word >= ",
            $first,
            " and word < ",
            $first_to,
            ") and ",
            $of,
            ".principal_id in (select subject_id from search_words where kind = 'user' and word >= ",
            $second,
            " and word < ",
            $second_to,
            ")"
        )
    };
}

/// A page of what somebody decides, by name.
pub async fn of_reviewer(link: &mut Link, mine: &Mine<'_>, place: Option<Place>, limit: usize) -> Result<Vec<ReviewRow>, Fault> {
    let (name, id) = after(place);
    let (stage, limit) = (number(mine.stage), number(limit));
    let decision = mine.filter.decision().map(Decision::key);
    let open = mine.filter == RowFilter::Open;
    let (first, second) = (mine.words.first(), mine.words.second());
    macro_rules! found {
        ($sql:expr $(, $word:expr)*) => {
            rows!(
                link,
                $sql,
                mine.review,
                mine.me,
                stage,
                mine.shares,
                SHARED,
                mine.not_about.unwrap_or(SHARED),
                mine.now,
                name,
                id,
                limit,
                open,
                decision,
                mine.hides_earlier,
                $($word,)*
            )?
        };
    }
    let found: Vec<Row> = match first {
        None => found!(mine_rows_sql!("")),
        Some(first) => {
            let people = mine_rows_sql!(people_sql!("m", "$14", "$15", "$16", "$17"));
            found!(people, &first.0, &first.1, &second.0, &second.1)
        }
    };
    all(found)
}

/// Rows about which somebody was ever asked, for reading: those of a stage that is over went on to others, or stayed there.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    pub review: ReviewId,
    pub me: UserId,
    /// They, or somebody in whose place they decide, shared the rows of some stage.
    pub shares: bool,
    /// They shared every row that went on from this stage.
    pub shared_all: Option<usize>,
    pub now: Ts,
    pub filter: RowFilter,
    pub words: &'a Words,
}

/// `$1` is the review, `$2` they, `$3` now, `$4` the stage beyond which every row was theirs if there is one, `$10` who stands for
/// all who share, `$11` whether they ever did. One set for each way to have been asked, or all rows of the review would be gone
/// through for somebody who was asked about ten; a row may be in several. What they decided is found by them and then kept to the
/// review: whoever began with the review would go through all of its rows for it.
macro_rules! ever_asked_sql {
    ($of_rows:expr, $of_theirs:expr) => {
        concat!(
            "select a.id from (select m.id, m.name_key from ",
            whose_sql!("$2", "$3"),
            " cross join review_rows m
                where m.review_id = $1 and m.reviewer_id = whose.id and (whose.id = $2 or m.principal_id not in (whose.id, $2))",
            $of_rows,
            " order by m.name_key, m.id limit $7) as a
             union select h.id from (select m.id, m.name_key from review_rows m where m.review_id = $1 and m.handed_to = $2",
            $of_rows,
            " order by m.name_key, m.id limit $7) as h
             union select t.id from (
                with theirs (id, review_id, name_key, is_open, decision, principal_id) as materialized (
                    select distinct m.id, m.review_id, m.name_key, m.is_open, m.decision, m.principal_id
                    from review_decisions said cross join review_rows m
                    where said.decided_by = $2 and said.how <> 'reset' and m.id = said.row_id
                )
                select t.id, t.name_key from theirs t where t.review_id = $1",
            $of_theirs,
            " order by t.name_key, t.id limit $7) as t
             union select s.id from (select m.id, m.name_key from review_rows m
                where m.review_id = $1 and $11 and m.reviewer_id = $10 and exists (select 1 from ",
            whose_sql!("$2", "$3"),
            " cross join review_panel p
                    where p.review_id = $1 and p.stage = m.stage and p.user_id = whose.id and m.principal_id not in (whose.id, $2))",
            $of_rows,
            " order by m.name_key, m.id limit $7) as s
             union select b.id from (select m.id, m.name_key from review_rows m
                where m.review_id = $1 and cast($4 as bigint) is not null and m.stage > $4 and m.principal_id <> $2",
            $of_rows,
            " order by m.name_key, m.id limit $7) as b"
        )
    };
}

/// Which of the rows under an alias are sought, from which place on.
macro_rules! sought_sql {
    ($of:literal, $condition:expr) => {
        concat!(
            " and (",
            $of,
            ".name_key, ",
            $of,
            ".id) > ($5, $6) and (not $8 or ",
            $of,
            ".is_open) and (cast($9 as text) is null or ",
            $of,
            ".decision = $9)",
            $condition
        )
    };
}

macro_rules! ever_rows_sql {
    ($of_rows:expr, $of_theirs:expr) => {
        row_sql!(
            "join (",
            ever_asked_sql!(sought_sql!("m", $of_rows), sought_sql!("t", $of_theirs)),
            ") as asked on asked.id = w.id order by w.name_key, w.id limit $7"
        )
    };
}

/// A page of these, by name.
pub async fn ever_asked(link: &mut Link, asked: &Asked<'_>, place: Option<Place>, limit: usize) -> Result<Vec<ReviewRow>, Fault> {
    let (name, id) = after(place);
    let beyond = asked.shared_all.map(number);
    let decision = asked.filter.decision().map(Decision::key);
    let open = asked.filter == RowFilter::Open;
    let (first, second) = (asked.words.first(), asked.words.second());
    macro_rules! found {
        ($sql:expr $(, $word:expr)*) => {
            rows!(
                link,
                $sql,
                asked.review,
                asked.me,
                asked.now,
                beyond,
                name,
                id,
                number(limit),
                open,
                decision,
                SHARED,
                asked.shares,
                $($word,)*
            )?
        };
    }
    let found: Vec<Row> = match first {
        None => found!(ever_rows_sql!("", "")),
        Some(first) => {
            let people =
                ever_rows_sql!(people_sql!("m", "$12", "$13", "$14", "$15"), people_sql!("t", "$12", "$13", "$14", "$15"));
            found!(people, &first.0, &first.1, &second.0, &second.1)
        }
    };
    all(found)
}

/// How far somebody is in a stage of a review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows that are theirs alone, or of somebody in whose place they decide: all, and open ones.
    pub own: (u64, u64),
    /// Rows that were handed to them.
    pub handed: (u64, u64),
    /// Those of them that others share.
    pub handed_shared: (u64, u64),
    /// Who shares what is nobody's alone: they, or somebody in whose place they decide.
    pub sharing: Vec<UserId>,
    /// Shared rows that are about these.
    pub about: BTreeMap<UserId, (u64, u64)>,
}

/// How far somebody is in every review that is in progress, by review and stage.
pub async fn progress(link: &mut Link, me: UserId, now: Ts) -> Result<BTreeMap<(ReviewId, usize), Progress>, Fault> {
    let own: Vec<(ReviewId, i64, i64, i64)> = rows!(
        link,
        concat!(
            "with mine (review_id, stage, total, open) as materialized (
                select m.review_id, m.stage, count(*), coalesce(sum(case when m.is_open then 1 else 0 end), 0)
                from ",
            whose_sql!("$1", "$2"),
            " cross join review_rows m where m.reviewer_id = whose.id
                and (whose.id = $1 or m.principal_id not in (m.reviewer_id, $1)) and (m.handed_to is null or m.handed_to <> $1)
                group by m.review_id, m.stage
             )
             select mine.review_id, mine.stage, mine.total, mine.open from mine cross join reviews r
             where r.id = mine.review_id and r.phase = 'in_progress'"
        ),
        me,
        now,
    )?;
    let handed: Vec<(ReviewId, i64, i64, i64, i64, i64)> = rows!(
        link,
        "with mine (review_id, stage, total, open, shared, shared_open) as materialized (
            select m.review_id, m.stage, count(*), coalesce(sum(case when m.is_open then 1 else 0 end), 0),
                coalesce(sum(case when m.reviewer_id = $2 then 1 else 0 end), 0),
                coalesce(sum(case when m.reviewer_id = $2 and m.is_open then 1 else 0 end), 0)
            from review_rows m where m.handed_to = $1 group by m.review_id, m.stage
         )
         select mine.review_id, mine.stage, mine.total, mine.open, mine.shared, mine.shared_open from mine cross join reviews r
         where r.id = mine.review_id and r.phase = 'in_progress'",
        me,
        SHARED,
    )?;
    let sharing: Vec<(ReviewId, i64, UserId)> = rows!(
        link,
        concat!(
            "select p.review_id, p.stage, p.user_id from ",
            whose_sql!("$1", "$2"),
            " cross join review_panel p cross join reviews r
             where p.user_id = whose.id and r.id = p.review_id and r.phase = 'in_progress' order by p.user_id"
        ),
        me,
        now,
    )?;
    // In two steps: those who share would otherwise be looked for first, among all rows that are shared.
    let about: Vec<(ReviewId, i64, UserId, i64, i64)> = rows!(
        link,
        concat!(
            "with panels (review_id, stage) as materialized (
                select distinct p.review_id, p.stage from ",
            whose_sql!("$1", "$2"),
            " cross join review_panel p cross join reviews r
                where p.user_id = whose.id and r.id = p.review_id and r.phase = 'in_progress'
             ), about (review_id, stage, principal_id, reviewer_id, handed_to, is_open) as materialized (
                select m.review_id, m.stage, m.principal_id, m.reviewer_id, m.handed_to, m.is_open
                from panels cross join ",
            whose_sql!("$1", "$2"),
            " cross join review_rows m
                where m.review_id = panels.review_id and m.principal_id = whose.id and m.stage = panels.stage
             )
             select about.review_id, about.stage, about.principal_id, count(*),
                coalesce(sum(case when about.is_open then 1 else 0 end), 0)
             from about where about.reviewer_id = $3 and (about.handed_to is null or about.handed_to <> $1)
             group by about.review_id, about.stage, about.principal_id"
        ),
        me,
        now,
        SHARED,
    )?;
    let both = |total: i64, open: i64| (whole(total), whole(open));
    let key = |review: ReviewId, stage: i64| (review, usize::try_from(stage).unwrap_or_default());
    let mut all: BTreeMap<(ReviewId, usize), Progress> = BTreeMap::new();
    for (review, stage, total, open) in own {
        all.entry(key(review, stage)).or_default().own = both(total, open);
    }
    for (review, stage, total, open, shared, shared_open) in handed {
        let one = all.entry(key(review, stage)).or_default();
        (one.handed, one.handed_shared) = (both(total, open), both(shared, shared_open));
    }
    for (review, stage, user, total, open) in about {
        all.entry(key(review, stage)).or_default().about.insert(user, both(total, open));
    }
    for (review, stage, user) in sharing {
        all.entry(key(review, stage)).or_default().sharing.push(user);
    }
    Ok(all)
}

fn whole(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

/// Open rows that somebody decides and of which something is recommended: the first of them by id.
macro_rules! recommended_sql {
    () => {
        concat!(
            asked_rows_sql!(
                "select o.id, o.recommendation from (",
                "m.id, m.recommendation",
                " and m.is_open and m.decision = 'not_reviewed' and m.recommendation <> 'no_information'",
                " order by m.id limit $8) as o"
            ),
            " order by id limit $8"
        )
    };
}

/// What [`open_of`] finds, counted by recommendation.
pub async fn recommended(link: &mut Link, mine: &Mine<'_>, limit: usize) -> Result<Vec<(Recommendation, u64)>, Fault> {
    let rows: Vec<(String, i64)> = rows!(
        link,
        concat!("select f.recommendation, count(*) from (", recommended_sql!(), ") as f group by f.recommendation"),
        mine.review,
        mine.me,
        number(mine.stage),
        mine.shares,
        SHARED,
        mine.not_about.unwrap_or(SHARED),
        mine.now,
        number(limit),
    )?;
    Ok(rows.into_iter().filter_map(|(key, count)| Some((Recommendation::from_key(&key)?, whole(count)))).collect())
}

/// Open rows that somebody decides and of which something is recommended, the first of them by id.
pub async fn open_of(link: &mut Link, mine: &Mine<'_>, limit: usize) -> Result<Vec<ReviewRow>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        row_sql!("join (", recommended_sql!(), ") as f on f.id = w.id order by w.id"),
        mine.review,
        mine.me,
        number(mine.stage),
        mine.shares,
        SHARED,
        mine.not_about.unwrap_or(SHARED),
        mine.now,
        number(limit),
    )?;
    all(rows)
}

/// Whether some row of the review is somebody's alone, or of somebody in whose place they decide, or handed to them, or was decided
/// by them in their own name before it went to others.
pub async fn is_reviewer(link: &mut Link, review: ReviewId, me: UserId, now: Ts) -> Result<bool, Fault> {
    let row: Option<(i64,)> = row!(
        link,
        concat!(
            "select m.stage from ",
            whose_sql!("$2", "$3"),
            " cross join review_rows m where m.reviewer_id = whose.id and m.review_id = $1
                and (whose.id = $2 or m.principal_id not in (m.reviewer_id, $2))
             union all select m.stage from review_rows m where m.review_id = $1 and m.handed_to = $2
             union all select theirs.stage from (
                with theirs (review_id, stage) as materialized (select m.review_id, m.stage from ",
            decided_themselves_sql!("$2"),
            ") select t.stage from theirs t where t.review_id = $1
             ) as theirs limit 1"
        ),
        review,
        me,
        now,
    )?;
    Ok(row.is_some())
}

/// People with rows of their own that are open, or that were handed to them, in the order of ids, with how many.
pub async fn reviewers(
    link: &mut Link,
    review: ReviewId,
    after: Option<UserId>,
    limit: usize,
) -> Result<Vec<(UserId, u64)>, Fault> {
    let rows: Vec<(UserId, i64)> = rows!(
        link,
        // Of those handed on there are few: the rows of the review would be gone through for them.
        "with handed (id, review_id) as materialized (
            select m.handed_to, m.review_id from review_rows m where m.handed_to > $2 and m.is_open
         )
         select asked.id, cast(sum(asked.rows) as bigint) from (
            select own.id, own.rows from (
                select m.reviewer_id as id, count(*) as rows from review_rows m
                where m.review_id = $1 and m.is_open and m.reviewer_id > $2
                group by m.reviewer_id order by m.reviewer_id limit $3
            ) as own
            union all
            select handed.id, count(*) from handed where handed.review_id = $1 group by handed.id
         ) as asked group by asked.id order by asked.id limit $3",
        review,
        after.unwrap_or(SHARED),
        number(limit),
    )?;
    Ok(rows.into_iter().map(|(id, count)| (id, whole(count))).collect())
}

/// A page of all rows by name, of one decision or of any.
pub async fn list(
    link: &mut Link,
    review: ReviewId,
    filter: RowFilter,
    words: &Words,
    place: Option<Place>,
    limit: usize,
) -> Result<Vec<(ReviewRow, Place)>, Fault> {
    #[derive(sqlx::FromRow)]
    struct Named {
        name_key: String,
        #[sqlx(flatten)]
        row: Row,
    }
    macro_rules! named_sql {
        ($condition:expr) => {
            row_sql!(
                with "w.name_key, ";
                "where w.review_id = $1 and (w.name_key, w.id) > ($2, $3)",
                $condition,
                " order by w.name_key, w.id limit $4"
            )
        };
    }
    let (name, id) = after(place);
    let limit = number(limit);
    // What is still open has no decision of its own.
    let decision = match filter {
        RowFilter::All => None,
        RowFilter::Open => Some(Decision::NotReviewed),
        RowFilter::Approved | RowFilter::Denied | RowFilter::DontKnow => filter.decision(),
    };
    let decision = decision.map(Decision::key);
    let rows: Vec<Named> = match (words.first(), decision) {
        (None, None) => rows!(link, named_sql!(""), review, name, id, limit)?,
        (None, Some(decision)) => rows!(link, named_sql!(" and w.decision = $5"), review, name, id, limit, decision)?,
        (Some(first), decision) => {
            let second = words.second();
            rows!(
                link,
                named_sql!(concat!(
                    " and (cast($5 as text) is null or w.decision = $5)",
                    people_sql!("w", "$6", "$7", "$8", "$9")
                )),
                review,
                name,
                id,
                limit,
                decision,
                &first.0,
                &first.1,
                &second.0,
                &second.1,
            )?
        }
    };
    rows.into_iter()
        .map(|named| {
            let (name, id) = (named.name_key, named.row.id);
            Ok((named.row.row()?, (name, id)))
        })
        .collect()
}

/// The places of rows in lists by name.
pub async fn places(link: &mut Link, rows: &[ReviewRowId]) -> Result<BTreeMap<ReviewRowId, String>, Fault> {
    let ids: Vec<AnyId> = rows.iter().map(|id| id.0).collect();
    let sql = "select w.id, w.name_key from review_rows w where w.id in ({ids})";
    let rows: Vec<(ReviewRowId, String)> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows.into_iter().collect())
}
