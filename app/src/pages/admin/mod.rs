//! Administration: the directory that everything else is about.

pub mod access_tokens;
pub mod alert;
mod alert_rows;
pub mod alerts;
mod answering;
pub mod application;
pub mod applications;
pub mod assignment_form;
pub mod authentication_contexts;
mod automatic;
pub mod catalog;
pub mod catalog_form;
pub mod catalogs;
pub mod discovery;
pub mod discovery_change;
mod drafts;
pub mod emergency;
pub mod group;
pub mod group_form;
pub mod groups;
pub mod groups_discover;
pub mod holders;
mod import_form;
pub mod import_preview;
pub mod imports;
mod lacking;
pub mod mail_settings;
mod members;
pub mod package;
mod package_assignments;
pub mod package_draft;
pub mod package_form;
pub mod packages;
mod policy_check;
mod policy_fields;
pub mod policy_form;
mod policy_reviews;
mod preview;
pub mod request;
pub mod requests;
pub mod review;
mod review_acts;
pub mod review_campaign;
mod review_fields;
pub mod review_form;
pub mod review_history;
mod review_preview;
mod review_results;
mod review_settings;
pub mod reviews;
pub mod role_assign;
pub mod role_assignments;
mod role_breaking;
mod role_mails;
mod role_place;
pub mod role_settings;
pub mod roles;
mod separation;
pub mod settings;
mod settings_parts;
mod stage_fields;
pub mod targets;
mod targets_form;
mod targets_found;
pub mod terms;
pub mod user;
mod user_acts;
pub mod user_form;
mod user_methods;
mod user_roles;
pub mod users;
pub mod webhooks;
mod who_could;

use crate::calls::review::new_path;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::review::Reviewed;

use super::my_access::{parsed, read_id};

const USERS: &str = "/admin/users";
const GROUPS: &str = "/admin/groups";
const CATALOGS: &str = "/admin/catalogs";
const PACKAGES: &str = "/admin/packages";
const REQUESTS: &str = "/admin/requests";
const ROLES: &str = "/admin/roles";
const REVIEWS: &str = "/admin/reviews";

/// `/admin/users/{id}` and the like.
fn below(path: &str, id: &str) -> String {
    [path, "/", id].concat()
}

/// The kinds of one list as links, of which one is chosen: key in the address and name. The search stays.
#[component]
fn Kinds(
    label: &'static str,
    path: &'static str,
    kinds: Vec<(&'static str, &'static str)>,
    chosen: Memo<String>,
    search: Memo<String>,
) -> impl IntoView {
    let links = kinds
        .into_iter()
        .map(|(key, name)| {
            let href = move || search.with(|search| address(path, &[("filter", key), ("search", search)]));
            let current = move || chosen.with(|chosen| (chosen == key).then_some("true"));
            view! { <a href=href aria-current=current>{name}</a> }
        })
        .collect_view();
    view! { <nav class="kinds" aria-label=label>{links}</nav> }.into_any()
}

/// The way to a review of what a page is about.
#[component]
fn NewReview(of: Reviewed) -> impl IntoView {
    view! { <a class="button" href=new_path(of)>"New access review"</a> }
}

/// What a list offers beside its heading, as soon as it is known that it is offered.
#[component]
fn Offer<V: 'static>(of: PageResource<V>, offered: fn(&V) -> bool, href: &'static str, words: &'static str) -> impl IntoView {
    awaited(false, move || {
        let waited = of.wait();
        Box::pin(async move {
            let is_offered = of.open(waited.await).is_ok_and(|view| offered(&view));
            let button = move || view! { <a class="button main-act" href=href><Icon name="plus"/>{words}</a> };
            let shows: Shows = Box::new(move || is_offered.then(button).into_any());
            shows
        })
    })
}
