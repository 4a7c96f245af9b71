//! `/my-access/requests/{id}`: one request with its timeline.

use super::ask_back::{AnswerForm, AskedBackCard};
use super::{parsed, read_id};
use crate::calls::request::{CancelRequest, ReprocessRequest};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::request::{AtTarget, Request};

#[component]
pub fn RequestPage() -> impl IntoView {
    let id = read_id();
    let request = page_resource(move || Ok(query::Request { request: parsed(&id.get(), "request")? }));
    view! { <Loaded of=request view=|request| view! { <WholeRequest request/> }.into_any()/> }.into_any()
}

/// A request with everything that is known of it.
#[component]
pub fn WholeRequest(
    request: Request,
    /// Among everybody's requests, not among one's own.
    #[prop(optional)]
    administration: bool,
) -> impl IntoView {
    let Request {
        request: id,
        package: of,
        name,
        requestor,
        made_by,
        mine,
        led,
        sees_all,
        badge,
        summary,
        asked_back,
        answer,
        timeline,
        facts,
        gives,
        targets,
        cancel,
        again,
        reprocess,
    } = request;
    let package = of.map(|of| ["/my-access/packages/", &of.to_string()].concat());
    let crumbs = if let (true, false, Some(of)) = (administration, sees_all, of) {
        // Whoever administrates some packages only comes from one of them.
        vec![(["/admin/packages/", &of.to_string(), "?tab=requests"].concat(), name.clone())]
    } else if administration {
        vec![("/admin/requests".to_owned(), "Requests".to_owned())]
    } else if led {
        let path = ["/my-team/", &requestor.id.to_string()].concat();
        vec![("/my-team".to_owned(), "My team".to_owned()), (path, requestor.name.clone())]
    } else {
        vec![("/my-access/requests".to_owned(), "Request history".to_owned())]
    };
    let (again, reprocess) = (again && !administration, reprocess && administration);
    let offered = cancel.is_some();
    let acts = view! {
        {reprocess.then(|| view! { <DialogButton id="reprocess" class="button main-act">"Reprocess"</DialogButton> })}
        {again.then(|| {
            let form = [package.as_deref().unwrap_or_default(), "?again=", &id.to_string()].concat();
            view! { <a class="button" href=form>"Request again"</a> }
        })}
        {offered.then(|| view! { <DialogButton id="cancel" class="button danger">"Cancel request"</DialogButton> })}
    }
    .into_any();
    let by = (administration || !mine).then(|| {
        let name = requestor.name.clone();
        let href = model::view::admin::user_address(requestor.id);
        let who = if sees_all { view! { <a href=href>{name}</a> }.into_any() } else { name.into_any() };
        // Who asked is named beside, when it is somebody else.
        let title = if made_by.is_some() { "Given to" } else { "Requestor" };
        view! { <dt>{title}</dt><dd>{who}</dd> }
    });
    let made_by = made_by.map(|by| view! { <dt>{by.did}</dt><dd>{by.who.name}</dd> });
    // Whoever does not get it may not see the package.
    let thing = if package.is_some() { "Package" } else { "Role" };
    let of = match package.filter(|_| mine || administration) {
        Some(package) => view! { <a href=package>{name.clone()}</a> }.into_any(),
        None => name.clone().into_any(),
    };
    let before = view! { {by}{made_by}<dt>{thing}</dt><dd>{of}</dd> }.into_any();
    let contains = (!gives.is_empty()).then(|| {
        let paths = gives.into_iter().map(|path| view! { <PathLine path/> }).collect_view();
        view! { <Card title="Gives"><div class="body stack">{paths}</div></Card> }
    });
    let confirmed = (!targets.is_empty()).then(|| view! { <AtTargets targets/> });
    let dialog = cancel.map(|effect| view! { <CancelDialog id=id.to_string() name=name.clone() effect administration/> });
    let again_dialog = reprocess.then(|| {
        view! { <ReprocessDialog id=id.to_string() name=name.clone() requestor=requestor.name.clone()/> }
    });
    let asked_back = asked_back.map(|asked| {
        let (request, asker, proposal) = (id.to_string(), asked.by.name.clone(), asked.proposed.is_some());
        // The administrators' page of one's own request leads nowhere else, so it offers nothing.
        let form = (answer && !administration).then(|| view! { <AnswerForm request asker proposal/> });
        view! { <AskedBackCard asked>{form}</AskedBackCard> }
    });
    let heading = if administration { [&requestor.name, ": ", &name].concat() } else { name.clone() };
    view! {
        <Page title=heading.clone()>
            <PageHeader title=heading crumbs badge text=summary acts/>
            <div class="split">
                <div>
                    {asked_back}
                    {confirmed}
                    <section class="stack" aria-labelledby="timeline-h"><h2 id="timeline-h">"Timeline"</h2><Timeline entries=timeline/></section>
                </div>
                <aside aria-label="What was asked">
                    <Card title="What was asked"><div class="body"><Facts facts before/></div></Card>
                    {contains}
                </aside>
            </div>
            {dialog}
            {again_dialog}
        </Page>
    }
    .into_any()
}

#[component]
fn CancelDialog(id: String, name: String, effect: String, administration: bool) -> impl IntoView {
    let title = ["Cancel the request for ", &name, "?"].concat();
    view! {
            <DialogForm id="cancel" title call=CancelRequest::PATH text=effect keep="Keep the request" label="Cancel request">
                    <Hidden name="request" value=id/>
                    {administration.then(|| view! { <Hidden name="administration" value="true"/> })}
                    <TextArea name="words" label="Reason" hint="It stays in the timeline." rows=2 optional=true/>
    </DialogForm>
        }
    .into_any()
}

#[component]
fn ReprocessDialog(id: String, name: String, requestor: String) -> impl IntoView {
    let title = ["Deliver ", &name, " again?"].concat();
    let effect = [
        "What was approved stays approved. ",
        &requestor,
        " gets what is still missing as soon as it can be delivered. If that fails again, the timeline says why.",
    ]
    .concat();
    view! {
        <DialogForm id="reprocess" title call=ReprocessRequest::PATH text=effect keep="Leave it as it is" label="Reprocess" kind="main-act">
                <Hidden name="request" value=id/>
</DialogForm>
    }
    .into_any()
}

/// What works already, and what is still pending and why.
#[component]
fn AtTargets(targets: Vec<AtTarget>) -> impl IntoView {
    let tells = targets.iter().any(|at| !at.why.is_empty());
    let rows = targets
        .into_iter()
        .map(|AtTarget { what, target, badge, why }| {
            view! {
                <tr>
                    <th scope="row">{what}</th>
                    <td data-label="Application">{target}</td>
                    <td data-label="State"><StateBadge badge/></td>
                    {tells.then(|| view! { <td class="full" data-label="Why"><Sentence text=why/></td> })}
                </tr>
            }
        })
        .collect_view();
    let mut columns = vec!["Resource", "Application", "State"];
    columns.extend(tells.then_some("Why"));
    view! {
        <section class="stack" aria-labelledby="targets-h">
            <h2 id="targets-h">"Delivery"</h2>
            <Listing caption="Delivery" columns dense=true>{rows}</Listing>
        </section>
    }
    .into_any()
}
