//! `/my-roles/requests`: one's own activations, extensions and renewals that wait.

use crate::calls::request::CancelRequest;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::request::Row;

#[component]
pub fn ActivationsPage() -> impl IntoView {
    let waiting = page_resource(|| Ok(query::MyActivations {}));
    let crumbs = vec![("/my-roles".to_owned(), "My roles".to_owned())];
    view! {
        <Page title="My requests">
            <PageHeader title="My requests" crumbs text="Activations, extensions and renewals that wait for approval, or for their start."/>
            <Loaded of=waiting view=|rows| view! { <List rows/> }.into_any()/>
        </Page>
    }
    .into_any()
}

#[component]
fn List(rows: Vec<Row>) -> impl IntoView {
    if rows.is_empty() {
        let link = ("/my-access/requests".to_owned(), "Request history".to_owned());
        let text = "What you asked for about your roles waits here until it is decided, or begins. Earlier requests are in the request history.";
        return view! { <Empty title="Nothing waits" text link/> }.into_any();
    }
    let dialogs = rows
        .iter()
        .map(|row| view! { <Cancel id=row.request.to_string() name=row.name.clone() kind=row.kind.to_lowercase()/> })
        .collect_view();
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <Listing caption="Your requests that wait" columns=vec!["Name", "Kind", "Requested", "State"] acts=true>{rows}</Listing>
        {dialogs}
    }
    .into_any()
}

fn row(row: Row) -> impl IntoView {
    let Row { request, name, kind, requested, badge, note } = row;
    let of = name.clone();
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=["/my-access/requests/", &request.to_string()].concat()>{name}</a>
                <span class="under"><Sentence text=note/></span>
            </th>
            <td data-label="Kind">{kind}</td>
            <td data-label="Requested"><When at=requested/></td>
            <td data-label="State"><StateBadge badge/></td>
            <td class="acts">
                <DialogButton id=["cancel-", &request.to_string()].concat() class="button small bare danger">
                    "Cancel"<span class="sr">" "{of}</span>
                </DialogButton>
            </td>
        </tr>
    }
}

#[component]
fn Cancel(id: String, name: String, kind: String) -> impl IntoView {
    let title = ["Cancel the ", &kind, " of ", &name, "?"].concat();
    let label = ["Cancel ", &kind].concat();
    let text = "Whoever was asked is told that there is nothing left to decide. The history keeps what was said.";
    let dialog = ["cancel-", &id].concat();
    view! {
        <DialogForm id=dialog title call=CancelRequest::PATH about=("request", id) text keep="Keep it" label>
            <TextArea name="words" label="Reason" hint="It stays in the timeline." rows=2 optional=true/>
        </DialogForm>
    }
    .into_any()
}
