//! `/admin/reviews/new`: one form for one or several things to review, and what it would ask.

use super::REVIEWS;
use super::review_fields::{Known, ReviewFields};
use crate::calls::CallError;
use crate::calls::review::CreateReviews;
use crate::calls::review_form::{Fields, PREVIEW};
use crate::parts::form::{fields_around, use_form};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::review::Reviewed;
use model::time::count;
use model::view::review::{NewReview, Preview, PreviewOf};
use model::view::{Choice, Persona};
use model::{Refused, query};

#[component]
pub fn NewReviewPage() -> impl IntoView {
    let (of, person) = (query_value("of"), query_value("person"));
    let form = page_resource(move || {
        let of: Vec<Reviewed> = of.with(|of| of.parse().ok()).into_iter().collect();
        let search = person.get();
        let people = query::ReviewPeople { groups: false, search: search.clone() };
        let groups = query::ReviewPeople { groups: true, search };
        Ok((query::NewReview { of }, (people, groups)))
    });
    let view = move |(form, (people, groups))| {
        let (of, person) = (of.get_untracked(), person.get_untracked());
        view! { <Whole form people groups of person/> }.into_any()
    };
    view! { <Loaded of=form view/> }.into_any()
}

#[component]
fn Whole(
    form: NewReview,
    people: Vec<Choice>,
    groups: Vec<Choice>,
    /// What the address says is chosen already.
    of: String,
    /// Whom the address says somebody looks for.
    person: String,
) -> impl IntoView {
    let NewReview { chosen, offered, settings } = form;
    let crumbs = vec![(REVIEWS.to_owned(), "Access reviews".to_owned())];
    let count = people.len().max(groups.len());
    // A new review asks whoever makes it, until somebody else is chosen.
    let me = use_landing().me().map(|Persona { id, name, .. }| Choice { id: id.to_string(), name, under: String::new() });
    let known = Known { people: me.into_iter().collect(), offered_people: people, offered_groups: groups, ..Known::default() };
    let title = "New access review";
    view! {
        <Page title=title>
            <PageHeader title crumbs text="People are asked whether access is still needed. Nothing is taken away before the review is completed."/>
            <div>
                <PersonSearch path="/admin/reviews/new" label="Search people and groups" value=person count keep=vec![("of", of)]/>
                <PostForm call=CreateReviews::PATH class="form policy-form review-form">
                    // The first button of a form is pressed by Enter: it must not be one that takes something away.
                    <button class="sr" type="submit" tabindex="-1" aria-hidden="true">"Create"</button>
                    <NewFields settings known chosen offered/>
                </PostForm>
            </div>
        </Page>
    }
    .into_any()
}

/// Inside of the form, so that they know what was typed.
#[component]
fn NewFields(settings: model::review::ReviewSettings, known: Known, chosen: Vec<Choice>, offered: Vec<Choice>) -> impl IntoView {
    let form = use_form();
    let asked = RwSignal::new(form.typed(ACT).filter(|act| act == PREVIEW).and_then(|_| form.typed_fields()).map(read));
    let on_preview = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        asked.set(Some(read(fields_around(&event))));
    };
    let preview = move || asked.get().map(shown);
    // Made inside of the form's tags, as all of its fields.
    let subjects = view! {
        <PeoplePicker
            name="of[]"
            label="What to review"
            hint="Roles, groups, applications and packages. Each of them becomes a review of its own."
            people=offered
            chosen
            among=Among::Reviewed
        />
    }
    .into_any();
    view! {
        <ReviewFields settings known subjects/>
        <div id="preview" class="stack" aria-live="polite">{preview}</div>
        <div class="form-acts">
            <SubmitButton label="Create"/>
            <button class="button" type="submit" name=ACT value=PREVIEW on:click=on_preview>"Preview"</button>
            <a class="button bare" href=REVIEWS>"Cancel"</a>
        </div>
    }
    .into_any()
}

const ACT: &str = "act";

/// What to ask about a form with these fields, or why that cannot be asked.
fn read(fields: Vec<(String, String)>) -> Result<query::ReviewPreview, Refused> {
    let fields = Fields(&fields);
    let question = || {
        let of = fields.reviewed()?;
        let mut settings = Box::new(fields.settings()?);
        // Whoever looks first may name it later.
        if settings.name.is_empty() {
            settings.name.push('–');
        }
        Ok(query::ReviewPreview { of, settings })
    };
    question().map_err(|refusal: model::Refusal| refusal.into())
}

fn shown(question: Result<query::ReviewPreview, Refused>) -> AnyView {
    match question {
        Err(refused) => view! { <RefusedBar refused role=""/> }.into_any(),
        Ok(question) => {
            let answer = page_resource(move || Ok(question.clone()));
            awaited(false, move || {
                let waited = answer.wait();
                Box::pin(async move {
                    let preview = answer.open(waited.await);
                    let shows: Shows = Box::new(move || match preview {
                        Ok(preview) => view! { <PreviewCards preview/> }.into_any(),
                        // What the rules refuse is said here as it would be when the form is sent.
                        Err(CallError::Refused(refused) | CallError::NotFound(refused)) => {
                            page_is_fine();
                            view! { <RefusedBar refused role=""/> }.into_any()
                        }
                        Err(error) => view! { <MessageBar tone="bad" text=error.to_string()/> }.into_any(),
                    });
                    shows
                })
            })
        }
    }
}

/// Only the preview was refused: the form around it is there as it should be.
fn page_is_fine() {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::OK);
    }
}

#[component]
fn PreviewCards(preview: Preview) -> impl IntoView {
    let Preview { of, instances } = preview;
    let strong = match of.len() {
        1 => "This makes one access review.".to_owned(),
        n => ["This makes ", &n.to_string(), " access reviews."].concat(),
    };
    let cards = of.into_iter().map(|one| view! { <PreviewCard one/> }).collect_view();
    let instances =
        instances.into_iter().map(|(from, until)| view! { <li>"From "<When at=from/>" to "<When at=until/></li> }).collect_view();
    view! {
        <MessageBar strong text="Nothing was made yet: this is what it would ask if it started now."/>
        {cards}
        <Card title="First instances"><div class="body"><ol class="stack">{instances}</ol></div></Card>
    }
    .into_any()
}

#[component]
fn PreviewCard(one: PreviewOf) -> impl IntoView {
    let PreviewOf { subject, rows, more, asked, others, without_reviewer, removed_by_silence, undecidable, warnings } = one;
    let of = |n: u64, unit: &str| count(i64::try_from(n).unwrap_or(i64::MAX), unit);
    let title = [&subject.kind, " ", &subject.name].concat();
    let said = [if more { "More than " } else { "" }, &of(rows, "row"), " to review"].concat();
    let people = asked
        .into_iter()
        .map(|(who, n): (Persona, u64)| {
            view! { <li><Person who/><div class="ends">{of(n, "row")}</div></li> }
        })
        .collect_view();
    let others = (others > 0).then(|| view! { <li class="quiet">"and "{of(others, "other reviewer")}</li> });
    let facts = vec![
        model::view::Fact { name: "Without a reviewer of their own".to_owned(), value: of(without_reviewer, "row") },
        model::view::Fact { name: "Removed if nobody responds".to_owned(), value: of(removed_by_silence, "row") },
    ];
    let facts = if undecidable > 0 {
        let nobody = model::view::Fact { name: "Decided by nobody".to_owned(), value: of(undecidable, "row") };
        facts.into_iter().chain([nobody]).collect()
    } else {
        facts
    };
    let warnings = warnings.into_iter().map(|text| view! { <MessageBar tone="warn" text/> }).collect_view();
    view! {
        <Card title>
            <div class="body stack">
                <p><b>{said}</b></p>
                {warnings}
                <Facts facts/>
            </div>
            <ul class="lines" aria-label="Reviewers">{people}{others}</ul>
        </Card>
    }
    .into_any()
}
