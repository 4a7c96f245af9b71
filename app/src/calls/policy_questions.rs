//! The questions of a policy as its form sends them.

use super::policy::QuestionForm;
use super::policy::server::{in_order, lines};
use model::package::{AnswerKind, Pattern, Question, Translation};
use model::{AnyId, QuestionId};
use std::collections::BTreeMap;

/// Questions in the order of their numbers.
pub fn read(all: BTreeMap<String, QuestionForm>) -> Vec<Question> {
    in_order(all, 'q').iter().map(|(_, question)| read_question(question)).collect()
}

fn read_question(question: &QuestionForm) -> Question {
    // A question without an id is new; the engine gives it one.
    let id = question.id.parse().unwrap_or(QuestionId(AnyId::nil()));
    let pattern = || {
        let expression = question.pattern.trim();
        (!expression.is_empty())
            .then(|| Pattern { expression: expression.to_owned(), message: question.message.trim().to_owned() })
    };
    let choices = || lines(&question.choices);
    let answer = match question.kind.as_str() {
        "long_text" => AnswerKind::LongText { pattern: pattern() },
        "single_choice" => AnswerKind::SingleChoice { choices: choices() },
        "multiple_choice" => AnswerKind::MultipleChoice { choices: choices() },
        "yes_no" => AnswerKind::YesNo,
        _ => AnswerKind::ShortText { pattern: pattern() },
    };
    let is_text = matches!(answer, AnswerKind::ShortText { .. } | AnswerKind::LongText { .. });
    let translations = lines(&question.translations).iter().map(|line| read_translation(line, is_text)).collect();
    let (text, hint) = (question.text.clone(), Some(question.hint.clone()));
    Question { id, text, hint, required: question.required, answer, translations }
}

/// `de: text | hint | first choice | second choice`, or for an answer in words `de: text | hint | message`; what is left
/// out at the end is empty.
fn read_translation(line: &str, is_text: bool) -> Translation {
    let (language, rest) = line.split_once(':').unwrap_or((line, ""));
    let mut parts = rest.split('|').map(|part| part.trim().to_owned());
    let (text, hint) = (parts.next().unwrap_or_default(), parts.next());
    let message = if is_text { parts.next() } else { None };
    Translation { language: language.trim().to_owned(), text, hint, choices: parts.collect(), message }
}

#[cfg(test)]
mod tests {
    use super::read_translation;

    #[test]
    fn behind_the_hint_of_a_text_question_is_the_message_and_of_others_the_choices() {
        let text = read_translation("de: Auftrag? | Im Kalender | CHG und Ziffern. | zu viel", true);
        assert_eq!(text.message.as_deref(), Some("CHG und Ziffern."));
        assert_eq!(text.choices, ["zu viel"], "it is refused, not ignored");
        let choice = read_translation("de: Wofür? | | Lesen | Schreiben", false);
        assert_eq!((choice.message, choice.choices.len(), choice.hint.as_deref()), (None, 2, Some("")));
        assert_eq!(read_translation("de: Wofür?", true).message, None);
    }
}
