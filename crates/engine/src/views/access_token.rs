//! Access tokens, as administrators see them.

use super::Asking;
use crate::Problem;
use model::UserId;
use model::view::Badge;
use model::view::access_token::{AccessTokens, Row};
use store::{access_tokens, users};

/// Those that are good, and some that were.
const ROWS: usize = 100;

pub async fn list(asking: &mut Asking<'_>) -> Result<AccessTokens, Problem> {
    let all = access_tokens::list(&mut asking.link, asking.now, ROWS).await?;
    let makers: Vec<UserId> = all.iter().map(|token| token.created_by).collect();
    let names = users::names(&mut asking.link, &makers).await?;
    let rows = all.into_iter().map(|token| {
        let good = rules::access_token::is_good(&token, asking.now);
        let state = match (good, token.revoked_at) {
            (true, _) => Badge::new("Good", "good"),
            (false, Some(_)) => Badge::new("Revoked", "bad"),
            (false, None) => Badge::new("Expired", "plain"),
        };
        let made_by = names.get(&token.created_by).cloned().unwrap_or_default();
        Row { token, made_by, state, good }
    });
    let address = crate::provisioning::base(asking.settings);
    Ok(AccessTokens { rows: rows.collect(), may_change: rules::access::changes_settings(asking.visitor), address })
}
