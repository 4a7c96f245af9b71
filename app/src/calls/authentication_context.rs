//! Authentication contexts: making, changing and deleting them.

use super::{Call, Reply};
use leptos::prelude::*;
use model::AuthenticationContextId;

/// `/admin/roles/contexts`
pub const CONTEXTS: &str = "/admin/roles/contexts";

/// `context` is empty for a new one, `strength` is `sign_in`, `multifactor` or `passkey`.
#[server(prefix = "/api", endpoint = "save_authentication_context")]
pub async fn save_authentication_context(
    #[server(default)] context: String,
    #[server(default)] version: i64,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] strength: String,
    #[server(default)] minutes: String,
    #[server(default)] terms: String,
) -> Call<Reply> {
    use model::Refusal;
    use model::authentication_context::SaveAuthenticationContext;
    use model::command::{Command, Done};
    use model::proof::Strength;
    let command = || {
        let needed = || Refusal::Required { field: "strength".to_owned(), label: "Strength".to_owned() };
        Ok(Command::SaveAuthenticationContext(SaveAuthenticationContext {
            context: super::id_or_none("context", &context)?,
            version,
            name,
            description,
            strength: Strength::from_key(&strength).ok_or_else(needed)?,
            minutes: super::whole("minutes", "Not older than", &minutes)?,
            terms: super::id_or_none("terms", &terms)?,
        }))
    };
    super::reply("save_authentication_context", command(), |done| match done {
        Done::AuthenticationContextSaved { name } => {
            (format!("The authentication context “{name}” was saved."), CONTEXTS.to_owned())
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "delete_authentication_context")]
pub async fn delete_authentication_context(context: AuthenticationContextId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("delete_authentication_context", Ok(Command::DeleteAuthenticationContext { context }), |done| match done {
        Done::AuthenticationContextDeleted { name } => {
            (format!("The authentication context “{name}” was deleted."), CONTEXTS.to_owned())
        }
        _ => super::elsewhere(),
    })
    .await
}
