//! What a provider sends, and what is made of it.

use crate::{Filter, LookUp, Part, PersonFacts, Search, clean, facts, part, patch, person};
use model::Refusal;
use model::provisioning::{Provisioned, ScimFault};
use serde_json::{Map, Value, json};

const BASE: &str = "https://v.example/scim/v2";

fn fault<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> ScimFault {
    match refused {
        Err(Refusal::ScimWrong { fault, .. }) => fault,
        other => panic!("{other:?}"),
    }
}

fn cleaned(resource: Value) -> Map<String, Value> {
    clean(Provisioned::User, &resource).unwrap()
}

fn patched(before: Value, operations: Value) -> Result<Value, Refusal> {
    patch(Provisioned::User, &cleaned(before), &operations).map(Value::Object)
}

#[test]
fn what_is_not_kept_is_passed_over_and_names_are_read_in_any_case() {
    let sent = json!({
        "schemas": ["x"], "id": "7", "meta": { "version": "9" }, "nickName": "Al", "USERNAME": "alex", "title": null,
        "emails": [], "name": { "GivenName": "Alex", "honorificPrefix": "Dr" },
        "URN:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "IT", "costCenter": "7" },
        "urn:example:other": { "a": 1 },
    });
    let expected = json!({ "userName": "alex", "name": { "givenName": "Alex" }, crate::ENTERPRISE: { "department": "IT" } });
    assert_eq!(Value::Object(cleaned(sent)), expected);
}

#[test]
fn values_of_the_wrong_kind_are_refused_and_those_that_are_meant_well_are_taken() {
    for wrong in [
        json!({ "userName": ["a"] }),
        json!({ "active": "perhaps" }),
        json!({ "active": 1 }),
        json!({ "name": "Alex" }),
        json!({ "emails": [{ "value": "a@b", "primary": true }, { "value": "c@d", "primary": true }] }),
        json!({ "emails": [7] }),
        json!({ "title": "a\u{0}b" }),
    ] {
        assert_eq!(fault(clean(Provisioned::User, &wrong)), ScimFault::InvalidValue, "{wrong}");
    }
    assert_eq!(fault(clean(Provisioned::User, &json!([]))), ScimFault::InvalidSyntax);
    assert_eq!(cleaned(json!({ "active": "False" })), *json!({ "active": false }).as_object().unwrap());
    let manager = cleaned(json!({ crate::ENTERPRISE: { "manager": "17" } }));
    assert_eq!(Value::Object(manager), json!({ crate::ENTERPRISE: { "manager": { "value": "17" } } }));
    let manager = cleaned(json!({ crate::ENTERPRISE: { "manager": { "$ref": "../Users/17" } } }));
    assert_eq!(Value::Object(manager), json!({ crate::ENTERPRISE: { "manager": { "value": "17" } } }));
}

#[test]
fn what_was_said_is_answered_as_long_as_it_is_so() {
    let said = json!({
        "userName": "alex", "active": true, "displayName": "Alex",
        "name": { "formatted": "Dr Alex Moor", "familyName": "Moor", "givenName": "Alex" },
        "emails": [{ "value": "home@x.example", "type": "home" }, { "value": "alex@x.example", "type": "work" }],
        "userType": "Contractor",
    });
    let now = facts(&said);
    assert_eq!((now.mail.as_str(), now.other_mails.as_slice()), ("alex@x.example", ["home@x.example".to_owned()].as_slice()));
    let shown = Value::Object(person(&now, Some(&said), BASE));
    for name in ["userName", "name", "emails", "userType", "active", "displayName"] {
        assert_eq!(shown[name], said[name], "{name}");
    }
    // Somebody changed the address here, and the last name.
    let mut attributes = now.attributes.clone();
    attributes.insert("surname".to_owned(), "Vale".to_owned());
    let here = PersonFacts { mail: "new@x.example".to_owned(), attributes, guest: Some(true), ..now };
    let shown = Value::Object(person(&here, Some(&said), BASE));
    assert_eq!(shown["emails"][0], json!({ "value": "new@x.example", "type": "work", "primary": true }));
    assert_eq!(shown["name"], json!({ "givenName": "Alex", "familyName": "Vale" }));
    assert_eq!(shown["userType"], json!("Guest"), "what somebody is counts, and not what was said once");
    assert_eq!(shown["displayName"], json!("Alex"));
}

#[test]
fn whoever_has_no_active_is_not_active() {
    assert!(!facts(&json!({ "userName": "alex" })).enabled);
    let after = patched(json!({ "userName": "alex", "active": true }), json!([{ "op": "remove", "path": "active" }])).unwrap();
    assert!(!facts(&after).enabled);
}

#[test]
fn a_person_comes_back_as_they_are_without_a_word_of_a_provider() {
    let mut attributes = std::collections::BTreeMap::new();
    for name in ["givenName", "surname", "jobTitle", "department", "city", "mobile", "telephoneNumber", "extensionAttribute15"] {
        attributes.insert(name.to_owned(), format!("<{name}>"));
    }
    let now = PersonFacts {
        user_name: "alex".to_owned(),
        display_name: "Alex".to_owned(),
        mail: "alex@x.example".to_owned(),
        other_mails: vec!["a@x.example".to_owned(), "b@x.example".to_owned()],
        guest: Some(true),
        enabled: true,
        manager: Some("17".to_owned()),
        attributes,
    };
    let shown = Value::Object(person(&now, None, BASE));
    assert_eq!(facts(&Value::Object(cleaned(shown.clone()))), now);
    assert_eq!(shown[crate::ENTERPRISE]["manager"]["$ref"], json!(format!("{BASE}/Users/17")));
    assert_eq!(shown["schemas"], json!([crate::USER, crate::ENTERPRISE, crate::VESTIBULE]));
}

#[test]
fn a_patch_that_cannot_be_done_says_why() {
    let before = json!({ "userName": "alex", "emails": [{ "value": "a@x.example", "type": "home" }] });
    for (operation, expected) in [
        (json!({ "op": "copy", "path": "title" }), ScimFault::InvalidSyntax),
        (json!({ "path": "title", "value": "x" }), ScimFault::InvalidSyntax),
        (json!({ "op": "remove" }), ScimFault::NoTarget),
        (json!({ "op": "replace", "value": "x" }), ScimFault::InvalidValue),
        (json!({ "op": "add", "path": "title" }), ScimFault::InvalidValue),
        (json!({ "op": "add", "path": "title", "value": {} }), ScimFault::InvalidValue),
        (json!({ "op": "add", "path": "ti tle", "value": "x" }), ScimFault::InvalidPath),
        (json!({ "op": "add", "path": "emails[type eq", "value": "x" }), ScimFault::InvalidPath),
        (json!({ "op": "add", "path": 7, "value": "x" }), ScimFault::InvalidPath),
        (json!({ "op": "replace", "path": "emails[type ne \"home\"].value", "value": "x@y.example" }), ScimFault::NoTarget),
        (json!({ "op": "replace", "path": "emails[colour eq \"red\"].value", "value": "x@y.example" }), ScimFault::InvalidFilter),
        (json!({ "op": "replace", "path": "title[value eq \"x\"]", "value": "x" }), ScimFault::InvalidPath),
    ] {
        if operation["value"] == json!({}) {
            continue;
        }
        assert_eq!(fault(patched(before.clone(), json!([operation.clone()]))), expected, "{operation}");
    }
    assert_eq!(fault(patched(before.clone(), json!({}))), ScimFault::InvalidSyntax);
    let many: Vec<Value> = (0..2_000).map(|_| json!({ "op": "remove", "path": "title" })).collect();
    assert_eq!(fault(patched(before, json!(many))), ScimFault::TooMany);
    let members = json!({ "displayName": "G", "members": [{ "value": "1" }] });
    let members = clean(Provisioned::Group, &members).unwrap();
    let change = json!([{ "op": "replace", "path": "members[value eq \"1\"].value", "value": "2" }]);
    assert_eq!(fault(patch(Provisioned::Group, &members, &change)), ScimFault::Mutability);
}

#[test]
fn patches_of_the_great_providers_are_understood() {
    // Entra: names in capitals, a value for a type that is not there yet, names with a path, booleans as texts.
    let before = json!({ "userName": "alex", "active": true });
    let after = patched(
        before,
        json!([
            { "op": "Add", "path": "emails[type eq \"work\"].value", "value": "alex@x.example" },
            { "op": "Replace", "path": "active", "value": "False" },
            { "op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": "17" },
            { "op": "Replace", "value": { "name.givenName": "Alex", "title": "Clerk",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "IT" } },
            { "op": "Replace", "path": "nickName", "value": "Al" },
        ]),
    )
    .unwrap();
    assert_eq!(
        after,
        json!({
            "userName": "alex", "active": false, "title": "Clerk", "name": { "givenName": "Alex" },
            "emails": [{ "value": "alex@x.example", "type": "work" }],
            crate::ENTERPRISE: { "department": "IT", "manager": { "value": "17" } },
        })
    );
    // Okta: everything at once, without a path.
    let after = patched(after, json!([{ "op": "replace", "value": { "active": true, "title": "Head" } }])).unwrap();
    assert_eq!((after["active"].clone(), after["title"].clone()), (json!(true), json!("Head")));
    // A whole extension by its name.
    let gone = patched(after, json!([{ "op": "remove", "path": crate::ENTERPRISE }])).unwrap();
    assert_eq!(gone.get(crate::ENTERPRISE), None);
}

#[test]
fn members_come_and_go_by_every_way_of_saying_so() {
    let group = |members: &[&str]| {
        let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
        clean(Provisioned::Group, &json!({ "displayName": "G", "members": members })).unwrap()
    };
    let ids = |group: Map<String, Value>| {
        let members = group.get("members").and_then(Value::as_array).cloned().unwrap_or_default();
        members.iter().map(|one| one["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let changed =
        |members: &[&str], operation: Value| ids(patch(Provisioned::Group, &group(members), &json!([operation])).unwrap());
    assert_eq!(
        changed(&["1"], json!({ "op": "add", "path": "members", "value": [{ "value": "2" }, { "value": "1" }] })),
        ["1", "2"]
    );
    assert_eq!(changed(&["1", "2"], json!({ "op": "remove", "path": "members[value eq \"1\"]" })), ["2"]);
    assert_eq!(changed(&["1", "2"], json!({ "op": "Remove", "path": "members", "value": [{ "value": "2" }] })), ["1"]);
    assert_eq!(changed(&["1", "2"], json!({ "op": "remove", "path": "members" })), Vec::<String>::new());
    assert_eq!(changed(&["1", "2"], json!({ "op": "replace", "path": "members", "value": [{ "value": "3" }] })), ["3"]);
    assert_eq!(changed(&["1"], json!({ "op": "replace", "value": { "members": [] } })), Vec::<String>::new());
    assert_eq!(changed(&["1"], json!({ "op": "remove", "path": "members[value eq \"9\"]" })), ["1"], "gone is gone");
}

#[test]
fn one_value_is_the_primary_one() {
    let before = json!({ "userName": "a", "emails": [{ "value": "a@x", "primary": true }, { "value": "b@x", "type": "home" }] });
    let added = json!([{ "op": "add", "path": "emails", "value": [{ "value": "c@x", "primary": true }] }]);
    let after = patched(before.clone(), added).unwrap();
    assert_eq!((after["emails"][0]["primary"].clone(), after["emails"][2]["primary"].clone()), (json!(false), json!(true)));
    let changed = json!([{ "op": "replace", "path": "emails[type eq \"home\"].primary", "value": true }]);
    let after = patched(before, changed).unwrap();
    assert_eq!((after["emails"][0]["primary"].clone(), after["emails"][1]["primary"].clone()), (json!(false), json!(true)));
}

fn alex() -> Value {
    json!({
        "schemas": [crate::USER], "id": "17", "externalId": "Ext-1", "userName": "Alex", "active": true, "title": "Clerk",
        "emails": [{ "value": "alex@x.example", "type": "work" }, { "value": "home@x.example", "type": "home" }],
        crate::ENTERPRISE: { "department": "IT", "manager": { "value": "9" } },
    })
}

#[test]
fn filters_that_cannot_be_read_are_refused() {
    let deep = format!("{}userName pr{}", "not (".repeat(40), ")".repeat(40));
    for text in [
        "",
        "userName",
        "userName eq",
        "userName xx \"a\"",
        "colour eq \"red\"",
        "emails[colour eq \"red\"]",
        "emails.colour pr",
        "meta.created gt \"2020\"",
        "userName eq \"a\" and",
        "(userName eq \"a\"",
        &deep,
        &"a".repeat(5_000),
    ] {
        assert_eq!(fault(Filter::read(Provisioned::User, text)), ScimFault::InvalidFilter, "{text}");
    }
}

#[test]
fn filters_select_what_they_say() {
    for (text, expected) in [
        ("userName eq \"ALEX\"", true),
        ("USERNAME Eq \"alex\"", true),
        ("externalId eq \"ext-1\"", false),
        ("externalId eq \"Ext-1\"", true),
        ("userName sw \"al\" and title co \"ler\"", true),
        ("title ew \"K\" or title pr", true),
        ("displayName pr", false),
        ("not (displayName pr)", true),
        ("active eq true", true),
        ("active eq \"True\"", true),
        ("active eq false", false),
        ("active ne false", true),
        ("emails eq \"home@x.example\"", true),
        ("emails.type eq \"home\"", true),
        ("emails[type eq \"work\" and value eq \"home@x.example\"]", false),
        ("emails[type eq \"home\" and value co \"@x\"]", true),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"it\"", true),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \"9\"", true),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"alex\"", true),
        ("schemas eq \"urn:ietf:params:scim:schemas:core:2.0:User\"", true),
        ("title gt \"Barber\"", true),
        ("title eq null", false),
        ("displayName eq null", true),
        ("displayName ne \"x\"", true),
        ("title eq 7", false),
    ] {
        assert_eq!(Filter::read(Provisioned::User, text).unwrap().matches(&alex()), expected, "{text}");
    }
}

#[test]
fn an_index_is_asked_for_nothing_less_than_what_can_match() {
    let look_up = |kind, text: &str| Filter::read(kind, text).unwrap().look_up();
    let user = |text| look_up(Provisioned::User, text);
    assert_eq!(user("userName eq \"Alex\""), Some(LookUp::UserName("Alex".into())));
    assert_eq!(user("active eq true and externalId eq \"7\""), Some(LookUp::ExternalId("7".into())));
    assert_eq!(user("id eq \"17\""), Some(LookUp::Id("17".into())));
    for text in ["userName eq \"a\" or userName eq \"b\"", "not (userName eq \"a\")", "userName sw \"a\"", "displayName eq \"A\""]
    {
        assert_eq!(user(text), None, "{text}");
    }
    let group = |text| look_up(Provisioned::Group, text);
    assert_eq!(group("displayName eq \"G\""), Some(LookUp::DisplayName("G".into())));
    for text in ["members eq \"17\"", "members.value eq \"17\"", "members[value eq \"17\"]"] {
        assert_eq!(group(text), Some(LookUp::Member("17".into())), "{text}");
    }
    assert_eq!(group("members.type eq \"User\""), None);
}

#[test]
fn a_part_of_a_resource_is_what_was_asked_for() {
    let only = |names: &str| part(Provisioned::User, alex(), &Part::read(Some(names), None));
    assert_eq!(only("userName"), json!({ "schemas": [crate::USER], "id": "17", "userName": "Alex" }));
    assert_eq!(only("emails.VALUE")["emails"][1], json!({ "value": "home@x.example" }));
    let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
    assert_eq!(only(department)[crate::ENTERPRISE], json!({ "department": "IT" }));
    assert_eq!(only(crate::ENTERPRISE)[crate::ENTERPRISE], alex()[crate::ENTERPRISE]);
    let without = part(Provisioned::User, alex(), &Part::read(None, Some("emails.type, id, title")));
    assert_eq!(without["emails"][0], json!({ "value": "alex@x.example" }));
    assert_eq!((without["id"].clone(), without.get("title")), (json!("17"), None), "the id always comes");
    assert!(!Part::read(None, Some("members")).has(Provisioned::Group, "members"));
    assert!(Part::read(Some("members.value"), None).has(Provisioned::Group, "members"));
}

#[test]
fn pages_have_bounds() {
    let search = |start: &str, count: &str| {
        Search::of(|name| match name {
            "startIndex" => Some(start.to_owned()),
            "count" => Some(count.to_owned()),
            _ => None,
        })
    };
    let read = search("-5", "100000").unwrap();
    assert_eq!((read.start, read.count), (1, model::limits::SCIM_PAGE_MAX));
    assert_eq!(search("3", "-1").unwrap().count, 0);
    assert_eq!(fault(search("x", "1")), ScimFault::InvalidValue);
}
