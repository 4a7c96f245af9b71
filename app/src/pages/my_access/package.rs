//! `/my-access/packages/{id}`: a package and its request form. This is the *My Access link*.

use super::{parsed, read_id};
use crate::calls::request::{RequestForReport, SubmitRequest};
use crate::parts::prelude::*;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::PackageId;
use model::package::Question;
use model::query;
use model::view::package::{Compared, Contained, Extends, Filled, Form, Package, PolicyChoice};
use model::view::team::ReportPackage;
use model::view::{Fact, Persona};

#[component]
pub fn PackagePage() -> impl IntoView {
    let id = read_id();
    let again = query_value("again");
    let package = page_resource(move || {
        // An address that names no request fills nothing in.
        let again = again.get().parse().ok();
        Ok(query::Package { package: parsed(&id.get(), "access package")?, again })
    });
    view! { <Loaded of=package view=|package| view! { <Whole package/> }.into_any()/> }.into_any()
}

/// `/my-team/{id}/packages/{package}`: the same form in place of somebody who reports to the reader.
#[component]
pub fn ReportPackagePage() -> impl IntoView {
    let id = read_id();
    let params = use_params_map();
    let package = page_resource(move || {
        let package = params.with(|params| params.get_str("package").unwrap_or_default().to_owned());
        let report = parsed(&id.get(), "person in your team")?;
        Ok(query::ReportPackage { report, package: parsed(&package, "access package")? })
    });
    let view = |ReportPackage { who, package }| view! { <Whole package report=Some(who)/> }.into_any();
    view! { <Loaded of=package view/> }.into_any()
}

#[component]
fn Whole(
    package: Package,
    /// Who gets it, when it is not the reader.
    #[prop(default = None)]
    report: Option<Persona>,
) -> impl IntoView {
    let Package { package: id, name, description, catalog, contains, form } = package;
    let chosen = query_value("policy");
    // The address says under which policy is asked, so that the choice works without script.
    let (policies, compared, extends, filled) = match &form {
        Form::Open { policies, compared, extends, filled } => {
            (policies.clone(), compared.clone(), extends.clone(), filled.clone())
        }
        Form::Closed { .. } => (Vec::new(), Vec::new(), None, None),
    };
    let several = policies.len() > 1;
    let policies = StoredValue::new(policies);
    let policy = Memo::new(move |_| {
        let chosen = chosen.get();
        policies.with_value(|policies| {
            policies.iter().find(|policy| policy.policy.to_string() == chosen).or(policies.first()).cloned()
        })
    });
    let (path, crumbs) = match &report {
        None => ("/my-access/packages".to_owned(), vec![("/my-access/packages".to_owned(), "Access packages".to_owned())]),
        Some(who) => {
            let of = ["/my-team/", &who.id.to_string()].concat();
            let path = [&of, "/packages"].concat();
            let crumbs = vec![
                ("/my-team".to_owned(), "My team".to_owned()),
                (of, who.name.clone()),
                (path.clone(), "Access packages".to_owned()),
            ];
            (path, crumbs)
        }
    };
    let closed = match form {
        Form::Open { .. } => None,
        Form::Closed { why } => Some(view! { <RefusedBar refused=why tone="warn" role="status"/> }),
    };
    let choice = several.then(|| {
        let links = policies.with_value(|policies| {
            let links = policies.iter().map(|PolicyChoice { policy: id_of, name, .. }| {
                let id_of = *id_of;
                let current = move || policy.with(|policy| policy.as_ref().is_some_and(|policy| policy.policy == id_of));
                let href = [&path, "/", &id.to_string(), "?policy=", &id_of.to_string()].concat();
                view! { <a href=href aria-current=move || current().then_some("true")>{name.clone()}</a> }
            });
            links.collect_view()
        });
        view! {
            <section class="stack" aria-labelledby="policies-h">
                <h2 id="policies-h">"Under which policy"</h2>
                <nav class="kinds" aria-label="Policy">{links}</nav>
                <SideBySide names=policies.with_value(|policies| policies.iter().map(|policy| policy.name.clone()).collect()) compared/>
            </section>
        }
    });
    let title = match &report {
        Some(who) => [&name, " for ", &who.name].concat(),
        None if extends.is_some() => ["Extend ", &name].concat(),
        None => name.clone(),
    };
    let (path, report) = (StoredValue::new(path), StoredValue::new(report));
    let (extends, filled) = (StoredValue::new(extends), StoredValue::new(filled));
    let ask = move || {
        let (extends, filled) = (extends.get_value(), filled.get_value());
        let (back, report) = (path.get_value(), report.get_value());
        policy.get().map(|policy| view! { <Ask id policy back report extends filled/> })
    };
    let terms = move || {
        let mut terms = policy.get().map(|policy| policy.terms).unwrap_or_default();
        if terms.iter().all(|fact| fact.name != "Catalog") {
            terms.push(Fact { name: "Catalog".to_owned(), value: catalog.clone() });
        }
        view! { <Facts facts=terms/> }
    };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs text=description/>
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

/// What each of several policies says about the same things. Only what differs stands out.
#[component]
fn SideBySide(names: Vec<String>, compared: Vec<Compared>) -> impl IntoView {
    let columns = names.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view();
    let one = |Compared { name, values, differs }: Compared| {
        let cells = names.iter().cloned().zip(values).map(|(policy, value)| {
            let value = if differs {
                view! { <strong><Sentence text=value/></strong> }.into_any()
            } else {
                view! { <Sentence text=value/> }.into_any()
            };
            view! { <td class:quiet=!differs data-label=policy>{value}</td> }
        });
        view! { <tr><th scope="row" class:quiet=!differs>{name}</th>{cells.collect_view()}</tr> }
    };
    let rows = compared.into_iter().map(one).collect_view();
    view! {
        <p class="hint">"You may ask under each of these. What differs between them is in bold."</p>
        <div class="listing">
            <table class="table" data-density="dense">
                <caption class="sr">"What the policies say, side by side"</caption>
                <thead><tr><th scope="col">"What"</th>{columns}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Who decides, and what they want to know.
#[component]
fn Ask(
    id: PackageId,
    policy: PolicyChoice,
    back: String,
    #[prop(optional_no_strip)] report: Option<Persona>,
    #[prop(optional_no_strip)] extends: Option<Extends>,
    #[prop(optional_no_strip)] filled: Option<Filled>,
) -> impl IntoView {
    let PolicyChoice { policy, name: _, justification_required, questions, plan, timeline_allowed, terms: _ } = policy;
    let Filled { justification, answers } = filled.unwrap_or(Filled { justification: String::new(), answers: Vec::new() });
    let extension = extends.is_some();
    let more_time = extends.map(|Extends { until, to }| {
        let to = match to {
            Some(to) => view! { ". With the extension it ends on "<When at=to/>", without a gap." }.into_any(),
            None => ". With the extension it has no end.".into_any(),
        };
        view! { <p>"You hold this package until "<When at=until/>{to}</p> }
    });
    let said = move |question: &Question| {
        answers.iter().find(|(id, _)| *id == question.id).map(|(_, said)| said.clone()).unwrap_or_default()
    };
    let (heading, send) = if extension { ("Your extension", "Request extension") } else { ("Your request", "Submit request") };
    let (call, takes_effect) = match &report {
        None => (SubmitRequest::PATH, "Nobody has to: it takes effect as soon as you ask."),
        Some(_) => (RequestForReport::PATH, "Nobody else has to: it takes effect as soon as you ask."),
    };
    let report = report.map(|who| view! { <Hidden name="report" value=who.id.to_string()/> });
    let plan = if plan.is_empty() {
        view! { <p class="quiet">{takes_effect}</p> }.into_any()
    } else {
        view! { <Plan stages=plan/> }.into_any()
    };
    view! {
        <section class="stack" aria-labelledby="plan-h"><h2 id="plan-h">"Who will decide"</h2>{plan}</section>
        <PostForm call>
            <h2>{heading}</h2>
            {report}
            {more_time}
            <Hidden name="package" value=id.to_string()/>
            // Also where it is the only one with a form: others may fit and be closed.
            <Hidden name="policy" value=policy.to_string()/>
            <TextArea
                name="justification"
                label="Business justification"
                hint="Approvers read this first. It stays in the history."
                value=justification
                optional=!justification_required
            />
            {questions
                .into_iter()
                .map(|question| {
                    let said = said(&question);
                    view! { <QuestionField question said/> }
                })
                .collect_view()}
            {timeline_allowed.then(|| view! {
                <div class="row-of-fields">
                    <InstantField name="starts_at" label="Start" hint="Leave it empty to start as soon as it is approved."/>
                    <InstantField name="ends_at" label="End" hint="Leave it empty for as long as the policy gives."/>
                </div>
            })}
            <FormActs label=send back/>
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
