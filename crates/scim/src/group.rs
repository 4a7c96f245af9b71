//! How a group looks, and what a description of one means.

use crate::attributes::GROUP;
use crate::wrong;
use model::AnyId;
use model::Refusal;
use model::provisioning::ScimFault;
use serde_json::{Map, Value, json};

/// What a description of a group means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupAsked {
    pub name: String,
    /// Ids; `None` when nothing was said about members.
    pub members: Option<Vec<AnyId>>,
}

/// A group as it is answered, without `id` and `meta`. Each member is an id and whether it is a person. `base` is the
/// beginning of all addresses.
pub fn group(name: &str, external_id: Option<&str>, members: &[(AnyId, bool)], base: &str) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("schemas".to_owned(), json!([GROUP]));
    shown.insert("displayName".to_owned(), json!(name));
    if let Some(external_id) = external_id {
        shown.insert("externalId".to_owned(), json!(external_id));
    }
    let members: Vec<Value> = members
        .iter()
        .map(|(id, is_person)| {
            let (kind, place) = if *is_person { ("User", "Users") } else { ("Group", "Groups") };
            json!({ "value": id.to_string(), "$ref": format!("{base}/{place}/{id}"), "type": kind })
        })
        .collect();
    if !members.is_empty() {
        shown.insert("members".to_owned(), Value::Array(members));
    }
    shown
}

/// Reads a description that was cleaned. Whether anything is said about members is asked of what was sent.
pub fn read_group(clean: &Map<String, Value>, says_members: bool) -> Result<GroupAsked, Refusal> {
    let text = |name: &str| clean.get(name).and_then(Value::as_str).map(|text| text.trim().to_owned());
    let mut members = Vec::new();
    for member in clean.get("members").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default() {
        let id = member.get("value").and_then(Value::as_str).unwrap_or_default();
        let Ok(id) = id.trim().parse::<AnyId>() else {
            let message = format!("“{id}” is the id of nobody here. Name members by the ids that this server gave them.");
            return Err(wrong(ScimFault::InvalidValue, message));
        };
        members.push(id);
    }
    Ok(GroupAsked { name: text("displayName").unwrap_or_default(), members: says_members.then_some(members) })
}
