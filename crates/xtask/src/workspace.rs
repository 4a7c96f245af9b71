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
        let workspace = Self { toolchain: Toolchain::find(&target)?, root, target };
        workspace.settle_in().map_err(|error| format!("the folder of built things cannot be used: {error}."))?;
        Ok(workspace)
    }

    /// Two checkouts may share one folder of built things. Cargo tells their packages apart by the times of files alone, and
    /// would run what was built from the other one; so whoever comes back builds the packages of this repository anew.
    fn settle_in(&self) -> Result<(), std::io::Error> {
        let (sign, here) = (self.target.join("built-from"), self.root.to_string_lossy());
        if std::fs::read_to_string(&sign).is_ok_and(|built_from| built_from == here) {
            return Ok(());
        }
        let mut folders: Vec<PathBuf> = ["app", "server", "crates"].iter().map(|folder| self.path(folder)).collect();
        std::fs::create_dir_all(&self.target)?;
        // The time of files is that of the disk they are on.
        std::fs::write(&sign, "")?;
        let now = std::fs::metadata(&sign)?.modified()?;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let (entry, path) = entry.map(|entry| (entry.file_type(), entry.path()))?;
                if entry?.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    std::fs::File::options().append(true).open(path)?.set_modified(now)?;
                }
            }
        }
        std::fs::write(sign, here.as_bytes())
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
