//! Access reviews: what recurs, and each time it runs. What is reviewed in one is in [`crate::review_rows`], lists
//! of them for those who manage them in [`crate::review_lists`].

use crate::search;
use crate::{Fault, Link, Saved};
use model::review::{Review, ReviewSettings, ReviewState, Reviewed, Series};
use model::{AnyId, CampaignId, PolicyId, ReviewId, ReviewSeriesId, Ts, UserId};
use std::collections::BTreeSet;

fn written<T: serde::Serialize>(what: &T) -> Result<String, Fault> {
    serde_json::to_string(what).map_err(|error| Fault::new(format!("write an access review: {error}")))
}

fn read<T: serde::de::DeserializeOwned>(table: &'static str, id: impl std::fmt::Display, text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::impossible(table, id, error))
}

#[derive(sqlx::FromRow)]
pub(crate) struct SeriesRow {
    id: ReviewSeriesId,
    subject_kind: String,
    subject_id: AnyId,
    policy_id: Option<PolicyId>,
    campaign_id: Option<CampaignId>,
    settings: String,
    owner_id: UserId,
    created_at: Ts,
    started: i64,
    next_at: Option<Ts>,
    version: i64,
}

impl SeriesRow {
    pub(crate) fn series(self) -> Result<Series, Fault> {
        let wrong = |what: &str| Fault::impossible("review_series", self.id, what);
        let settings: ReviewSettings = read("review_series", self.id, &self.settings)?;
        Ok(Series {
            id: self.id,
            of: Reviewed::of(&self.subject_kind, self.subject_id).ok_or_else(|| wrong("subject"))?,
            policy: self.policy_id,
            campaign: self.campaign_id,
            settings,
            owner: self.owner_id,
            created_at: self.created_at,
            started: u32::try_from(self.started).map_err(|_| wrong("count of instances"))?,
            next_at: self.next_at,
            version: self.version,
        })
    }
}

macro_rules! series_sql {
    ($($rest:literal)+) => {
        concat!(
            "select s.id, s.subject_kind, s.subject_id, s.policy_id, s.campaign_id, s.settings, s.owner_id, s.created_at, s.started, s.next_at, s.version
             from review_series s ",
            $($rest),+
        )
    };
}

/// The columns of an instance from reviews `r`.
macro_rules! from_sql {
    ($from:literal $(, $rest:literal)+) => {
        concat!(
            "select r.id, r.series_id, r.number, r.subject_kind, r.subject_id, r.policy_id, r.owner_id, r.settings, r.state, r.started_at,
                r.due_at, r.counts, r.evidence, r.version
             from ", $from, " ",
            $($rest),+
        )
    };
}

macro_rules! review_sql {
    ($($rest:literal)+) => { from_sql!("reviews r" $(, $rest)+) };
}

pub(crate) use {from_sql, review_sql, series_sql};

pub async fn insert_series(link: &mut Link, series: &Series) -> Result<(), Fault> {
    run!(
        link,
        "insert into review_series (id, name, name_key, subject_kind, subject_id, policy_id, settings, owner_id, created_at, started, next_at,
            version, campaign_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        series.id,
        series.settings.name.as_str(),
        rules::user::folded(&series.settings.name),
        series.of.kind(),
        series.of.id(),
        series.policy,
        written(&series.settings)?,
        series.owner,
        series.created_at,
        i64::from(series.started),
        series.next_at,
        series.version,
        series.campaign,
    )?;
    search::set(link, "review", series.id.0, &[&series.settings.name]).await
}

/// Saves settings, starts and what comes next, if nobody else did since it was read.
pub async fn update_series(link: &mut Link, series: &Series) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update review_series set name = $3, name_key = $4, settings = $5, started = $6, next_at = $7, version = version + 1
         where id = $1 and version = $2 and deleted_at is null",
        series.id,
        series.version,
        series.settings.name.as_str(),
        rules::user::folded(&series.settings.name),
        written(&series.settings)?,
        i64::from(series.started),
        series.next_at,
    )?;
    search::set(link, "review", series.id.0, &[&series.settings.name]).await?;
    Ok(Saved::one(rows))
}

/// Takes it out of every list.
pub async fn delete_series(link: &mut Link, series: &Series, at: Ts) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update review_series set deleted_at = $3, next_at = null, version = version + 1
         where id = $1 and version = $2 and deleted_at is null",
        series.id,
        series.version,
        at,
    )?;
    Ok(Saved::one(rows))
}

/// One that is not deleted.
pub async fn series(link: &mut Link, id: ReviewSeriesId) -> Result<Option<Series>, Fault> {
    let row: Option<SeriesRow> = row!(link, series_sql!("where s.id = $1 and s.deleted_at is null"), id)?;
    row.map(SeriesRow::series).transpose()
}

/// All of a thing that are not deleted.
pub async fn of_thing(link: &mut Link, of: Reviewed) -> Result<Vec<Series>, Fault> {
    let rows: Vec<SeriesRow> = rows!(
        link,
        series_sql!("where s.subject_id = $1 and s.subject_kind = $2 and s.deleted_at is null order by s.created_at, s.id"),
        of.id(),
        of.kind(),
    )?;
    rows.into_iter().map(SeriesRow::series).collect()
}

/// The one that a policy requires now, if it does.
pub async fn of_policy(link: &mut Link, policy: PolicyId) -> Result<Option<Series>, Fault> {
    let row: Option<SeriesRow> =
        row!(link, series_sql!("where s.policy_id = $1 and s.next_at is not null and s.deleted_at is null"), policy)?;
    row.map(SeriesRow::series).transpose()
}

/// Series whose next instance starts by `now`.
pub async fn series_due(link: &mut Link, now: Ts, limit: usize) -> Result<Vec<ReviewSeriesId>, Fault> {
    let rows: Vec<(ReviewSeriesId,)> = rows!(
        link,
        "select id from review_series where next_at is not null and deleted_at is null and next_at <= $1 order by next_at limit $2",
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: ReviewId,
    series_id: ReviewSeriesId,
    number: i64,
    subject_kind: String,
    subject_id: AnyId,
    policy_id: Option<PolicyId>,
    owner_id: UserId,
    settings: String,
    state: String,
    started_at: Ts,
    due_at: Ts,
    counts: String,
    evidence: Option<String>,
    version: i64,
}

impl Row {
    pub(crate) fn review(self) -> Result<Review, Fault> {
        let wrong = |what: &str| Fault::impossible("reviews", self.id, what);
        let state: ReviewState = read("reviews", self.id, &self.state)?;
        Ok(Review {
            id: self.id,
            series: self.series_id,
            number: u32::try_from(self.number).map_err(|_| wrong("number"))?,
            of: Reviewed::of(&self.subject_kind, self.subject_id).ok_or_else(|| wrong("subject"))?,
            policy: self.policy_id,
            owner: self.owner_id,
            settings: read("reviews", self.id, &self.settings)?,
            state,
            started_at: self.started_at,
            due_at: self.due_at,
            counts: read("reviews", self.id, &self.counts)?,
            evidence: self.evidence.map(|text| read("reviews", self.id, &text)).transpose()?,
            version: self.version,
        })
    }
}

fn open_stage(review: &Review) -> Option<i64> {
    review.state.open_stage().and_then(|stage| i64::try_from(stage).ok())
}

fn shared_open(review: &Review) -> i64 {
    i64::try_from(review.counts.shared_open).unwrap_or(i64::MAX)
}

pub async fn insert(link: &mut Link, review: &Review, wakes_at: Option<Ts>) -> Result<(), Fault> {
    run!(
        link,
        "insert into reviews (id, series_id, number, subject_kind, subject_id, policy_id, owner_id, settings, state, phase, wakes_at,
            started_at, due_at, counts, version, open_stage, shared_open)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        review.id,
        review.series,
        i64::from(review.number),
        review.of.kind(),
        review.of.id(),
        review.policy,
        review.owner,
        written(&review.settings)?,
        written(&review.state)?,
        review.state.phase().key(),
        wakes_at,
        review.started_at,
        review.due_at,
        written(&review.counts)?,
        review.version,
        open_stage(review),
        shared_open(review),
    )?;
    Ok(())
}

/// Saves everything that changes while it runs, if nobody else did since it was read.
pub async fn update(link: &mut Link, review: &Review, wakes_at: Option<Ts>) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update reviews set settings = $3, state = $4, phase = $5, wakes_at = $6, due_at = $7, counts = $8, open_stage = $9,
            shared_open = $10, evidence = $11, version = version + 1
         where id = $1 and version = $2",
        review.id,
        review.version,
        written(&review.settings)?,
        written(&review.state)?,
        review.state.phase().key(),
        wakes_at,
        review.due_at,
        written(&review.counts)?,
        open_stage(review),
        shared_open(review),
        review.evidence.as_ref().map(written).transpose()?,
    )?;
    Ok(Saved::one(rows))
}

/// One whose series is not deleted.
pub async fn get(link: &mut Link, id: ReviewId) -> Result<Option<Review>, Fault> {
    let row: Option<Row> = row!(
        link,
        review_sql!(
            "where r.id = $1 and not exists (select 1 from review_series s where s.id = r.series_id and s.deleted_at is not null)"
        ),
        id
    )?;
    row.map(Row::review).transpose()
}

/// The same, and nobody else changes it until the transaction ends.
pub async fn get_to_change(link: &mut Link, id: ReviewId) -> Result<Option<Review>, Fault> {
    let held: Option<(ReviewId,)> = row_to_change!(link, "select id from reviews where id = $1", id)?;
    match held {
        Some((id,)) => get(link, id).await,
        None => Ok(None),
    }
}

/// Instances of a series, the latest first.
pub async fn instances(link: &mut Link, series: ReviewSeriesId, limit: usize) -> Result<Vec<Review>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        review_sql!("where r.series_id = $1 order by r.number desc limit $2"),
        series,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    rows.into_iter().map(Row::review).collect()
}

/// Instances that a worker has to look at.
pub async fn due(link: &mut Link, now: Ts, limit: usize) -> Result<Vec<ReviewId>, Fault> {
    let rows: Vec<(ReviewId,)> = rows!(
        link,
        "select id from reviews where wakes_at is not null and wakes_at <= $1 order by wakes_at limit $2",
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Nothing is to be done by itself any more.
pub async fn put_to_rest(link: &mut Link, series: ReviewSeriesId) -> Result<(), Fault> {
    run!(link, "update reviews set wakes_at = null where series_id = $1", series)?;
    let sql = "delete from review_leavers where review_id in (select id from reviews where series_id = $1)";
    run!(link, sql, series)?;
    Ok(())
}

/// Who shares the rows of a stage from now on.
pub async fn set_panel(link: &mut Link, review: &Review, stage: usize, people: &BTreeSet<UserId>) -> Result<(), Fault> {
    let stage = i64::try_from(stage).unwrap_or(i64::MAX);
    run!(link, "delete from review_panel where review_id = $1 and stage = $2", review.id, stage)?;
    let people: Vec<UserId> = people.iter().copied().collect();
    run_many!(
        link,
        "insert into review_panel (review_id, stage, user_id, started_at) values ($1, $2, $3, $4)",
        people,
        |user| review.id,
        stage,
        *user,
        review.started_at,
    )?;
    Ok(())
}

pub async fn panel(link: &mut Link, review: ReviewId, stage: usize) -> Result<BTreeSet<UserId>, Fault> {
    let rows: Vec<(UserId,)> = rows!(
        link,
        "select user_id from review_panel where review_id = $1 and stage = $2",
        review,
        i64::try_from(stage).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Who shares the rows of a review that are nobody's alone, by stage: somebody, and those in whose place they decide.
pub async fn sharing(link: &mut Link, review: ReviewId, user: UserId, now: Ts) -> Result<BTreeSet<(usize, UserId)>, Fault> {
    let rows: Vec<(i64, UserId)> = rows!(
        link,
        concat!(
            "select p.stage, p.user_id from ",
            whose_sql!("$2", "$3"),
            " cross join review_panel p where p.review_id = $1 and p.user_id = whose.id"
        ),
        review,
        user,
        now,
    )?;
    Ok(rows.into_iter().filter_map(|(stage, user)| Some((usize::try_from(stage).ok()?, user))).collect())
}

/// The last instance before this one in which somebody was asked.
pub async fn reviewed_before(link: &mut Link, series: ReviewSeriesId, number: u32) -> Result<Option<Review>, Fault> {
    let row: Option<Row> = row!(
        link,
        review_sql!(
            "where r.series_id = $1 and r.number < $2 and r.phase in ('completed', 'applying', 'applied') order by r.number desc limit 1"
        ),
        series,
        i64::from(number),
    )?;
    row.map(Row::review).transpose()
}

/// Reviews in which somebody is or was asked, the latest first: those that go on, or those that are over. In whose place they
/// decide now counts as themselves.
pub async fn of_reviewer(
    link: &mut Link,
    me: UserId,
    past: bool,
    before: Option<(Ts, ReviewId)>,
    now: Ts,
    limit: usize,
) -> Result<Vec<Review>, Fault> {
    let (at, id) = before.unwrap_or((Ts(i64::MAX), ReviewId(AnyId::max())));
    let rows: Vec<Row> = rows!(
        link,
        concat!(
            "with mine (review_id) as materialized (
                select p.review_id from ",
            whose_sql!("$1", "$6"),
            " cross join review_panel p where p.user_id = whose.id
                union select m.review_id from ",
            whose_sql!("$1", "$6"),
            " cross join review_rows m where m.reviewer_id = whose.id and (whose.id = $1 or m.principal_id not in (m.reviewer_id, $1))
                union select m.review_id from review_rows m where m.handed_to = $1
                union select m.review_id from ",
            decided_themselves_sql!("$1"),
            "
             ) ",
            from_sql!(
                "mine cross join reviews r",
                "where r.id = mine.review_id
                    and (r.phase in ('completing', 'completed', 'applying', 'applied')) = $2 and r.phase not in ('starting', 'skipped')
                    and (r.started_at, r.id) < ($3, $4)
                    and not exists (select 1 from review_series s where s.id = r.series_id and s.deleted_at is not null)
                 order by r.started_at desc, r.id desc limit $5"
            )
        ),
        me,
        past,
        at,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
        now,
    )?;
    rows.into_iter().map(Row::review).collect()
}

/// How many reviews in progress there are, up to a limit, in which something is still open that somebody decides; rows that
/// they share count whomever they are about.
pub async fn waiting(link: &mut Link, me: UserId, now: Ts, limit: usize) -> Result<u32, Fault> {
    let rows: Vec<(ReviewId,)> = rows!(
        link,
        concat!(
            "select mine.review_id from (
                select m.review_id from ",
            whose_sql!("$1", "$2"),
            " cross join review_rows m where m.reviewer_id = whose.id and m.is_open
                    and (whose.id = $1 or m.principal_id not in (m.reviewer_id, $1))
                union select m.review_id from review_rows m where m.handed_to = $1 and m.is_open
                union select p.review_id from ",
            whose_sql!("$1", "$2"),
            " cross join review_panel p cross join reviews r
                    where p.user_id = whose.id and r.id = p.review_id and r.phase = 'in_progress' and r.open_stage = p.stage
                        and r.shared_open > 0
             ) mine cross join reviews o where o.id = mine.review_id and o.phase = 'in_progress'
                and not exists (select 1 from review_series s where s.id = o.series_id and s.deleted_at is not null) limit $3"
        ),
        me,
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}
