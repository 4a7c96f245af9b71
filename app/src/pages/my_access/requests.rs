//! `/my-access/requests`: what one asked for, newest first.

use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::request::Phase;
use model::view::request::{Requests, Row};

const PATH: &str = "/my-access/requests";

#[component]
pub fn RequestsPage() -> impl IntoView {
    let (state, after) = (query_value("state"), query_after());
    let requests = page_resource(move || Ok(query::Requests { phase: Phase::from_key(&state.get()), after: after.get() }));
    let options = std::iter::once((String::new(), "All states".to_owned()))
        .chain(Phase::ALL.map(|phase| (phase.key().to_owned(), phase.word().to_owned())))
        .collect();
    view! {
        <Page title="Request history">
            <PageHeader title="Request history" text="Everything you asked for, and what became of it."/>
            <Tools path=PATH><FilterPick path=PATH label="State" name="state" value=state options/></Tools>
            <Loaded of=requests view=|requests| view! { <List requests/> }.into_any()/>
        </Page>
    }
    .into_any()
}

#[component]
fn List(requests: Requests) -> impl IntoView {
    let Requests { phase, rows, paging } = requests;
    if rows.is_empty() {
        return match phase {
            Some(phase) => {
                let text = ["None of your requests is in the state “", phase.word(), "”."].concat();
                view! { <Empty title="Nothing found" text link=(PATH.to_owned(), "Show all states".to_owned())/> }.into_any()
            }
            None => view! {
                <Empty
                    title="No requests yet"
                    text="What you request appears here, with everything that happened to it."
                    link=("/my-access/packages".to_owned(), "Browse access packages".to_owned())
                />
            }
            .into_any(),
        };
    }
    let keep = vec![("state", phase.map(|phase| phase.key().to_owned()).unwrap_or_default())];
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <Listing
            caption="Your requests"
            columns=vec!["Name", "Kind", "Requested", "State"]
            pager=view! { <Pager path=PATH paging keep/> }.into_any()
        >
            {rows}
        </Listing>
    }
    .into_any()
}

fn row(row: Row) -> impl IntoView {
    let Row { request, name, kind, requested, badge, note } = row;
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=[PATH, "/", &request.to_string()].concat()>{name}</a>
                {(!note.is_empty()).then(|| view! { <span class="under"><Sentence text=note/></span> })}
            </th>
            <td data-label="Kind">{kind}</td>
            <td data-label="Requested"><When at=requested/></td>
            <td data-label="State"><StateBadge badge/></td>
        </tr>
    }
}
