//! `/admin/packages/{id}`: one package, what it gives, and under which policies it can be requested.

use super::catalogs::state;
use super::package_assignments::AssignmentsTab;
use super::requests::RequestsTab;
use super::reviews::ReviewsTab;
use super::separation::SeparationTab;
use super::who_could::WhoCouldTab;
use super::{CATALOGS, NewReview, PACKAGES, below, parsed, read_id};
use crate::calls::admin_package::{AddPackageRole, DeletePackage, RemovePackageRole};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::review::Reviewed;
use model::time::people;
use model::view::catalog::{FlaggedPolicy, GivenRole, Package, PolicyRow, RoleRemoval};
use model::view::{Badge, Choice};
use model::{PackageId, query};

const TABS: [(&str, &str); 8] = [
    ("", "Overview"),
    ("roles", "Resource roles"),
    ("policies", "Policies"),
    ("separation", "Separation of duties"),
    ("assignments", "Assignments"),
    ("requests", "Requests"),
    ("reviews", "Access reviews"),
    (WHO_COULD, "Who could?"),
];
const WHO_COULD: &str = "who-could";

#[component]
pub fn AdminPackagePage() -> impl IntoView {
    let id = read_id();
    let package = page_resource(move || Ok(query::AdminPackage { package: parsed(&id.get(), "access package")? }));
    view! { <Loaded of=package view=|package| view! { <Whole package/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(package: Package) -> impl IntoView {
    let chosen = query_value("tab");
    let who_could = package.who_could;
    let there = move |key: &str| who_could || key != WHO_COULD;
    let tab = Memo::new(move |_| {
        let found = |chosen: &String| TABS.iter().map(|(key, _)| *key).find(|key| key == chosen && there(key));
        chosen.with(found).unwrap_or_default().to_owned()
    });
    let path = below(PACKAGES, &package.package.to_string());
    let name = package.name.clone();
    let crumbs = vec![
        (CATALOGS.to_owned(), "Catalogs".to_owned()),
        (below(CATALOGS, &package.catalog.to_string()), package.catalog_name.clone()),
    ];
    let acts = package.may_edit.then(|| {
        let edit = [&path, "/edit"].concat();
        let of = Reviewed::Package(package.package);
        // The list of reviews offers it itself.
        let review = move || tab.with(|tab| tab != "reviews").then(|| view! { <NewReview of/> });
        view! {
            {review}
            <a class="button" href=edit>"Edit"</a>
            <DialogButton id="delete-package" class="button bare danger">"Delete"</DialogButton>
        }
        .into_any()
    });
    let badge = package.hidden.then(|| Badge::new("Hidden", "plain"));
    let delete = package.may_edit.then(|| view! { <DeleteDialog package=package.clone()/> });
    let description = package.description.clone();
    let tabs = TABS.iter().filter(|(key, _)| there(key));
    let tabs: Vec<Tab> = tabs.map(|(key, name)| Tab::new(key, name, address(&path, &[("tab", *key)]))).collect();
    let package = StoredValue::new(package);
    let panel = move || {
        let (package, path) = (package.get_value(), path.clone());
        match tab.get().as_str() {
            "roles" => view! { <RolesTab package/> }.into_any(),
            "policies" => view! { <PoliciesTab package path/> }.into_any(),
            WHO_COULD => view! { <WhoCouldTab package=package.package/> }.into_any(),
            "separation" => view! { <SeparationTab package=package.package/> }.into_any(),
            "assignments" => view! { <AssignmentsTab package=package.package/> }.into_any(),
            "requests" => view! { <RequestsTab package=package.package/> }.into_any(),
            "reviews" => view! { <ReviewsTab of=Reviewed::Package(package.package) path/> }.into_any(),
            _ => view! { <Overview package/> }.into_any(),
        }
    };
    view! {
        <Page title=name.clone()>
            <PageHeader title=name crumbs text=description badge acts/>
            <Tabs label="Access package" tabs chosen=tab>{panel}</Tabs>
            {delete}
        </Page>
    }
    .into_any()
}

#[component]
fn Overview(package: Package) -> impl IntoView {
    let Package { facts, link, policies, .. } = package;
    let none = policies.iter().all(|policy| !policy.enabled).then(|| {
        let text = "No policy is enabled, so nobody can request this package.";
        view! { <MessageBar tone="warn" text/> }
    });
    let copied = RwSignal::new("");
    let to_copy = link.clone();
    let on_copy = move |_| {
        copied.set(if copy(&to_copy) {
            "The link was copied."
        } else {
            "The browser does not copy here. Mark the link and copy it."
        });
    };
    view! {
        {none}
        <Card title="Facts"><div class="body"><Facts facts/></div></Card>
        <Card title="My Access link">
            <div class="body stack">
                <div class="add-line">
                    <div class="field">
                        <label for="my-access-link">"My Access link"</label>
                        <p class="hint">"Opens the request form, also when the package is hidden."</p>
                        <input class="input" id="my-access-link" type="text" readonly value=link.clone()/>
                    </div>
                    <button class="button" type="button" on:click=on_copy><Icon name="copy"/>"Copy link"</button>
                    <a class="button bare" href=link>"Open"</a>
                </div>
                <p class="hint" aria-live="polite">{move || copied.get()}</p>
            </div>
        </Card>
    }
    .into_any()
}

/// Puts a text where it can be pasted from; whether the browser has such a place, which it has not without TLS.
#[cfg(feature = "hydrate")]
fn copy(text: &str) -> bool {
    use wasm_bindgen::{JsCast, JsValue};
    let get = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &JsValue::from_str(name)).ok();
    let Some(clipboard) = get(&window(), "navigator").and_then(|navigator| get(&navigator, "clipboard")) else { return false };
    let write = get(&clipboard, "writeText").and_then(|write| write.dyn_into::<js_sys::Function>().ok());
    write.is_some_and(|write| write.call1(&clipboard, &JsValue::from_str(text)).is_ok())
}

#[cfg(not(feature = "hydrate"))]
fn copy(_text: &str) -> bool {
    false
}

#[component]
fn RolesTab(package: Package) -> impl IntoView {
    let Package { package, roles, offered, offered_of, holders, may_edit, catalog, .. } = package;
    let (id, catalog) = (package.to_string(), below(CATALOGS, &catalog.to_string()));
    let add = may_edit.then(|| view! { <OfferedOf shown=offered_of/><AddRole id=id.clone() offered holders catalog/> });
    if roles.is_empty() {
        let text = "Whoever holds the package gets every role that is added here, until the package ends for them.";
        return view! { {add}<Empty title="Gives nothing yet" text/> }.into_any();
    }
    let path = below(PACKAGES, &id);
    let removing = query_value("remove");
    let dialog = may_edit.then(|| {
        let path = path.clone();
        move || {
            let role = Some(removing.get()).filter(|role| !role.is_empty())?;
            Some(view! { <RemoveRole package role path=path.clone()/> })
        }
    });
    let lines = roles
        .into_iter()
        .map(|GivenRole { key, icon, name, via, kind, assignment_type, called, privileged }| {
            let act = may_edit.then(|| {
                let remove = address(&path, &[("tab", "roles"), ("remove", &key)]);
                view! {
                    <td class="acts">
                        <a class="button small bare danger" href=remove>"Remove"<span class="sr">" "{called}</span></a>
                    </td>
                }
            });
            let tone = if privileged { "warn" } else { "" };
            view! {
                <tr>
                    <th scope="row"><span class="picks"><IconBox name=icon.symbol() tone/><span class="name">{name}</span></span></th>
                    <td data-label="Role">{if via.is_empty() { kind.clone() } else { via }}</td>
                    <td data-label="Given as">{assignment_type.given_as()}</td>
                    {act}
                </tr>
            }
        })
        .collect_view();
    view! {
        {add}
        <Listing caption="Resource roles" columns=vec!["Name", "Role", "Given as"] acts=may_edit dense=true>{lines}</Listing>
        {dialog}
    }
    .into_any()
}

/// What is said when a catalog has more resources than a form offers.
#[component]
pub fn OfferedOf(#[prop(optional_no_strip)] shown: Option<u32>) -> impl IntoView {
    shown.map(|shown| {
        let shown = shown.to_string();
        let text = [
            "The catalog has more than ",
            &shown,
            " resources. Only the roles of those that were brought in first are offered: to give others, take out resources that no \
             package gives, or bring them into another catalog.",
        ];
        view! { <MessageBar text=text.concat()/> }
    })
}

/// The role is chosen in the dialog that says what adding it does.
#[component]
fn AddRole(id: String, offered: Vec<Choice>, holders: u32, catalog: String) -> impl IntoView {
    if offered.is_empty() {
        let link = ([&catalog, "?tab=resources"].concat(), "Resources of the catalog".to_owned());
        let text = "Everything that the catalog offers is in this package. Bring another resource into the catalog to add more.";
        return view! { <MessageBar text link/> }.into_any();
    }
    let mut options = vec![(String::new(), "Choose a role".to_owned())];
    options.extend(offered.into_iter().map(|Choice { id, name, under }| (id, [name, under].join(" · "))));
    let effect = if holders == 0 {
        "Nobody holds the package now, so nobody gets anything yet.".to_owned()
    } else {
        ["Gives it at once to everybody who holds the package: ", &people(holders), ", until it ends for them."].concat()
    };
    view! {
        <div class="group">
            <DialogButton id="add-role" class="button"><Icon name="plus"/>"Add resource role"</DialogButton>
        </div>
        <DialogForm id="add-role" title="Add resource role" call=AddPackageRole::PATH text=effect label="Add role" kind="main-act">
                <Hidden name="package" value=id/>
                <Pick name="role" label="Resource role" options/>
</DialogForm>
    }
    .into_any()
}

/// The dialog says whom it concerns, which is counted only when somebody asks for it.
#[component]
fn RemoveRole(package: PackageId, role: String, path: String) -> impl IntoView {
    let removal = page_resource(move || Ok(query::PackageRoleRemoval { package, role: parsed(&role, "resource role")? }));
    let view = move |removal: Option<RoleRemoval>| {
        // It has just been removed.
        let Some(RoleRemoval { key, name, people: held, keep }) = removal else { return ().into_any() };
        let label = ["Remove ", &name].concat();
        let effect = match (held, keep) {
            (0, _) => "Nobody has it from this package now, so nobody loses anything.".to_owned(),
            (held, 0) => ["Takes it at once from ", &people(held), " who hold the package."].concat(),
            (held, keep) => [
                "Takes what came from this package from ",
                &people(held),
                " at once. ",
                &people(keep),
                " of them will still have it from elsewhere.",
            ]
            .concat(),
        };
        let back = address(&path, &[("tab", "roles")]);
        let about = ("role", key);
        let title = [&label, "?"].concat();
        view! {
            <DialogForm id="remove-role" title call=RemovePackageRole::PATH about text=effect label back>
                <Hidden name="package" value=package.to_string()/>
            </DialogForm>
        }
        .into_any()
    };
    view! { <Loaded of=removal view/> }.into_any()
}

#[component]
fn PoliciesTab(package: Package, path: String) -> impl IntoView {
    let Package { package, policies, may_edit, .. } = package;
    let new = [&path, "/policies/new"].concat();
    let add = may_edit.then(|| {
        let new = new.clone();
        view! { <div class="group"><a class="button" href=new><Icon name="plus"/>"New policy"</a></div> }
    });
    if policies.is_empty() {
        let text =
            "A policy says who may request the package, who approves it and how long it lasts. Without one nobody can get it.";
        let link = may_edit.then_some((new, "New policy".to_owned()));
        return view! { <Empty title="No policies yet" text link/> }.into_any();
    }
    let lines = policies
        .into_iter()
        .map(|PolicyRow { policy, name, enabled, whom, place, approval, lasts, held, open }| {
            let href = [&path, "/policies/", &policy.to_string()].concat();
            view! {
                <tr>
                    <th scope="row"><a class="name" href=href>{name}</a></th>
                    <td data-label="State"><StateBadge badge=state(enabled)/></td>
                    <td data-label="Who can request">{whom}<span class="under">{place}</span></td>
                    <td data-label="Approval">{approval}</td>
                    <td data-label="Lasts"><Sentence text=lasts/></td>
                    <td class="num" data-label="Held by">{held}</td>
                    <td class="num" data-label="Open requests">{open}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = vec!["Name", "State", "Who can request", "Approval", "Lasts", "Held by", "Open requests"];
    view! {
        {add}
        <Flagged package path/>
        <Listing caption="Policies" columns numbers=&["Held by", "Open requests"] dense=true>{lines}</Listing>
        <PriorityNote/>
    }
    .into_any()
}

/// The policies about which there is something to say. It is asked with this tab only: the people of large groups are counted.
#[component]
fn Flagged(package: PackageId, path: String) -> impl IntoView {
    let flagged = page_resource(move || Ok(query::FlaggedPolicies { package }));
    let view = move |flagged: Vec<FlaggedPolicy>| {
        let bars = flagged.into_iter().flat_map(|FlaggedPolicy { policy, name, warnings }| {
            let href = [&path, "/policies/", &policy.to_string()].concat();
            let strong = ["“", &name, "”: "].concat();
            warnings.into_iter().map(move |text| {
                let link = (href.clone(), "Open the policy".to_owned());
                view! { <MessageBar tone="warn" strong=strong.clone() text link/> }
            })
        });
        bars.collect_view().into_any()
    };
    view! { <Loaded of=flagged view/> }.into_any()
}

/// Which policy applies when several could.
#[component]
pub fn PriorityNote() -> impl IntoView {
    view! {
        <Card title="Which policy applies to whom">
            <div class="body stack">
                <p>"When several enabled policies cover somebody, only the closest kind counts:"</p>
                <ol>
                    <li>"first those for specific users and groups that name the person or one of their groups,"</li>
                    <li>"then those for all members,"</li>
                    <li>"then those for all users, guests too."</li>
                </ol>
                <p>
                    "When several of that kind cover them, the requestor chooses one by its name. Their order in this list changes nothing. \
                     Policies that are disabled, for nobody, or assigned by a rule are never asked under. Whoever holds the package extends \
                     it under the policy they hold it under."
                </p>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn DeleteDialog(package: Package) -> impl IntoView {
    let effect = if package.holders == 0 {
        "Nobody can request it any more. The history of whoever held it stays.".to_owned()
    } else {
        [&people(package.holders), " hold it now. It can be deleted only when nobody does."].concat()
    };
    let label = ["Delete ", &package.name].concat();
    view! {
            <DialogForm id="delete-package" title=[&label, "?"].concat() call=DeletePackage::PATH text=effect label>
                    <Hidden name="package" value=package.package.to_string()/>
    </DialogForm>
        }
    .into_any()
}
