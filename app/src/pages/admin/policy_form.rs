//! `/admin/packages/{id}/policies/new` and `/admin/packages/{id}/policies/{policy}`: one form for both.

use super::policy_fields::{Information, Lifecycle, Requests};
use super::policy_reviews::RequiredReviews;
use super::{PACKAGES, below, parsed, read_id};
use crate::calls::admin_package::DeletePolicy;
use crate::calls::policy::SavePolicy;
use crate::parts::prelude::*;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::catalog::PolicyOf;
use model::query;
use model::time::count;
use model::view::catalog::Policy;

#[component]
pub fn NewPolicyPage() -> impl IntoView {
    let id = read_id();
    let policy = page_resource(move || Ok(query::Policy { package: parsed(&id.get(), "access package")?, policy: None }));
    view! { <Loaded of=policy view=|policy| view! { <Whole policy/> }.into_any()/> }.into_any()
}

#[component]
pub fn PolicyPage() -> impl IntoView {
    let (id, params) = (read_id(), use_params_map());
    let policy = page_resource(move || {
        let chosen = params.with(|params| params.get_str("policy").unwrap_or_default().to_owned());
        Ok(query::Policy { package: parsed(&id.get(), "access package")?, policy: Some(parsed(&chosen, "policy")?) })
    });
    view! { <Loaded of=policy view=|policy| view! { <Whole policy/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(policy: Policy) -> impl IntoView {
    let path = below(PACKAGES, &policy.package.to_string());
    let title = if policy.policy.is_some() { policy.name.clone() } else { "New policy".to_owned() };
    let crumbs = vec![
        (PACKAGES.to_owned(), "Access packages".to_owned()),
        ([&path, "?tab=policies"].concat(), policy.package_name.clone()),
    ];
    let acts = policy.policy.map(|id| {
        let could = policy.who_could.then(|| {
            let could = address(&path, &[("tab", "who-could"), ("policy", &id.to_string())]);
            view! { <a class="button" href=could>"Who could?"</a> }
        });
        let delete = policy
            .may_edit
            .then(|| view! { <DialogButton id="delete-policy" class="button bare danger">"Delete"</DialogButton> });
        view! { {could}{delete} }.into_any()
    });
    let delete = policy.policy.filter(|_| policy.may_edit).map(|id| {
        let effect = if policy.held + policy.open == 0 {
            "Nobody can request under it any more. Past requests keep what they were made under."
        } else {
            "It is in use, and so it can only be disabled."
        };
        let label = ["Delete ", &policy.name].concat();
        let package = policy.package.to_string();
        view! {
                    <DialogForm id="delete-policy" title=[&label, "?"].concat() call=DeletePolicy::PATH text=effect label>
                            <Hidden name="package" value=package/>
                            <Hidden name="policy" value=id.to_string()/>
        </DialogForm>
                }
    });
    let open = (policy.open > 0).then(|| {
        let text = [&count(i64::from(policy.open), "open request"), ": settings saved here do not change them."].concat();
        view! { <MessageBar text/> }
    });
    let place = (!policy.place.is_empty()).then(|| {
        let text = policy.place.clone();
        let link = ([&path, "?tab=policies"].concat(), "How policies are chosen".to_owned());
        view! { <MessageBar strong="Applies to: " text link/> }
    });
    let warnings = policy.warnings.clone().into_iter().map(|text| view! { <MessageBar tone="warn" text/> }).collect_view();
    let readonly = (!policy.may_edit).then(|| {
        let text = if policy.settings.is_automatic() {
            "You may see this policy and change nothing of it. What rules assign is for Global Administrators and Identity Governance \
             Administrators."
        } else {
            "You may see this policy and change nothing of it. Owners and package managers of the catalog may."
        };
        view! { <MessageBar tone="warn" text/> }
    });
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs acts/>
            {readonly}{warnings}{place}{open}
            <Form policy path/>
            {delete}
        </Page>
    }
    .into_any()
}

#[component]
fn Form(policy: Policy, path: String) -> impl IntoView {
    let Policy { package, policy: id, version, name, enabled, settings, names, askable, reviews, may_edit, may_automate, .. } =
        policy;
    let (required, reviewers) = (settings.reviews.is_some(), names.clone());
    let label = if id.is_some() { "Save" } else { "Create policy" };
    let ids =
        id.map(|id| view! { <Hidden name="policy" value=id.to_string()/><Hidden name="version" value=version.to_string()/> });
    let back = [&path, "?tab=policies"].concat();
    let (again, more) = (settings.clone(), settings.clone());
    view! {
        <PostForm call=SavePolicy::PATH class="form policy-form">
            // The first button of a form is pressed by Enter: it must not be one that takes something away.
            <button class="sr" type="submit" tabindex="-1" aria-hidden="true">{label}</button>
            <Hidden name="package" value=package.to_string()/>
            {ids}
            <Requests
                of=PolicyOf::Package(package)
                name
                enabled
                settings
                names
                askable
                may_automate
                policy=id
            />
            <div class="form only-asked">
                <h2 id="questions">"Requestor information"</h2>
                <Information settings=again/>
                <h2>"Lifecycle"</h2>
                <Lifecycle settings=more/>
                <RequiredReviews of=PolicyOf::Package(package) required reviews names=reviewers/>
            </div>
            {may_edit.then(|| view! {
                <FormActs label back/>
            })}
        </PostForm>
    }
    .into_any()
}
