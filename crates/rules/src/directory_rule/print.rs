//! Writes a rule out: every operator with its hyphen, in its documented spelling, and brackets only where they matter.
//!
//! Brackets that are not needed would nest deeper than what was typed, and a rule at the limit could not be read again.

use super::Rule;
use super::tree::{Body, DateComparison, DateTest, Text, TextCheck, TextTest, Tree, UserTest};
use std::fmt::{self, Display, Formatter};

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.body {
            Body::Condition(tree) => tree.write(f, &|f, test| test.fmt(f)),
            Body::DirectReports(user) => write!(f, "Direct Reports for \"{user}\""),
            Body::MemberOf(groups) => {
                f.write_str("user.memberOf -any (group.objectId -in [")?;
                separated(f, groups, ", ", |f, group| write!(f, "'{group}'"))?;
                f.write_str("])")
            }
        }
    }
}

impl<T> Tree<T> {
    fn write(&self, f: &mut Formatter<'_>, test: &dyn Fn(&mut Formatter<'_>, &T) -> fmt::Result) -> fmt::Result {
        match self {
            Self::Test(one) => test(f, one),
            Self::Not(inner) => {
                f.write_str("-not ")?;
                inner.write_within(f, test, matches!(**inner, Self::And(_) | Self::Or(_)))
            }
            Self::And(parts) => separated(f, parts, " -and ", |f, part| {
                // An -and inside an -and never comes from the parser, but would keep its meaning.
                part.write_within(f, test, matches!(part, Self::And(_) | Self::Or(_)))
            }),
            Self::Or(parts) => separated(f, parts, " -or ", |f, part| part.write_within(f, test, matches!(part, Self::Or(_)))),
        }
    }

    fn write_within(
        &self,
        f: &mut Formatter<'_>,
        test: &dyn Fn(&mut Formatter<'_>, &T) -> fmt::Result,
        brackets: bool,
    ) -> fmt::Result {
        if !brackets {
            return self.write(f, test);
        }
        f.write_str("(")?;
        self.write(f, test)?;
        f.write_str(")")
    }
}

impl Display for UserTest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { property, test } => write!(f, "user.{} {test}", property.name()),
            Self::Flag { property, negated, value } => {
                write!(f, "user.{} {} {value}", property.name(), if *negated { "-ne" } else { "-eq" })
            }
            Self::HireDate(test) => write!(f, "user.employeeHireDate {test}"),
            Self::OtherMails(test) => write!(f, "user.otherMails {test}"),
            Self::EachOtherMail { every, condition } => {
                write!(f, "user.otherMails {} (", if *every { "-all" } else { "-any" })?;
                condition.write(f, &|f, test| write!(f, "_ {test}"))?;
                f.write_str(")")
            }
        }
    }
}

/// The operator and the value, without what is compared.
impl Display for TextTest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let operator = |positive: &'static str, negative: &'static str| {
            if self.negated { negative } else { positive }
        };
        match &self.check {
            TextCheck::Null => write!(f, "{} null", operator("-eq", "-ne")),
            TextCheck::Equals(text) => write!(f, "{} {text}", operator("-eq", "-ne")),
            TextCheck::StartsWith(text) => {
                write!(f, "{} {text}", operator("-startsWith", "-notStartsWith"))
            }
            TextCheck::EndsWith(text) => {
                write!(f, "{} {text}", operator("-endsWith", "-notEndsWith"))
            }
            TextCheck::Contains(text) => {
                write!(f, "{} {text}", operator("-contains", "-notContains"))
            }
            TextCheck::Matches(pattern) => {
                write!(f, "{} {}", operator("-match", "-notMatch"), Quoted(&pattern.written))
            }
            TextCheck::In(texts) => {
                write!(f, "{} [", operator("-in", "-notIn"))?;
                separated(f, texts, ", ", |f, text| text.fmt(f))?;
                f.write_str("]")
            }
        }
    }
}

impl Display for DateTest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null { negated } => f.write_str(if *negated { "-ne null" } else { "-eq null" }),
            Self::Compare { comparison, moment } => {
                let operator = match comparison {
                    DateComparison::Equal => "-eq",
                    DateComparison::NotEqual => "-ne",
                    DateComparison::AtMost => "-le",
                    DateComparison::AtLeast => "-ge",
                };
                write!(f, "{operator} {moment}")
            }
        }
    }
}

impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Quoted(&self.written).fmt(f)
    }
}

/// A text with its quotation marks and escapes.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(text) = *self;
        // A backtick has no escape between double quotes, where it could hide the quote after it.
        if text.contains('`') {
            return write!(f, "'{}'", text.replace('\'', "''"));
        }
        // One single quote is itself between double quotes, two in a row would be read as one.
        let text = text.replace('"', "`\"");
        if text.contains("''") {
            return write!(f, "\"{}\"", text.replace('\'', "''"));
        }
        write!(f, "\"{text}\"")
    }
}

fn separated<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    separator: &str,
    write: impl Fn(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            f.write_str(separator)?;
        }
        write(f, item)?;
    }
    Ok(())
}
