//! The tab *Assignments* of a package: who holds it or held it, and ending that.

use super::{PACKAGES, REQUESTS, below};
use crate::calls::assignment::{EndPackageAssignment, EndPackageAssignments};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::PackageId;
use model::query;
use model::view::assignment::{Assignments, Ended, Filter, Row};

const TAB: &str = "assignments";
/// The form that ends several.
const TOGETHER: &str = "end_package_assignments";

#[component]
pub fn AssignmentsTab(package: PackageId) -> impl IntoView {
    let (search, state, after) = (query_value("search"), query_value("state"), query_after());
    let assignments = page_resource(move || {
        let filter = Filter::from_key(&state.get());
        Ok(query::PackageAssignments { package, search: search.get(), filter, after: after.get() })
    });
    let path = below(PACKAGES, &package.to_string());
    let csv = [&path, "/assignments.csv"].concat();
    let options = Filter::ALL.map(|filter| (filter.key().to_owned(), filter.word().to_owned())).into();
    let keep_search = Signal::derive(move || vec![("tab", TAB.to_owned()), ("search", search.get())]);
    let keep_state = Signal::derive(move || vec![("tab", TAB.to_owned()), ("state", state.get())]);
    let href = move || address(&csv, &[("search", &search.get()), ("state", &state.get())]);
    let more = view! {
        <Hidden name="tab" value=TAB/>
        <FilterPick path=path.clone() label="State" name="state" value=state options keep=keep_search/>
        <span class="ends"><a class="button" href=href download="assignments.csv" rel="external">"Download CSV"</a></span>
    }
    .into_any();
    view! {
        <SearchTools path label="Search by person" value=search keep=keep_state kept_beside=true more/>
        <Loaded of=assignments view=|assignments| view! { <List assignments/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn List(assignments: Assignments) -> impl IntoView {
    let Assignments { package, package_name, search, filter, rows, paging, may_assign } = assignments;
    let path = below(PACKAGES, &package.to_string());
    let new = [&path, "/assignments/new"].concat();
    let act = may_assign.then(|| {
        let new = new.clone();
        view! { <div class="group"><a class="button" href=new><Icon name="plus"/>"New assignment"</a></div> }
    });
    if rows.is_empty() {
        return view! { {act}<UnfinishedBar form=TOGETHER/>{nothing(&path, &search, filter)} }.into_any();
    }
    let acts = rows.iter().any(|row| row.removable);
    let dialogs = rows
        .iter()
        .filter(|row| row.removable)
        .map(|row| view! { <RemoveDialog row=row.clone() name=package_name.clone()/> })
        .collect_view();
    let selection = acts.then(|| Selection::new(TOGETHER, "chosen[]"));
    let removable = rows.iter().filter(|row| row.removable).count();
    let all = selection.map(|selection| view! { <SelectAll selection rows=removable/> }.into_any());
    let bulk = selection.map(|selection| view! { <Together selection package name=package_name.clone()/> }.into_any());
    let rows = rows.into_iter().map(|row| view! { <Line row acts selection/> }).collect_view();
    let keep = vec![("tab", TAB.to_owned()), ("search", search), ("state", filter.key().to_owned())];
    let columns = match filter {
        Filter::Active => vec!["Name", "Policy", "State", "Since", "Ends", "Source"],
        Filter::Ended => vec!["Name", "Policy", "State", "Since", "Ended", "Source"],
    };
    let pager = view! { <Pager path paging keep/> }.into_any();
    view! {
        {act}
        <UnfinishedBar form=TOGETHER/>
        <Listing caption="Assignments of the package" columns acts dense=true pager all bulk>{rows}</Listing>
        {dialogs}
    }
    .into_any()
}

/// One reason for the end of all selected assignments.
#[component]
fn Together(selection: Selection, package: PackageId, name: String) -> impl IntoView {
    let hint = ["They lose what came with “", &name, "” at once, and are told so with the reason."].concat();
    view! {
        <div class="bulk" role="group" aria-label="Remove the selected assignments">
            <PostForm call=EndPackageAssignments::PATH class="bulk-form">
                <Hidden name="package" value=package.to_string()/>
                <Selected selection/>
                <TextArea name="words" label="Reason" hint rows=1/>
                <span class="group"><SubmitButton label="Remove all selected" kind="danger" icon="x"/></span>
            </PostForm>
        </div>
    }
    .into_any()
}

#[component]
fn Line(row: Row, acts: bool, selection: Option<Selection>) -> impl IntoView {
    let Row { assignment, who, policy, badge, starts, ends, ended, source, request, removable } = row;
    let name = who.name.clone();
    let end = match (ended, ends) {
        (Some(Ended { at, why }), _) => {
            view! { <td data-label="Ended"><When at/><span class="under">{why}</span></td> }.into_any()
        }
        (None, Some(of)) => view! { <td data-label="Ends"><TimeLeft of quiet=true/></td> }.into_any(),
        (None, None) => view! { <td data-label="Ends">"No end"</td> }.into_any(),
    };
    let source = match request {
        Some(request) => {
            let of = name.clone();
            view! { <a href=below(REQUESTS, &request.to_string())>{source}<span class="sr">", "{of}</span></a> }.into_any()
        }
        None => source.into_any(),
    };
    let pick = selection.filter(|_| removable).map(|selection| {
        let value = [&assignment.to_string(), ".", &name].concat();
        view! { <SelectRow selection value of=name.clone()/> }
    });
    let remove = removable.then(|| {
        let id = dialog_id(&assignment.to_string());
        view! { <DialogButton id class="button small bare danger">"Remove"<span class="sr">" "{name}</span></DialogButton> }
    });
    view! {
        <tr>
            <th scope="row"><span class="picks">{pick}<Person who/></span></th>
            <td data-label="Policy">{policy}</td>
            <td data-label="State"><StateBadge badge/></td>
            <td data-label="Since"><When at=starts/></td>
            {end}
            <td data-label="Source">{source}</td>
            {acts.then(|| view! { <td class="acts">{remove}</td> })}
        </tr>
    }
    .into_any()
}

fn dialog_id(assignment: &str) -> String {
    ["remove-", assignment].concat()
}

#[component]
fn RemoveDialog(row: Row, name: String) -> impl IntoView {
    let assignment = row.assignment.to_string();
    let id = dialog_id(&assignment);
    let label = ["Remove ", &row.who.name].concat();
    let text = [
        &row.who.name,
        " loses everything that came with “",
        &name,
        "” at once, and is told so with your reason. What they hold by other ways stays.",
    ]
    .concat();
    let about = ("assignment", assignment);
    view! {
        <DialogForm id title=[&label, "?"].concat() call=EndPackageAssignment::PATH about text keep="Keep it" label>
            <Hidden name="at" value="package"/>
            <TextArea name="words" label="Reason" hint="It stays in the history." rows=2/>
        </DialogForm>
    }
    .into_any()
}

fn nothing(path: &str, search: &str, filter: Filter) -> AnyView {
    let all = (address(path, &[("tab", TAB), ("state", filter.key())]), "Show all".to_owned());
    let (title, text, link) = match (search.is_empty(), filter) {
        (true, Filter::Active) => (
            "Nobody holds it",
            "Whoever requests the package and gets it appears here, and whoever it is assigned to.".to_owned(),
            None,
        ),
        (true, Filter::Ended) => ("Nothing has ended", "Whoever held the package appears here after it ended.".to_owned(), None),
        (false, _) => {
            let text = ["Nobody in this list has “", search, "” in their name. Try fewer or other letters, or the other state."];
            ("Nothing found", text.concat(), Some(all))
        }
    };
    view! { <Empty title text link/> }.into_any()
}
