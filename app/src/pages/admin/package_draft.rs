//! `/admin/packages/new` and `/admin/packages/new/{draft}/{step}`: a new package, step by step. Each step is a page with a form
//! of its own; what it says is kept on the server, so that whoever leaves goes on later.

use super::automatic::AutomaticEffect;
use super::package::OfferedOf;
use super::package_form::Basics;
use super::policy_fields::{Information, Lifecycle, Requests};
use super::policy_reviews::RequiredReviews;
use super::{PACKAGES, below, parsed};
use crate::calls::CallError;
use crate::calls::draft::{
    CreateDraftedPackage, SaveDraftBasics, SaveDraftLifecycle, SaveDraftQuestions, SaveDraftRequests, SaveDraftRoles,
};
use crate::parts::prelude::*;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::catalog::PolicyOf;
use model::draft::Step;
use model::package::Scope;
use model::view::Choice;
use model::view::catalog::NewPackage;
use model::view::draft::{Draft, Reviewed};
use model::{Refusal, query};

pub const NEW: &str = "/admin/packages/new";

/// Where a step of a draft is.
pub fn step_address(draft: &str, step: Step) -> String {
    below(&below(NEW, draft), step.key())
}

fn crumbs() -> Vec<(String, String)> {
    vec![(PACKAGES.to_owned(), "Access packages".to_owned())]
}

/// The list of steps and the page of one of them.
fn page(step: Step, of: &str, steps: Vec<StepLink>, form: AnyView) -> AnyView {
    let number = Step::ALL.iter().position(|one| *one == step).unwrap_or(0) + 1;
    let text = ["Step ", &number.to_string(), " of ", &Step::ALL.len().to_string(), of].concat();
    view! {
        <Page title=step.name()>
            <PageHeader title=step.name() crumbs=crumbs() text/>
            <Steps label="Steps of the new access package" steps/>
            {form}
        </Page>
    }
    .into_any()
}

#[component]
pub fn NewPackagePage() -> impl IntoView {
    let (chosen, search) = (query_value("catalog"), query_value("search"));
    let new = page_resource(move || {
        let (chosen, search) = (chosen.get(), search.get());
        let catalog = if chosen.is_empty() { None } else { Some(parsed(&chosen, "catalog")?) };
        Ok(query::NewPackage { catalog, search })
    });
    let view = |new: NewPackage| {
        let steps = Step::ALL.into_iter().map(|step| {
            let current = step == Step::Basics;
            StepLink { name: step.name(), href: None, done: false, current }
        });
        page(Step::Basics, ": a new access package.", steps.collect(), first(new))
    };
    view! { <Loaded of=new view/> }.into_any()
}

/// The first step before there is a draft.
fn first(new: NewPackage) -> AnyView {
    let NewPackage { search, catalogs, catalog, more } = new;
    let searches = more || !search.is_empty();
    if catalogs.is_empty() && !searches {
        let link = Some(("/admin/catalogs/new".to_owned(), "New catalog".to_owned()));
        return view! { <Empty title="No catalogs yet" text="A package belongs to a catalog. Make one first." link/> }.into_any();
    }
    let only = if let [only] = catalogs.as_slice() { only.id.clone() } else { String::new() };
    let chosen = catalog.map_or(only, |catalog| catalog.to_string());
    let hint = "The package can give what is in its catalog, and stays there for good.";
    let said = if more {
        Some("There are more catalogs than the list shows. Find another one by its name.")
    } else if catalogs.is_empty() {
        Some("No catalog in which you may make packages has this name.")
    } else {
        None
    };
    let said = said.map(|text| view! { <MessageBar text/> });
    let count = catalogs.len();
    let search = searches.then(|| view! { <PersonSearch path=NEW label="Search catalogs" name="search" value=search count/> });
    // Inside of the form: a field that is made in front of it does not know what was typed.
    let choose = move || {
        if searches {
            let chosen = catalogs.iter().find(|one| one.id == chosen).cloned();
            let among = Among::CatalogsForPackages;
            return view! { <PersonPicker name="catalog" label="Catalog" hint chosen people=catalogs among/> }.into_any();
        }
        let mut options = vec![(String::new(), "Choose a catalog".to_owned())];
        options.extend(catalogs.into_iter().map(|Choice { id, name, .. }| (id, name)));
        view! { <Pick name="catalog" label="Catalog" hint value=chosen options/> }.into_any()
    };
    view! {
        {said}
        {search}
        <PostForm call=SaveDraftBasics::PATH class="form">
            <EnterGoesOn/>
            {choose()}
            <Basics name=String::new() description=String::new() hidden=false/>
            <StepActs step=Step::Basics cancel=true/>
        </PostForm>
    }
    .into_any()
}

#[component]
pub fn PackageDraftPage() -> impl IntoView {
    let params = use_params_map();
    let draft = page_resource(move || {
        let read = |name: &str| params.with(|params| params.get_str(name).unwrap_or_default().to_owned());
        let step = Step::from_key(&read("step"));
        let step = step.ok_or_else(|| CallError::NotFound(Refusal::NotFound { what: "step" }.into()))?;
        Ok(query::PackageDraft { draft: parsed(&read("draft"), "draft")?, step })
    });
    view! { <Loaded of=draft view=one/> }.into_any()
}

fn one(draft: Draft) -> AnyView {
    let (step, id) = (draft.step, draft.draft.to_string());
    let steps = Step::ALL.into_iter().map(|one| StepLink {
        name: one.name(),
        href: Some(step_address(&id, one)),
        done: draft.document.done.contains(&one) || !draft.document.applies(one),
        current: one == step,
    });
    let steps = steps.collect();
    let of = [" for the access package “", &draft.document.name, "” in the catalog “", &draft.catalog_name, "”."].concat();
    let form = match step {
        Step::Basics => basics(draft),
        Step::Roles => roles(draft),
        Step::Requests => requests(draft),
        Step::Questions | Step::Lifecycle if !draft.document.applies(step) => silent(&draft),
        Step::Questions => questions(draft),
        Step::Lifecycle => lifecycle(draft),
        Step::Review => review(draft),
    };
    page(step, &of, steps, form)
}

/// Which draft, as the page showed it.
#[component]
fn Ids(draft: String, version: i64) -> impl IntoView {
    view! { <Hidden name="draft" value=draft/><Hidden name="version" value=version.to_string()/> }
}

/// The first button of a form is pressed by Enter: it must be the one that goes on.
#[component]
fn EnterGoesOn() -> impl IntoView {
    view! { <button class="sr" type="submit" name="act" value="next" tabindex="-1" aria-hidden="true">"Next"</button> }
}

/// What ends a step. All of the buttons save it.
#[component]
fn StepActs(step: Step, #[prop(optional)] cancel: bool) -> impl IntoView {
    view! {
        <div class="form-acts">
            <SubmitButton label="Next" name="act" value="next" of=["to ", step.next().name()].concat()/>
            {(step != Step::Basics).then(|| view! {
                <SubmitButton label="Back" kind="" name="act" value="back" of=["to ", step.before().name()].concat()/>
            })}
            <SubmitButton label="Save and leave" kind="" name="act" value="leave"/>
            {cancel.then(|| view! { <a class="button bare" href=PACKAGES>"Cancel"</a> })}
        </div>
    }
    .into_any()
}

fn basics(draft: Draft) -> AnyView {
    let Draft { draft, version, document, .. } = draft;
    view! {
        <PostForm call=SaveDraftBasics::PATH class="form">
            <EnterGoesOn/>
            <Ids draft=draft.to_string() version/>
            <Basics name=document.name description=document.description hidden=document.hidden/>
            <StepActs step=Step::Basics/>
        </PostForm>
    }
    .into_any()
}

fn roles(draft: Draft) -> AnyView {
    let kept = draft.document.typed.get(&draft.step).cloned();
    let Draft { draft, version, document, offered, offered_of, .. } = draft;
    let values: Vec<String> = document.roles.iter().map(ToString::to_string).collect();
    // Inside of the form: a field that is made in front of it does not know what was typed.
    let choose = move || {
        if offered.is_empty() {
            let text = "The catalog has no resources yet. Roles can be added to the package later.";
            return view! { <MessageBar text/> }.into_any();
        }
        let hint = "Whoever gets the package gets all of them. More can be added later.";
        view! { <CheckGroup name="roles[]" legend="Resource roles" hint values options=offered optional=true/> }.into_any()
    };
    view! {
        <PostForm call=SaveDraftRoles::PATH kept class="form">
            <EnterGoesOn/>
            <Ids draft=draft.to_string() version/>
            <OfferedOf shown=offered_of/>
            {choose()}
            <StepActs step=Step::Roles/>
        </PostForm>
    }
    .into_any()
}

fn requests(draft: Draft) -> AnyView {
    let kept = draft.document.typed.get(&draft.step).cloned();
    let Draft { draft, version, document, names, askable, may_automate, .. } = draft;
    let policy = document.policy;
    view! {
        <PostForm call=SaveDraftRequests::PATH kept class="form policy-form">
            <EnterGoesOn/>
            <Ids draft=draft.to_string() version/>
            <p class="quiet">"The first policy of the package. More can be added later."</p>
            <Requests of=PolicyOf::Draft(draft) name=policy.name enabled=policy.enabled settings=policy.settings names askable may_automate/>
            <StepActs step=Step::Requests/>
        </PostForm>
    }
    .into_any()
}

/// A step that has nothing to say, because a rule assigns the package.
fn silent(draft: &Draft) -> AnyView {
    let (id, step) = (draft.draft.to_string(), draft.step);
    let text = if step == Step::Questions {
        "A rule assigns the package: nobody requests it, and so nobody is asked anything."
    } else {
        "A rule assigns the package: who matches has it as long as they match, and for the grace period afterwards."
    };
    let (next, back) = (step_address(&id, step.next()), step_address(&id, step.before()));
    view! {
        <MessageBar text/>
        <div class="form-acts">
            <a class="button main-act" href=next>"Next"<span class="sr">" to "{step.next().name()}</span></a>
            <a class="button" href=back>"Back"<span class="sr">" to "{step.before().name()}</span></a>
        </div>
    }
    .into_any()
}

fn questions(draft: Draft) -> AnyView {
    let kept = draft.document.typed.get(&draft.step).cloned();
    let Draft { draft, version, document, .. } = draft;
    view! {
        <PostForm call=SaveDraftQuestions::PATH kept class="form policy-form">
            <EnterGoesOn/>
            <Ids draft=draft.to_string() version/>
            <div id="questions"><Information settings=document.policy.settings/></div>
            <StepActs step=Step::Questions/>
        </PostForm>
    }
    .into_any()
}

fn lifecycle(draft: Draft) -> AnyView {
    let kept = draft.document.typed.get(&draft.step).cloned();
    let Draft { draft, version, document, reviews, names, .. } = draft;
    let required = document.policy.settings.reviews.is_some();
    view! {
        <PostForm call=SaveDraftLifecycle::PATH kept class="form policy-form">
            <EnterGoesOn/>
            <Ids draft=draft.to_string() version/>
            <Lifecycle settings=document.policy.settings/>
            <RequiredReviews of=PolicyOf::Draft(draft) required reviews names/>
            <StepActs step=Step::Lifecycle/>
        </PostForm>
    }
    .into_any()
}

fn review(draft: Draft) -> AnyView {
    let Draft { draft, version, document, review, warnings, .. } = draft;
    let id = draft.to_string();
    let warnings = warnings.into_iter().map(|text| view! { <MessageBar tone="warn" text/> }).collect_view();
    let parts = review
        .into_iter()
        .map(|Reviewed { step, facts }| {
            let href = step_address(&id, step);
            let typed = document.typed.get(&step).map(|typed| {
                let text = ["Something that you typed is still to be put right: ", &typed.why.sentence].concat();
                view! { <MessageBar tone="warn" text/> }
            });
            let missing = (typed.is_none() && !document.done.contains(&step))
                .then(|| view! { <MessageBar text="Not filled in yet: this is what the package would get."/> });
            view! {
                <section class="card">
                    <header>
                        <h2>{step.name()}</h2>
                        <a href=href>"Change"<span class="sr">" "{step.name()}</span></a>
                    </header>
                    <div class="body stack">{typed}{missing}<Facts facts/></div>
                </section>
            }
        })
        .collect_view();
    let back = step_address(&id, Step::Lifecycle);
    let enabled = document.policy.enabled;
    let effect = match document.policy.settings.scope {
        Scope::Automatic { rule, .. } => Some(rule),
        Scope::Specific { .. } | Scope::AllMembers | Scope::AllUsers | Scope::Nobody => None,
    };
    // Inside of the form, which it asks whether it was refused.
    let effect = move || effect.map(|rule| view! { <AutomaticEffect of=PolicyOf::Draft(draft) enabled rule/> });
    view! {
        {warnings}
        <div class="stack">{parts}</div>
        <PostForm call=CreateDraftedPackage::PATH class="form">
            <Ids draft=id.clone() version/>
            {effect()}
            <div class="form-acts">
                <SubmitButton label="Create"/>
                <a class="button" href=back>"Back"<span class="sr">" to Lifecycle"</span></a>
                <a class="button bare" href=PACKAGES>"Leave"<span class="sr">", the draft is kept"</span></a>
            </div>
        </PostForm>
    }
    .into_any()
}
