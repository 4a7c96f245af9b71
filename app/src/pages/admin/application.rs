//! `/admin/applications/{id}`: one application, its roles, who holds them, and its target.

use super::{GROUPS, USERS, below, parsed, read_id};
use crate::calls::application::{
    APPLICATIONS, DeleteApplication, DeleteApplicationRole, EndApplicationAssignment, SaveApplicationRole,
};
use crate::calls::review::new_path;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::review::Reviewed;
use model::view::Fact;
use model::view::application::{Holder, OneApplication, Role, TargetRow};
use model::{ApplicationId, ApplicationRoleId};

const TARGETS: &str = "/admin/settings/targets";

#[component]
pub fn ApplicationPage() -> impl IntoView {
    let (id, role, after) = (read_id(), query_value("role"), query_after());
    let application = page_resource(move || {
        // Another role than there is shows what the plain address shows.
        let role = role.with(|role| role.parse().ok());
        Ok(query::Application { application: parsed(&id.get(), "application")?, role, after: after.get() })
    });
    view! { <Loaded of=application view=|application| view! { <Whole application/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(application: OneApplication) -> impl IntoView {
    let OneApplication { application: id, name, description, roles, chosen, holders, paging, may_change, .. } =
        application.clone();
    let path = below(APPLICATIONS, &id.to_string());
    let crumbs = vec![(APPLICATIONS.to_owned(), "Applications".to_owned())];
    let review = application.may_review.then(|| {
        view! { <a class="button" href=new_path(Reviewed::Application(id))>"New access review"</a> }
    });
    let change = may_change.then(|| {
        let delete = ["Delete ", &name].concat();
        let text = "Its roles are deleted with it. What is in use stays, and it is said where.";
        view! {
            <a class="button" href=[&path, "/edit"].concat()>"Edit"</a>
            <DialogButton id="delete" class="button danger">"Delete"</DialogButton>
            <DialogForm id="delete" title=[&delete, "?"].concat() call=DeleteApplication::PATH text label=delete.clone()>
                <Hidden name="application" value=id.to_string()/>
            </DialogForm>
        }
    });
    let acts = view! { {review}{change} }.into_any();
    let facts = facts(&application);
    let of = chosen.and_then(|chosen| roles.iter().find(|role| role.role == chosen)).map(|role| role.name.clone());
    let held = of.map(|role| view! { <Holders path=path.clone() role chosen holders paging/> });
    let add = may_change.then(|| {
        view! {
            <PostForm call=SaveApplicationRole::PATH class="add-line" about=("role", String::new())>
                <Hidden name="application" value=id.to_string()/>
                <TextField name="name" label="New role"/>
                <SubmitButton label="Add role"/>
            </PostForm>
        }
    });
    view! {
        <Page title=name.clone()>
            <PageHeader title=name crumbs text=description acts/>
            <div class="split">
                <div class="stack">
                    <section class="stack" aria-labelledby="roles-h">
                        <h2 id="roles-h">"Roles"</h2>
                        {add}
                        <Roles id path roles may_change/>
                    </section>
                    {held}
                </div>
                <aside aria-label="About this application">
                    <Card title="About"><div class="body"><Facts facts/></div></Card>
                    <Told target=application.target is_told=application.is_told/>
                </aside>
            </div>
        </Page>
    }
    .into_any()
}

fn facts(application: &OneApplication) -> Vec<Fact> {
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    let assignments: u64 = application.roles.iter().map(|role| role.assignments).sum();
    vec![
        fact("Roles", application.roles.len().to_string()),
        fact("Assignments", assignments.to_string()),
        fact("Catalogs", application.catalogs.words("catalog")),
    ]
}

/// The target that is told who holds the roles.
#[component]
fn Told(#[prop(optional_no_strip)] target: Option<TargetRow>, is_told: bool) -> impl IntoView {
    let body = match target {
        None if is_told => view! { <p class="quiet">"A target is told who holds its roles."</p> }.into_any(),
        None => view! { <p class="quiet">"No target: it is not told who holds its roles."</p> }.into_any(),
        Some(TargetRow { target, name, enabled }) => {
            let state = if enabled { "Enabled" } else { "Disabled" };
            view! { <p><a href=below(TARGETS, &target.to_string())>{name}</a>" · "{state}</p> }.into_any()
        }
    };
    view! { <Card title="Target"><div class="body">{body}</div></Card> }.into_any()
}

#[component]
fn Roles(id: ApplicationId, path: String, roles: Vec<Role>, may_change: bool) -> impl IntoView {
    if roles.is_empty() {
        let text = "A role is what packages and administrators give. Without one nobody gets anything here.";
        return view! { <Empty title="No roles" text/> }.into_any();
    }
    let rows = roles.into_iter().map(|Role { role, name, assignments }| {
        let href = address(&path, &[("role", &role.to_string())]);
        let acts = may_change.then(|| view! { <td class="acts"><RoleActs id role name=name.clone()/></td> });
        view! {
            <tr>
                <th scope="row"><a class="name" href=href>{name}</a></th>
                <td class="num" data-label="Assignments">{assignments}</td>
                {acts}
            </tr>
        }
    });
    let rows = rows.collect_view();
    let columns = vec!["Role", "Assignments"];
    view! { <Listing caption="Roles" columns numbers=&["Assignments"] acts=may_change dense=true>{rows}</Listing> }.into_any()
}

#[component]
fn RoleActs(id: ApplicationId, role: ApplicationRoleId, name: String) -> impl IntoView {
    let (application, role) = (id.to_string(), role.to_string());
    let again = application.clone();
    let (rename, delete) = (["rename-", &role].concat(), ["delete-", &role].concat());
    let (renames, deletes) = (["Rename ", &name].concat(), ["Delete ", &name].concat());
    let about = ("role", role);
    let text = "Nobody can be given it any more. What is in use stays, and it is said where.";
    view! {
        <DialogButton id=rename.clone() class="button small">"Rename"</DialogButton>
        <DialogForm
            id=rename
            title=[&renames, "?"].concat()
            call=SaveApplicationRole::PATH
            about=about.clone()
            text="Whoever holds it keeps it. A group at the target keeps its name there."
            label="Rename"
            kind="main-act"
        >
            <Hidden name="application" value=again/>
            <TextField name="name" label="Name of the role" value=name/>
        </DialogForm>
        <DialogButton id=delete.clone() class="button small danger">"Delete"</DialogButton>
        <DialogForm id=delete title=[&deletes, "?"].concat() call=DeleteApplicationRole::PATH about text label="Delete role">
            <Hidden name="application" value=application/>
        </DialogForm>
    }
    .into_any()
}

#[component]
fn Holders(
    path: String,
    role: String,
    #[prop(optional_no_strip)] chosen: Option<ApplicationRoleId>,
    holders: Vec<Holder>,
    paging: model::view::Paging,
) -> impl IntoView {
    let title = ["Who holds ", &role].concat();
    let list = if holders.is_empty() {
        view! { <Empty title="Nobody holds it" text="Packages give it, and administrators."/> }.into_any()
    } else {
        let keep = chosen.map(|role| ("role", role.to_string())).into_iter().collect();
        let pager = Some(view! { <Pager path paging keep/> }.into_any());
        let acts = holders.iter().any(|holder| holder.end.is_some());
        let dialogs = holders.iter().filter_map(|holder| removal(holder, &role)).collect_view();
        let rows = holders.into_iter().map(|one| holder(one, acts)).collect_view();
        let columns = vec!["Holder", "From", "Starts", "Ends"];
        view! { <Listing caption="Holders" columns acts dense=true pager>{rows}</Listing>{dialogs} }.into_any()
    };
    view! { <section class="stack" aria-labelledby="holders-h"><h2 id="holders-h">{title}</h2>{list}</section> }.into_any()
}

/// Asks before what was given directly is taken away.
fn removal(holder: &Holder, role: &str) -> Option<AnyView> {
    let end = holder.end?.to_string();
    let title = ["Remove ", &holder.name, "?"].concat();
    let text = [&holder.name, " loses “", role, "” at once, unless it comes another way too."].concat();
    let about = ("assignment", end.clone());
    let dialog = view! {
        <DialogForm id=["end-", &end].concat() title call=EndApplicationAssignment::PATH about text label="Remove">
            <TextArea name="words" label="Reason" hint="It stays in the history." rows=2/>
        </DialogForm>
    };
    Some(dialog.into_any())
}

fn holder(holder: Holder, acts: bool) -> impl IntoView {
    let Holder { kind, id, name, under, source, starts, ends, end } = holder;
    let of = name.clone();
    let end = end.map(|end| {
        let id = ["end-", &end.to_string()].concat();
        view! { <DialogButton id class="button small danger">"Remove"<span class="sr">" "{of}</span></DialogButton> }
    });
    let (icon, href) = match kind.as_str() {
        "user" => ("user", Some(below(USERS, &id))),
        "group" => ("team", Some(below(GROUPS, &id))),
        _ => ("key", None),
    };
    let first = match href {
        Some(href) => view! { <NameCell icon href name under/> }.into_any(),
        None => view! { <th scope="row">{name}<span class="under">{under}</span></th> }.into_any(),
    };
    let ends = match ends {
        Some(at) => view! { <When at/> }.into_any(),
        None => view! { "No end" }.into_any(),
    };
    view! {
        <tr>
            {first}
            <td data-label="From">{source}</td>
            <td data-label="Starts"><When at=starts/></td>
            <td data-label="Ends">{ends}</td>
            {acts.then(|| view! { <td class="acts">{end}</td> })}
        </tr>
    }
}
