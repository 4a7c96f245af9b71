//! Rules whose grammar is right, but which name a property, an operator or a value that does not exist or does not fit.

use super::refused::refused;

#[test]
fn an_unknown_property_is_answered_with_the_nearest_one() {
    refused(&[
        (
            r#"▲user.dept -eq "a""#,
            "There is no property user.dept; expected one that users have, such as user.department or user.jobTitle.",
        ),
        (r#"▲user.Department -eq "a""#, "Found user.Department, but expected user.department; upper and lower case matter."),
        (r#"▲USER.department -eq "a""#, "Found USER.department, but expected user.department; upper and lower case matter."),
        (r#"▲department -eq "a""#, "Found department, but expected user.department."),
        (r#"▲Department -eq "a""#, "Found Department, but expected user.department; upper and lower case matter."),
        (r#"▲user.deparment -eq "a""#, "There is no property user.deparment. Did you mean user.department?"),
        (
            r#"▲user.shoeSize -eq "a""#,
            "There is no property user.shoeSize; expected one that users have, such as user.department or user.jobTitle.",
        ),
        (
            "▲user.employeehiredate -ge system.now",
            "Found user.employeehiredate, but expected user.employeeHireDate; upper and lower case matter.",
        ),
        (
            r#"▲user.proxyAddresses -any (_ -eq "a")"#,
            "The property user.proxyAddresses is not held here; extensionAttribute1 to extensionAttribute15 are free for such values.",
        ),
        (
            r#"▲user.extension_c272a57b722d4eb29bfe327874ae79cb_OfficeNumber -eq "123""#,
            "The property user.extension_c272a57b722d4eb29bfe32787… is not held here; extensionAttribute1 to extensionAttribute15 are free for such values.",
        ),
        (
            r#"▲user.extensionAttribute16 -eq "a""#,
            "There is no property user.extensionAttribute16. Did you mean user.extensionAttribute1?",
        ),
        (
            r#"▲device.deviceOSType -eq "a""#,
            "Found device.deviceOSType, but groups hold no devices; expected a property of a user, such as user.department.",
        ),
        (
            r#"▲group.objectId -eq "a""#,
            "Found the word group.objectId, but expected a property, which begins with user., such as user.department.",
        ),
        (
            r#"▲_ -eq "a""#,
            "Found _, which stands for one item and has a meaning only in the brackets after -any or -all; expected a property such as user.department.",
        ),
        (
            r#"▲user. -eq "a""#,
            "There is no property user.; expected one that users have, such as user.department or user.jobTitle.",
        ),
        (r#"▲user -eq "a""#, "There is no property user. Did you mean user.userPrincipalName?"),
        (
            r#"▲"a" -eq user.city"#,
            r#"Found the text "a", but expected a property such as user.department, -not or an opening bracket."#,
        ),
        (r#"▲-eq "a""#, "Found the operator -eq, but expected a property such as user.department, -not or an opening bracket."),
        ("▲Sales", "Found the word Sales, but expected a property such as user.department, -not or an opening bracket."),
        (
            r#"▲nto user.city -eq "a""#,
            "Found the word nto, but expected a property such as user.department, -not or an opening bracket.",
        ),
        (
            r#"▲user.city.name -eq "a""#,
            "There is no property user.city.name; expected one that users have, such as user.department or user.jobTitle.",
        ),
        (r#"▲user.userName -eq "a""#, "There is no property user.userName. Did you mean user.surname?"),
    ]);
}

#[test]
fn an_operator_exists_and_fits_the_property() {
    refused(&[
        (r#"user.city ▲-equals "a""#, "There is no operator -equals; expected a comparison, such as -eq or -startsWith."),
        (r#"user.city ▲-like "a""#, "There is no operator -like; expected a comparison, such as -eq or -startsWith."),
        (r#"user.city ▲-startWith "a""#, "There is no operator -startWith. Did you mean -startsWith?"),
        (r#"user.city ▲-gt "a""#, "There is no operator -gt. Did you mean -ge?"),
        (
            r#"user.city ▲-le "a""#,
            "Found -le after user.city, which holds text; expected -eq, -startsWith, -endsWith, -contains, -match, -in or one of their opposites.",
        ),
        (
            r#"user.city ▲-any (_ -eq "a")"#,
            "Found -any after user.city, which has one value; expected it after a collection, such as user.otherMails.",
        ),
        (
            "user.city ▲-not null",
            "Found -not after a property; it stands before a whole condition. To ask whether a value is set, write -eq null or -ne null.",
        ),
        (
            "user.accountEnabled ▲-contains true",
            "Found -contains after user.accountEnabled, which is true or false; expected -eq or -ne.",
        ),
        (
            r#"user.employeeHireDate ▲-match "2026""#,
            "Found -match after user.employeeHireDate, which is a date; expected -eq, -ne, -le or -ge.",
        ),
        (
            r#"user.employeeHireDate ▲-in ["2026-01-05"]"#,
            "Found -in after user.employeeHireDate, which is a date; expected -eq, -ne, -le or -ge.",
        ),
        (
            r#"user.otherMails ▲-ge "a""#,
            "Found -ge after user.otherMails, which holds text; expected -eq, -startsWith, -endsWith, -contains, -match, -in or one of their opposites.",
        ),
        (
            r#"user.accountEnabled ▲-any (_ -eq "a")"#,
            "Found -any after user.accountEnabled, which is true or false; expected -eq or -ne.",
        ),
        (r#"user.city ▲-and "a""#, "Found -and after a property; expected a comparison before it, such as -eq or -startsWith."),
    ]);
}

#[test]
fn a_value_fits_the_property_and_the_operator() {
    refused(&[
        ("user.city -eq ▲Rome", r#"Found the word Rome, but expected a text in quotation marks: "Rome"."#),
        ("user.city -eq ▲5", r#"Found the word 5, but expected a text in quotation marks: "5"."#),
        ("user.city -eq ▲-eq", r#"Found the operator -eq, but expected a text in quotation marks, such as "Sales"."#),
        ("user.city -contains ▲null", "Found null after -contains; null goes with -eq and -ne only."),
        (r#"user.city -in ["a", ▲null]"#, "Found null after -in; null goes with -eq and -ne only."),
        (r#"user.city -in ▲"a""#, r#"Found the text "a", but expected a list, such as ["Sales", "Marketing"]."#),
        (r#"user.city -eq ▲["a"]"#, "Found a list after -eq; lists go with -in and -notIn only."),
        ("user.city -eq ▲true", r#"Found the word true, but expected a text in quotation marks: "true"."#),
        ("user.accountEnabled -eq ▲yes", "Found the word yes, but expected true or false."),
        ("user.accountEnabled -eq ▲null", "Found the word null, but expected true or false."),
        (r#"user.accountEnabled -eq ▲"yes""#, r#"Found the text "yes", but expected true or false."#),
        (r#"user.city -match ▲"(""#, "This is not a regular expression that can be used here: unclosed group."),
        (
            r#"user.city -match ▲"(?=a)""#,
            "This is not a regular expression that can be used here: look-around, including look-ahead and look-behind, is not supported.",
        ),
        (
            r#"user.city -match ▲"(\w{500}){500}""#,
            "This regular expression becomes too large; use fewer or smaller repetitions such as {1,1000}.",
        ),
        (
            r#"user.city -match ▲"a{3,1}""#,
            "This is not a regular expression that can be used here: invalid repetition count range, the start must be <= the end.",
        ),
        (
            r#"user.employeeHireDate -eq ▲"soon""#,
            r#"Found the text "soon", but expected a date such as "2026-01-05", an instant such as "2026-01-05T08:00:00Z", or system.now."#,
        ),
        (
            "user.employeeHireDate -eq ▲2026-02-30",
            r#"Found the word 2026-02-30, but expected a date such as "2026-01-05", an instant such as "2026-01-05T08:00:00Z", or system.now."#,
        ),
        (
            r#"user.employeeHireDate -eq ▲"9999-12-31T23:59:59-01:00""#,
            r#"Found the text "9999-12-31T23:59:59-01:00", but expected a date such as "2026-01-05", an instant such as "2026-01-05T08:00:00Z", or system.now."#,
        ),
        ("user.employeeHireDate -le ▲null", "Found null after -le; null goes with -eq and -ne only."),
        (
            "user.employeeHireDate -le system.now -plus▲",
            "Found the end of the rule, but expected a length of time such as p1d (a day), p2w (two weeks), p1y6m or pt12h (twelve hours).",
        ),
        (
            "user.employeeHireDate -le system.now -plus ▲p",
            "Found the word p, but expected a length of time such as p1d (a day), p2w (two weeks), p1y6m or pt12h (twelve hours).",
        ),
        (
            "user.employeeHireDate -le system.now -plus ▲p1dt",
            "Found the word p1dt, but expected a length of time such as p1d (a day), p2w (two weeks), p1y6m or pt12h (twelve hours).",
        ),
        (
            "user.employeeHireDate -le system.now -plus ▲p123456d",
            "Found the word p123456d, but expected a length of time such as p1d (a day), p2w (two weeks), p1y6m or pt12h (twelve hours).",
        ),
        (
            "user.employeeHireDate -le system.now -plus ▲p1d1y",
            "Found the word p1d1y, but expected a length of time such as p1d (a day), p2w (two weeks), p1y6m or pt12h (twelve hours).",
        ),
        (
            "user.employeeHireDate -le system.now -plus ▲pdd",
            "Found the word pdd, but expected a length of time such as p1d (a day), p2w (two weeks), p1y6m or pt12h (twelve hours).",
        ),
        (
            "user.employeeHireDate -le system.now ▲-pluss p1d",
            "Found the operator -pluss, but expected -and, -or or the end of the rule.",
        ),
    ]);
}
