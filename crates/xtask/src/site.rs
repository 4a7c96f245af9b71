//! The folder that a browser is served from: script, wasm, styles and icons, under names that carry a hash of their
//! content, so that a browser may keep them for ever. `manifest.json` says which name is which.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest as _, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::build::Mode;
use crate::workspace::Workspace;

/// In the order in which they are joined; the first declares the order of the layers.
const STYLES: [&str; 4] = ["tokens.css", "base.css", "parts.css", "pages.css"];
/// What the first visit to a page fetches beside the page itself, for everybody and for administrators.
const FIRST_PAGE: [&str; 4] = ["my-access.js", "my-access_bg.wasm", "style.css", "icons.svg"];
const FIRST_ADMINISTRATION: [&str; 4] = ["administration.js", "administration_bg.wasm", "style.css", "icons.svg"];
/// Endings of files that shrink. Pictures and fonts are packed already.
const SHRINKING: [&str; 9] = ["js", "wasm", "css", "svg", "json", "txt", "html", "map", "webmanifest"];
/// Twelve digits of a hash tell any two builds apart, and a person two lines of a log.
const HASH_DIGITS: usize = 12;
/// The areas of the portal: each becomes a script such as `my-access.js` and a wasm such as `my-access_bg.wasm`.
const AREAS: [&str; 3] = ["my-access", "my-roles", "administration"];

/// A finished folder.
#[derive(Debug)]
pub struct Site {
    pub folder: PathBuf,
    /// Plain name to address.
    pub manifest: BTreeMap<String, String>,
}

impl Site {
    /// The files that a first visit fetches, with their sizes in brotli.
    pub fn first_page(&self) -> Result<Vec<(&'static str, u64)>, String> {
        self.sizes(&FIRST_PAGE)
    }

    /// The same for the first visit to a page of the administration.
    pub fn first_administration(&self) -> Result<Vec<(&'static str, u64)>, String> {
        self.sizes(&FIRST_ADMINISTRATION)
    }

    fn sizes(&self, names: &[&'static str]) -> Result<Vec<(&'static str, u64)>, String> {
        let mut sizes = Vec::new();
        for name in names.iter().copied() {
            if let Some(address) = self.manifest.get(name) {
                let path = self.folder.join(format!("{}.br", address.trim_start_matches('/')));
                sizes.push((name, std::fs::metadata(&path).map_err(|error| cannot("read", &path, &error))?.len()));
            }
        }
        Ok(sizes)
    }
}

/// Makes the site of the compiled areas in `compiled`. What has not changed since the last time is left as it is.
pub fn assemble(workspace: &Workspace, compiled: &Path, mode: Mode) -> Result<Site, String> {
    let (pages, site) = match mode {
        Mode::Dev => ("xtask/pages", "site"),
        Mode::Release => ("xtask/pages-release", "site-release"),
    };
    let pages = workspace.target.join(pages);
    for area in AREAS {
        bind(&compiled.join(area).with_extension("wasm"), area, &pages.join(area), mode)?;
    }

    let mut folder = Folder::new(workspace.target.join(site), mode);
    let mut styles = Vec::new();
    for name in STYLES {
        styles.extend(read(&workspace.path("style").join(name))?);
    }
    folder.add("style.css", &styles)?;
    for area in AREAS {
        let pages = pages.join(area);
        for file in [format!("{area}.js"), format!("{area}_bg.wasm")] {
            folder.add(&file, &read(&pages.join(&file))?)?;
        }
        for (name, path) in files_below(&pages.join("snippets"))? {
            // The script asks for these by name; the name holds a hash of their crate.
            folder.put(&format!("pkg/snippets/{name}"), &read(&path)?)?;
        }
    }
    for (name, path) in files_below(&workspace.path("public"))? {
        let content = read(&path)?;
        if name == "robots.txt" || name.starts_with("favicon.") {
            // Browsers and crawlers look for these by name.
            folder.put(&name, &content)?;
        }
        folder.add(&name, &content)?;
    }
    if let Some(address) = folder.manifest.get_mut("robots.txt") {
        // No page links to it.
        "/robots.txt".clone_into(address);
    }
    folder.finish()
}

/// wasm-bindgen: from the compiler's output to a script and a wasm that a browser loads.
fn bind(wasm: &Path, name: &str, pages: &Path, mode: Mode) -> Result<(), String> {
    let stamp_file = pages.join("made-of");
    let stamp = stamp(wasm)?;
    if std::fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        return Ok(());
    }
    if pages.exists() {
        std::fs::remove_dir_all(pages).map_err(|error| cannot("empty", pages, &error))?;
    }
    let release = mode == Mode::Release;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name(name).typescript(false);
    bindgen.remove_name_section(release).remove_producers_section(release);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(pages))
        .map_err(|error| format!("wasm-bindgen cannot use {}: {error:#}.", wasm.display()))?;
    write(&stamp_file, stamp.as_bytes())
}

/// Tells one build of the wasm from another without reading it.
fn stamp(wasm: &Path) -> Result<String, String> {
    let about = std::fs::metadata(wasm).map_err(|error| cannot("read", wasm, &error))?;
    let written = about.modified().map_err(|error| cannot("read", wasm, &error))?;
    let since = written.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{} bytes, {} ns", about.len(), since.as_nanos()))
}

/// A site in the making.
struct Folder {
    path: PathBuf,
    mode: Mode,
    manifest: BTreeMap<String, String>,
    /// What belongs in it; the rest is of earlier builds.
    wanted: BTreeSet<PathBuf>,
}

impl Folder {
    fn new(path: PathBuf, mode: Mode) -> Self {
        Self { path, mode, manifest: BTreeMap::new(), wanted: BTreeSet::new() }
    }

    /// A file that pages find through the manifest.
    fn add(&mut self, name: &str, content: &[u8]) -> Result<(), String> {
        let inside = format!("pkg/{}", hashed_name(name, content));
        self.put(&inside, content)?;
        self.manifest.insert(name.to_owned(), format!("/{inside}"));
        Ok(())
    }

    /// A file at an address of its own, in release with its packed forms beside it.
    fn put(&mut self, inside: &str, content: &[u8]) -> Result<(), String> {
        let path = self.path.join(inside);
        let changed = write_if_changed(&path, content)?;
        if self.mode == Mode::Release && shrinks(inside) {
            let forms: [(&str, Pack); 2] = [("br", brotli), ("gz", gzip)];
            for (ending, pack) in forms {
                let packed = self.path.join(format!("{inside}.{ending}"));
                if changed || !packed.exists() {
                    write(&packed, &pack(content).map_err(|error| cannot("pack", &path, &error))?)?;
                }
                self.wanted.insert(packed);
            }
        }
        self.wanted.insert(path);
        Ok(())
    }

    /// The manifest comes last: whoever reads it finds everything that it names.
    fn finish(mut self) -> Result<Site, String> {
        let mut manifest =
            serde_json::to_string_pretty(&self.manifest).map_err(|error| format!("the manifest cannot be written: {error}."))?;
        manifest.push('\n');
        let path = self.path.join("manifest.json");
        write_if_changed(&path, manifest.as_bytes())?;
        self.wanted.insert(path);
        for (_, file) in files_below(&self.path)? {
            if !self.wanted.contains(&file) {
                std::fs::remove_file(&file).map_err(|error| cannot("remove", &file, &error))?;
            }
        }
        Ok(Site { folder: self.path, manifest: self.manifest })
    }
}

/// `fonts/inter.woff2` becomes `fonts/inter.0123456789ab.woff2`.
fn hashed_name(name: &str, content: &[u8]) -> String {
    let hash = format!("{:x}", Sha256::digest(content));
    let hash = hash.get(..HASH_DIGITS).unwrap_or_default();
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.{hash}.{ending}"),
        None => format!("{name}.{hash}"),
    }
}

fn shrinks(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| SHRINKING.contains(&ending))
}

/// A way to make content smaller.
type Pack = fn(&[u8]) -> std::io::Result<Vec<u8>>;

fn brotli(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    // As hard as it can: packed once, sent often.
    let settings = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: content.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*content, &mut packed, &settings)?;
    Ok(packed)
}

fn gzip(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

/// Files in all folders below, by their path in it; names that start with a dot are the system's, not ours.
fn files_below(folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let mut found = Vec::new();
    let mut waiting = vec![(String::new(), folder.to_path_buf())];
    while let Some((prefix, folder)) = waiting.pop() {
        if !folder.exists() {
            continue;
        }
        for entry in std::fs::read_dir(&folder).map_err(|error| cannot("read", &folder, &error))? {
            let entry = entry.map_err(|error| cannot("read", &folder, &error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let (inside, path) = (format!("{prefix}{name}"), entry.path());
            if path.is_dir() {
                waiting.push((format!("{inside}/"), path));
            } else {
                found.push((inside, path));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| cannot("read", path, &error))
}

/// Says whether it had to. The server is built again when a file of its site was written, so we write only what differs.
fn write_if_changed(path: &Path, content: &[u8]) -> Result<bool, String> {
    if std::fs::read(path).is_ok_and(|old| old == content) {
        return Ok(false);
    }
    write(path, content).map(|()| true)
}

/// In one move, so that nobody finds half a file, not even after we were interrupted.
fn write(path: &Path, content: &[u8]) -> Result<(), String> {
    let failed = |error: std::io::Error| cannot("write", path, &error);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut half = path.as_os_str().to_owned();
    half.push(".half");
    std::fs::write(&half, content).map_err(failed)?;
    std::fs::rename(&half, path).map_err(failed)
}

fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> String {
    format!("cannot {verb} {}: {error}.", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn temporary(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("vestibule-site-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_name_changes_exactly_when_its_content_does() {
        assert_eq!(hashed_name("style.css", b"a"), hashed_name("style.css", b"a"));
        assert_ne!(hashed_name("style.css", b"a"), hashed_name("style.css", b"b"));
        assert_eq!(hashed_name("fonts/inter.woff2", b""), "fonts/inter.e3b0c44298fc.woff2");
    }

    #[test]
    fn files_of_earlier_builds_are_removed() {
        let path = temporary("stale");
        for content in [b"old", b"new"] {
            let mut folder = Folder::new(path.clone(), Mode::Release);
            folder.add("style.css", content).unwrap();
            folder.finish().unwrap();
        }
        let names: Vec<String> = files_below(&path).unwrap().into_iter().map(|(name, _)| name).collect();
        let hashed = format!("pkg/{}", hashed_name("style.css", b"new"));
        assert_eq!(names, ["manifest.json".to_owned(), hashed.clone(), format!("{hashed}.br"), format!("{hashed}.gz")]);
        std::fs::remove_dir_all(&path).unwrap();
    }

    #[test]
    fn a_file_that_stays_the_same_is_not_written_again() {
        let path = temporary("same").join("file");
        assert!(write_if_changed(&path, b"one").unwrap());
        assert!(!write_if_changed(&path, b"one").unwrap());
        assert!(write_if_changed(&path, b"two").unwrap());
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn pictures_and_fonts_are_not_packed_twice() {
        assert!(shrinks("pkg/my-access.0.js") && shrinks("pkg/my-access_bg.0.wasm"));
        assert!(!shrinks("pkg/inter.0.woff2") && !shrinks("pkg/logo.0.png"));
    }
}
