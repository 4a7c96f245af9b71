//! How a person looks, and what a description of one means.
//!
//! What a provider said is kept as it said it, with labels that Vestibule has no place for. It is answered as long as it
//! still means what the person is; where somebody changed the person here, the answer is what they are now.

use crate::attributes::{ENTERPRISE, ENTERPRISE_SCHEMA, USER, USER_SCHEMA, VESTIBULE, VESTIBULE_SCHEMA};
use crate::clean::is_primary;
use crate::schema::Schema;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A person, in Vestibule's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonFacts {
    pub user_name: String,
    pub display_name: String,
    pub mail: String,
    pub other_mails: Vec<String>,
    /// Nothing: it was not said what they are.
    pub guest: Option<bool>,
    pub enabled: bool,
    pub manager: Option<String>,
    /// Attributes of the profile by their names; those that have no place in SCIM are left out.
    pub attributes: BTreeMap<String, String>,
}

/// Texts that mean an attribute of the profile: the extension, the name there, the name here.
const TEXTS: &[(Option<&str>, &str, &str)] = &[
    (None, "title", "jobTitle"),
    (None, "preferredLanguage", "preferredLanguage"),
    (Some(ENTERPRISE), "employeeNumber", "employeeId"),
    (Some(ENTERPRISE), "organization", "companyName"),
    (Some(ENTERPRISE), "department", "department"),
    (Some(VESTIBULE), "officeLocation", "physicalDeliveryOfficeName"),
    (Some(VESTIBULE), "usageLocation", "usageLocation"),
];

const ADDRESS: &[(&str, &str)] = &[
    ("streetAddress", "streetAddress"),
    ("locality", "city"),
    ("region", "state"),
    ("postalCode", "postalCode"),
    ("country", "country"),
];

const EXTENSIONS: usize = 15;

impl PersonFacts {
    /// Whether an attribute of the profile has a place in SCIM.
    pub fn knows(attribute: &str) -> bool {
        TEXTS.iter().any(|(_, _, here)| *here == attribute)
            || ADDRESS.iter().any(|(_, here)| *here == attribute)
            || ["givenName", "surname", "telephoneNumber", "mobile"].contains(&attribute)
            || attribute.starts_with("extensionAttribute")
    }
}

fn text(of: &Value, name: &str) -> String {
    of.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn is_of_type(value: &Value, kind: &str) -> bool {
    text(value, "type").eq_ignore_ascii_case(kind)
}

/// What a description means. It was cleaned before.
pub fn facts(said: &Value) -> PersonFacts {
    let mut attributes = BTreeMap::new();
    let mut put = |name: &str, value: String| {
        if !value.is_empty() {
            attributes.insert(name.to_owned(), value);
        }
    };
    for (extension, there, here) in TEXTS {
        put(here, text(extension.map_or(said, |id| said.get(id).unwrap_or(&Value::Null)), there));
    }
    let own = said.get(VESTIBULE).unwrap_or(&Value::Null);
    for number in 1..=EXTENSIONS {
        let name = format!("extensionAttribute{number}");
        let value = text(own, &name);
        put(&name, value);
    }
    let name = said.get("name").unwrap_or(&Value::Null);
    let (given, family) = (text(name, "givenName"), text(name, "familyName"));
    put("givenName", given.clone());
    put("surname", family.clone());

    let phones = list(said, "phoneNumbers");
    let mobile = phones.iter().find(|phone| is_of_type(phone, "mobile"));
    let desk = phones
        .iter()
        .find(|phone| is_of_type(phone, "work"))
        .or_else(|| phones.iter().find(|phone| !is_of_type(phone, "mobile")));
    put("mobile", mobile.map(|phone| text(phone, "value")).unwrap_or_default());
    put("telephoneNumber", desk.map(|phone| text(phone, "value")).unwrap_or_default());

    let addresses = list(said, "addresses");
    let address = addresses
        .iter()
        .find(|address| is_of_type(address, "work"))
        .or_else(|| addresses.iter().find(|address| is_primary(address)))
        .or_else(|| addresses.first());
    for (there, here) in ADDRESS {
        put(here, address.map(|address| text(address, there)).unwrap_or_default());
    }

    let mails = list(said, "emails");
    let main = mails.iter().position(is_primary).or_else(|| mails.iter().position(|mail| is_of_type(mail, "work"))).unwrap_or(0);
    let others = mails.iter().enumerate().filter(|(at, _)| *at != main).map(|(_, mail)| text(mail, "value"));
    let user_name = text(said, "userName");
    let whole = format!("{given} {family}").trim().to_owned();
    let display_name = [text(said, "displayName"), text(name, "formatted"), whole, user_name.clone()];
    let enterprise = said.get(ENTERPRISE).unwrap_or(&Value::Null);
    let manager = enterprise.get("manager").map(|manager| text(manager, "value")).filter(|id| !id.is_empty());
    PersonFacts {
        display_name: display_name.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
        user_name,
        mail: mails.get(main).map(|mail| text(mail, "value")).unwrap_or_default(),
        other_mails: others.filter(|mail| !mail.is_empty()).collect(),
        guest: Some(text(said, "userType")).filter(|kind| !kind.is_empty()).map(|kind| kind.eq_ignore_ascii_case("guest")),
        // Whoever takes `active` away does not leave somebody active.
        enabled: said.get("active").and_then(Value::as_bool).unwrap_or(false),
        manager,
        attributes,
    }
}

/// A person as SCIM says it, from what is known here alone.
fn plain(person: &PersonFacts) -> Map<String, Value> {
    let get = |name: &str| person.attributes.get(name).map(String::as_str).filter(|text| !text.is_empty());
    let mut core = Map::new();
    let mut extensions: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    core.insert("userName".to_owned(), json!(person.user_name));
    core.insert("displayName".to_owned(), json!(person.display_name));
    core.insert("active".to_owned(), json!(person.enabled));
    if person.guest == Some(true) {
        core.insert("userType".to_owned(), json!("Guest"));
    }
    let mut name = Map::new();
    for (there, here) in [("givenName", "givenName"), ("familyName", "surname")] {
        if let Some(value) = get(here) {
            name.insert(there.to_owned(), json!(value));
        }
    }
    for (extension, there, here) in TEXTS {
        if let Some(value) = get(here) {
            let place = match *extension {
                None => &mut core,
                Some(id) => extensions.entry(id).or_default(),
            };
            place.insert((*there).to_owned(), json!(value));
        }
    }
    for number in 1..=EXTENSIONS {
        let name = format!("extensionAttribute{number}");
        if let Some(value) = get(&name) {
            extensions.entry(VESTIBULE).or_default().insert(name.clone(), json!(value));
        }
    }
    if let Some(manager) = &person.manager {
        extensions.entry(ENTERPRISE).or_default().insert("manager".to_owned(), json!({ "value": manager }));
    }
    let mut mails: Vec<Value> = Vec::new();
    if !person.mail.is_empty() {
        mails.push(json!({ "value": person.mail, "type": "work", "primary": true }));
    }
    mails.extend(person.other_mails.iter().map(|mail| json!({ "value": mail, "type": "other" })));
    let phones = [("work", "telephoneNumber"), ("mobile", "mobile")];
    let phones: Vec<Value> =
        phones.into_iter().filter_map(|(kind, here)| Some(json!({ "value": get(here)?, "type": kind }))).collect();
    let mut address = Map::new();
    for (there, here) in ADDRESS {
        if let Some(value) = get(here) {
            address.insert((*there).to_owned(), json!(value));
        }
    }
    if !address.is_empty() {
        address.insert("type".to_owned(), json!("work"));
        core.insert("addresses".to_owned(), json!([address]));
    }
    for (there, values) in [("emails", mails), ("phoneNumbers", phones)] {
        if !values.is_empty() {
            core.insert(there.to_owned(), Value::Array(values));
        }
    }
    if !name.is_empty() {
        core.insert("name".to_owned(), Value::Object(name));
    }
    core.extend(extensions.into_iter().map(|(id, values)| (id.to_owned(), Value::Object(values))));
    core
}

/// A person as they are answered: what the provider said, where it still holds, and what they are, where it does not.
/// Without `id`, `externalId` and `meta`. `base` is the beginning of all addresses.
pub fn person(now: &PersonFacts, said: Option<&Value>, base: &str) -> Map<String, Value> {
    let now = plain(now);
    let mut shown = match said {
        None => now,
        Some(said) => {
            let meant = plain(&facts(said));
            let none = Map::new();
            let said = said.as_object().unwrap_or(&none);
            let mut shown = choose(&USER_SCHEMA, &now, &meant, said);
            for schema in [&ENTERPRISE_SCHEMA, &VESTIBULE_SCHEMA] {
                let part = |of: &Map<String, Value>| of.get(schema.id).and_then(Value::as_object).cloned().unwrap_or_default();
                let chosen = choose(schema, &part(&now), &part(&meant), &part(said));
                if !chosen.is_empty() {
                    shown.insert(schema.id.to_owned(), Value::Object(chosen));
                }
            }
            shown
        }
    };
    if let Some(manager) = shown.get_mut(ENTERPRISE).and_then(|part| part.get_mut("manager")).and_then(Value::as_object_mut)
        && let Some(id) = manager.get("value").and_then(Value::as_str)
    {
        let address = format!("{base}/Users/{id}");
        manager.insert("$ref".to_owned(), json!(address));
    }
    let extensions = [ENTERPRISE, VESTIBULE].into_iter().filter(|id| shown.contains_key(*id));
    let schemas: Vec<&str> = std::iter::once(USER).chain(extensions).collect();
    let schemas = json!(schemas);
    shown.insert("schemas".to_owned(), schemas);
    shown
}

/// Attribute by attribute what was said, where it means what is.
fn choose(
    schema: &Schema,
    now: &Map<String, Value>,
    meant: &Map<String, Value>,
    said: &Map<String, Value>,
) -> Map<String, Value> {
    let mut shown = Map::new();
    for attribute in schema.attributes {
        let holds = now.get(attribute.name) == meant.get(attribute.name);
        if let Some(value) = if holds { said.get(attribute.name) } else { now.get(attribute.name) } {
            shown.insert(attribute.name.to_owned(), value.clone());
        }
    }
    shown
}
