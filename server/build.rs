//! Puts the built pages into the binary when `VESTIBULE_EMBED_SITE` names their folder while compiling.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=VESTIBULE_EMBED_SITE");
    let mut entries = String::new();
    if let Some(folder) = env::var_os("VESTIBULE_EMBED_SITE").filter(|folder| !folder.is_empty()) {
        let folder = PathBuf::from(folder).canonicalize()?;
        println!("cargo::rerun-if-changed={}", folder.display());
        list(&folder, &folder, &mut entries)?;
    }
    let source = format!("pub const FILES: &[(&str, &[u8])] = &[\n{entries}];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("embedded_site.rs"), source)?;
    Ok(())
}

fn list(root: &Path, folder: &Path, entries: &mut String) -> Result<(), Box<dyn Error>> {
    let mut found = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(fs::DirEntry::file_name);
    for entry in found {
        let path = entry.path();
        if path.is_dir() {
            list(root, &path, entries)?;
        } else {
            let name = path.strip_prefix(root)?.to_str().ok_or("a file name is not Unicode")?.to_owned();
            let path = path.to_str().ok_or("a file name is not Unicode")?;
            writeln!(entries, "    ({name:?}, include_bytes!({path:?})),")?;
        }
    }
    Ok(())
}
