//! The stages of an approval with their people, before and while they decide.

use super::badge::StateBadge;
use super::icon::Icon;
use super::persona::{GroupFace, Person};
use super::sentence::Sentence;
use leptos::prelude::*;
use model::view::PlanStage;

#[component]
pub fn Plan(stages: Vec<PlanStage>) -> impl IntoView {
    let stages = stages.into_iter().map(|stage| view! { <Stage stage/> }).collect_view();
    view! { <section class="plan" aria-label="Approval plan"><ol class="stages">{stages}</ol></section> }.into_any()
}

#[component]
fn Stage(stage: PlanStage) -> impl IntoView {
    let PlanStage { title, badge, now, people, crowd, webhook, hint } = stage;
    let tone = badge.as_ref().map(|badge| badge.tone.clone()).filter(|tone| tone != "plain");
    let people = people.into_iter().map(|who| view! { <Person who/> }).collect_view();
    let crowd = crowd.map(|crowd| {
        view! {
            <span class="persona">
                <GroupFace/>
                <span>{crowd}</span>
            </span>
        }
    });
    let webhook = webhook.map(|name| {
        view! {
            <span class="persona">
                <span class="face group-face" aria-hidden="true"><Icon name="send"/></span>
                <span class="name">{name}</span>
            </span>
        }
    });
    view! {
        <li class="stage" data-state=now.then_some("now") data-tone=tone>
            <header><h3>{title}</h3>{badge.map(|badge| view! { <StateBadge badge/> })}</header>
            <div class="people">{people}{crowd}{webhook}</div>
            {(!hint.is_empty()).then(|| view! { <p class="hint"><Sentence text=hint/></p> })}
        </li>
    }
    .into_any()
}
