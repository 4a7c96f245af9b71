//! What running and testing need beyond a toolchain. Everything is looked for first, and fetched once.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::workspace::Workspace;
use crate::{child, debian, postgres, say};

/// Servers that the tests talk to, and a program that asks a server whether it speaks SCIM, as people run them: no double of ours
/// knows their habits.
const PYTHON_PEERS: [&str; 4] = ["aiosmtpd==1.4.6", "scim2-server==0.8.3", "scim2-cli==0.6.0", "scim2-tester==0.5.2"];

/// All of it, and a word on each.
pub fn everything(workspace: &Workspace) -> Result<(), String> {
    rust_tools(workspace)?;
    let runner = if nextest(workspace) { "cargo nextest" } else { "cargo test" };
    let postgres = postgres::programs()?;
    let chromium = browser(workspace)?;
    let slapd = directory()?;
    say::note(&format!("Rust toolchain: {}", workspace.toolchain().words()));
    say::note(&format!("Rust tests: {runner}"));
    say::note(&format!("PostgreSQL: {}", postgres.display()));
    say::note(&format!("Python: {}", python(workspace)?.display()));
    say::note(&format!("Chromium: {}", chromium.display()));
    say::note(&format!("OpenLDAP: {}", slapd.display()));
    Ok(())
}

/// rustfmt and clippy, which small installations of rustup leave out.
pub fn rust_tools(workspace: &Workspace) -> Result<(), String> {
    for (tool, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let mut ask = workspace.cargo();
        ask.args([tool, "--version"]);
        if child::ask(ask).is_some() {
            continue;
        }
        say::step(&format!("fetch {component}"), || {
            let mut add = workspace.program(Path::new("rustup"));
            add.args(["component", "add", component]);
            child::must(add)
        })
        .map_err(|reason| format!("{reason}\n{component} is missing: run `rustup component add {component}`, then try again."))?;
    }
    Ok(())
}

/// Whether nextest runs the tests; it is built once where it is missing, and done without where it cannot be.
pub fn nextest(workspace: &Workspace) -> bool {
    let mut ask = workspace.cargo();
    ask.args(["nextest", "--version"]);
    if child::ask(ask).is_some() {
        return true;
    }
    let installed = say::step("install cargo-nextest (some minutes, once)", || {
        let mut install = workspace.cargo();
        install.args(["install", "cargo-nextest", "--locked"]);
        child::must(install)
    });
    if installed.is_err() {
        say::note("cargo-nextest cannot be installed here; `cargo test` runs the tests instead");
    }
    installed.is_ok()
}

/// A Python that has the peers, in a folder of its own.
pub fn python(workspace: &Workspace) -> Result<PathBuf, String> {
    let folder = workspace.kept().join("python");
    let python = folder.join("bin/python");
    let stamp = folder.join("vestibule-peers");
    let wanted = PYTHON_PEERS.join(" ");
    if python.is_file() && std::fs::read_to_string(&stamp).is_ok_and(|peers| peers == wanted) {
        return Ok(python);
    }
    if child::ask(child::command("python3", ["-c", "import venv, ensurepip"])).is_none() {
        debian::packages("Python with venv", &["python3", "python3-venv"])?;
    }
    say::step("install the Python peers of the tests", || {
        let mut venv = child::command("python3", ["-m", "venv", "--clear"]);
        venv.arg(&folder);
        child::must(venv)?;
        let mut install = child::command(&python, ["-m", "pip", "install", "--quiet"]);
        install.args(PYTHON_PEERS);
        child::must(install)?;
        std::fs::write(&stamp, &wanted).map_err(|error| format!("{} cannot be written: {error}.", stamp.display()))
    })
    .map_err(|reason| format!("{reason}\nThe tests need {wanted} from PyPI: see that pip reaches its index, then try again."))?;
    Ok(python)
}

/// Chromium, Node and the packages of the journeys. Answers where Chromium is.
pub fn browser(workspace: &Workspace) -> Result<PathBuf, String> {
    if child::which("node").is_none() || child::which("npm").is_none() {
        debian::packages("Node with npm", &["nodejs", "npm"])?;
    }
    if chromium().is_none() {
        debian::packages("Chromium", &["chromium"])?;
    }
    let chromium = chromium().ok_or("Chromium is missing: install it, or set CHROMIUM to its path, then try again.")?;
    let folder = workspace.path("end2end");
    if folder.join("package.json").is_file() && !packages_are_current(&folder) {
        let verb = if folder.join("package-lock.json").is_file() { "ci" } else { "install" };
        say::step(&format!("fetch the packages of the journeys (npm {verb})"), || {
            let mut npm = child::command("npm", [verb, "--no-audit", "--no-fund"]);
            // A browser is there already, and the one that Playwright would fetch is not to be had everywhere.
            npm.current_dir(&folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
            child::must(npm)
        })
        .map_err(|reason| {
            format!("{reason}\nThe journeys need packages from npm: see that npm reaches its registry, then try again.")
        })?;
    }
    Ok(chromium)
}

/// A directory server and the programs that look into one. Answers where the server is.
pub fn directory() -> Result<PathBuf, String> {
    if slapd().is_none() || child::which("ldapmodify").is_none() {
        // The tests start their own servers: the service that the package brings along is not wanted here.
        debian::without_service("OpenLDAP's server", &["slapd", "ldap-utils"], "slapd")?;
    }
    slapd().ok_or_else(|| "slapd is missing: install OpenLDAP's server (Debian calls it slapd), then try again.".to_owned())
}

/// Programs of administrators are not on everybody's search path.
fn slapd() -> Option<PathBuf> {
    let usual = ["/usr/sbin/slapd", "/usr/local/sbin/slapd", "/usr/local/libexec/slapd"].map(PathBuf::from);
    child::which("slapd").or_else(|| usual.into_iter().find(|path| path.is_file()))
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    named.or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(child::which))
}

/// npm leaves a note of what it installed; it is older than the lock file when that has changed since.
fn packages_are_current(folder: &Path) -> bool {
    let changed = |path: PathBuf| -> Option<SystemTime> { std::fs::metadata(path).ok()?.modified().ok() };
    let wanted = changed(folder.join("package-lock.json")).or_else(|| changed(folder.join("package.json")));
    match (changed(folder.join("node_modules/.package-lock.json")), wanted) {
        (Some(installed), Some(wanted)) => installed >= wanted,
        _ => false,
    }
}
