//! Access tokens: what one may be like, and whether it still counts.

use crate::form::text;
use crate::user::folded;
use model::access_token::{AccessToken, MakeAccessToken, Scope};
use model::event::Action;
use model::limits::{ACCESS_TOKEN_DAYS_MAX, ACCESS_TOKENS_MAX, NAME_MAX_CHARS};
use model::{AccessTokenId, Refusal, Span, Ts, UserId};

/// The token that is made. `all` is every token there is.
pub fn make(
    id: AccessTokenId,
    asked: &MakeAccessToken,
    by: UserId,
    all: &[AccessToken],
    now: Ts,
) -> Result<(AccessToken, Action), Refusal> {
    let name = text("name", "Name", &asked.name, true, NAME_MAX_CHARS)?;
    if !(1..=ACCESS_TOKEN_DAYS_MAX).contains(&asked.days) {
        let message = format!("A token is good for 1 to {ACCESS_TOKEN_DAYS_MAX} days. Write a number of days between them.");
        return Err(Refusal::Malformed { field: "days".to_owned(), message });
    }
    let good = || all.iter().filter(|token| is_good(token, now));
    // Two of a name could not be told apart in the history.
    if let Some(other) = good().find(|other| folded(&other.name) == folded(&name)) {
        return Err(Refusal::NameTaken { field: "name", label: "Name", name: other.name.clone() });
    }
    if good().count() >= ACCESS_TOKENS_MAX {
        return Err(Refusal::TooManyTokens { limit: ACCESS_TOKENS_MAX });
    }
    let token = AccessToken {
        id,
        name,
        scope: asked.scope,
        created_by: by,
        created_at: now,
        expires_at: now + Span::days(asked.days),
        last_used_at: None,
        revoked_at: None,
    };
    let (name, scope, expires_at) = (token.name.clone(), token.scope, token.expires_at);
    Ok((token, Action::AccessTokenMade { token: id, name, scope, expires_at }))
}

/// Revokes a token; nothing when it was revoked before.
pub fn revoke(before: &AccessToken, now: Ts) -> Option<(AccessToken, Action)> {
    if before.revoked_at.is_some() {
        return None;
    }
    let action = Action::AccessTokenRevoked { token: before.id, name: before.name.clone() };
    Some((AccessToken { revoked_at: Some(now), ..before.clone() }, action))
}

/// Whether a token opens anything.
pub fn is_good(token: &AccessToken, now: Ts) -> bool {
    token.revoked_at.is_none() && now < token.expires_at
}

/// Whether a token may change what it reaches.
pub fn writes(scope: Scope) -> bool {
    match scope {
        Scope::Scim => true,
        Scope::ScimRead => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, user};

    const NOW: Ts = Ts(1_700_000_000_000);

    fn asked(name: &str, days: i64) -> MakeAccessToken {
        MakeAccessToken { name: name.to_owned(), scope: Scope::Scim, days }
    }

    fn made(name: &str, days: i64, all: &[AccessToken]) -> Result<AccessToken, Refusal> {
        make(AccessTokenId(id(1)), &asked(name, days), user(1), all, NOW).map(|(token, _)| token)
    }

    #[test]
    fn no_token_is_good_for_longer_than_a_year_or_has_no_name() {
        assert!(made(" ", 30, &[]).is_err());
        for days in [0, -1, ACCESS_TOKEN_DAYS_MAX + 1, i64::MAX, i64::MIN] {
            assert_eq!(made("Entra", days, &[]).unwrap_err().field(), Some("days"), "{days}");
        }
        assert!(made("Entra", ACCESS_TOKEN_DAYS_MAX, &[]).is_ok());
    }

    #[test]
    fn two_good_tokens_have_two_names_and_there_are_only_so_many() {
        let there = made("Entra", 1, &[]).unwrap();
        assert!(matches!(made(" entra ", 1, std::slice::from_ref(&there)), Err(Refusal::NameTaken { .. })));
        let (gone, _) = revoke(&there, NOW).unwrap();
        assert!(made("Entra", 1, &[gone]).is_ok(), "the name is free again");
        let many: Vec<AccessToken> =
            (0..ACCESS_TOKENS_MAX).map(|n| AccessToken { name: format!("Token {n}"), ..there.clone() }).collect();
        assert_eq!(made("Another", 1, &many), Err(Refusal::TooManyTokens { limit: ACCESS_TOKENS_MAX }));
    }

    #[test]
    fn a_token_counts_until_it_is_over_or_revoked() {
        let token = made("Entra", 1, &[]).unwrap();
        assert!(is_good(&token, NOW));
        assert!(is_good(&token, Ts(token.expires_at.0 - 1)));
        assert!(!is_good(&token, token.expires_at), "the instant of its end is over");
        let (revoked, _) = revoke(&token, NOW).unwrap();
        assert!(!is_good(&revoked, NOW));
        assert_eq!(revoke(&revoked, NOW), None, "once");
    }
}
