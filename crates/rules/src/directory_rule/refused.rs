//! Rules that are refused: where, and in which words.

use super::{Rule, SOURCE_GROUPS_MAX};
use model::limits::{RULE_MAX_CHARS, RULE_MAX_DEPTH};

/// Refuses each rule at the mark `▲` in it, with this message.
pub(super) fn refused(rules: &[(&str, &str)]) {
    for (marked, message) in rules {
        let position = marked.chars().position(|c| c == '▲').expect("a mark");
        let text = marked.replace('▲', "");
        let error = Rule::parse(&text).expect_err(&text);
        assert_eq!((error.position, error.message.as_str()), (position, *message), "{text}");
    }
}

#[test]
fn a_rule_that_breaks_off_is_told_what_comes_next() {
    refused(&[
        ("▲", r#"The rule is empty; expected a condition such as user.department -eq "Sales"."#),
        ("▲ \n", r#"The rule is empty; expected a condition such as user.department -eq "Sales"."#),
        ("user.city▲", "Found the end of the rule, but expected a comparison, such as -eq or -startsWith."),
        ("user.city -eq▲", r#"Found the end of the rule, but expected a text in quotation marks, such as "Sales"."#),
        ("user.city -in▲", r#"Found the end of the rule, but expected a list, such as ["Sales", "Marketing"]."#),
        ("user.city -in [▲", r#"Found the end of the rule, but expected a text in quotation marks, such as "Sales"."#),
        (r#"user.city -in ["a"▲"#, "Found the end of the rule, but expected a comma or ] in the list."),
        ("user.city -in [▲]", r#"Found the end of a list, ], but expected a text in quotation marks, such as "Sales"."#),
        (r#"user.city -in ["a",▲]"#, r#"Found the end of a list, ], but expected a text in quotation marks, such as "Sales"."#),
        (r#"user.city -in ["a" ▲"b"]"#, r#"Found the text "b", but expected a comma or ] in the list."#),
        (
            r#"user.city -eq "a" -and▲"#,
            "Found the end of the rule, but expected a property such as user.department, -not or an opening bracket.",
        ),
        (
            r#"user.city -eq "a" -or ▲)"#,
            "Found a closing bracket, but expected a property such as user.department, -not or an opening bracket.",
        ),
        ("-not▲", "Found the end of the rule, but expected a property such as user.department, -not or an opening bracket."),
        ("(▲", "Found the end of the rule, but expected a property such as user.department, -not or an opening bracket."),
        ("(▲)", "Found a closing bracket, but expected a property such as user.department, -not or an opening bracket."),
        (
            r#"(user.city -eq "a"▲"#,
            "Found the end of the rule, but expected -and, -or or a closing bracket for the one opened at character 1.",
        ),
        (
            r#"((user.city -eq "a")▲"#,
            "Found the end of the rule, but expected -and, -or or a closing bracket for the one opened at character 1.",
        ),
        (r#"user.city -eq "a"▲)"#, "Found a closing bracket that was never opened; expected the end of the rule."),
        (r#"user.city -eq "a" ▲user.city -eq "b""#, "Found the word user.city, but expected -and, -or or the end of the rule."),
        (
            r#"user.city -eq "a" ▲-adn user.city -eq "b""#,
            "Found the operator -adn, but expected -and, -or or the end of the rule. Did you mean -and?",
        ),
        (
            r#"(user.city -eq "a" ▲-orr user.city -eq "b")"#,
            "Found the operator -orr, but expected -and, -or or a closing bracket for the one opened at character 1. Did you mean -or?",
        ),
        (r#"user.city ▲"a""#, r#"Found the text "a", but expected a comparison, such as -eq or -startsWith."#),
        ("user.city ▲-", "Found a hyphen alone; expected the name of an operator directly after it, such as -eq."),
        (r#"user.city ▲= "a""#, "Found the character =, but operators are words here, such as -eq, -ne, -le, -and or -or."),
    ]);
}

#[test]
fn a_text_has_plain_quotation_marks_and_is_not_empty() {
    refused(&[
        (r#"user.city -eq ▲"a"#, r#"This text is not closed; expected a double quotation mark, ", at its end."#),
        (r#"user.city -eq ▲"a`""#, r#"This text is not closed; expected a double quotation mark, ", at its end."#),
        ("user.city -eq 'it'▲s'", "Found the word s, but expected -and, -or or the end of the rule."),
        ("user.city -eq ▲“a”", r#"Found “, a printed quotation mark; rules use the plain ones, " or '."#),
        (
            r#"user.city -eq ▲`"Sales`""#,
            "Found the character `, which has no meaning outside quotation marks; expected a property, an operator, a value or a bracket.",
        ),
        (
            r#"user.city -eq ▲"""#,
            "Found an empty text, which no property ever has; to ask whether a value is set, write -eq null or -ne null.",
        ),
        (
            "user.city -match ▲''",
            "Found an empty text, which no property ever has; to ask whether a value is set, write -eq null or -ne null.",
        ),
    ]);
}

#[test]
fn not_does_not_stand_before_a_comparison_with_null() {
    refused(&[
        (
            "▲-not user.city -eq null",
            "Found -not before a comparison with null; expected -eq null or -ne null without -not before it.",
        ),
        (
            r#"user.city -eq "a" -and ▲-not ((user.city -ne null))"#,
            "Found -not before a comparison with null; expected -eq null or -ne null without -not before it.",
        ),
        (
            "▲-not user.employeeHireDate -eq null",
            "Found -not before a comparison with null; expected -eq null or -ne null without -not before it.",
        ),
        (
            "user.otherMails -any (▲-not _ -eq null)",
            "Found -not before a comparison with null; expected -eq null or -ne null without -not before it.",
        ),
        (
            "▲-not user.otherMails -eq null",
            "Found -not before a comparison with null; expected -eq null or -ne null without -not before it.",
        ),
    ]);
}

#[test]
fn the_condition_of_any_and_all_is_about_one_item() {
    refused(&[
        (
            "user.otherMails -any▲",
            "Found the end of the rule, but expected _, which stands for one item, -not or an opening bracket.",
        ),
        (
            r#"user.otherMails -any (▲user.city -eq "a")"#,
            "Found user.city, but the condition of -any and -all is only about _, one item. Put that condition in brackets to go on about the user after it.",
        ),
        (
            r#"user.otherMails -any (_ -eq "a"▲"#,
            "Found the end of the rule, but expected -and, -or or a closing bracket for the one opened at character 22.",
        ),
        (
            r#"user.otherMails -any _ -eq "a" -or ▲user.city -eq "a""#,
            "Found user.city, but the condition of -any and -all is only about _, one item. Put that condition in brackets to go on about the user after it.",
        ),
        (
            r#"user.otherMails -any (_ ▲-any (_ -eq "a"))"#,
            "Found -any after _, which has one value; expected it after a collection, such as user.otherMails.",
        ),
        (
            r#"user.otherMails -any (_ ▲-le "a")"#,
            "Found -le after _, which holds text; expected -eq, -startsWith, -endsWith, -contains, -match, -in or one of their opposites.",
        ),
        (
            r#"user.otherMails -any (▲otherMail -eq "a")"#,
            "Found the word otherMail, but expected _, which stands for one item, -not or an opening bracket.",
        ),
        (
            r#"user.otherMails -any (▲_.x -eq "a")"#,
            "Found the word _.x, but expected _, which stands for one item, -not or an opening bracket.",
        ),
    ]);
}

#[test]
fn direct_reports_and_member_of_rules_have_one_form_and_stand_alone() {
    refused(&[
        ("Direct▲", r#"Found the end of the rule, but expected a rule of the form Direct Reports for "id of the manager"."#),
        (
            r#"Direct Reports ▲"a""#,
            r#"Found the text "a", but expected a rule of the form Direct Reports for "id of the manager"."#,
        ),
        (r#"Direct Reports for ▲"boss""#, r#"Found the text "boss", but expected the id of the manager in quotation marks."#),
        ("Direct Reports for▲", "Found the end of the rule, but expected the id of the manager in quotation marks."),
        (
            r#"▲Direct Reports for "0198c0de-0000-7000-8000-000000000001" -and user.city -eq "a""#,
            "Found a Direct Reports rule together with something else; expected it to be the whole rule.",
        ),
        (
            r#"user.city -eq "a" -or (▲Direct Reports for "0198c0de-0000-7000-8000-000000000001")"#,
            "Found a Direct Reports rule together with something else; expected it to be the whole rule.",
        ),
        (
            r#"-not ▲Direct Reports for "0198c0de-0000-7000-8000-000000000001""#,
            "Found a Direct Reports rule together with something else; expected it to be the whole rule.",
        ),
        (
            r#"user.memberOf ▲-eq "a""#,
            "Found the operator -eq, but expected a rule of the form user.memberOf -any (group.objectId -in ['id of a group']).",
        ),
        (
            "user.memberOf ▲-all (group.objectId -in ['a'])",
            "Found the operator -all, but expected a rule of the form user.memberOf -any (group.objectId -in ['id of a group']).",
        ),
        (
            "user.memberOf -any (group.objectId ▲-eq 'a')",
            "Found the operator -eq, but expected a rule of the form user.memberOf -any (group.objectId -in ['id of a group']).",
        ),
        (
            "user.memberOf -any (▲_ -in ['a'])",
            "Found the word _, but expected a rule of the form user.memberOf -any (group.objectId -in ['id of a group']).",
        ),
        ("user.memberOf -any (group.objectId -in [▲'a'])", r#"The text "a" is not the id of a group."#),
        (
            "user.memberOf -any (group.objectId -in [▲])",
            r#"Found the end of a list, ], but expected a text in quotation marks, such as "Sales"."#,
        ),
        (
            "user.memberOf -any (group.objectId -in ['0198c0de-0000-7000-8000-000000000001']▲",
            "Found the end of the rule, but expected -and, -or or a closing bracket for the one opened at character 20.",
        ),
        (
            r#"▲user.memberOf -any (group.objectId -in ['0198c0de-0000-7000-8000-000000000001']) -or user.city -eq "a""#,
            "Found a memberOf rule together with something else; expected it to be the whole rule.",
        ),
        (
            "-not ▲user.memberOf -any (group.objectId -in ['0198c0de-0000-7000-8000-000000000001'])",
            "Found a memberOf rule together with something else; expected it to be the whole rule.",
        ),
    ]);
}

#[test]
fn what_nests_or_lasts_too_long_is_refused_where_the_limit_is() {
    let deep = |open: &str, close: &str| {
        let (before, after) = (open.repeat(RULE_MAX_DEPTH), close.repeat(RULE_MAX_DEPTH));
        format!("{before}▲{open}user.city -eq \"a\"{close}{after}")
    };
    let nested = format!("Brackets and -not are nested more than {RULE_MAX_DEPTH} deep here, which is the limit.");
    let each = format!("{}user.otherMails -any ▲_ -eq \"a\"", "(".repeat(RULE_MAX_DEPTH));
    let head = "user.city -eq \"";
    let long = format!("{head}{}▲\"", "ä".repeat(RULE_MAX_CHARS - head.len()));
    let too_long = format!("The rule is longer than {RULE_MAX_CHARS} characters, which is the limit.");
    refused(&[
        (&deep("(", ")"), &nested),
        (&deep("-not ", ""), &nested),
        (&each, &nested),
        (&format!("{}▲{}", "(".repeat(RULE_MAX_DEPTH), "(".repeat(RULE_MAX_CHARS - RULE_MAX_DEPTH)), &nested),
        (&long, &too_long),
    ]);
}

#[test]
fn a_rule_that_is_too_long_only_when_written_out_is_refused_too() {
    let head = "user.city eq \"";
    let short = format!("{head}{}\"", "a".repeat(RULE_MAX_CHARS - head.len() - 1));
    let message = "With all hyphens and spaces written out the rule has 3073 characters; the limit is 3072.";
    refused(&[(&format!("{short}▲"), message)]);
}

#[test]
fn a_member_of_rule_names_a_limited_number_of_groups() {
    let list = |numbers: std::ops::Range<usize>| {
        numbers.map(|number| format!("'0198c0de-0000-7000-8000-{number:012}'")).collect::<Vec<_>>().join(", ")
    };
    let rule = |list: &str| format!("user.memberOf -any (group.objectId -in [{list}])");
    let full = list(0..SOURCE_GROUPS_MAX);
    assert!(Rule::parse(&rule(&full)).is_ok());
    assert!(Rule::parse(&rule(&format!("{full}, {}", list(0..9)))).is_ok(), "a group that is named twice is one group");
    let message = format!("This rule names more than {SOURCE_GROUPS_MAX} groups, which is the limit.");
    refused(&[(&rule(&format!("{full}, ▲{}", list(99..100))), &message)]);
}
