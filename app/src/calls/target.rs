//! Targets: setting them, and having them asked again.

use super::{Call, Reply};
use leptos::prelude::*;
use model::{ApplicationRoleId, TargetId, UserId};

/// Below it are the targets, one by one.
pub const TARGETS: &str = "/admin/settings/targets";
/// What the form of a directory says that it is of.
pub const LDAP: &str = "ldap";

/// `target` is empty for a new one. `secret` is its token or password; an empty one stays as it is. A field of this name is kept
/// nowhere. What comes after `kind` is of directories.
#[server(prefix = "/api", endpoint = "save_target")]
pub async fn save_target(
    #[server(default)] target: String,
    #[server(default)] version: i64,
    #[server(default)] application: String,
    #[server(default)] name: String,
    #[server(default)] base_url: String,
    #[server(default)] secret: String,
    #[server(default)] drift: String,
    #[server(default)] adopted_days: String,
    #[server(default)] leavers: String,
    #[server(default)] creates_groups: bool,
    #[server(default)] groups: String,
    #[server(default)] per_second: String,
    #[server(default)] kind: String,
    #[server(default)] bind_dn: String,
    #[server(default)] people: String,
    #[server(default)] person_attribute: String,
    #[server(default)] person_by: String,
    #[server(default)] groups_base: String,
    #[server(default)] member_attribute: String,
    #[server(default)] placeholder: String,
) -> Call<Reply> {
    use model::Refusal;
    use model::command::{Command, Done, Secret};
    use model::target::{Directory, Drift, Kind, Leavers, MemberAttribute, PersonBy, SaveTarget};
    let missing = |field: &str, label: &str| Refusal::Required { field: field.to_owned(), label: label.to_owned() };
    let token = (!secret.trim().is_empty()).then_some(Secret(secret));
    let drift = Drift::from_key(&drift).ok_or_else(|| missing("drift", "Unknown access"));
    let is_ldap = kind == LDAP;
    // A directory keeps its people.
    let leavers = if is_ldap { Some(Leavers::Keep) } else { Leavers::from_key(&leavers) };
    let leavers = leavers.ok_or_else(|| missing("leavers", "Accounts without access"));
    let kind = if is_ldap {
        let person_by = PersonBy::from_key(&person_by).ok_or_else(|| missing("person_by", "Compared with"));
        let member_attribute = MemberAttribute::from_key(&member_attribute);
        let member_attribute = member_attribute.ok_or_else(|| missing("member_attribute", "Attribute of members"));
        person_by.and_then(|person_by| {
            let (member_attribute, groups) = (member_attribute?, groups_base);
            let directory = Directory { bind_dn, people, person_attribute, person_by, groups, member_attribute, placeholder };
            Ok(Kind::Ldap(directory))
        })
    } else {
        Ok(Kind::Scim)
    };
    let command = super::id_or_none("target", &target).and_then(|target| {
        let application = super::id_or_none("application", &application)?;
        let (drift, leavers, kind) = (drift?, leavers?, kind?);
        Ok(Command::SaveTarget(SaveTarget {
            target,
            version,
            application,
            name,
            base_url,
            kind,
            token,
            drift,
            adopted_days,
            leavers,
            creates_groups,
            groups,
            per_second,
        }))
    });
    super::reply("save_target", command, |done| match done {
        Done::TargetSaved { target, name } => {
            (format!("“{name}” was saved. Everybody is compared with it now."), format!("{TARGETS}/{target}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "set_target_enabled")]
pub async fn set_target_enabled(target: TargetId, enabled: bool) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("set_target_enabled", Ok(Command::SetTargetEnabled { target, enabled }), |done| match done {
        Done::TargetEnabled { target, name, enabled } => {
            let message = if enabled {
                format!("“{name}” is brought up to date.")
            } else {
                format!("“{name}” was disabled. What people have there stays as it is.")
            };
            (message, format!("{TARGETS}/{target}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// `seen` is how many people the page said have access there.
#[server(prefix = "/api", endpoint = "delete_target")]
pub async fn delete_target(target: TargetId, #[server(default)] seen: usize) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("delete_target", Ok(Command::DeleteTarget { target, seen }), |done| match done {
        Done::TargetDeleted { name } => (format!("“{name}” was deleted."), super::provider::SETTINGS.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "reconcile_target")]
pub async fn reconcile_target(target: TargetId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("reconcile_target", Ok(Command::ReconcileTarget { target }), |done| match done {
        Done::TargetAsked { target, name } => {
            (format!("Everything is compared with “{name}” now."), format!("{TARGETS}/{target}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "retry_target")]
pub async fn retry_target(target: TargetId, user: UserId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("retry_target", Ok(Command::RetryTarget { target, user }), |done| match done {
        Done::TargetAsked { target, name } => (format!("It is tried again at “{name}” now."), format!("{TARGETS}/{target}")),
        _ => super::elsewhere(),
    })
    .await
}

/// `remote` is whom the target means, in the group of `role`.
#[server(prefix = "/api", endpoint = "adopt_access")]
pub async fn adopt_access(
    target: TargetId,
    role: ApplicationRoleId,
    #[server(default)] remote: String,
    #[server(default)] words: String,
) -> Call<Reply> {
    use model::command::{Command, Done};
    use model::target::Unknown;
    let found = Unknown { target, role, remote_id: remote };
    super::reply("adopt_access", Ok(Command::AdoptAccess { found, words }), |done| match done {
        Done::AccessAdopted { target, holder, role, until } => {
            (format!("{holder} holds “{role}” now, until {}.", until.in_sentence()), format!("{TARGETS}/{target}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "remove_unknown_access")]
pub async fn remove_unknown_access(
    target: TargetId,
    role: ApplicationRoleId,
    #[server(default)] remote: String,
    #[server(default)] words: String,
) -> Call<Reply> {
    use model::command::{Command, Done};
    use model::target::Unknown;
    let found = Unknown { target, role, remote_id: remote };
    super::reply("remove_unknown_access", Ok(Command::RemoveUnknownAccess { found, words }), |done| match done {
        Done::AccessRemovalAsked { target, name, called } => {
            (format!("“{called}” is taken out of the group at “{name}” now."), format!("{TARGETS}/{target}"))
        }
        _ => super::elsewhere(),
    })
    .await
}
