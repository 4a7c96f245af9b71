//! Rules that are accepted: whom they match.

use super::Rule;
use model::directory::{ATTRIBUTES, Person, Profile, UserKind};
use model::{GroupId, Ts, UserId};

const ID: &str = "0198c0de-0000-7000-8000-000000000001";
pub(super) const BOSS: &str = "0198c0de-0000-7000-8000-000000000002";
pub(super) const GROUP: &str = "0198c0de-0000-7000-8000-00000000000a";
const OTHER_GROUP: &str = "0198c0de-0000-7000-8000-00000000000b";

fn now() -> Ts {
    Ts::parse("2026-03-31T12:00:00Z").unwrap()
}

/// David O'Brien of Sales: everything set but mail, city and country.
fn david() -> Person {
    let attributes = [
        ("givenName", "David"),
        ("surname", "O'Brien"),
        ("department", "Sales"),
        ("jobTitle", "SDE \"II\""),
        ("companyName", "ΟΔΟΣ Straße"),
        ("extensionAttribute9", "null"),
        ("employeeHireDate", "2026-01-05"),
        ("city", ""),
    ];
    Person {
        id: ID.parse().unwrap(),
        user_name: "david@contoso.example".into(),
        display_name: "David O'Brien".into(),
        mail: None,
        kind: UserKind::Member,
        enabled: true,
        manager: Some(BOSS.parse().unwrap()),
        profile: Profile {
            attributes: attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            other_mails: vec!["david@home.example".into(), "dob@club.example".into()],
        },
        member_of: vec![GROUP.parse().unwrap()],
    }
}

fn matches(rule: &str) -> bool {
    matches_person(rule, &david())
}

fn matches_person(rule: &str, person: &Person) -> bool {
    match Rule::parse(rule) {
        Ok(rule) => rule.matches(person, now()),
        Err(error) => panic!("{rule}\nat {}: {}", error.position, error.message),
    }
}

fn all(expected: bool, rules: &[&str]) {
    for rule in rules {
        assert_eq!(matches(rule), expected, "{rule}");
    }
}

#[test]
fn the_documented_examples_do_what_their_page_says() {
    all(
        true,
        &[
            r#"user.department -eq "Sales""#,
            r#"(user.department -eq "Sales") -or (user.department -eq "Marketing")"#,
            r#"user.department -in ["50001","Sales","50002"]"#,
            r#"user.displayName -match "^Da.*""#,
            r#"user.displayName -match ".*vid""#,
            "user.mail –eq null",
            "user.objectId -ne null",
            r#"(user.objectId -ne null) -and (user.userType -eq "Member")"#,
            r#"(user.otherMails -any (_ -startsWith "DAVID@"))"#,
            r#"user.otherMails -endsWith"@club.example""#,
            r#"Direct Reports for "0198c0de-0000-7000-8000-000000000002""#,
            "user.employeeHireDate -ge 2020-06-10T18:13:20Z",
        ],
    );
    all(
        false,
        &[
            r#"(user.department -eq "Sales") -and -not (user.jobTitle -startsWith "SDE")"#,
            r#"user.country –eq "US" –and (user.department –eq "Marketing" –or user.department –eq "Sales")"#,
            "user.mail –ne null",
            "user.employeeHireDate -ge system.now -plus p1d",
            r#"user.dirSyncEnabled -eq true"#,
        ],
    );
    let named = |name: &str| Person { display_name: name.into(), ..david() };
    let found = ["Da", "Dav", "David", "aDa"].map(|name| matches_person(r#"user.displayName -match "^Da.*""#, &named(name)));
    assert_eq!(found, [true, true, true, false]);
}

#[test]
fn every_operator_and_its_opposite_agree_on_a_value_that_is_set() {
    for (operator, opposite, holds, fails) in [
        ("eq", "ne", r#""sales""#, r#""sale""#),
        ("startsWith", "notStartsWith", r#""SA""#, r#""ales""#),
        ("endsWith", "notEndsWith", r#""LES""#, r#""sale""#),
        ("contains", "notContains", r#""aLe""#, r#""las""#),
        ("match", "notMatch", r#""^s.l""#, r#""^ales""#),
        ("in", "notIn", r#"["x", "SALES"]"#, r#"["x"]"#),
    ] {
        assert!(matches(&format!("user.department -{operator} {holds}")), "{operator}");
        assert!(!matches(&format!("user.department -{operator} {fails}")), "{operator}");
        assert!(!matches(&format!("user.department -{opposite} {holds}")), "{opposite}");
        assert!(matches(&format!("user.department -{opposite} {fails}")), "{opposite}");
    }
}

#[test]
fn null_fails_every_positive_comparison_and_passes_every_negative_one() {
    for property in ["user.mail", "user.city", "user.country"] {
        for operator in ["eq", "contains", "match", "startsWith", "endsWith"] {
            assert!(!matches(&format!(r#"{property} -{operator} "x""#)), "{property} {operator}");
        }
        for operator in ["ne", "notContains", "notMatch", "notStartsWith", "notEndsWith"] {
            assert!(matches(&format!(r#"{property} -{operator} "x""#)), "{property} {operator}");
        }
        assert!(!matches(&format!(r#"{property} -in ["x"]"#)));
        assert!(matches(&format!(r#"{property} -notIn ["x"]"#)));
        assert!(matches(&format!("{property} -eq null")));
        assert!(!matches(&format!("{property} -ne null")));
    }
}

#[test]
fn null_in_quotation_marks_is_a_text() {
    all(true, &[r#"user.extensionAttribute9 -eq "null""#, "user.city -eq $null", "user.city -eq NULL"]);
    all(false, &["user.extensionAttribute9 -eq null", r#"user.city -eq "null""#]);
}

#[test]
fn operators_need_no_hyphen_no_spaces_and_no_particular_case() {
    all(
        true,
        &[
            r#"user.department eq "Sales""#,
            r#"user.department -EQ "Sales" AND NOT user.city -STARTSWITH "x""#,
            r#"(user.department-eq"Sales")and(user.accountEnabled-eq True)"#,
            r#"user.department -notin ["x"] -Or user.city eq null"#,
            "\n\tuser.department\r\n-eq\u{a0}'Sales' ",
            r#"user.accountEnabled -eq "true""#,
            r#"direct REPORTS for "{0198C0DE-0000-7000-8000-000000000002}""#,
        ],
    );
}

#[test]
fn not_binds_stronger_than_and_which_binds_stronger_than_or() {
    let (yes, no) = ("user.accountEnabled -eq true", "user.accountEnabled -eq false");
    all(
        true,
        &[
            &format!("{yes} -or {no} -and {no}"),
            &format!("{no} -and {no} -or {yes}"),
            &format!("-not {no} -or {yes} -and {no}"),
            &format!("-not {no} -and {yes}"),
            &format!("-not -not {yes}"),
        ],
    );
    all(
        false,
        &[
            &format!("({yes} -or {no}) -and {no}"),
            &format!("-not {yes} -and {no}"),
            &format!("-not ({no} -or {yes})"),
            &format!("-not {yes} -or {no}"),
        ],
    );
}

#[test]
fn case_does_not_matter_in_any_alphabet() {
    all(
        true,
        &[
            r#"user.companyName -startsWith "οδοσ""#,
            r#"user.companyName -startsWith "οδος""#,
            r#"user.companyName -endsWith "STRASSE""#,
            r#"user.companyName -match "STRAßE$""#,
            r#"user.userType -eq "MEMBER""#,
            r#"user.objectId -eq "0198C0DE-0000-7000-8000-000000000001""#,
            r#"user.userPrincipalName -eq "David@Contoso.example""#,
        ],
    );
}

#[test]
fn quotation_marks_in_a_text_are_escaped_as_documented() {
    all(
        true,
        &[
            "user.jobTitle -eq \"SDE `\"II`\"\"",
            "user.jobTitle -eq 'SDE \"II\"'",
            r#"user.surname -eq "O'Brien""#,
            r#"user.surname -eq "O''Brien""#,
            "user.surname -eq 'O''Brien'",
        ],
    );
    all(false, &["user.jobTitle -contains '`'", "user.surname -eq 'O''''Brien'"]);
}

#[test]
fn any_asks_for_one_item_and_all_for_every_item() {
    all(
        true,
        &[
            r#"user.otherMails -any (_ -endsWith "club.example")"#,
            r#"user.otherMails -all (_ -endsWith ".example")"#,
            r#"user.otherMails -any (_ -startsWith "david" -and -not _ -contains "club")"#,
            r#"user.otherMails -any _ -eq "x" -or _ -startsWith "dob""#,
            r#"user.otherMails -any (_ -eq "x") -or user.department -eq "Sales""#,
            r#"user.otherMails -contains "club""#,
            r#"user.otherMails -notContains "work""#,
            "user.otherMails -ne null",
            r#"user.otherMails -in ["dob@club.example"]"#,
        ],
    );
    all(
        false,
        &[
            r#"user.otherMails -all (_ -endsWith "club.example")"#,
            r#"user.otherMails -any (_ -startsWith "david" -and _ -contains "club")"#,
            r#"user.otherMails -notContains "club""#,
            "user.otherMails -eq null",
            "user.otherMails -any (_ -eq null)",
        ],
    );
}

#[test]
fn all_holds_for_an_empty_collection_and_any_does_not() {
    let mut person = david();
    for mails in [vec![], vec![String::new()]] {
        person.profile.other_mails = mails;
        assert!(matches_person(r#"user.otherMails -all (_ -eq "x")"#, &person));
        assert!(!matches_person(r#"user.otherMails -any (_ -ne "x")"#, &person));
        assert!(matches_person("user.otherMails -eq null", &person));
        assert!(matches_person(r#"user.otherMails -notContains "x""#, &person));
    }
}

#[test]
fn hire_dates_are_compared_as_instants() {
    all(
        true,
        &[
            r#"user.employeeHireDate -eq "2026-01-05""#,
            "user.employeeHireDate -eq 2026-01-05",
            r#"user.employeeHireDate -eq "2026-01-05T01:00:00+01:00""#,
            r#"user.employeeHireDate -le "2026-01-05" -and user.employeeHireDate -ge "2026-01-05""#,
            r#"user.employeeHireDate -ne "2026-01-06""#,
            r#"user.employeeHireDate -le "2026-01-05T00:00:00.001Z""#,
            "user.employeeHireDate -ne null",
            "user.employeeHireDate -le system.now",
            "user.employeeHireDate -ge system.now -minus p90d",
            "user.employeeHireDate -ge system.now -minus P13W",
            "user.employeeHireDate -ge system.now -minus p3m",
            "user.employeeHireDate -le system.now -minus \"p85dt11h59m59s\"",
            "user.employeeHireDate -le system.now -plus p99999y",
            "user.employeeHireDate -ge system.now -minus p99999y99999m99999w",
        ],
    );
    all(
        false,
        &[
            r#"user.employeeHireDate -ge "2026-01-05T00:00:00.001Z""#,
            "user.employeeHireDate -eq null",
            "user.employeeHireDate -ge system.now -minus p30d",
            "user.employeeHireDate -le system.now -minus p86d",
        ],
    );
}

#[test]
fn months_of_a_period_follow_the_calendar() {
    let mut person = david();
    person.profile.attributes.insert("employeeHireDate".into(), "2026-02-28T12:00:00Z".into());
    assert!(matches_person("user.employeeHireDate -eq system.now -minus p1m", &person));
}

#[test]
fn a_hire_date_that_is_not_a_date_is_null() {
    let mut person = david();
    for text in ["", "soon", "2026-13-01", "2026-1-05"] {
        person.profile.attributes.insert("employeeHireDate".into(), text.into());
        assert!(matches_person("user.employeeHireDate -eq null", &person));
        assert!(matches_person("user.employeeHireDate -ne system.now", &person));
        assert!(!matches_person("user.employeeHireDate -le system.now", &person));
    }
}

#[test]
fn every_attribute_on_the_form_can_be_asked_for() {
    for (name, _) in ATTRIBUTES {
        let mut person = david();
        person.profile.attributes.clear();
        assert!(matches_person(&format!("user.{name} -eq null"), &person), "{name}");
        person.profile.attributes.insert((*name).to_owned(), "2026-01-05".into());
        assert!(matches_person(&format!(r#"user.{name} -eq "2026-01-05""#), &person), "{name}");
    }
}

#[test]
fn a_direct_reports_rule_reads_the_manager_only() {
    let rule = Rule::parse(&format!("Direct Reports for '{BOSS}'")).unwrap();
    assert!(rule.reads_manager() && !rule.depends_on_time() && rule.source_groups().is_empty());
    let managed_by = |manager| Person { manager, ..david() };
    let matches = |manager| rule.matches(&managed_by(manager), now());
    assert_eq!(
        [matches(Some(BOSS.parse().unwrap())), matches(Some(ID.parse::<UserId>().unwrap())), matches(None)],
        [true, false, false]
    );
}

#[test]
fn a_member_of_rule_names_its_source_groups_once() {
    let text = format!("(user.memberOf -any (group.objectId -in ['{OTHER_GROUP}', \"{GROUP}\", '{OTHER_GROUP}']))");
    let rule = Rule::parse(&text).unwrap();
    assert_eq!(rule.source_groups(), [OTHER_GROUP, GROUP].map(|id| id.parse::<GroupId>().unwrap()));
    assert!(rule.matches(&david(), now()) && !rule.reads_manager());
    assert!(!rule.matches(&Person { member_of: vec![], ..david() }, now()));
}

#[test]
fn only_system_now_makes_a_rule_depend_on_time() {
    for (text, depends) in [
        ("user.employeeHireDate -le system.now", true),
        (r#"user.city -eq "x" -or -not (user.city -eq "y" -and user.employeeHireDate -ge system.now -plus p1d)"#, true),
        (r#"user.employeeHireDate -le "2026-01-05""#, false),
        ("user.employeeHireDate -ne null", false),
        (r#"user.city -eq "system.now""#, false),
    ] {
        assert_eq!(Rule::parse(text).unwrap().depends_on_time(), depends, "{text}");
    }
}
