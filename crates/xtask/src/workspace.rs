//! Where things are: the repository, the folder of built things, the folder of things fetched once.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::toolchain::Toolchain;

#[derive(Debug)]
pub struct Workspace {
    pub root: PathBuf,
    /// Absolute. Shared with every cargo that is started from here.
    pub target: PathBuf,
    toolchain: Toolchain,
}

impl Workspace {
    /// The repository of the current folder, with a toolchain that can build both halves.
    pub fn open() -> Result<Self, String> {
        let root = root()?;
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => std::path::absolute(folder).map_err(|error| format!("CARGO_TARGET_DIR is no folder: {error}."))?,
            None => root.join("target"),
        };
        Ok(Self { toolchain: Toolchain::find(&target)?, root, target })
    }

    /// A cargo with the chosen toolchain, at the top of the repository.
    pub fn cargo(&self) -> Command {
        let mut cargo = self.toolchain.cargo();
        cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        cargo
    }

    /// Any other program, with the same surroundings.
    pub fn program(&self, program: &Path) -> Command {
        let mut command = self.toolchain.program(program);
        command.current_dir(&self.root);
        command
    }

    pub fn toolchain(&self) -> &Toolchain {
        &self.toolchain
    }

    pub fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// For what is fetched once and outlives the folder of built things.
    pub fn kept(&self) -> PathBuf {
        match std::env::var_os("HOME") {
            Some(home) if !home.is_empty() => Path::new(&home).join(".cache/vestibule"),
            _ => self.target.join("kept"),
        }
    }
}

/// Cargo says where this package is when it runs it; asked at run time, because two checkouts may share one built xtask.
fn root() -> Result<PathBuf, String> {
    let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => std::env::current_dir().map_err(|error| format!("the current folder cannot be read: {error}."))?,
    };
    start
        .ancestors()
        .find(|folder| folder.join("crates/xtask/Cargo.toml").is_file())
        .map(Path::to_path_buf)
        .ok_or_else(|| "this is not a folder of the Vestibule repository.".to_owned())
}
