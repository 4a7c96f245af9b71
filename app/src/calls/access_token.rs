//! Access tokens: revoking them. They are made by a form that the server itself answers, because it shows the token.

use super::{Call, Reply};
use leptos::prelude::*;
use model::AccessTokenId;

/// `/admin/settings/tokens`
pub const TOKENS: &str = "/admin/settings/tokens";

#[server(prefix = "/api", endpoint = "revoke_access_token")]
pub async fn revoke_access_token(token: AccessTokenId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("revoke_access_token", Ok(Command::RevokeAccessToken { token }), |done| match done {
        Done::AccessTokenRevoked { name } => {
            (format!("“{name}” was revoked. Whoever uses it is refused from now on."), TOKENS.to_owned())
        }
        _ => super::elsewhere(),
    })
    .await
}
