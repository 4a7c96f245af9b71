//! `/admin/reviews/new`: one form for one or several things to review, and what it would ask.

use super::REVIEWS;
use super::review_fields::{Known, ReviewFields};
use super::review_preview::{PreviewButton, PreviewPlace, asked};
use crate::calls::review::CreateReviews;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::review::Reviewed;
use model::view::review::NewReview;
use model::view::{Choice, Persona};

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
                    <NewFields form known/>
                </PostForm>
            </div>
        </Page>
    }
    .into_any()
}

/// Inside of the form, so that they know what was typed.
#[component]
fn NewFields(form: NewReview, known: Known) -> impl IntoView {
    let NewReview { chosen, offered, settings, bounds } = form;
    let asked = asked(None);
    // Made inside of the form's tags, as all of its fields.
    let subjects = view! {
        <PeoplePicker
            name="of[]"
            label="What to review"
            hint="Roles, groups, applications and packages. Each of them becomes a review of its own; several make a campaign."
            people=offered
            chosen
            among=Among::Reviewed
        />
    }
    .into_any();
    view! {
        <ReviewFields settings known bounds subjects/>
        <PreviewPlace asked/>
        <div class="form-acts">
            <SubmitButton label="Create"/>
            <PreviewButton asked series=None/>
            <a class="button bare" href=REVIEWS>"Cancel"</a>
        </div>
    }
    .into_any()
}
