//! Every check, or some of them, and one closing line.

mod count;

use std::process::{Command, ExitCode};
use std::time::Instant;

use count::Count;

use crate::build::{self, Mode};
use crate::postgres::{self, Care, Cluster};
use crate::toolchain::WASM;
use crate::workspace::Workspace;
use crate::{child, say, setup, tidy};

const PARTS: [&str; 5] = ["fmt", "tidy", "lint", "rust", "browser"];

pub fn test(parts: &[String], passed_on: &[String]) -> Result<ExitCode, String> {
    let started = Instant::now();
    let workspace = Workspace::open()?;
    let members = Members::ask(&workspace)?;
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str()) && !members.has(part)) {
        return Err(format!("there is no part `{unknown}`: {}, or a package: {}.", PARTS.join(", "), members.names().join(", ")));
    }
    let mut tests = Tests {
        workspace,
        members,
        passed_on,
        cluster: None,
        count: Count::default(),
        failed: Vec::new(),
        names_of_failed: Vec::new(),
    };
    let all = PARTS.map(str::to_owned);
    for part in if parts.is_empty() { &all } else { parts } {
        match part.as_str() {
            "fmt" => tests.fmt(),
            "tidy" => tests.tidy(),
            "lint" => tests.lint(),
            "rust" => tests.rust(None),
            "browser" => tests.browser(),
            package => tests.rust(Some(package)),
        }
    }
    let Tests { count, failed, names_of_failed, cluster, .. } = tests;
    drop(cluster);
    say::note(&format!("all of it took {}", say::seconds(started.elapsed())));
    if !failed.is_empty() {
        say::note(&format!("failed: {}", failed.join(", ")));
        // Once more at the end, which is what is read of a long run.
        for name in names_of_failed {
            say::note(&format!("  {name}"));
        }
    }
    println!("{count}");
    Ok(if count.is_success() && failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Measures the release build on a PostgreSQL that keeps what it is given.
pub fn bench(workspace: &Workspace, passed_on: &[String]) -> Result<ExitCode, String> {
    let (program, _) = build::release(workspace)?;
    let cluster = postgres::start(Care::Disk)?;
    let mut cargo = workspace.cargo();
    cargo.args(["run", "--quiet", "--profile", "release", "--package", "bench", "--"]).args(passed_on);
    cargo.env("VESTIBULE_BIN", program).env("VESTIBULE_TEST_POSTGRES", &cluster.url);
    let status = cargo.status().map_err(|error| format!("cargo cannot be started: {error}."))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Tests<'a> {
    workspace: Workspace,
    members: Members,
    passed_on: &'a [String],
    /// Started when first needed, and shared.
    cluster: Option<Cluster>,
    count: Count,
    /// Parts of the run.
    failed: Vec<String>,
    names_of_failed: Vec<String>,
}

impl Tests<'_> {
    fn fmt(&mut self) {
        self.check("format", "look at the format", |workspace| {
            setup::rust_tools(workspace)?;
            let mut cargo = workspace.cargo();
            // Only the names of files: the changes are nothing to read, `cargo fmt` makes them.
            cargo.args(["fmt", "--all", "--check", "--", "-l"]);
            child::must(cargo).map_err(|reason| format!("{reason}\n`cargo fmt` puts it right.")).map(drop)
        });
    }

    fn tidy(&mut self) {
        self.check("tidy", "look over our files", tidy::tree);
        self.check("licences", "look at licences, versions and origins of packages", tidy::packages);
        say::note(
            "advisories are not checked: their list is not in a package registry (`cargo deny check advisories` where it can be had)",
        );
    }

    fn lint(&mut self) {
        if let Err(reason) = setup::rust_tools(&self.workspace) {
            return self.broke("lint", &reason);
        }
        self.check("lint", "lint", |workspace| {
            let mut cargo = workspace.cargo();
            cargo.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
            child::must(cargo).map(drop)
        });
        self.check("lint of the pages", "lint the pages", |workspace| {
            let mut cargo = workspace.cargo();
            // What is compiled only for the browser is seen only here.
            cargo.args(["clippy", "--package", "hydrate", "--package", "app", "--target", WASM, "--", "-D", "warnings"]);
            child::must(cargo).map(drop)
        });
    }

    fn rust(&mut self, package: Option<&str>) {
        let name = package.map_or_else(|| "Rust tests".to_owned(), |package| format!("tests of {package}"));
        match self.run_rust(package, &name) {
            Ok(count) => self.counted(&name, count),
            Err(reason) => self.broke(&name, &reason),
        }
    }

    fn run_rust(&mut self, package: Option<&str>, name: &str) -> Result<Count, String> {
        let nextest = setup::nextest(&self.workspace);
        let chosen: Vec<&str> = package.map_or_else(|| vec!["--workspace"], |package| vec!["--package", package]);
        let verb: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
        say::step(&format!("compile the {name}"), || {
            let mut cargo = self.workspace.cargo();
            cargo.args(verb).args(&chosen).arg("--no-run");
            child::must(cargo)
        })?;
        let mut cargo = self.workspace.cargo();
        cargo.args(verb).args(&chosen);
        if nextest {
            cargo.args(["--no-fail-fast", "--no-tests", "pass", "--status-level", "fail", "--failure-output", "final"]);
        } else {
            cargo.arg("--no-fail-fast");
        }
        cargo.args(self.passed_on);
        if self.members.reaches(package, "store") {
            cargo.env("VESTIBULE_TEST_POSTGRES", self.cluster()?);
        }
        if self.members.reaches(package, "connect") {
            cargo.env("VESTIBULE_TEST_PYTHON", setup::python(&self.workspace)?);
            setup::directory()?;
        }
        self.counting(&format!("run the {name}"), cargo, if nextest { Count::of_nextest } else { Count::of_cargo_test })
    }

    fn browser(&mut self) {
        match self.run_browser() {
            Ok(count) => self.counted("browser journeys", count),
            Err(reason) => self.broke("browser journeys", &reason),
        }
    }

    fn run_browser(&mut self) -> Result<Count, String> {
        let chromium = setup::browser(&self.workspace)?;
        setup::directory()?;
        let site = build::site(&self.workspace, Mode::Dev)?;
        let server = build::server(&self.workspace, true)?;
        let postgres = self.cluster()?;
        let mut node = self.workspace.program("node".as_ref());
        node.current_dir(self.workspace.path("end2end")).arg("run.mjs").args(self.passed_on);
        node.env("VESTIBULE_BIN", server).env("VESTIBULE_SITE", &site.folder).env("CHROMIUM", chromium);
        node.env("VESTIBULE_TEST_POSTGRES", postgres);
        self.counting("walk the browser journeys", node, Count::of_journeys)
    }

    /// A program that prints how many of its tests passed. It fails when it says so in either way.
    fn counting(&mut self, what: &str, command: Command, read: fn(&str) -> Option<Count>) -> Result<Count, String> {
        let mut story = None;
        let result = say::step(what, || {
            let ran = child::run(command)?;
            let count =
                read(&ran.output).ok_or_else(|| format!("{}\nIt ended without saying what passed.", ran.output.trim_end()))?;
            let failed = !ran.succeeded || count.failed > 0;
            story = failed.then_some((ran.output, count));
            if failed { Err(String::new()) } else { Ok(count) }
        });
        match (result, story) {
            (Err(_), Some((output, count))) => {
                say::failure(&output);
                self.names_of_failed.extend(Count::names_of_failed(&output));
                // A runner that fails without a failed test still failed.
                Ok(Count { failed: count.failed.max(1), ..count })
            }
            (result, _) => result,
        }
    }

    /// A check that passes or fails as a whole.
    fn check(&mut self, name: &str, what: &str, work: impl FnOnce(&Workspace) -> Result<(), String>) {
        match say::step(what, || work(&self.workspace)) {
            Ok(()) => self.counted(name, Count { passed: 1, ..Count::default() }),
            Err(reason) => self.broke(name, &reason),
        }
    }

    fn counted(&mut self, name: &str, count: Count) {
        if count.failed > 0 {
            self.failed.push(name.to_owned());
        } else if count.passed == 0 {
            // A runner that finds nothing to run was asked the wrong thing.
            self.failed.push(format!("{name} (none ran)"));
        }
        self.count.add(count);
    }

    fn broke(&mut self, name: &str, reason: &str) {
        say::failure(reason);
        self.counted(name, Count { failed: 1, ..Count::default() });
    }

    fn cluster(&mut self) -> Result<String, String> {
        if let Some(cluster) = &self.cluster {
            return Ok(cluster.url.clone());
        }
        let cluster = postgres::start(Care::None)?;
        Ok(self.cluster.insert(cluster).url.clone())
    }
}

/// Our packages, and which of them each one builds on.
struct Members(Vec<(String, Vec<String>)>);

impl Members {
    fn ask(workspace: &Workspace) -> Result<Self, String> {
        let mut cargo = workspace.cargo();
        cargo.args(["metadata", "--no-deps", "--format-version", "1", "--quiet"]);
        let answer = child::must(cargo)?;
        let metadata: serde_json::Value = answer
            .lines()
            .find(|line| line.starts_with('{'))
            .and_then(|line| serde_json::from_str(line).ok())
            .unwrap_or_default();
        let list = |value: &serde_json::Value, key: &str| {
            value.get(key).and_then(serde_json::Value::as_array).cloned().unwrap_or_default()
        };
        let name = |value: &serde_json::Value| value.get("name").and_then(serde_json::Value::as_str).map(str::to_owned);
        let packages = list(&metadata, "packages");
        let members = packages
            .iter()
            .filter_map(|package| Some((name(package)?, list(package, "dependencies").iter().filter_map(name).collect())))
            .collect();
        Ok(Self(members))
    }

    fn has(&self, package: &str) -> bool {
        self.0.iter().any(|(name, _)| name == package)
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Whether the tests of `package`, or of any, run code of `wanted`.
    fn reaches(&self, package: Option<&str>, wanted: &str) -> bool {
        let Some(package) = package else { return true };
        let mut waiting = vec![package];
        let mut seen = Vec::new();
        while let Some(next) = waiting.pop() {
            if next == wanted {
                return true;
            }
            if seen.contains(&next) {
                continue;
            }
            seen.push(next);
            let of_next = self.0.iter().find(|(name, _)| name == next);
            waiting.extend(of_next.into_iter().flat_map(|(_, dependencies)| dependencies).map(String::as_str));
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_reaches_what_its_dependencies_reach() {
        let entry = |name: &str, on: &[&str]| (name.to_owned(), on.iter().map(|&on| on.to_owned()).collect());
        let members = Members(vec![entry("engine", &["store", "serde"]), entry("store", &["model"]), entry("model", &[])]);
        assert!(members.reaches(Some("engine"), "model"));
        assert!(members.reaches(Some("store"), "store"));
        assert!(!members.reaches(Some("model"), "store"));
        assert!(members.reaches(None, "store"));
    }
}
