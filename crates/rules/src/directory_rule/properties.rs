//! Random rules. Each is written out and read again, and evaluated a second time by the evaluator in `plain`.

use super::Rule;
use super::moment::{Moment, Period, Shift};
use super::plain::plain;
use super::property::{Flag, Property, TextProperty, names};
use super::tree::{Body, DateComparison, DateTest, Pattern, Text, TextCheck, TextTest, Tree, UserTest};
use model::directory::{Person, Profile, UserKind};
use model::limits::RULE_MAX_CHARS;
use model::{GroupId, Ts, UserId};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::fmt::Debug;
use std::str::FromStr;

/// Ids that occur often enough to be equal now and then.
fn id<Id: FromStr<Err: Debug>>(number: u8) -> Id {
    format!("0198c0de-0000-7000-8000-0000000000{number:02x}").parse().unwrap()
}

fn word() -> impl Strategy<Value = String> {
    // Few words, so that comparisons hold now and then, and any other text, for quoting.
    let common = select(vec!["a", "Ab", "aB c", "ÄB", "O'B", "''", "`", "\"", "null", "true", "Member"]);
    prop_oneof![4 => common.prop_map(str::to_owned), 1 => "[^\\x00]{1,6}", 1 => "['\"`ab]{1,6}"]
}

fn text() -> impl Strategy<Value = Text> {
    word().prop_map(Text::new)
}

fn pattern() -> impl Strategy<Value = Pattern> {
    select(vec!["^a", "b$", ".*b c", "[ab]{2}", "\"|'", "^$", "ä", "\\w`?"]).prop_map(|text| Pattern::new(text).unwrap())
}

fn text_test() -> impl Strategy<Value = TextTest> {
    let check = prop_oneof![
        Just(TextCheck::Null),
        text().prop_map(TextCheck::Equals),
        text().prop_map(TextCheck::StartsWith),
        text().prop_map(TextCheck::EndsWith),
        text().prop_map(TextCheck::Contains),
        pattern().prop_map(TextCheck::Matches),
        vec(text(), 1..4).prop_map(TextCheck::In),
    ];
    (any::<bool>(), check).prop_map(|(negated, check)| TextTest { negated, check })
}

fn instant() -> impl Strategy<Value = Ts> {
    let midnight = |day: i64| Ts(day * 86_400_000);
    prop_oneof![(20_000i64..20_010).prop_map(midnight), (-62_135_596_800_000i64..253_402_300_800_000).prop_map(Ts)]
}

fn period() -> impl Strategy<Value = Period> {
    let number = || prop_oneof![3 => Just(0u32), 2 => 0u32..5, 1 => 0u32..100_000];
    (number(), number(), number(), number(), number(), number(), number()).prop_map(
        |(years, months, weeks, days, hours, minutes, seconds)| Period { years, months, weeks, days, hours, minutes, seconds },
    )
}

fn date_test() -> impl Strategy<Value = DateTest> {
    let shift = (any::<bool>(), period()).prop_map(|(back, period)| Shift { back, period });
    let moment =
        prop_oneof![instant().prop_map(Moment::Fixed), Just(Moment::Now(None)), shift.prop_map(|shift| Moment::Now(Some(shift)))];
    let comparison =
        select(vec![DateComparison::Equal, DateComparison::NotEqual, DateComparison::AtMost, DateComparison::AtLeast]);
    prop_oneof![
        1 => any::<bool>().prop_map(|negated| DateTest::Null { negated }),
        4 => (comparison, moment).prop_map(|(comparison, moment)| DateTest::Compare { comparison, moment }),
    ]
}

fn user_test() -> impl Strategy<Value = UserTest> {
    let texts: Vec<TextProperty> = names()
        .filter_map(|(_, property)| match property {
            Property::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    let flags = select(vec![Flag::AccountEnabled, Flag::DirSyncEnabled]);
    let common =
        vec![TextProperty::DisplayName, TextProperty::Mail, TextProperty::UserType, TextProperty::Attribute("department")];
    prop_oneof![
        4 => (prop_oneof![select(common), select(texts)], text_test())
            .prop_map(|(property, test)| UserTest::Text { property, test }),
        1 => (flags, any::<bool>(), any::<bool>())
            .prop_map(|(property, negated, value)| UserTest::Flag { property, negated, value }),
        1 => date_test().prop_map(UserTest::HireDate),
        1 => text_test().prop_map(UserTest::OtherMails),
        2 => (any::<bool>(), tree(text_test(), |test: &TextTest| test.check == TextCheck::Null))
            .prop_map(|(every, condition)| UserTest::EachOtherMail { every, condition }),
    ]
}

/// Trees as the parser makes them: `-not` never directly before a comparison with null.
fn tree<T: Clone + Debug + 'static>(
    test: impl Strategy<Value = T> + 'static,
    asks_null: fn(&T) -> bool,
) -> impl Strategy<Value = Tree<T>> {
    test.prop_map(Tree::Test).prop_recursive(4, 12, 3, move |inner| {
        let parts = || (inner.clone(), vec(inner.clone(), 0..3));
        prop_oneof![
            inner.clone().prop_map(move |part| match part {
                Tree::Test(test) if asks_null(&test) => Tree::Test(test),
                part => Tree::Not(Box::new(part)),
            }),
            parts().prop_map(|(first, rest)| Tree::and(first, rest)),
            parts().prop_map(|(first, rest)| Tree::or(first, rest)),
        ]
    })
}

fn rule() -> impl Strategy<Value = Rule> {
    let asks_null = |test: &UserTest| match test {
        UserTest::Text { test, .. } | UserTest::OtherMails(test) => test.check == TextCheck::Null,
        UserTest::HireDate(test) => matches!(test, DateTest::Null { .. }),
        UserTest::Flag { .. } | UserTest::EachOtherMail { .. } => false,
    };
    let groups = proptest::collection::btree_set(0u8..100, 1..=50);
    prop_oneof![
        1 => (0u8..3).prop_map(|number| Body::DirectReports(id(number))),
        1 => groups.prop_map(|numbers| Body::MemberOf(numbers.into_iter().map(id::<GroupId>).collect())),
        20 => tree(user_test(), asks_null).prop_map(Body::Condition),
    ]
    .prop_map(|body| Rule { body })
    .prop_filter("longer than a rule may be", |rule| rule.to_string().chars().count() <= RULE_MAX_CHARS)
}

fn person() -> impl Strategy<Value = Person> {
    let date = prop_oneof![
        1 => Just(String::new()),
        2 => (1u32..28).prop_map(|day| format!("2024-10-{day:02}")),
        1 => instant().prop_map(Ts::iso),
    ];
    let set = || prop_oneof![1 => Just(String::new()), 4 => word()];
    (set(), proptest::option::of(set()), any::<[bool; 2]>(), set(), date, vec(set(), 0..4), 0u8..3, vec(0u8..100, 0..9)).prop_map(
        |(display_name, mail, [member, enabled], department, date, other_mails, manager, groups)| Person {
            id: id(0),
            user_name: "a".into(),
            display_name,
            mail,
            kind: if member { UserKind::Member } else { UserKind::Guest },
            enabled,
            manager: (manager > 0).then(|| id::<UserId>(manager)),
            profile: Profile {
                attributes: [("department", department), ("employeeHireDate", date)]
                    .map(|(name, value)| (name.to_owned(), value))
                    .into(),
                other_mails,
            },
            member_of: groups.into_iter().map(id).collect(),
        },
    )
}

/// Pieces of rules in no order, which get further into the parser than letters in no order.
fn soup() -> impl Strategy<Value = String> {
    let pieces = vec![
        "(",
        ")",
        "[",
        "]",
        ",",
        "-",
        "–",
        "-not",
        "-and",
        "-or",
        "-any",
        "-all",
        "-eq",
        "-ne",
        "in",
        "-match",
        "-le",
        "-plus",
        "-minus",
        "p1d",
        "p1",
        "pt",
        "_",
        "null",
        "$null",
        "true",
        "user.city",
        "user.memberOf",
        "user.otherMails",
        "user.accountEnabled",
        "user.employeeHireDate",
        "user.",
        ".",
        "group.objectId",
        "system.now",
        "Direct",
        "Reports",
        "for",
        "\"a\"",
        "'a'",
        "\"(\"",
        "\"",
        "'",
        "`",
        "2026-01-05",
        "'0198c0de-0000-7000-8000-000000000001'",
        "“",
        "ß",
        "\0",
    ];
    vec((select(pieces), select(vec!["", " "])), 0..24)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, space)| format!("{piece}{space}")).collect())
}

fn survives(text: &str, person: &Person) -> Result<(), TestCaseError> {
    match Rule::parse(text) {
        Ok(rule) => {
            prop_assert_eq!(Rule::parse(&rule.to_string()), Ok(rule.clone()));
            rule.matches(person, Ts(i64::MIN));
            rule.matches(person, Ts(i64::MAX));
        }
        Err(error) => {
            prop_assert!(error.position <= text.chars().count());
            prop_assert!(error.message.ends_with(['.', '?']), "{}", error.message);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn a_rule_that_is_written_out_reads_as_the_same_rule(rule in rule()) {
        let written = rule.to_string();
        prop_assert_eq!(Rule::parse(&written), Ok(rule), "{}", written);
    }

    #[test]
    fn a_rule_matches_whom_the_table_of_the_language_says(rule in rule(), people in vec(person(), 4), now in instant()) {
        for person in people {
            prop_assert_eq!(rule.matches(&person, now), plain(&rule, &person, now), "{}", rule);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in prop_oneof![any::<String>(), ".{0,80}", "\\PC{0,3200}"], person in person()) {
        survives(&text, &person)?;
    }

    #[test]
    fn no_order_of_pieces_makes_the_parser_panic(text in soup(), person in person()) {
        survives(&text, &person)?;
    }

    #[test]
    fn no_cut_or_change_of_a_rule_makes_the_parser_panic(rule in rule(), at in any::<usize>(), change in proptest::option::of(any::<char>()), person in person()) {
        let mut letters: Vec<char> = rule.to_string().chars().collect();
        let at = at % letters.len();
        match change {
            Some(letter) => letters[at] = letter,
            None => letters.truncate(at),
        }
        survives(&letters.into_iter().collect::<String>(), &person)?;
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in vec(any::<u8>(), 0..200), person in person()) {
        survives(&String::from_utf8_lossy(&bytes), &person)?;
    }
}
