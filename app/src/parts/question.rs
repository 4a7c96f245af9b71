//! What a policy asks of a requestor. The question's text is the field's label.

use super::choice::{CheckGroup, RadioGroup};
use super::field::{TextArea, TextField};
use crate::calls::request::answer_name;
use leptos::prelude::*;
use model::package::{AnswerKind, Question};
use model::view::Choice;

#[component]
pub fn QuestionField(
    question: Question,
    /// What was answered the last time.
    #[prop(optional)]
    said: Vec<String>,
) -> impl IntoView {
    let Question { id, text: label, hint, required, answer, translations } = question;
    // It comes in the reader's language; at most that one stays, for what the choices are called.
    let called = translations.into_iter().next().map(|one| one.choices).unwrap_or_default();
    let name = answer_name(id);
    let hint = hint.unwrap_or_default();
    let optional = !required;
    let value = said.first().cloned().unwrap_or_default();
    match answer {
        AnswerKind::ShortText { .. } => view! { <TextField name label hint value optional/> }.into_any(),
        AnswerKind::LongText { .. } => view! { <TextArea name label hint value optional/> }.into_any(),
        AnswerKind::SingleChoice { choices } => {
            view! { <RadioGroup name legend=label hint value options=entries(choices, called) optional/> }.into_any()
        }
        AnswerKind::MultipleChoice { choices } => {
            let hint = if hint.is_empty() { "Choose all that apply.".to_owned() } else { hint };
            view! { <CheckGroup name legend=label hint values=said options=entries(choices, called) optional/> }.into_any()
        }
        AnswerKind::YesNo => {
            let options = entries(vec!["Yes".to_owned(), "No".to_owned()], Vec::new());
            view! { <RadioGroup name legend=label hint value options optional shape="group"/> }.into_any()
        }
    }
}

/// A choice is sent and kept by its words, whatever it is called in the reader's language.
fn entries(choices: Vec<String>, called: Vec<String>) -> Vec<Choice> {
    let mut called = called.into_iter();
    let entry = |words: String| Choice { name: called.next().unwrap_or_else(|| words.clone()), id: words, under: String::new() };
    choices.into_iter().map(entry).collect()
}
