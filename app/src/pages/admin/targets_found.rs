//! What was found at a target and nobody was given here, with what may become of it; and what was adopted.

use super::{USERS, below};
use crate::calls::target::{AdoptAccess, RemoveUnknownAccess};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::time::count;
use model::view::target::{Adoption, Finding};
use model::{ApplicationId, TargetId};

/// Membership that nobody was given here.
#[component]
pub fn Found(
    target: TargetId,
    findings: Vec<Finding>,
    /// How long what is adopted lasts.
    days: u32,
    may_change: bool,
) -> impl IntoView {
    if findings.is_empty() {
        return ().into_any();
    }
    let dialogs = may_change.then(|| {
        let all = findings.iter().filter(|found| found.unwanted.is_none());
        all.map(|one| view! { <Dialogs target one=one.clone() days/> }).collect_view()
    });
    let rows = findings.into_iter().map(|one| view! { <Line one may_change/> }).collect_view();
    let columns = vec!["Member there", "Here", "Role", "What holds it up", "Found"];
    view! {
        <section class="stack" aria-labelledby="found-h">
            <h2 id="found-h">"Unknown access"</h2>
            <p>"These are members there, and nobody gave it to them here."</p>
            <Listing caption="Unknown access" columns acts=may_change dense=true>{rows}</Listing>
            {dialogs}
        </section>
    }
    .into_any()
}

fn dialog_id(what: &str, key: &str) -> String {
    [what, "-", key].concat()
}

#[component]
fn Line(one: Finding, may_change: bool) -> impl IntoView {
    let Finding { key, role, called, found, person, why, adopt, unwanted, .. } = one;
    let waits = unwanted.is_some();
    let why = match unwanted {
        Some(words) => ["Somebody asked to remove it, and the target has not done it yet. ", &words].concat(),
        None => why,
    };
    let of = called.clone();
    let adopt = (adopt && !waits).then(|| {
        let of = of.clone();
        view! {
            <DialogButton id=dialog_id("adopt", &key) class="button small">"Adopt"<span class="sr">" "{of}</span></DialogButton>
        }
    });
    let remove = (!waits).then(|| {
        view! {
            <DialogButton id=dialog_id("remove", &key) class="button small danger">"Remove"<span class="sr">" "{of}</span></DialogButton>
        }
    });
    let here = match person {
        Some(who) => {
            let href = below(USERS, &who.id.to_string());
            view! { <Person who size="small" href/> }.into_any()
        }
        None => view! { <span class="quiet">"Nobody"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{called}</th>
            <td data-label="Here">{here}</td>
            <td data-label="Role">{role}</td>
            <td class="full" data-label="What holds it up"><Sentence text=why/></td>
            <td data-label="Found"><When at=found/></td>
            {may_change.then(|| view! { <td class="acts"><span class="group">{adopt}{remove}</span></td> })}
        </tr>
    }
    .into_any()
}

#[component]
fn Dialogs(target: TargetId, one: Finding, days: u32) -> impl IntoView {
    let Finding { key, role, role_id, remote_id, called, person, adopt, .. } = one;
    let (target, role_id) = (target.to_string(), role_id.to_string());
    let who = person.map_or_else(|| called.clone(), |person| person.name);
    let adopt = adopt.then(|| {
        let text = [&who, " holds “", &role, "” from now on, for ", &count(i64::from(days), "day"), ", as if it had been assigned here."];
        let (target, role_id, remote_id) = (target.clone(), role_id.clone(), remote_id.clone());
        let title = ["Adopt ", &called, "?"].concat();
        view! {
            <DialogForm id=dialog_id("adopt", &key) title call=AdoptAccess::PATH text=text.concat() label=["Adopt ", &called].concat() kind="main-act" about=("finding", key.clone())>
                <Hidden name="target" value=target/>
                <Hidden name="role" value=role_id/>
                <Hidden name="remote" value=remote_id/>
                <TextArea name="words" label="Reason"/>
            </DialogForm>
        }
    });
    let title = ["Remove ", &called, "?"].concat();
    let text = ["They lose “", &role, "” at the target: they are taken out of its group there."].concat();
    view! {
        {adopt}
        <DialogForm id=dialog_id("remove", &key) title call=RemoveUnknownAccess::PATH text label=["Remove ", &called].concat() about=("finding", key.clone())>
            <Hidden name="target" value=target/>
            <Hidden name="role" value=role_id/>
            <Hidden name="remote" value=remote_id/>
            <TextArea name="words" label="Reason"/>
        </DialogForm>
    }
    .into_any()
}

/// What became an assignment here.
#[component]
pub fn Adopted(application: ApplicationId, adoptions: Vec<Adoption>, more: bool) -> impl IntoView {
    if adoptions.is_empty() {
        return ().into_any();
    }
    let path = below(crate::calls::application::APPLICATIONS, &application.to_string());
    let latest = more.then(|| {
        let text = ["These are the latest ", &adoptions.len().to_string(), ". The audit log has all of them."].concat();
        view! { <p class="quiet">{text}</p> }
    });
    let rows = adoptions
        .into_iter()
        .map(|Adoption { person, role, role_id, called, adopted, by, badge, ends }| {
            let by = by.unwrap_or_else(|| "The setting".to_owned());
            let role_page = address(&path, &[("role", &role_id.to_string())]);
            let href = below(USERS, &person.id.to_string());
            view! {
                <tr>
                    <th scope="row"><Person who=person size="small" href/></th>
                    <td data-label="Role"><a href=role_page>{role}</a></td>
                    <td data-label="Called there">{called}</td>
                    <td data-label="Adopted"><When at=adopted/></td>
                    <td data-label="By">{by}</td>
                    <td data-label="State"><StateBadge badge/></td>
                    <td data-label="Ends">{ends.map(|at| view! { <When at/> })}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = vec!["Person", "Role", "Called there", "Adopted", "By", "State", "Ends"];
    view! {
        <section class="stack" aria-labelledby="adopted-h">
            <h2 id="adopted-h">"Adopted access"</h2>
            <p>"These were found there and are assignments here since then. They end on the page of the role, or by themselves."</p>
            <Listing caption="Adopted access" columns dense=true>{rows}</Listing>
            {latest}
        </section>
    }
    .into_any()
}
