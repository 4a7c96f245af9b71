//! `/my-access/packages/{id}`: a package and its request form. This is the *My Access link*.

use super::{parsed, read_id};
use crate::calls::request::SubmitRequest;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::PackageId;
use model::query;
use model::view::Fact;
use model::view::package::{Contained, Form, Package, PolicyChoice};

#[component]
pub fn PackagePage() -> impl IntoView {
    let id = read_id();
    let package = page_resource(move || Ok(query::Package { package: parsed(&id.get(), "access package")? }));
    view! { <Loaded of=package view=|package| view! { <Whole package/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(package: Package) -> impl IntoView {
    let Package { package: id, name, description, catalog, contains, form } = package;
    let chosen = query_value("policy");
    // The address says under which policy is asked, so that the choice works without script.
    let policies = match &form {
        Form::Open { policies } => policies.clone(),
        Form::Closed { .. } => Vec::new(),
    };
    let several = policies.len() > 1;
    let policies = StoredValue::new(policies);
    let policy = Memo::new(move |_| {
        let chosen = chosen.get();
        policies.with_value(|policies| {
            policies.iter().find(|policy| policy.policy.to_string() == chosen).or(policies.first()).cloned()
        })
    });
    let crumbs = vec![("/my-access/packages".to_owned(), "Access packages".to_owned())];
    let closed = match form {
        Form::Open { .. } => None,
        Form::Closed { why } => Some(view! { <RefusedBar refused=why tone="warn" role="status"/> }),
    };
    let choice = several.then(|| {
        let links = policies.with_value(|policies| {
            let links = policies.iter().map(|PolicyChoice { policy: id_of, name, .. }| {
                let id_of = *id_of;
                let current = move || policy.with(|policy| policy.as_ref().is_some_and(|policy| policy.policy == id_of));
                let href = ["/my-access/packages/", &id.to_string(), "?policy=", &id_of.to_string()].concat();
                view! { <a href=href aria-current=move || current().then_some("true")>{name.clone()}</a> }
            });
            links.collect_view()
        });
        view! {
            <section class="stack" aria-labelledby="policies-h">
                <h2 id="policies-h">"Under which policy"</h2>
                <nav class="kinds" aria-label="Policy">{links}</nav>
            </section>
        }
    });
    let ask = move || policy.get().map(|policy| view! { <Ask id policy several/> });
    let terms = move || {
        let mut terms = policy.get().map(|policy| policy.terms).unwrap_or_default();
        if terms.iter().all(|fact| fact.name != "Catalog") {
            terms.push(Fact { name: "Catalog".to_owned(), value: catalog.clone() });
        }
        view! { <Facts facts=terms/> }
    };
    view! {
        <Page title=name.clone()>
            <PageHeader title=name crumbs text=description/>
            {closed}
            <div class="split">
                <div>{choice}{ask}</div>
                <aside aria-label="About this package">
                    <Card title="What it contains"><ul class="lines">{contains.into_iter().map(contained).collect_view()}</ul></Card>
                    <Card title="Terms"><div class="body">{terms}</div></Card>
                </aside>
            </div>
        </Page>
    }
    .into_any()
}

/// Who decides, and what they want to know.
#[component]
fn Ask(id: PackageId, policy: PolicyChoice, several: bool) -> impl IntoView {
    let PolicyChoice { policy, name: _, justification_required, questions, plan, terms: _ } = policy;
    let plan = if plan.is_empty() {
        view! { <p class="quiet">"Nobody has to: the access is delivered as soon as you ask."</p> }.into_any()
    } else {
        view! { <Plan stages=plan/> }.into_any()
    };
    view! {
        <section class="stack" aria-labelledby="plan-h"><h2 id="plan-h">"Who will decide"</h2>{plan}</section>
        <PostForm call=SubmitRequest::PATH>
            <h2>"Your request"</h2>
            <Hidden name="package" value=id.to_string()/>
            {several.then(|| view! { <Hidden name="policy" value=policy.to_string()/> })}
            <TextArea
                name="justification"
                label="Business justification"
                hint="Approvers read this first. It stays in the history."
                optional=!justification_required
            />
            {questions.into_iter().map(|question| view! { <QuestionField question/> }).collect_view()}
            <div class="form-acts">
                <SubmitButton label="Submit request"/>
                <a class="button bare" href="/my-access/packages">"Cancel"</a>
            </div>
        </PostForm>
    }
    .into_any()
}

fn contained(contained: Contained) -> impl IntoView {
    let Contained { icon, name, under, privileged } = contained;
    let picture = view! { <IconBox name=icon.symbol() tone=if privileged { "warn" } else { "work" }/> }.into_any();
    let privileged = privileged.then_some(" · highly privileged");
    view! { <Line picture name under=view! { {under}{privileged} }.into_any()/> }
}
