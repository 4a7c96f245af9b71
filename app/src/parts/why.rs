//! Why somebody holds something: the path, and for each step where it comes from and who decided it.

use super::badge::StateBadge;
use super::countdown::TimeLeft;
use super::event::{Details, Spoken};
use super::form::AskForm;
use super::instant::{self, InstantField};
use super::message::MessageBar;
use super::path::PathLine;
use super::when::When;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use model::Ts;
use model::view::Countdown;
use model::view::audit::Told;
use model::view::why::{Access, Step};

/// Asks for a moment of the past. `children` are further fields of the same form.
#[component]
pub fn MomentForm(
    /// The address that answers.
    #[prop(into)]
    action: String,
    at: Option<Ts>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <AskForm id="moment" action class="filters">
            <InstantField name=AT label="At" extra=true value=at hint="A moment of the past; empty is now"/>
            {children.map(|children| children())}
            <div class="group"><button class="button" type="submit">"Show"</button></div>
        </AskForm>
    }
    .into_any()
}

/// The same after a moment that has no answer: it stands in the form as it was asked, with everything else that was.
#[component]
pub fn MomentAgain() -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let query = use_query_map().get_untracked();
    let said = |name: &str| query.get_str(name).unwrap_or_default().to_owned();
    let at = instant::read(&said(AT), &said("at_zone")).ok().flatten();
    let others = query.clone().into_iter().filter(|(name, _)| !matches!(name.as_ref(), AT | "at_zone" | "after"));
    let others = others.map(|(name, value)| view! { <input type="hidden" name=name.into_owned() value=value/> }).collect_view();
    view! { <MomentForm action=path at>{others}</MomentForm> }
}

/// The field of a moment.
pub const AT: &str = "at";

/// That an answer is about the past, and what has to be known about it.
#[component]
pub fn MomentBar(at: Option<Ts>, notes: Vec<String>, #[prop(into)] now: String) -> impl IntoView {
    at.map(|at| {
        let text = [&["As it was on ", &at.in_sentence(), "."].concat()[..], &notes.join(" ")].join(" ");
        view! { <MessageBar tone="work" text link=Some((now, "Show how it is now".to_owned()))/> }
    })
}

/// The rows of a table of access: name, path, state and end, and under the path why.
#[component]
pub fn AccessRow(access: Access) -> impl IntoView {
    let Access { name, kind, path, badge, ends, until, privileged, why } = access;
    view! {
        <tr class="event">
            <th scope="row">
                <span class="name">{name.clone()}</span>
                <span class="under">{kind}{privileged.then_some(" · privileged")}</span>
            </th>
            <td class="full" data-label="Path"><PathLine path/><Why of=name why/></td>
            <td data-label="State"><StateBadge badge/></td>
            <td data-label="Ends"><Ends left=ends until/></td>
        </tr>
    }
    .into_any()
}

/// When a path ends: the time that is left, or about the past when it ended or would have.
#[component]
pub fn Ends(#[prop(optional_no_strip)] left: Option<Countdown>, #[prop(optional_no_strip)] until: Option<Ts>) -> impl IntoView {
    match (left, until) {
        (Some(of), _) => view! { <TimeLeft of quiet=true/> }.into_any(),
        (None, Some(at)) => view! { <When at/> }.into_any(),
        (None, None) => "Permanent".into_any(),
    }
}

/// The steps, folded: they are long, and asked for one by one.
#[component]
pub fn Why(#[prop(into)] of: String, why: Vec<Step>) -> impl IntoView {
    let one = why.len() == 1;
    let steps = why
        .into_iter()
        .map(|Step { said, because }| {
            let because = because.into_iter().map(line).collect_view();
            // A path of one step says what it is about beside it.
            let said = (!one).then(|| view! { <p class="step"><Spoken said/></p> });
            view! { <li>{said}<ul class="because">{because}</ul></li> }
        })
        .collect_view();
    view! {
        <details class="why">
            <summary>"Why"<span class="sr">" "{of}</span></summary>
            <ol>{steps}</ol>
        </details>
    }
    .into_any()
}

/// The one step of what is assigned directly, open.
#[component]
pub fn Because(why: Vec<Step>) -> impl IntoView {
    let lines = why.into_iter().flat_map(|step| step.because).map(line).collect_view();
    view! { <ul class="because">{lines}</ul> }.into_any()
}

fn line(told: Told) -> impl IntoView {
    let said = told.said.clone();
    view! { <li><Spoken said/><Details told/></li> }
}
