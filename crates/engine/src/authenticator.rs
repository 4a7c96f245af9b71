//! Secrets of authenticator apps: how they are shown once, and how they are kept sealed.

use crate::{Fault, Problem};
use auth::seal::{Keys, Place};
use auth::totp::Authenticator;
use model::UserId;
use store::{Link, proofs};

/// How many secrets are looked at in one go when they are sealed anew.
const SEALED_AT_ONCE: usize = 500;

/// An authenticator app that is being set up. It is shown and forgotten, and stands in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The secret as people type it.
    pub text: String,
    /// A picture for cameras: its width in dots, and the dark ones as the path of an SVG.
    pub picture: (u32, String),
}

pub(crate) fn app(secret: &[u8], account: &str) -> Result<Authenticator, Fault> {
    Authenticator::new(secret, account).map_err(|error| Fault::new("reading the secret of an authenticator app", error))
}

pub(crate) fn enrolment(secret: &[u8], account: &str) -> Result<Enrolment, Problem> {
    let app = app(secret, account)?;
    let drawn = app.url().and_then(|url| auth::totp::picture(&url));
    let picture = drawn.map_err(|error| Fault::new("drawing the picture of a secret", error))?;
    Ok(Enrolment { text: app.text(), picture })
}

/// Where the secret of somebody's authenticator app is kept, and where that of one that is being set up in a session.
pub(crate) fn kept_of(user: &UserId) -> Place<'_> {
    Place { table: "authenticators", column: "secret", row: user.0.as_bytes() }
}

pub(crate) fn being_set_up(session: &[u8]) -> Place<'_> {
    Place { table: "ceremonies", column: "remembered", row: session }
}

pub(crate) fn sealed(keys: &Keys, secret: &[u8], place: Place<'_>) -> Result<Vec<u8>, Fault> {
    keys.seal(secret, place).map_err(|error| Fault::new("sealing the secret of an authenticator app", error))
}

pub(crate) fn opened(keys: &Keys, sealed: &[u8], place: Place<'_>) -> Result<Vec<u8>, Fault> {
    keys.open(sealed, place).map_err(|error| Fault::new("opening the secret of an authenticator app", error))
}

/// Seals the secrets of authenticator apps that an older program kept as they are, and anew those that were sealed with
/// another key; how many.
pub async fn seal_anew(link: &mut Link, keys: &Keys) -> Result<usize, Fault> {
    let (mut count, mut after) = (0, UserId::default());
    loop {
        let page = proofs::authenticators(link, after, SEALED_AT_ONCE).await?;
        let Some((last, ..)) = page.last() else { return Ok(count) };
        after = *last;
        for (user, secret, is_sealed) in page {
            let secret = match is_sealed {
                true if keys.is_current(&secret) => continue,
                true => opened(keys, &secret, kept_of(&user))?,
                false => secret,
            };
            proofs::keep_authenticator(link, user, &sealed(keys, &secret, kept_of(&user))?, true).await?;
            count += 1;
        }
    }
}
