//! The history: `/admin/audit`, `/my-audit`, `/admin/roles/{id}/audit`, and the tabs *Audit* of people and groups.

use super::my_access::{parsed, read_id};
use crate::calls::CallError;
use crate::parts::instant;
use crate::parts::prelude::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::audit::{Filter, Place};
use model::event::{Area, Kind, Outcome};
use model::view::Badge;
use model::view::audit::{Audit, Picked, Row, Verified};
use model::{Refusal, Refused, query};

#[component]
pub fn AuditPage() -> impl IntoView {
    let audit = asked(|| Ok(Place::Everything));
    let view = |audit: Audit| {
        let text = "Everything that happened, the newest first. Nothing is ever changed or deleted.";
        let verified = verified(audit.verified.clone());
        let acts = downloads(&audit);
        view! {
            <Page title="Audit log">
                <PageHeader title="Audit log" text under=Some(verified) acts/>
                <div><Log audit/></div>
            </Page>
        }
        .into_any()
    };
    view! { <Loaded of=audit view/> }.into_any()
}

#[component]
pub fn MyAuditPage() -> impl IntoView {
    let audit = asked(|| Ok(Place::Mine));
    let view = |audit: Audit| {
        let text = "What you did, and what is about you, the newest first.";
        view! { <Page title="My audit"><PageHeader title="My audit" text/><div><Log audit/></div></Page> }.into_any()
    };
    view! { <Loaded of=audit view/> }.into_any()
}

#[component]
pub fn RoleAuditPage() -> impl IntoView {
    let id = read_id();
    let audit = asked(move || Ok(Place::Role(parsed(&id.get(), "role")?)));
    let view = move |audit: Audit| {
        let title = ["Audit of ", &audit.name].concat();
        let role = ["/admin/roles/", &id.get_untracked(), "/assignments"].concat();
        let crumbs = vec![("/admin/roles".to_owned(), "Roles".to_owned()), (role, audit.name.clone())];
        let text = "Who was assigned the role, who activated it, and what was changed about it.";
        let acts = downloads(&audit);
        view! { <Page title=title.clone()><PageHeader title crumbs text acts/><div><Log audit/></div></Page> }.into_any()
    };
    view! { <Loaded of=audit view/> }.into_any()
}

/// The tab *Audit* of a person or a group.
#[component]
pub fn AuditTab(place: Place) -> impl IntoView {
    let audit = asked(move || Ok(place));
    let view = |audit: Audit| {
        let acts = downloads(&audit).map(|acts| view! { <div class="group">{acts}</div> });
        view! { <Log audit/>{acts} }.into_any()
    };
    view! { <div><Loaded of=audit view/></div> }.into_any()
}

/// The values of a filter, as the address has them.
const NAMES: [&str; 8] = ["from", "from_zone", "to", "to_zone", "action", "actor", "target", "result"];

fn asked(place: impl Fn() -> Result<Place, CallError> + Send + Sync + 'static) -> PageResource<Audit> {
    let values = values();
    let after = query_after();
    page_resource(move || {
        let filter = values.with(|values| read(values)).map_err(|refusal| CallError::Refused(Refused::from(refusal)))?;
        Ok(query::Audit { place: place()?, filter, after: after.get() })
    })
}

fn values() -> Memo<Vec<(&'static str, String)>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| NAMES.map(|name| (name, query.get_str(name).unwrap_or_default().to_owned())).into()))
}

fn value<'a>(values: &'a [(&'static str, String)], name: &str) -> &'a str {
    values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.trim())
}

fn read(values: &[(&'static str, String)]) -> Result<Filter, Refusal> {
    let of = |name: &str| value(values, name);
    let malformed = |field: &str, message: String| Refusal::Malformed { field: field.to_owned(), message };
    let at = |name: &str, zone: &str| {
        instant::read(of(name), of(zone))
            .map_err(|text| malformed(name, ["“", &text, "” is not a date with a time. Write it as 2026-01-31T08:00."].concat()))
    };
    let known = |field: &str, found: bool| {
        let text = of(field);
        if text.is_empty() || found {
            return Ok(());
        }
        Err(malformed(field, ["“", text, "” is nothing to filter by. Choose an entry from the list."].concat()))
    };
    let (action, outcome) = (Kind::from_code(of("action")), Outcome::from_key(of("result")));
    known("action", action.is_some())?;
    known("result", outcome.is_some())?;
    Ok(Filter {
        from: at("from", "from_zone")?,
        to: at("to", "to_zone")?,
        action,
        actor: of("actor").to_owned(),
        target: of("target").to_owned(),
        outcome,
    })
}

/// Where a part of the history stands: its address, and the tab that stays in it.
fn stands(place: Place) -> (String, &'static str) {
    match place {
        Place::Everything => ("/admin/audit".to_owned(), ""),
        Place::Mine => ("/my-audit".to_owned(), ""),
        Place::Role(id) => (["/admin/roles/", &id.to_string(), "/audit"].concat(), ""),
        Place::User(id) => (["/admin/users/", &id.to_string()].concat(), "audit"),
        Place::Group(id) => (["/admin/groups/", &id.to_string()].concat(), "audit"),
    }
}

/// The address with these values, one of them perhaps another one.
fn address_with(place: Place, values: &[(&'static str, String)], other: Option<(&str, &str)>) -> String {
    let (path, tab) = stands(place);
    let mut query = vec![("tab", tab)];
    query.extend(values.iter().map(|(name, value)| match other {
        Some((changed, value)) if changed == *name => (*name, value),
        Some(_) | None => (*name, value.as_str()),
    }));
    address(&path, &query)
}

/// The same events as a file, in two forms.
fn downloads(audit: &Audit) -> Option<AnyView> {
    if !audit.may_export || audit.actor.open || audit.target.open {
        return None;
    }
    let values = values().get_untracked();
    let place = audit.place.to_string();
    let link = |file: &str, words: &'static str| {
        let mut query = vec![("place", place.as_str())];
        query.extend(values.iter().map(|(name, value)| (*name, value.as_str())));
        let href = address(&["/admin/", file].concat(), &query);
        view! { <a class="button" href=href download=file.to_owned() rel="external">{words}</a> }
    };
    Some(view! { {link("audit.csv", "Download CSV")}{link("audit.jsonl", "Download JSON Lines")} }.into_any())
}

/// `Verified up to event 1,204, on 5 Jan 2026, 08:00`
fn verified(verified: Option<Verified>) -> AnyView {
    match verified {
        None => "Not verified yet: “vestibule audit verify” on the server reads the whole chain and says so here.".into_any(),
        Some(Verified { at, sound, fault: None }) => {
            view! { "Verified up to event "{sound.to_string()}", on "<When at/>"." }.into_any()
        }
        Some(Verified { at, sound, fault: Some(fault) }) => view! {
            <strong>"The check on "<When at/>" failed. "</strong>
            {fault}" The "{sound.to_string()}" events before are sound."
        }
        .into_any(),
    }
}

#[component]
fn Log(audit: Audit) -> impl IntoView {
    let values = values().get_untracked();
    let Audit { place, filter, actor, target, rows, paging, .. } = audit;
    let form = view! { <Narrow place filter=filter.clone() actor=actor.clone() target=target.clone()/> };
    let open = [("actor", actor), ("target", target)].into_iter().find(|(_, picked)| picked.open);
    if let Some((name, picked)) = open {
        return view! { {form}<Which place name picked values/> }.into_any();
    }
    if rows.is_empty() {
        let (path, tab) = stands(place);
        let link = (filter != Filter::default()).then(|| (address(&path, &[("tab", tab)]), "Show everything".to_owned()));
        let text = if link.is_some() {
            "Nothing fits all of this. Try a longer time or fewer filters."
        } else {
            "What happens appears here."
        };
        return view! { {form}<Empty title="Nothing found" text link/> }.into_any();
    }
    let (path, tab) = stands(place);
    let keep = std::iter::once(("tab", tab.to_owned())).chain(values).filter(|(_, value)| !value.is_empty()).collect();
    let pager = view! { <Pager path paging keep/> }.into_any();
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        {form}
        <Listing caption="Events" columns=vec!["Event", "Details", "Action", "Time"] dense=true pager>{rows}</Listing>
    }
    .into_any()
}

fn row(row: Row) -> impl IntoView {
    let Row { event: _, at, action, outcome, told } = row;
    // What went well is not said with every event.
    let badge = (outcome != Outcome::Success).then(|| {
        let badge = Badge::new(outcome.words(), outcome.tone());
        view! { <span class="under"><StateBadge badge/></span> }
    });
    let said = told.said.clone();
    view! {
        <tr class="event">
            <th scope="row"><Spoken said/></th>
            <td class="full" data-label="Details"><Details told/></td>
            <td data-label="Action">{action.words()}{badge}</td>
            <td data-label="Time"><When at/></td>
        </tr>
    }
}

/// What of the history is shown.
#[component]
fn Narrow(place: Place, filter: Filter, actor: Picked, target: Picked) -> impl IntoView {
    let (path, tab) = stands(place);
    let Filter { from, to, action, outcome, .. } = filter;
    let action = action.map(Kind::code).unwrap_or_default();
    let kinds = Area::ALL.map(|area| {
        let of = Kind::ALL.iter().filter(|kind| kind.area() == area);
        let of = of.map(|kind| view! { <option value=kind.code() selected=kind.code() == action>{kind.words()}</option> });
        view! { <optgroup label=area.words()>{of.collect_view()}</optgroup> }
    });
    let outcomes = std::iter::once((String::new(), "All results".to_owned()))
        .chain(Outcome::ALL.map(|outcome| (outcome.key().to_owned(), outcome.words().to_owned())))
        .collect::<Vec<_>>();
    let outcome = outcome.map(Outcome::key).unwrap_or_default();
    let (own, everything) = (place == Place::Mine, place == Place::Everything);
    let clear = address(&path, &[("tab", tab)]);
    view! {
        <AskForm id="audit" action=path class="filters">
            {(!tab.is_empty()).then(|| view! { <Hidden name="tab" value=tab/> })}
            <InstantField name="from" label="From" extra=true value=from/>
            <InstantField name="to" label="Until" extra=true value=to/>
            <div class="field">
                <label for="audit-action">"Action"</label>
                <select class="input" id="audit-action" name="action">
                    <option value="">"All actions"</option>
                    {kinds.into_iter().collect_view()}
                </select>
            </div>
            {(!own).then(|| view! {
                <TextField name="actor" label="Actor" extra=true value=actor.name kind="search" hint="A name, “system” or “console”"/>
            })}
            {everything.then(|| view! {
                <TextField name="target" label="Target" extra=true value=target.name kind="search" hint="A person, group, role, package or catalog"/>
            })}
            {(!own).then(|| view! { <Pick name="result" label="Result" value=outcome options=outcomes/> })}
            <div class="group">
                <button class="button" type="submit">"Show"</button>
                <a class="button bare" href=clear>"Clear"</a>
            </div>
        </AskForm>
    }
    .into_any()
}

/// Several are called so, or nobody is.
#[component]
fn Which(place: Place, name: &'static str, picked: Picked, values: Vec<(&'static str, String)>) -> impl IntoView {
    let Picked { name: written, choices, .. } = picked;
    if choices.is_empty() {
        let title = ["Nothing is called “", &written, "”"].concat();
        let text = if name == "actor" {
            "Write the name or user name of a person, “system” for what happened by itself, or “console” for the server's command line."
        } else {
            "Write the name of a person, a group, a directory role, an access package or a catalog."
        };
        return view! { <Empty title text/> }.into_any();
    }
    let rows = choices
        .into_iter()
        .map(|choice| {
            let href = address_with(place, &values, Some((name, &choice.id)));
            view! { <li><span class="what"><a href=href>{choice.name}</a><small>{choice.under}</small></span></li> }
        })
        .collect_view();
    let title = ["Several are called “", &written, "”. Which one?"].concat();
    view! { <Card title=title><ul class="lines">{rows}</ul></Card> }.into_any()
}
