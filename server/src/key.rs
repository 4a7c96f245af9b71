//! The key that seals secrets: found where the settings say, made by the first start, and compared with the database.

use crate::config::Settings;
use crate::failure::Failure;
use engine::secrets::{Fit, Keys};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use store::Db;

/// Where the settings have the key.
enum Place {
    Setting,
    File(PathBuf),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Setting => f.write_str("secrets.key"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// The key of this server and this database. Made when neither has one yet and none was named.
pub async fn keys(settings: &Settings, db: &Db) -> Result<Keys, Failure> {
    let (place, found) = find(settings)?;
    let keys = match (found, &place) {
        (Some(keys), _) => keys,
        (None, Place::File(path)) if settings.secrets.key_file.is_none() && is_new(db).await? => make(path)?,
        (None, place) => return Err(Failure::Failed(missing(place))),
    };
    match engine::secrets::begin(db, &keys).await.map_err(|fault| Failure::doing("compare the key with the database", fault))? {
        Fit::Right | Fit::New => Ok(keys),
        Fit::Wrong => Err(Failure::Failed(wrong(&place))),
    }
}

/// Looks whether a start would find the right key, and changes nothing. Good or bad, in a sentence.
pub async fn check(settings: &Settings, db: &Db) -> Result<String, String> {
    let looking = |fault: engine::Fault| format!("The key cannot be compared with the database: {fault}.");
    let (place, found) = find(settings).map_err(|failure| failure.to_string())?;
    let fit = engine::secrets::fit(db, found.as_ref().unwrap_or(&Keys::none())).await.map_err(looking)?;
    match (found, fit) {
        (Some(_), Fit::Right) => Ok(format!("The key in {place} opens the secrets in the database.")),
        (Some(_), Fit::New) => Ok(format!("The key in {place} will seal the secrets in the database.")),
        (Some(_), Fit::Wrong) => Err(wrong(&place)),
        (None, Fit::New) if settings.secrets.key_file.is_none() => {
            Ok(format!("The key that seals secrets is made at {place} when the server starts."))
        }
        (None, _) => Err(missing(&place)),
    }
}

/// The key where the settings say, if it is there and can be read.
pub fn existing(settings: &Settings) -> Option<Keys> {
    find(settings).ok().and_then(|(_, keys)| keys)
}

async fn is_new(db: &Db) -> Result<bool, Failure> {
    let fit = engine::secrets::fit(db, &Keys::none()).await;
    Ok(fit.map_err(|fault| Failure::doing("look for the key's trace in the database", fault))? == Fit::New)
}

fn missing(place: &Place) -> String {
    format!(
        "There is no key at {place}, and the secrets in the database are sealed with one. Put the key of this database back, or say \
         where it is under secrets.key_file."
    )
}

fn wrong(place: &Place) -> String {
    format!(
        "The key in {place} is not the one that the secrets in the database are sealed with. Put the right one back, or say where it \
         is under secrets.key_file."
    )
}

/// Where the key is, and the key if it is there.
fn find(settings: &Settings) -> Result<(Place, Option<Keys>), Failure> {
    let read = |text: &str, place: Place| match Keys::parse(text) {
        Ok(keys) => Ok((place, Some(keys))),
        Err(why) => Err(Failure::Usage(format!("{place} cannot be used. {why}"))),
    };
    if let Some(text) = &settings.secrets.key {
        return read(text, Place::Setting);
    }
    let path = settings.secrets.key_file.clone().unwrap_or_else(|| settings.data.join("vestibule.key"));
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            warn_if_open(&path);
            read(&text, Place::File(path))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok((Place::File(path), None)),
        Err(error) => Err(Failure::Usage(format!("The key file {} cannot be read: {error}.", path.display()))),
    }
}

/// A new key, in a file that only this user reads.
fn make(path: &Path) -> Result<Keys, Failure> {
    let cannot = |error: &dyn std::fmt::Display| {
        let shown = path.display();
        Failure::Failed(format!("The key file {shown} cannot be made: {error}. Say where it is under secrets.key_file."))
    };
    let line = Keys::new_line().map_err(|error| cannot(&error))?;
    let text = format!(
        "# The key that seals secrets in Vestibule's database. Without it they are lost: keep a copy apart from the database's.\n{line}\n"
    );
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| cannot(&error))?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| cannot(&error))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| cannot(&error))?;
    tracing::info!("The key that seals secrets was made: {}. Keep a copy apart from that of the database", path.display());
    Keys::parse(&text).map_err(|why| cannot(&why))
}

#[cfg(unix)]
fn warn_if_open(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
        tracing::warn!("Others on this machine may read the key file {}. Run “chmod 600” on it", path.display());
    }
}

#[cfg(not(unix))]
fn warn_if_open(_path: &Path) {}
