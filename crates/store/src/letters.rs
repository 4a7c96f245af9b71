//! The outbox of letters.

use crate::dialect::storable;
use crate::{Fault, Link};
use model::limits::LETTERS_COUNTED_MAX;
use model::notice::{Addressee, Letter, Notice};
use model::{LetterId, Ts, UserId};

/// A letter that is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    pub id: LetterId,
    pub to: Addressee,
    pub to_name: String,
    pub address: String,
    /// The recipient may receive letters: enabled.
    pub enabled: bool,
    /// What it is about, or why that cannot be read. Such a letter is nobody's but its own trouble.
    pub notice: Result<Notice, String>,
    pub made_at: Ts,
    pub tries: i64,
}

/// Puts letters into the outbox.
pub async fn insert(link: &mut Link, letters: &[(LetterId, Letter)], now: Ts) -> Result<(), Fault> {
    let mut rows = Vec::with_capacity(letters.len());
    for (id, letter) in letters {
        let notice = serde_json::to_string(&letter.notice).map_err(|error| Fault::new(format!("write a letter: {error}")))?;
        let address = match &letter.to {
            Addressee::User(_) => None,
            Addressee::Address(address) => Some(address.as_str()),
        };
        rows.push((*id, letter.to.user(), address, notice));
    }
    run_many!(
        link,
        "insert into letters (id, to_id, to_address, notice, made_at, due_at, tries) values ($1, $2, $3, $4, $5, $6, 0)",
        rows,
        |(id, to, address, notice)| *id,
        *to,
        *address,
        notice,
        now,
        now,
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: LetterId,
    to_id: Option<UserId>,
    to_name: String,
    address: String,
    enabled: bool,
    notice: String,
    made_at: Ts,
    tries: i64,
}

/// Whether any letter is due; asked often, so that looking costs no write.
pub async fn any_due(link: &mut Link, now: Ts) -> Result<bool, Fault> {
    let row: Option<(i64,)> =
        row!(link, "select cast(1 as bigint) from letters where due_at is not null and due_at <= $1 limit 1", now)?;
    Ok(row.is_some())
}

/// The next instant at which a letter is due.
pub async fn next_due(link: &mut Link) -> Result<Option<Ts>, Fault> {
    let row: Option<(Option<Ts>,)> = row!(link, "select min(due_at) from letters where due_at is not null")?;
    Ok(row.and_then(|(at,)| at))
}

/// Takes letters that are due. Until `again_at` nobody else gets them; a worker that dies loses its claim then.
pub async fn claim(link: &mut Link, now: Ts, again_at: Ts, limit: usize) -> Result<Vec<Due>, Fault> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let claimed: Vec<(LetterId,)> = if link.is_sqlite() {
        rows!(
            link,
            "update letters set due_at = $2, claimed_until = $2, tries = tries + 1
             where id in (select id from letters where due_at is not null and due_at <= $1 order by due_at limit $3)
             and due_at is not null and due_at <= $1 returning id",
            now,
            again_at,
            limit,
        )?
    } else {
        rows!(
            link,
            "update letters set due_at = $2, claimed_until = $2, tries = tries + 1
             where id in (select id from letters where due_at is not null and due_at <= $1 order by due_at limit $3 for update skip locked)
             and due_at is not null and due_at <= $1 returning id",
            now,
            again_at,
            limit,
        )?
    };
    let ids: Vec<_> = claimed.into_iter().map(|(id,)| id.0).collect();
    let rows: Vec<Row> = crate::dialect::in_ids(
        link,
        "select l.id, l.to_id, coalesce(u.display_name, l.to_address) as to_name, coalesce(u.mail, l.to_address) as address,
            (u.id is null or u.enabled) as enabled, l.notice, l.made_at, l.tries
         from letters l left join users u on u.id = l.to_id where l.id in ({ids}) order by l.made_at, l.id",
        &ids,
    )
    .await?;
    let due = |row: Row| Due {
        id: row.id,
        to: row.to_id.map_or_else(|| Addressee::Address(row.address.clone()), Addressee::User),
        to_name: row.to_name,
        address: row.address,
        enabled: row.enabled,
        notice: serde_json::from_str(&row.notice).map_err(|error| error.to_string()),
        made_at: row.made_at,
        tries: row.tries,
    };
    Ok(rows.into_iter().map(due).collect())
}

/// What became of a letter with which nothing is left to do: `sent`, `refused`, or `not needed`, and why.
pub type Settled = (LetterId, &'static str, Option<String>);

/// Nothing is left to do for these letters.
pub async fn settle(link: &mut Link, letters: &[Settled]) -> Result<(), Fault> {
    run_many!(
        link,
        "with settled (id, outcome, fault) as (values ($1, $2, $3))
         update letters set due_at = null, outcome = settled.outcome, fault = settled.fault from settled where letters.id = settled.id",
        letters,
        |(id, outcome, fault)| *id,
        *outcome,
        fault.as_deref().map(storable),
    )?;
    Ok(())
}

/// Letters that could not be sent so far, counted up to a limit, and why one of them could not.
pub async fn held_up(link: &mut Link) -> Result<Option<(u64, String)>, Fault> {
    let row: (i64, Option<String>) = row!(
        link,
        "select count(*), max(fault) from (
            select fault from letters where due_at is not null and fault is not null limit $1) as held",
        i64::from(LETTERS_COUNTED_MAX),
    )?
    .unwrap_or_default();
    Ok(Some((row.0.unsigned_abs(), row.1.unwrap_or_default())).filter(|(count, _)| *count > 0))
}

/// Whatever could not be sent so far is tried at once, but for what somebody is sending just now: nobody gets it twice.
pub async fn try_now(link: &mut Link, now: Ts) -> Result<(), Fault> {
    run!(
        link,
        "update letters set due_at = $1
         where due_at > $1 and fault is not null and (claimed_until is null or claimed_until <= $1)",
        now,
    )?;
    Ok(())
}

/// A letter could not be sent; it is tried again then.
pub async fn again(link: &mut Link, id: LetterId, at: Ts, fault: &str) -> Result<(), Fault> {
    run!(
        link,
        "update letters set due_at = $2, fault = $3, claimed_until = null where id = $1 and due_at is not null",
        id,
        at,
        storable(fault)
    )?;
    Ok(())
}

/// These were not tried after all, and it was no try of theirs; each is due at its time, before all that are due later. `fault` is
/// said of them; without one nothing is, and what was said before stays.
pub async fn put_back(link: &mut Link, letters: &[(LetterId, Ts)], fault: Option<&str>) -> Result<(), Fault> {
    let fault = fault.map(storable);
    run_many!(
        link,
        "with back (id, due_at, fault) as (values ($1, $2, $3))
         update letters set due_at = back.due_at, fault = coalesce(back.fault, letters.fault), claimed_until = null,
            tries = tries - 1 from back
         where letters.id = back.id and letters.due_at is not null",
        letters,
        |letter| letter.0,
        letter.1,
        fault.as_deref(),
    )?;
    Ok(())
}
