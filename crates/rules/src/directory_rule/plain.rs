//! The plainest evaluator that can be written, for comparison with the real one: straight from the table of the
//! language, sharing nothing but the tree.

use super::Rule;
use super::moment::{Moment, Shift};
use super::property::{Flag, TextProperty};
use super::tree::{Body, DateComparison, DateTest, TextCheck, TextTest, Tree, UserTest};
use chrono::{Datelike, NaiveDate};
use model::Ts;
use model::directory::Person;

pub(super) fn plain(rule: &Rule, person: &Person, now: Ts) -> bool {
    match &rule.body {
        Body::DirectReports(user) => person.manager.is_some_and(|manager| manager == *user),
        Body::MemberOf(groups) => person.member_of.iter().any(|one| groups.iter().any(|other| one == other)),
        Body::Condition(tree) => plain_tree(tree, &|test| plain_test(test, person, now)),
    }
}

fn plain_tree<T>(tree: &Tree<T>, ask: &dyn Fn(&T) -> bool) -> bool {
    match tree {
        Tree::Test(test) => ask(test),
        Tree::Not(inner) => !plain_tree(inner, ask),
        Tree::And(parts) => {
            let mut result = true;
            for part in parts {
                result &= plain_tree(part, ask);
            }
            result
        }
        Tree::Or(parts) => {
            let mut result = false;
            for part in parts {
                result |= plain_tree(part, ask);
            }
            result
        }
    }
}

fn plain_test(test: &UserTest, person: &Person, now: Ts) -> bool {
    let mails: Vec<String> = person.profile.other_mails.iter().filter(|mail| !mail.is_empty()).cloned().collect();
    match test {
        UserTest::Text { property, test } => plain_text(test, plain_value(*property, person)),
        UserTest::Flag { property: Flag::AccountEnabled, negated, value } => {
            if *negated {
                person.enabled != *value
            } else {
                person.enabled == *value
            }
        }
        UserTest::Flag { property: Flag::DirSyncEnabled, negated, value } => negated == value,
        UserTest::HireDate(test) => plain_date(*test, person, now),
        UserTest::OtherMails(test) => {
            let positive = TextTest { negated: false, check: test.check.clone() };
            let any = match test.check {
                TextCheck::Null => mails.is_empty(),
                _ => mails.iter().filter(|mail| plain_text(&positive, Some((*mail).clone()))).count() > 0,
            };
            if test.negated { !any } else { any }
        }
        UserTest::EachOtherMail { every, condition } => {
            let held = mails.iter().filter(|mail| plain_tree(condition, &|test| plain_text(test, Some((*mail).clone())))).count();
            if *every { held == mails.len() } else { held > 0 }
        }
    }
}

fn plain_value(property: TextProperty, person: &Person) -> Option<String> {
    let text = match property {
        TextProperty::DisplayName => person.display_name.clone(),
        TextProperty::UserPrincipalName => person.user_name.clone(),
        TextProperty::Mail => person.mail.clone().unwrap_or_default(),
        TextProperty::UserType => format!("{:?}", person.kind),
        TextProperty::ObjectId => person.id.to_string(),
        TextProperty::Attribute(name) => person.profile.attributes.get(name).cloned().unwrap_or_default(),
    };
    if text.is_empty() { None } else { Some(text) }
}

fn plain_text(test: &TextTest, value: Option<String>) -> bool {
    let small = |text: &str| -> String { text.chars().flat_map(|c| c.to_uppercase().flat_map(char::to_lowercase)).collect() };
    let Some(value) = value else {
        return match test.check {
            TextCheck::Null => !test.negated,
            _ => test.negated,
        };
    };
    let (value, original) = (small(&value), value);
    let positive = match &test.check {
        TextCheck::Null => false,
        TextCheck::Equals(text) => value == small(&text.written),
        TextCheck::StartsWith(text) => value.find(&small(&text.written)) == Some(0),
        TextCheck::EndsWith(text) => value.strip_suffix(&small(&text.written)).is_some(),
        TextCheck::Contains(text) => value.find(&small(&text.written)).is_some(),
        TextCheck::Matches(pattern) => regex::Regex::new(&format!("(?i){}", pattern.written)).unwrap().is_match(&original),
        TextCheck::In(texts) => texts.iter().filter(|text| value == small(&text.written)).count() > 0,
    };
    if test.negated { !positive } else { positive }
}

fn plain_date(test: DateTest, person: &Person, now: Ts) -> bool {
    let stored = person.profile.attributes.get("employeeHireDate").map_or("", String::as_str);
    let full = if stored.len() == 10 { format!("{stored}T00:00:00Z") } else { stored.to_owned() };
    let date = Ts::parse(&full).map(|ts| ts.0);
    let (comparison, moment) = match test {
        DateTest::Null { negated: false } => return date.is_none(),
        DateTest::Null { negated: true } => return date.is_some(),
        DateTest::Compare { comparison, moment } => (comparison, moment),
    };
    let Some(date) = date else {
        return comparison == DateComparison::NotEqual;
    };
    let moment = match moment {
        Moment::Fixed(instant) => instant.0,
        Moment::Now(None) => now.0,
        Moment::Now(Some(Shift { back, period: p })) => {
            let sign = if back { -1 } else { 1 };
            let months = i128::from(p.years) * 12 + i128::from(p.months);
            let seconds = (i128::from(p.weeks) * 7 + i128::from(p.days)) * 86_400
                + i128::from(p.hours) * 3_600
                + i128::from(p.minutes) * 60
                + i128::from(p.seconds);
            let start = plain_months(now, sign * months);
            (start + sign * seconds * 1000).clamp(i64::MIN.into(), i64::MAX.into()) as i64
        }
    };
    match comparison {
        DateComparison::Equal => date == moment,
        DateComparison::NotEqual => date != moment,
        DateComparison::AtMost => date <= moment,
        DateComparison::AtLeast => date >= moment,
    }
}

/// The instant some months away, by counting days; far outside of every calendar when it is far away.
fn plain_months(now: Ts, months: i128) -> i128 {
    const FAR_YEARS: i128 = 200_000;
    let start = now.date_time();
    let count = i128::from(start.year()) * 12 + i128::from(start.month0()) + months;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) as u32 + 1);
    if year.abs() > FAR_YEARS {
        return months.signum() * i128::from(i64::MAX);
    }
    let day = (1..=start.day()).rev().find_map(|day| NaiveDate::from_ymd_opt(year as i32, month, day)).unwrap();
    let days = day.signed_duration_since(start.date_naive()).num_days();
    i128::from(now.0) + i128::from(days) * 86_400_000
}
