//! A Rust toolchain that builds both halves: for this machine, and for browsers (wasm32).

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use crate::{child, debian, say};

/// The target of the browser's half.
pub const WASM: &str = "wasm32-unknown-unknown";
/// The name under which Debian's packages of Rust are known to rustup.
pub const DEBIAN: &str = "web";

#[derive(Clone, Debug)]
pub struct Toolchain {
    /// As rustup calls it; none without rustup, where the search path decides.
    name: Option<String>,
}

impl Toolchain {
    /// The active toolchain if it can, else Debian's if it is there, else what can be fetched. `target` is for building.
    pub fn find(target: &Path) -> Result<Self, String> {
        let active = Self { name: std::env::var("RUSTUP_TOOLCHAIN").ok() };
        let debian = Self { name: Some(DEBIAN.to_owned()) };
        if active.builds_pages(target) {
            return Ok(active);
        }
        if child::which("rustup").is_none() {
            return Err(format!(
                "the standard library for {WASM} is missing and there is no rustup to fetch it: \
                 install rustup from its site or your system's packages, then try again."
            ));
        }
        if debian.builds_pages(target) {
            return Ok(debian);
        }
        let added = say::step("fetch the standard library for browsers (rustup target add)", || {
            Ok(child::run(active.program_args("rustup", &["target", "add", WASM]))?.succeeded && active.builds_pages(target))
        })?;
        if added {
            return Ok(active);
        }
        say::note("rustup has no such standard library for this machine; Debian's packages of Rust are tried instead");
        debian::make_toolchain(&debian, target)?;
        if debian.builds_pages(target) {
            return Ok(debian);
        }
        Err(format!(
            "the standard library for {WASM} is still missing: run `rustup target add {WASM}` where the network allows it."
        ))
    }

    /// The word behind `+`, for people.
    pub fn words(&self) -> &str {
        self.name.as_deref().unwrap_or("of the search path")
    }

    pub fn cargo(&self) -> Command {
        self.program(Path::new("cargo"))
    }

    /// A program that sees this toolchain, and nothing of the cargo that started us: its variables would make every
    /// second build look like a changed one.
    pub fn program(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(comes_from_cargo_run) {
                command.env_remove(name);
            }
        }
        match libraries() {
            Some(path) if path.is_empty() => command.env_remove("LD_LIBRARY_PATH"),
            Some(path) => command.env("LD_LIBRARY_PATH", path),
            None => &mut command,
        };
        if let Some(name) = &self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
        command
    }

    fn program_args(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.program(Path::new(program));
        command.args(arguments);
        command
    }

    /// Its standard library for browsers is there and is of the compiler's version: it compiles an empty crate. The
    /// output needs a folder of its own, because rustc replaces whatever `-o` names.
    fn builds_pages(&self, target: &Path) -> bool {
        let folder = target.join("xtask");
        let mut rustc =
            self.program_args("rustc", &["-", "--crate-name=probe", "--crate-type=lib", "--emit=metadata", "--target", WASM]);
        rustc.arg("--out-dir").arg(&folder);
        std::fs::create_dir_all(&folder).is_ok() && child::ask(rustc).is_some()
    }
}

fn comes_from_cargo_run(name: &str) -> bool {
    matches!(
        name,
        "CARGO" | "OUT_DIR" | "RUSTC" | "RUSTDOC" | "RUST_RECURSION_COUNT" | "RUSTUP_TOOLCHAIN" | "RUSTUP_TOOLCHAIN_SOURCE"
    ) || ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|start| name.starts_with(start))
}

/// `cargo run` puts the libraries of its toolchain and of the built things in front; another toolchain must not load
/// them. None where there was nothing to begin with.
fn libraries() -> Option<OsString> {
    let path = std::env::var_os("LD_LIBRARY_PATH")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_default();
    let sysroot = Path::new(&cargo).ancestors().nth(2).filter(|folder| *folder != OsStr::new("/usr")).map(Path::to_path_buf);
    let built = std::env::current_exe().ok().and_then(|program| program.parent().map(Path::to_path_buf));
    let own: Vec<_> = [sysroot, built].into_iter().flatten().filter(|folder| !folder.as_os_str().is_empty()).collect();
    let kept = std::env::split_paths(&path).filter(|folder| !own.iter().any(|own| folder.starts_with(own)));
    std::env::join_paths(kept).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_run_adds_is_told_from_what_a_person_sets() {
        for added in ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "RUSTUP_TOOLCHAIN"] {
            assert!(comes_from_cargo_run(added), "{added}");
        }
        for set in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_TERM_COLOR", "CARGO_INCREMENTAL", "RUSTFLAGS", "PATH"] {
            assert!(!comes_from_cargo_run(set), "{set}");
        }
    }
}
