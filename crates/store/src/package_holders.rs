//! Who holds a package or held it, as administrators list it.

use crate::assignments::reason;
use crate::packages::HeldRow;
use crate::search::{self, Words};
use crate::{Fault, Link};
use model::access::EndReason;
use model::request::PackageAssignment;
use model::{AnyId, PackageAssignmentId, PackageId, Ts, UserId};

/// A package assignment in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub held: PackageAssignment,
    /// Why it ended.
    pub reason: Option<EndReason>,
    /// The name of the policy that it is held under.
    pub policy: String,
    /// The rule of that policy assigns it.
    pub automatic: bool,
    /// Who made the request that gave it.
    pub requestor: Option<UserId>,
    /// It was made by whom the holder reported to.
    pub by_manager: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    held: HeldRow,
    end_reason: Option<String>,
    policy: String,
    automatic: bool,
    requestor_id: Option<UserId>,
    by_manager: Option<bool>,
}

impl Row {
    fn listed(self) -> Result<Listed, Fault> {
        let held = PackageAssignment::from(self.held);
        let unknown = |text: &str| Fault::impossible("package_assignments", held.id, format!("end reason {text}"));
        let reason = self.end_reason.map(|text| reason(&text).ok_or_else(|| unknown(&text))).transpose()?;
        let by_manager = self.by_manager == Some(true);
        Ok(Listed { held, reason, policy: self.policy, automatic: self.automatic, requestor: self.requestor_id, by_manager })
    }
}

macro_rules! listed_sql {
    ($rest:expr) => {
        listed_sql!("package_assignments h", $rest)
    };
    ($from:expr, $rest:expr) => {
        concat!(
            "select h.id, h.package_id, h.policy_id, h.holder_id, h.request_id, h.starts_at, h.ends_at, h.ended_at, h.version,
                h.end_reason, y.name as policy, y.automatic, r.requestor_id, r.by_manager
             from ",
            $from,
            " join policies y on y.id = h.policy_id left join requests r on r.id = h.request_id
             where h.package_id = $1 and ",
            $rest
        )
    };
}

/// Of the people who were found.
macro_rules! found_holders_sql {
    ($from:literal, $to:literal, $second_from:literal, $second_to:literal, $rest:expr) => {
        listed_sql!(
            concat!(found_sql!("user", $from, $to, $second_from, $second_to), " cross join package_assignments h"),
            concat!("h.holder_id = found.subject_id and ", $rest)
        )
    };
}

macro_rules! active_sql {
    () => {
        "h.ended_at is null and (h.ends_at is null or h.ends_at > $5) and (h.starts_at, h.id) < ($2, $3)"
    };
}

macro_rules! newest_sql {
    () => {
        " order by h.starts_at desc, h.id desc limit $4"
    };
}

macro_rules! ended_sql {
    () => {
        "h.ended_at is not null and (h.ended_at, h.id) < ($2, $3)"
    };
}

macro_rules! last_ended_sql {
    () => {
        " order by h.ended_at desc, h.id desc limit $4"
    };
}

/// A page of those who hold a package now, the newest first. `before` is the start and id of the last row of the page before.
pub async fn active(
    link: &mut Link,
    package: PackageId,
    words: &Words,
    before: Option<(Ts, PackageAssignmentId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<Listed>, Fault> {
    let (at, id) = before.unwrap_or((Ts(i64::MAX), PackageAssignmentId(AnyId::max())));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<Row> = match search::reading(link, search::USER, words).await? {
        None => rows!(link, listed_sql!(concat!(active_sql!(), newest_sql!())), package, at, id, limit, now)?,
        Some(reading) => {
            let sql = if reading.few {
                found_holders_sql!("$6", "$7", "$8", "$9", concat!(active_sql!(), newest_sql!()))
            } else {
                listed_sql!(concat!(active_sql!(), both_begin_sql!("h.holder_id", "user", "$6", "$7", "$8", "$9"), newest_sql!()))
            };
            let (first, second) = (&reading.first, &reading.second);
            rows!(link, sql, package, at, id, limit, now, &first.0, &first.1, &second.0, &second.1)?
        }
    };
    rows.into_iter().map(Row::listed).collect()
}

/// A page of those who held a package, the latest end first. `before` is the end and id of the last row of the page before.
pub async fn ended(
    link: &mut Link,
    package: PackageId,
    words: &Words,
    before: Option<(Ts, PackageAssignmentId)>,
    limit: usize,
) -> Result<Vec<Listed>, Fault> {
    let (at, id) = before.unwrap_or((Ts(i64::MAX), PackageAssignmentId(AnyId::max())));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<Row> = match search::reading(link, search::USER, words).await? {
        None => rows!(link, listed_sql!(concat!(ended_sql!(), last_ended_sql!())), package, at, id, limit)?,
        Some(reading) => {
            let sql = if reading.few {
                found_holders_sql!("$5", "$6", "$7", "$8", concat!(ended_sql!(), last_ended_sql!()))
            } else {
                listed_sql!(concat!(
                    ended_sql!(),
                    both_begin_sql!("h.holder_id", "user", "$5", "$6", "$7", "$8"),
                    last_ended_sql!()
                ))
            };
            let (first, second) = (&reading.first, &reading.second);
            rows!(link, sql, package, at, id, limit, &first.0, &first.1, &second.0, &second.1)?
        }
    };
    rows.into_iter().map(Row::listed).collect()
}
