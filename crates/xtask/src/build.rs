//! Both halves of Vestibule, and the one file in which they are handed out.

use std::path::{Path, PathBuf};

use crate::site::{self, Site};
use crate::toolchain::WASM;
use crate::workspace::Workspace;
use crate::{child, say};

/// How things are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Quick to build.
    Dev,
    /// Quick to run and small to send.
    Release,
}

/// The pages as files: script, wasm, styles, icons.
pub fn site(workspace: &Workspace, mode: Mode) -> Result<Site, String> {
    let profile = match mode {
        Mode::Dev => "dev",
        Mode::Release => "wasm-release",
    };
    say::step("compile the pages", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--package", "hydrate", "--target", WASM, "--profile", profile]);
        child::must(cargo)
    })?;
    let folder = if mode == Mode::Dev { "debug" } else { profile };
    let compiled = workspace.target.join(WASM).join(folder);
    say::step("put the site together", || site::assemble(workspace, &compiled, mode))
}

/// The server that reads its site from a folder. `all` builds it with the tests, whose wishes for their libraries
/// differ a little: what was built for them is then used again.
pub fn server(workspace: &Workspace, all: bool) -> Result<PathBuf, String> {
    say::step("compile the server", || {
        let mut cargo = workspace.cargo();
        let chosen: &[&str] = if all { &["--workspace", "--bins", "--tests"] } else { &["--package", "vestibule"] };
        cargo.arg("build").args(chosen);
        child::must(cargo)
    })?;
    Ok(workspace.target.join("debug").join(PROGRAM))
}

/// The optimised server with its site inside.
pub fn release(workspace: &Workspace) -> Result<(PathBuf, Site), String> {
    let site = site(workspace, Mode::Release)?;
    say::step("compile the server", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--release", "--package", "vestibule"]).env("VESTIBULE_EMBED_SITE", &site.folder);
        child::must(cargo)
    })?;
    Ok((workspace.target.join("release").join(PROGRAM), site))
}

/// `dist/vestibule`: one file to copy to a server.
pub fn dist(workspace: &Workspace) -> Result<(), String> {
    let (built, site) = release(workspace)?;
    let program = workspace.path("dist").join(PROGRAM);
    copy(&built, &program)?;
    let size = std::fs::metadata(&program).map_err(|error| format!("{} cannot be read: {error}.", program.display()))?.len();
    say::note(&format!("{}: {}", program.display(), say::size(size)));
    for (visit, first) in [("a first visit", site.first_page()?), ("one of the administration", site.first_administration()?)] {
        let parts: Vec<String> = first.iter().map(|(name, bytes)| format!("{name} {}", say::size(*bytes))).collect();
        let total = first.iter().map(|(_, bytes)| bytes).sum();
        say::note(&format!("{visit} fetches {} with brotli: {}", say::size(total), parts.join(", ")));
    }
    Ok(())
}

const PROGRAM: &str = "vestibule";

/// Replaces rather than overwrites: the old file may be running.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let cannot = |error: std::io::Error| format!("{} cannot be written: {error}.", to.display());
    let fresh = to.with_extension("new");
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(cannot)?;
    }
    std::fs::copy(from, &fresh).map_err(cannot)?;
    std::fs::rename(&fresh, to).map_err(cannot)
}
