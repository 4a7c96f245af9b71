//! Tokens with which an identity provider says that somebody signed out there (OpenID Connect Back-Channel Logout). They are
//! signed as ID tokens are, and must not be taken for one, nor an ID token for one of them.

use crate::id_token::{Keys, OneOrMany, SKEW_SECONDS, Wrong, is_name, seconds, signed};
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::{Map, Value};

/// A token that was made longer ago than this says nothing any more. Providers send them at once.
pub const KEPT_SECONDS: i64 = 10 * 60;
/// What a token has to say.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Whose sessions are over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logout {
    /// Who signed out, when all of their sessions are meant or it is said besides.
    pub subject: Option<String>,
    /// The sign-in that is over.
    pub session: Option<String>,
    /// A hash of its own name, which counts once.
    pub id: [u8; 32],
}

#[derive(Deserialize)]
struct Payload {
    iss: String,
    aud: OneOrMany,
    iat: f64,
    exp: Option<f64>,
    jti: Option<String>,
    sub: Option<String>,
    sid: Option<String>,
    nonce: Option<Value>,
    #[serde(default)]
    events: Map<String, Value>,
}

/// Reads a token that has to come from this issuer and be for this client. `now` is in seconds since the epoch.
pub fn verify(token: &str, keys: &Keys, issuer: &str, client_id: &str, now: i64) -> Result<Logout, Wrong> {
    let (payload, _): (Payload, String) = signed(token, keys)?;
    if payload.iss != issuer {
        return Err(Wrong::Issuer);
    }
    if !payload.aud.all().iter().any(|one| one == client_id) {
        return Err(Wrong::Audience);
    }
    // Whoever could send the token of a sign-in here would sign people out with it.
    if payload.nonce.is_some() || !payload.events.get(EVENT).is_some_and(Value::is_object) {
        return Err(Wrong::Event);
    }
    let made = seconds(payload.iat)?;
    if now.saturating_add(SKEW_SECONDS) < made {
        return Err(Wrong::NotYet);
    }
    let over = payload.exp.map(seconds).transpose()?.is_some_and(|end| now >= end.saturating_add(SKEW_SECONDS));
    if over || now.saturating_sub(made) > KEPT_SECONDS {
        return Err(Wrong::Expired);
    }
    let id = payload.jti.filter(|id| is_name(id)).ok_or(Wrong::TokenId)?;
    let said = payload.sub.is_some() || payload.sid.is_some();
    if !said || ![&payload.sub, &payload.sid].into_iter().flatten().all(|name| is_name(name)) {
        return Err(Wrong::Subject);
    }
    Ok(Logout { subject: payload.sub, session: payload.sid, id: name_hash(issuer, &id) })
}

/// Names of tokens are an issuer's own.
fn name_hash(issuer: &str, id: &str) -> [u8; 32] {
    let hash = digest(&SHA256, &[issuer.as_bytes(), id.as_bytes()].join(&0));
    hash.as_ref().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
