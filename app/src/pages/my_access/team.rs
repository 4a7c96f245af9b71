//! `/my-team`: who reports to the reader.

use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::team::{Row, Team};

pub const TEAM: &str = "/my-team";

#[component]
pub fn TeamPage() -> impl IntoView {
    let page = || {
        let after = query_after();
        let team = page_resource(move || Ok(query::Team { after: after.get() }));
        view! {
            <Page title="My team">
                <PageHeader
                    title="My team"
                    text="Those who report to you, and what they hold where its policy lets managers see it."
                />
                <Loaded of=team view=|team| view! { <List team/> }.into_any()/>
            </Page>
        }
        .into_any()
    };
    view! { <Gate open=|frame| frame.has_reports view=page/> }.into_any()
}

/// The page of one report.
pub fn report_path(report: &str) -> String {
    [TEAM, "/", report].concat()
}

#[component]
fn List(team: Team) -> impl IntoView {
    let Team { rows, paging } = team;
    if rows.is_empty() {
        // Only an old cursor leads here: without reports there is no page.
        let link = (TEAM.to_owned(), "Show all".to_owned());
        return view! { <Empty title="Nobody here" text="Nobody follows in this list." link=Some(link)/> }.into_any();
    }
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <Listing
            caption="Those who report to you"
            columns=vec!["Name", "Packages held", "Open requests"]
            numbers=&["Packages held", "Open requests"]
            acts=true
            pager=view! { <Pager path=TEAM paging keep=Vec::new()/> }.into_any()
        >
            {rows}
        </Listing>
    }
    .into_any()
}

fn row(row: Row) -> impl IntoView {
    let Row { who, badge, holds, open } = row;
    let path = report_path(&who.id.to_string());
    let (of, packages) = (who.name.clone(), [&path, "/packages"].concat());
    let act = match badge {
        Some(badge) => view! { <StateBadge badge/> }.into_any(),
        None => view! { <a class="button small" href=packages>"Request"<span class="sr">" for "{of}</span></a> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><Person who href=path/></th>
            <td class="num" data-label="Packages held">{number(holds)}</td>
            <td class="num" data-label="Open requests">{number(open)}</td>
            <td class="acts">{act}</td>
        </tr>
    }
}

fn number(count: u32) -> String {
    if count == 0 { "None".to_owned() } else { count.to_string() }
}
