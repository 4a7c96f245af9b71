//! The tab *Delegation* of `/my-access/approvals`: who decides in one's place, and in whose place one decides.

use crate::calls::delegation::{DelegateApprovals, EndDelegation};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::Choice;
use model::view::delegation::{Delegations, Row};

const PATH: &str = "/my-access/approvals";

#[component]
pub fn DelegationPanel() -> impl IntoView {
    let person = query_value("person");
    let delegations = page_resource(move || Ok(query::Delegations { person: person.get() }));
    let view = move |delegations| view! { <Whole delegations person/> }.into_any();
    view! { <Loaded of=delegations view/> }.into_any()
}

#[component]
fn Whole(delegations: Delegations, person: Memo<String>) -> impl IntoView {
    let Delegations { given, received, people, packages, may_delegate, today } = delegations;
    let form = may_delegate.then(|| {
        let keep = vec![("tab", "delegation".to_owned())];
        let (value, count) = (person.get_untracked(), people.len());
        view! {
            <section class="stack" aria-labelledby="delegate-h">
                <h2 id="delegate-h">"Delegate your approvals"</h2>
                <p class="quiet">
                    "While you are away, somebody else may decide what waits for you. You keep the right to decide, one of you \
                     decides, and both names are recorded."
                </p>
                <PersonSearch path=PATH label="Search people" value count keep/>
                <Form people packages today/>
            </section>
        }
    });
    let dialogs = given.iter().map(|row| view! { <EndDialog row=row.clone()/> }).collect_view();
    let nothing = given.is_empty() && received.is_empty();
    view! {
        <div class="stack">
            {nothing.then(|| {
                let text = "Nobody decides in your place now, and you decide in nobody’s.";
                view! { <Empty title="No delegations" text/> }
            })}
            {(!given.is_empty()).then(|| view! { <Given rows=given/> })}
            {(!received.is_empty()).then(|| view! { <Received rows=received/> })}
            {form}
            {dialogs}
        </div>
    }
    .into_any()
}

#[component]
fn Given(rows: Vec<Row>) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let (id, of) = (end_dialog(&row), row.who.name.clone());
            view! {
                <tr>
                    {cells(row)}
                    <td class="acts">
                        <DialogButton id class="button small bare danger">"End delegation"<span class="sr">" to "{of}</span></DialogButton>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="given-h">
            <h2 id="given-h">"Who decides in your place"</h2>
            <Listing caption="Delegations you gave" columns=columns("Delegate") acts=true>{rows}</Listing>
        </section>
    }
    .into_any()
}

#[component]
fn Received(rows: Vec<Row>) -> impl IntoView {
    let rows = rows.into_iter().map(|row| view! { <tr>{cells(row)}</tr> }).collect_view();
    view! {
        <section aria-labelledby="received-h">
            <h2 id="received-h">"In whose place you decide"</h2>
            <Listing caption="Delegations you received" columns=columns("In place of")>{rows}</Listing>
        </section>
    }
    .into_any()
}

fn columns(who: &'static str) -> Vec<&'static str> {
    vec![who, "What", "From", "Until", "State"]
}

fn cells(row: Row) -> impl IntoView {
    view! {
        <th scope="row"><Person who=row.who/></th>
        <td data-label="What">{row.what}</td>
        <td data-label="From"><When at=row.starts_at/></td>
        <td data-label="Until"><When at=row.ends_at/></td>
        <td data-label="State"><StateBadge badge=row.badge/></td>
    }
}

fn end_dialog(row: &Row) -> String {
    ["end-", &row.delegation.to_string()].concat()
}

#[component]
fn EndDialog(row: Row) -> impl IntoView {
    let id = end_dialog(&row);
    let title = ["End the delegation to ", &row.who.name, "?"].concat();
    let effect =
        [&row.who.name, " no longer decides in your place from this moment on. What was decided stays decided."].concat();
    let about = ("delegation", row.delegation.to_string());
    view! {
        <DialogForm id title call=EndDelegation::PATH about text=effect keep="Keep it" label="End delegation"/>
    }
    .into_any()
}

#[component]
fn Form(people: Vec<Choice>, packages: Vec<Choice>, today: String) -> impl IntoView {
    let some = !packages.is_empty();
    let scope = vec![
        Choice::new(
            "all",
            "All approvals",
            "Whatever waits for you, access reviews too, and what you have not been asked about before.",
        ),
        Choice::new("chosen", "Chosen access packages", "Only requests for the packages that you tick below."),
    ];
    view! {
        <PostForm call=DelegateApprovals::PATH class="form">
            <PersonPicker name="delegate" label="Delegate" hint="A member. Your delegate never decides about their own requests." people among=Among::Delegates/>
            <TextField name="starts" label="First day" hint="Days are counted in UTC." kind="date" value=today/>
            <TextField name="ends" label="Last day" hint="At most 90 days." kind="date"/>
            {if some {
                view! {
                    <RadioGroup name="scope" legend="What is delegated" value="all" options=scope shape="choice-cards"/>
                    <CheckGroup
                        name="packages[]"
                        legend="Access packages"
                        hint="Packages that you decided about, or that wait for you."
                        options=packages
                    />
                }
                .into_any()
            } else {
                view! { <Hidden name="scope" value="all"/> }.into_any()
            }}
            <div class="form-acts"><SubmitButton label="Delegate"/></div>
        </PostForm>
    }
    .into_any()
}
