//! Administration of catalogs.

use super::{Call, Reply};
use leptos::prelude::*;
use model::CatalogId;

/// One form makes and edits: without `catalog` it makes one.
#[server(prefix = "/api", endpoint = "save_catalog")]
pub async fn save_catalog(
    #[server(default)] catalog: Option<CatalogId>,
    #[server(default)] version: i64,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] enabled: bool,
) -> Call<Reply> {
    use model::catalog::CatalogFields;
    use model::command::{Command, Done};
    let fields = CatalogFields { name, description, enabled };
    let command = match catalog {
        None => Command::CreateCatalog(fields),
        Some(catalog) => Command::EditCatalog { catalog, version, fields },
    };
    super::reply("save_catalog", Ok(command), |done| match done {
        Done::CatalogSaved { catalog, name } => {
            (format!("The catalog “{name}” was saved."), format!("/admin/catalogs/{catalog}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "delete_catalog")]
pub async fn delete_catalog(catalog: CatalogId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("delete_catalog", Ok(Command::DeleteCatalog { catalog }), |done| match done {
        Done::CatalogDeleted { name, sees_list } => {
            let next = if sees_list { "/admin/catalogs" } else { "/my-access" };
            (format!("The catalog “{name}” was deleted."), next.to_owned())
        }
        _ => super::elsewhere(),
    })
    .await
}

/// `resource` is kind and id.
#[server(prefix = "/api", endpoint = "add_catalog_resource")]
pub async fn add_catalog_resource(catalog: CatalogId, #[server(default)] resource: String) -> Call<Reply> {
    use model::command::{Command, Done};
    let command = read_resource(&resource).map(|resource| Command::AddCatalogResource { catalog, resource });
    super::reply("add_catalog_resource", command, |done| match done {
        Done::CatalogResourceAdded { catalog, name } => {
            (format!("“{name}” is a resource of the catalog now."), format!("/admin/catalogs/{catalog}?tab=resources"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "remove_catalog_resource")]
pub async fn remove_catalog_resource(catalog: CatalogId, #[server(default)] resource: String) -> Call<Reply> {
    use model::command::{Command, Done};
    let command = read_resource(&resource).map(|resource| Command::RemoveCatalogResource { catalog, resource });
    super::reply("remove_catalog_resource", command, |done| match done {
        Done::CatalogResourceRemoved { catalog, name } => {
            (format!("“{name}” was removed from the catalog."), format!("/admin/catalogs/{catalog}?tab=resources"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
fn read_resource(text: &str) -> Result<model::directory::Resource, model::Refusal> {
    text.parse().map_err(|()| model::Refusal::Required { field: "resource".to_owned(), label: "Resource".to_owned() })
}

/// `holder` is `user:` or `group:` and the id, `role` the key of the role.
#[server(prefix = "/api", endpoint = "give_catalog_role")]
pub async fn give_catalog_role(
    catalog: CatalogId,
    #[server(default)] holder: String,
    #[server(default)] role: String,
) -> Call<Reply> {
    use model::command::{Command, Done};
    let command = read_holder("holder", &holder)
        .and_then(|holder| Ok(Command::GiveCatalogRole { catalog, holder, role: read_role(&role)? }));
    super::reply("give_catalog_role", command, |done| match done {
        Done::CatalogRoleGiven { catalog, name, role } => {
            (format!("{name} is {} now.", role.name()), format!("/admin/catalogs/{catalog}?tab=roles"))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// `given` is the key of the role, a colon, and the holder.
#[server(prefix = "/api", endpoint = "take_catalog_role")]
pub async fn take_catalog_role(catalog: CatalogId, #[server(default)] given: String) -> Call<Reply> {
    use model::command::{Command, Done};
    let (role, holder) = given.split_once(':').unwrap_or_default();
    let command =
        read_holder("given", holder).and_then(|holder| Ok(Command::TakeCatalogRole { catalog, holder, role: read_role(role)? }));
    super::reply("take_catalog_role", command, |done| match done {
        Done::CatalogRoleTaken { catalog, name, role } => {
            (format!("{name} is no longer {}.", role.name()), format!("/admin/catalogs/{catalog}?tab=roles"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
fn read_holder(field: &str, text: &str) -> Result<model::catalog::Holder, model::Refusal> {
    text.parse().map_err(|()| model::Refusal::Required { field: field.to_owned(), label: "Person or group".to_owned() })
}

#[cfg(feature = "ssr")]
fn read_role(key: &str) -> Result<model::catalog::CatalogRole, model::Refusal> {
    model::catalog::CatalogRole::from_key(key)
        .ok_or_else(|| model::Refusal::Required { field: "role".to_owned(), label: "Role".to_owned() })
}
