//! `/my-roles/requests`: one's own activations that wait.

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
            <PageHeader title="My requests" crumbs text="Activations that wait for approval, or for their start."/>
            <Loaded of=waiting view=|rows| view! { <List rows/> }.into_any()/>
        </Page>
    }
    .into_any()
}

#[component]
fn List(rows: Vec<Row>) -> impl IntoView {
    if rows.is_empty() {
        let link = ("/my-access/requests".to_owned(), "Request history".to_owned());
        let text =
            "Activations that need approval or start later wait here. What became of earlier ones is in the request history.";
        return view! { <Empty title="No activation waits" text link/> }.into_any();
    }
    let dialogs = rows.iter().map(|row| view! { <Cancel id=row.request.to_string() name=row.name.clone()/> }).collect_view();
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <Listing caption="Your activations that wait" columns=vec!["Name", "Requested", "State"] acts=true>{rows}</Listing>
        {dialogs}
    }
    .into_any()
}

fn row(row: Row) -> impl IntoView {
    let Row { request, name, kind: _, requested, badge, note } = row;
    let of = name.clone();
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=["/my-access/requests/", &request.to_string()].concat()>{name}</a>
                <span class="under"><Sentence text=note/></span>
            </th>
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
fn Cancel(id: String, name: String) -> impl IntoView {
    let title = ["Cancel the activation of ", &name, "?"].concat();
    let text = "Whoever was asked is told that there is nothing left to decide. The history keeps what was said.";
    let dialog = ["cancel-", &id].concat();
    view! {
        <DialogForm id=dialog title call=CancelRequest::PATH about=("request", id) text keep="Keep it" label="Cancel activation">
            <TextArea name="words" label="Reason" hint="It stays in the timeline." rows=2 optional=true/>
        </DialogForm>
    }
    .into_any()
}
