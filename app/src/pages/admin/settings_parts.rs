//! What the pages below `/admin/settings` share: where they are, whether a thing is enabled, and what a test of it found.

use crate::calls::provider::SETTINGS;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::Ts;
use model::view::Badge;
use model::view::provider::Step;

pub fn crumbs(of: Option<(String, String)>) -> Vec<(String, String)> {
    std::iter::once((SETTINGS.to_owned(), "Settings".to_owned())).chain(of).collect()
}

pub fn state(enabled: bool) -> Badge {
    if enabled { Badge::new("Enabled", "good") } else { Badge::new("Disabled", "bad") }
}

/// Enables or disables a thing, and deletes it: the buttons and their dialogs.
#[component]
pub fn Switches<T: Into<String>>(
    /// The name of the field that says which thing, and its id.
    about: (&'static str, String),
    name: String,
    enabled: bool,
    /// What disabling it means, and enabling it.
    effects: (T, T),
    set_enabled: &'static str,
    delete: &'static str,
    /// What deleting it means.
    gone: String,
    /// What whoever deletes was shown.
    seen: String,
) -> impl IntoView {
    let (field, id) = about;
    let same = id.clone();
    let (disables, enables): (String, String) = (effects.0.into(), effects.1.into());
    let (verb, class, kind, effect) = if enabled {
        ("Disable ", "button danger", "danger main-act", disables)
    } else {
        ("Enable ", "button", "main-act", enables)
    };
    let label = [verb, &name].concat();
    let (opener, title) = (label.clone(), [&label, "?"].concat());
    let deletes = ["Delete ", &name].concat();
    view! {
        <DialogButton id="enabled" class>{opener}</DialogButton>
        <DialogButton id="delete" class="button danger">"Delete"</DialogButton>
        <DialogForm id="enabled" title call=set_enabled text=effect label kind>
            <Hidden name=field value=same/>
            <Hidden name="enabled" value=(!enabled).to_string()/>
        </DialogForm>
        <DialogForm id="delete" title=[&deletes, "?"].concat() call=delete text=gone label=deletes>
            <Hidden name=field value=id/>
            <Hidden name="seen" value=seen/>
        </DialogForm>
    }
    .into_any()
}

/// A part of `/admin/settings`: its heading, the way to a new one beside it, and the list.
pub fn part(id: &'static str, heading: &'static str, add: impl IntoView + 'static, list: impl IntoView + 'static) -> AnyView {
    let (add, list) = (add.into_any(), list.into_any());
    view! {
        <section class="stack" aria-labelledby=id>
            <div class="group">
                <h2 id=id>{heading}</h2>
                {add}
            </div>
            {list}
        </section>
    }
    .into_any()
}

/// What is said to whoever may see a thing and not change it: `what` follows *You may see*.
pub fn readonly(what: &'static str) -> AnyView {
    let text = ["You may see ", what, ". Global Administrators may."].concat();
    view! { <MessageBar tone="warn" text/> }.into_any()
}

/// What was tried with the thing at `path`, whether all of it was good, and what came back. `more` is said after when that
/// was, and `after` follows the list.
pub fn tested(
    path: String,
    name: String,
    at: Ts,
    (good, steps): (bool, Vec<Step>),
    more: &'static str,
    after: AnyView,
) -> AnyView {
    let title = ["Test of ", &name].concat();
    let badge = Some(if good { Badge::new("Works", "good") } else { Badge::new("Does not work", "bad") });
    let again = [&path, "/test"].concat();
    let crumbs = crumbs(Some((path, name)));
    let acts = Some(view! { <a class="button" href=again rel="external">"Test again"</a> }.into_any());
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs badge acts/>
            <p>"Asked on "<When at/>"."{more}</p>
            {tried(steps)}
            {after}
        </Page>
    }
    .into_any()
}

/// What was tried, and what came back, as a list.
fn tried(steps: Vec<Step>) -> AnyView {
    let rows = steps
        .into_iter()
        .map(|Step { what, good, said }| {
            let badge = if good { Badge::new("Good", "good") } else { Badge::new("Wrong", "bad") };
            view! {
                <tr>
                    <th scope="row">{what}</th>
                    <td data-label="Result"><StateBadge badge/></td>
                    <td class="full" data-label="What came back">{said}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = vec!["Tried", "Result", "What came back"];
    view! { <Listing caption="What was tried, and what came back" columns dense=true>{rows}</Listing> }.into_any()
}
