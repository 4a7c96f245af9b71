//! The comparisons: which operators a property takes, and which values an operator takes.

use super::moment::{Moment, Period, Shift, read_date};
use super::parse::{Parser, Part};
use super::property::{Operator, Property};
use super::token::{Kind, shortened};
use super::tree::{Body, DateComparison, DateTest, Pattern, Text, TextCheck, TextTest, UserTest};
use super::{RuleError, SOURCE_GROUPS_MAX};
use model::GroupId;
use std::str::FromStr;

impl Parser<'_> {
    /// A comparison of a user, or a rule that stands alone.
    pub fn part(&mut self) -> Result<Part, RuleError> {
        let at = self.current().at;
        if self.current().kind.is_keyword("direct") {
            return self.direct_reports(at);
        }
        let Kind::Word { hyphen: false, word } = &self.current().kind else {
            return self.refuse("a property such as user.department, -not or an opening bracket", &["not"]);
        };
        let property = Property::parse(word, at)?;
        self.take()?;
        let subject = format!("user.{}", property.name());
        let test = match property {
            Property::MemberOf => return self.member_of(at),
            Property::Text(property) => {
                let (at, operator) = self.operator()?;
                UserTest::Text { property, test: self.text_test(&subject, at, operator)? }
            }
            Property::OtherMails => match self.operator()? {
                (_, Operator::Any) => UserTest::EachOtherMail { every: false, condition: self.each()? },
                (_, Operator::All) => UserTest::EachOtherMail { every: true, condition: self.each()? },
                (at, operator) => UserTest::OtherMails(self.text_test(&subject, at, operator)?),
            },
            Property::HireDate => {
                let (at, operator) = self.operator()?;
                UserTest::HireDate(self.date_test(&subject, at, operator)?)
            }
            Property::Flag(property) => {
                let negated = match self.operator()? {
                    (_, Operator::Equal) => false,
                    (_, Operator::NotEqual) => true,
                    (at, other) => {
                        return wrong_operator(at, other, &subject, "is true or false", "-eq or -ne");
                    }
                };
                UserTest::Flag { property, negated, value: self.flag()? }
            }
        };
        Ok(Part::Test(test))
    }

    /// A comparison of one item, which is called `_`.
    pub fn item(&mut self) -> Result<TextTest, RuleError> {
        match &self.current().kind {
            Kind::Word { hyphen: false, word } if word == "_" => self.take()?,
            Kind::Word { hyphen: false, word } if word.starts_with("user.") => {
                let message = format!(
                    "Found {}, but the condition of -any and -all is only about _, one item. \
                     Put that condition in brackets to go on about the user after it.",
                    shortened(word)
                );
                return Err(self.error(message));
            }
            _ => {
                return self.refuse("_, which stands for one item, -not or an opening bracket", &["not"]);
            }
        };
        let (at, operator) = self.operator()?;
        self.text_test("_", at, operator)
    }

    fn operator(&mut self) -> Result<(usize, Operator), RuleError> {
        let at = self.current().at;
        let Some(word) = self.current().kind.word() else {
            return self.refuse("a comparison, such as -eq or -startsWith", &[]);
        };
        let operator = Operator::parse(word, at)?;
        self.take()?;
        Ok((at, operator))
    }

    fn text_test(&mut self, subject: &str, at: usize, operator: Operator) -> Result<TextTest, RuleError> {
        use Operator as O;
        let negated =
            matches!(operator, O::NotEqual | O::NotStartsWith | O::NotEndsWith | O::NotContains | O::NotMatch | O::NotIn);
        let check = match operator {
            O::Equal | O::NotEqual if self.current().kind.is_null() => {
                self.take()?;
                TextCheck::Null
            }
            O::Equal | O::NotEqual => TextCheck::Equals(self.text(operator)?),
            O::StartsWith | O::NotStartsWith => TextCheck::StartsWith(self.text(operator)?),
            O::EndsWith | O::NotEndsWith => TextCheck::EndsWith(self.text(operator)?),
            O::Contains | O::NotContains => TextCheck::Contains(self.text(operator)?),
            O::Match | O::NotMatch => {
                let at = self.current().at;
                let written = self.text(operator)?.written;
                TextCheck::Matches(Pattern::new(written).map_err(|message| RuleError::new(at, message))?)
            }
            O::In | O::NotIn => TextCheck::In(self.list(operator)?.into_iter().map(|(_, text)| text).collect()),
            O::AtMost | O::AtLeast => {
                return wrong_operator(
                    at,
                    operator,
                    subject,
                    "holds text",
                    "-eq, -startsWith, -endsWith, -contains, -match, -in or one of their opposites",
                );
            }
            O::Any | O::All => {
                let message = format!(
                    "Found -{} after {subject}, which has one value; expected it after a collection, such as user.otherMails.",
                    operator.name()
                );
                return Err(RuleError::new(at, message));
            }
        };
        Ok(TextTest { negated, check })
    }

    /// A quoted text that is not empty.
    fn text(&mut self, operator: Operator) -> Result<Text, RuleError> {
        let operator = operator.name();
        let message = match &self.current().kind {
            Kind::Text(text) if text.is_empty() => "Found an empty text, which no property ever has; \
                 to ask whether a value is set, write -eq null or -ne null."
                .to_owned(),
            Kind::Text(text) => {
                let text = Text::new(text.as_str());
                self.take()?;
                return Ok(text);
            }
            kind if kind.is_null() => {
                format!("Found null after -{operator}; null goes with -eq and -ne only.")
            }
            Kind::Word { hyphen: false, word } => {
                let word = shortened(word);
                format!("Found the word {word}, but expected a text in quotation marks: \"{word}\".")
            }
            Kind::ListOpen => {
                format!("Found a list after -{operator}; lists go with -in and -notIn only.")
            }
            _ => return self.refuse("a text in quotation marks, such as \"Sales\"", &[]),
        };
        Err(self.error(message))
    }

    /// Texts between square brackets, each with its position.
    fn list(&mut self, operator: Operator) -> Result<Vec<(usize, Text)>, RuleError> {
        if !self.found(&Kind::ListOpen) {
            return self.refuse("a list, such as [\"Sales\", \"Marketing\"]", &[]);
        }
        self.take()?;
        let mut texts = Vec::new();
        loop {
            texts.push((self.current().at, self.text(operator)?));
            match self.current().kind {
                Kind::Comma => self.take()?,
                Kind::ListClose => break,
                _ => return self.refuse("a comma or ] in the list", &[]),
            };
        }
        self.take()?;
        Ok(texts)
    }

    /// `true` or `false`. The reference system lets them have quotation marks.
    fn flag(&mut self) -> Result<bool, RuleError> {
        let written = match &self.current().kind {
            Kind::Word { hyphen: false, word: written } | Kind::Text(written) => written.to_ascii_lowercase(),
            _ => String::new(),
        };
        let value = match written.as_str() {
            "true" => true,
            "false" => false,
            _ => return self.refuse("true or false", &[]),
        };
        self.take()?;
        Ok(value)
    }

    fn date_test(&mut self, subject: &str, at: usize, operator: Operator) -> Result<DateTest, RuleError> {
        let comparison = match operator {
            Operator::Equal => DateComparison::Equal,
            Operator::NotEqual => DateComparison::NotEqual,
            Operator::AtMost => DateComparison::AtMost,
            Operator::AtLeast => DateComparison::AtLeast,
            other => {
                return wrong_operator(at, other, subject, "is a date", "-eq, -ne, -le or -ge");
            }
        };
        if self.current().kind.is_null() {
            let negated = match comparison {
                DateComparison::Equal => false,
                DateComparison::NotEqual => true,
                DateComparison::AtMost | DateComparison::AtLeast => {
                    return Err(self.error(format!("Found null after -{}; null goes with -eq and -ne only.", operator.name())));
                }
            };
            self.take()?;
            return Ok(DateTest::Null { negated });
        }
        Ok(DateTest::Compare { comparison, moment: self.moment()? })
    }

    fn moment(&mut self) -> Result<Moment, RuleError> {
        const EXPECTED: &str = "a date such as \"2026-01-05\", an instant such as \"2026-01-05T08:00:00Z\", or system.now";
        if !self.current().kind.is_keyword("system.now") {
            let date = match &self.current().kind {
                Kind::Text(text) | Kind::Word { hyphen: false, word: text } => read_date(text),
                _ => None,
            };
            let Some(date) = date else {
                return self.refuse(EXPECTED, &[]);
            };
            self.take()?;
            return Ok(Moment::Fixed(date));
        }
        self.take()?;
        let back = self.current().kind.is_operator("minus");
        if !back && !self.current().kind.is_operator("plus") {
            return Ok(Moment::Now(None));
        }
        self.take()?;
        let period = match &self.current().kind {
            Kind::Text(text) | Kind::Word { hyphen: false, word: text } => Period::parse(text),
            _ => None,
        };
        let Some(period) = period else {
            return self.refuse("a length of time such as p1d (a day), p2w (two weeks), p1y6m or pt12h (twelve hours)", &[]);
        };
        self.take()?;
        Ok(Moment::Now(Some(Shift { back, period })))
    }

    /// `Direct Reports for "id"`.
    fn direct_reports(&mut self, at: usize) -> Result<Part, RuleError> {
        self.take()?;
        for keyword in ["reports", "for"] {
            if !self.current().kind.is_keyword(keyword) {
                return self.refuse("a rule of the form Direct Reports for \"id of the manager\"", &[]);
            }
            self.take()?;
        }
        let user = self.id("the id of the manager in quotation marks")?;
        Ok(Part::Alone { at, name: "Direct Reports", body: Body::DirectReports(user) })
    }

    /// The rest of `user.memberOf -any (group.objectId -in ['id', 'id'])`.
    fn member_of(&mut self, at: usize) -> Result<Part, RuleError> {
        const FORM: &str = "a rule of the form user.memberOf -any (group.objectId -in ['id of a group'])";
        if !self.current().kind.is_operator("any") {
            return self.refuse(FORM, &[]);
        }
        self.take()?;
        let opened = self.current().at;
        if !self.found(&Kind::Open) {
            return self.refuse(FORM, &[]);
        }
        self.take()?;
        if !matches!(&self.current().kind, Kind::Word { hyphen: false, word } if word == "group.objectId") {
            return self.refuse(FORM, &[]);
        }
        self.take()?;
        if !self.current().kind.is_operator("in") {
            return self.refuse(FORM, &[]);
        }
        self.take()?;
        let mut groups: Vec<GroupId> = Vec::new();
        for (at, text) in self.list(Operator::In)? {
            let Ok(group) = text.written.parse() else {
                let message = format!("The text \"{}\" is not the id of a group.", shortened(&text.written));
                return Err(RuleError::new(at, message));
            };
            if groups.contains(&group) {
                continue;
            }
            if groups.len() == SOURCE_GROUPS_MAX {
                let message = format!("This rule names more than {SOURCE_GROUPS_MAX} groups, which is the limit.");
                return Err(RuleError::new(at, message));
            }
            groups.push(group);
        }
        self.close(opened)?;
        Ok(Part::Alone { at, name: "memberOf", body: Body::MemberOf(groups) })
    }

    fn id<Id: FromStr>(&mut self, expected: &str) -> Result<Id, RuleError> {
        let id = match &self.current().kind {
            Kind::Text(text) => text.parse().ok(),
            _ => None,
        };
        let Some(id) = id else {
            return self.refuse(expected, &[]);
        };
        self.take()?;
        Ok(id)
    }
}

fn wrong_operator<R>(at: usize, operator: Operator, subject: &str, kind: &str, expected: &str) -> Result<R, RuleError> {
    let message = format!("Found -{} after {subject}, which {kind}; expected {expected}.", operator.name());
    Err(RuleError::new(at, message))
}
