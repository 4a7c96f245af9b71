//! Filters (RFC 7644, 3.4.2.2) over a resource as it is answered, and what of one an index can look up.

use crate::attributes::{EXTERNAL_ID, ID, SCHEMAS, shape};
use crate::schema::{Attribute, Kind, Shape, found};
use crate::wrong;
use model::Refusal;
use model::limits::{SCIM_FILTER_DEPTH_MAX, SCIM_FILTER_MAX_CHARS};
use model::provisioning::{Provisioned, ScimFault};
use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter as Tree, PatchPath, ValFilter, ValuePath};
use serde_json::Value;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A filter whose attributes are all known.
#[derive(Clone, Debug)]
pub struct Filter {
    tree: Tree,
    shape: &'static Shape,
}

/// What an index finds: everything that the filter can match has this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookUp {
    Id(String),
    ExternalId(String),
    UserName(String),
    DisplayName(String),
    /// Groups that somebody belongs to.
    Member(String),
}

/// Attributes that every resource has.
static COMMON: [Attribute; 3] = [EXTERNAL_ID, ID, SCHEMAS];

fn not_read(what: &str) -> Refusal {
    wrong(ScimFault::InvalidFilter, format!("The filter cannot be read: {what}."))
}

/// Reads a path of a patch.
pub fn path(text: &str) -> Result<PatchPath, Refusal> {
    let refused = |why: &str| Err(wrong(ScimFault::InvalidPath, format!("The path cannot be read: {why}.")));
    if text.chars().count() > SCIM_FILTER_MAX_CHARS {
        return refused("it is too long");
    }
    if too_deep(text) {
        return refused("it is nested too deeply");
    }
    match text.parse::<PatchPath>() {
        Ok(path) => Ok(path),
        Err(_) => refused("it is neither the name of an attribute nor a filter of its values"),
    }
}

/// Whether brackets are nested more deeply than anybody means. Asked before a reader recurses.
fn too_deep(text: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > SCIM_FILTER_DEPTH_MAX {
            return true;
        }
    }
    false
}

impl Filter {
    /// Reads a filter over resources of a kind.
    pub fn read(kind: Provisioned, text: &str) -> Result<Self, Refusal> {
        if text.chars().count() > SCIM_FILTER_MAX_CHARS {
            return Err(not_read("it is too long"));
        }
        if too_deep(text) {
            return Err(not_read("it is nested too deeply"));
        }
        let tree = text.parse::<Tree>().map_err(|_| not_read("it is not as RFC 7644 says, such as userName eq \"alex\""))?;
        let filter = Self { tree, shape: shape(kind) };
        filter.check(&filter.tree)?;
        Ok(filter)
    }

    fn check(&self, tree: &Tree) -> Result<(), Refusal> {
        match tree {
            Tree::Attr(expression) => self.check_expression(expression),
            Tree::ValuePath(path) => {
                let attribute = self.find(&path.attr).ok_or_else(|| unknown(&path.attr))?;
                check_within(attribute, &path.filter)
            }
            Tree::Not(inner) => self.check(inner),
            Tree::And(all) | Tree::Or(all) => all.iter().try_for_each(|one| self.check(one)),
        }
    }

    fn check_expression(&self, expression: &AttrExp) -> Result<(), Refusal> {
        let path = path_of(expression);
        let attribute = self.find(path).ok_or_else(|| unknown(path))?;
        match &path.sub_attr {
            Some(name) if found(attribute.within(), name).is_none() => Err(unknown(path)),
            _ => Ok(()),
        }
    }

    fn find(&self, path: &AttrPath) -> Option<&'static Attribute> {
        let common = || COMMON.iter().find(|one| one.name.eq_ignore_ascii_case(&path.name) && path.uri.is_none());
        self.shape.find(path.uri.as_deref(), &path.name).map(|(_, attribute)| attribute).or_else(common)
    }

    /// Whether a resource is as the filter says.
    pub fn matches(&self, resource: &Value) -> bool {
        self.holds(&self.tree, resource)
    }

    fn holds(&self, tree: &Tree, resource: &Value) -> bool {
        match tree {
            Tree::Attr(expression) => self.compares(expression, resource),
            Tree::ValuePath(ValuePath { attr, filter }) => {
                let Some(attribute) = self.find(attr) else { return false };
                self.values(attr, resource).into_iter().any(|value| selects(attribute, filter, value))
            }
            Tree::Not(inner) => !self.holds(inner, resource),
            Tree::And(all) => all.iter().all(|one| self.holds(one, resource)),
            Tree::Or(all) => all.iter().any(|one| self.holds(one, resource)),
        }
    }

    /// The values of the attribute, one by one.
    fn values<'v>(&self, path: &AttrPath, resource: &'v Value) -> Vec<&'v Value> {
        let Some(attribute) = self.find(path) else { return Vec::new() };
        let extension = path.uri.as_deref().and_then(|uri| self.shape.extension(uri));
        let place = extension.map_or(Some(resource), |schema| resource.get(schema.id));
        match place.and_then(|place| place.get(attribute.name)) {
            None => Vec::new(),
            Some(Value::Array(values)) => values.iter().collect(),
            Some(value) => vec![value],
        }
    }

    fn compares(&self, expression: &AttrExp, resource: &Value) -> bool {
        let path = path_of(expression);
        let Some(attribute) = self.find(path) else { return false };
        let values = self.values(path, resource);
        compare_all(attribute, path.sub_attr.as_deref(), expression, &values)
    }

    /// What an index can look up, so that only what it finds has to be asked.
    pub fn look_up(&self) -> Option<LookUp> {
        self.looked_up(&self.tree)
    }

    fn looked_up(&self, tree: &Tree) -> Option<LookUp> {
        match tree {
            Tree::And(all) => all.iter().find_map(|one| self.looked_up(one)),
            Tree::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(text))) => self.index(path, text),
            Tree::ValuePath(ValuePath { attr, filter }) => {
                let text = eq_values(filter)?.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("value"))?.1;
                self.index(attr, text.as_str()?)
            }
            Tree::Attr(_) | Tree::Not(_) | Tree::Or(_) => None,
        }
    }

    fn index(&self, path: &AttrPath, text: &str) -> Option<LookUp> {
        if path.uri.as_deref().is_some_and(|uri| !uri.eq_ignore_ascii_case(self.shape.core.id)) {
            return None;
        }
        let of_value = path.sub_attr.as_deref().is_none_or(|name| name.eq_ignore_ascii_case("value"));
        let text = text.to_owned();
        match (self.find(path)?.name, of_value) {
            ("id", _) => Some(LookUp::Id(text)),
            ("externalId", _) => Some(LookUp::ExternalId(text)),
            ("userName", _) => Some(LookUp::UserName(text)),
            // Of people, what is said may be another name than what is shown.
            ("displayName", _) if self.shape.name == "Group" => Some(LookUp::DisplayName(text)),
            ("members", true) => Some(LookUp::Member(text)),
            _ => None,
        }
    }
}

fn unknown(path: &AttrPath) -> Refusal {
    not_read(&format!("there is no attribute “{path}” to filter by"))
}

fn path_of(expression: &AttrExp) -> &AttrPath {
    match expression {
        AttrExp::Present(path) | AttrExp::Comparison(path, _, _) => path,
    }
}

/// Refuses a filter of values that names parts which they do not have.
pub fn check_within(attribute: &'static Attribute, filter: &ValFilter) -> Result<(), Refusal> {
    match filter {
        ValFilter::Attr(expression) => {
            let path = path_of(expression);
            if path.uri.is_some() || path.sub_attr.is_some() || found(attribute.within(), &path.name).is_none() {
                return Err(unknown(path));
            }
            Ok(())
        }
        ValFilter::Not(inner) => check_within(attribute, inner),
        ValFilter::And(all) | ValFilter::Or(all) => all.iter().try_for_each(|one| check_within(attribute, one)),
    }
}

/// Whether a filter of values selects this one.
pub fn selects(attribute: &'static Attribute, filter: &ValFilter, value: &Value) -> bool {
    match filter {
        ValFilter::Attr(expression) => {
            let name = &path_of(expression).name;
            compare_all(attribute, Some(name), expression, &[value])
        }
        ValFilter::Not(inner) => !selects(attribute, inner, value),
        ValFilter::And(all) => all.iter().all(|one| selects(attribute, one, value)),
        ValFilter::Or(all) => all.iter().any(|one| selects(attribute, one, value)),
    }
}

/// The parts that a filter asks for with nothing but `eq` and `and`; nothing for another one.
pub fn eq_values(filter: &ValFilter) -> Option<Vec<(String, Value)>> {
    match filter {
        ValFilter::Attr(AttrExp::Comparison(path, CompareOp::Eq, value)) => Some(vec![(path.name.clone(), json(value))]),
        ValFilter::And(all) => {
            let parts: Option<Vec<_>> = all.iter().map(eq_values).collect();
            Some(parts?.into_iter().flatten().collect())
        }
        ValFilter::Attr(_) | ValFilter::Not(_) | ValFilter::Or(_) => None,
    }
}

fn json(value: &CompValue) -> Value {
    match value {
        CompValue::False => Value::Bool(false),
        CompValue::True => Value::Bool(true),
        CompValue::Null => Value::Null,
        CompValue::Number(number) => Value::Number(number.clone()),
        CompValue::Str(text) => Value::String(text.clone()),
    }
}

/// Whether any of the values compares. A value with parts compares by the part that is named, or by its `value`.
fn compare_all(attribute: &'static Attribute, part: Option<&str>, expression: &AttrExp, values: &[&Value]) -> bool {
    let (exact, name) = match attribute.kind {
        Kind::Complex(within) => match found(within, part.unwrap_or("value")) {
            Some(part) => (part.case_exact, Some(part.name)),
            None => (false, None),
        },
        Kind::Text | Kind::Boolean | Kind::Reference(_) => (attribute.case_exact, None),
    };
    let picked = values.iter().filter_map(|value| match (attribute.kind, name) {
        (Kind::Complex(_), Some(name)) => value.get(name),
        (Kind::Complex(_), None) => Some(*value),
        _ => Some(*value),
    });
    match expression {
        AttrExp::Present(_) => picked.into_iter().any(|value| !crate::schema::is_unassigned(value)),
        AttrExp::Comparison(_, op, asked) => {
            let mut picked = picked.peekable();
            // What is not there is not equal to anything but nothing.
            if picked.peek().is_none() {
                let nothing = matches!(asked, CompValue::Null);
                return match op {
                    CompareOp::Eq => nothing,
                    CompareOp::Ne => !nothing,
                    _ => false,
                };
            }
            picked.any(|value| compare(value, op, asked, exact))
        }
    }
}

/// How a text is compared.
fn folded(text: &str, exact: bool) -> Cow<'_, str> {
    if exact { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}

fn compare(value: &Value, op: &CompareOp, asked: &CompValue, exact: bool) -> bool {
    match (value, asked) {
        (Value::String(value), CompValue::Str(asked)) => {
            let (value, asked) = (folded(value, exact), folded(asked, exact));
            match op {
                CompareOp::Eq => value == asked,
                CompareOp::Ne => value != asked,
                CompareOp::Co => value.contains(asked.as_ref()),
                CompareOp::Sw => value.starts_with(asked.as_ref()),
                CompareOp::Ew => value.ends_with(asked.as_ref()),
                CompareOp::Gt => value.cmp(&asked) == Ordering::Greater,
                CompareOp::Ge => value.cmp(&asked) != Ordering::Less,
                CompareOp::Lt => value.cmp(&asked) == Ordering::Less,
                CompareOp::Le => value.cmp(&asked) != Ordering::Greater,
            }
        }
        (Value::Bool(value), CompValue::True | CompValue::False | CompValue::Str(_)) => {
            let asked = match asked {
                CompValue::Str(text) if text.eq_ignore_ascii_case("true") => true,
                CompValue::Str(text) if text.eq_ignore_ascii_case("false") => false,
                CompValue::Str(_) => return matches!(op, CompareOp::Ne),
                asked => matches!(asked, CompValue::True),
            };
            match op {
                CompareOp::Eq => *value == asked,
                CompareOp::Ne => *value != asked,
                _ => false,
            }
        }
        // Values of two kinds are never equal.
        _ => matches!(op, CompareOp::Ne),
    }
}
