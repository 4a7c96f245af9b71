//! The key of a server fits its database, or the server does not start: with another key everything that is sealed would
//! look broken, and what is sealed anew would be lost to all other servers.

use crate::{Engine, Fault};
pub use auth::seal::Keys;
use auth::seal::Place;
use model::command::Secret;
use store::{Db, sessions};

/// A text that the first server sealed, to know its key by.
const CHECK: &str = "secrets_check";

/// Whether keys belong to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    Right,
    /// No server ever sealed anything in it.
    New,
    Wrong,
}

/// Looks, and changes nothing.
pub async fn fit(db: &Db, keys: &Keys) -> Result<Fit, Fault> {
    let mut link = db.read().await?;
    Ok(match sessions::fact(&mut link, CHECK).await? {
        None => Fit::New,
        Some(check) if keys.opens_check(&check) => Fit::Right,
        Some(_) => Fit::Wrong,
    })
}

/// Looks, and makes a new database know these keys. Of two servers that do so at the same moment one is right.
pub async fn begin(db: &Db, keys: &Keys) -> Result<Fit, Fault> {
    let check = keys.new_check().map_err(|error| Fault::new("sealing with the key", error))?;
    let mut link = db.begin().await?;
    sessions::first_fact(&mut link, CHECK, &check).await?;
    link.commit().await?;
    fit(db, keys).await
}

/// Seals a text for its place.
pub(crate) fn sealed(keys: &Keys, place: Place<'_>, text: &str) -> Result<Vec<u8>, Fault> {
    keys.seal(text.as_bytes(), place).map_err(|error| fault("sealing a secret", place, error))
}

/// The text that was sealed for a place.
pub(crate) fn opened(keys: &Keys, place: Place<'_>, sealed: &[u8]) -> Result<Secret, Fault> {
    let doing = "opening a secret";
    let opened = keys.open(sealed, place).map_err(|error| fault(doing, place, error))?;
    String::from_utf8(opened).map(Secret).map_err(|_| fault(doing, place, "it is no text"))
}

fn fault(doing: &'static str, place: Place<'_>, why: impl std::fmt::Display) -> Fault {
    Fault::new(doing, format!("{} of {}: {why}", place.column, place.table))
}

impl Engine {
    /// Seals with the first key whatever was sealed with another: afterwards the others are no longer needed. How many
    /// secrets it was.
    pub async fn seal_anew(&self) -> Result<usize, Fault> {
        let mut link = self.inner.db.begin().await?;
        if let Some(check) = sessions::fact(&mut link, CHECK).await?
            && !self.inner.keys.is_current_check(&check)
        {
            let check = self.inner.keys.new_check().map_err(|error| Fault::new("sealing with the key", error))?;
            sessions::set_fact(&mut link, CHECK, &check).await?;
        }
        let providers = crate::provider::seal_anew(&mut link, &self.inner.keys).await?;
        let apps = crate::authenticator::seal_anew(&mut link, &self.inner.keys).await?;
        let targets = crate::target::seal_anew(&mut link, &self.inner.keys).await?;
        let imports = crate::import::seal_anew(&mut link, &self.inner.keys).await?;
        let mail = crate::mail::seal_anew(&mut link, &self.inner.keys).await?;
        let count = providers + apps + targets + imports + mail + crate::webhook::seal_anew(&mut link, &self.inner.keys).await?;
        link.commit().await?;
        Ok(count)
    }
}
