//! What an attribute is, and how it is found by name: without regard to case (RFC 7643, 2.1).

use serde_json::Value;

/// What kind of value an attribute has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Text,
    Boolean,
    /// An address of a resource of one of these kinds.
    Reference(&'static [&'static str]),
    Complex(&'static [Attribute]),
}

/// How an attribute may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutability {
    ReadWrite,
    /// Set once with what it belongs to.
    Immutable,
}

/// One attribute of a schema.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attribute {
    pub name: &'static str,
    pub kind: Kind,
    /// It holds several values.
    pub many: bool,
    pub required: bool,
    pub case_exact: bool,
    pub unique: bool,
    pub mutability: Mutability,
    /// Values that mean something; others are kept too.
    pub canonical: &'static [&'static str],
    pub description: &'static str,
}

impl Attribute {
    pub const fn text(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Text,
            many: false,
            required: false,
            case_exact: false,
            unique: false,
            mutability: Mutability::ReadWrite,
            canonical: &[],
            description,
        }
    }

    pub const fn of(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    pub const fn many(self) -> Self {
        Self { many: true, ..self }
    }

    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub const fn unique(self) -> Self {
        Self { unique: true, ..self }
    }

    pub const fn exact(self) -> Self {
        Self { case_exact: true, ..self }
    }

    pub const fn immutable(self) -> Self {
        Self { mutability: Mutability::Immutable, ..self }
    }

    pub const fn canonical(self, canonical: &'static [&'static str]) -> Self {
        Self { canonical, ..self }
    }

    /// The attributes within it.
    pub fn within(&self) -> &'static [Attribute] {
        match self.kind {
            Kind::Complex(within) => within,
            Kind::Text | Kind::Boolean | Kind::Reference(_) => &[],
        }
    }
}

/// A schema: its name, its attributes, and what it is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schema {
    pub id: &'static str,
    pub name: &'static str,
    pub description: &'static str,
    pub attributes: &'static [Attribute],
}

/// A kind of resource: its own schema, and those that extend it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    pub name: &'static str,
    /// Below the beginning of all addresses.
    pub endpoint: &'static str,
    pub core: &'static Schema,
    pub extensions: &'static [&'static Schema],
}

impl Shape {
    /// The extension of this name.
    pub fn extension(&self, id: &str) -> Option<&'static Schema> {
        self.extensions.iter().copied().find(|schema| schema.id.eq_ignore_ascii_case(id.trim()))
    }

    /// An attribute, and the extension that it stands in. `uri` is the name of its schema, where one was said.
    pub fn find(&self, uri: Option<&str>, name: &str) -> Option<(Option<&'static Schema>, &'static Attribute)> {
        match uri {
            None => found(self.core.attributes, name).map(|attribute| (None, attribute)),
            Some(uri) if uri.eq_ignore_ascii_case(self.core.id) => self.find(None, name),
            Some(uri) => {
                let schema = self.extension(uri)?;
                found(schema.attributes, name).map(|attribute| (Some(schema), attribute))
            }
        }
    }
}

/// The attribute of this name.
pub fn found(all: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    all.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// Whether a value says nothing (RFC 7643, 2.5).
pub fn is_unassigned(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
