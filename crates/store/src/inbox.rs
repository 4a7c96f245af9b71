//! The inbox: what waits for somebody, by every way of being asked, and what they decided.

use crate::requests;
use crate::search::Words;
use crate::{Fault, Link};
use model::request::Request;
use model::view::approval::Kind;
use model::{RequestId, Ts, UserId};
use std::collections::BTreeMap;

/// The requests that ask a person now in their open stage, by every kind of approver, as one statement: the people
/// whose approvals they may give (themselves, and those for whom they stand in), the groups above these, the people
/// managed at each level, those they vouch for, the groups owned. How far down the reports are followed is bounded by the
/// levels that open requests ask for: whoever leads everybody is not slowed by everybody.
macro_rules! asked_sql {
    ($select:literal, $rest:expr) => {
        concat!(
            "with recursive who (id) as (
                select u.id from users u where u.id = $1
                union
                select d.from_id from delegations d cross join users u
                where d.to_id = $1 and d.ended_at is null and d.ends_at > $2 and d.starts_at <= $2 and u.id = d.from_id and u.enabled
            ), mine (who, id) as (
                select w.id, m.resource_id from who w cross join role_assignments m
                where m.principal_id = w.id and m.role = 'group_member' and m.assignment_type = 'active' and m.ended_at is null
                    and m.starts_at <= $2 and (m.ends_at is null or m.ends_at > $2)
                union
                select mine.who, n.resource_id from mine cross join role_assignments n
                where n.principal_id = mine.id and n.role = 'group_member' and n.assignment_type = 'active' and n.ended_at is null
                    and n.starts_at <= $2 and (n.ends_at is null or n.ends_at > $2)
            ), below (who, id, level) as (
                select w.id, u.id, cast(1 as bigint) from who w cross join users u where u.manager_id = w.id
                union
                select b.who, u.id, b.level + 1 from below b cross join users u
                where u.manager_id = b.id and b.level < (select coalesce(max(k.level), 0) from request_asks k where k.kind = 'manager')
            ), subjects (who, kind, id, level) as (
                select w.id, 'user', w.id, cast(0 as bigint) from who w
                union all select mine.who, 'group', mine.id, 0 from mine
                union all select w.id, 'sponsors', f.user_id, 0 from who w cross join user_sponsors f where f.sponsor_id = w.id
                union all select w.id, 'owners', o.resource_id, 0 from who w cross join role_assignments o
                    where o.principal_id = w.id and o.role = 'group_owner' and o.assignment_type = 'active' and o.ended_at is null
                        and o.starts_at <= $2 and (o.ends_at is null or o.ends_at > $2)
                union all select w.id, 'role', o.resource_id, 0 from who w cross join role_assignments o
                    where o.principal_id = w.id and o.role = 'directory_role' and o.assignment_type = 'active' and o.ended_at is null
                        and o.starts_at <= $2 and (o.ends_at is null or o.ends_at > $2)
                union all select w.id, 'role', o.resource_id, 0 from who w cross join role_assignments m cross join role_assignments o
                    where m.principal_id = w.id and m.role = 'group_member' and m.assignment_type = 'active' and m.ended_at is null
                        and m.starts_at <= $2 and (m.ends_at is null or m.ends_at > $2)
                        and o.principal_id = m.resource_id and o.role = 'directory_role' and o.assignment_type = 'active'
                        and o.ended_at is null and o.starts_at <= $2 and (o.ends_at is null or o.ends_at > $2)
            ), asked (who, request_id, decide_by) as (
                select s.who, k.request_id, k.decide_by from subjects s cross join request_asks k
                    where k.subject_id = s.id and k.kind = s.kind and k.level = s.level
                union
                select b.who, k.request_id, k.decide_by from below b cross join request_asks k
                    where k.subject_id = b.id and k.kind = 'manager' and k.level = b.level
            )
            select distinct ",
            $select,
            " from asked cross join requests r
            where r.id = asked.request_id and asked.decide_by > $2
                and r.requestor_id <> $1 and r.beneficiary_id <> $1
                and r.requestor_id <> asked.who and r.beneficiary_id <> asked.who
                and not exists (select 1 from decisions d where d.request_id = r.id
                    and (d.approver_id = $1 or d.approver_id = asked.who or d.stood_in_for = $1 or d.stood_in_for = asked.who))
                and (asked.who = $1 or exists (select 1 from delegations g
                    where g.to_id = $1 and g.from_id = asked.who and g.ended_at is null and g.ends_at > $2 and g.starts_at <= $2
                        and (g.all_packages or exists (select 1 from delegation_packages p
                            where p.delegation_id = g.id and p.package_id = r.package_id)))) ",
            $rest
        )
    };
}

/// How many requests wait for a person, counted up to `limit`.
pub async fn count_waiting(link: &mut Link, person: UserId, now: Ts, limit: usize) -> Result<i64, Fault> {
    let row: Option<(i64,)> = row!(
        link,
        concat!("select count(*) from (", asked_sql!("asked.request_id", "limit $3"), ") as waiting"),
        person,
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(row.map_or(0, |(count,)| count))
}

/// What narrows down a list of requests that wait or were decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// For whom, or what.
    pub words: Words,
    pub kind: Option<Kind>,
    /// The last moment by which it is to be decided; of what was decided it says nothing.
    pub due_by: Option<Ts>,
}

impl Sought {
    fn kind(&self) -> &'static str {
        self.kind.map(Kind::key).unwrap_or_default()
    }
}

/// A request for what the parameter says: everything when it is empty.
macro_rules! kind_sql {
    ($request:literal, $kind:literal) => {
        concat!(
            " and (",
            $kind,
            " = '' or ",
            $kind,
            " = case when ",
            $request,
            ".package_id is not null then 'package' when ",
            $request,
            ".role = 'directory_role' then 'directory_role' else 'group' end) "
        )
    };
}

/// Whoever gets it or what it is for has a word in this range. Directory roles are few and built in, with English names; a
/// word holds nothing but letters and digits, so that nothing in it is a pattern.
macro_rules! one_named_sql {
    ($from:literal, $to:literal) => {
        concat!(
            "(",
            begins_sql!("r.beneficiary_id", "user", $from, $to),
            " or ",
            begins_sql!("r.package_id", "package", $from, $to),
            " or ",
            begins_sql!("r.resource_id", "group", $from, $to),
            " or ",
            "exists (select 1 from directory_roles n where n.id = r.resource_id and ' ' || lower(n.name) like '% ' || ",
            $from,
            " || '%'))"
        )
    };
}

/// A request `r` whose holder-to-be, package, group or role begins with both words, whose ranges are `$3` to `$6`.
macro_rules! named_sql {
    () => {
        concat!(" and ", one_named_sql!("$3", "$4"), " and ", one_named_sql!("$5", "$6"), " ")
    };
}

/// What waits for a person and is narrowed down, in its order. It is narrowed down around what is asked of them, which the limit
/// keeps apart: seeing all conditions at once, PostgreSQL expects so little that it reads everything that is asked of anybody.
macro_rules! narrowed_sql {
    ($rest:expr, $due_by:literal, $kind:literal, $limit:literal) => {
        concat!(
            "select found.request_id, found.decide_by from (",
            asked_sql!("asked.request_id, asked.decide_by, r.package_id, r.role", $rest),
            " limit 9223372036854775807) as found where found.decide_by <= ",
            $due_by,
            kind_sql!("found", $kind),
            "order by found.decide_by, found.request_id limit ",
            $limit
        )
    };
}

/// A page of the requests that wait for a person, the most urgent first.
pub async fn waiting(
    link: &mut Link,
    person: UserId,
    sought: &Sought,
    after: Option<(Ts, RequestId)>,
    limit: usize,
    now: Ts,
) -> Result<Vec<(Ts, Request)>, Fault> {
    let (at, id) = after.unwrap_or((Ts(i64::MIN), RequestId(uuid::Uuid::nil())));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let due_by = sought.due_by.unwrap_or(Ts(i64::MAX));
    let words = &sought.words;
    let rows: Vec<(RequestId, Ts)> = match words.first() {
        None => rows!(
            link,
            narrowed_sql!("and (asked.decide_by, asked.request_id) > ($3, $4)", "$6", "$7", "$5"),
            person,
            now,
            at,
            id,
            limit,
            due_by,
            sought.kind(),
        )?,
        Some(first) => rows!(
            link,
            narrowed_sql!(concat!("and (asked.decide_by, asked.request_id) > ($7, $8)", named_sql!()), "$10", "$11", "$9"),
            person,
            now,
            &first.0,
            &first.1,
            &words.second().0,
            &words.second().1,
            at,
            id,
            limit,
            due_by,
            sought.kind(),
        )?,
    };
    let mut requests = by_id(link, rows.iter().map(|(id, _)| *id)).await?;
    Ok(rows.into_iter().filter_map(|(id, decide_by)| requests.remove(&id).map(|request| (decide_by, request))).collect())
}

/// What somebody decided, and what others decided in their place, each in the order of its own index until the limit. `$1` is the
/// person; the rest narrows both down alike.
macro_rules! decided_sql {
    ($rest:expr, $limit:literal) => {
        concat!(
            "select mine.request_id, mine.at, mine.verdict, mine.approver_id from (",
            decided_sql!("own", "d.approver_id", $rest, $limit),
            " union all ",
            decided_sql!("for_me", "d.stood_in_for", $rest, $limit),
            ") mine order by mine.at desc, mine.request_id desc limit ",
            $limit
        )
    };
    ($name:literal, $who:literal, $rest:expr, $limit:literal) => {
        concat!(
            "select ",
            $name,
            ".request_id, ",
            $name,
            ".at, ",
            $name,
            ".verdict, ",
            $name,
            ".approver_id from (select d.request_id, d.at, d.verdict, d.approver_id from decisions d cross join requests r
             where r.id = d.request_id and ",
            $who,
            " = $1 ",
            $rest,
            "order by d.at desc, d.request_id desc limit ",
            $limit,
            ") ",
            $name
        )
    };
}

/// A decision as the history of somebody shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub at: Ts,
    pub verdict: String,
    /// Who decided it in their place.
    pub by: Option<UserId>,
    pub request: Request,
}

/// A page of the requests that a person decided, or somebody else in their place, newest decision first.
pub async fn decided(
    link: &mut Link,
    person: UserId,
    sought: &Sought,
    before: Option<(Ts, RequestId)>,
    limit: usize,
) -> Result<Vec<Decided>, Fault> {
    let (at, id) = before.unwrap_or((Ts(i64::MAX), RequestId(uuid::Uuid::max())));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let words = &sought.words;
    let rows: Vec<(RequestId, Ts, String, UserId)> = match (words.first(), sought.kind) {
        (None, None) => rows!(link, decided_sql!("and (d.at, d.request_id) < ($2, $3) ", "$4"), person, at, id, limit)?,
        (None, Some(kind)) => rows!(
            link,
            decided_sql!(concat!("and (d.at, d.request_id) < ($2, $3)", kind_sql!("r", "$5")), "$4"),
            person,
            at,
            id,
            limit,
            kind.key(),
        )?,
        (Some(first), _) => rows!(
            link,
            decided_sql!(concat!("and (d.at, d.request_id) < ($2, $7)", kind_sql!("r", "$9"), named_sql!()), "$8"),
            person,
            at,
            &first.0,
            &first.1,
            &words.second().0,
            &words.second().1,
            id,
            limit,
            sought.kind(),
        )?,
    };
    let mut requests = by_id(link, rows.iter().map(|(id, ..)| *id)).await?;
    let one = |(id, at, verdict, by): (RequestId, Ts, String, UserId)| {
        let request = requests.remove(&id)?;
        Some(Decided { at, verdict, by: (by != person).then_some(by), request })
    };
    Ok(rows.into_iter().filter_map(one).collect())
}

async fn by_id(link: &mut Link, ids: impl Iterator<Item = RequestId>) -> Result<BTreeMap<RequestId, Request>, Fault> {
    let ids: Vec<RequestId> = ids.collect();
    Ok(requests::several(link, &ids).await?.into_iter().map(|request| (request.id, request)).collect())
}
