//! `/admin/applications`: applications of others, and what belongs to each.

use super::{Offer, below, parsed, read_id};
use crate::calls::application::{APPLICATIONS, SaveApplication};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::application::{Applications, OneApplication, Row};

const NEW: &str = "/admin/applications/new";

#[component]
pub fn ApplicationsPage() -> impl IntoView {
    let (search, after) = (query_value("search"), query_after());
    let applications = page_resource(move || Ok(query::Applications { search: search.get(), after: after.get() }));
    let page = move || {
        let offered = |applications: &Applications| applications.may_change;
        let acts = view! { <Offer of=applications offered href=NEW words="New application"/> }.into_any();
        let text = "Applications of others, whose roles are given here. A target tells an application who holds them.";
        view! {
            <Page title="Applications">
                <PageHeader title="Applications" text acts/>
                <div>
                    <SearchTools path=APPLICATIONS label="Search applications" value=search/>
                    <Loaded of=applications view=|applications| view! { <List applications/> }.into_any()/>
                </div>
            </Page>
        }
        .into_any()
    };
    view! { <Gate open=|frame| frame.sees_groups view=page/> }.into_any()
}

#[component]
fn List(applications: Applications) -> impl IntoView {
    let Applications { search, rows, paging, may_change } = applications;
    if rows.is_empty() {
        return if search.is_empty() {
            let text = "An application has roles, which packages and administrators give.";
            let link = may_change.then(|| (NEW.to_owned(), "New application".to_owned()));
            view! { <Empty title="No applications yet" text link/> }.into_any()
        } else {
            let text = ["No application has “", &search, "” in its name. Try fewer or other letters."].concat();
            let link = Some((APPLICATIONS.to_owned(), "Show all applications".to_owned()));
            view! { <Empty title="Nothing found" text link/> }.into_any()
        };
    }
    let keep = vec![("search", search)];
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <Listing
            caption="Applications"
            columns=vec!["Name", "Roles", "Assignments", "Target"]
            numbers=&["Roles", "Assignments"]
            dense=true
            pager=view! { <Pager path=APPLICATIONS paging keep/> }.into_any()
        >
            {rows}
        </Listing>
    }
    .into_any()
}

fn row(row: Row) -> impl IntoView {
    let Row { application, name, description, roles, assignments, target } = row;
    view! {
        <tr>
            <NameCell icon="app" href=below(APPLICATIONS, &application.to_string()) name under=description/>
            <td class="num" data-label="Roles">{roles}</td>
            <td class="num" data-label="Assignments">{assignments}</td>
            <td data-label="Target">{target.words("target")}</td>
        </tr>
    }
}

#[component]
pub fn NewApplicationPage() -> impl IntoView {
    // What is offered beside the list is what may be made here.
    let applications = page_resource(|| Ok(query::Applications { search: String::new(), after: None }));
    let view = |applications: Applications| {
        let form = if applications.may_change {
            view! { <Form application=None/> }.into_any()
        } else {
            forbidden(APPLICATIONS.to_owned(), "Back to the applications")
        };
        let title = "New application";
        let crumbs = vec![(APPLICATIONS.to_owned(), "Applications".to_owned())];
        view! { <Page title><PageHeader title crumbs/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=applications view/> }.into_any()
}

#[component]
pub fn EditApplicationPage() -> impl IntoView {
    let id = read_id();
    let application =
        page_resource(move || Ok(query::Application { application: parsed(&id.get(), "application")?, role: None, after: None }));
    let view = |application: OneApplication| {
        let title = ["Edit ", &application.name].concat();
        let path = below(APPLICATIONS, &application.application.to_string());
        let crumbs = vec![(APPLICATIONS.to_owned(), "Applications".to_owned()), (path.clone(), application.name.clone())];
        let form = if application.may_change {
            view! { <Form application=Some(application)/> }.into_any()
        } else {
            forbidden(path, "Back to the application")
        };
        view! { <Page title=title.clone()><PageHeader title crumbs/>{form}</Page> }.into_any()
    };
    view! { <Loaded of=application view/> }.into_any()
}

fn forbidden(path: String, back: &'static str) -> AnyView {
    let text = "You may see applications and change nothing of them. Ask a Global Administrator or an Application Administrator.";
    view! { <MessageBar tone="warn" text link=(path, back.to_owned())/> }.into_any()
}

#[component]
fn Form(#[prop(optional_no_strip)] application: Option<OneApplication>) -> impl IntoView {
    let back = application
        .as_ref()
        .map_or_else(|| APPLICATIONS.to_owned(), |application| below(APPLICATIONS, &application.application.to_string()));
    let label = if application.is_some() { "Save" } else { "Create application" };
    let ids = application.as_ref().map(|application| {
        let (id, version) = (application.application.to_string(), application.version.to_string());
        view! { <Hidden name="application" value=id/><Hidden name="version" value=version/> }
    });
    let (name, description) =
        application.map_or_else(Default::default, |application| (application.name, application.description));
    view! {
        <PostForm call=SaveApplication::PATH>
            {ids}
            <TextField name="name" label="Name" value=name/>
            <TextArea name="description" label="Description" hint="What it is for." value=description rows=2 optional=true/>
            <FormActs label back/>
        </PostForm>
    }
    .into_any()
}
