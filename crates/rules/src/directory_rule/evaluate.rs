//! Asks a rule about a person. Nothing here can fail: everything that can be wrong was refused when it was parsed.

use super::moment::{Moment, read_date};
use super::tree::{Body, DateComparison, DateTest, TextCheck, TextTest, Tree, UserTest, fold};
use model::Ts;
use model::directory::Person;

impl Body {
    pub fn holds(&self, person: &Person, now: Ts) -> bool {
        match self {
            Self::Condition(tree) => tree.holds(&|test| test.holds(person, now)),
            Self::DirectReports(user) => person.manager == Some(*user),
            Self::MemberOf(groups) => groups.iter().any(|group| person.member_of.contains(group)),
        }
    }

    pub fn depends_on_time(&self) -> bool {
        let reads_clock = |test: &UserTest| matches!(test, UserTest::HireDate(DateTest::Compare { moment: Moment::Now(_), .. }));
        match self {
            Self::Condition(tree) => tree.any_test(&reads_clock),
            Self::DirectReports(_) | Self::MemberOf(_) => false,
        }
    }
}

impl<T> Tree<T> {
    fn holds(&self, ask: &impl Fn(&T) -> bool) -> bool {
        match self {
            Self::Test(test) => ask(test),
            Self::Not(inner) => !inner.holds(ask),
            Self::And(parts) => parts.iter().all(|part| part.holds(ask)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(ask)),
        }
    }
}

impl UserTest {
    fn holds(&self, person: &Person, now: Ts) -> bool {
        // An empty text in a collection is as good as no item.
        let mails = || person.profile.other_mails.iter().map(String::as_str).filter(|mail| !mail.is_empty());
        match self {
            Self::Text { property, test } => test.holds(property.of(person).as_deref()),
            Self::Flag { property, negated, value } => (property.of(person) == *value) != *negated,
            Self::HireDate(test) => test.holds(person.profile.get("employeeHireDate").and_then(read_date), now),
            Self::OtherMails(TextTest { negated, check: TextCheck::Null }) => mails().next().is_none() != *negated,
            Self::OtherMails(TextTest { negated, check }) => mails().any(|mail| check.passes(mail)) != *negated,
            Self::EachOtherMail { every: true, condition } => mails().all(|mail| condition.holds(&|test| test.holds(Some(mail)))),
            Self::EachOtherMail { every: false, condition } => {
                mails().any(|mail| condition.holds(&|test| test.holds(Some(mail))))
            }
        }
    }
}

impl TextTest {
    fn holds(&self, value: Option<&str>) -> bool {
        let passes = match value {
            Some(value) => self.check.passes(value),
            None => self.check == TextCheck::Null,
        };
        passes != self.negated
    }
}

impl TextCheck {
    /// Whether a text that is set passes.
    fn passes(&self, value: &str) -> bool {
        match self {
            Self::Null => false,
            Self::Equals(text) => fold(value) == text.folded,
            Self::StartsWith(text) => fold(value).starts_with(&text.folded),
            Self::EndsWith(text) => fold(value).ends_with(&text.folded),
            Self::Contains(text) => fold(value).contains(&text.folded),
            Self::Matches(pattern) => pattern.regex.is_match(value),
            Self::In(texts) => {
                let folded = fold(value);
                texts.iter().any(|text| text.folded == folded)
            }
        }
    }
}

impl DateTest {
    fn holds(self, date: Option<Ts>, now: Ts) -> bool {
        match self {
            Self::Null { negated } => date.is_none() != negated,
            Self::Compare { comparison, moment } => {
                let Some(date) = date else {
                    return comparison == DateComparison::NotEqual;
                };
                let moment = moment.at(now);
                match comparison {
                    DateComparison::Equal => date == moment,
                    DateComparison::NotEqual => date != moment,
                    DateComparison::AtMost => date <= moment,
                    DateComparison::AtLeast => date >= moment,
                }
            }
        }
    }
}
