//! Replacing a resource as a whole, at servers that know no PATCH (RFC 7644, 3.5.1): whatever is not sent is gone, so that what
//! others keep there is read first and sent along.

use super::{GROUP, KIND, MEMBERS_MAX_BYTES, Person, Scim, ScimFault, members_of, object};
use crate::outgoing::{Answer, Ask, Method};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// So often a resource is read that others change at the same moment.
const TRIES: usize = 3;
/// The longest name of a version.
const VERSION_MAX_CHARS: usize = 500;

impl Scim<'_> {
    /// Reads a resource, changes it and puts it back. Where the server says which version it read, a later one of others is not
    /// overwritten but read again.
    pub(super) async fn replace(
        &self,
        what: &'static str,
        url: &str,
        change: impl Fn(&mut Map<String, Value>) -> Result<(), ScimFault>,
    ) -> Result<Answer, ScimFault> {
        let mut tries = 0;
        loop {
            let answer = self.ask(what, Ask::get(url).at_most(MEMBERS_MAX_BYTES)).await?;
            let Value::Object(mut whole) = object(what, &answer)? else { return Err(ScimFault::Unreadable { what }) };
            let version = version(&whole, &answer);
            whole.remove("meta");
            change(&mut whole)?;
            let mut ask = Ask::json(Method::PUT, url, KIND, Value::Object(whole)).at_most(MEMBERS_MAX_BYTES);
            if let Some(version) = version {
                ask = ask.header("if-match", version);
            }
            tries += 1;
            match self.ask(what, ask).await {
                Err(ScimFault::Refused { status: 412, .. }) if tries < TRIES => {}
                answered => return answered,
            }
        }
    }
}

/// Which version was read, as far as it can be sent back.
fn version(resource: &Map<String, Value>, answer: &Answer) -> Option<String> {
    let said = resource.get("meta").and_then(|meta| meta.get("version")).and_then(Value::as_str).map(str::to_owned);
    let fits = |version: &String| {
        (1..=VERSION_MAX_CHARS).contains(&version.len()) && version.chars().all(|c| c.is_ascii_graphic() || c == ' ')
    };
    said.filter(fits).or_else(|| answer.version.clone().filter(fits))
}

/// What is known here comes over what is there. Of names and addresses only ours are ours.
pub(super) fn lay_over(whole: &mut Map<String, Value>, person: &Person) -> Result<(), ScimFault> {
    let Value::Object(ours) = person.json() else { return Ok(()) };
    for (field, value) in ours {
        let value = match (field.as_str(), whole.remove(&field), value) {
            // Extensions of others are named there.
            ("schemas", Some(Value::Array(mut there)), Value::Array(ours)) => {
                let new: Vec<Value> = ours.into_iter().filter(|schema| !there.contains(schema)).collect();
                there.extend(new);
                Value::Array(there)
            }
            ("name", Some(Value::Object(mut there)), Value::Object(ours)) => {
                there.extend(ours);
                Value::Object(there)
            }
            ("emails", Some(Value::Array(there)), Value::Array(ours)) => Value::Array(addresses(there, ours, &person.mail)),
            (_, _, ours) => ours,
        };
        whole.insert(field, value);
    }
    Ok(())
}

/// Ours is the one of work and the first; others stay behind it.
fn addresses(there: Vec<Value>, mut ours: Vec<Value>, mail: &str) -> Vec<Value> {
    let text = |address: &Value, field: &str| address.get(field).and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let others =
        there.into_iter().filter(|address| text(address, "type") != "work" && text(address, "value") != mail.to_lowercase());
    ours.extend(others.map(|mut address| {
        if let Some(fields) = address.as_object_mut() {
            fields.remove("primary");
        }
        address
    }));
    ours
}

/// Who is a member stays as the server describes them; who comes is named by their id.
pub(super) fn members(
    what: &'static str,
    whole: &mut Map<String, Value>,
    add: &[&str],
    remove: &[&str],
) -> Result<(), ScimFault> {
    whole.entry("schemas").or_insert_with(|| json!([GROUP]));
    let group = Value::Object(std::mem::take(whole));
    let mut there: BTreeSet<String> = members_of(what, &group)?.into_iter().flatten().map(|member| member.id).collect();
    let Value::Object(mut group) = group else { return Ok(()) };
    let mut members = match group.remove("members") {
        Some(Value::Array(members)) => members,
        _ => Vec::new(),
    };
    members.retain(|member| !member.get("value").and_then(Value::as_str).is_some_and(|id| remove.contains(&id)));
    for id in add {
        if there.insert((*id).to_owned()) {
            members.push(json!({ "value": id }));
        }
    }
    group.insert("members".to_owned(), Value::Array(members));
    *whole = group;
    Ok(())
}
