//! Exactly what is kept of a person and of a group. What stands here is announced, read, patched and answered; everything
//! else that a provider sends is ignored.

use crate::schema::{Attribute, Kind, Schema, Shape};
use model::provisioning::Provisioned;

/// The schema of people.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of groups.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The extension for people of an enterprise.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// What Vestibule keeps of people beyond the standard.
pub const VESTIBULE: &str = "urn:ietf:params:scim:schemas:extension:vestibule:2.0:User";

const NAME: &[Attribute] = &[
    Attribute::text("formatted", "The whole name."),
    Attribute::text("familyName", "The last name."),
    Attribute::text("givenName", "The first name."),
];

const EMAIL: &[Attribute] = &[
    Attribute::text("value", "The address."),
    Attribute::text("type", "What it is for.").canonical(&["work", "home", "other"]),
    Attribute::text("primary", "Letters are sent to this one.").of(Kind::Boolean),
];

const PHONE: &[Attribute] = &[
    Attribute::text("value", "The number."),
    Attribute::text("type", "What it is for.").canonical(&["work", "mobile", "other"]),
    Attribute::text("primary", "The number to try first.").of(Kind::Boolean),
];

const ADDRESS: &[Attribute] = &[
    Attribute::text("streetAddress", "Street and number."),
    Attribute::text("locality", "The city."),
    Attribute::text("region", "The state."),
    Attribute::text("postalCode", "The postal code."),
    Attribute::text("country", "The country."),
    Attribute::text("type", "What it is for.").canonical(&["work", "home", "other"]),
    Attribute::text("primary", "The address to take first.").of(Kind::Boolean),
];

const MANAGER: &[Attribute] = &[
    Attribute::text("value", "The id of the manager.").exact(),
    Attribute::text("$ref", "The address of the manager.").of(Kind::Reference(&["User"])).exact(),
];

const MEMBER: &[Attribute] = &[
    Attribute::text("value", "The id of the member.").exact().immutable(),
    Attribute::text("$ref", "The address of the member.").of(Kind::Reference(&["User", "Group"])).exact().immutable(),
    Attribute::text("type", "What the member is.").canonical(&["User", "Group"]).immutable(),
];

/// People.
pub const USER_SCHEMA: Schema = Schema {
    id: USER,
    name: "User",
    description: "A person.",
    attributes: &[
        Attribute::text("userName", "The name with which somebody signs in.").required().unique(),
        Attribute::text("name", "The parts of the name.").of(Kind::Complex(NAME)),
        Attribute::text("displayName", "The name as others see it."),
        Attribute::text("title", "The job title."),
        Attribute::text("userType", "Guest, or what else somebody is.").canonical(&["Member", "Guest"]),
        Attribute::text("preferredLanguage", "The language that somebody likes best."),
        Attribute::text("active", "Whether somebody may sign in and holds what they were given.").of(Kind::Boolean),
        Attribute::text("emails", "Addresses for letters.").of(Kind::Complex(EMAIL)).many(),
        Attribute::text("phoneNumbers", "Telephone and mobile.").of(Kind::Complex(PHONE)).many(),
        Attribute::text("addresses", "Where somebody works.").of(Kind::Complex(ADDRESS)).many(),
    ],
};

/// People of an enterprise.
pub const ENTERPRISE_SCHEMA: Schema = Schema {
    id: ENTERPRISE,
    name: "EnterpriseUser",
    description: "A person of an enterprise.",
    attributes: &[
        Attribute::text("employeeNumber", "The number of the employee."),
        Attribute::text("organization", "The company."),
        Attribute::text("department", "The department."),
        Attribute::text("manager", "Whom somebody reports to.").of(Kind::Complex(MANAGER)),
    ],
};

const EXTENSION: &str = "Free for the organisation.";

/// What Vestibule keeps beyond the standard.
pub const VESTIBULE_SCHEMA: Schema = Schema {
    id: VESTIBULE,
    name: "VestibuleUser",
    description: "What Vestibule keeps of people beyond the standard, for rules over attributes.",
    attributes: &[
        Attribute::text("officeLocation", "The office."),
        Attribute::text("usageLocation", "The country in which services are used."),
        Attribute::text("extensionAttribute1", EXTENSION),
        Attribute::text("extensionAttribute2", EXTENSION),
        Attribute::text("extensionAttribute3", EXTENSION),
        Attribute::text("extensionAttribute4", EXTENSION),
        Attribute::text("extensionAttribute5", EXTENSION),
        Attribute::text("extensionAttribute6", EXTENSION),
        Attribute::text("extensionAttribute7", EXTENSION),
        Attribute::text("extensionAttribute8", EXTENSION),
        Attribute::text("extensionAttribute9", EXTENSION),
        Attribute::text("extensionAttribute10", EXTENSION),
        Attribute::text("extensionAttribute11", EXTENSION),
        Attribute::text("extensionAttribute12", EXTENSION),
        Attribute::text("extensionAttribute13", EXTENSION),
        Attribute::text("extensionAttribute14", EXTENSION),
        Attribute::text("extensionAttribute15", EXTENSION),
    ],
};

/// Groups.
pub const GROUP_SCHEMA: Schema = Schema {
    id: GROUP,
    name: "Group",
    description: "A group of people.",
    attributes: &[
        Attribute::text("displayName", "The name of the group.").required().unique(),
        Attribute::text("members", "Who belongs to it directly, for whatever reason.").of(Kind::Complex(MEMBER)).many(),
    ],
};

/// What every resource has, without standing in its schema.
pub const EXTERNAL_ID: Attribute = Attribute::text("externalId", "What the provider calls it.").exact();
/// The id, which nobody writes.
pub const ID: Attribute = Attribute::text("id", "The id here.").exact();
/// The names of its schemas.
pub const SCHEMAS: Attribute = Attribute::text("schemas", "The names of its schemas.").exact().many();

static USERS: Shape =
    Shape { name: "User", endpoint: "/Users", core: &USER_SCHEMA, extensions: &[&ENTERPRISE_SCHEMA, &VESTIBULE_SCHEMA] };
static GROUPS: Shape = Shape { name: "Group", endpoint: "/Groups", core: &GROUP_SCHEMA, extensions: &[] };

/// How a kind of resource looks.
pub fn shape(kind: Provisioned) -> &'static Shape {
    match kind {
        Provisioned::User => &USERS,
        Provisioned::Group => &GROUPS,
    }
}
