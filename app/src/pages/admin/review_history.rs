//! `/admin/reviews/history`: which part of the history of access reviews is taken away as a file.

use super::REVIEWS;
use crate::parts::form::AskForm;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::review::{Decision, ReviewedKind};
use model::view::Choice;

pub const HISTORY: &str = "/admin/reviews/history";

#[component]
pub fn ReviewHistoryPage() -> impl IntoView {
    let page = || {
        let crumbs = vec![(REVIEWS.to_owned(), "Access reviews".to_owned())];
        let decisions = Decision::ALL.iter().map(|one| Choice::new(one.key(), one.words(), "")).collect();
        let kinds = ReviewedKind::ALL.iter().map(|one| Choice::new(one.key(), one.words(), "")).collect();
        let text = "What was decided in all reviews that you may see, each row once, as a file for spreadsheets. It is always complete, and can be taken again at any time.";
        view! {
            <Page title="Review history">
                <PageHeader title="Review history" crumbs text/>
                <AskForm id="history" action="/admin/reviews/history.csv" class="form">
                    <div class="row-of-fields">
                        <InstantField name="from" label="Started from" extra=true/>
                        <InstantField name="to" label="Started before" extra=true/>
                    </div>
                    <CheckGroup name="decision" legend="Decisions" hint="Without a choice, all of them." options=decisions optional=true/>
                    <CheckGroup name="kind" legend="Resources" hint="Without a choice, all of them." options=kinds optional=true/>
                    <div class="form-acts">
                        <button class="button main-act" type="submit">"Download history"</button>
                        <a class="button bare" href=REVIEWS>"Back"</a>
                    </div>
                </AskForm>
            </Page>
        }
        .into_any()
    };
    view! { <Gate open=|frame| frame.sees_reviews view=page/> }.into_any()
}
