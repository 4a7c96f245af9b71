//! Checks that no compiler makes: of our own files, and of the packages that we build on.
//!
//! The second are what cargo-deny checks offline. They are done here from `cargo metadata`, because compiling cargo-deny
//! takes longer than everything else in set-up. `deny.toml` is in its format, for those who have it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use toml::Table;

use crate::workspace::Workspace;
use crate::{child, say, spdx};

/// Longer files are hard to hold in mind. The rule of style says 400; a little air keeps small edits from splitting one.
const LONGEST_FILE_LINES: usize = 450;
/// A longer file says why within this many lines.
const HEAD_LINES: usize = 10;
/// Folders that are not ours.
const FOREIGN: [&str; 3] = ["target", "node_modules", "dist"];
/// In two parts, or this file would find itself.
const ALLOW: [&str; 2] = [concat!("#[", "allow("), concat!("#![", "allow(")];

/// Our own files.
pub fn tree(workspace: &Workspace) -> Result<(), String> {
    let mut findings = Vec::new();
    let mut folders = vec![workspace.root.clone()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| format!("{} cannot be read: {error}.", folder.display()))?;
        for entry in entries.flatten() {
            let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
            if path.is_dir() {
                let foreign = name.starts_with('.') || FOREIGN.contains(&name.as_str()) || path == workspace.target;
                if !foreign {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") {
                let text =
                    std::fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}.", path.display()))?;
                let shown = path.strip_prefix(&workspace.root).unwrap_or(&path).to_path_buf();
                findings.extend(in_file(&shown, &text));
            }
        }
    }
    findings.sort();
    verdict(&findings)
}

fn in_file(path: &Path, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if ALLOW.iter().any(|start| line.trim_start().starts_with(start)) {
            findings.push(format!(
                "{}:{}: a lint is silenced without a reason: use #[expect(…, reason = \"…\")]",
                path.display(),
                index + 1
            ));
        }
    }
    let lines = text.lines().count();
    let excused = text.lines().take(HEAD_LINES).any(|line| line.starts_with("//") && line.contains("long because"));
    if lines > LONGEST_FILE_LINES && !excused {
        findings.push(format!(
            "{}: {lines} lines; at most {LONGEST_FILE_LINES}, or a comment at its head that says \"long because …\"",
            path.display()
        ));
    }
    findings
}

/// What we build on: licences, versions and origins.
pub fn packages(workspace: &Workspace) -> Result<(), String> {
    let rules = Rules::read(&workspace.path("deny.toml"))?;
    let mut cargo = workspace.cargo();
    cargo.args(["metadata", "--format-version", "1", "--quiet"]);
    for target in &rules.targets {
        cargo.args(["--filter-platform", target]);
    }
    let answer = child::must(cargo)?;
    let metadata: Value = answer
        .lines()
        .find(|line| line.starts_with('{'))
        .and_then(|line| serde_json::from_str(line).ok())
        .ok_or_else(|| format!("`cargo metadata` answered something else:\n{answer}"))?;
    let packages: Vec<Package> =
        metadata.get("packages").and_then(Value::as_array).into_iter().flatten().map(Package::of).collect();
    verdict(&rules.judge(&packages))
}

fn verdict(findings: &[String]) -> Result<(), String> {
    if findings.is_empty() { Ok(()) } else { Err(findings.join("\n")) }
}

#[derive(Clone, Debug, Default)]
struct Package {
    name: String,
    version: String,
    licence: String,
    /// None for our own.
    source: Option<String>,
}

impl Package {
    fn of(value: &Value) -> Self {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        Self {
            name: text("name").unwrap_or_default(),
            version: text("version").unwrap_or_default(),
            licence: text("license").unwrap_or_default(),
            source: text("source"),
        }
    }
}

/// What `deny.toml` says.
#[derive(Clone, Debug, Default)]
struct Rules {
    targets: Vec<String>,
    licences: Vec<String>,
    /// Names of packages that may be there in several versions.
    skip: BTreeSet<String>,
}

impl Rules {
    fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}.", path.display()))?;
        let table: Table = text.parse().map_err(|error| format!("{} is not TOML: {error}", path.display()))?;
        let list = |section: &str, key: &str| -> Vec<&toml::Value> {
            table
                .get(section)
                .and_then(|section| section.get(key))
                .and_then(toml::Value::as_array)
                .into_iter()
                .flatten()
                .collect()
        };
        let words = |section, key| list(section, key).into_iter().filter_map(toml::Value::as_str).map(str::to_owned).collect();
        let skip = list("bans", "skip").into_iter().filter_map(|entry| entry.get("crate")?.as_str());
        let rules = Self {
            targets: words("graph", "targets"),
            licences: words("licenses", "allow"),
            skip: skip.map(str::to_owned).collect(),
        };
        if rules.licences.is_empty() {
            return Err(format!("{} allows no licence: something is wrong with it.", path.display()));
        }
        Ok(rules)
    }

    fn judge(&self, packages: &[Package]) -> Vec<String> {
        let mut findings = Vec::new();
        let mut registries = BTreeSet::new();
        let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for package in packages {
            let Package { name, version, licence, source } = package;
            versions.entry(name).or_default().push(version);
            if !spdx::is_allowed(licence, &self.licences) {
                findings.push(format!("{name} {version} is under {licence:?}, which deny.toml does not allow"));
            }
            match source {
                Some(source) if source.starts_with("registry+") || source.starts_with("sparse+") => {
                    registries.insert(source);
                }
                Some(source) => findings
                    .push(format!("{name} {version} comes from {source}: only the registry and our own folders may be used")),
                None => {}
            }
        }
        if registries.len() > 1 {
            findings.push(format!("packages come from several registries: {registries:?}"));
        }
        let several: BTreeMap<&str, Vec<&str>> = versions.into_iter().filter(|(_, versions)| versions.len() > 1).collect();
        for (name, versions) in &several {
            if !self.skip.contains(*name) {
                findings.push(format!(
                    "{name} is built in versions {}: bring them together, or list it in deny.toml with a reason",
                    versions.join(", ")
                ));
            }
        }
        let gone: Vec<&str> = self.skip.iter().map(String::as_str).filter(|name| !several.contains_key(name)).collect();
        if !gone.is_empty() {
            say::note(&format!("deny.toml still lists what is built in one version only: {}", gone.join(", ")));
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, licence: &str) -> Package {
        let source = Some("registry+somewhere".to_owned());
        Package { name: name.to_owned(), version: version.to_owned(), licence: licence.to_owned(), source }
    }

    fn rules() -> Rules {
        Rules { licences: vec!["MIT".to_owned()], skip: BTreeSet::from(["old".to_owned()]), ..Rules::default() }
    }

    #[test]
    fn a_licence_that_is_not_listed_is_found() {
        let findings = rules().judge(&[package("good", "1.0.0", "MIT"), package("bad", "1.0.0", "GPL-3.0-only")]);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].starts_with("bad 1.0.0"), "{findings:?}");
    }

    #[test]
    fn a_second_version_is_found_unless_it_is_listed() {
        let both = |name| [package(name, "1.0.0", "MIT"), package(name, "2.0.0", "MIT")];
        assert_eq!(rules().judge(&both("fresh")).len(), 1);
        assert_eq!(rules().judge(&both("old")), Vec::<String>::new());
    }

    #[test]
    fn only_one_registry_may_be_used() {
        let mut foreign = package("foreign", "1.0.0", "MIT");
        foreign.source = Some("git+https://example.org/foreign".to_owned());
        assert_eq!(rules().judge(&[foreign.clone()]).len(), 1);
        foreign.source = Some("registry+elsewhere".to_owned());
        assert_eq!(rules().judge(&[foreign, package("usual", "1.0.0", "MIT")]).len(), 1);
    }

    #[test]
    fn a_lint_is_not_silenced_without_a_reason() {
        let text = format!("//! Words.\n    {}dead_code)]\n", ALLOW[0]);
        assert_eq!(in_file(Path::new("a.rs"), &text).len(), 1);
        assert_eq!(in_file(Path::new("a.rs"), "#[expect(dead_code, reason = \"later\")]\n"), Vec::<String>::new());
    }

    #[test]
    fn a_long_file_says_why() {
        let body = "x\n".repeat(LONGEST_FILE_LINES);
        assert_eq!(in_file(Path::new("a.rs"), &format!("//! Words.\n{body}")).len(), 1);
        assert_eq!(in_file(Path::new("a.rs"), &format!("//! Words, long because of a table.\n{body}")), Vec::<String>::new());
    }
}
