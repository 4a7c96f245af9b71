//! Keys that nobody knows. A misspelt key would otherwise be silently without effect.

use confique::meta::{FieldKind, Meta};

/// The first key of `table` that `meta` does not have, in words, with the nearest one that it has.
pub fn unknown(table: &toml::Table, meta: &'static Meta) -> Option<String> {
    let mut known = Vec::new();
    list(meta, "", &mut known);
    let key = first_unknown(table, meta, "")?;
    Some(match nearest(&key, known.iter().map(String::as_str)) {
        Some(near) => format!("There is no key “{key}”. Did you mean “{near}”?"),
        None => format!("There is no key “{key}”."),
    })
}

/// Variables with our prefix that no setting reads: the name, and the nearest known one.
///
/// They are warnings and not errors, because Kubernetes puts `VESTIBULE_PORT` and others into the environment of
/// every neighbour of a service of this name.
pub fn unread_variables(meta: &'static Meta, names: impl Iterator<Item = String>) -> Vec<(String, String)> {
    let mut known = vec!["VESTIBULE_CONFIG", "VESTIBULE_EMBED_SITE"];
    list_variables(meta, &mut known);
    names
        .filter(|name| name.starts_with("VESTIBULE_") && !known.contains(&name.as_str()))
        .filter_map(|name| nearest(&name, known.iter().copied()).map(|near| (name.clone(), near.to_owned())))
        .collect()
}

fn first_unknown(table: &toml::Table, meta: &'static Meta, prefix: &str) -> Option<String> {
    table.iter().find_map(|(key, value)| {
        let path = format!("{prefix}{key}");
        let Some(field) = meta.fields.iter().find(|field| field.name == key) else { return Some(path) };
        match (field.kind, value) {
            (FieldKind::Nested { meta }, toml::Value::Table(inner)) => first_unknown(inner, meta, &format!("{path}.")),
            _ => None,
        }
    })
}

fn list(meta: &'static Meta, prefix: &str, known: &mut Vec<String>) {
    for field in meta.fields {
        let path = format!("{prefix}{}", field.name);
        match field.kind {
            FieldKind::Leaf { .. } => known.push(path),
            FieldKind::Nested { meta } => list(meta, &format!("{path}."), known),
        }
    }
}

fn list_variables(meta: &'static Meta, known: &mut Vec<&'static str>) {
    for field in meta.fields {
        match field.kind {
            FieldKind::Leaf { env, .. } => known.extend(env),
            FieldKind::Nested { meta } => list_variables(meta, known),
        }
    }
}

/// The known word that needs the fewest changes.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known.min_by_key(|candidate| strsim::damerau_levenshtein(word, candidate))
}
