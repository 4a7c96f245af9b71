//! Catalogs to choose from: those in which somebody may make packages.

use crate::catalogs::Seen;
use crate::dialect::{First, in_ids_after, storable};
use crate::search::Words;
use crate::{Fault, Link};
use model::{AnyId, CatalogId, Ts};
use rules::user::folded;
use std::collections::BTreeMap;

macro_rules! for_packages_sql {
    ($condition:literal, $first:literal) => {
        concat!(
            standing_sql!(),
            "select c.id, c.name from catalogs c
             where c.deleted_at is null
             and ($3 or c.id in (select catalog_id from standing where role in ('owner', 'package_manager')))",
            $condition,
            " order by ",
            $first,
            "c.name_key, c.id limit $4"
        )
    };
}

/// Catalogs by name in which somebody may make packages, for a choice. Of those that are searched for the ones whose name begins
/// so come first: whoever types a whole name finds it, however many others fit as well.
pub async fn for_packages(
    link: &mut Link,
    seen: Seen,
    search: &str,
    limit: usize,
    now: Ts,
) -> Result<Vec<(CatalogId, String)>, Fault> {
    let (all, user) = seen.columns();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let words = Words::of(search);
    let key = folded(&storable(search));
    let end = format!("{key}\u{10ffff}");
    match words.first() {
        None => rows!(link, for_packages_sql!("", ""), user, now, all, limit),
        Some(first) => rows!(
            link,
            for_packages_sql!(
                " and c.id in (select subject_id from search_words where kind = 'catalog' and word >= $5 and word < $6)
                  and c.id in (select subject_id from search_words where kind = 'catalog' and word >= $7 and word < $8)",
                "case when c.name_key >= $9 and c.name_key < $10 then 0 else 1 end, "
            ),
            user,
            now,
            all,
            limit,
            &first.0,
            &first.1,
            &words.second().0,
            &words.second().1,
            key,
            end,
        ),
    }
}

/// Those of these catalogs in which somebody may make packages, with their names.
pub async fn for_packages_among(
    link: &mut Link,
    seen: Seen,
    ids: &[CatalogId],
    now: Ts,
) -> Result<BTreeMap<CatalogId, String>, Fault> {
    let (all, user) = seen.columns();
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let before = vec![First::Id(user.0), First::Moment(now), First::Number(i64::from(all))];
    let sql = concat!(
        standing_sql!(),
        "select c.id, c.name from catalogs c
         where c.deleted_at is null and c.id in ({ids})
         and ($3 = 1 or c.id in (select catalog_id from standing where role in ('owner', 'package_manager')))"
    );
    let rows: Vec<(CatalogId, String)> = in_ids_after(link, sql, before, &ids).await?;
    Ok(rows.into_iter().collect())
}
