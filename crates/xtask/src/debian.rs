//! Debian and its kin: packages, and a Rust toolchain made of packages where rustup's network is out of reach.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::toolchain::{DEBIAN, Toolchain, WASM};
use crate::{child, say};

/// Rust as Debian ships it for building browsers, with the source of its standard library.
const RUST: [&str; 7] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "rustfmt-web", "rust-web-llvm", "lld-22"];

/// Installs those of the packages that are missing. `what_for` completes "… is missing".
pub fn packages(what_for: &str, names: &[&str]) -> Result<(), String> {
    let missing: Vec<&str> = names.iter().copied().filter(|name| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if child::which("apt-get").is_none() {
        return Err(format!("{what_for} is missing: install it (Debian calls it {list}), then try again."));
    }
    let hint = |reason: String| format!("{reason}\n{what_for} is missing: install the packages {list}, then try again.");
    // The list of packages is read anew once, however many packages are missing.
    static UPDATED: AtomicBool = AtomicBool::new(false);
    if !UPDATED.swap(true, Ordering::Relaxed) {
        say::step("read Debian's list of packages", || child::must(apt(&["update"])?)).map_err(hint)?;
    }
    say::step(&format!("install {list}"), || {
        let arguments = [&["install", "-y", "--no-install-recommends"], missing.as_slice()].concat();
        child::must(apt(&arguments)?)
    })
    .map_err(hint)?;
    Ok(())
}

/// The same for a server whose service is not wanted here: it is neither started while it is installed, nor with the machine.
pub fn without_service(what_for: &str, names: &[&str], service: &str) -> Result<(), String> {
    // What packages ask before they start anything; 101 is "not allowed".
    let policy = Path::new("/usr/sbin/policy-rc.d");
    let ours = !policy.exists() && !names.iter().all(|name| is_installed(name)) && child::which("apt-get").is_some();
    if ours {
        let written = std::env::temp_dir().join(format!("vestibule-policy-{}", std::process::id()));
        std::fs::write(&written, "#!/bin/sh\nexit 101\n")
            .map_err(|error| format!("{} cannot be written: {error}.", written.display()))?;
        let arguments = ["-m", "755", &written.to_string_lossy(), &policy.to_string_lossy()];
        let placed = child::as_root("install", &arguments).and_then(child::must);
        std::fs::remove_file(&written).ok();
        placed?;
    }
    let installed = packages(what_for, names);
    if ours {
        child::must(child::as_root("rm", &["-f", &policy.to_string_lossy()])?)?;
        if installed.is_ok() && Path::new("/run/systemd/system").is_dir() {
            child::must(child::as_root("systemctl", &["disable", "--quiet", service])?)?;
        }
    }
    installed
}

/// The toolchain `web`: Debian's compiler, and a standard library for browsers built from Debian's source of it.
pub fn make_toolchain(toolchain: &Toolchain, target: &Path) -> Result<(), String> {
    packages("a Rust toolchain for browsers", &RUST)?;
    let known = child::ask(child::command("rustup", ["toolchain", "list"])).unwrap_or_default();
    if !known.lines().any(|line| line.split_whitespace().next() == Some(DEBIAN)) {
        say::step("make Debian's Rust known to rustup", || {
            child::must(child::command("rustup", ["toolchain", "link", DEBIAN, "/usr"]))
        })?;
    }
    say::step("build the standard library for browsers", || standard_library(toolchain, target))
}

fn standard_library(toolchain: &Toolchain, target: &Path) -> Result<(), String> {
    let version = child::ask(child::command("/usr/bin/rustc", ["--version"]))
        .and_then(|line| line.split_whitespace().nth(1).map(str::to_owned))
        .ok_or("Debian's compiler /usr/bin/rustc does not start: install the package rustc-web again.")?;
    let source = PathBuf::from(format!("/usr/src/rustc-{version}/library"));
    if !source.is_dir() {
        return Err(format!("{} is missing: install the package rust-web-src again.", source.display()));
    }
    // A folder of its own, empty at the start: leftovers would put two copies of a crate into the library.
    let work = target.join(format!("standard-library-{}", std::process::id()));
    let result = build_in(&work, &source, toolchain);
    // What cannot be removed here is only large, not wrong.
    std::fs::remove_dir_all(&work).ok();
    result
}

fn build_in(work: &Path, source: &Path, toolchain: &Toolchain) -> Result<(), String> {
    std::fs::create_dir_all(work).map_err(|error| format!("{} cannot be made: {error}.", work.display()))?;
    let copy = work.join("library");
    let mut copying = child::command("cp", ["-r"]);
    copying.args([source, &copy]);
    child::must(copying)?;

    let mut cargo = toolchain.program(Path::new("/usr/bin/cargo"));
    cargo
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", work.join("built"))
        .current_dir(&copy)
        .args(["build", "--release", "--target", WASM, "--manifest-path"])
        .arg(copy.join("sysroot/Cargo.toml"));
    child::must(cargo)?;

    let built = work.join(format!("built/{WASM}/release/deps"));
    let entries = std::fs::read_dir(&built).map_err(|error| format!("{} cannot be read: {error}.", built.display()))?;
    let libraries: Vec<String> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rlib"))
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    let folder = format!("/usr/lib/rustlib/{WASM}/lib");
    // One that belongs to an older compiler goes first: two of them side by side serve neither.
    child::must(child::as_root("rm", &["-rf", &folder])?)?;
    let mut arguments = vec!["-D", "-m", "644", "-t", &folder];
    arguments.extend(libraries.iter().map(String::as_str));
    child::must(child::as_root("install", &arguments)?)?;
    Ok(())
}

fn is_installed(package: &str) -> bool {
    child::ask(child::command("dpkg-query", ["-W", "-f=${db:Status-Status}", package])).as_deref() == Some("installed")
}

fn apt(arguments: &[&str]) -> Result<std::process::Command, String> {
    let mut command = child::as_root("apt-get", arguments)?;
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}
