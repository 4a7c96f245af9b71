//! A demo company on this machine, once or at every change.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use crate::build::{self, Mode};
use crate::leash::Leash;
use crate::postgres::free_port;
use crate::say;
use crate::workspace::Workspace;

/// Where people look first.
const PORT: u16 = 8080;
/// Short enough to feel at once, long enough to cost nothing.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(500);
/// What `dev` watches.
const SOURCES: [&str; 6] = ["app", "server", "crates", "style", "public", "Cargo.toml"];

pub fn run(workspace: &Workspace, release: bool, passed_on: &[String]) -> Result<ExitCode, String> {
    let command = if release {
        let (program, _) = build::release(workspace)?;
        demo(workspace, &program, None, passed_on)?
    } else {
        let site = build::site(workspace, Mode::Dev)?;
        let program = build::server(workspace, false)?;
        demo(workspace, &program, Some(&site.folder), passed_on)?
    };
    Err(become_(command))
}

/// The server takes the place of this program, and with it Ctrl-C and every other signal. Returns only what went wrong.
fn become_(mut command: Command) -> String {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    format!("the server cannot be started: {error}.")
}

fn demo(workspace: &Workspace, program: &Path, site: Option<&Path>, passed_on: &[String]) -> Result<Command, String> {
    let mut command = workspace.program(program);
    command.args(["serve", "--demo"]);
    if !names(passed_on, "--data") {
        command.arg("--data").arg(workspace.target.join("demo-data"));
    }
    if !names(passed_on, "--listen") {
        let port = port()?;
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        say::note(&format!("the demo company is at http://127.0.0.1:{port} (Ctrl-C ends it)"));
    }
    if let Some(site) = site {
        command.env("VESTIBULE_SITE", site);
    }
    command.args(passed_on);
    Ok(command)
}

/// The person gives this flag themselves.
fn names(passed_on: &[String], flag: &str) -> bool {
    passed_on.iter().any(|word| word.strip_prefix(flag).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')))
}

fn port() -> Result<u16, String> {
    if TcpListener::bind(("127.0.0.1", PORT)).is_ok() {
        return Ok(PORT);
    }
    let port = free_port()?;
    say::note(&format!("port {PORT} is taken, so it is {port} this time"));
    Ok(port)
}

pub fn develop(workspace: &Workspace, passed_on: &[String]) -> Result<ExitCode, String> {
    // The address stays the same over restarts, because a browser is open there.
    let mut arguments = passed_on.to_vec();
    if !names(passed_on, "--listen") {
        arguments.push(format!("--listen=127.0.0.1:{}", port()?));
    }
    let mut server: Option<Server> = None;
    let mut seen = None;
    loop {
        let now = Sources::look(workspace);
        if seen.as_ref() != Some(&now) {
            seen = Some(now);
            match build_both(workspace) {
                Ok((program, site)) => {
                    drop(server.take());
                    let command = demo(workspace, &program, Some(&site), &arguments)?;
                    server = Some(Server::start(command)?);
                }
                Err(reason) => {
                    say::failure(&reason);
                    say::note("the server of before goes on; waiting for a change");
                }
            }
        }
        if server.as_mut().is_some_and(Server::has_ended) {
            server = None;
            say::note("the server has ended; waiting for a change");
        }
        sleep(LOOK_AGAIN_AFTER);
    }
}

fn build_both(workspace: &Workspace) -> Result<(PathBuf, PathBuf), String> {
    let site = build::site(workspace, Mode::Dev)?;
    Ok((build::server(workspace, false)?, site.folder))
}

/// A server that ends with us.
struct Server {
    child: Child,
    leash: Option<Leash>,
}

impl Server {
    fn start(mut command: Command) -> Result<Self, String> {
        let child = command.spawn().map_err(|error| format!("the server cannot be started: {error}."))?;
        let leash = Leash::new("kill -TERM \"$1\"", &[&child.id().to_string()])?;
        Ok(Self { child, leash: Some(leash) })
    }

    fn has_ended(&mut self) -> bool {
        let ended = matches!(self.child.try_wait(), Ok(Some(_)));
        if let Some(leash) = self.leash.take_if(|_| ended) {
            // Its number may soon be somebody else's.
            leash.release();
        }
        ended
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.leash.take().is_some() {
            // The leash has told it to end; it finishes what it was answering.
            self.child.wait().ok();
        }
    }
}

/// How many source files there are, and when the newest was written.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sources {
    files: usize,
    newest: Option<SystemTime>,
}

impl Sources {
    fn look(workspace: &Workspace) -> Self {
        let mut sources = Self::default();
        for name in SOURCES {
            sources.add(&workspace.path(name));
        }
        sources
    }

    fn add(&mut self, path: &Path) {
        // A file that vanishes while we look is a change that the next look finds.
        let Ok(about) = std::fs::metadata(path) else { return };
        if about.is_dir() {
            let Ok(entries) = std::fs::read_dir(path) else { return };
            for entry in entries.flatten() {
                if !entry.file_name().to_string_lossy().starts_with('.') {
                    self.add(&entry.path());
                }
            }
        } else {
            self.files += 1;
            self.newest = self.newest.max(about.modified().ok());
        }
    }
}
