//! Who did what, when, in their words, and what comes next.

use super::countdown::TimeLeft;
use super::icon::Icon;
use super::persona::Person;
use super::sentence::Sentence;
use super::when::When;
use leptos::prelude::*;
use model::view::request::Entry;

#[component]
pub fn Timeline(entries: Vec<Entry>) -> impl IntoView {
    let entries = entries.into_iter().map(|entry| view! { <TimelineEntry entry/> }).collect_view();
    view! { <ol class="timeline">{entries}</ol> }.into_any()
}

#[component]
fn TimelineEntry(entry: Entry) -> impl IntoView {
    let Entry { kind, state, tone, title, at, countdown, when, words, more, asked } = entry;
    let icon = (state != "note").then(|| view! { <Icon name=kind.symbol()/> });
    let time = match (countdown, at) {
        (Some(of), _) => view! { <TimeLeft of/> }.into_any(),
        (None, Some(at)) => view! { <When at/> }.into_any(),
        (None, None) if !when.is_empty() => view! { <span class="when"><Sentence text=when/></span> }.into_any(),
        (None, None) => ().into_any(),
    };
    let words = (!words.is_empty()).then(|| view! { <blockquote class="words">{words}</blockquote> });
    let now = state == "now" && !(asked.is_empty() && more.is_empty());
    let rest = if now {
        let asked = (!asked.is_empty()).then(|| {
            let people = asked.into_iter().map(|who| view! { <Person who size="big"/> }).collect_view();
            view! { <div class="asked">{people}</div> }
        });
        let more = more.into_iter().map(|line| view! { <p class="hint"><Sentence text=line/></p> }).collect_view();
        view! { {words}<div class="here">{asked}{more}</div> }.into_any()
    } else {
        let more = more.into_iter().map(|line| view! { <p class="more"><Sentence text=line/></p> }).collect_view();
        view! { {more}{words} }.into_any()
    };
    view! {
        <li data-state=state data-tone=(tone != "plain" && !tone.is_empty()).then_some(tone)>
            <span class="node">{icon}</span>
            <div>
                <div class="say"><span><Sentence text=title/></span>{time}</div>
                {rest}
            </div>
        </li>
    }
    .into_any()
}
