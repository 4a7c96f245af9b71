//! Whom a membership rule would match, before the group is saved. Needs script; without it saving says the same.

use crate::calls::asking::asked;
use crate::calls::{Call, CallError};
use crate::parts::form::use_form;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::admin::RulePreview;

/// The rule's field with the button that tries it.
#[component]
pub fn RuleEditor(#[prop(into)] rule: String) -> impl IntoView {
    let text = RwSignal::new(use_form().typed("rule").unwrap_or_else(|| rule.clone()));
    let tried = RwSignal::new(None::<(String, Call<RulePreview>)>);
    let busy = RwSignal::new(false);
    let turn = StoredValue::new(0_u32);
    let check = move |_| {
        let rule = text.get_untracked();
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = asked(query::RulePreview { rule: rule.clone() }).await;
            // The page may be gone by now, or another try under way.
            if turn.try_get_value() == Some(mine) {
                busy.set(false);
                tried.set(Some((rule, answer)));
            }
        });
    };
    // What was found out about another text is no longer true.
    let result = move || tried.get().filter(|(rule, _)| text.with(|text| text == rule)).map(|(_, answer)| verdict(answer));
    view! {
        <div class="rule-editor stack" on:input=move |event| text.set(event_target_value(&event))>
            <TextArea
                name="rule"
                label="Rule"
                hint="For example (user.department -eq \"IT Operations\") and (user.accountEnabled -eq true). Who matches is a member, \
                      as long as they match."
                value=rule
                rows=5
            />
            <div class="group with-script">
                <button class="button" type="button" aria-busy=move || busy.get().then_some("true") on:click=check>"Check rule"</button>
            </div>
            <div class="with-script" aria-live="polite">{result}</div>
        </div>
    }
    .into_any()
}

fn verdict(answer: Call<RulePreview>) -> AnyView {
    match answer {
        Ok(RulePreview { matching, people }) => {
            let strong = match matching {
                0 => "Matches nobody.".to_owned(),
                1 => "Matches 1 person:".to_owned(),
                n => ["Matches ", &n.to_string(), " people:"].concat(),
            };
            let named = people.len();
            let names: Vec<String> = people.into_iter().map(|person| person.name).collect();
            let more = usize::try_from(matching).unwrap_or(usize::MAX).saturating_sub(named);
            let more = if more > 0 { [" and ", &more.to_string(), " more"].concat() } else { String::new() };
            let text = match matching {
                0 => "The rule is in order, and nobody fits it now.".to_owned(),
                _ => [names.join(", "), more, ".".to_owned()].concat(),
            };
            let tone = if matching == 0 { "warn" } else { "good" };
            view! { <MessageBar tone strong text/> }.into_any()
        }
        Err(CallError::Refused(refused)) => view! { <RefusedBar refused role=""/> }.into_any(),
        Err(error) => view! { <MessageBar tone="bad" text=error.to_string()/> }.into_any(),
    }
}
