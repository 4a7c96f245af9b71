//! `/my-team/{id}`: what somebody who reports to the reader holds and waits for, and taking it away.

use super::team::{TEAM, report_path};
use super::{parsed, read_id};
use crate::calls::assignment::EndPackageAssignment;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::request;
use model::view::team::{Held, Report};

#[component]
pub fn ReportPage() -> impl IntoView {
    let id = read_id();
    let report = page_resource(move || Ok(query::Report { report: parsed(&id.get(), "person in your team")? }));
    view! { <Loaded of=report view=|report| view! { <Whole report/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(report: Report) -> impl IntoView {
    let Report { who, enabled, held, open } = report;
    let name = who.name.clone();
    let picture = view! { <Face name=name.clone() id=who.id size="big"/> }.into_any();
    let packages = [&report_path(&who.id.to_string()), "/packages"].concat();
    let acts = enabled.then(|| {
        view! { <a class="button main-act" href=packages><Icon name="plus"/>"Request for "{name.clone()}</a> }.into_any()
    });
    let disabled = (!enabled).then(|| {
        let text = "Nothing is in force for this account, and nothing can be requested for it, until it is enabled again.";
        view! { <MessageBar tone="warn" strong=[&name, " is disabled."].concat() text/> }
    });
    let dialogs = held.iter().map(|held| view! { <RemoveDialog held=held.clone() name=name.clone()/> }).collect_view();
    let held: Vec<AnyView> = held.into_iter().map(|held| holds(held).into_any()).collect();
    let open: Vec<AnyView> = open.into_iter().map(|row| under_way(row).into_any()).collect();
    view! {
        <Page title=name.clone()>
            <PageHeader title=name.clone() crumbs=vec![(TEAM.to_owned(), "My team".to_owned())] text=who.under picture acts/>
            {disabled}
            <Card title="Access packages">{lines(held, [&name, " holds nothing that its policy shows to managers."].concat())}</Card>
            <Card title="Open requests">{lines(open, "None that its policy shows to managers.".to_owned())}</Card>
            {dialogs}
        </Page>
    }
    .into_any()
}

/// The lines of a card, or the sentence that says why there are none.
fn lines(lines: Vec<AnyView>, none: String) -> AnyView {
    if lines.is_empty() {
        view! { <div class="body quiet"><p>{none}</p></div> }.into_any()
    } else {
        view! { <ul class="lines">{lines}</ul> }.into_any()
    }
}

fn dialog_id(held: &Held) -> String {
    ["remove-", &held.assignment.to_string()].concat()
}

fn holds(held: Held) -> impl IntoView {
    let id = dialog_id(&held);
    let Held { assignment: _, name, resources, policy, since, ends } = held;
    let under = view! { {resources}" · "{policy}" · since "<When at=since/> }.into_any();
    let left = match ends {
        Some(of) => view! { <TimeLeft of/> }.into_any(),
        None => view! { <span class="quiet">"No end"</span> }.into_any(),
    };
    let of = name.clone();
    let remove =
        view! { <DialogButton id class="button small bare danger">"Remove"<span class="sr">" "{of}</span></DialogButton> };
    let ends = view! { {left}{remove} }.into_any();
    view! { <Line picture=view! { <IconBox name="box" tone="good"/> }.into_any() name under ends/> }
}

fn under_way(row: request::Row) -> impl IntoView {
    let request::Row { request, name, kind, requested: _, badge, note } = row;
    let href = ["/my-access/requests/", &request.to_string()].concat();
    let under = view! { <Sentence text=if note.is_empty() { kind } else { note }/> }.into_any();
    let ends = view! { <StateBadge badge/> }.into_any();
    view! { <Line picture=view! { <IconBox name="box"/> }.into_any() name href under ends/> }
}

#[component]
fn RemoveDialog(held: Held, name: String) -> impl IntoView {
    let title = ["Remove ", &held.name, " from ", &name, "?"].concat();
    let text = [
        &name,
        " loses what it gives at once, and is told so by mail with your name and your reason. What ",
        &name,
        " holds by other ways stays.",
    ]
    .concat();
    let label = ["Remove from ", &name].concat();
    let about = ("assignment", held.assignment.to_string());
    view! {
        <DialogForm id=dialog_id(&held) title call=EndPackageAssignment::PATH about text keep="Keep it" label>
            <Hidden name="at" value="team"/>
            <TextArea name="words" label="Reason" hint="It stays in the history." rows=2/>
        </DialogForm>
    }
    .into_any()
}
