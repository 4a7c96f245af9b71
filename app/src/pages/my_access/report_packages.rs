//! `/my-team/{id}/packages`: what can be asked for in place of somebody who reports to the reader.

use super::team::{TEAM, report_path};
use super::{parsed, read_id};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::package::{Row, Standing};
use model::view::team::ReportPackages;

#[component]
pub fn ReportPackagesPage() -> impl IntoView {
    let (id, search, after) = (read_id(), query_value("search"), query_after());
    let packages = page_resource(move || {
        let report = parsed(&id.get(), "person in your team")?;
        Ok(query::ReportPackages { report, search: search.get(), after: after.get() })
    });
    view! { <Loaded of=packages view=|packages| view! { <Whole packages/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(packages: ReportPackages) -> impl IntoView {
    let ReportPackages { who, enabled, search, rows, paging } = packages;
    let of = report_path(&who.id.to_string());
    let path = [&of, "/packages"].concat();
    let title = ["Request for ", &who.name].concat();
    let crumbs = vec![(TEAM.to_owned(), "My team".to_owned()), (of, who.name.clone())];
    let text = ["What ", &who.name, " could request, where its policy lets managers ask for their reports."].concat();
    let list = if !enabled {
        let text = "Nothing can be requested for this account until it is enabled again.";
        view! { <MessageBar tone="warn" strong=[&who.name, " is disabled."].concat() text/> }.into_any()
    } else if rows.is_empty() {
        // Whatever the rules left out of this page, there may be a next one.
        let pager = view! { <Pager path=path.clone() paging=paging.clone() keep=vec![("search", search.clone())]/> };
        view! { {nothing(&path, &search, paging.further)}{pager} }.into_any()
    } else {
        let pager = view! { <Pager path=path.clone() paging=paging.clone() keep=vec![("search", search.clone())]/> }.into_any();
        let rows = rows.into_iter().map(|row| line(row, &path)).collect_view();
        view! {
            <Listing caption="Access packages" columns=vec!["Name", "Resources"] acts=true pager>{rows}</Listing>
        }
        .into_any()
    };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs text/>
            <div>
                {enabled.then(|| {
                    let value = Signal::stored(search.clone());
                    view! { <SearchTools path=path.clone() label="Search access packages" value/> }
                })}
                {list}
            </div>
        </Page>
    }
    .into_any()
}

fn line(row: Row, path: &str) -> AnyView {
    let Row { package, name, description, resources, privileged, standing } = row;
    let href = [path, "/", &package.to_string()].concat();
    let (icon, tone) = if privileged { ("shield", "warn") } else { ("box", "work") };
    let of = name.clone();
    let act = match standing {
        Standing::Open | Standing::Ended { .. } => {
            view! { <a class="button small" href=href.clone()>"Request"<span class="sr">" "{of}</span></a> }.into_any()
        }
        Standing::Requested { request, badge } => {
            let view = ["/my-access/requests/", &request.to_string()].concat();
            view! {
                <span class="group">
                    <StateBadge badge/>
                    <a class="button small bare" href=view>"View"<span class="sr">" "{of}</span></a>
                </span>
            }
            .into_any()
        }
        Standing::Held { badge, .. } => view! { <StateBadge badge/> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <span class="picks">
                    <IconBox name=icon tone/>
                    <span><a class="name" href=href>{name}</a><span class="under">{description}</span></span>
                </span>
            </th>
            <td data-label="Resources">{resources}</td>
            <td class="acts">{act}</td>
        </tr>
    }
    .into_any()
}

fn nothing(path: &str, search: &str, further: bool) -> AnyView {
    let all = (path.to_owned(), "Show all".to_owned());
    if !search.is_empty() {
        let text = ["No access package has “", search, "” in its name or description. Try fewer or other words."].concat();
        return view! { <Empty title="Nothing found" text link=Some(all)/> }.into_any();
    }
    let text = "A package appears here when its policy covers this person and lets managers request for their reports.";
    view! { <Empty title="Nothing to request" text link=further.then_some(all)/> }.into_any()
}
