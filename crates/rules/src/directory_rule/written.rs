//! How accepted rules are written out.

use super::Rule;
use super::accepted::{BOSS, GROUP};
use model::limits::{RULE_MAX_CHARS, RULE_MAX_DEPTH};

#[test]
fn rules_are_written_out_in_one_way() {
    for (typed, written) in [
        (r#"((user.department  EQ 'Sales'))"#, r#"user.department -eq "Sales""#),
        (r#"not (user.city ne "x") and (user.mail eq $NULL)"#, r#"-not user.city -ne "x" -and user.mail -eq null"#),
        (
            r#"user.city -eq "a" -and (user.city -eq "b" -and user.city -eq "c")"#,
            r#"user.city -eq "a" -and user.city -eq "b" -and user.city -eq "c""#,
        ),
        (
            r#"(user.city -eq "a" -or user.city -eq "b") -and user.city -eq "c""#,
            r#"(user.city -eq "a" -or user.city -eq "b") -and user.city -eq "c""#,
        ),
        (
            r#"(user.city -eq "a" -and user.city -eq "b") -or user.city -eq "c""#,
            r#"user.city -eq "a" -and user.city -eq "b" -or user.city -eq "c""#,
        ),
        (r#"user.otherMails -ALL _ -IN ['x',"y"]"#, r#"user.otherMails -all (_ -in ["x", "y"])"#),
        ("user.surname -eq 'O''Brien'", r#"user.surname -eq "O'Brien""#),
        ("user.surname -eq 'a\"b'", "user.surname -eq \"a`\"b\""),
        ("user.surname -eq 'a`'", "user.surname -eq 'a`'"),
        ("user.surname -eq 'a''''b'", "user.surname -eq \"a''''b\""),
        ("user.accountEnabled -ne 'TRUE'", "user.accountEnabled -ne true"),
        ("user.employeeHireDate -le 2026-01-05T00:00:00Z", "user.employeeHireDate -le \"2026-01-05\""),
        ("user.employeeHireDate -le \"2026-01-05T10:00:00.250+01:00\"", "user.employeeHireDate -le \"2026-01-05T09:00:00.250Z\""),
        ("user.employeeHireDate -ge SYSTEM.NOW minus 'P1YT0H'", "user.employeeHireDate -ge system.now -minus p1y"),
        ("user.employeeHireDate -ge system.now -plus pt0s", "user.employeeHireDate -ge system.now -plus p0d"),
        ("direct reports FOR '0198C0DE000070008000000000000002'", &format!("Direct Reports for \"{BOSS}\"")),
        (
            &format!("user.memberOf any (group.objectId in [\"{GROUP}\"])"),
            &format!("user.memberOf -any (group.objectId -in ['{GROUP}'])"),
        ),
    ] {
        let rule = Rule::parse(typed).unwrap();
        assert_eq!(rule.to_string(), written);
        assert_eq!(Rule::parse(written), Ok(rule));
    }
}

#[test]
fn rules_at_the_limits_are_accepted_and_can_be_read_again() {
    let nested = |open: &str, close: &str| {
        let depth = RULE_MAX_DEPTH;
        format!("{}user.city -eq \"x\"{}", open.repeat(depth), close.repeat(depth))
    };
    let head = "user.city -eq \"";
    let long = format!("{head}{}\"", "ä".repeat(RULE_MAX_CHARS - head.len() - 1));
    let each = format!("{}user.otherMails -any _ -eq \"x\"", "-not ".repeat(RULE_MAX_DEPTH - 1));
    for text in [nested("(", ")"), nested("-not ", ""), long, each] {
        let rule = Rule::parse(&text).unwrap();
        assert_eq!(Rule::parse(&rule.to_string()), Ok(rule));
    }
}
