//! `/admin/groups/{id}`: one group, who is in it, who owns it, and what it gives.

use super::members::{AddMemberForm, Members};
use super::{GROUPS, NewReview, below, parsed, read_id};
use crate::pages::audit::AuditTab;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::audit::Place;
use model::query;
use model::review::Reviewed;
use model::time::count;
use model::view::Fact;
use model::view::admin::{Given, Group};

const TABS: [(&str, &str); 4] = [("members", "Members"), ("owners", "Owners"), ("roles", "Roles"), ("audit", "Audit")];

#[component]
pub fn GroupPage() -> impl IntoView {
    let (id, after, person) = (read_id(), query_after(), query_value("person"));
    let group =
        page_resource(move || Ok(query::Group { group: parsed(&id.get(), "group")?, after: after.get(), person: person.get() }));
    let view = move |group| view! { <Whole group searched=person.get_untracked()/> }.into_any();
    view! { <Loaded of=group view/> }.into_any()
}

#[component]
fn Whole(group: Group, searched: String) -> impl IntoView {
    let chosen = query_value("tab");
    let tab = Memo::new(move |_| chosen.with(|chosen| read_tab(chosen).to_owned()));
    let path = below(GROUPS, &group.group.to_string());
    let name = group.name.clone();
    let crumbs = vec![(GROUPS.to_owned(), "Groups".to_owned())];
    let description = group.description.clone();
    let edit = group.may_edit.then(|| view! { <a class="button" href=[&path, "/edit"].concat()>"Edit"</a> });
    let privileged = view! { <a class="button" href=[&path, "/privileged"].concat()>"Privileged access"</a> };
    let holders = view! { <a class="button" href=[&path, "/holders"].concat()>"Who and why"</a> };
    let review = group.may_review.then(|| view! { <NewReview of=Reviewed::Group(group.group)/> });
    let acts = view! { {holders}{privileged}{review}{edit} }.into_any();
    let picture = view! { <span class="face huge group-face" aria-hidden="true"><Icon name="team"/></span> }.into_any();
    let sees_audit = group.sees_audit;
    let tabs = TABS.into_iter().filter(|(key, _)| sees_audit || *key != "audit");
    let tabs = tabs.map(|(key, name)| Tab::new(key, name, address(&path, &[("tab", tab_key(key))]))).collect();
    let facts = facts(&group);
    let rule = group.rule.clone().map(|rule| {
        view! { <Card title="Rule"><div class="body"><pre class="rule-text" tabindex="0"><code>{rule}</code></pre></div></Card> }
    });
    let group = StoredValue::new(group);
    let panel = move || {
        let group = group.get_value();
        let path = path.clone();
        match read_tab(&tab.get()) {
            "owners" => view! { <Owners group path searched=searched.clone()/> }.into_any(),
            "roles" => view! { <Gives gives=group.gives/> }.into_any(),
            "audit" => view! { <AuditTab place=Place::Group(group.group)/> }.into_any(),
            _ => view! { <MembersTab group path searched=searched.clone()/> }.into_any(),
        }
    };
    view! {
        <Page title=name.clone()>
            <PageHeader title=name crumbs text=description picture acts/>
            <div class="split">
                <div><div><Tabs label="Group" tabs chosen=tab>{panel}</Tabs></div></div>
                <aside aria-label="About this group">
                    <Card title="About"><div class="body"><Facts facts/></div></Card>
                    {rule}
                </aside>
            </div>
        </Page>
    }
    .into_any()
}

fn read_tab(text: &str) -> &'static str {
    TABS.iter().map(|(key, _)| *key).find(|key| *key == text).unwrap_or("members")
}

/// The first tab has the plain address.
fn tab_key(key: &'static str) -> &'static str {
    if key == "members" { "" } else { key }
}

fn facts(group: &Group) -> Vec<Fact> {
    let fact = |name: &str, value: &str| Fact { name: name.to_owned(), value: value.to_owned() };
    vec![
        fact("Membership", if group.rule.is_some() { "Dynamic" } else { "Assigned" }),
        fact("Members", &group.member_count.to_string()),
        fact("Roles", if group.role_assignable { "Can be assigned to this group" } else { "Cannot be assigned to this group" }),
    ]
}

#[component]
fn MembersTab(group: Group, path: String, searched: String) -> impl IntoView {
    let dynamic = group.rule.is_some();
    let id = group.group.to_string();
    let add = if dynamic {
        let text = "The rule decides who is a member. Change the rule, or the attributes of a person.";
        view! { <p class="quiet">{text}</p> }.into_any()
    } else {
        let (id, path, people) = (id.clone(), path.clone(), group.people);
        group.may_edit.then(|| view! { <AddMemberForm group=id people path searched as_owner=false/> }).into_any()
    };
    let pager = view! { <Pager path paging=group.paging/> }.into_any();
    let list = if group.members.is_empty() {
        let text = if dynamic {
            "Nobody fits the rule now. Whoever does becomes a member by themselves."
        } else {
            "People who are added here, or get the group through an access package, appear here."
        };
        view! { <Empty title="No members" text/>{pager} }.into_any()
    } else {
        let effect = lost(&group.gives);
        view! { <Members group=id of=group.name rows=group.members effect pager as_owner=false/> }.into_any()
    };
    view! { {add}{list} }
}

#[component]
fn Owners(group: Group, path: String, searched: String) -> impl IntoView {
    let id = group.group.to_string();
    let (add_to, people) = (id.clone(), group.people);
    let add = group.may_edit.then(|| view! { <AddMemberForm group=add_to people path searched as_owner=true/> });
    let list = if group.owners.is_empty() {
        let text = "Owners change the group and its members without any role. Administrators can do it as well.";
        view! { <Empty title="No owners" text/> }.into_any()
    } else {
        let effect = "They can no longer change the group and its members.".to_owned();
        view! { <Members group=id of=group.name rows=group.owners effect as_owner=true/> }.into_any()
    };
    view! { {add}{list} }
}

/// What somebody loses who is taken out.
fn lost(gives: &[Given]) -> String {
    match i64::try_from(gives.iter().filter(|one| one.active).count()).unwrap_or(i64::MAX) {
        0 => "The group gives nothing now, so no access is lost.".to_owned(),
        n => ["What the group gives ends for them at once: ", &count(n, "role"), "."].concat(),
    }
}

#[component]
fn Gives(gives: Vec<Given>) -> impl IntoView {
    if gives.is_empty() {
        let text =
            "Directory roles and application roles that are assigned to this group, and so to all its members, appear here.";
        return view! { <Empty title="Gives nothing yet" text/> }.into_any();
    }
    let rows = gives.into_iter().map(|Given { name, kind, badge, active: _, ends }| {
        let ends = match ends {
            Some(of) => view! { <TimeLeft of quiet=true/> }.into_any(),
            None => "Permanent".into_any(),
        };
        view! {
            <tr>
                <th scope="row"><span class="name">{name}</span></th>
                <td data-label="Kind">{kind}</td>
                <td data-label="State"><StateBadge badge/></td>
                <td data-label="Ends">{ends}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! { <Listing caption="What the group gives to its members" columns=vec!["Name", "Kind", "State", "Ends"] dense=true>{rows}</Listing> }
        .into_any()
}
