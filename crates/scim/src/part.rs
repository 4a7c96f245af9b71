//! Parts of a resource: `attributes` and `excludedAttributes` (RFC 7644, 3.9).

use crate::attributes::shape;
use model::provisioning::Provisioned;
use serde_json::{Map, Value};

/// Which part of a resource is answered. `id` and `schemas` always are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Only these; empty for all.
    pub attributes: Vec<String>,
    /// All but these.
    pub excluded: Vec<String>,
}

impl Part {
    /// Reads names between commas.
    pub fn read(attributes: Option<&str>, excluded: Option<&str>) -> Self {
        let names = |text: Option<&str>| {
            let names = text.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
            names.map(str::to_owned).collect()
        };
        Self { attributes: names(attributes), excluded: names(excluded) }
    }

    /// Whether an attribute of the resource itself is answered, wholly or in part.
    pub fn has(&self, kind: Provisioned, name: &str) -> bool {
        let named = |all: &[String], whole: bool| {
            all.iter().any(|one| {
                let (_, own, sub) = split(kind, one);
                own.eq_ignore_ascii_case(name) && !(whole && sub.is_some())
            })
        };
        if self.attributes.is_empty() { !named(&self.excluded, true) } else { named(&self.attributes, false) }
    }
}

/// A name as it is asked for: its extension, the attribute, and the part of it. Without an attribute, the whole extension.
fn split(kind: Provisioned, name: &str) -> (Option<&'static str>, &str, Option<&str>) {
    let shape = shape(kind);
    let (extension, rest) = if let Some(schema) = shape.extension(name) {
        (Some(schema.id), "")
    } else if let Some((uri, rest)) = name.rsplit_once(':') {
        match shape.extension(uri) {
            Some(schema) => (Some(schema.id), rest),
            // A version holds a dot, and an attribute of the resource itself may be named with its schema.
            None => (None, rest),
        }
    } else {
        (None, name)
    };
    match rest.split_once('.') {
        Some((own, sub)) => (extension, own, Some(sub)),
        None => (extension, rest, None),
    }
}

/// The part of a resource that is asked for.
pub fn part(kind: Provisioned, resource: Value, asked: &Part) -> Value {
    let Value::Object(resource) = resource else { return resource };
    if !asked.attributes.is_empty() {
        let mut chosen = Map::new();
        for name in ["schemas", "id"] {
            if let Some(value) = resource.get(name) {
                chosen.insert(name.to_owned(), value.clone());
            }
        }
        for name in &asked.attributes {
            choose(kind, &resource, name, &mut chosen);
        }
        return Value::Object(chosen);
    }
    let mut left = resource;
    for name in &asked.excluded {
        exclude(kind, &mut left, name);
    }
    Value::Object(left)
}

fn key<'m>(of: &'m Map<String, Value>, name: &str) -> Option<(&'m String, &'m Value)> {
    of.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))
}

fn choose(kind: Provisioned, resource: &Map<String, Value>, name: &str, chosen: &mut Map<String, Value>) {
    let (extension, own, sub) = split(kind, name);
    let (from, into) = match extension {
        None => (resource, chosen),
        Some(id) => {
            let Some(Value::Object(part)) = resource.get(id) else { return };
            if own.is_empty() {
                chosen.insert(id.to_owned(), Value::Object(part.clone()));
                return;
            }
            let entry = chosen.entry(id).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(into) = entry else { return };
            (part, into)
        }
    };
    let Some((key, value)) = key(from, own) else { return };
    let Some(sub) = sub else {
        into.insert(key.clone(), value.clone());
        return;
    };
    match value {
        Value::Object(parts) => {
            let entry = into.entry(key.clone()).or_insert_with(|| Value::Object(Map::new()));
            if let (Some((name, value)), Value::Object(into)) = (self::key(parts, sub), entry) {
                into.insert(name.clone(), value.clone());
            }
        }
        Value::Array(values) => {
            let empty = || Value::Array(values.iter().map(|_| Value::Object(Map::new())).collect());
            let Value::Array(all) = into.entry(key.clone()).or_insert_with(empty) else { return };
            for (one, from) in all.iter_mut().zip(values) {
                let found = from.as_object().and_then(|from| self::key(from, sub));
                if let (Value::Object(into), Some((name, value))) = (one, found) {
                    into.insert(name.clone(), value.clone());
                }
            }
        }
        _ => {}
    }
}

fn exclude(kind: Provisioned, resource: &mut Map<String, Value>, name: &str) {
    let (extension, own, sub) = split(kind, name);
    let place = match extension {
        None => resource,
        Some(id) if own.is_empty() => {
            resource.remove(id);
            return;
        }
        Some(id) => match resource.get_mut(id) {
            Some(Value::Object(part)) => part,
            _ => return,
        },
    };
    let Some(key) = key(place, own).map(|(key, _)| key.clone()) else { return };
    // What always comes stays.
    if extension.is_none() && ["id", "schemas"].contains(&key.as_str()) {
        return;
    }
    let Some(sub) = sub else {
        place.remove(&key);
        return;
    };
    let without = |parts: &mut Map<String, Value>| {
        if let Some(name) = self::key(parts, sub).map(|(name, _)| name.clone()) {
            parts.remove(&name);
        }
    };
    match place.get_mut(&key) {
        Some(Value::Object(parts)) => without(parts),
        Some(Value::Array(values)) => values.iter_mut().filter_map(Value::as_object_mut).for_each(without),
        _ => {}
    }
}
