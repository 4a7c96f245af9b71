//! `/my-roles/activate?assignment=…`: the form that activates one or several.

use super::super::my_access::parsed;
use super::profiles::SaveProfile;
use crate::calls::CallError;
use crate::calls::my_roles::ActivateRoles;
use crate::parts::prelude::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::query;
use model::view::my_roles::{Activating, Emergency, Item, Kind};
use model::view::terms::ToAccept;
use model::{Refusal, Refused};

#[component]
pub fn ActivatePage() -> impl IntoView {
    let query = use_query_map();
    let chosen = Memo::new(move |_| query.with(|query| query.get_all("assignment").unwrap_or_default()));
    let form = page_resource(move || {
        let ids =
            chosen.with(|chosen| chosen.iter().map(|id| parsed(id, "eligible assignment")).collect::<Result<Vec<_>, _>>())?;
        // Asked for nothing, there is nothing to read: the page says so by itself.
        if ids.is_empty() { Err(CallError::NotFound(none().into())) } else { Ok(query::Activating { assignments: ids }) }
    });
    let nothing = move || chosen.with(Vec::is_empty);
    view! {
        <Show when=nothing fallback=move || view! { <Loaded of=form view=|form| view! { <Whole form/> }.into_any()/> }>
            <Page title="Activate">
                <PageHeader title="Activate"/>
                <Empty
                    title="Nothing is selected"
                    text="Select what you want to activate in the list of your eligible assignments."
                    link=("/my-roles".to_owned(), "My roles".to_owned())
                />
            </Page>
        </Show>
    }
    .into_any()
}

fn none() -> Refusal {
    Refusal::NotFound { what: "eligible assignment" }
}

#[component]
fn Whole(form: Activating) -> impl IntoView {
    let Activating { items, max_minutes, minutes, strictest, justification_required, ticket_required, proof, terms, emergency } =
        form;
    let title = match items.as_slice() {
        [only] => ["Activate ", &only.called()].concat(),
        all => ["Activate ", &all.len().to_string(), " roles"].concat(),
    };
    let kind = if items.iter().any(|item| item.via.is_empty()) { Kind::DirectoryRoles } else { Kind::Groups };
    let back = address("/my-roles", &[("kind", kind.key())]);
    let to_list = back.clone();
    let crumbs = vec![(back.clone(), "My roles".to_owned())];
    let chosen: Vec<String> =
        items.iter().filter(|item| item.refused.is_none()).map(|item| item.assignment.to_string()).collect();
    let open = !chosen.is_empty();
    let several = items.len() > 1;
    let save = (chosen.len() > 1).then(|| view! { <SaveProfile chosen=chosen.clone()/> });
    let plans = items
        .iter()
        .filter(|item| item.refused.is_none())
        .map(|item| view! { <Decides item=item.clone() several/> })
        .collect_view();
    let lines = items.into_iter().map(|item| line(item, several)).collect_view();
    let most = ["At most ", &hours(max_minutes), ", in steps of half an hour"].concat();
    let hint = match strictest {
        Some(role) => [&most, ": “", &role, "” allows the least."].concat(),
        None => [&most, "."].concat(),
    };
    let fields = open.then(|| {
        view! {
            <PostForm call=ActivateRoles::PATH>
                <Verification form="activate_roles" proof/>
                {chosen.into_iter().map(|id| view! { <input type="hidden" name="chosen[]" value=id/> }).collect_view()}
                <Hidden name="kind" value=kind.key()/>
                <TextField name="duration" label="Duration (hours)" hint kind="number" step="0.5" value=decimal(minutes)/>
                <TextArea
                    name="justification"
                    label="Reason"
                    hint="It stays in the history. Whoever decides reads it."
                    optional=!justification_required
                />
                {ticket_required.then(|| view! { <TicketFields/> })}
                {terms.into_iter().map(|terms| view! { <Accept terms/> }).collect_view()}
                <Without emergency/>
                <InstantField name="starts" label="Start later" hint="Leave it empty to start at once, or as soon as it is approved."/>
                <FormActs label="Activate" back=back.clone()/>
            </PostForm>
        }
    });
    let none = (!open).then_some(view! { <p><a class="button" href=to_list>"Back to my roles"</a></p> });
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs/>
            <UnfinishedBar form="activate_roles"/>
            <div class="split">
                <div>{fields}{none}</div>
                <aside aria-label="What is activated">
                    <Card title="What you activate"><ul class="lines">{lines}</ul></Card>
                    {plans}
                    {save}
                </aside>
            </div>
        </Page>
    }
    .into_any()
}

/// One that is activated, or why it cannot be now.
fn line(item: Item, several: bool) -> AnyView {
    let Item { assignment: _, icon, name, via, at_most, proof, until, plan: _, refused } = item;
    let under = match refused {
        Some(Refused { sentence, link, .. }) => {
            let left_out = several.then_some(" It is left out.");
            let link = link.map(|(href, words)| view! { " "<a href=href>{words}</a> });
            view! { <Sentence text=sentence/>{left_out}{link} }.into_any()
        }
        None => {
            let via = (!via.is_empty()).then(|| [via.as_str(), " · "].concat());
            let until = until.map(|at| view! { " · eligible until "<When at/> });
            let proof = (!proof.is_empty()).then(|| [" · ", &proof].concat());
            view! { {via}{at_most}{proof}{until} }.into_any()
        }
    };
    view! { <Line picture=view! { <IconBox name=icon.symbol() tone="work"/> }.into_any() name under/> }.into_any()
}

/// Who is asked about one of them.
#[component]
fn Decides(item: Item, several: bool) -> impl IntoView {
    let title = if several { ["Who will decide about ", &item.called()].concat() } else { "Who will decide".to_owned() };
    let body = if item.plan.is_empty() {
        view! { <p class="quiet">"Nobody has to: it is active as soon as you ask."</p> }.into_any()
    } else {
        view! { <Plan stages=item.plan/> }.into_any()
    };
    view! { <Card title><div class="body">{body}</div></Card> }.into_any()
}

/// Terms of use to be read and accepted: the whole text stands here.
#[component]
fn Accept(terms: ToAccept) -> impl IntoView {
    let ToAccept { terms, name, version, text, again } = terms;
    // Not a digit first: forms read such a key as a place in a list.
    let field = ["accepted[t", &terms.to_string(), ":", &version.to_string(), "]"].concat();
    let label = ["I accept “", &name, "”, version ", &version.to_string()].concat();
    let hint = if again { "It was changed since you accepted it." } else { "" };
    view! {
        <fieldset class="field">
            <legend>"Terms of use: "{name}</legend>
            <div class="rule-text terms" tabindex="0" role="region" aria-label="Text of the terms">{text}</div>
            <CheckBox name=field label hint/>
        </fieldset>
    }
    .into_any()
}

/// Going without approval, for those who may: asked twice.
#[component]
fn Without(emergency: Emergency) -> impl IntoView {
    match emergency {
        Emergency::No => ().into_any(),
        Emergency::NotNow(refused) => {
            let text = ["Not without approval now. ", &refused.sentence].concat();
            view! { <MessageBar tone="warn" text/> }.into_any()
        }
        Emergency::Yes { reviewer } => {
            let hint =
                ["Everybody who would have been asked is told at once, and ", &reviewer, " reviews what you did."].concat();
            view! {
                <fieldset class="field">
                    <legend>"Emergency"</legend>
                    <CheckBox name="emergency" label="Activate without approval" hint/>
                    <CheckBox name="emergency_known" label="This is an emergency, and it cannot wait for approval"/>
                </fieldset>
            }
            .into_any()
        }
    }
}

/// `8 hours`, `half an hour`
fn hours(minutes: u32) -> String {
    match minutes {
        30 => "half an hour".to_owned(),
        60 => "1 hour".to_owned(),
        _ => [&decimal(minutes), " hours"].concat(),
    }
}

/// `2`, `1.5`
fn decimal(minutes: u32) -> String {
    let half = if minutes % 60 == 30 { ".5" } else { "" };
    [&(minutes / 60).to_string(), half].concat()
}
