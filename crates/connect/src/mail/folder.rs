//! Letters as files: what a demonstration and the tests use in place of a mail server.

use super::message::{message, sender};
use super::{Outgoing, SendFault, SettingsFault};
use lettre::message::Mailbox;
use mail_parser::MessageParser;
use model::Ts;
use model::view::provider::Step;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A folder with one `<at-ms>-<letter-id>.eml` per letter. Each file is there whole or not at all, and the
/// same letter sent twice is still one file.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    from: Mailbox,
    named: Arc<Named>,
}

/// How many names were put into the folder. Letters that are written side by side share the syncs that make their names
/// durable: whoever comes to sync does it for all that were named before.
#[derive(Debug, Default)]
struct Named {
    all: AtomicU64,
    /// How many of them no power cut can take away any more.
    durable: Mutex<u64>,
}

impl Named {
    /// Returns when the name that was just put into the folder is durable.
    fn keep(&self, folder: &Path) -> io::Result<()> {
        let mine = self.all.fetch_add(1, Ordering::SeqCst) + 1;
        // A sync that panicked made nothing durable, and said so to nobody else.
        let mut durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
        if *durable < mine {
            let until = self.all.load(Ordering::SeqCst);
            // Only Unix lets a folder be opened and synced.
            #[cfg(unix)]
            File::open(folder)?.sync_all()?;
            *durable = until;
        }
        Ok(())
    }
}

/// A letter as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The letter's id.
    pub id: String,
    pub at: Ts,
    /// The address.
    pub to: String,
    /// The name beside the address; empty when there was none.
    pub to_name: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The links of the text part that stand on a line of their own: those Vestibule wrote.
    pub links: Vec<String>,
}

impl Folder {
    pub(super) fn new(path: impl Into<PathBuf>, from: &str) -> Result<Self, SettingsFault> {
        Ok(Self { path: path.into(), from: sender(from)?, named: Arc::default() })
    }

    /// Where the files are.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) async fn send(&self, outgoing: &Outgoing) -> Result<(), SendFault> {
        // Padded, so that a listing by name is a listing by time.
        let name = format!("{:013}-{}.eml", outgoing.at.0.max(0), outgoing.letter()?);
        let bytes = message(&self.from, outgoing)?.formatted();
        let named = Arc::clone(&self.named);
        self.write(move |folder| {
            put(folder, &name, &bytes)?;
            named.keep(folder)
        })
        .await
    }

    pub(super) async fn try_out(&self, outgoing: Option<&Outgoing>) -> Vec<Step> {
        let written = match outgoing {
            Some(outgoing) => self.send(outgoing).await,
            None => self.check().await,
        };
        let said = "It is there, and is sent to nobody: no mail server is set.".to_owned();
        let (good, said) = match written {
            Ok(()) => (true, said),
            Err(fault) => (false, fault.to_string()),
        };
        vec![Step { what: "Wrote a file into the folder for letters".to_owned(), good, said }]
    }

    pub(super) async fn check(&self) -> Result<(), SendFault> {
        self.write(|folder| {
            fs::create_dir_all(folder)?;
            let probe = folder.join(part_name("check"));
            File::create(&probe)?.sync_all()?;
            fs::remove_file(probe)
        })
        .await
    }

    async fn write<F>(&self, work: F) -> Result<(), SendFault>
    where
        F: FnOnce(&Path) -> io::Result<()> + Send + 'static,
    {
        let folder = self.path.clone();
        aside(move || work(&folder))
            .await
            .map_err(|error| SendFault::Later(format!("The mail folder {} cannot be written: {error}.", self.path.display())))
    }

    /// The newest letters, newest first: what a page shows.
    pub async fn list(&self, limit: usize) -> Result<Vec<Kept>, ReadFault> {
        let folder = self.path.clone();
        aside(move || {
            let mut files = files(&folder)?;
            files.reverse();
            read(files.into_iter().take(limit))
        })
        .await
        .map_err(|error| ReadFault { path: self.path.clone(), error })
    }

    /// All letters, newest last: what a test reads.
    pub async fn all(&self) -> Result<Vec<Kept>, ReadFault> {
        let folder = self.path.clone();
        aside(move || read(files(&folder)?.into_iter())).await.map_err(|error| ReadFault { path: self.path.clone(), error })
    }
}

/// Runs work on files where blocking is allowed.
async fn aside<T, F>(work: F) -> io::Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> io::Result<T> + Send + 'static,
{
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|gone| Err(io::Error::other(gone)))
}

/// A name that neither another task nor another process uses, and that no listing shows.
fn part_name(name: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!(".{name}.{}-{}.part", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Puts a whole file in place, with what is in it durable. Its name is not yet.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let part = folder.join(part_name(name));
    let written = (|| {
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, folder.join(name))
    })();
    if written.is_err() {
        // The first fault is the one to tell; a part that stays is never read.
        let _ = fs::remove_file(&part);
    }
    written
}

/// One file of the folder: its time, its letter, its path. In this order they sort.
type Found = (i64, String, PathBuf);

/// The letters of the folder, oldest first. Files with other names are somebody else's.
fn files(folder: &Path) -> io::Result<Vec<Found>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // Nothing has been sent yet.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if let Some((at, id)) = path.file_name().and_then(|name| name.to_str()).and_then(parts) {
            found.push((at, id, path));
        }
    }
    found.sort();
    Ok(found)
}

/// The time and the letter of a file name.
fn parts(name: &str) -> Option<(i64, String)> {
    let (at, id) = name.strip_suffix(".eml")?.split_once('-')?;
    Some((at.parse().ok()?, id.to_owned()))
}

fn read(files: impl Iterator<Item = Found>) -> io::Result<Vec<Kept>> {
    let mut letters = Vec::new();
    for (at, id, path) in files {
        match fs::read(&path) {
            Ok(bytes) => letters.push(
                kept(Ts(at), id, &bytes)
                    .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("{} is not a letter", path.display())))?,
            ),
            // Somebody cleared the folder meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(letters)
}

fn kept(at: Ts, id: String, bytes: &[u8]) -> Option<Kept> {
    let message = MessageParser::default().parse(bytes)?;
    let to = message.to()?.first()?;
    let text = lines(&message.body_text(0)?);
    Some(Kept {
        id,
        at,
        to: to.address()?.to_owned(),
        to_name: to.name().unwrap_or_default().to_owned(),
        subject: message.subject()?.to_owned(),
        html: lines(&message.body_html(0)?),
        links: links(&text),
        text,
    })
}

/// Mail ends its lines with CR LF; nobody else here does.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Links on lines of their own. What people wrote is quoted with `> ` and so is never one of them.
fn links(text: &str) -> Vec<String> {
    let link = |line: &&str| (line.starts_with("https://") || line.starts_with("http://")) && !line.contains(' ');
    text.lines().filter(link).map(str::to_owned).collect()
}

/// The folder could not be read.
#[derive(Debug)]
pub struct ReadFault {
    path: PathBuf,
    error: io::Error,
}

impl fmt::Display for ReadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The mail folder {} cannot be read.", self.path.display())
    }
}

impl std::error::Error for ReadFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
