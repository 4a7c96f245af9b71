//! Questions in other languages: which of them somebody reads, and what a form may say.

use crate::form::text;
use model::Refusal;
use model::limits::{QUESTION_MAX_CHARS, TRANSLATIONS_MAX};
use model::package::{AnswerKind, Question, Translation};

/// The question in the first language of these that it has: its own words are in no language, so to speak, and stand
/// when none fits. `de-CH` is content with `de`, and `de` with `de-CH`. Choices keep their own words, by which they are
/// sent and stored; what they are called is in the translation that stays.
pub fn spoken(question: &Question, languages: &[String]) -> Question {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let exactly = |wanted: &String| question.translations.iter().find(|one| one.language.eq_ignore_ascii_case(wanted));
    let nearly = |wanted: &String| question.translations.iter().find(|one| primary(&one.language) == primary(wanted));
    let found = languages.iter().find_map(|wanted| exactly(wanted).or_else(|| nearly(wanted)));
    let Some(Translation { language, text, hint, choices }) = found.cloned() else {
        return Question { translations: Vec::new(), ..question.clone() };
    };
    let stays = Translation { language, text: text.clone(), hint: hint.clone(), choices };
    Question { text, hint, translations: vec![stays], ..question.clone() }
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
    let mut checked: Vec<Translation> = Vec::new();
    for Translation { language, text: words, hint, choices } in translations {
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
        let words = line("Question", words, true)?;
        checked.push(Translation { text: words, hint: hint.filter(|hint| !hint.is_empty()), choices, language });
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
        Translation { language: language.into(), text: text.into(), hint: None, choices }
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
