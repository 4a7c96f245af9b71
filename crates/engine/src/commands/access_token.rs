//! Access tokens: making and revoking them.

use super::allowed;
use crate::change::Change;
use crate::{Fault, Problem};
use auth::Token;
use model::command::{Command, Done, Secret};
use model::{AccessTokenId, Refusal};
use store::access_tokens;

/// More than this many are never looked at together: good ones come first.
const LOOKED_AT: usize = 500;

/// Makes a token. It is shown in the answer, and only its hash is kept.
pub async fn make(change: &mut Change<'_>, command: &Command, token: &Token) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Command::MakeAccessToken(asked) = command else {
        return Err(Fault::new("making an access token", "another command").into());
    };
    let by = change.person().ok_or(Refusal::SignInNeeded)?;
    let all = access_tokens::list(&mut change.link, change.now, LOOKED_AT).await?;
    let (made, action) = rules::access_token::make(AccessTokenId(change.id()), asked, by, &all, change.now)?;
    access_tokens::insert(&mut change.link, &made, &token.hash()).await?;
    change.record(None, [action]);
    Ok(Done::AccessTokenMade { token: made.id, name: made.name, secret: Secret(token.expose().to_owned()) })
}

pub async fn revoke(change: &mut Change<'_>, command: &Command, id: AccessTokenId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let before = access_tokens::get(&mut change.link, id).await?.ok_or(Refusal::NotFound { what: "access token" })?;
    let name = before.name.clone();
    if let Some((_, action)) = rules::access_token::revoke(&before, change.now)
        && access_tokens::revoke(&mut change.link, id, change.now).await?
    {
        change.record(None, [action]);
    }
    Ok(Done::AccessTokenRevoked { name })
}
