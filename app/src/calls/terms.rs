//! Terms of use: writing them.

use super::{Call, Reply};
use leptos::prelude::*;

/// `/admin/roles/terms`
pub const TERMS: &str = "/admin/roles/terms";

/// `terms` is empty for new ones.
#[server(prefix = "/api", endpoint = "save_terms")]
pub async fn save_terms(
    #[server(default)] terms: String,
    #[server(default)] version: i64,
    #[server(default)] name: String,
    #[server(default)] text: String,
) -> Call<Reply> {
    use model::command::{Command, Done};
    use model::terms::SaveTerms;
    let command = super::id_or_none("terms", &terms).map(|terms| Command::SaveTerms(SaveTerms { terms, version, name, text }));
    super::reply("save_terms", command, |done| match done {
        Done::TermsSaved { name } => (format!("The terms of use “{name}” were saved."), TERMS.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}
