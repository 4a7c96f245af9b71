//! SCIM 2.0 (RFC 7643, RFC 7644), as far as it is about messages: what is announced, how a person and a group look,
//! filters, patches, and parts of a resource.
//!
//! Pure functions over JSON values: no I/O, no clock, no rule of governance. Filters and paths are read by `scim_v2`.

mod attributes;
mod clean;
mod discovery;
mod filter;
mod group;
mod message;
mod part;
mod patch;
mod person;
mod schema;

pub use attributes::{ENTERPRISE, GROUP, USER, VESTIBULE};
pub use clean::clean;
pub use discovery::{resource_type, resource_types, schema, schemas, service_provider};
pub use filter::{Filter, LookUp};
pub use group::{GroupAsked, group, read_group};
pub use message::{BulkOperation, Listing, Search, bulk, bulk_answer, bulk_reference, error, listing, resolve, search};
pub use part::{Part, part};
pub use patch::patch;
pub use person::{PersonFacts, facts, person};

use model::Refusal;
use model::provisioning::ScimFault;

/// The answer to an error (RFC 7644, 3.12).
pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
/// A list of resources.
pub const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// A message that cannot be done.
pub(crate) fn wrong(fault: ScimFault, message: impl Into<String>) -> Refusal {
    Refusal::ScimWrong { fault, message: message.into() }
}

#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;
