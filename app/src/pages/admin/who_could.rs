//! The tab *Who could?* of a package: pick a person, and see what the rules say.

use super::{PACKAGES, USERS, below, parsed};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::view::Choice;
use model::view::who_could::{Could, PolicyStanding, WhoCould};
use model::{PackageId, query};

const TAB: (&str, &str) = ("tab", "who-could");

#[component]
pub fn WhoCouldTab(package: PackageId) -> impl IntoView {
    let (search, person, policy) = (query_value("search"), query_value("person"), query_value("policy"));
    let answer = page_resource(move || {
        let person = person.get();
        let person = if person.is_empty() { None } else { Some(parsed(&person, "user")?) };
        Ok(query::WhoCould { package, search: search.get(), person })
    });
    let path = below(PACKAGES, &package.to_string());
    let find = path.clone();
    view! {
        <p class="quiet">
            "Pick a person to see whether they could request this package now, under which policy, and who would be asked."
        </p>
        <form class="tools" method="get" action=find role="search">
            <input type="hidden" name=TAB.0 value=TAB.1/>
            <input type="hidden" name="policy" prop:value=policy value=policy.get_untracked()/>
            <div class="search">
                <Icon name="search"/>
                <label class="sr" for="who-could-search">"Search people"</label>
                <input class="input" id="who-could-search" type="search" name="search" prop:value=search value=search.get_untracked() placeholder="Search people" autocomplete="off"/>
            </div>
            <button class="button" type="submit">"Search"</button>
        </form>
        <Loaded of=answer view=move |answer| view! { <Answer answer path=path.clone() policy=policy.get_untracked()/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn Answer(answer: WhoCould, path: String, policy: String) -> impl IntoView {
    let WhoCould { search, people, could } = answer;
    let nobody = people.is_empty() && !search.trim().is_empty() && could.is_none();
    let nobody = nobody.then(|| {
        let text = ["Nobody who is enabled has “", &search, "” in the name, user name or e-mail. Try fewer or other letters."];
        view! { <Empty title="Nobody found" text=text.concat()/> }
    });
    let found = (!people.is_empty()).then(|| {
        let rows = people
            .into_iter()
            .map(|Choice { id, name, under }| {
                let href = address(&path, &[TAB, ("search", &search), ("policy", &policy), ("person", &id)]);
                view! { <NameCellRow href name under/> }
            })
            .collect_view();
        view! { <Listing caption="People found" columns=vec!["Name"] dense=true>{rows}</Listing> }
    });
    let could = could.map(|could| view! { <Verdict could path=path.clone() policy=policy.clone()/> });
    view! { <div class="stack">{could}{nobody}{found}</div> }.into_any()
}

#[component]
fn NameCellRow(href: String, name: String, under: String) -> impl IntoView {
    view! { <tr><NameCell icon="user" href name under/></tr> }
}

/// `policy` is the one whose page the reader came from: it stands first.
#[component]
fn Verdict(could: Could, path: String, policy: String) -> impl IntoView {
    let Could { who, badge, says, told, mut policies } = could;
    let from = policy;
    policies.sort_by_key(|standing| standing.policy.to_string() != from);
    let href = below(USERS, &who.id.to_string());
    let told = told.map(|text| view! { <MessageBar tone="warn" text=["They are told: ", &text].concat()/> });
    let none =
        policies.is_empty().then(|| view! { <p class="quiet">"The package has no policies, so nobody can request it."</p> });
    let policies = policies
        .into_iter()
        .map(|PolicyStanding { policy, name, badge, why, plan }| {
            let id = policy.to_string();
            let came = (id == from).then(|| view! { <p class="quiet">"You came from this policy."</p> });
            let href = [&path, "/policies/", &id].concat();
            let plan = plan.map(|stages| {
                if stages.is_empty() {
                    view! { <p>"Nobody has to approve it."</p> }.into_any()
                } else {
                    view! { <Plan stages/> }.into_any()
                }
            });
            view! {
                <section class="card">
                    <header><h3><a href=href>{name}</a></h3><StateBadge badge/></header>
                    <div class="body stack"><p>{why}</p>{came}{plan}</div>
                </section>
            }
        })
        .collect_view();
    view! {
        <section class="stack" aria-labelledby="could-h">
            <h2 id="could-h" class="group"><Person who href/><StateBadge badge/></h2>
            <p>{says}</p>
            {told}{none}{policies}
        </section>
    }
    .into_any()
}
