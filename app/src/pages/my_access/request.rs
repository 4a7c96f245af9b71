//! `/my-access/requests/{id}`: one request with its timeline.

use super::{parsed, read_id};
use crate::calls::request::CancelRequest;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::request::Request;

#[component]
pub fn RequestPage() -> impl IntoView {
    let id = read_id();
    let request = page_resource(move || Ok(query::Request { request: parsed(&id.get(), "request")? }));
    view! { <Loaded of=request view=|request| view! { <Whole request/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(request: Request) -> impl IntoView {
    let Request { request: id, package, name, requestor: _, badge, summary, timeline, facts, gives, cancel, again } = request;
    let package = ["/my-access/packages/", &package.to_string()].concat();
    let crumbs = vec![("/my-access/requests".to_owned(), "Request history".to_owned())];
    let offered = cancel.is_some();
    let acts = view! {
        {again.then(|| view! { <a class="button" href=[&package, "?again=", &id.to_string()].concat()>"Request again"</a> })}
        {offered.then(|| view! { <DialogButton id="cancel" class="button danger">"Cancel request"</DialogButton> })}
    }
    .into_any();
    let before = view! { <dt>"Package"</dt><dd><a href=package.clone()>{name.clone()}</a></dd> }.into_any();
    let contains = (!gives.is_empty()).then(|| {
        let paths = gives.into_iter().map(|path| view! { <PathLine path/> }).collect_view();
        view! { <Card title="Gives"><div class="body stack">{paths}</div></Card> }
    });
    let dialog = cancel.map(|effect| view! { <CancelDialog id=id.to_string() name=name.clone() effect/> });
    view! {
        <Page title=name.clone()>
            <PageHeader title=name crumbs badge text=summary acts/>
            <div class="split">
                <section aria-labelledby="timeline-h"><h2 id="timeline-h">"Timeline"</h2><Timeline entries=timeline/></section>
                <aside aria-label="What was asked">
                    <Card title="What was asked"><div class="body"><Facts facts before/></div></Card>
                    {contains}
                </aside>
            </div>
            {dialog}
        </Page>
    }
    .into_any()
}

#[component]
fn CancelDialog(id: String, name: String, effect: String) -> impl IntoView {
    let title = ["Cancel the request for ", &name, "?"].concat();
    view! {
        <Dialog id="cancel" title form="cancel_request">
            <p>{effect}</p>
            <PostForm call=CancelRequest::PATH class="stack">
                <Hidden name="request" value=id/>
                <TextArea name="words" label="Reason" hint="It stays in the timeline." rows=2 optional=true/>
                <div class="group">
                    <DialogClose id="cancel">"Keep the request"</DialogClose>
                    <SubmitButton label="Cancel request" kind="danger main-act"/>
                </div>
            </PostForm>
        </Dialog>
    }
    .into_any()
}
