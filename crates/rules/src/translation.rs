//! Questions in other languages: which of them somebody reads, and what a form may say.

use crate::form::text;
use model::Refusal;
use model::limits::{QUESTION_MAX_CHARS, TRANSLATIONS_MAX};
use model::package::{AnswerKind, Pattern, Question, Translation};

/// The question in the first language of these that it has: its own words are in no language, so to speak, and stand
/// when none fits. `de-CH` is content with `de`, and `de` with `de-CH`. Choices keep their own words, by which they are
/// sent and stored; what they are called is in the translation that stays. A message that is not translated stands in its
/// own words, because whoever is refused must read something.
pub fn spoken(question: &Question, languages: &[String]) -> Question {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let exactly = |wanted: &String| question.translations.iter().find(|one| one.language.eq_ignore_ascii_case(wanted));
    let nearly = |wanted: &String| question.translations.iter().find(|one| primary(&one.language) == primary(wanted));
    let found = languages.iter().find_map(|wanted| exactly(wanted).or_else(|| nearly(wanted)));
    let Some(stays) = found.cloned() else {
        return Question { translations: Vec::new(), ..question.clone() };
    };
    let answer = match (&question.answer, &stays.message) {
        (AnswerKind::ShortText { pattern: Some(pattern) }, Some(message)) => {
            AnswerKind::ShortText { pattern: Some(Pattern { message: message.clone(), ..pattern.clone() }) }
        }
        (AnswerKind::LongText { pattern: Some(pattern) }, Some(message)) => {
            AnswerKind::LongText { pattern: Some(Pattern { message: message.clone(), ..pattern.clone() }) }
        }
        (own, _) => own.clone(),
    };
    let (text, hint) = (stays.text.clone(), stays.hint.clone());
    Question { text, hint, answer, translations: vec![stays], ..question.clone() }
}

/// Checks the translations of a question whose answer has been checked.
pub fn check(number: usize, translations: &[Translation], answer: &AnswerKind) -> Result<Vec<Translation>, Refusal> {
    let malformed = |message: String| Refusal::Malformed { field: "questions".to_owned(), message };
    if translations.len() > TRANSLATIONS_MAX {
        let count = translations.len();
        return Err(malformed(format!("Question {number} may be in {TRANSLATIONS_MAX} other languages and is in {count}.")));
    }
    let wanted = match answer {
        AnswerKind::SingleChoice { choices } | AnswerKind::MultipleChoice { choices } => choices.len(),
        AnswerKind::ShortText { .. } | AnswerKind::LongText { .. } | AnswerKind::YesNo => 0,
    };
    let checks = matches!(answer, AnswerKind::ShortText { pattern: Some(_) } | AnswerKind::LongText { pattern: Some(_) });
    let mut checked: Vec<Translation> = Vec::new();
    for Translation { language, text: words, hint, choices, message } in translations {
        let language = language.trim().to_owned();
        if !is_language(&language) {
            return Err(malformed(format!(
                "“{language}” of question {number} is not the code of a language. Write it as de, pt-BR or zh-Hant."
            )));
        }
        if checked.iter().any(|one| one.language.eq_ignore_ascii_case(&language)) {
            return Err(malformed(format!("Question {number} is in “{language}” twice. Leave one of them out.")));
        }
        let line = |label: &str, value: &str, required| {
            text("questions", &format!("{label} {number} in “{language}”"), value, required, QUESTION_MAX_CHARS)
        };
        let choices = choices.iter().map(|choice| line("A choice of question", choice, true)).collect::<Result<Vec<_>, _>>()?;
        if !choices.is_empty() && choices.len() != wanted {
            let count = choices.len();
            return Err(malformed(format!(
                "Question {number} has {wanted} choices and {count} in “{language}”. Name each of them there in the same order, or none."
            )));
        }
        let hint = hint.as_deref().map(|hint| line("Hint of question", hint, false)).transpose()?;
        let message = message.as_deref().map(|message| line("Message of question", message, false)).transpose()?;
        let message = message.filter(|message| !message.is_empty());
        if message.is_some() && !checks {
            return Err(malformed(format!(
                "Question {number} has no pattern and says in “{language}” what does not fit it. Add the pattern, or leave the message out."
            )));
        }
        let words = line("Question", words, true)?;
        checked.push(Translation { text: words, hint: hint.filter(|hint| !hint.is_empty()), choices, message, language });
    }
    Ok(checked)
}

/// `de`, `pt-BR`, `zh-Hant`: the shape of BCP 47, not the list of what there is.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let letters = primary.chars().all(|c| c.is_ascii_alphabetic()) && (2..=3).contains(&primary.len());
    letters
        && tag.len() <= 35
        && parts.all(|part| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::id;
    use model::QuestionId;

    fn translation(language: &str, text: &str, choices: &[&str]) -> Translation {
        let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
        Translation { language: language.into(), text: text.into(), hint: None, choices, message: None }
    }

    fn with_message(language: &str, message: &str) -> Translation {
        Translation { message: Some(message.into()), ..translation(language, "Auftrag?", &[]) }
    }

    fn checked_by(expression: &str, message: &str) -> AnswerKind {
        AnswerKind::ShortText { pattern: Some(Pattern { expression: expression.into(), message: message.into() }) }
    }

    fn question(translations: Vec<Translation>) -> Question {
        let answer = AnswerKind::SingleChoice { choices: vec!["Read".into(), "Write".into()] };
        let hint = Some("Ask your team.".to_owned());
        Question { id: QuestionId(id(1)), text: "What for?".into(), hint, required: true, answer, translations }
    }

    fn refused(translations: &[Translation]) -> String {
        check(2, translations, &question(Vec::new()).answer).unwrap_err().sentence()
    }

    #[test]
    fn a_translation_that_makes_no_sense_is_refused_with_the_language() {
        for language in ["", "d", "deutsch-", "de_DE", "1de", "de-é"] {
            assert!(refused(&[translation(language, "Wofür?", &[])]).contains("is not the code of a language"), "{language}");
        }
        assert!(refused(&[translation("de", "Wofür?", &[]), translation("DE", "Wozu?", &[])]).contains("twice"));
        assert!(refused(&[translation("de", " ", &[])]).contains("in “de”"));
        assert!(refused(&[translation("de", "Wofür?", &["Lesen"])]).contains("has 2 choices and 1 in “de”"));
        let many: Vec<Translation> = (0..=TRANSLATIONS_MAX).map(|n| translation(&format!("de-{n:04}"), "Wofür?", &[])).collect();
        assert!(refused(&many).contains("other languages"));
        let kept = [translation("de", "Wofür?", &["Lesen", "Schreiben"]), translation("pt-BR", "Para quê?", &[])];
        assert_eq!(check(2, &kept, &question(Vec::new()).answer).unwrap(), kept);
    }

    #[test]
    fn a_message_in_another_language_needs_a_pattern_and_an_empty_one_is_none() {
        for answer in [question(Vec::new()).answer, AnswerKind::YesNo, AnswerKind::LongText { pattern: None }] {
            let refused = check(2, &[with_message("de", "CHG und Ziffern.")], &answer).unwrap_err().sentence();
            assert!(refused.contains("Question 2 has no pattern and says in “de”"), "{refused}");
        }
        let answer = checked_by("CHG[0-9]+", "CHG and digits.");
        let long = with_message("de", &"x".repeat(QUESTION_MAX_CHARS + 1));
        assert_eq!(check(2, &[long], &answer).unwrap_err().code(), "too_long");
        let kept = check(2, &[with_message("de", " CHG und Ziffern. "), with_message("fr", " ")], &answer).unwrap();
        let messages: Vec<_> = kept.into_iter().map(|one| one.message).collect();
        assert_eq!(messages, [Some("CHG und Ziffern.".to_owned()), None]);
    }

    #[test]
    fn a_pattern_answers_in_the_language_that_is_read_and_otherwise_in_its_own_words() {
        let answer = checked_by("CHG[0-9]+", "CHG and digits.");
        let silent = translation("fr", "Demande ?", &[]);
        let asked = Question { answer, ..question(vec![with_message("de", "CHG und Ziffern."), silent]) };
        let says = |language: &str| match spoken(&asked, &[language.to_owned()]).answer {
            AnswerKind::ShortText { pattern: Some(pattern) } => (pattern.expression, pattern.message),
            other => panic!("{other:?}"),
        };
        let own = ("CHG[0-9]+".to_owned(), "CHG and digits.".to_owned());
        assert_eq!(says("it"), own);
        assert_eq!(says("fr"), own, "whoever is refused must read something");
        assert_eq!(says("de-AT"), ("CHG[0-9]+".to_owned(), "CHG und Ziffern.".to_owned()));
    }

    #[test]
    fn the_first_language_that_fits_is_read_and_otherwise_the_questions_own_words() {
        let asked =
            question(vec![translation("de-CH", "Für was?", &["Lesen", "Schreiben"]), translation("fr", "Pour quoi ?", &[])]);
        let read = |languages: &[&str]| {
            let languages: Vec<String> = languages.iter().map(|one| (*one).to_owned()).collect();
            spoken(&asked, &languages)
        };
        assert_eq!(read(&[]).text, "What for?");
        assert_eq!(read(&["it", "en"]), Question { translations: Vec::new(), ..asked.clone() });
        assert_eq!(read(&["it", "FR-be", "de-CH"]).text, "Pour quoi ?");
        let german = read(&["de", "fr"]);
        assert_eq!((german.text.as_str(), german.hint.as_deref()), ("Für was?", None), "no hint rather than one in English");
        assert_eq!(german.answer, asked.answer, "answers are kept by their own words");
        assert_eq!(german.translations, [asked.translations[0].clone()]);
    }
}
