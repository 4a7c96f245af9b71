//! What a policy says, as the fields of a form: who may request and who decides, what is asked, how long access lasts. Stages
//! and questions are added and taken away by buttons: without script these post the form, which comes back as it was typed.

use super::answering::AskedFields;
use super::automatic::AutomaticFields;
use super::policy_check::CheckPolicy;
use super::stage_fields::Stages;
use crate::parts::form::use_form;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::PolicyId;
use model::catalog::PolicyOf;
use model::package::{AnswerKind, Lasts, PolicySettings, Question, Scope, Translation};
use model::view::Choice;

pub const DAY: u32 = 24 * 60;

pub fn lines(names: &[(String, String)], keys: impl Iterator<Item = String>) -> String {
    let said = keys.filter_map(|key| names.iter().find(|(known, _)| *known == key).map(|(_, said)| said.clone()));
    said.collect::<Vec<_>>().join("\n")
}

/// The policy's name, its scope and its stages.
#[component]
pub fn Requests(
    /// What the policy belongs to: people and groups are looked for there.
    of: PolicyOf,
    name: String,
    enabled: bool,
    settings: PolicySettings,
    names: Vec<(String, String)>,
    /// Webhooks that can be asked.
    askable: Vec<Choice>,
    /// Whether a rule may assign.
    may_automate: bool,
    /// The policy itself, when there is one already.
    #[prop(optional_no_strip)]
    policy: Option<PolicyId>,
) -> impl IntoView {
    let (scope, users, groups) = match &settings.scope {
        Scope::Specific { users, groups } => (
            "specific",
            lines(&names, users.iter().map(|id| ["user:", &id.to_string()].concat())),
            lines(&names, groups.iter().map(|id| ["group:", &id.to_string()].concat())),
        ),
        Scope::AllMembers => ("all_members", String::new(), String::new()),
        Scope::AllUsers => ("all_users", String::new(), String::new()),
        Scope::Nobody => ("nobody", String::new(), String::new()),
        Scope::Automatic { .. } => ("automatic", String::new(), String::new()),
    };
    let (rule, grace_minutes) = match &settings.scope {
        Scope::Automatic { rule, grace_minutes } => (rule.clone(), *grace_minutes),
        Scope::Specific { .. } | Scope::AllMembers | Scope::AllUsers | Scope::Nobody => (String::new(), 0),
    };
    let by_rule = may_automate || scope == "automatic";
    let mut scopes = vec![
        Choice::new("specific", "Specific users and groups", "Those named below, and all members of the groups."),
        Choice::new("all_members", "All members", "Everybody in the directory, guests left out."),
        Choice::new("all_users", "All users", "Everybody in the directory, guests too."),
        Choice::new("nobody", "Nobody", "Administrators assign it directly."),
    ];
    if by_rule {
        scopes.push(Choice::new(
            "automatic",
            "Nobody asks: assigned by a rule",
            "Whoever matches gets it at once, and leaves when they no longer match.",
        ));
    }
    let (stages, asks) = (settings.stages, settings.asks);
    let stage_names = names;
    view! {
            <TextField name="name" label="Name" hint="Requestors read it when they may choose among several." value=name/>
            <CheckBox name="enabled" label="Enabled" hint="Without it nobody can request under this policy, and no rule assigns." checked=enabled/>
            <h2>"Who can request"</h2>
            <RadioGroup name="scope" legend="Who can request" value=scope options=scopes shape="choice-cards"/>
            <div class="row-of-fields only-specific">
                <NamesPicker name="users" label="Users" value=users among=Among::InPolicy { of, groups: false }/>
                <NamesPicker name="groups" label="Groups" value=groups among=Among::InPolicy { of, groups: true }/>
            </div>
        {by_rule.then(|| view! { <AutomaticFields of policy rule grace_minutes may_preview=may_automate/> })}
        <div class="form only-asked">
            <CheckBox
                name="managers_may_request"
                label="Managers can request for their reports"
                hint="The person has to be covered above. Managers then also see and end what their reports hold under this policy."
                checked=settings.managers_may_request
            />
            <h2 id="stages">"Approval"</h2>
            <Stages of stages names=stage_names/>
            <CheckPolicy of/>
            <AskedFields asks askable/>
        </div>
    }
    .into_any()
}

/// What requestors are asked.
#[component]
pub fn Information(settings: PolicySettings) -> impl IntoView {
    view! {
            <CheckBox name="justification_required" label="Requestors must give a justification" checked=settings.justification_required/>
            <Questions questions=settings.questions/>
    }
    .into_any()
}

/// How long access lasts and whether it can last longer.
#[component]
pub fn Lifecycle(settings: PolicySettings) -> impl IntoView {
    let (lasts, length, until) = match settings.lasts {
        Lasts::Forever => ("forever", String::new(), String::new()),
        Lasts::Until { at } => ("until", String::new(), at.iso().chars().take(16).collect()),
        Lasts::For { minutes } if minutes % DAY == 0 => ("days", (minutes / DAY).to_string(), String::new()),
        Lasts::For { minutes } => ("hours", minutes.div_ceil(60).to_string(), String::new()),
    };
    let spans = vec![
        Choice::new("forever", "Until it is removed", ""),
        Choice::new("until", "Until a date", ""),
        Choice::new("days", "For a number of days", ""),
        Choice::new("hours", "For a number of hours", ""),
    ];
    view! {
            <RadioGroup name="lasts" legend="Access lasts" hint="The time starts when access is given, after the last approval." value=lasts options=spans/>
            <div class="row-of-fields">
                <TextField name="lasts_length" label="Days or hours" kind="number" value=length extra=true/>
                <TextField name="lasts_until" label="End (UTC)" kind="datetime-local" value=until extra=true/>
            </div>
            <CheckBox name="extension_allowed" label="Holders can extend" hint="Offered from 14 days before the end." checked=settings.extension_allowed/>
            <CheckBox name="extension_needs_approval" label="Extending needs approval" hint="By the stages above." checked=settings.extension_needs_approval/>
            <CheckBox name="timeline_allowed" label="Requestors can choose start and end" checked=settings.timeline_allowed/>
    }
    .into_any()
}

/// The parts that the form has now, by number: those that were typed before the page was made again, or as many as there are.
pub fn numbers(beginning: &str, there: usize) -> RwSignal<Vec<u32>> {
    let typed = use_form().typed_numbers(beginning);
    RwSignal::new(typed.unwrap_or_else(|| (0..u32::try_from(there).unwrap_or(0)).collect()))
}

/// `Stage 2`, as long as there is one before it.
pub fn position(
    numbers: RwSignal<Vec<u32>>,
    number: u32,
    word: &'static str,
) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    move || {
        let position = numbers.with(|all| all.iter().position(|one| *one == number)).unwrap_or(0) + 1;
        [word, " ", &position.to_string()].concat()
    }
}

#[component]
pub fn AddButton(act: &'static str, words: &'static str, numbers: RwSignal<Vec<u32>>) -> impl IntoView {
    let on_click = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        numbers.update(|all| all.push(all.iter().max().map_or(0, |last| last + 1)));
    };
    view! {
        <div class="group">
            <button class="button" type="submit" name="act" value=act on:click=on_click><Icon name="plus"/>{words}</button>
        </div>
    }
}

#[component]
pub fn RemoveButton(
    act: String,
    label: impl Fn() -> String + Clone + Send + Sync + 'static,
    number: u32,
    numbers: RwSignal<Vec<u32>>,
) -> impl IntoView {
    let on_click = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        numbers.update(|all| all.retain(|one| *one != number));
    };
    view! {
        <div class="group">
            <button class="button small bare danger" type="submit" name="act" value=act on:click=on_click>"Remove "{label}</button>
        </div>
    }
}

pub fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

#[component]
fn Questions(questions: Vec<Question>) -> impl IntoView {
    let numbers = numbers("questions[q", questions.len());
    let questions = StoredValue::new(questions);
    let one = move |number: u32| {
        let question = questions.with_value(|all| all.get(usize::try_from(number).unwrap_or(usize::MAX)).cloned());
        view! { <QuestionFields number question numbers/> }.into_any()
    };
    view! {
        <For each=move || numbers.get() key=|number| *number children=one/>
        <AddButton act="add_question" words="Add question" numbers/>
    }
    .into_any()
}

/// A line for each language, as the form sends it.
fn said(translations: &[Translation]) -> String {
    let line = |one: &Translation| {
        let mut parts = vec![one.text.clone()];
        if one.hint.is_some() || !one.choices.is_empty() || one.message.is_some() {
            parts.push(one.hint.clone().unwrap_or_default());
        }
        parts.extend(one.message.iter().chain(&one.choices).cloned());
        [&one.language, ": ", &parts.join(" | ")].concat()
    };
    translations.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[component]
fn QuestionFields(
    number: u32,
    #[prop(optional_no_strip)] question: Option<Question>,
    numbers: RwSignal<Vec<u32>>,
) -> impl IntoView {
    let name = move |field: &str| ["questions[q", &number.to_string(), "][", field, "]"].concat();
    let title = position(numbers, number, "Question");
    let label = title.clone();
    let id = question.as_ref().map(|question| question.id.to_string()).unwrap_or_default();
    let id = use_form().typed(&name("id")).unwrap_or(id);
    let (kind, choices, pattern) = match question.as_ref().map(|question| &question.answer) {
        None => ("short_text", Vec::new(), None),
        Some(AnswerKind::ShortText { pattern }) => ("short_text", Vec::new(), pattern.clone()),
        Some(AnswerKind::LongText { pattern }) => ("long_text", Vec::new(), pattern.clone()),
        Some(AnswerKind::SingleChoice { choices }) => ("single_choice", choices.clone(), None),
        Some(AnswerKind::MultipleChoice { choices }) => ("multiple_choice", choices.clone(), None),
        Some(AnswerKind::YesNo) => ("yes_no", Vec::new(), None),
    };
    let (expression, message) = pattern.map(|pattern| (pattern.expression, pattern.message)).unwrap_or_default();
    let required = question.as_ref().is_some_and(|question| question.required);
    let translations = question.as_ref().map(|question| said(&question.translations)).unwrap_or_default();
    let (text, hint) = question.map(|question| (question.text, question.hint.unwrap_or_default())).unwrap_or_default();
    let kinds = pairs(&[
        ("short_text", "Short text"),
        ("long_text", "Long text"),
        ("single_choice", "Single choice"),
        ("multiple_choice", "Multiple choice"),
        ("yes_no", "Yes or no"),
    ]);
    view! {
        <fieldset class="stage-editor" id=["question-", &number.to_string()].concat()>
            <legend>{title}</legend>
            <input type="hidden" name=name("id") value=id/>
            <TextField name=name("text") label="Question" value=text/>
            <TextField name=name("hint") label="Hint" value=hint optional=true/>
            <Pick name=name("kind") label="Answer" value=kind options=kinds/>
            <CheckBox name=name("required") label="An answer is required" checked=required/>
            <TextArea name=name("choices") label="Choices" hint="One a line, for single and multiple choice." value=choices.join("\n") rows=3 optional=true/>
            <div class="row-of-fields">
                <TextField name=name("pattern") label="Pattern" hint="A regular expression for text answers." value=expression optional=true/>
                <TextField name=name("message") label="Message when it does not fit" value=message optional=true/>
            </div>
            <TextArea
                name=name("translations")
                label="In other languages"
                hint="One language a line: its code, the question, then behind bars the hint and each choice in their order, or the message of the pattern. For example “de: Wofür? | Ihr Team weiß es | Lesen | Schreiben”. Whoever reads none of them reads the question above."
                value=translations
                rows=2
                optional=true
            />
            <RemoveButton act=["remove_question_", &number.to_string()].concat() label number numbers/>
        </fieldset>
    }
    .into_any()
}
