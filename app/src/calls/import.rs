//! Imports: setting them, and having them run.

use super::{Call, Reply};
use leptos::prelude::*;
use model::ImportId;

/// Below it are the imports, one by one.
pub const IMPORTS: &str = "/admin/settings/imports";

/// `import` is empty for a new one. `secret` is its password; an empty one stays as it is. A field of this name is kept nowhere.
#[server(prefix = "/api", endpoint = "save_import")]
pub async fn save_import(
    #[server(default)] import: String,
    #[server(default)] version: i64,
    #[server(default)] name: String,
    #[server(default)] address: String,
    #[server(default)] bind_dn: String,
    #[server(default)] secret: String,
    #[server(default)] people_base: String,
    #[server(default)] people_filter: String,
    #[server(default)] disabled_filter: String,
    #[server(default)] id_attribute: String,
    #[server(default)] user_name: String,
    #[server(default)] display_name: String,
    #[server(default)] mail: String,
    #[server(default)] manager: String,
    #[server(default)] profile: String,
    #[server(default)] takes_groups: bool,
    #[server(default)] groups_base: String,
    #[server(default)] groups_filter: String,
    #[server(default)] group_name: String,
    #[server(default)] member: String,
    #[server(default)] every: String,
    #[server(default)] leavers: String,
    #[server(default)] existing: String,
    #[server(default)] percent: String,
) -> Call<Reply> {
    use model::Refusal;
    use model::command::{Command, Done, Secret};
    use model::import::{Every, Existing, Leavers, SaveImport, Typed};
    let missing = |field: &str, label: &str| Refusal::Required { field: field.to_owned(), label: label.to_owned() };
    let password = (!secret.trim().is_empty()).then_some(Secret(secret));
    let command = super::id_or_none("import", &import).and_then(|import| {
        let every = Every::from_key(&every).ok_or_else(|| missing("every", "Runs"))?;
        let leavers = Leavers::from_key(&leavers).ok_or_else(|| missing("leavers", "People who are no longer found"))?;
        let existing = Existing::from_key(&existing).ok_or_else(|| missing("existing", "Accounts that are here already"))?;
        let typed = Typed {
            address,
            bind_dn,
            people_base,
            people_filter,
            disabled_filter,
            id_attribute,
            user_name,
            display_name,
            mail,
            manager,
            profile,
            groups_base,
            groups_filter,
            group_name,
            member,
            percent,
        };
        let asked = SaveImport { import, version, name, password, typed, takes_groups, every, leavers, existing };
        Ok(Command::SaveImport(Box::new(asked)))
    });
    super::reply("save_import", command, |done| match done {
        Done::ImportSaved { import, name } => {
            (format!("“{name}” was saved. Look at the preview before you run it."), format!("{IMPORTS}/{import}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "set_import_enabled")]
pub async fn set_import_enabled(import: ImportId, enabled: bool) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("set_import_enabled", Ok(Command::SetImportEnabled { import, enabled }), |done| match done {
        Done::ImportEnabled { import, name, enabled } => {
            let message = if enabled {
                format!("“{name}” runs again as it is set.")
            } else {
                format!("“{name}” was disabled. Whoever came from it stays as they are.")
            };
            (message, format!("{IMPORTS}/{import}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// `seen` is how many people the page said come from it.
#[server(prefix = "/api", endpoint = "delete_import")]
pub async fn delete_import(import: ImportId, #[server(default)] seen: usize) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("delete_import", Ok(Command::DeleteImport { import, seen }), |done| match done {
        Done::ImportDeleted { name } => (format!("“{name}” was deleted."), super::provider::SETTINGS.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

/// With `confirmed`, so many people may be disabled and so many memberships taken away.
#[server(prefix = "/api", endpoint = "run_import")]
pub async fn run_import(
    import: ImportId,
    #[server(default)] confirmed: bool,
    #[server(default)] disabled: usize,
    #[server(default)] removed: usize,
) -> Call<Reply> {
    use model::command::{Command, Done};
    use model::import::Confirmed;
    let confirmed = confirmed.then_some(Confirmed { disabled, removed });
    super::reply("run_import", Ok(Command::RunImport { import, confirmed }), |done| match done {
        Done::ImportAsked { import, name } => {
            (format!("“{name}” runs now. This page tells how it ended."), format!("{IMPORTS}/{import}"))
        }
        _ => super::elsewhere(),
    })
    .await
}
