//! The built files: script, wasm, style, icons. Read once at start, so that a request touches no disk and no path.

use app::surroundings::{Assets, Script};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded_site.rs"));
}

/// Files under `/pkg` carry a hash of their content in their name: they never change.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// The others keep their name when they change.
const SHORT: &str = "public, max-age=3600";
/// The list of names with hashes, which `cargo xtask` writes when it builds the pages.
const MANIFEST: &str = "manifest.json";

/// All files by address, and the addresses that the shell of a page needs.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: BTreeMap<String, File>,
    shell: Assets,
}

#[derive(Clone, Debug, Default)]
struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Files {
    /// The files of `folder`; without one, those in the binary, which may be none.
    pub fn load(folder: Option<&Path>) -> Result<Self, String> {
        let raw = match folder {
            Some(folder) => read(folder)?,
            None => embedded::FILES.iter().map(|(name, bytes)| ((*name).to_owned(), Bytes::from_static(bytes))).collect(),
        };
        Self::from_raw(raw)
    }

    /// Nothing was built: pages work, without script and style.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The addresses for the shell.
    pub fn shell(&self) -> &Assets {
        &self.shell
    }

    /// There is a file at this address.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The file at this address, in the smallest form that the browser takes.
    pub fn answer(&self, path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
        let file = self.files.get(path)?;
        let (bytes, encoding) = match (&file.brotli, &file.gzip) {
            (Some(brotli), _) if takes(headers, "br") => (brotli, Some("br")),
            (_, Some(gzip)) if takes(headers, "gzip") => (gzip, Some("gzip")),
            _ => (&file.plain, None),
        };
        let mut response = Response::new(Body::from(bytes.clone()));
        *response.status_mut() = StatusCode::OK;
        let kept = if path.starts_with("/pkg/") { IMMUTABLE } else { SHORT };
        let answer = response.headers_mut();
        answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
        answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
        answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Some(response)
    }

    fn from_raw(mut raw: BTreeMap<String, Bytes>) -> Result<Self, String> {
        let names: BTreeMap<String, String> = match raw.remove(MANIFEST) {
            Some(manifest) => {
                serde_json::from_slice(&manifest).map_err(|error| format!("the site’s {MANIFEST} cannot be read: {error}"))?
            }
            None => BTreeMap::new(),
        };
        let mut files = BTreeMap::new();
        for (name, plain) in &raw {
            if name.ends_with(".br") || name.ends_with(".gz") {
                continue;
            }
            let brotli = raw.get(&format!("{name}.br")).cloned();
            let gzip = raw.get(&format!("{name}.gz")).cloned();
            files.insert(format!("/{name}"), File { plain: plain.clone(), brotli, gzip });
        }
        // Browsers and people also ask for a file by its plain name, such as `/icon.svg`.
        for (name, address) in &names {
            if let Some(file) = files.get(address).cloned() {
                files.entry(format!("/{name}")).or_insert(file);
            }
        }
        Ok(Self { files, shell: shell(&names) })
    }
}

/// The addresses that pages link to. A missing entry stays empty: the page then has no such link.
fn shell(names: &BTreeMap<String, String>) -> Assets {
    let name = |key: &str| names.get(key).cloned().unwrap_or_default();
    let script = |area: &str| Script { code: name(&format!("{area}.js")), wasm: name(&format!("{area}_bg.wasm")) };
    Assets {
        my_access: script("my-access"),
        my_roles: script("my-roles"),
        administration: script("administration"),
        style: name("style.css"),
        icons: name("icons.svg"),
        passkey: name("passkey.js"),
    }
}

/// Everything below `folder`, by its path in it.
fn read(folder: &Path) -> Result<BTreeMap<String, Bytes>, String> {
    let cannot = |path: &Path, error: &dyn std::fmt::Display| format!("the site’s {} cannot be read: {error}", path.display());
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).map_err(|error| cannot(&next, &error))? {
            let path = entry.map_err(|error| cannot(&next, &error))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(name) = path.strip_prefix(folder).ok().and_then(Path::to_str) {
                let bytes = std::fs::read(&path).map_err(|error| cannot(&path, &error))?;
                found.insert(name.replace('\\', "/"), Bytes::from(bytes));
            }
        }
    }
    Ok(found)
}

/// The browser takes `encoding`, and does not say `q=0`.
fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| {
            let mut words = part.split(';').map(str::trim);
            words.next() == Some(encoding) && !words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "ico" => "image/x-icon",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "html" => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}
