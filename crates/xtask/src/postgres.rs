//! A PostgreSQL cluster of our own for the time of a test run: on a free port, in a temporary folder, gone afterwards.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::leash::Leash;
use crate::{child, debian, say};

/// What may be lost when the machine stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Everything: tests are faster, and nobody misses their data.
    None,
    /// Nothing: measurements are of what people will run.
    Disk,
}

/// Dropping it stops the cluster and removes its folder; so does the end of this program, however it comes.
#[derive(Debug)]
pub struct Cluster {
    pub url: String,
    _leash: Leash,
}

/// As many tries as it may take to find a port that nobody takes in between.
const TRIES: u32 = 3;

pub fn start(care: Care) -> Result<Cluster, String> {
    let programs = programs()?;
    say::step("start PostgreSQL", || {
        let mut result = cluster(&programs, care);
        for _ in 1..TRIES {
            if result.is_ok() {
                break;
            }
            result = cluster(&programs, care);
        }
        result
    })
    .map_err(|reason| format!("{reason}\nA PostgreSQL cluster of our own does not start; the reason is above."))
}

/// The folder of `initdb` and `pg_ctl`. Links are followed, because `initdb` looks for its files beside itself.
pub fn programs() -> Result<PathBuf, String> {
    if let Some(found) = find_programs() {
        return Ok(found);
    }
    debian::packages("PostgreSQL", &["postgresql"])?;
    find_programs()
        .ok_or_else(|| "PostgreSQL's initdb and pg_ctl are missing: put them on the search path, then try again.".to_owned())
}

fn find_programs() -> Option<PathBuf> {
    let on_path = child::which("pg_ctl").and_then(|program| program.canonicalize().ok());
    if let Some(folder) = on_path.as_deref().and_then(Path::parent).filter(|folder| folder.join("initdb").is_file()) {
        return Some(folder.to_path_buf());
    }
    // Debian keeps them off the search path, one folder for each version.
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let newest = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).max()?;
    let folder = PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin"));
    folder.join("initdb").is_file().then_some(folder)
}

fn cluster(programs: &Path, care: Care) -> Result<Cluster, String> {
    let port = free_port()?;
    let folder = std::env::temp_dir().join(format!("vestibule-postgres-{}-{port}", std::process::id()));
    let cannot = |what: &str, error: std::io::Error| format!("{what} cannot be made: {error}.");
    std::fs::create_dir_all(&folder).map_err(|error| cannot("a temporary folder", error))?;
    let user = user()?;
    if let Some(user) = user {
        let mut own = child::command("chown", [user]);
        own.arg(&folder);
        child::must(own)?;
    }

    let text = |path: &Path| path.to_string_lossy().into_owned();
    let (data, log) = (text(&folder.join("data")), text(&folder.join("log")));
    let leash = Leash::new(
        &format!("{} \"$2\" -D \"$1/data\" -m immediate -w stop; rm -rf \"$1\"", prefix(user).join(" ")),
        &[&text(&folder), &text(&programs.join("pg_ctl"))],
    )?;
    let run = |program: &str, arguments: &[&str]| {
        let mut words = prefix(user);
        let program = text(&programs.join(program));
        words.push(&program);
        words.extend(arguments);
        let mut command = Command::new(words.first().copied().unwrap_or_default());
        // As another user the current folder may be out of reach, and PostgreSQL warns about that.
        command.args(words.get(1..).unwrap_or_default()).current_dir(&folder);
        child::must(command)
    };
    run("initdb", &["-D", &data, "-U", "vestibule", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])?;
    append(&folder.join("data/postgresql.conf"), &settings(&folder, port, care))?;
    run("pg_ctl", &["-D", &data, "-l", &log, "-w", "-t", "60", "start"])
        .map_err(|reason| format!("{}\n{reason}", std::fs::read_to_string(&log).unwrap_or_default()))?;
    run("createdb", &["-h", "127.0.0.1", "-p", &port.to_string(), "-U", "vestibule", "vestibule"])?;
    Ok(Cluster { url: format!("postgres://vestibule@127.0.0.1:{port}/vestibule"), _leash: leash })
}

/// Trust is enough: only this machine reaches the port, and the data is made up.
fn settings(folder: &Path, port: u16, care: Care) -> String {
    let mut settings = format!(
        "\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\nmax_connections = 300\n",
        folder.display()
    );
    if care == Care::None {
        // Writing to a String does not fail.
        writeln!(settings, "fsync = off\nsynchronous_commit = off\nfull_page_writes = off").unwrap_or_default();
    }
    settings
}

fn append(file: &Path, words: &str) -> Result<(), String> {
    use std::io::Write as _;
    std::fs::OpenOptions::new()
        .append(true)
        .open(file)
        .and_then(|mut file| file.write_all(words.as_bytes()))
        .map_err(|error| format!("{} cannot be written: {error}.", file.display()))
}

/// PostgreSQL refuses to run as root; then it runs as somebody else.
fn user() -> Result<Option<&'static str>, String> {
    if !child::is_root() {
        return Ok(None);
    }
    if child::which("runuser").is_none() {
        return Err(
            "PostgreSQL does not run as root, and `runuser` is missing: install util-linux, or be another user.".to_owned()
        );
    }
    let exists = child::ask(child::command("id", ["-u", "postgres"])).is_some();
    Ok(Some(if exists { "postgres" } else { "nobody" }))
}

fn prefix(user: Option<&'static str>) -> Vec<&'static str> {
    user.map_or_else(Vec::new, |user| vec!["runuser", "-u", user, "--"])
}

/// A port that nobody listens on at this moment.
pub fn free_port() -> Result<u16, String> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("there is no free port: {error}."))
}
