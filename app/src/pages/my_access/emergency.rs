//! `/my-access/emergency/{id}`: one use of emergency access, and its review.

use super::approval::Said;
use super::{parsed, read_id};
use crate::calls::emergency::{AllowEmergencyUse, CloseEmergencyReview};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::Fact;
use model::view::emergency::{EmergencyUse, Word};

#[component]
pub fn EmergencyUsePage() -> impl IntoView {
    let id = read_id();
    let used = page_resource(move || Ok(query::EmergencyUse { used: parsed(&id.get(), "emergency use")? }));
    view! { <Loaded of=used view=|used| view! { <Whole used/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(used: EmergencyUse) -> impl IntoView {
    let EmergencyUse { row, request, reason, ticket, lasts, told, closed, allowed, may_close, may_allow, note } = used;
    let title = [&row.who.name, " activated ", &row.name].concat();
    let text = "Without approval, in an emergency.";
    let crumbs = vec![("/my-access".to_owned(), "Overview".to_owned())];
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    let mut facts = vec![fact("For", lasts)];
    if !ticket.is_empty() {
        facts.push(fact("Ticket", [ticket.system.as_str(), " ", &ticket.number].concat()));
    }
    facts.push(fact("Reviewer", row.reviewer.name.clone()));
    let after = view! { <dt>"Review by"</dt><dd><When at=row.review_by/></dd> }.into_any();
    // The administration's pages are in another script: it is an ordinary link to them.
    let flow = request.map(|href| view! { <p><a href=href rel="external">"Open the request"</a></p> });
    let open = closed.is_none();
    let done = closed.map(|Word { by, at, words }| {
        view! { <Card title="Review"><div class="body stack"><Said by at words/></div></Card> }
    });
    let allowed = allowed.filter(|_| open).map(|Word { by, at, words }| {
        view! { <Card title="One more use allowed"><div class="body stack"><Said by at words/></div></Card> }
    });
    let note = note.map(|text| view! { <MessageBar tone="work" text/> });
    let id = row.of.to_string();
    let close = may_close.then(|| {
        view! {
            <PostForm call=CloseEmergencyReview::PATH>
                <h2>"Close the review"</h2>
                <Hidden name="used" value=id.clone()/>
                <TextArea
                    name="words"
                    label="Findings"
                    hint="What it was used for, whether that was right, and what follows from it. It stays in the history."
                    rows=5
                />
                <div class="form-acts"><SubmitButton label="Close review"/></div>
            </PostForm>
        }
    });
    let of = row.of.to_string();
    let allow = may_allow.then(|| {
        let text = "Until this use is reviewed the account is not used again. You can let it be used once more before that.";
        view! {
            <section class="stack" aria-labelledby="allow-h">
                <h2 id="allow-h">"Allow one more use"</h2>
                <p class="quiet">{text}</p>
                <PostForm call=AllowEmergencyUse::PATH class="form">
                    <Hidden name="used" value=of/>
                    <TextArea name="words" label="Reason" hint="It stays in the history." rows=2/>
                    <div class="form-acts"><SubmitButton label="Allow one more use" kind=""/></div>
                </PostForm>
            </section>
        }
    });
    let told: Vec<_> = told.into_iter().map(|who| view! { <li><Person who/></li> }).collect();
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs badge=Some(row.badge) text/>
            <div class="split">
                <div>
                    <Card title="Why"><div class="body stack"><Said by=row.who at=row.used_at words=reason/></div></Card>
                    {done}
                    {allowed}
                    {note}
                    {close}
                    {allow}
                </div>
                <aside aria-label="About this use">
                    <section class="card pad stack" aria-label="Facts"><Facts facts after/>{flow}</section>
                    <Card title="Told at once"><div class="body"><ul class="plain stack">{told}</ul></div></Card>
                </aside>
            </div>
        </Page>
    }
    .into_any()
}
