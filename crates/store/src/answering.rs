//! Webhooks that are asked and waited for: where their answers may be sent, and which policies and settings of roles ask them.

use crate::{Fault, Link};
use model::role_settings::{Privileged, PrivilegedKind};
use model::webhook::MessageKind;
use model::{AnyId, EventId, RequestId, Ts, WebhookId};

/// What an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    pub request: RequestId,
    pub webhook: WebhookId,
    /// The question that is answered.
    pub event: EventId,
}

/// Keeps an address by the hash of its token, at least until then.
pub async fn insert(link: &mut Link, token_hash: &[u8], address: Address, ends_at: Ts) -> Result<(), Fault> {
    run!(
        link,
        "insert into answer_addresses (token_hash, request_id, webhook_id, event_id, ends_at) values ($1, $2, $3, $4, $5)",
        token_hash,
        address.request,
        address.webhook,
        address.event,
        ends_at,
    )?;
    Ok(())
}

/// Forgets the addresses that nobody needs any more; how many these were.
pub async fn forget_old(link: &mut Link, now: Ts) -> Result<u64, Fault> {
    run!(link, "delete from answer_addresses where ends_at <= $1", now)
}

/// Whether the server of a webhook took the question about a request.
pub async fn was_taken(link: &mut Link, webhook: WebhookId, request: RequestId) -> Result<bool, Fault> {
    let row: Option<(EventId,)> = row!(
        link,
        "select m.event_id from events e cross join webhook_messages m
         where e.request_id = $2 and m.webhook_id = $1 and m.event_id = e.id and m.kind = $3 and m.told_at is not null limit 1",
        webhook,
        request,
        MessageKind::AnswerWanted.key(),
    )?;
    Ok(row.is_some())
}

/// How many requests wait for the answer of a webhook.
pub async fn waiting(link: &mut Link, webhook: WebhookId) -> Result<u64, Fault> {
    let row: Option<(i64,)> = row!(link, "select count(*) from requests where waits_for_id = $1", webhook)?;
    Ok(row.map_or(0, |(count,)| count.unsigned_abs()))
}

/// What the address of this token belongs to.
pub async fn get(link: &mut Link, token_hash: &[u8]) -> Result<Option<Address>, Fault> {
    let sql = "select request_id, webhook_id, event_id from answer_addresses where token_hash = $1";
    let row: Option<(RequestId, WebhookId, EventId)> = row!(link, sql, token_hash)?;
    Ok(row.map(|(request, webhook, event)| Address { request, webhook, event }))
}

/// Forgets the addresses of a webhook that is deleted.
pub async fn forget(link: &mut Link, webhook: WebhookId) -> Result<(), Fault> {
    run!(link, "delete from answer_addresses where webhook_id = $1", webhook)?;
    Ok(())
}

/// The first policies that ask a webhook, each with its package, and how many there are.
pub async fn asked_by(link: &mut Link, webhook: WebhookId, limit: usize) -> Result<(Vec<(String, String)>, usize), Fault> {
    let found: Vec<(String, String)> = rows!(
        link,
        "select k.name, p.name from policies p join packages k on k.id = p.package_id
         where p.asks_id = $1 and p.deleted_at is null and k.deleted_at is null order by k.name_key, p.position limit $2",
        webhook,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    let count: Option<(i64,)> = row!(
        link,
        "select count(*) from policies p join packages k on k.id = p.package_id
         where p.asks_id = $1 and p.deleted_at is null and k.deleted_at is null",
        webhook,
    )?;
    Ok((found, count.map_or(0, |(count,)| usize::try_from(count).unwrap_or(0))))
}

/// The first settings of roles that ask a webhook about activations, templates before others, and how many there are. A
/// template has the nil id.
pub async fn asked_by_roles(link: &mut Link, webhook: WebhookId, limit: usize) -> Result<(Vec<Privileged>, usize), Fault> {
    let rows: Vec<(String, AnyId)> = rows!(
        link,
        "select role, resource_id from role_settings where asks_id = $1
         order by case when resource_id = $2 then 0 else 1 end, role, resource_id limit $3",
        webhook,
        AnyId::nil(),
        i64::try_from(limit).unwrap_or(i64::MAX),
    )?;
    let known = |(kind, resource): (String, AnyId)| {
        let known = PrivilegedKind::from_key(&kind);
        Ok(known.ok_or_else(|| Fault::impossible("role_settings", resource, "an unknown kind"))?.of(resource))
    };
    let found = rows.into_iter().map(known).collect::<Result<_, Fault>>()?;
    let count: Option<(i64,)> = row!(link, "select count(*) from role_settings where asks_id = $1", webhook)?;
    Ok((found, count.map_or(0, |(count,)| usize::try_from(count).unwrap_or(0))))
}
