//! What a server announces of itself (RFC 7643, 5 to 7; RFC 7644, 4).

use crate::attributes::{ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA, VESTIBULE_SCHEMA, shape};
use crate::schema::{Attribute, Kind, Mutability, Schema, Shape};
use model::limits::{SCIM_BULK_OPERATIONS_MAX, SCIM_MAX_BYTES, SCIM_PAGE_MAX};
use model::provisioning::Provisioned;
use serde_json::{Map, Value, json};

const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";
const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SERVICE_PROVIDER: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const ALL: [Schema; 4] = [USER_SCHEMA, ENTERPRISE_SCHEMA, VESTIBULE_SCHEMA, GROUP_SCHEMA];

/// `/ServiceProviderConfig`; `base` is the beginning of all addresses.
pub fn service_provider(base: &str) -> Value {
    json!({
        "schemas": [SERVICE_PROVIDER],
        "patch": { "supported": true },
        "bulk": { "supported": true, "maxOperations": SCIM_BULK_OPERATIONS_MAX, "maxPayloadSize": SCIM_MAX_BYTES },
        "filter": { "supported": true, "maxResults": SCIM_PAGE_MAX },
        "changePassword": { "supported": false },
        "sort": { "supported": false },
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Access token",
            "description": "A token that a Global Administrator makes under Settings, in the header Authorization: Bearer.",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{base}/ServiceProviderConfig") },
    })
}

/// `/ResourceTypes`
pub fn resource_types(base: &str) -> Vec<Value> {
    [Provisioned::User, Provisioned::Group].into_iter().map(|kind| one_type(shape(kind), base)).collect()
}

/// `/ResourceTypes/{id}`
pub fn resource_type(id: &str, base: &str) -> Option<Value> {
    let kinds = [Provisioned::User, Provisioned::Group];
    kinds.into_iter().map(shape).find(|shape| shape.name == id).map(|shape| one_type(shape, base))
}

fn one_type(shape: &Shape, base: &str) -> Value {
    let extensions: Vec<Value> =
        shape.extensions.iter().map(|schema| json!({ "schema": schema.id, "required": false })).collect();
    json!({
        "schemas": [RESOURCE_TYPE],
        "id": shape.name,
        "name": shape.name,
        "description": shape.core.description,
        "endpoint": shape.endpoint,
        "schema": shape.core.id,
        "schemaExtensions": extensions,
        "meta": { "resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{}", shape.name) },
    })
}

/// `/Schemas`
pub fn schemas(base: &str) -> Vec<Value> {
    ALL.iter().map(|schema| one_schema(schema, base)).collect()
}

/// `/Schemas/{id}`
pub fn schema(id: &str, base: &str) -> Option<Value> {
    ALL.iter().find(|schema| schema.id.eq_ignore_ascii_case(id)).map(|schema| one_schema(schema, base))
}

fn one_schema(schema: &Schema, base: &str) -> Value {
    json!({
        "schemas": [SCHEMA],
        "id": schema.id,
        "name": schema.name,
        "description": schema.description,
        "attributes": schema.attributes.iter().map(attribute).collect::<Vec<_>>(),
        "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{}", schema.id) },
    })
}

fn attribute(attribute: &Attribute) -> Value {
    let kind = match attribute.kind {
        Kind::Text => "string",
        Kind::Boolean => "boolean",
        Kind::Reference(_) => "reference",
        Kind::Complex(_) => "complex",
    };
    let mutability = match attribute.mutability {
        Mutability::ReadWrite => "readWrite",
        Mutability::Immutable => "immutable",
    };
    let mut said = Map::new();
    said.insert("name".to_owned(), json!(attribute.name));
    said.insert("type".to_owned(), json!(kind));
    said.insert("multiValued".to_owned(), json!(attribute.many));
    said.insert("description".to_owned(), json!(attribute.description));
    said.insert("required".to_owned(), json!(attribute.required));
    said.insert("caseExact".to_owned(), json!(attribute.case_exact));
    said.insert("mutability".to_owned(), json!(mutability));
    said.insert("returned".to_owned(), json!("default"));
    said.insert("uniqueness".to_owned(), json!(if attribute.unique { "server" } else { "none" }));
    if !attribute.canonical.is_empty() {
        said.insert("canonicalValues".to_owned(), json!(attribute.canonical));
    }
    match attribute.kind {
        Kind::Reference(of) => {
            said.insert("referenceTypes".to_owned(), json!(of));
        }
        Kind::Complex(within) => {
            let within: Vec<Value> = within.iter().map(self::attribute).collect();
            said.insert("subAttributes".to_owned(), Value::Array(within));
        }
        Kind::Text | Kind::Boolean => {}
    }
    Value::Object(said)
}
