//! Access tokens as they come in: which one it is, and whether it counts.

use crate::{Engine, Problem};
use auth::Token;
use model::access_token::{AccessToken, Scope};
use model::limits::ACCESS_TOKEN_TOUCH_SECONDS;
use model::{AccessTokenId, Refusal, Span, Ts};
use store::{Link, access_tokens};

/// Another system that showed a token that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    pub id: AccessTokenId,
    pub name: String,
    pub scope: Scope,
}

impl Engine {
    /// Who shows this token. A token that nobody made counts as a failed try of the address that it comes from; one that is
    /// over or revoked does not, because a system that was not told goes on asking.
    pub async fn bearer(&self, token: &str, from: &str) -> Result<Bearer, Problem> {
        let now = self.inner.clock.now();
        let found = match Token::parse(token) {
            Some(token) => {
                let mut link = self.inner.db.read().await?;
                access_tokens::by_hash(&mut link, &token.hash()).await?
            }
            None => None,
        };
        let Some(found) = found else {
            self.count_wrong_token(from).await?;
            return Err(Refusal::TokenRefused.into());
        };
        if !rules::access_token::is_good(&found, now) {
            return Err(Refusal::TokenRefused.into());
        }
        let AccessToken { id, name, scope, last_used_at, .. } = found;
        if last_used_at.is_none_or(|used| now.since(used) > Span::seconds(ACCESS_TOKEN_TOUCH_SECONDS)) {
            let mut link = self.inner.db.begin().await?;
            access_tokens::used(&mut link, id, now).await?;
            link.commit().await?;
        }
        Ok(Bearer { id, name, scope })
    }
}

/// Refuses a token that was revoked or ran out since it was read: what came with it may have taken a while to arrive.
pub(crate) async fn is_good_still(link: &mut Link, bearer: &Bearer, now: Ts) -> Result<(), Problem> {
    match access_tokens::get(link, bearer.id).await? {
        Some(found) if rules::access_token::is_good(&found, now) => Ok(()),
        _ => Err(Refusal::TokenRefused.into()),
    }
}
