//! `/admin/requests`: everybody's requests, newest first; and those for one package, on its tab *Requests*.

use super::{PACKAGES, REQUESTS, below};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::request::Phase;
use model::view::request::{AllRequests, AnyRow, Row};
use model::{PackageId, query};

#[component]
pub fn AllRequestsPage() -> impl IntoView {
    let page = move || {
        let acts = view! { <Download package=None/> }.into_any();
        view! {
            <Page title="Requests">
                <PageHeader title="Requests" text="What everybody asked for, and what became of it. The newest comes first." acts/>
                <div><Requests package=None/></div>
            </Page>
        }
        .into_any()
    };
    view! { <Gate open=|frame| frame.sees_requests view=page/> }.into_any()
}

#[component]
pub fn RequestsTab(package: PackageId) -> impl IntoView {
    view! { <Requests package=Some(package)/> }
}

/// Where the list stands: its address, and the tab that stays in it.
fn place(package: Option<PackageId>) -> (String, &'static str) {
    match package {
        Some(package) => (below(PACKAGES, &package.to_string()), "requests"),
        None => (REQUESTS.to_owned(), ""),
    }
}

/// The same requests as a file.
#[component]
fn Download(package: Option<PackageId>) -> impl IntoView {
    let (search, state) = (query_value("search"), query_value("state"));
    let package = package.map(|package| package.to_string()).unwrap_or_default();
    let href =
        move || address("/admin/requests.csv", &[("package", &package), ("search", &search.get()), ("state", &state.get())]);
    view! { <a class="button" href=href download="requests.csv" rel="external">"Download CSV"</a> }
}

#[component]
fn Requests(package: Option<PackageId>) -> impl IntoView {
    let (search, state, after) = (query_value("search"), query_value("state"), query_after());
    let requests = page_resource(move || {
        Ok(query::AllRequests { package, search: search.get(), phase: Phase::from_key(&state.get()), after: after.get() })
    });
    let (path, tab) = place(package);
    let options = std::iter::once((String::new(), "All states".to_owned()))
        .chain(Phase::ALL.map(|phase| (phase.key().to_owned(), phase.word().to_owned())))
        .collect();
    let keep_search = Signal::derive(move || vec![("tab", tab.to_owned()), ("search", search.get())]);
    let keep_state = Signal::derive(move || vec![("tab", tab.to_owned()), ("state", state.get())]);
    // The state is kept by the box that picks it, which stands in the same form; a second field would be a second answer.
    let more = view! {
        {(!tab.is_empty()).then(|| view! { <Hidden name="tab" value=tab/> })}
        <FilterPick path=path.clone() label="State" name="state" value=state options keep=keep_search/>
        {package.map(|package| view! { <span class="ends"><Download package=Some(package)/></span> })}
    }
    .into_any();
    let label = if package.is_some() { "Search by requestor" } else { "Search by requestor or package" };
    view! {
        <SearchTools path label value=search keep=keep_state kept_beside=true more/>
        <Loaded of=requests view=|requests| view! { <List requests/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn List(requests: AllRequests) -> impl IntoView {
    let AllRequests { package, search, phase, rows, paging } = requests;
    if rows.is_empty() {
        return nothing(package, &search, phase);
    }
    let (path, tab) = place(package);
    let state = phase.map(|phase| phase.key().to_owned()).unwrap_or_default();
    let keep = vec![("tab", tab.to_owned()), ("search", search), ("state", state)];
    let pager = view! { <Pager path paging keep/> }.into_any();
    if package.is_some() {
        let rows = rows.into_iter().map(line).collect_view();
        let columns = vec!["Requestor", "Kind", "Requested", "State"];
        return view! { <Listing caption="Requests for the package" columns dense=true pager>{rows}</Listing> }.into_any();
    }
    let rows = rows.into_iter().map(row).collect_view();
    view! { <Listing caption="Requests" columns=vec!["Name", "Requestor", "Requested", "State"] dense=true pager>{rows}</Listing> }
        .into_any()
}

/// Who assigned it, and what it waits for.
fn under(note: String) -> Option<AnyView> {
    (!note.is_empty()).then(|| view! { <span class="under"><Sentence text=note/></span> }.into_any())
}

fn row(row: AnyRow) -> impl IntoView {
    let AnyRow { requestor, row: Row { request, name, kind: _, requested, badge, note } } = row;
    view! {
        <tr>
            <th scope="row">
                <a class="name" href=below(REQUESTS, &request.to_string())>{name}</a>
                {under(note)}
            </th>
            <td data-label="Requestor"><Person who=requestor/></td>
            <td data-label="Requested"><When at=requested/></td>
            <td data-label="State"><StateBadge badge/></td>
        </tr>
    }
}

/// A request among those for one package: what it is for is known.
fn line(row: AnyRow) -> impl IntoView {
    let AnyRow { requestor, row: Row { request, name: _, kind, requested, badge, note } } = row;
    let href = below(REQUESTS, &request.to_string());
    view! {
        <tr>
            <th scope="row"><Person who=requestor href/></th>
            <td data-label="Kind">{kind}{under(note)}</td>
            <td data-label="Requested"><When at=requested/></td>
            <td data-label="State"><StateBadge badge/></td>
        </tr>
    }
}

fn nothing(package: Option<PackageId>, search: &str, phase: Option<Phase>) -> AnyView {
    let (path, tab) = place(package);
    let all = Some((address(&path, &[("tab", tab)]), "Show all requests".to_owned()));
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
                if package.is_some() {
                    "” in the name of its requestor."
                } else {
                    "” in the name of its requestor or package."
                },
                " Try fewer or other letters.",
            ];
            ("Nothing found", text.concat(), all)
        }
    };
    view! { <Empty title text link/> }.into_any()
}
