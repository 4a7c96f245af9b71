//! Separation of duties: saying what nobody may have together with a package.

use super::{Call, Reply};
use leptos::prelude::*;
use model::PackageId;

/// `with` is kind and id.
#[server(prefix = "/api", endpoint = "add_incompatible")]
pub async fn add_incompatible(package: PackageId, #[server(default)] with: String) -> Call<Reply> {
    use model::command::{Command, Done};
    let command = read_with(&with).map(|with| Command::AddIncompatible { package, with });
    super::reply("add_incompatible", command, |done| match done {
        Done::IncompatibleAdded { package, name } => {
            (format!("Nobody gets this package any more who has “{name}”, nor the other way round."), tab_of(package))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "remove_incompatible")]
pub async fn remove_incompatible(package: PackageId, #[server(default)] with: String) -> Call<Reply> {
    use model::command::{Command, Done};
    let command = read_with(&with).map(|with| Command::RemoveIncompatible { package, with });
    super::reply("remove_incompatible", command, |done| match done {
        Done::IncompatibleRemoved { package, name } => {
            let what = if name.is_empty() { "It".to_owned() } else { format!("“{name}”") };
            (format!("{what} is no longer incompatible with this package."), tab_of(package))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
fn read_with(text: &str) -> Result<model::separation::Incompatible, model::Refusal> {
    text.parse().map_err(|()| model::Refusal::Required { field: "with".to_owned(), label: "Package or group".to_owned() })
}

#[cfg(feature = "ssr")]
fn tab_of(package: PackageId) -> String {
    format!("/admin/packages/{package}?tab=separation")
}
