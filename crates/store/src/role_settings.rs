//! Role settings: what differs from the template of the kind, and the template itself.

use crate::{Fault, Link, Saved};
use model::AnyId;
use model::role_settings::{Privileged, PrivilegedKind, RoleSettings};
use rules::role_settings::{Overrides, inherited};
use std::collections::BTreeMap;

/// The settings of a role as they are now.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    pub settings: RoleSettings,
    pub template: RoleSettings,
    /// What the role says itself.
    pub overrides: Overrides,
    /// 0 while it says nothing.
    pub version: i64,
    /// 0 while nobody has changed it.
    pub template_version: i64,
}

impl Stored {
    /// By what a form tells whether anything changed since it was shown: both versions only grow.
    pub fn seen(&self) -> i64 {
        self.version.saturating_add(self.template_version)
    }
}

type Row = (String, AnyId, String, i64);

fn overrides(row: &Row) -> Result<Overrides, Fault> {
    serde_json::from_str(&row.2).map_err(|error| Fault::impossible("role_settings", row.1, error))
}

/// The settings of one role.
pub async fn get(link: &mut Link, role: Privileged) -> Result<Stored, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        "select role, resource_id, overrides, version from role_settings where role = $1 and resource_id in ($2, $3)",
        role.kind().key(),
        role.resource(),
        AnyId::nil(),
    )?;
    joined(role, &rows)
}

/// The settings of several roles.
pub async fn several(link: &mut Link, roles: &[Privileged]) -> Result<BTreeMap<Privileged, Stored>, Fault> {
    let rows = of_roles(link, roles).await?;
    roles.iter().map(|role| Ok((*role, joined(*role, &rows)?))).collect()
}

/// What roles say themselves, at least of these; who says nothing is left out.
pub async fn own(link: &mut Link, roles: &[Privileged]) -> Result<BTreeMap<Privileged, Overrides>, Fault> {
    let rows = of_roles(link, roles).await?;
    let said = rows.iter().filter(|row| row.1 != AnyId::nil()).map(|row| {
        let kind = PrivilegedKind::from_key(&row.0);
        let kind = kind.ok_or_else(|| Fault::impossible("role_settings", row.1, "an unknown kind"))?;
        Ok((kind.of(row.1), overrides(row)?))
    });
    said.collect()
}

/// What is kept of roles and of the templates of their kinds.
async fn of_roles(link: &mut Link, roles: &[Privileged]) -> Result<Vec<Row>, Fault> {
    let mut ids: Vec<AnyId> = roles.iter().map(|role| role.resource()).collect();
    ids.push(AnyId::nil());
    ids.sort();
    ids.dedup();
    let mut rows: Vec<Row> = Vec::new();
    for kind in PrivilegedKind::ALL {
        if !roles.iter().any(|role| role.kind() == kind) {
            continue;
        }
        let sql = match kind {
            PrivilegedKind::DirectoryRole => {
                "select role, resource_id, overrides, version from role_settings where role = 'directory_role' and resource_id in ({ids})"
            }
            PrivilegedKind::GroupMember => {
                "select role, resource_id, overrides, version from role_settings where role = 'group_member' and resource_id in ({ids})"
            }
            PrivilegedKind::GroupOwner => {
                "select role, resource_id, overrides, version from role_settings where role = 'group_owner' and resource_id in ({ids})"
            }
        };
        rows.extend(crate::dialect::in_ids::<Row>(link, sql, &ids).await?);
    }
    Ok(rows)
}

fn joined(role: Privileged, rows: &[Row]) -> Result<Stored, Fault> {
    let find = |id: AnyId| rows.iter().find(|row| row.0 == role.kind().key() && row.1 == id);
    let (mine, above) = (find(role.resource()), find(AnyId::nil()));
    let wrong = |error: serde_json::Error| Fault::impossible("role_settings", role, error);
    let template_version = above.map_or(0, |row| row.3);
    let above = above.map(overrides).transpose()?.unwrap_or_default();
    let template = inherited(&RoleSettings::default(), &above).map_err(wrong)?;
    let overrides = mine.map(overrides).transpose()?.unwrap_or_default();
    let settings = inherited(&template, &overrides).map_err(wrong)?;
    Ok(Stored { settings, template, overrides, version: mine.map_or(0, |row| row.3), template_version })
}

/// What roles and groups of a kind inherit, with its version; 0 while nobody has changed it.
pub async fn template(link: &mut Link, kind: PrivilegedKind) -> Result<(RoleSettings, i64), Fault> {
    let row: Option<Row> = row!(
        link,
        "select role, resource_id, overrides, version from role_settings where role = $1 and resource_id = $2",
        kind.key(),
        AnyId::nil(),
    )?;
    let kept = row.as_ref().map(overrides).transpose()?.unwrap_or_default();
    let settings = inherited(&RoleSettings::default(), &kept);
    let settings = settings.map_err(|error| Fault::impossible("role_settings", kind.key(), error))?;
    Ok((settings, row.map_or(0, |row| row.3)))
}

/// Saves it as what differs from what Vestibule begins with, if nobody else did since it was read with this version.
pub async fn save_template(link: &mut Link, kind: PrivilegedKind, kept: &Overrides, version: i64) -> Result<Saved, Fault> {
    write(link, kind, AnyId::nil(), kept, version).await
}

/// Saves what a role says itself, if nobody else did since its settings were read with this version.
pub async fn save(link: &mut Link, role: Privileged, overrides: &Overrides, version: i64) -> Result<Saved, Fault> {
    write(link, role.kind(), role.resource(), overrides, version).await
}

async fn write(
    link: &mut Link,
    kind: PrivilegedKind,
    resource: AnyId,
    overrides: &Overrides,
    version: i64,
) -> Result<Saved, Fault> {
    let document = serde_json::to_string(overrides).map_err(|error| Fault::new(format!("write role settings: {error}")))?;
    let rows = run!(
        link,
        "insert into role_settings as s (role, resource_id, overrides, version, context_id, asks_holders, asks_id)
         values ($1, $2, $3, $4, $6, $7, $8)
         on conflict (role, resource_id) do update set overrides = excluded.overrides, version = excluded.version,
            context_id = excluded.context_id, asks_holders = excluded.asks_holders, asks_id = excluded.asks_id
         where s.version = $5",
        kind.key(),
        resource,
        document,
        version + 1,
        version,
        rules::role_settings::context(overrides),
        rules::role_settings::asks_holders(overrides),
        rules::role_settings::asked_webhook(overrides),
    )?;
    Ok(Saved::one(rows))
}
