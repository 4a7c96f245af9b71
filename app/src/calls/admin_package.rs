//! Administration of access packages.

use super::{Call, Reply};
use leptos::prelude::*;
use model::{CatalogId, PackageId, PolicyId};

#[server(prefix = "/api", endpoint = "save_package")]
pub async fn save_package(
    package: PackageId,
    #[server(default)] version: i64,
    catalog: CatalogId,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] hidden: bool,
) -> Call<Reply> {
    use model::catalog::PackageFields;
    use model::command::{Command, Done};
    let fields = PackageFields { catalog, name, description, hidden };
    super::reply("save_package", Ok(Command::EditPackage { package, version, fields }), |done| match done {
        Done::PackageSaved { package, name } => (format!("“{name}” was saved."), format!("/admin/packages/{package}")),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "delete_package")]
pub async fn delete_package(package: PackageId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("delete_package", Ok(Command::DeletePackage { package }), |done| match done {
        Done::PackageDeleted { catalog, name } => (format!("“{name}” was deleted."), format!("/admin/catalogs/{catalog}")),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "add_package_role")]
pub async fn add_package_role(package: PackageId, #[server(default)] role: String) -> Call<Reply> {
    use model::command::{Command, Done};
    use model::time::people_or_nobody;
    let command = read_role(&role).map(|role| Command::AddPackageRole { package, role });
    super::reply("add_package_role", command, |done| match done {
        Done::PackageRoleAdded { package, name, people } => {
            (format!("“{name}” was added. {} got it.", people_or_nobody(people)), roles_of(package))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "remove_package_role")]
pub async fn remove_package_role(package: PackageId, #[server(default)] role: String) -> Call<Reply> {
    use model::command::{Command, Done};
    use model::time::people_or_nobody;
    let command = read_role(&role).map(|role| Command::RemovePackageRole { package, role });
    super::reply("remove_package_role", command, |done| match done {
        Done::PackageRoleRemoved { package, name, people } => {
            (format!("“{name}” was removed. It was taken from {}.", people_or_nobody(people).to_lowercase()), roles_of(package))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "delete_policy")]
pub async fn delete_policy(package: PackageId, policy: PolicyId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("delete_policy", Ok(Command::DeletePolicy { package, policy }), |done| match done {
        Done::PolicyDeleted { package, name } => {
            (format!("The policy “{name}” was deleted."), format!("/admin/packages/{package}?tab=policies"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
fn roles_of(package: PackageId) -> String {
    format!("/admin/packages/{package}?tab=roles")
}

#[cfg(feature = "ssr")]
pub(super) fn read_role(text: &str) -> Result<model::package::PackageRole, model::Refusal> {
    text.parse().map_err(|()| model::Refusal::Required { field: "role".to_owned(), label: "Resource role".to_owned() })
}
