//! The cells of one thing that somebody holds and that is reviewed: for whoever decides about it, and in the results.

use super::badge::{KindBadge, StateBadge};
use super::icon::IconBox;
use super::persona::{Person, Team};
use super::sentence::Sentence;
use super::when::When;
use leptos::prelude::*;
use model::review::Decision;
use model::view::review::{Decided, Row};
use model::view::{Badge, Icon, Persona};

/// Who it is, and what they hold.
#[component]
pub fn WhoCell(
    row: Row,
    /// What selects the row.
    #[prop(default = None, into)]
    pick: Option<AnyView>,
) -> impl IntoView {
    let Row { person, icon, name, under, href, holds, privileged, .. } = row;
    let href = href.unwrap_or_default();
    let who = match (person, icon) {
        (Some(id), _) => view! { <Person who=Persona { id, name, under } size="big" href/> }.into_any(),
        (None, Icon::Group) if !href.is_empty() => view! { <Team name href under/> }.into_any(),
        (None, icon) => view! {
            <span class="persona"><IconBox name=icon.symbol()/><span>{name}" "<small>{under}</small></span></span>
        }
        .into_any(),
    };
    let holds = (!holds.is_empty()).then(|| view! { <KindBadge word=holds/> });
    let privileged = privileged.then(|| view! { <KindBadge word="Privileged" tone="warn"/> });
    let marks = (holds.is_some() || privileged.is_some()).then(|| view! { <span class="group marks">{holds}{privileged}</span> });
    view! { <th scope="row"><span class="picks">{pick}<span>{who}{marks}</span></span></th> }.into_any()
}

/// Through what they hold it, what is different from the last time and what colleagues hold, and folded below it why, and what was decided before.
#[component]
pub fn SourceCell(row: Row) -> impl IntoView {
    let Row { name, source, source_under, why, earlier, since, then, peers, .. } = row;
    let under = (!source_under.is_empty()).then(|| view! { <span class="under">{source_under}</span> });
    let more = (why.is_some() || !earlier.is_empty()).then(|| {
        let why = why.map(|why| view! { <p><Sentence text=why/></p> });
        let earlier = (!earlier.is_empty()).then(|| {
            let all = earlier.into_iter().map(|decided| view! { <li><Said decided/></li> }).collect_view();
            view! { <p class="step">"Decided before"</p><ul class="stack">{all}</ul> }
        });
        view! {
            <details class="why">
                <summary>"Details"<span class="sr">" of "{name}</span></summary>
                <div class="because">{why}{earlier}</div>
            </details>
        }
    });
    let then = then.map(|Decided { what, by, at, .. }| view! { " "{what}" by "{by}" on "<When at/>"." });
    let since = (!since.is_empty()).then(|| view! { <span class="under since"><Sentence text=since/>{then}</span> });
    let peers = (!peers.is_empty()).then(|| view! { <span class="under peers">{peers}</span> });
    view! { <td data-label="Source">{source}{under}{since}{peers}{more}</td> }.into_any()
}

/// When they signed in last, and when they used it last.
#[component]
pub fn UseCell(row: Row) -> impl IntoView {
    let signed_in = match row.last_sign_in {
        Some(at) => view! { <When at/> }.into_any(),
        None => "Never".into_any(),
    };
    let active = row.last_active.map(|at| view! { <span class="under">"active "<When at/></span> });
    view! { <td class="reviewed" data-label="Last sign-in">{signed_in}{active}</td> }.into_any()
}

/// Until when it lasts, and what became of it since the review began.
#[component]
pub fn EndsCell(row: Row) -> impl IntoView {
    let ends = match row.ends_at {
        Some(at) => view! { <When at/> }.into_any(),
        None => "Permanent".into_any(),
    };
    let changed = row.changed.map(|text| view! { <span class="under changed"><Sentence text/></span> });
    view! { <td class="reviewed" data-label="Ends">{ends}{changed}</td> }.into_any()
}

#[component]
pub fn RecommendationCell(row: Row) -> impl IntoView {
    let word = row.recommendation.map(|recommended| match recommended {
        Decision::Approve => view! { <KindBadge word="Approve" tone="good"/> }.into_any(),
        Decision::Deny => view! { <KindBadge word="Deny" tone="bad"/> }.into_any(),
        Decision::NotReviewed | Decision::DontKnow => "None".into_any(),
    });
    let word = word.unwrap_or_else(|| view! { <span class="quiet">"None"</span> }.into_any());
    let because = (!row.recommended_because.is_empty()).then(|| view! { <span class="under">{row.recommended_because}</span> });
    view! { <td data-label="Recommendation">{word}{because}</td> }.into_any()
}

/// What was decided: the word, and below it by whom, when and why.
#[component]
pub fn Verdict(decision: Decision, #[prop(optional_no_strip)] decided: Option<Decided>) -> impl IntoView {
    let badge = Badge::new(decision.words(), decision.tone());
    let under = decided.map(|Decided { by, at, reason, how, .. }| {
        let how = (!how.is_empty()).then(|| [", ", &how].concat());
        let reason = (!reason.is_empty()).then(|| view! { <span class="under">"“"{reason}"”"</span> });
        view! { <span class="under">{by}{how}", "<When at/></span>{reason} }
    });
    view! { <StateBadge badge/>{under} }.into_any()
}

/// An earlier decision in a sentence.
#[component]
fn Said(decided: Decided) -> impl IntoView {
    let Decided { what, by, at, reason, how, .. } = decided;
    let how = (!how.is_empty()).then(|| [", ", &how].concat());
    let reason = (!reason.is_empty()).then(|| view! { ": “"{reason}"”" });
    view! { <b>{what}</b>" "{by}{how}", "<When at/>{reason} }.into_any()
}
