//! Checks of what people type: lengths, required fields, answers to questions.

use crate::translation;
use model::limits::{ANSWER_MAX_CHARS, JUSTIFICATION_MAX_CHARS};
use model::package::{AnswerKind, Question};
use model::request::Answered;
use model::{QuestionId, Refusal};
use regex::{Regex, RegexBuilder};
use std::collections::BTreeMap;

/// Text of a field: trimmed, not longer than `limit`, and there when `required`.
pub fn text(field: &str, label: &str, value: &str, required: bool, limit: usize) -> Result<String, Refusal> {
    let value = value.trim();
    let length = value.chars().count();
    if required && value.is_empty() {
        return Err(Refusal::Required { field: field.to_owned(), label: label.to_owned() });
    }
    if length > limit {
        return Err(Refusal::TooLong { field: field.to_owned(), label: label.to_owned(), limit, length });
    }
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Refusal::Malformed {
            field: field.to_owned(),
            message: format!("“{label}” holds a character that cannot be shown. Type it again."),
        });
    }
    Ok(value.to_owned())
}

/// What is wrong about a field, as a sentence.
pub fn malformed(field: &str, message: String) -> Refusal {
    Refusal::Malformed { field: field.to_owned(), message }
}

/// Whether this could be the address of a web server, without characters that `never` belong there.
pub fn is_web_address(typed: &str, never: &[char]) -> bool {
    let rest = typed.strip_prefix("https://").or_else(|| typed.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && rest
                .chars()
                .all(|c| c.is_ascii_graphic() && !matches!(c, '#' | '@' | '\\' | '"' | '<' | '>') && !never.contains(&c))
    })
}

/// Whether this could be where a directory is: `ldaps://host[:port]`, or `ldap://host[:port]` for STARTTLS.
pub fn is_directory_address(typed: &str) -> bool {
    let rest = typed.strip_prefix("ldaps://").or_else(|| typed.strip_prefix("ldap://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with(':')
            && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']'))
    })
}

/// The words with which somebody asks or decides.
pub fn justification(field: &str, label: &str, value: &str, required: bool) -> Result<String, Refusal> {
    text(field, label, value, required, JUSTIFICATION_MAX_CHARS)
}

/// The form field of a question.
pub fn answer_field(question: QuestionId) -> String {
    format!("answers[{question}][]")
}

/// Checks the answers against the questions as they are asked now; the questions' own words are kept with the answers.
/// What is wrong is said as it was asked: in the first of these languages that a question has.
pub fn answers(
    questions: &[Question],
    languages: &[String],
    given: &BTreeMap<QuestionId, Vec<String>>,
) -> Result<Vec<Answered>, Refusal> {
    let one = |own: &Question| {
        let answers = answer(&translation::spoken(own, languages), given.get(&own.id))?;
        Ok(Answered { question: own.id, text: own.text.clone(), answers })
    };
    questions.iter().map(one).collect()
}

/// The regular expression that a whole answer must match. Its size is bounded: it runs on the server.
pub fn pattern(expression: &str) -> Result<Regex, String> {
    let whole = RegexBuilder::new(&format!("^(?:{expression})$")).size_limit(1 << 20).build();
    whole.map_err(|_| match Regex::new(expression) {
        Ok(_) => "it is too large. Shorten it.".to_owned(),
        Err(error) => error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned() + ".",
    })
}

/// A question in the words in which it was asked.
fn answer(question: &Question, given: Option<&Vec<String>>) -> Result<Vec<String>, Refusal> {
    let field = answer_field(question.id);
    let said: Vec<String> =
        given.into_iter().flatten().map(|answer| answer.trim().to_owned()).filter(|answer| !answer.is_empty()).collect();
    if said.is_empty() && question.required {
        return Err(Refusal::Required { field, label: question.text.clone() });
    }
    for answer in &said {
        text(&field, &question.text, answer, false, ANSWER_MAX_CHARS)?;
    }
    let malformed = |message: String| Refusal::Malformed { field: field.clone(), message };
    match &question.answer {
        AnswerKind::ShortText { pattern } | AnswerKind::LongText { pattern } => {
            if said.len() > 1 {
                return Err(malformed(format!("“{}” takes one answer.", question.text)));
            }
            if let (Some(pattern), Some(answer)) = (pattern, said.first()) {
                let matches = self::pattern(&pattern.expression).is_ok_and(|expression| expression.is_match(answer));
                if !matches {
                    return Err(malformed(format!("{} You wrote “{answer}”.", pattern.message)));
                }
            }
        }
        AnswerKind::SingleChoice { choices } => {
            if said.len() > 1 || said.iter().any(|answer| !choices.contains(answer)) {
                return Err(malformed(format!("Choose one of the answers to “{}”.", question.text)));
            }
        }
        AnswerKind::MultipleChoice { choices } => {
            if said.iter().any(|answer| !choices.contains(answer)) {
                return Err(malformed(format!("Choose among the answers to “{}”.", question.text)));
            }
        }
        AnswerKind::YesNo => {
            if said.len() > 1 || said.iter().any(|answer| answer != "Yes" && answer != "No") {
                return Err(malformed(format!("Answer “{}” with Yes or No.", question.text)));
            }
        }
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::id;
    use model::package::{Pattern, Translation};

    fn question(answer: AnswerKind, required: bool) -> Question {
        Question { id: QuestionId(id(1)), text: "Change number".into(), hint: None, required, answer, translations: Vec::new() }
    }

    fn check(question: &Question, said: &[&str]) -> Result<Vec<String>, &'static str> {
        let given = BTreeMap::from([(question.id, said.iter().map(|s| (*s).to_owned()).collect())]);
        answers(std::slice::from_ref(question), &[], &given)
            .map(|mut all| all.remove(0).answers)
            .map_err(|refusal| refusal.code())
    }

    #[test]
    fn regression_4_a_required_answer_of_blanks_is_no_answer() {
        let q = question(AnswerKind::ShortText { pattern: None }, true);
        assert_eq!(check(&q, &["  "]), Err("required"));
        assert_eq!(answers(&[q], &[], &BTreeMap::new()).map_err(|r| r.code()), Err("required"));
    }

    #[test]
    fn a_pattern_has_to_match_the_whole_answer() {
        let pattern = Pattern { expression: "CHG[0-9]{7}".into(), message: "A change number is CHG and seven digits.".into() };
        let q = question(AnswerKind::ShortText { pattern: Some(pattern) }, true);
        assert_eq!(check(&q, &["see CHG0012345"]), Err("malformed"));
        assert_eq!(check(&q, &["CHG0012345"]), Ok(vec!["CHG0012345".to_owned()]));
    }

    #[test]
    fn what_is_wrong_with_an_answer_is_said_in_the_language_of_the_question_and_the_answer_kept_under_its_own_words() {
        let pattern = Pattern { expression: "CHG[0-9]{7}".into(), message: "CHG and seven digits.".into() };
        let (language, text) = ("de".to_owned(), "Auftrag".to_owned());
        let message = Some("CHG und sieben Ziffern.".to_owned());
        let german = Translation { language, text, hint: None, choices: Vec::new(), message };
        let own = question(AnswerKind::ShortText { pattern: Some(pattern) }, true);
        let asked = [Question { translations: vec![german], ..own }];
        let said = |answer: &str, language: &str| {
            let given = BTreeMap::from([(asked[0].id, vec![answer.to_owned()])]);
            answers(&asked, &[language.to_owned()], &given)
        };
        assert_eq!(said("1", "de-CH").unwrap_err().sentence(), "CHG und sieben Ziffern. You wrote “1”.");
        assert_eq!(said("1", "en").unwrap_err().sentence(), "CHG and seven digits. You wrote “1”.");
        let Err(Refusal::Required { label, .. }) = said(" ", "de") else { panic!("an answer is required") };
        assert_eq!(label, "Auftrag");
        assert_eq!(said("CHG0012345", "de").unwrap()[0].text, "Change number");
    }

    #[test]
    fn a_hostile_pattern_refuses_and_does_not_hang() {
        let pattern = Pattern { expression: "((a{1000}){1000}){1000}".into(), message: "No.".into() };
        assert_eq!(check(&question(AnswerKind::ShortText { pattern: Some(pattern) }, true), &["a"]), Err("malformed"));
    }

    #[test]
    fn choices_are_taken_from_the_list_only() {
        let choices = vec!["Mail".to_owned(), "Identity".to_owned()];
        let one = question(AnswerKind::SingleChoice { choices: choices.clone() }, true);
        assert_eq!(check(&one, &["Other"]), Err("malformed"));
        assert_eq!(check(&one, &["Mail", "Identity"]), Err("malformed"));
        assert_eq!(check(&one, &["Mail"]), Ok(vec!["Mail".to_owned()]));
        let many = question(AnswerKind::MultipleChoice { choices }, false);
        assert_eq!(check(&many, &["Mail", "Identity"]).map(|all| all.len()), Ok(2));
        assert_eq!(check(&many, &[]), Ok(vec![]));
        assert_eq!(check(&question(AnswerKind::YesNo, true), &["Maybe"]), Err("malformed"));
    }

    #[test]
    fn a_field_over_its_limit_says_limit_and_length() {
        let refused = text("name", "Name", &"x".repeat(5), true, 4);
        assert_eq!(refused, Err(Refusal::TooLong { field: "name".into(), label: "Name".into(), limit: 4, length: 5 }));
        assert_eq!(text("name", "Name", "a\u{0}b", true, 9).map_err(|r| r.code()), Err("malformed"));
    }
}
