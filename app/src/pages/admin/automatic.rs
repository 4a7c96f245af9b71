//! The part of a policy's form for a rule that assigns: the rule, the grace period, and what saving would do. The button
//! posts the form without script; with script it asks in place. Whoever saves without having looked is asked to.

use crate::parts::form::{fields_around, use_form};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::catalog::PolicyOf;
use model::view::Persona;
use model::view::catalog::PolicyPreview;
use model::{PolicyId, query};

type Fields = [(String, String)];

/// What to ask about a form with these fields; nothing when no rule assigns.
fn question(fields: &Fields, of: PolicyOf, policy: Option<PolicyId>) -> Option<query::PolicyPreview> {
    let field = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    if field("scope") != Some("automatic") {
        return None;
    }
    Some(query::PolicyPreview {
        of,
        policy,
        enabled: field("enabled").is_some(),
        rule: field("rule").unwrap_or_default().to_owned(),
    })
}

#[component]
pub fn AutomaticFields(
    of: PolicyOf,
    #[prop(optional_no_strip)] policy: Option<PolicyId>,
    rule: String,
    grace_minutes: u32,
    /// It shows whom the rule matches, and so it is for those who may write one.
    may_preview: bool,
) -> impl IntoView {
    let form = use_form();
    // What was refused for another reason says that above the form.
    let looks = untrack(|| form.refusal()).is_none_or(|code| code == "preview_needed");
    let typed = form.typed_fields().filter(|_| looks);
    let asked = RwSignal::new(typed.and_then(|fields| question(&fields, of, policy)));
    Effect::new(move |_| {
        if form.refusal().is_some_and(|code| code == "preview_needed")
            && let Some(question) = question(&form.sent(), of, policy)
        {
            asked.set(Some(question));
        }
    });
    let on_preview = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        asked.set(question(&fields_around(&event), of, policy));
    };
    // What was found out about another rule is no longer true.
    let on_input = move |_| {
        if asked.with_untracked(Option::is_some) {
            asked.set(None);
        }
    };
    let preview = move || {
        asked.get().map(|question| {
            let rule = question.rule.clone();
            let answer = page_resource(move || Ok(question.clone()));
            let view = move |answer| view! { <Preview answer rule=rule.clone() when=when(of)/> }.into_any();
            view! { <Loaded of=answer view/> }.into_any()
        })
    };
    let (grace, unit) = number_and_unit(grace_minutes);
    view! {
        <div class="rule-editor stack only-automatic">
            <div on:input=on_input>
                <TextArea
                    name="rule"
                    label="Rule"
                    hint="For example user.department -eq \"IT Operations\". Who matches has the package as long as they match, and for the grace \
                          period afterwards."
                    value=rule
                    rows=5
                />
            </div>
            <div class="row-of-fields">
                <TextField
                    name="grace"
                    label="Grace period"
                    kind="number"
                    value=grace
                />
                <Pick name="grace_unit" label="Unit" value=unit options=span_units()/>
            </div>
            {may_preview.then(|| view! {
                <div class="group">
                    <button class="button" type="submit" name="act" value="preview" on:click=on_preview>"Preview"</button>
                </div>
            })}
            <div id="preview" aria-live="polite">{preview}</div>
        </div>
    }
    .into_any()
}

fn when(of: PolicyOf) -> &'static str {
    match of {
        PolicyOf::Package(_) | PolicyOf::Role(_) | PolicyOf::Template(_) => "When it is saved, ",
        PolicyOf::Draft(_) => "When the package is created, ",
    }
}

/// What a rule does when the package is created: looked up with the page, and again when it was refused because meanwhile
/// it does something else.
#[component]
pub fn AutomaticEffect(of: PolicyOf, enabled: bool, rule: String) -> impl IntoView {
    let form = use_form();
    let refusals = RwSignal::new(0_u32);
    Effect::new(move |_| {
        if form.refusal().is_some() {
            refusals.update(|all| *all += 1);
        }
    });
    let preview = move || {
        refusals.track();
        let (question, rule) = (query::PolicyPreview { of, policy: None, enabled, rule: rule.clone() }, rule.clone());
        let answer = page_resource(move || Ok(question.clone()));
        let view = move |answer| view! { <Preview answer rule=rule.clone() when=when(of)/> }.into_any();
        view! { <Loaded of=answer view/> }.into_any()
    };
    view! { <div aria-live="polite">{preview}</div> }.into_any()
}

#[component]
fn Preview(answer: PolicyPreview, rule: String, when: &'static str) -> impl IntoView {
    let PolicyPreview { matching, effect, gain, lose, refused } = answer;
    if let Some(refused) = refused {
        return view! { <RefusedBar refused role=""/> }.into_any();
    }
    let strong = match matching {
        0 => "The rule matches nobody.".to_owned(),
        1 => "The rule matches 1 person.".to_owned(),
        n => ["The rule matches ", &n.to_string(), " people."].concat(),
    };
    let text = [when, &effect.words(), "."].concat();
    let tone = if effect.lose > 0 || matching == 0 { "warn" } else { "good" };
    let (gains, loses) = (names("Gain it", gain, effect.gain), names("Lose it, after the grace period", lose, effect.lose));
    view! {
        <div class="stack">
            <Hidden name="seen_rule" value=rule/>
            <Hidden name="seen_gain" value=effect.gain.to_string()/>
            <Hidden name="seen_lose" value=effect.lose.to_string()/>
            <MessageBar tone strong text/>
            {gains}{loses}
        </div>
    }
    .into_any()
}

/// Some people by name, and how many more.
fn names(what: &'static str, people: Vec<Persona>, all: usize) -> Option<AnyView> {
    let more = all.saturating_sub(people.len());
    let names: Vec<String> = people.into_iter().map(|person| person.name).collect();
    let more = if more > 0 { [" and ", &more.to_string(), " more"].concat() } else { String::new() };
    let said = [" ", &names.join(", "), &more, "."].concat();
    (all > 0).then(|| view! { <p><b>{what}":"</b>{said}</p> }.into_any())
}
