//! `/admin/catalogs/{id}`: what is in one catalog, and who may do what there.

use super::catalogs::state;
use super::packages::PackageList;
use super::{CATALOGS, GROUPS, PACKAGES, USERS, below, parsed, read_id};
use crate::calls::catalog::{AddCatalogResource, DeleteCatalog, GiveCatalogRole, RemoveCatalogResource, TakeCatalogRole};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::catalog::{CatalogRole, Holder};
use model::query;
use model::view::catalog::{Catalog, ResourceRow, RoleRow, Shown, Tab as Part};
use model::view::{Choice, Paging, Persona};

const TABS: [(&str, &str); 3] = [("", "Access packages"), ("resources", "Resources"), ("roles", "Roles and administrators")];

#[component]
pub fn CatalogPage() -> impl IntoView {
    let (id, tab, after) = (read_id(), query_value("tab"), query_after());
    // Both searches ask for the same: what could be added.
    let (found, person) = (query_value("search"), query_value("person"));
    let catalog = page_resource(move || {
        let part = read_tab(&tab.get());
        let search = if part == Part::Roles { person.get() } else { found.get() };
        Ok(query::Catalog { catalog: parsed(&id.get(), "catalog")?, tab: part, search, after: after.get() })
    });
    let view = move |catalog| {
        let searched = if read_tab(&tab.get_untracked()) == Part::Roles { person } else { found };
        view! { <Whole catalog searched=searched.get_untracked()/> }.into_any()
    };
    view! { <Loaded of=catalog view/> }.into_any()
}

fn read_tab(text: &str) -> Part {
    match text {
        "resources" => Part::Resources,
        "roles" => Part::Roles,
        _ => Part::Packages,
    }
}

#[component]
fn Whole(catalog: Catalog, searched: String) -> impl IntoView {
    let Catalog { catalog: id, name, description, enabled, version: _, may_manage, may_make_packages, shown } = catalog;
    let id = id.to_string();
    let path = below(CATALOGS, &id);
    let crumbs = vec![(CATALOGS.to_owned(), "Catalogs".to_owned())];
    let chosen = match &shown {
        Shown::Packages { .. } => "",
        Shown::Resources { .. } => "resources",
        Shown::Roles { .. } => "roles",
    };
    let edit = may_manage.then(|| {
        view! {
            <a class="button" href=[&path, "/edit"].concat()>"Edit"</a>
            <DialogButton id="delete-catalog" class="button bare danger">"Delete"</DialogButton>
        }
    });
    let delete = may_manage.then(|| {
        let id = id.clone();
        let label = ["Delete ", &name].concat();
        let text = "Its resources and roles go with it; what is in the directory stays. It can be deleted only when no access package is in it.";
        let title = [&label, "?"].concat();
        view! {
            <DialogForm id="delete-catalog" title call=DeleteCatalog::PATH text=text.to_owned() label>
                <Hidden name="catalog" value=id/>
            </DialogForm>
        }
    });
    let make = may_make_packages.then(|| {
        let href = [PACKAGES, "/new?catalog=", &id].concat();
        view! { <a class="button main-act" href=href><Icon name="plus"/>"New access package"</a> }
    });
    let acts = view! { {edit}{make} }.into_any();
    let tabs = TABS.map(|(key, name)| Tab::new(key, name, address(&path, &[("tab", key)]))).into();
    let warning = (!enabled).then(|| {
        let text = "This catalog is disabled: nobody can request its packages. What people hold already stays.";
        view! { <MessageBar tone="warn" text/> }
    });
    let panel = match shown {
        Shown::Packages { rows, paging } => view! { <PackageList rows paging path in_catalog=true/> }.into_any(),
        Shown::Resources { rows, paging, offered } => {
            view! { <Resources id path rows paging offered searched may_manage/> }.into_any()
        }
        Shown::Roles { rows, offered, cut } => view! { <Roles id path rows offered cut searched may_manage/> }.into_any(),
    };
    view! {
        <Page title=name.clone()>
            <PageHeader title=name crumbs text=description badge=Some(state(enabled)) acts/>
            {warning}
            <Tabs label="Catalog" tabs chosen=Signal::stored(chosen.to_owned())>{panel}</Tabs>
            {delete}
        </Page>
    }
    .into_any()
}

#[component]
fn Resources(
    id: String,
    path: String,
    rows: Vec<ResourceRow>,
    paging: Paging,
    offered: Vec<Choice>,
    searched: String,
    may_manage: bool,
) -> impl IntoView {
    let add = may_manage.then(|| {
        let (id, path) = (id.clone(), path.clone());
        view! { <AddResource id path offered searched/> }
    });
    if rows.is_empty() && !paging.further {
        let text = "Packages of this catalog can give only what was brought in here: groups, applications and directory roles.";
        return view! { {add}<Empty title="No resources yet" text/> }.into_any();
    }
    let dialogs = may_manage.then(|| {
        let rows = rows.iter().cloned();
        rows.map(|row| view! { <RemoveResource row catalog=id.clone()/> }).collect_view()
    });
    let lines = rows
        .into_iter()
        .map(|ResourceRow { key, icon, name, kind, packages, since }| {
            let href = key.split_once(':').and_then(|(kind, id)| match kind {
                "group" => Some(below(GROUPS, id)),
                _ => None,
            });
            let shown = match href {
                Some(href) => view! { <a class="name" href=href>{name.clone()}</a> }.into_any(),
                None => view! { <span class="name">{name.clone()}</span> }.into_any(),
            };
            let act = may_manage.then(|| {
                let dialog = dialog_id(&key);
                view! {
                    <td class="acts">
                        <DialogButton id=dialog class="button small bare danger">"Remove"<span class="sr">" "{name}</span></DialogButton>
                    </td>
                }
            });
            view! {
                <tr>
                    <th scope="row"><span class="picks"><IconBox name=icon.symbol()/>{shown}</span></th>
                    <td data-label="Kind">{kind}</td>
                    <td class="num" data-label="Access packages">{packages}</td>
                    <td data-label="Added"><When at=since/></td>
                    {act}
                </tr>
            }
        })
        .collect_view();
    let keep = vec![("tab", "resources".to_owned())];
    let pager = view! { <Pager path paging keep/> }.into_any();
    view! {
        {add}
        <Listing
            caption="Resources of the catalog"
            columns=vec!["Name", "Kind", "Access packages", "Added"]
            numbers=&["Access packages"]
            acts=may_manage
            dense=true
            pager
        >
            {lines}
        </Listing>
        {dialogs}
    }
    .into_any()
}

fn dialog_id(key: &str) -> String {
    ["remove-", &key.replace(':', "-")].concat()
}

/// A search that loads the page again, and a list of what it found.
#[component]
fn AddResource(id: String, path: String, offered: Vec<Choice>, searched: String) -> impl IntoView {
    let mut options = vec![(String::new(), "Choose a resource".to_owned())];
    let nothing = offered.is_empty();
    options.extend(offered.into_iter().map(|Choice { id, name, under }| (id, [name, under].join(" · "))));
    let hint = if nothing {
        "Nothing that you may bring in has this name."
    } else {
        "You may bring in what you may hand out yourself: groups that you own or administer, applications, roles."
    };
    view! {
        <div class="stack">
            <form class="tools" method="get" action=path role="search">
                <input type="hidden" name="tab" value="resources"/>
                <div class="search">
                    <Icon name="search"/>
                    <label class="sr" for="resource-search">"Search resources to add"</label>
                    <input class="input" id="resource-search" type="search" name="search" value=searched placeholder="Search resources to add" autocomplete="off"/>
                </div>
                <button class="button" type="submit">"Search"</button>
            </form>
            <PostForm call=AddCatalogResource::PATH class="add-line">
                <Hidden name="catalog" value=id/>
                <Pick name="resource" label="Resource" hint options/>
                <SubmitButton label="Add resource" kind="" icon="plus"/>
            </PostForm>
        </div>
    }
    .into_any()
}

#[component]
fn RemoveResource(row: ResourceRow, catalog: String) -> impl IntoView {
    let ResourceRow { key, name, packages, .. } = row;
    let dialog = dialog_id(&key);
    let label = ["Remove ", &name].concat();
    let effect = if packages == 0 {
        "No package of the catalog gives it, so nobody loses anything.".to_owned()
    } else {
        "Packages of the catalog still give it. Take it out of them first.".to_owned()
    };
    let about = ("resource", key);
    view! {
            <DialogForm id=dialog title=[&label, "?"].concat() call=RemoveCatalogResource::PATH about text=effect label>
                    <Hidden name="catalog" value=catalog/>
    </DialogForm>
        }
    .into_any()
}

#[component]
fn Roles(
    id: String,
    path: String,
    rows: Vec<RoleRow>,
    offered: Vec<Choice>,
    #[prop(optional_no_strip)] cut: Option<u32>,
    searched: String,
    may_manage: bool,
) -> impl IntoView {
    let cut = cut.map(|shown| {
        let text = ["Only ", &shown.to_string(), " roles are shown. Give them to groups, and take away what the groups have."];
        view! { <MessageBar text=text.concat()/> }
    });
    let give = may_manage.then(|| {
        let (id, count) = (id.clone(), offered.len());
        let among = id.parse().map(Among::ForCatalog).unwrap_or_default();
        let options = CatalogRole::ALL.map(|role| (role.key().to_owned(), role.name().to_owned())).into();
        view! {
            <div>
                <PersonSearch path label="Search people and groups" value=searched count keep=vec![("tab", "roles".to_owned())]/>
                <PostForm call=GiveCatalogRole::PATH class="add-line">
                    <Hidden name="catalog" value=id/>
                    <PersonPicker name="holder" label="Person or group" people=offered among/>
                    <Pick name="role" label="Role" options/>
                    <SubmitButton label="Give role" kind="" icon="plus"/>
                </PostForm>
            </div>
        }
    });
    let meaning = CatalogRole::ALL
        .map(|role| view! { <div><dt>{role.name()}</dt><dd>{role.description()}</dd></div> })
        .into_iter()
        .collect_view();
    let meaning =
        view! { <Card title="What the roles mean"><div class="body"><dl class="facts over">{meaning}</dl></div></Card> };
    if rows.is_empty() {
        let text = "Global Administrators and Identity Governance Administrators manage every catalog. Others get a role here.";
        return view! { {give}<Empty title="Nobody has a role here" text/>{meaning} }.into_any();
    }
    let dialogs = may_manage.then(|| {
        let rows = rows.iter().cloned();
        rows.map(|row| view! { <TakeRole row catalog=id.clone()/> }).collect_view()
    });
    let lines = rows
        .into_iter()
        .map(|RoleRow { holder, name, under, role, since }| {
            let given = [role.key(), ":", &holder.to_string()].concat();
            let who = match holder {
                Holder::User(id) => {
                    let href = below(USERS, &id.to_string());
                    view! { <Person who=Persona { id, name: name.clone(), under } href/> }.into_any()
                }
                Holder::Group { group } => {
                    view! { <Team name=name.clone() href=below(GROUPS, &group.to_string()) under/> }.into_any()
                }
            };
            let act = may_manage.then(|| {
                let words = [" ", role.name(), " from ", &name].concat();
                view! {
                    <td class="acts">
                        <DialogButton id=take_id(&given) class="button small bare danger">"Take"<span class="sr">{words}</span></DialogButton>
                    </td>
                }
            });
            view! {
                <tr>
                    <th scope="row">{who}</th>
                    <td data-label="Role">{role.name()}</td>
                    <td data-label="Since"><When at=since/></td>
                    {act}
                </tr>
            }
        })
        .collect_view();
    view! {
        {give}{cut}
        <Listing caption="Roles within the catalog" columns=vec!["Name", "Role", "Since"] acts=may_manage dense=true>{lines}</Listing>
        {dialogs}
        {meaning}
    }
    .into_any()
}

fn take_id(given: &str) -> String {
    ["take-", &given.replace([':', '_'], "-")].concat()
}

#[component]
fn TakeRole(row: RoleRow, catalog: String) -> impl IntoView {
    let RoleRow { holder, name, role, .. } = row;
    let given = [role.key(), ":", &holder.to_string()].concat();
    let dialog = take_id(&given);
    let title = ["Take ", role.name(), " from ", &name, "?"].concat();
    let text = match holder {
        Holder::User(_) => [&name, " is no longer ", role.name(), " of this catalog, at once. Other roles stay."].concat(),
        Holder::Group { .. } => {
            let kept = " of this catalog, at once, unless they have the role in another way. Other roles stay.";
            ["The members of ", &name, " are no longer ", role.name(), kept].concat()
        }
    };
    let about = ("given", given);
    view! {
            <DialogForm id=dialog title call=TakeCatalogRole::PATH about text label=["Take from ", &name].concat()>
                    <Hidden name="catalog" value=catalog/>
    </DialogForm>
        }
    .into_any()
}
