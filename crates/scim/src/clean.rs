//! Cleaning a resource that somebody sends: what is kept stays, under the names of the schema, and everything else goes.
//!
//! Lenient where providers differ from the letter and mean the same: `"True"` for a boolean, a bare id for a reference.

use crate::attributes::{EXTERNAL_ID, shape};
use crate::schema::{Attribute, Kind, Shape, found, is_unassigned};
use crate::wrong;
use model::Refusal;
use model::limits::{SCIM_MEMBERS_MAX, SCIM_TEXT_MAX_CHARS, SCIM_VALUES_MAX};
use model::provisioning::{Provisioned, ScimFault};
use serde_json::{Map, Value};

pub(crate) type Object = Map<String, Value>;

/// What is kept of a resource that somebody sends, under the names of the schema.
pub fn clean(kind: Provisioned, resource: &Value) -> Result<Object, Refusal> {
    let Some(sent) = resource.as_object() else {
        return Err(wrong(ScimFault::InvalidSyntax, "A resource is a JSON object. Send one."));
    };
    let shape = shape(kind);
    let mut clean = Object::new();
    for (name, value) in sent {
        if let Some(schema) = shape.extension(name) {
            if let Some(values) = value.as_object() {
                let part = cleaned(schema.attributes, values)?;
                if !part.is_empty() {
                    clean.insert(schema.id.to_owned(), Value::Object(part));
                }
            }
        } else if let Some(attribute) = own(shape, name)
            && let Some(value) = cleaned_value(attribute, value)?
        {
            clean.insert(attribute.name.to_owned(), value);
        }
    }
    Ok(clean)
}

/// An attribute of the resource itself, with the one that every resource has.
pub(crate) fn own(shape: &Shape, name: &str) -> Option<&'static Attribute> {
    static EXTERNAL: Attribute = EXTERNAL_ID;
    found(shape.core.attributes, name).or_else(|| EXTERNAL.name.eq_ignore_ascii_case(name).then_some(&EXTERNAL))
}

fn cleaned(all: &'static [Attribute], sent: &Object) -> Result<Object, Refusal> {
    let mut clean = Object::new();
    for (name, value) in sent {
        if let Some(attribute) = found(all, name)
            && let Some(value) = cleaned_value(attribute, value)?
        {
            clean.insert(attribute.name.to_owned(), value);
        }
    }
    Ok(clean)
}

/// A value as it is kept; nothing for one that says nothing.
pub(crate) fn cleaned_value(attribute: &'static Attribute, sent: &Value) -> Result<Option<Value>, Refusal> {
    if is_unassigned(sent) {
        return Ok(None);
    }
    if !attribute.many {
        return cleaned_one(attribute, sent);
    }
    let one = std::slice::from_ref(sent);
    let values = sent.as_array().map_or(one, Vec::as_slice);
    let limit = if attribute.name == "members" { SCIM_MEMBERS_MAX } else { SCIM_VALUES_MAX };
    if values.len() > limit {
        let message = format!("“{}” holds at most {limit} values, and these are {}. Send fewer.", attribute.name, values.len());
        return Err(wrong(ScimFault::InvalidValue, message));
    }
    let mut clean = Vec::with_capacity(values.len());
    for value in values {
        if let Some(value) = cleaned_one(attribute, value)? {
            clean.push(value);
        }
    }
    if clean.iter().filter(|value| is_primary(value)).count() > 1 {
        let message = format!("Only one of the values of “{}” can be the primary one.", attribute.name);
        return Err(wrong(ScimFault::InvalidValue, message));
    }
    Ok(if clean.is_empty() { None } else { Some(Value::Array(clean)) })
}

pub(crate) fn cleaned_one(attribute: &'static Attribute, sent: &Value) -> Result<Option<Value>, Refusal> {
    let refused = |expected: &str| {
        let message = format!("“{}” is {expected}. Send it as the schema says.", attribute.name);
        Err(wrong(ScimFault::InvalidValue, message))
    };
    match (attribute.kind, sent) {
        (_, Value::Null) => Ok(None),
        (Kind::Text | Kind::Reference(_), Value::String(text)) => {
            if text.contains('\0') {
                return refused("a text without the character zero");
            }
            if text.chars().count() > SCIM_TEXT_MAX_CHARS {
                return refused(&format!("a text of at most {SCIM_TEXT_MAX_CHARS} characters"));
            }
            Ok(if text.is_empty() { None } else { Some(sent.clone()) })
        }
        // Numbers of employees are sent as numbers, too.
        (Kind::Text, Value::Number(number)) => Ok(Some(Value::String(number.to_string()))),
        (Kind::Text | Kind::Reference(_), _) => refused("a text"),
        (Kind::Boolean, Value::Bool(_)) => Ok(Some(sent.clone())),
        (Kind::Boolean, Value::String(text)) => match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Some(Value::Bool(true))),
            "false" => Ok(Some(Value::Bool(false))),
            _ => refused("true or false"),
        },
        (Kind::Boolean, _) => refused("true or false"),
        (Kind::Complex(within), Value::Object(values)) => {
            let mut values = cleaned(within, values)?;
            follow_reference(within, &mut values);
            Ok(if values.is_empty() { None } else { Some(Value::Object(values)) })
        }
        // A bare id or address stands for the value that holds it.
        (Kind::Complex(within), Value::String(text)) if found(within, "value").is_some() => {
            Ok(if text.is_empty() { None } else { Some(Value::Object(Object::from_iter([("value".to_owned(), sent.clone())]))) })
        }
        (Kind::Complex(_), Value::Array(values)) if !attribute.many => match values.as_slice() {
            [] => Ok(None),
            [one @ (Value::Object(_) | Value::String(_) | Value::Null)] => cleaned_one(attribute, one),
            _ => refused("one value with parts"),
        },
        (Kind::Complex(_), _) => refused("a value with parts"),
    }
}

/// A reference says by its address what its value is, where that is not said; the address itself is made anew.
fn follow_reference(within: &'static [Attribute], values: &mut Object) {
    if found(within, "$ref").is_none() {
        return;
    }
    let Some(address) = values.remove("$ref") else { return };
    let address = address.as_str().unwrap_or_default();
    let mut parts = address.rsplit('/');
    if let (Some(id), false) = (parts.next().filter(|id| !id.is_empty()), values.contains_key("value")) {
        values.insert("value".to_owned(), Value::String(id.to_owned()));
    }
    let kind = match parts.next() {
        Some("Users") => "User",
        Some("Groups") => "Group",
        _ => return,
    };
    if found(within, "type").is_some() && !values.contains_key("type") {
        values.insert("type".to_owned(), Value::String(kind.to_owned()));
    }
}

pub(crate) fn is_primary(value: &Value) -> bool {
    value.get("primary").and_then(Value::as_bool) == Some(true)
}
