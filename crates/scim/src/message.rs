//! Messages around resources: lists, searches, and many changes in one message (RFC 7644, 3.4 and 3.7).

use crate::part::Part;
use crate::{ERROR, LIST, wrong};
use model::Refusal;
use model::limits::{SCIM_BULK_OPERATIONS_MAX, SCIM_PAGE_MAX};
use model::provisioning::ScimFault;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const BULK_ANSWER: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// A search, as it stands in an address or a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub filter: Option<String>,
    /// Counted from 1.
    pub start: usize,
    pub count: usize,
    pub part: Part,
}

impl Search {
    /// From texts, as they stand in an address.
    pub fn of(get: impl Fn(&str) -> Option<String>) -> Result<Self, Refusal> {
        let number = |name: &str| match get(name).filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => text
                .trim()
                .parse::<i64>()
                .map(Some)
                .map_err(|_| wrong(ScimFault::InvalidValue, format!("“{name}” is a whole number, and this is “{text}”."))),
        };
        // Smaller numbers mean the smallest (RFC 7644, 3.4.2.4).
        let start = number("startIndex")?.unwrap_or(1).max(1);
        let count = number("count")?.map_or(SCIM_PAGE_MAX, |count| usize::try_from(count).unwrap_or(0));
        Ok(Self {
            filter: get("filter").filter(|text| !text.trim().is_empty()),
            start: usize::try_from(start).unwrap_or(usize::MAX),
            count: count.min(SCIM_PAGE_MAX),
            part: Part::read(get("attributes").as_deref(), get("excludedAttributes").as_deref()),
        })
    }
}

/// The search of a message to `/.search`.
pub fn search(message: &Value) -> Result<Search, Refusal> {
    let Some(fields) = message.as_object() else {
        return Err(wrong(ScimFault::InvalidSyntax, "A search is a JSON object. Send one."));
    };
    Search::of(|name| {
        let value = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)?;
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Array(all) => Some(all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")),
            _ => None,
        }
    })
}

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    pub total: usize,
    pub start: usize,
    pub resources: Vec<Value>,
}

/// How a page of a list is answered.
pub fn listing(page: Listing) -> Value {
    json!({
        "schemas": [LIST],
        "totalResults": page.total,
        "startIndex": page.start,
        "itemsPerPage": page.resources.len(),
        "Resources": page.resources,
    })
}

/// One of many changes.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkOperation {
    pub method: String,
    /// `/Users` or `/Users/{id}`, below the beginning of all addresses.
    pub path: String,
    pub id: Option<String>,
    pub data: Value,
    pub version: Option<String>,
}

/// Reads many changes, and after how many errors it is to be stopped.
pub fn bulk(message: &Value) -> Result<(Vec<BulkOperation>, Option<usize>), Refusal> {
    let wrong = |what: &str| wrong(ScimFault::InvalidSyntax, what);
    let get = |of: &Value, name: &str| {
        let all = of.as_object()?;
        all.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    };
    let Some(Value::Array(operations)) = get(message, "Operations") else {
        return Err(wrong("A bulk message has a list “Operations”. Send one."));
    };
    if operations.len() > SCIM_BULK_OPERATIONS_MAX {
        return Err(Refusal::ScimWrong {
            fault: ScimFault::TooMany,
            message: format!("A bulk message has at most {SCIM_BULK_OPERATIONS_MAX} operations. Send several."),
        });
    }
    let fail_on = get(message, "failOnErrors").and_then(|value| value.as_u64()).and_then(|n| usize::try_from(n).ok());
    let mut read = Vec::with_capacity(operations.len());
    for operation in &operations {
        let text = |name: &str| get(operation, name).and_then(|value| value.as_str().map(str::to_owned));
        let (Some(method), Some(path)) = (text("method"), text("path")) else {
            return Err(wrong("Every operation of a bulk message has a “method” and a “path”."));
        };
        let (method, id) = (method.to_ascii_uppercase(), text("bulkId"));
        if method == "POST" && id.is_none() {
            return Err(wrong("Every POST of a bulk message has a “bulkId” of its own."));
        }
        let data = get(operation, "data").unwrap_or(Value::Null);
        read.push(BulkOperation { method, path, id, data, version: text("version") });
    }
    Ok((read, fail_on.filter(|n| *n > 0)))
}

/// The name of a resource that is made in the same message.
pub fn bulk_reference(text: &str) -> Option<&str> {
    text.strip_prefix("bulkId:")
}

/// Puts ids in the place of names of what was made before; refuses a name that was not made.
pub fn resolve(value: &mut Value, made: &BTreeMap<String, String>) -> Result<(), Refusal> {
    match value {
        Value::String(text) => {
            let Some(name) = bulk_reference(text) else { return Ok(()) };
            let Some(id) = made.get(name) else {
                let message = format!("“bulkId:{name}” was not made before it is named. Put the operation that makes it first.");
                return Err(wrong(ScimFault::InvalidValue, message));
            };
            *text = id.clone();
            Ok(())
        }
        Value::Array(all) => all.iter_mut().try_for_each(|one| resolve(one, made)),
        Value::Object(all) => all.iter_mut().try_for_each(|(_, one)| resolve(one, made)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// The answer to many changes.
pub fn bulk_answer(answers: Vec<Value>) -> Value {
    json!({ "schemas": [BULK_ANSWER], "Operations": answers })
}

/// The answer to an error.
pub fn error(status: u16, fault: Option<&str>, detail: &str) -> Value {
    let mut said = json!({ "schemas": [ERROR], "status": status.to_string(), "detail": detail });
    if let (Some(fault), Some(said)) = (fault, said.as_object_mut()) {
        said.insert("scimType".to_owned(), json!(fault));
    }
    said
}
