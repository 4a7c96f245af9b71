//! Webhooks that are asked and waited for: where their answers may be sent, and which policies and settings of roles ask them.

use crate::{Fault, Link};
use model::role_settings::{Privileged, PrivilegedKind};
use model::{AnyId, EventId, RequestId, WebhookId};

/// What an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    pub request: RequestId,
    pub webhook: WebhookId,
    /// The question that is answered.
    pub event: EventId,
}

/// Keeps addresses by the hashes of their tokens.
pub async fn insert(link: &mut Link, addresses: &[([u8; 32], Address)]) -> Result<(), Fault> {
    run_many!(
        link,
        "insert into answer_addresses (token_hash, request_id, webhook_id, event_id) values ($1, $2, $3, $4)",
        addresses,
        |(hash, address)| hash.as_slice(),
        address.request,
        address.webhook,
        address.event,
    )?;
    Ok(())
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
