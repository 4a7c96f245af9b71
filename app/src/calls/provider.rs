//! Identity providers: setting them, and ending links to them.

use super::{Call, Reply};
use leptos::prelude::*;
use model::{ProviderId, UserId};

/// `/admin/settings`
pub const SETTINGS: &str = "/admin/settings";
/// Below it are the providers, one by one.
pub const SIGN_IN: &str = "/admin/settings/sign-in";

/// `provider` is empty for a new one. An empty secret stays as it is; `without` says that the client has none.
#[server(prefix = "/api", endpoint = "save_provider")]
pub async fn save_provider(
    #[server(default)] provider: String,
    #[server(default)] version: i64,
    #[server(default)] name: String,
    #[server(default)] issuer: String,
    #[server(default)] client_id: String,
    #[server(default)] client_secret: String,
    #[server(default)] without: bool,
    #[server(default)] scopes: String,
    #[server(default)] joining: String,
    #[server(default)] multifactor: String,
    #[server(default)] passkey: String,
) -> Call<Reply> {
    use model::Refusal;
    use model::command::{Command, Done, Secret};
    use model::provider::{Joining, NewSecret, SaveProvider};
    let secret = match (without, client_secret.trim().is_empty()) {
        (true, _) => NewSecret::Without,
        (false, true) => NewSecret::Keep,
        (false, false) => NewSecret::Set(Secret(client_secret)),
    };
    let joining =
        Joining::from_key(&joining).ok_or(Refusal::Required { field: "joining".to_owned(), label: "Who may sign in".to_owned() });
    let command = super::id_or_none("provider", &provider).and_then(|provider| {
        let joining = joining?;
        let asked = SaveProvider { provider, version, name, issuer, client_id, secret, scopes, joining, multifactor, passkey };
        Ok(Command::SaveProvider(asked))
    });
    super::reply("save_provider", command, |done| match done {
        Done::ProviderSaved { provider, name } => (format!("“{name}” was saved."), format!("{SIGN_IN}/{provider}")),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "set_provider_enabled")]
pub async fn set_provider_enabled(provider: ProviderId, enabled: bool) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("set_provider_enabled", Ok(Command::SetProviderEnabled { provider, enabled }), |done| match done {
        Done::ProviderEnabled { provider, name, enabled, sessions_ended } => {
            let ended = model::time::count(i64::try_from(sessions_ended).unwrap_or(0), "session");
            let message = if enabled {
                format!("People can sign in with “{name}” again.")
            } else {
                format!("“{name}” was disabled. {ended} ended.")
            };
            (message, format!("{SIGN_IN}/{provider}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// `seen` is how many people the page said are linked.
#[server(prefix = "/api", endpoint = "delete_provider")]
pub async fn delete_provider(provider: ProviderId, #[server(default)] seen: usize) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("delete_provider", Ok(Command::DeleteProvider { provider, seen }), |done| match done {
        Done::ProviderDeleted { name } => (format!("“{name}” was deleted."), SETTINGS.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

/// One's own link, or that of somebody else by an administrator.
#[server(prefix = "/api", endpoint = "unlink_provider")]
pub async fn unlink_provider(provider: ProviderId, user: UserId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("unlink_provider", Ok(Command::UnlinkProvider { provider, user }), |done| match done {
        Done::ProviderUnlinked { name, mine: true, .. } => {
            (format!("Your link to “{name}” was removed."), "/my-security".to_owned())
        }
        Done::ProviderUnlinked { user, name, mine: false } => {
            (format!("The link to “{name}” was removed. They were told by letter."), format!("/admin/users/{user}?tab=profile"))
        }
        _ => super::elsewhere(),
    })
    .await
}
