//! `/admin/requests`: everybody's requests, newest first.

use super::{REQUESTS, below};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::request::Phase;
use model::view::request::{AllRequests, AnyRow, Row};

#[component]
pub fn AllRequestsPage() -> impl IntoView {
    let (search, state, after) = (query_value("search"), query_value("state"), query_after());
    let requests = page_resource(move || {
        Ok(query::AllRequests { search: search.get(), phase: Phase::from_key(&state.get()), after: after.get() })
    });
    let page = move || {
        let options = std::iter::once((String::new(), "All states".to_owned()))
            .chain(Phase::ALL.map(|phase| (phase.key().to_owned(), phase.word().to_owned())))
            .collect();
        let keep_search = Signal::derive(move || vec![("search", search.get())]);
        let keep_state = Signal::derive(move || vec![("state", state.get())]);
        let more =
            view! { <FilterPick path=REQUESTS label="State" name="state" value=state options keep=keep_search/> }.into_any();
        // The state is kept by the box that picks it, which stands in the same form; a second field would be a second answer.
        let href = move || address("/admin/requests.csv", &[("search", &search.get()), ("state", &state.get())]);
        let acts = view! { <a class="button" href=href download="requests.csv" rel="external">"Download CSV"</a> }.into_any();
        view! {
            <Page title="Requests">
                <PageHeader title="Requests" text="What everybody asked for, and what became of it. The newest comes first." acts/>
                <div>
                    <SearchTools path=REQUESTS label="Search by requestor or package" value=search keep=keep_state kept_beside=true more/>
                    <Loaded of=requests view=|requests| view! { <List requests/> }.into_any()/>
                </div>
            </Page>
        }
        .into_any()
    };
    view! { <Gate open=|frame| frame.sees_requests view=page/> }.into_any()
}

#[component]
fn List(requests: AllRequests) -> impl IntoView {
    let AllRequests { search, phase, rows, paging } = requests;
    if rows.is_empty() {
        return nothing(&search, phase);
    }
    let keep = vec![("search", search), ("state", phase.map(|phase| phase.key().to_owned()).unwrap_or_default())];
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <Listing
            caption="Requests"
            columns=vec!["Access package", "Requestor", "Requested", "State"]
            dense=true
            pager=view! { <Pager path=REQUESTS paging keep/> }.into_any()
        >
            {rows}
        </Listing>
    }
    .into_any()
}

fn row(row: AnyRow) -> impl IntoView {
    let AnyRow { requestor, row: Row { request, name, kind: _, requested, badge, note } } = row;
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=below(REQUESTS, &request.to_string())>{name}</a>
                {(!note.is_empty()).then(|| view! { <span class="under"><Sentence text=note/></span> })}
            </th>
            <td data-label="Requestor"><Person who=requestor/></td>
            <td data-label="Requested"><When at=requested/></td>
            <td data-label="State"><StateBadge badge/></td>
        </tr>
    }
}

fn nothing(search: &str, phase: Option<Phase>) -> AnyView {
    let all = Some((REQUESTS.to_owned(), "Show all requests".to_owned()));
    let (title, text, link) = match (search.is_empty(), phase) {
        (true, None) => {
            ("No requests yet", "What people ask for appears here, with everything that happens to it.".to_owned(), None)
        }
        (true, Some(phase)) => ("Nothing found", ["No request is in the state “", phase.word(), "”."].concat(), all),
        (false, phase) => {
            let in_state = phase.map(|phase| [" in the state “", phase.word(), "”"].concat()).unwrap_or_default();
            let text = [
                "No request",
                &in_state,
                " has “",
                search,
                "” in the name of its requestor or package. Try fewer or other letters.",
            ];
            ("Nothing found", text.concat(), all)
        }
    };
    view! { <Empty title text link/> }.into_any()
}
