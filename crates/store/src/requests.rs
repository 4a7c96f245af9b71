//! Requests and decisions.
//!
//! The file is long because each statement about them stands here once.

use crate::{Fault, Link, Saved};
use model::access::ResourceRole;
use model::approval::{Approver, Part, Verdict};
use model::package::PackageRole;
use model::request::{Decision, Phase, Request, State, Wish};
use model::role_settings::PrivilegedKind;
use model::{AnyId, AssignmentId, PackageAssignmentId, PackageId, PolicyId, RequestId, Ts, UserId, WebhookId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: RequestId,
    requestor_id: UserId,
    beneficiary_id: UserId,
    by_manager: bool,
    package_id: Option<PackageId>,
    policy_id: Option<PolicyId>,
    extends_id: Option<PackageAssignmentId>,
    eligible_id: Option<AssignmentId>,
    prolongs_id: Option<AssignmentId>,
    renews: bool,
    role: Option<String>,
    resource_id: Option<AnyId>,
    terms: String,
    state: String,
    phase: String,
    asked_back: Option<String>,
    submitted_at: Ts,
    version: i64,
}

impl Row {
    fn wish(&self) -> Result<Wish, Fault> {
        let role = || {
            let (role, resource) = self.role.as_deref().zip(self.resource_id)?;
            crate::assignments::resource_role(role, resource, AnyId::nil())
        };
        match (self.package_id, self.policy_id, self.eligible_id, self.prolongs_id, role()) {
            (Some(package), Some(policy), None, None, None) => Ok(Wish::Package { package, policy, extends: self.extends_id }),
            (None, None, Some(eligible), None, Some(role)) => Ok(Wish::Activation { eligible, role }),
            (None, None, None, Some(assignment), Some(role)) => Ok(Wish::Extension { assignment, role, renews: self.renews }),
            _ => Err(Fault::impossible("requests", self.id, "about no one thing")),
        }
    }

    fn request(self) -> Result<Request, Fault> {
        let state: State = parse("requests.state", self.id, &self.state)?;
        if state.phase().key() != self.phase {
            return Err(Fault::impossible(
                "requests",
                self.id,
                format!("phase {} and state {}", self.phase, state.phase().key()),
            ));
        }
        Ok(Request {
            id: self.id,
            requestor: self.requestor_id,
            beneficiary: self.beneficiary_id,
            by_manager: self.by_manager,
            wish: self.wish()?,
            terms: parse("requests.terms", self.id, &self.terms)?,
            submitted_at: self.submitted_at,
            state,
            asked_back: self.asked_back.map(|text| parse("requests.asked_back", self.id, &text)).transpose()?,
            version: self.version,
        })
    }
}

fn parse<T: DeserializeOwned>(column: &str, id: RequestId, text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::impossible(column, id, error))
}

fn write(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::new(format!("write a request: {error}")))
}

macro_rules! request_sql {
    ($rest:literal) => {
        concat!(
            "select r.id, r.requestor_id, r.beneficiary_id, r.by_manager, r.package_id, r.policy_id, r.extends_id, r.eligible_id, r.prolongs_id, r.renews, r.role, r.resource_id, r.terms, r.state, r.phase, r.asked_back, \
             r.submitted_at, r.version from requests r ",
            $rest
        )
    };
}
pub(crate) use request_sql;

pub(crate) fn all(rows: Vec<Row>) -> Result<Vec<Request>, Fault> {
    rows.into_iter().map(Row::request).collect()
}

/// Adds a request; not when the same person has an open one for the same thing, which came first then.
pub async fn insert(link: &mut Link, request: &Request, wakes_at: Option<Ts>) -> Result<Saved, Fault> {
    let (package, eligible, prolongs) = match request.wish {
        Wish::Package { package, policy, extends } => (Some((package, policy, extends)), None, None),
        Wish::Activation { eligible, .. } => (None, Some(eligible), None),
        Wish::Extension { assignment, renews, .. } => (None, None, Some((assignment, renews))),
    };
    let role = request.role().map(crate::assignments::role_columns);
    let rows = run!(
        link,
        "insert into requests (id, requestor_id, beneficiary_id, package_id, policy_id, terms, state, phase, submitted_at, wakes_at, extends_id, by_manager,
            eligible_id, role, resource_id, prolongs_id, renews, waits_for_id, open_stage, quorum, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 0)
         on conflict do nothing",
        request.id,
        request.requestor,
        request.beneficiary,
        package.map(|(package, _, _)| package),
        package.map(|(_, policy, _)| policy),
        write(&request.terms)?,
        write(&request.state)?,
        request.state.phase().key(),
        request.submitted_at,
        wakes_at,
        package.and_then(|(_, _, extends)| extends),
        request.by_manager,
        eligible,
        role.map(|(role, _, _)| role),
        role.map(|(_, resource, _)| resource),
        prolongs.map(|(assignment, _)| assignment),
        prolongs.is_some_and(|(_, renews)| renews),
        waits_for(request),
        open_stage(request).0,
        open_stage(request).1,
    )?;
    Ok(Saved::one(rows))
}

/// Saves the state, what was asked back, and the time that the requestor said yes to; if nobody else did since the request was read.
pub async fn update(link: &mut Link, request: &Request, wakes_at: Option<Ts>) -> Result<Saved, Fault> {
    let rows = run!(
        link,
        "update requests set state = $3, phase = $4, wakes_at = $5, terms = $6, asked_back = $7, waits_for_id = $8,
            open_stage = $9, quorum = $10, version = version + 1
         where id = $1 and version = $2",
        request.id,
        request.version,
        write(&request.state)?,
        request.state.phase().key(),
        wakes_at,
        write(&request.terms)?,
        request.asked_back.as_ref().map(write).transpose()?,
        waits_for(request),
        open_stage(request).0,
        open_stage(request).1,
    )?;
    Ok(Saved::one(rows))
}

/// The open stage and the approvals that it needs, for look-ups.
fn open_stage(request: &Request) -> (i64, i64) {
    let open = request.state.open_stage().unwrap_or(0);
    let quorum = request.terms.stages.get(open).map_or(1, |stage| i64::from(stage.quorum));
    (i64::try_from(open).unwrap_or(0), quorum)
}

/// The webhook for whose answer it waits.
fn waits_for(request: &Request) -> Option<WebhookId> {
    rules::request::asked(request).map(|asks| asks.webhook)
}

pub async fn get(link: &mut Link, id: RequestId) -> Result<Option<Request>, Fault> {
    let row: Option<Row> = row!(link, request_sql!("where r.id = $1"), id)?;
    row.map(Row::request).transpose()
}

/// The request, kept from others until the transaction ends.
pub async fn get_to_change(link: &mut Link, id: RequestId) -> Result<Option<Request>, Fault> {
    let row: Option<Row> = row_to_change!(
        link,
        "select r.id, r.requestor_id, r.beneficiary_id, r.by_manager, r.package_id, r.policy_id, r.extends_id, r.eligible_id, r.prolongs_id, r.renews, r.role, r.resource_id, r.terms, r.state, r.phase, r.asked_back,
            r.submitted_at, r.version from requests r where r.id = $1",
        id
    )?;
    row.map(Row::request).transpose()
}

/// Requests by id, in no order.
pub async fn several(link: &mut Link, ids: &[RequestId]) -> Result<Vec<Request>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    all(crate::dialect::in_ids(link, request_sql!("where r.id in ({ids})"), &ids).await?)
}

/// The open request of one person for one package.
pub async fn open(link: &mut Link, beneficiary: UserId, package: PackageId) -> Result<Option<(RequestId, Ts)>, Fault> {
    row!(
        link,
        "select id, submitted_at from requests where beneficiary_id = $1 and package_id = $2
         and phase in ('pending_approval', 'scheduled', 'delivering')",
        beneficiary,
        package,
    )
}

/// The open activation of one person by one eligible assignment.
pub async fn open_activation(
    link: &mut Link,
    beneficiary: UserId,
    eligible: AssignmentId,
) -> Result<Option<(RequestId, Ts)>, Fault> {
    row!(
        link,
        "select id, submitted_at from requests where beneficiary_id = $1 and eligible_id = $2 and eligible_id is not null
         and phase in ('pending_approval', 'scheduled', 'delivering')",
        beneficiary,
        eligible,
    )
}

/// The open ask to extend or renew an assignment.
pub async fn open_extension(link: &mut Link, assignment: AssignmentId) -> Result<Option<(RequestId, Ts)>, Fault> {
    row!(
        link,
        "select id, submitted_at from requests where prolongs_id = $1 and prolongs_id is not null
         and phase in ('pending_approval', 'scheduled', 'delivering')",
        assignment,
    )
}

/// How many requests about a role are open.
pub async fn open_of_role(link: &mut Link, role: ResourceRole) -> Result<i64, Fault> {
    let (role, resource, _) = crate::assignments::role_columns(role);
    let found: Option<(i64,)> = row!(
        link,
        "select count(*) from requests where resource_id = $1 and role = $2 and resource_id is not null
         and phase in ('pending_approval', 'scheduled', 'delivering')",
        resource,
        role,
    )?;
    Ok(found.map_or(0, |(count,)| count))
}

/// How many requests about each of these roles of a kind are open; roles without any are left out.
pub async fn open_of_roles(link: &mut Link, kind: PrivilegedKind, roles: &[AnyId]) -> Result<Vec<(AnyId, i64)>, Fault> {
    let sql = match kind {
        PrivilegedKind::DirectoryRole => {
            "select resource_id, count(*) from requests where resource_id in ({ids}) and role = 'directory_role'
             and resource_id is not null and phase in ('pending_approval', 'scheduled', 'delivering') group by resource_id"
        }
        PrivilegedKind::GroupMember => {
            "select resource_id, count(*) from requests where resource_id in ({ids}) and role = 'group_member'
             and resource_id is not null and phase in ('pending_approval', 'scheduled', 'delivering') group by resource_id"
        }
        PrivilegedKind::GroupOwner => {
            "select resource_id, count(*) from requests where resource_id in ({ids}) and role = 'group_owner'
             and resource_id is not null and phase in ('pending_approval', 'scheduled', 'delivering') group by resource_id"
        }
    };
    crate::dialect::in_ids(link, sql, roles).await
}

/// All open requests of one person.
pub async fn open_of(link: &mut Link, beneficiary: UserId) -> Result<Vec<Request>, Fault> {
    all(rows!(
        link,
        request_sql!(
            "where r.beneficiary_id = $1 and r.phase in ('pending_approval', 'scheduled', 'delivering', 'partially_delivered')
             order by r.submitted_at desc"
        ),
        beneficiary,
    )?)
}

/// All open requests that give something to somebody, and those that they made for a report and were asked about. The
/// clock is not asked here.
pub async fn concerning(link: &mut Link, person: UserId) -> Result<Vec<Request>, Fault> {
    all(rows!(
        link,
        request_sql!(
            "where r.id in (
                select o.id from requests o where o.beneficiary_id = $1 and o.phase in ('pending_approval', 'scheduled', 'delivering')
                union all
                select m.id from requests m
                 where m.requestor_id = $1 and m.by_manager and m.phase = 'pending_approval' and m.asked_back is not null)
             order by r.submitted_at desc limit 200"
        ),
        person,
    )?)
}

/// A page of the requests that give something to somebody, newest first.
pub async fn of(
    link: &mut Link,
    beneficiary: UserId,
    phase: Option<Phase>,
    before: Option<(Ts, RequestId)>,
    limit: usize,
) -> Result<Vec<Request>, Fault> {
    let (at, id) = before.unwrap_or((Ts(i64::MAX), RequestId(AnyId::max())));
    all(rows!(
        link,
        request_sql!(
            "where r.beneficiary_id = $1 and (r.submitted_at, r.id) < ($2, $3) and (cast($4 as text) is null or r.phase = $4)
             order by r.submitted_at desc, r.id desc limit $5"
        ),
        beneficiary,
        at,
        id,
        phase.map(Phase::key),
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?)
}

/// Requests on which something is due, oldest first.
pub async fn due(link: &mut Link, now: Ts, limit: usize) -> Result<Vec<RequestId>, Fault> {
    let rows: Vec<(RequestId,)> = rows!(
        link,
        "select id from requests where wakes_at is not null and wakes_at <= $1 order by wakes_at limit $2",
        now,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The next instant at which anything is due by itself, over requests, packages, assignments and rules.
pub async fn next_due(link: &mut Link) -> Result<Option<Ts>, Fault> {
    let row: Option<(Option<Ts>,)> = row!(
        link,
        "select min(at) from (
            select min(wakes_at) as at from requests where wakes_at is not null
            union all select min(ends_at) from package_assignments where ended_at is null and ends_at is not null
            union all select min(warn_at) from package_assignments where ended_at is null and warn_at is not null
            union all select min(ends_at) from role_assignments where ended_at is null and ends_at is not null and source <> 'package'
            union all select min(warn_at) from role_assignments where ended_at is null and warn_at is not null
            union all select min(evaluate_at) from groups where evaluate_at is not null
            union all select min(evaluate_at) from policies where evaluate_at is not null
            union all select min(next_at) from review_series where next_at is not null and deleted_at is null
            union all select min(wakes_at) from reviews where wakes_at is not null
         ) as next"
    )?;
    Ok(row.and_then(|(at,)| at))
}

pub async fn insert_decision(link: &mut Link, request: RequestId, decision: &Decision) -> Result<(), Fault> {
    run!(
        link,
        "insert into decisions (request_id, approver_id, stood_in_for, stage, verdict, words, at) values ($1, $2, $3, $4, $5, $6, $7)",
        request,
        decision.approver,
        decision.stood_in_for,
        i64::try_from(decision.stage).unwrap_or(i64::MAX),
        verdict_column(decision.verdict),
        &decision.words,
        decision.at,
    )?;
    Ok(())
}

fn verdict_column(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approve => "approve",
        Verdict::Deny => "deny",
    }
}

/// Whom and what each of these requests is about: who made it, who gets it, and the package or the resource.
pub async fn about(link: &mut Link, ids: &[RequestId]) -> Result<BTreeMap<RequestId, Vec<AnyId>>, Fault> {
    let ids: Vec<AnyId> = ids.iter().map(|id| id.0).collect();
    let sql = "select id, requestor_id, beneficiary_id, package_id, resource_id from requests where id in ({ids})";
    type Row = (RequestId, UserId, UserId, Option<PackageId>, Option<AnyId>);
    let rows: Vec<Row> = crate::dialect::in_ids(link, sql, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|(id, requestor, beneficiary, package, resource)| {
            let mut about = vec![requestor.0, beneficiary.0];
            about.extend(package.map(|package| package.0).into_iter().chain(resource));
            about.sort_unstable();
            about.dedup();
            (id, about)
        })
        .collect())
}

/// All decisions about a request, oldest first.
pub async fn decisions(link: &mut Link, request: RequestId) -> Result<Vec<Decision>, Fault> {
    Ok(decisions_of(link, &[request]).await?.into_iter().map(|(_, decision)| decision).collect())
}

/// The same of several requests; those of each are in their order.
pub async fn decisions_of(link: &mut Link, requests: &[RequestId]) -> Result<Vec<(RequestId, Decision)>, Fault> {
    type Row = (RequestId, UserId, Option<UserId>, i64, String, String, Ts);
    let ids: Vec<AnyId> = requests.iter().map(|request| request.0).collect();
    let sql = "select request_id, approver_id, stood_in_for, stage, verdict, words, at from decisions
         where request_id in ({ids}) order by at, stage, approver_id";
    let rows: Vec<Row> = crate::dialect::in_ids(link, sql, &ids).await?;
    rows.into_iter()
        .map(|(request, approver, stood_in_for, stage, verdict, words, at)| {
            let verdict = match verdict.as_str() {
                "approve" => Verdict::Approve,
                "deny" => Verdict::Deny,
                other => return Err(Fault::impossible("decisions", request, format!("verdict {other}"))),
            };
            let stage = usize::try_from(stage).map_err(|error| Fault::impossible("decisions", request, error))?;
            Ok((request, Decision { stage, approver, stood_in_for, verdict, words, at }))
        })
        .collect()
}

/// Replaces who is asked about a request: the lists of its open stage, or nobody when none is open.
pub async fn set_asks(link: &mut Link, request: &Request, asks: &[(Part, Approver)], roles: &[PackageRole]) -> Result<(), Fault> {
    run!(link, "delete from request_asks where request_id = $1", request.id)?;
    insert_asks(link, request, asks, roles).await
}

/// The same for a new request.
pub async fn insert_asks(
    link: &mut Link,
    request: &Request,
    asks: &[(Part, Approver)],
    roles: &[PackageRole],
) -> Result<(), Fault> {
    let State::PendingApproval { decide_by, .. } = &request.state else { return Ok(()) };
    let mut rows: Vec<(Part, &'static str, AnyId, i64)> = Vec::new();
    for (part, approver) in asks {
        match approver {
            Approver::User { id } => rows.push((*part, "user", id.0, 0)),
            Approver::Group { id } => rows.push((*part, "group", id.0, 0)),
            Approver::Manager { level } => rows.push((*part, "manager", request.beneficiary.0, i64::from(*level))),
            Approver::Owners => {
                rows.extend(crate::approvals::owned(roles).into_iter().map(|group| (*part, "owners", group.0, 0)))
            }
            Approver::Sponsors => rows.push((*part, "sponsors", request.beneficiary.0, 0)),
            Approver::RoleHolders { id } => rows.push((*part, "role", id.0, 0)),
        }
    }
    rows.sort_by_key(|(part, kind, subject, level)| (*part, *kind, *subject, *level));
    rows.dedup();
    run_many!(
        link,
        "insert into request_asks (request_id, part, kind, subject_id, level, decide_by) values ($1, $2, $3, $4, $5, $6)",
        rows,
        |(part, kind, subject, level)| request.id,
        part_column(*part),
        *kind,
        *subject,
        *level,
        *decide_by,
    )?;
    Ok(())
}

fn part_column(part: Part) -> &'static str {
    match part {
        Part::Approvers => "approvers",
        Part::Escalation => "escalation",
        Part::Fallback => "fallback",
    }
}
