//! Changing a resource by a patch (RFC 7644, 3.5.2).
//!
//! Lenient where providers differ from the letter and mean the same: names of operations in any case, a path as the name of a
//! value, and values of a type that is not there yet. What is not kept is passed over.

use crate::attributes::shape;
use crate::clean::{Object, clean, cleaned_one, cleaned_value, is_primary, own};
use crate::filter::{self, eq_values};
use crate::schema::{Attribute, Mutability, Schema, Shape, found};
use crate::wrong;
use model::Refusal;
use model::limits::SCIM_PATCH_OPERATIONS_MAX;
use model::provisioning::{Provisioned, ScimFault};
use scim_v2::filter::{AttrPath, PatchPath, PatchValuePath};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Replace,
    Remove,
}

/// Changes a resource as the operations say, one after the other. `resource` was cleaned, and so is what comes back.
pub fn patch(kind: Provisioned, resource: &Object, operations: &Value) -> Result<Object, Refusal> {
    let Some(operations) = operations.as_array() else {
        return Err(wrong(ScimFault::InvalidSyntax, "A patch has a list “Operations”. Send one."));
    };
    if operations.len() > SCIM_PATCH_OPERATIONS_MAX {
        let message = format!("A patch has at most {SCIM_PATCH_OPERATIONS_MAX} operations. Send several.");
        return Err(wrong(ScimFault::TooMany, message));
    }
    let shape = shape(kind);
    let mut patching = Patching { shape, core: resource.clone(), extensions: BTreeMap::new() };
    for schema in shape.extensions {
        if let Some(Value::Object(part)) = patching.core.remove(schema.id) {
            patching.extensions.insert(schema.id, part);
        }
    }
    for operation in operations {
        patching.apply(operation)?;
    }
    let Patching { mut core, extensions, .. } = patching;
    core.extend(extensions.into_iter().map(|(id, part)| (id.to_owned(), Value::Object(part))));
    clean(kind, &Value::Object(core))
}

struct Patching {
    shape: &'static Shape,
    core: Object,
    extensions: BTreeMap<&'static str, Object>,
}

impl Patching {
    fn apply(&mut self, operation: &Value) -> Result<(), Refusal> {
        let get = |name: &str| {
            let all = operation.as_object()?;
            all.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        };
        let op = match get("op").and_then(Value::as_str).map(str::to_ascii_lowercase).as_deref() {
            Some("add") => Op::Add,
            Some("replace") => Op::Replace,
            Some("remove") => Op::Remove,
            _ => {
                let message = "An operation is “add”, “replace” or “remove”, and says so in “op”.";
                return Err(wrong(ScimFault::InvalidSyntax, message));
            }
        };
        let value = get("value");
        match get("path") {
            None | Some(Value::Null) => self.without_path(op, value),
            Some(Value::String(path)) => self.at(op, path, value),
            Some(_) => Err(wrong(ScimFault::InvalidPath, "A path is a text.")),
        }
    }

    /// The value holds attributes by name.
    fn without_path(&mut self, op: Op, value: Option<&Value>) -> Result<(), Refusal> {
        if op == Op::Remove {
            return Err(wrong(ScimFault::NoTarget, "An operation “remove” needs a path that says what to remove."));
        }
        let Some(Value::Object(values)) = value else {
            return Err(wrong(ScimFault::InvalidValue, "Without a path, “value” is an object with attributes."));
        };
        for (name, value) in values {
            if name.eq_ignore_ascii_case("schemas") {
                continue;
            }
            self.at(op, name, Some(value))?;
        }
        Ok(())
    }

    fn at(&mut self, op: Op, path: &str, value: Option<&Value>) -> Result<(), Refusal> {
        if let Some(schema) = self.shape.extension(path) {
            return self.whole_extension(op, schema, value);
        }
        match filter::path(path)? {
            PatchPath::Attr(path) => self.attribute(op, &path, value),
            PatchPath::Value(path) => self.selected(op, &path, value),
        }
    }

    fn whole_extension(&mut self, op: Op, schema: &'static Schema, value: Option<&Value>) -> Result<(), Refusal> {
        if op == Op::Remove {
            self.extensions.remove(schema.id);
            return Ok(());
        }
        let Some(Value::Object(values)) = value else {
            return Err(wrong(ScimFault::InvalidValue, "The value of an extension is an object with its attributes."));
        };
        for (name, value) in values {
            if let Some(attribute) = found(schema.attributes, name) {
                self.set(op, Some(schema), attribute, Some(value))?;
            }
        }
        Ok(())
    }

    /// The attribute that a path names, with its extension; nothing for one that is not kept.
    fn find(&self, path: &AttrPath) -> Option<(Option<&'static Schema>, &'static Attribute)> {
        match self.shape.find(path.uri.as_deref(), &path.name) {
            None if path.uri.is_none() => own(self.shape, &path.name).map(|attribute| (None, attribute)),
            found => found,
        }
    }

    /// Where the attributes of the resource itself, or of an extension, stand.
    fn place(&mut self, extension: Option<&'static Schema>) -> &mut Object {
        match extension {
            None => &mut self.core,
            Some(schema) => self.extensions.entry(schema.id).or_default(),
        }
    }

    fn attribute(&mut self, op: Op, path: &AttrPath, value: Option<&Value>) -> Result<(), Refusal> {
        let Some((extension, attribute)) = self.find(path) else { return Ok(()) };
        let Some(name) = &path.sub_attr else { return self.set(op, extension, attribute, value) };
        let Some(within) = found(attribute.within(), name) else { return Ok(()) };
        if attribute.many {
            may_write(within)?;
            // Of several values, the part of each.
            let here = self.place(extension);
            if let Some(Value::Array(values)) = here.get_mut(attribute.name) {
                for one in values.iter_mut().filter_map(Value::as_object_mut) {
                    set_part(op, within, one, value)?;
                }
            }
            return Ok(());
        }
        let here = self.place(extension);
        let entry = here.entry(attribute.name).or_insert_with(|| Value::Object(Object::new()));
        if let Some(parts) = entry.as_object_mut() {
            // Another manager by address is another manager.
            if within.name == "$ref" {
                parts.remove("value");
            }
            set_part(op, within, parts, value)?;
        }
        Ok(())
    }

    fn set(
        &mut self,
        op: Op,
        extension: Option<&'static Schema>,
        attribute: &'static Attribute,
        value: Option<&Value>,
    ) -> Result<(), Refusal> {
        let here = self.place(extension);
        if op == Op::Remove {
            // Some providers name what to remove by value, and not by path.
            let named = match value {
                Some(value) if attribute.many => cleaned_value(attribute, value)?,
                _ => None,
            };
            match (named, here.get_mut(attribute.name)) {
                (Some(Value::Array(gone)), Some(Value::Array(values))) => {
                    let gone: BTreeSet<&str> = gone.iter().filter_map(|one| one.get("value").and_then(Value::as_str)).collect();
                    values.retain(|one| !one.get("value").and_then(Value::as_str).is_some_and(|value| gone.contains(value)));
                }
                _ => {
                    here.remove(attribute.name);
                }
            }
            return Ok(());
        }
        let Some(sent) = value else {
            let message = format!("The operation on “{}” has no “value”.", attribute.name);
            return Err(wrong(ScimFault::InvalidValue, message));
        };
        let Some(clean) = cleaned_value(attribute, sent)? else {
            // To replace by nothing is to remove; to add nothing changes nothing.
            if op == Op::Replace {
                here.remove(attribute.name);
            }
            return Ok(());
        };
        match (op, here.get_mut(attribute.name), clean) {
            (Op::Add, Some(Value::Array(values)), Value::Array(new)) => add(values, new),
            (Op::Add | Op::Replace, Some(Value::Object(parts)), Value::Object(new)) => parts.extend(new),
            (_, _, clean) => {
                here.insert(attribute.name.to_owned(), clean);
            }
        }
        Ok(())
    }

    /// Those of several values that a filter selects.
    fn selected(&mut self, op: Op, path: &PatchValuePath, value: Option<&Value>) -> Result<(), Refusal> {
        let Some((extension, attribute)) = self.find(&path.attr) else { return Ok(()) };
        if !attribute.many {
            let message = format!("“{}” holds one value, so that a path selects none of several.", attribute.name);
            return Err(wrong(ScimFault::InvalidPath, message));
        }
        filter::check_within(attribute, &path.filter)?;
        let within = match &path.sub_attr {
            None => None,
            Some(name) => match found(attribute.within(), name) {
                None => return Ok(()),
                found => found,
            },
        };
        let here = self.place(extension);
        let entry = here.entry(attribute.name).or_insert_with(|| Value::Array(Vec::new()));
        let Some(values) = entry.as_array_mut() else { return Ok(()) };
        let matches = |one: &Value| filter::selects(attribute, &path.filter, one);
        if op == Op::Remove && within.is_none() {
            values.retain(|one| !matches(one));
            return Ok(());
        }
        if let Some(within) = within {
            may_write(within)?;
        }
        if op != Op::Remove && !values.iter().any(matches) {
            // What is to be changed is not there yet: it is made as the filter describes it.
            let made = eq_values(&path.filter).map(|parts| {
                let parts = parts.into_iter().filter_map(|(name, value)| Some((found(attribute.within(), &name)?.name, value)));
                Object::from_iter(parts.map(|(name, value)| (name.to_owned(), value)))
            });
            let Some(made) = made.filter(|made| !made.is_empty()) else {
                let message = format!("No value of “{}” is as the path says.", attribute.name);
                return Err(wrong(ScimFault::NoTarget, message));
            };
            values.push(Value::Object(made));
        }
        let mut primary = None;
        for (at, one) in values.iter_mut().enumerate() {
            if !matches(one) {
                continue;
            }
            let Some(parts) = one.as_object_mut() else { continue };
            match within {
                Some(within) => set_part(op, within, parts, value)?,
                None => {
                    let Some(sent) = value else {
                        let message = format!("The operation on “{}” has no “value”.", attribute.name);
                        return Err(wrong(ScimFault::InvalidValue, message));
                    };
                    if let Some(Value::Object(new)) = cleaned_one(attribute, sent)? {
                        if op == Op::Replace {
                            parts.clear();
                        }
                        parts.extend(new);
                    }
                }
            }
            if is_primary(one) && primary.is_none() && value.is_some_and(sets_primary(within)) {
                primary = Some(at);
            }
        }
        if let Some(primary) = primary {
            only_primary(values, primary);
        }
        Ok(())
    }
}

/// Whether a value that is written to a part, or to the whole, makes the primary one.
fn sets_primary(within: Option<&'static Attribute>) -> impl Fn(&Value) -> bool {
    move |value| match within {
        Some(within) => within.name == "primary",
        None => is_primary(value),
    }
}

fn may_write(attribute: &Attribute) -> Result<(), Refusal> {
    match attribute.mutability {
        Mutability::ReadWrite => Ok(()),
        Mutability::Immutable => {
            let message = format!("“{}” cannot be changed. Remove the value, and add another one.", attribute.name);
            Err(wrong(ScimFault::Mutability, message))
        }
    }
}

fn set_part(op: Op, within: &'static Attribute, parts: &mut Object, value: Option<&Value>) -> Result<(), Refusal> {
    let clean = match (op, value) {
        (Op::Remove, _) => None,
        (Op::Add | Op::Replace, Some(value)) => cleaned_one(within, value)?,
        (Op::Add | Op::Replace, None) => {
            let message = format!("The operation on “{}” has no “value”.", within.name);
            return Err(wrong(ScimFault::InvalidValue, message));
        }
    };
    match clean {
        Some(value) => {
            parts.insert(within.name.to_owned(), value);
        }
        None => {
            parts.remove(within.name);
        }
    }
    Ok(())
}

/// Adds values that are not there yet. A new primary one takes the place of the one before.
fn add(values: &mut Vec<Value>, new: Vec<Value>) {
    let before = values.len();
    for one in new {
        let id = one.get("value").and_then(Value::as_str);
        let same = |other: &Value| match id {
            Some(_) => other.get("value").and_then(Value::as_str) == id && other.get("type") == one.get("type"),
            None => *other == one,
        };
        match values.iter().position(same) {
            Some(at) => {
                if let Some(there) = values.get_mut(at) {
                    *there = one;
                }
            }
            None => values.push(one),
        }
    }
    let newest = values.iter().enumerate().rev().find(|(at, one)| *at >= before && is_primary(one)).map(|(at, _)| at);
    if let Some(newest) = newest {
        only_primary(values, newest);
    }
}

fn only_primary(values: &mut [Value], primary: usize) {
    for (at, one) in values.iter_mut().enumerate() {
        if at != primary
            && is_primary(one)
            && let Some(parts) = one.as_object_mut()
        {
            parts.insert("primary".to_owned(), Value::Bool(false));
        }
    }
}
