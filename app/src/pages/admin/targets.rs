//! `/admin/settings/targets`: applications that are told who holds their roles, and how people stand there.

use super::settings_parts::{Switches, crumbs, part, readonly, tested};
use super::targets_form::Form;
use super::targets_found::{Adopted, Found};
use super::{below, parsed, read_id};
use crate::calls::target::{DeleteTarget, ReconcileTarget, RetryTarget, SetTargetEnabled, TARGETS};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::target::{Kind, Target};
use model::time::people_or_nobody;
use model::view::target::{OneTarget, PersonRow, Row, TargetTest, TargetTrial, Targets, TrialLine};
use model::view::{Badge, Fact};

const NEW: &str = "/admin/settings/targets/new";
const SEES: &str = "targets and change nothing of them";
const NEW_LDAP: &str = "/admin/settings/targets/new-ldap";

/// The part of `/admin/settings`.
#[component]
pub fn TargetList(targets: Targets) -> impl IntoView {
    let Targets { rows, may_change, .. } = targets;
    let add = may_change.then(|| {
        view! {
            <a class="button main-act" href=NEW><Icon name="plus"/>"New SCIM target"</a>
            <a class="button" href=NEW_LDAP><Icon name="plus"/>"New LDAP target"</a>
        }
    });
    let list = if rows.is_empty() {
        let text = "With a target, an application is told who holds its roles, and takes them away when they end.";
        view! { <Empty title="There are no targets" text/> }.into_any()
    } else {
        let rows = rows.into_iter().map(|Row { target, application, badge, pending }| {
            view! {
                <tr>
                    <th scope="row"><a class="name" href=below(TARGETS, &target.id.to_string())>{target.name}</a></th>
                    <td data-label="Application">{application}</td>
                    <td data-label="Kind">{target.kind.name()}</td>
                    <td data-label="Address">{target.base_url}</td>
                    <td data-label="Pending">{people_or_nobody(pending)}</td>
                    <td data-label="State"><StateBadge badge/></td>
                </tr>
            }
        });
        let rows = rows.collect_view();
        let columns = vec!["Name", "Application", "Kind", "Address", "Pending", "State"];
        view! { <Listing caption="Targets" columns dense=true>{rows}</Listing> }.into_any()
    };
    part("targets-h", "Targets", add, list)
}

#[component]
pub fn NewTargetPage() -> impl IntoView {
    new_target("New SCIM target", false)
}

#[component]
pub fn NewLdapTargetPage() -> impl IntoView {
    new_target("New LDAP target", true)
}

fn new_target(title: &'static str, is_ldap: bool) -> impl IntoView {
    let targets = page_resource(|| Ok(query::Targets {}));
    let view = move |Targets { may_change, applications, .. }: Targets| {
        let form = match (may_change, applications.is_empty()) {
            (false, _) => readonly(SEES),
            (true, true) => {
                let text = "A target belongs to one application, and each application has one already, or there is none.";
                view! { <Empty title="There is no application without a target" text/> }.into_any()
            }
            (true, false) => view! { <Form applications of=None is_ldap groups=String::new()/> }.into_any(),
        };
        view! { <Page title><PageHeader title crumbs=crumbs(None)/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=targets view/> }.into_any()
}

#[component]
pub fn TargetPage() -> impl IntoView {
    let (id, after) = (read_id(), query_after());
    let target = page_resource(move || Ok(query::Target { target: parsed(&id.get(), "target")?, after: after.get() }));
    view! { <Loaded of=target view=|target| view! { <One target/> }.into_any()/> }.into_any()
}

#[component]
fn One(target: OneTarget) -> impl IntoView {
    let OneTarget {
        row,
        may_change,
        groups,
        roles,
        trouble,
        reconciled,
        uncompared,
        there,
        people: rows,
        more_waiting,
        paging,
        findings,
        adoptions,
        more_adoptions,
    } = target;
    let Row { target, application, badge, .. } = row;
    let path = below(TARGETS, &target.id.to_string());
    // Nothing is done at a target that is disabled.
    let tries = may_change && target.enabled;
    let title = target.name.clone();
    let acts = may_change.then(|| view! { <Acts target=target.clone() there/> }.into_any());
    let has = if there > 1 { " have access there." } else { " has access there." };
    let text = [people_or_nobody(there).as_str(), has].concat();
    let more = (more_waiting > 0).then(|| {
        let are = if more_waiting == 1 { " more is pending or overdue" } else { " more are pending or overdue" };
        view! { <MessageBar tone="warn" text=[&more_waiting.to_string(), are, ". The list begins with those who are looked at next."].concat()/> }
    });
    let trouble = trouble.map(|(why, at)| {
        view! {
            <MessageBar tone="bad" text=why/>
            <p>"It is asked again on "<When at/>"."</p>
        }
    });
    let words = if uncompared.is_some() { "What could be compared was compared on " } else { "Everything was compared on " };
    let reconciled = reconciled.map(|at| view! { <p class="quiet">{words}<When at/>"."</p> });
    let uncompared = uncompared.map(|text| view! { <MessageBar tone="warn" text/> });
    let mapped = roles.into_iter().map(|(role, group)| Fact { name: role, value: group }).collect();
    let settings = if may_change {
        let is_ldap = target.kind.directory().is_some();
        view! { <Form applications=Vec::new() of=Some(target.clone()) is_ldap groups/> }.into_any()
    } else {
        view! { {readonly(SEES)}<Shown target=target.clone()/> }.into_any()
    };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs=crumbs(None) badge=Some(badge) text acts/>
            {trouble}
            <section class="stack" aria-labelledby="people-h">
                <h2 id="people-h">"People"</h2>
                {more}
                <PeopleRows id=target.id.to_string() rows may_change=tries/>
                <Pager path paging/>
            </section>
            <Found target=target.id findings days=target.adopted_days may_change=tries/>
            <Adopted application=target.application adoptions more=more_adoptions/>
            <section class="stack" aria-labelledby="settings-h">
                <h2 id="settings-h">"Settings"</h2>
                {reconciled}
                {uncompared}
                <p>"The roles of “"{application}"” are groups there:"</p>
                <Facts facts=mapped/>
                {settings}
            </section>
        </Page>
    }
    .into_any()
}

#[component]
fn PeopleRows(id: String, rows: Vec<PersonRow>, may_change: bool) -> impl IntoView {
    if rows.is_empty() {
        let text = "Whoever holds a role of the application appears here as soon as it is brought to the target.";
        return view! { <Empty title="Nobody has access there" text/> }.into_any();
    }
    let rows = rows
        .into_iter()
        .map(|PersonRow { person, badge, has, why, since, again }| {
            let waits = since.is_some();
            let of = ["for ", &person.name].concat();
            let user = person.id.to_string();
            let href = ["/admin/users/", &user].concat();
            let target = id.clone();
            let act = (waits && may_change).then(|| {
                view! {
                    <PostForm call=RetryTarget::PATH class="" about=("user", user)>
                        <Hidden name="target" value=target/>
                        <SubmitButton label="Try again" of kind="small"/>
                    </PostForm>
                }
            });
            view! {
                <tr>
                    <th scope="row"><Person who=person size="small" href/></th>
                    <td data-label="State"><StateBadge badge/></td>
                    <td data-label="Has there">{has}</td>
                    <td class="full" data-label="Why">
                        {why}
                        {since.map(|at| view! { <small class="quiet">" Since "<When at/></small> })}
                        {again.map(|at| view! { <small class="quiet">", tried again "<When at/></small> })}
                    </td>
                    <td class="acts">{act}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = vec!["Person", "State", "Has there", "Why"];
    view! { <Listing caption="People at the target" columns acts=true dense=true>{rows}</Listing> }.into_any()
}

#[component]
fn Acts(target: Target, there: u32) -> impl IntoView {
    let Target { id, name, enabled, .. } = target;
    let id = id.to_string();
    let test = [&below(TARGETS, &id), "/test"].concat();
    let trial = [&below(TARGETS, &id), "/trial"].concat();
    let effects = (
        "Nothing is changed there any more: what people have there they keep, also when it ends here, until it is enabled again.",
        "Everything is compared at once: what is missing there is added, and what has ended is removed.",
    );
    let after = " Nobody looks after it any more. To have it removed, end the access first.";
    let gone = match there {
        0 => "Nobody has access there.".to_owned(),
        1 => ["1 person has access there and keeps it, also when it ends here.", after].concat(),
        there => [&there.to_string(), " people have access there and keep it, also when it ends here.", after].concat(),
    };
    let (now, seen) = (id.clone(), there.to_string());
    let (set_enabled, delete) = (SetTargetEnabled::PATH, DeleteTarget::PATH);
    view! {
        <a class="button" href=test>"Test"</a>
        <a class="button" href=trial>"Trial run"</a>
        {enabled.then(|| view! {
            <PostForm call=ReconcileTarget::PATH class="">
                <Hidden name="target" value=now/>
                <SubmitButton label="Reconcile now" kind=""/>
            </PostForm>
        })}
        <Switches about=("target", id) name enabled effects set_enabled delete gone seen/>
    }
    .into_any()
}

/// The settings for those who may only read them.
#[component]
fn Shown(target: Target) -> impl IntoView {
    let fact = |name: &str, value: &str| Fact { name: name.to_owned(), value: value.to_owned() };
    let mut facts = vec![fact("Kind", target.kind.name()), fact("Address", &target.base_url)];
    if let Kind::Ldap(directory) = &target.kind {
        facts.extend([
            fact("Signs in as", &directory.bind_dn),
            fact("Base of people", &directory.people),
            fact("Attribute of people", &directory.person_attribute),
            fact("Compared with", directory.person_by.name()),
            fact("Base of groups", &directory.groups),
            fact("Attribute of members", directory.member_attribute.name()),
        ]);
        facts.extend(directory.stand_in().map(|stand_in| fact("Stands in empty groups", stand_in)));
    } else {
        facts.push(fact("Accounts without access", target.leavers.name()));
    }
    facts.extend([
        fact(target.kind.secret(), "Kept, and shown never again"),
        fact("Unknown access", target.drift.name()),
        fact("Days of adopted access", &target.adopted_days.to_string()),
        fact("Missing groups", if target.creates_groups { "Are made" } else { "Are not made" }),
        fact("Requests a second", &target.per_second.to_string()),
    ]);
    view! { <Facts facts/> }.into_any()
}

#[component]
pub fn TargetTestPage() -> impl IntoView {
    let id = read_id();
    let test = page_resource(move || Ok(query::TargetTest { target: parsed(&id.get(), "target")? }));
    let view = |test: TargetTest| {
        let TargetTest { target, name, at, good, steps } = test;
        tested(below(TARGETS, &target.to_string()), name, at, (good, steps), " Nothing was changed there.", ().into_any())
    };
    view! { <Loaded of=test view/> }.into_any()
}

#[component]
pub fn TargetTrialPage() -> impl IntoView {
    let id = read_id();
    let trial = page_resource(move || Ok(query::TargetTrial { target: parsed(&id.get(), "target")? }));
    view! { <Loaded of=trial view=|trial| view! { <Tried trial/> }.into_any()/> }.into_any()
}

#[component]
fn Tried(trial: TargetTrial) -> impl IntoView {
    let TargetTrial { target, name, at, failed, agree, lines, more } = trial;
    let path = below(TARGETS, &target.to_string());
    let title = ["Trial run of ", &name].concat();
    let differs = !lines.is_empty();
    let badge = Some(match (&failed, differs) {
        (Some(_), _) => Badge::new("Does not work", "bad"),
        (None, true) => Badge::new("Differs", "warn"),
        (None, false) => Badge::new("Agrees", "good"),
    });
    let failed = failed.map(|text| view! { <MessageBar tone="bad" text/> });
    let rows = lines
        .into_iter()
        .map(|TrialLine { what, tone, who, group }| {
            view! {
                <tr>
                    <th scope="row">{who}</th>
                    <td data-label="Group">{group}</td>
                    <td class="full" data-label="What would happen"><StateBadge badge=Badge::new(&what, &tone)/></td>
                </tr>
            }
        })
        .collect_view();
    let again = [&path, "/trial"].concat();
    let crumbs = crumbs(Some((path, name)));
    let acts = Some(view! { <a class="button" href=again rel="external">"Run again"</a> }.into_any());
    let columns = vec!["Who", "Group", "What would happen"];
    let list = differs.then(|| view! { <Listing caption="What would be changed" columns dense=true>{rows}</Listing> });
    let more = (more > 0).then(|| view! { <p>{["And ", &more.to_string(), " more."].concat()}</p> });
    let agree = match agree {
        0 if differs || failed.is_some() => String::new(),
        0 => "Nobody has a role of the application, neither here nor there.".to_owned(),
        1 => "1 membership is as it should be.".to_owned(),
        agree => [&agree.to_string(), " memberships are as they should be."].concat(),
    };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs badge acts/>
            <p>"Compared on "<When at/>". Nothing was changed there. "{agree}</p>
            {failed}
            {list}
            {more}
        </Page>
    }
    .into_any()
}
