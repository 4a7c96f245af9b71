//! Access reviews as those see them who manage them: lists, and the history of all that were decided.

use crate::reviews::{Row, SeriesRow, from_sql, review_sql, series_sql};
use crate::search::Words;
use crate::{Fault, Link};
use model::review::{Phase, Review, Reviewed, ReviewedKind, Series};
use model::{AnyId, CampaignId, ReviewId, ReviewSeriesId, Ts, UserId};
use std::collections::BTreeMap;

/// Which reviews somebody sees: all of directory roles, of groups and applications, of packages; and in any case those of
/// packages in catalogs in which they have a role.
#[derive(Clone, Copy, Debug)]
pub struct Visible {
    pub me: UserId,
    pub roles: bool,
    pub directory: bool,
    pub packages: bool,
}

/// A series with the last time it ran.
pub type Listed = (Series, Option<Review>);

/// Whether somebody sees the series under this alias: of which kinds all of them, say the other pieces.
macro_rules! seen_sql {
    ($s:literal, $roles:literal, $directory:literal, $packages:literal) => {
        concat!(
            "(",
            $s,
            ".subject_kind = 'directory_role' and ",
            $roles,
            " or ",
            $s,
            ".subject_kind in ('group', 'application') and ",
            $directory,
            " or ",
            $s,
            ".subject_kind = 'package' and (",
            $packages,
            " or exists (
                select 1 from packages p join standing t on t.catalog_id = p.catalog_id where p.id = ",
            $s,
            ".subject_id)))"
        )
    };
}
pub(crate) use seen_sql;

macro_rules! listed_sql {
    ($condition:expr) => {
        concat!(
            standing_sql!(),
            "select s.id from review_series s left join reviews r on r.series_id = s.id and r.number = s.started
             where s.deleted_at is null and (s.created_at, s.id) < ($6, $7) and ",
            seen_sql!("s", "$3", "$4", "$5"),
            " and (cast($8 as text) is null or coalesce(r.phase, 'not_started') = $8)",
            $condition,
            " order by s.created_at desc, s.id desc limit $9"
        )
    };
}

/// Of a campaign only the last series that would be listed, which stands for it. `$words` is the condition on the words of
/// the others.
macro_rules! once_sql {
    ($words:expr) => {
        concat!(
            " and (s.campaign_id is null or not exists (
                select 1 from review_series o left join reviews q on q.series_id = o.id and q.number = o.started
                where o.campaign_id = s.campaign_id and o.deleted_at is null and (o.created_at, o.id) > (s.created_at, s.id) and ",
            seen_sql!("o", "$3", "$4", "$5"),
            " and (cast($8 as text) is null or coalesce(q.phase, 'not_started') = $8)",
            $words,
            "))"
        )
    };
}

/// Which of them are listed.
#[derive(Clone, Copy, Debug)]
pub enum Sought<'a> {
    /// Those with these words and in this state; one of each campaign stands for it.
    All {
        words: &'a Words,
        phase: Option<Phase>,
    },
    Of(Reviewed),
    In(CampaignId),
}

/// A page of those that somebody sees, the newest first.
pub async fn list(
    link: &mut Link,
    visible: Visible,
    sought: Sought<'_>,
    before: Option<(Ts, ReviewSeriesId)>,
    now: Ts,
    limit: usize,
) -> Result<Vec<Listed>, Fault> {
    let (at, id) = before.unwrap_or((Ts(i64::MAX), ReviewSeriesId(AnyId::max())));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let Visible { me, roles, directory, packages } = visible;
    let phase = match sought {
        Sought::All { phase, .. } => phase.map(Phase::key),
        Sought::Of(_) | Sought::In(_) => None,
    };
    macro_rules! found {
        ($condition:expr $(, $further:expr)*) => {
            rows!(link, listed_sql!($condition), me, now, roles, directory, packages, at, id, phase, limit, $($further,)*)?
        };
    }
    let found: Vec<(ReviewSeriesId,)> = match sought {
        Sought::Of(of) => found!(" and s.subject_kind = $10 and s.subject_id = $11", of.kind(), of.id()),
        Sought::In(campaign) => found!(" and s.campaign_id = $10", campaign),
        Sought::All { words, .. } => match words.first() {
            None => found!(once_sql!("")),
            Some(first) => {
                let second = words.second();
                found!(
                    concat!(
                        both_begin_sql!("s.id", "review", "$10", "$11", "$12", "$13"),
                        once_sql!(both_begin_sql!("o.id", "review", "$10", "$11", "$12", "$13"))
                    ),
                    &first.0,
                    &first.1,
                    &second.0,
                    &second.1
                )
            }
        },
    };
    let ids: Vec<AnyId> = found.iter().map(|(id,)| id.0).collect();
    let all: Vec<SeriesRow> = crate::dialect::in_ids(link, series_sql!("where s.id in ({ids})"), &ids).await?;
    let mut all: BTreeMap<ReviewSeriesId, Series> =
        all.into_iter().map(|row| row.series().map(|series| (series.id, series))).collect::<Result<_, Fault>>()?;
    let last: Vec<Row> = crate::dialect::in_ids(
        link,
        review_sql!("join review_series s on s.id = r.series_id and s.started = r.number where s.id in ({ids})"),
        &ids,
    )
    .await?;
    let mut last: BTreeMap<ReviewSeriesId, Review> =
        last.into_iter().map(|row| row.review().map(|review| (review.series, review))).collect::<Result<_, Fault>>()?;
    Ok(found.into_iter().filter_map(|(id,)| Some((all.remove(&id)?, last.remove(&id)))).collect())
}

/// An instance in the history: its id, when it started, when its series was made, and in which campaign.
pub type Ran = (ReviewId, Ts, Ts, Option<CampaignId>);

/// Instances that somebody sees, of these kinds, that started from a place on and before an instant, in the order in which
/// they did. Those that are just being started say nothing yet.
pub async fn history(
    link: &mut Link,
    visible: Visible,
    kinds: &[ReviewedKind],
    from: (Ts, ReviewId),
    until: Ts,
    now: Ts,
    limit: usize,
) -> Result<Vec<Ran>, Fault> {
    let wanted = |kind| kinds.is_empty() || kinds.contains(&kind);
    rows!(
        link,
        concat!(
            standing_sql!(),
            "select r.id, r.started_at, s.created_at, s.campaign_id from reviews r cross join review_series s
             where s.id = r.series_id and s.deleted_at is null and r.phase <> 'starting'
                and (r.started_at, r.id) >= ($8, $9) and r.started_at < $10
                and (r.subject_kind = 'directory_role' and $3
                    or r.subject_kind = 'group' and $4 or r.subject_kind = 'application' and $5
                    or r.subject_kind = 'package' and $6 and ($7 or exists (
                        select 1 from packages p join standing t on t.catalog_id = p.catalog_id where p.id = r.subject_id)))
             order by r.started_at, r.id limit $11"
        ),
        visible.me,
        now,
        visible.roles && wanted(ReviewedKind::DirectoryRole),
        visible.directory && wanted(ReviewedKind::Group),
        visible.directory && wanted(ReviewedKind::Application),
        wanted(ReviewedKind::Package),
        visible.packages,
        from.0,
        from.1,
        until,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// Instances by id.
pub async fn instances(link: &mut Link, ids: &[ReviewId]) -> Result<BTreeMap<ReviewId, Review>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = crate::dialect::in_ids(link, review_sql!("where r.id in ({ids})"), &ids).await?;
    rows.into_iter().map(|row| row.review().map(|review| (review.id, review))).collect()
}

/// Instances of a series from before a number, or all, the latest first.
pub async fn instances_before(
    link: &mut Link,
    series: ReviewSeriesId,
    before: Option<u32>,
    limit: usize,
) -> Result<Vec<Review>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        review_sql!("where r.series_id = $1 and r.number < $2 order by r.number desc limit $3"),
        series,
        before.map_or(i64::MAX, i64::from),
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    rows.into_iter().map(Row::review).collect()
}

/// An instance whose series is deleted.
pub async fn deleted(link: &mut Link, id: ReviewId) -> Result<Option<Review>, Fault> {
    let row: Option<Row> = row!(
        link,
        review_sql!(
            "where r.id = $1 and exists (select 1 from review_series s where s.id = r.series_id and s.deleted_at is not null)"
        ),
        id
    )?;
    row.map(Row::review).transpose()
}
