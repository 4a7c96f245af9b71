//! What alerts found, with what can be done about each: the same on the page of all and on the page of one kind.

use super::discovery::CHANGE;
use crate::calls::alert::{DismissAlert, RemoveAlerted, ReopenAlert, RequireMultifactor};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::view::alert::{Dismissed, May, Multifactor, Row};
use model::view::standing_access::Act;

#[component]
pub fn Incidents(
    rows: Vec<Row>,
    may: May,
    caption: &'static str,
    #[prop(default = None, into)] pager: Option<AnyView>,
) -> impl IntoView {
    let about = rows.clone();
    let dialogs = move || about.iter().map(|row| dialogs(row, may)).collect_view();
    let rows = rows.into_iter().map(|row| view! { <Line row may/> }).collect_view();
    view! {
        <Listing caption columns=vec!["Who or what", "Found", "Since"] acts=true dense=true pager>{rows}</Listing>
        {dialogs}
    }
    .into_any()
}

fn dialog_id(what: &str, row: &Row) -> String {
    [what, "-", &row.incident.to_string()].concat()
}

#[component]
fn Line(row: Row, may: May) -> impl IntoView {
    let (remove_id, dismiss_id) = (dialog_id("remove", &row), dialog_id("dismiss", &row));
    let multifactor_id = dialog_id("multifactor", &row);
    let of = [&row.name, ", ", &row.what].concat();
    let Row { incident, icon, name, href, what, origin, found_at, dismissed, remove, make_eligible, open, multifactor } = row;
    let name = match href {
        Some(href) => view! { <a class="name" href=href>{name}</a> }.into_any(),
        None => view! { <span class="name">{name}</span> }.into_any(),
    };
    let sr = |of: &str| view! { <span class="sr">" "{of.to_owned()}</span> };
    let open = open.map(|(href, words)| view! { <a class="button small" href=href rel="external">{words}{sr(&of)}</a> });
    let eligible = make_eligible.map(|assignment| {
        let href = address(CHANGE, &[("assignment", &assignment.to_string()), ("act", Act::MakeEligible.key())]);
        view! { <a class="button small" href=href>"Make eligible"{sr(&of)}</a> }
    });
    let named = sr(&of);
    let remove = remove.map(|_| {
        view! { <DialogButton id=remove_id class="button small danger">"Remove assignment"{named}</DialogButton> }
    });
    let named = sr(&of);
    let multifactor = multifactor
        .map(|_| view! { <DialogButton id=multifactor_id class="button small">"Require multifactor"{named}</DialogButton> });
    let is_dismissed = dismissed.is_some();
    let named = sr(&of);
    let dismiss = may.dismiss.then(|| {
        if is_dismissed {
            view! {
                <PostForm call=ReopenAlert::PATH class="group" about=("incident", incident.to_string())>
                    <SubmitButton label="Reopen" kind="small bare" of=of.clone()/>
                </PostForm>
            }
            .into_any()
        } else {
            view! { <DialogButton id=dismiss_id class="button small bare">"Dismiss"{named}</DialogButton> }.into_any()
        }
    });
    let dismissed = dismissed.map(|Dismissed { by, at, words }| {
        view! { <span class="under">"Dismissed by "{by}" on "<When at/>": “"{words}"”"</span> }
    });
    let origin = origin.map(|origin| view! { <span class="under"><Sentence text=origin/></span> });
    view! {
        <tr>
            <th scope="row"><span class="picks"><IconBox name=icon.symbol() tone="warn"/>{name}</span></th>
            <td class="full" data-label="Found"><Sentence text=what/>{origin}{dismissed}</td>
            <td data-label="Since"><When at=found_at/></td>
            <td class="acts"><span class="group">{multifactor}{open}{eligible}{remove}{dismiss}</span></td>
        </tr>
    }
    .into_any()
}

fn dialogs(row: &Row, may: May) -> AnyView {
    let remove = row.remove.map(|assignment| {
        let label = ["Remove from ", &row.name].concat();
        let text = [&row.name, " loses this at once: ", &row.what].concat();
        // One assignment can be what several alerts found.
        let about = ("incident", row.incident.to_string());
        view! {
            <DialogForm
                id=dialog_id("remove", row)
                title=[&label, "?"].concat()
                call=RemoveAlerted::PATH
                about
                text
                keep="Keep it"
                label="Remove assignment"
            >
                <Hidden name="assignment" value=assignment.to_string()/>
                <TextArea name="words" label="Reason" hint="It stays in the history." rows=2/>
            </DialogForm>
        }
    });
    let dismiss = (may.dismiss && row.dismissed.is_none()).then(|| {
        let text = "It stays dismissed as long as it is so, and is counted no more. You can reopen it.";
        let about = ("incident", row.incident.to_string());
        view! {
            <DialogForm
                id=dialog_id("dismiss", row)
                title=["Dismiss what was found about ", &row.name, "?"].concat()
                call=DismissAlert::PATH
                about
                text
                keep="Keep it open"
                kind="main-act"
                label="Dismiss"
            >
                <TextArea name="words" label="Reason" hint="It stays in the history." rows=2/>
            </DialogForm>
        }
    });
    let multifactor = row.multifactor.clone().map(|Multifactor { role, version, says }| {
        view! {
            <DialogForm
                id=dialog_id("multifactor", row)
                title=["Require multifactor for ", &row.name, "?"].concat()
                call=RequireMultifactor::PATH
                about=("role", role.to_string())
                text=says.join(" ")
                keep="Leave it"
                kind="main-act"
                label="Require multifactor"
            >
                <Seen name="version" value=version.to_string()/>
            </DialogForm>
        }
    });
    view! { {multifactor}{remove}{dismiss} }.into_any()
}
