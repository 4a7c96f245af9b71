//! `/admin/roles/discovery/change?assignment=…`: what would come of making standing access eligible or of taking it away, and
//! the form that does it.

use super::super::my_access::parsed;
use super::ROLES;
use super::discovery::PATH;
use crate::calls::CallError;
use crate::calls::standing_access::ChangeStandingAccess;
use crate::parts::prelude::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::time::count;
use model::view::standing_access::{Act, Item, StandingChange};
use model::{Refusal, Refused, query};

#[component]
pub fn DiscoveryChangePage() -> impl IntoView {
    let query = use_query_map();
    let chosen = Memo::new(move |_| query.with(|query| query.get_all("assignment").unwrap_or_default()));
    let act = query_value("act");
    let change = page_resource(move || {
        let assignments =
            chosen.with(|chosen| chosen.iter().map(|id| parsed(id, "assignment")).collect::<Result<Vec<_>, _>>())?;
        if assignments.is_empty() {
            return Err(CallError::NotFound(Refusal::NotFound { what: "assignment" }.into()));
        }
        Ok(query::StandingChange { assignments, act: Act::from_key(&act.get()) })
    });
    let nothing = move || chosen.with(Vec::is_empty);
    view! {
        <Show when=nothing fallback=move || view! { <Loaded of=change view=|change| view! { <Whole change/> }.into_any()/> }>
            <Page title="Standing access">
                <PageHeader title="Standing access"/>
                <Empty
                    title="Nothing is selected"
                    text="Select whose roles you want to change in the list of those who hold them for good."
                    link=(PATH.to_owned(), "Standing access".to_owned())
                />
            </Page>
        </Show>
    }
    .into_any()
}

#[component]
fn Whole(change: StandingChange) -> impl IntoView {
    let StandingChange { act, items, justification_required, ticket_required } = change;
    let (stays, goes): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| item.refused.is_some());
    let title = match (act, goes.as_slice(), stays.as_slice()) {
        (Act::MakeEligible, [only], []) | (Act::MakeEligible, [], [only]) => ["Make ", &only.name, " eligible"].concat(),
        (Act::Remove, [only], []) | (Act::Remove, [], [only]) => ["Remove ", &only.role, " from ", &only.name].concat(),
        (Act::MakeEligible, ..) => "Make several eligible".to_owned(),
        (Act::Remove, ..) => "Remove several assignments".to_owned(),
    };
    let crumbs = vec![(ROLES.to_owned(), "Roles".to_owned()), (PATH.to_owned(), "Standing access".to_owned())];
    let chosen: Vec<String> = goes.iter().map(|item| item.assignment.to_string()).collect();
    let said = said(act, &goes, stays.len());
    let form = (!chosen.is_empty()).then(|| {
        let (label, kind) = match act {
            Act::MakeEligible => ("Make eligible", "main-act"),
            Act::Remove => ("Remove", "danger main-act"),
        };
        view! {
            <PostForm call=ChangeStandingAccess::PATH>
                {chosen.into_iter().map(|id| view! { <input type="hidden" name="chosen[]" value=id/> }).collect_view()}
                <Hidden name="act" value=act.key()/>
                <TextArea
                    name="justification"
                    label=if act == Act::Remove { "Reason" } else { "Justification" }
                    hint="It stays in the history of each of them."
                    optional=!justification_required
                />
                {ticket_required.then(|| view! { <TicketFields/> })}
                <div class="form-acts">
                    <SubmitButton label kind/>
                    <a class="button bare" href=PATH>"Cancel"</a>
                </div>
            </PostForm>
        }
    });
    let none = form.is_none().then_some(view! { <p><a class="button" href=PATH>"Back to standing access"</a></p> });
    let changes = (!goes.is_empty()).then(|| {
        let title = if act == Act::Remove { "What ends" } else { "What changes" };
        let lines = goes.into_iter().map(|item| line(item, act)).collect_view();
        view! { <Card title><ul class="lines">{lines}</ul></Card> }
    });
    let kept = (!stays.is_empty()).then(|| {
        let lines = stays.into_iter().map(|item| line(item, act)).collect_view();
        view! { <Card title="What stays as it is"><ul class="lines">{lines}</ul></Card> }
    });
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs/>
            <UnfinishedBar form="change_standing_access"/>
            <div class="split">
                <div>
                    <section class="stack" aria-label="What would come of it">{said}</section>
                    {form}
                    {none}
                </div>
                <aside aria-label="Who is concerned">{changes}{kept}</aside>
            </div>
        </Page>
    }
    .into_any()
}

/// The effect in sentences.
fn said(act: Act, goes: &[Item], stays: usize) -> AnyView {
    let n = goes.len();
    let number = |n: usize| count(i64::try_from(n).unwrap_or(0), "assignment");
    let people: Vec<&str> = goes.iter().filter(|item| item.people.is_none()).map(|item| item.name.as_str()).collect();
    let held = if n == 0 {
        "Nothing changes.".to_owned()
    } else if people.len() == n {
        let rest = match (act, n) {
            (Act::MakeEligible, 1) => " keeps the role as eligible, and has to activate it.",
            (Act::MakeEligible, _) => " keep the role as eligible, and have to activate it.",
            (Act::Remove, 1) => " loses the role at once.",
            (Act::Remove, _) => " lose the role at once.",
        };
        format!("{}{rest}", names(&people))
    } else {
        let rest = match (act, n) {
            (Act::MakeEligible, 1) => " becomes eligible, and has to be activated.",
            (Act::MakeEligible, _) => " become eligible, and have to be activated.",
            (Act::Remove, 1) => " ends at once.",
            (Act::Remove, _) => " end at once.",
        };
        format!("{}{rest}", number(n))
    };
    let stays = (stays > 0).then(|| {
        let rest =
            if stays == 1 { " stays as it is, for the reason given." } else { " stay as they are, for the reasons given." };
        let text = format!("{}{rest}", number(stays));
        view! { <MessageBar tone="warn" text/> }
    });
    let tone = if act == Act::Remove { "warn" } else { "work" };
    view! { <MessageBar tone text=held/>{stays} }.into_any()
}

/// `Ada, Ben and Cem`; beyond five `7 people`.
fn names(all: &[&str]) -> String {
    match all {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] if all.len() <= 5 => [&first.join(", "), " and ", last].concat(),
        many => format!("{} people", many.len()),
    }
}

fn line(item: Item, act: Act) -> AnyView {
    let Item { assignment: _, icon, name, role, people, keeps_by, refused } = item;
    let under = match refused {
        Some(Refused { sentence, link, .. }) => {
            let link = link.map(|(href, words)| view! { " "<a href=href>{words}</a> });
            view! { {role}": "<Sentence text=sentence/>{link} }.into_any()
        }
        None => {
            let people = people.map(|n| {
                let who = count(i64::from(n), "member");
                let what =
                    if act == Act::Remove { " lose it with the group." } else { " activate it for themselves from then on." };
                view! { ". "{who}{what} }
            });
            let keeps = keeps_by.map(|group| view! { ". It is still held through “"{group}"”." });
            view! { {role}{people}{keeps} }.into_any()
        }
    };
    view! { <Line picture=view! { <IconBox name=icon.symbol() tone="work"/> }.into_any() name under/> }.into_any()
}
