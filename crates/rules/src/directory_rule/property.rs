//! The properties and operators that a rule may name, and the nearest one when a name is unknown.

use super::RuleError;
use super::token::shortened;
use model::directory::{ATTRIBUTES, Person, UserKind};
use std::borrow::Cow;

/// A property of a user, by the type of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Property {
    Text(TextProperty),
    Flag(Flag),
    HireDate,
    OtherMails,
    MemberOf,
}

/// A property with one text, or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextProperty {
    DisplayName,
    UserPrincipalName,
    Mail,
    UserType,
    ObjectId,
    /// A key of [`ATTRIBUTES`].
    Attribute(&'static str),
}

/// A property that is true or false, never null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flag {
    AccountEnabled,
    /// Always false: Vestibule is not filled from another directory.
    DirSyncEnabled,
}

/// An operator between a property and a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    StartsWith,
    NotStartsWith,
    EndsWith,
    NotEndsWith,
    Contains,
    NotContains,
    Match,
    NotMatch,
    In,
    NotIn,
    AtMost,
    AtLeast,
    Any,
    All,
}

const HIRE_DATE: &str = "employeeHireDate";

const OWN_PROPERTIES: &[(&str, Property)] = &[
    ("displayName", Property::Text(TextProperty::DisplayName)),
    ("userPrincipalName", Property::Text(TextProperty::UserPrincipalName)),
    ("mail", Property::Text(TextProperty::Mail)),
    ("userType", Property::Text(TextProperty::UserType)),
    ("objectId", Property::Text(TextProperty::ObjectId)),
    ("accountEnabled", Property::Flag(Flag::AccountEnabled)),
    ("dirSyncEnabled", Property::Flag(Flag::DirSyncEnabled)),
    ("otherMails", Property::OtherMails),
    ("memberOf", Property::MemberOf),
];

/// Properties of the reference system that Vestibule does not hold. Rules that are brought along name them, and
/// should not be told that they are a typing error.
const NOT_HELD: &[&str] = &[
    "assignedPlans",
    "facsimileTelephoneNumber",
    "mailNickName",
    "mailNickname",
    "onPremisesDistinguishedName",
    "onPremisesSecurityIdentifier",
    "passwordPolicies",
    "proxyAddresses",
    "sipProxyAddress",
];

const OPERATORS: &[(&str, Operator)] = &[
    ("eq", Operator::Equal),
    ("ne", Operator::NotEqual),
    ("startsWith", Operator::StartsWith),
    ("notStartsWith", Operator::NotStartsWith),
    ("endsWith", Operator::EndsWith),
    ("notEndsWith", Operator::NotEndsWith),
    ("contains", Operator::Contains),
    ("notContains", Operator::NotContains),
    ("match", Operator::Match),
    ("notMatch", Operator::NotMatch),
    ("in", Operator::In),
    ("notIn", Operator::NotIn),
    ("le", Operator::AtMost),
    ("ge", Operator::AtLeast),
    ("any", Operator::Any),
    ("all", Operator::All),
];

/// Every property that a rule may name, without `user.` before it.
pub(super) fn names() -> impl Iterator<Item = (&'static str, Property)> {
    let attributes = ATTRIBUTES.iter().map(|(name, _)| match *name {
        HIRE_DATE => (HIRE_DATE, Property::HireDate),
        name => (name, Property::Text(TextProperty::Attribute(name))),
    });
    OWN_PROPERTIES.iter().copied().chain(attributes)
}

impl Property {
    /// Reads `user.department`. Unlike everything else in a rule, properties keep to upper and lower case.
    pub fn parse(word: &str, at: usize) -> Result<Self, RuleError> {
        let known = word.strip_prefix("user.").and_then(|name| names().find(|(known, _)| *known == name));
        known.map(|(_, property)| property).ok_or_else(|| RuleError::new(at, why_unknown(word)))
    }

    /// The property as it is written in a rule.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text(text) => text.name(),
            Self::Flag(flag) => flag.name(),
            Self::HireDate => HIRE_DATE,
            Self::OtherMails => "otherMails",
            Self::MemberOf => "memberOf",
        }
    }
}

impl TextProperty {
    pub fn name(self) -> &'static str {
        match self {
            Self::DisplayName => "displayName",
            Self::UserPrincipalName => "userPrincipalName",
            Self::Mail => "mail",
            Self::UserType => "userType",
            Self::ObjectId => "objectId",
            Self::Attribute(name) => name,
        }
    }

    /// The person's value; nothing when it is not set.
    pub fn of(self, person: &Person) -> Option<Cow<'_, str>> {
        let text = match self {
            Self::DisplayName => person.display_name.as_str().into(),
            Self::UserPrincipalName => person.user_name.as_str().into(),
            Self::Mail => person.mail.as_deref()?.into(),
            Self::UserType => match person.kind {
                UserKind::Member => "Member".into(),
                UserKind::Guest => "Guest".into(),
            },
            Self::ObjectId => Cow::Owned(person.id.to_string()),
            Self::Attribute(name) => person.profile.get(name)?.into(),
        };
        (!text.is_empty()).then_some(text)
    }
}

impl Flag {
    pub fn name(self) -> &'static str {
        match self {
            Self::AccountEnabled => "accountEnabled",
            Self::DirSyncEnabled => "dirSyncEnabled",
        }
    }

    pub fn of(self, person: &Person) -> bool {
        match self {
            Self::AccountEnabled => person.enabled,
            Self::DirSyncEnabled => false,
        }
    }
}

impl Operator {
    /// Reads the name of an operator, in any case.
    pub fn parse(word: &str, at: usize) -> Result<Self, RuleError> {
        if let Some((_, operator)) = OPERATORS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
            return Ok(*operator);
        }
        let shown = shortened(word);
        if word.eq_ignore_ascii_case("not") {
            let message = "Found -not after a property; it stands before a whole condition. \
                           To ask whether a value is set, write -eq null or -ne null.";
            return Err(RuleError::new(at, message));
        }
        if word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or") {
            let message =
                format!("Found -{shown} after a property; expected a comparison before it, such as -eq or -startsWith.");
            return Err(RuleError::new(at, message));
        }
        let message = match nearest(word, OPERATORS.iter().map(|(name, _)| *name)) {
            Some(name) => format!("There is no operator -{shown}. Did you mean -{name}?"),
            None => format!("There is no operator -{shown}; expected a comparison, such as -eq or -startsWith."),
        };
        Err(RuleError::new(at, message))
    }

    /// The operator as it is written in a rule.
    pub fn name(self) -> &'static str {
        OPERATORS.iter().find(|(_, operator)| *operator == self).map_or("", |(name, _)| *name)
    }
}

/// Why a word is not a property, and what was probably meant.
fn why_unknown(word: &str) -> String {
    let shown = shortened(word);
    let (object, name) = word.split_once('.').unwrap_or(("", word));
    if object.eq_ignore_ascii_case("device") {
        return format!("Found {shown}, but groups hold no devices; expected a property of a user, such as user.department.");
    }
    if object == "_" || word == "_" {
        return "Found _, which stands for one item and has a meaning only in the brackets after -any or -all; \
                expected a property such as user.department."
            .to_owned();
    }
    if !object.is_empty() && !object.eq_ignore_ascii_case("user") {
        return format!("Found the word {shown}, but expected a property, which begins with user., such as user.department.");
    }
    if let Some((known, _)) = names().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        let only_user_is_missing = object.is_empty() && known == name;
        let reason = if only_user_is_missing { "" } else { "; upper and lower case matter" };
        return format!("Found {shown}, but expected user.{known}{reason}.");
    }
    if NOT_HELD.contains(&name) || name.starts_with("extension_") {
        return format!(
            "The property {shown} is not held here; \
             extensionAttribute1 to extensionAttribute15 are free for such values."
        );
    }
    match nearest(name, names().map(|(known, _)| known)) {
        Some(known) => format!("There is no property {shown}. Did you mean user.{known}?"),
        None if object.is_empty() => {
            format!("Found the word {shown}, but expected a property such as user.department, -not or an opening bracket.")
        }
        None => format!("There is no property {shown}; expected one that users have, such as user.department or user.jobTitle."),
    }
}

/// The name that was probably meant: one that begins with the word, or differs from it in few letters.
pub(super) fn nearest(word: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let word = word.to_lowercase();
    let letters = word.chars().count();
    let best = names
        .map(|name| {
            let known = name.to_lowercase();
            let begins = letters >= 3 && known.starts_with(&word);
            // Letters that only changed places are one slip of the fingers, not several.
            let alike = begins || sorted(&word) == sorted(&known);
            (if alike { 1 } else { distance(&word, &known) }, name)
        })
        .min_by_key(|(changes, _)| *changes)?;
    // A third of the letters wrong is a typing error; more is another word.
    (best.0 <= (letters / 3).max(1)).then_some(best.1)
}

fn sorted(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

/// How many letters have to be added, left out or changed to make one word the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (done, letter) in from.chars().enumerate() {
        let (mut diagonal, mut left) = (done, done + 1);
        let mut next = vec![left];
        for (other, above) in to.chars().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(letter != other)).min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
