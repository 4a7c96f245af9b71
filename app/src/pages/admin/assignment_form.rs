//! `/admin/packages/{id}/assignments/new`: giving a package to people who did not ask.

use super::{PACKAGES, below, parsed, read_id};
use crate::calls::assignment::AssignPackage;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::view::Choice;
use model::view::assignment::{NewAssignment, Policy};
use model::{PackageId, query};

#[component]
pub fn NewAssignmentPage() -> impl IntoView {
    let (id, person) = (read_id(), query_value("person"));
    let form =
        page_resource(move || Ok(query::NewAssignment { package: parsed(&id.get(), "access package")?, person: person.get() }));
    let view = move |form| view! { <Whole form person=person.get_untracked()/> }.into_any();
    view! { <Loaded of=form view/> }.into_any()
}

#[component]
fn Whole(form: NewAssignment, person: String) -> impl IntoView {
    let NewAssignment { package, package_name, policies, people } = form;
    let package_path = below(PACKAGES, &package.to_string());
    let crumbs = vec![(address(&package_path, &[("tab", "assignments")]), package_name)];
    let title = "New assignment";
    if policies.is_empty() {
        let text = "A package is assigned under a policy, which says how long it lasts and who approves. None is enabled now.";
        let link = Some((address(&package_path, &[("tab", "policies")]), "Open its policies".to_owned()));
        return view! {
            <Page title=title><PageHeader title crumbs/><Empty title="No policy to assign under" text link/></Page>
        }
        .into_any();
    }
    let path = [&package_path, "/assignments/new"].concat();
    // The address says under which policy, so that the choice works without script.
    let asked = query_value("policy");
    let several = policies.len() > 1;
    let policies = StoredValue::new(policies);
    let policy = Memo::new(move |_| {
        let asked = asked.get();
        policies.with_value(|all| all.iter().find(|policy| policy.policy.to_string() == asked).or(all.first()).cloned())
    });
    let choice = several.then(|| {
        let links = policies.with_value(|all| {
            let links = all.iter().map(|Policy { policy: id, name, .. }| {
                let id = *id;
                let current = move || policy.with(|policy| policy.as_ref().is_some_and(|policy| policy.policy == id));
                let href = address(&path, &[("policy", &id.to_string())]);
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
    let count = people.len();
    let people = StoredValue::new(people);
    let back = address(&package_path, &[("tab", "assignments")]);
    let fields = move || {
        let back = back.clone();
        policy.get().map(|policy| view! { <Fields package policy people=people.get_value() back/> })
    };
    let terms = move || policy.get().map(|policy| view! { <Facts facts=policy.terms/> });
    let keep = Signal::derive(move || asked.get());
    let text = "Everybody you choose gets the package, or nobody does: if one of them cannot, you are told who and why.";
    view! {
        <Page title=title>
            <PageHeader title crumbs text/>
            <div class="split">
                <div>
                    {choice}
                    <PersonSearch path label="Search people" value=person count keep=vec![("policy", keep.get_untracked())]/>
                    {fields}
                </div>
                <aside aria-label="About the policy">
                    <Card title="Terms"><div class="body">{terms}</div></Card>
                </aside>
            </div>
        </Page>
    }
    .into_any()
}

#[component]
fn Fields(package: PackageId, policy: Policy, people: Vec<Choice>, back: String) -> impl IntoView {
    let Policy { policy, name: _, terms: _, justification_required, questions, timeline_allowed } = policy;
    let among = Among::ForPackage(package);
    // Everybody would answer differently, so there is one person at a time.
    let one = !questions.is_empty();
    let questions = questions.into_iter();
    view! {
        <PostForm call=AssignPackage::PATH>
            <Hidden name="package" value=package.to_string()/>
            <Hidden name="policy" value=policy.to_string()/>
            {if one {
                let hint = "One person at a time, because the policy asks questions.";
                view! { <PersonPicker name="people[]" label="Person" hint people among/> }.into_any()
            } else {
                view! { <PeoplePicker name="people[]" label="People" people among/> }.into_any()
            }}
            {questions.map(|question| view! { <QuestionField question/> }).collect_view()}
            {timeline_allowed.then(|| view! {
                <div class="row-of-fields">
                    <InstantField name="starts_at" label="Start" hint="Leave it empty to start as soon as it can."/>
                    <InstantField name="ends_at" label="End" hint="Leave it empty for as long as the policy gives."/>
                </div>
            })}
            <TextArea
                name="justification"
                label="Business justification"
                hint="Approvers and the people themselves read it. It stays in the history."
                optional=!justification_required
            />
            <FormActs label="Assign" back/>
        </PostForm>
    }
    .into_any()
}
