//! The tab *Settings* of an access review: *Current* for the instance that runs, *Series* for all later ones.

use super::review_fields::{ExtraField, Known, RemindersBox, ReviewFields, SilenceField};
use super::review_preview::{PreviewButton, PreviewPlace, asked};
use crate::calls::review::{EditReview, EditReviewSeries, series_path};
use crate::calls::review_form::stage_field;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::review::{Frequency, Phase, ReviewSettings, ReviewStage, Reviewers};
use model::view::Choice;
use model::view::review::{RequiredBy, Review, Shown};
use model::{ReviewSeriesId, query};

#[component]
pub fn SettingsTab(review: Review) -> impl IntoView {
    if !review.may_change {
        let text = "You may see this review and change nothing of it. What is set stands in its overview.";
        return view! { <MessageBar tone="warn" text/> }.into_any();
    }
    let person = query_value("person");
    let offered = page_resource(move || {
        let search = person.get();
        Ok((query::ReviewPeople { groups: false, search: search.clone() }, query::ReviewPeople { groups: true, search }))
    });
    let review = StoredValue::new(review);
    let view = move |(people, groups): (Vec<Choice>, Vec<Choice>)| {
        let review = review.get_value();
        let path = series_path(review.series);
        let count = people.len().max(groups.len());
        let keep = vec![("tab", "settings".to_owned())];
        let known = Known {
            people: review.people.clone(),
            groups: review.groups.clone(),
            offered_people: people,
            offered_groups: groups,
        };
        let running = review.instance.clone().filter(|shown| shown.phase == Phase::InProgress);
        let current = running.map(|shown| view! { <Current review=review.clone() shown known=known.clone()/> });
        // What a policy requires is set there alone.
        let by_policy = review.required_by.clone().map(set_there);
        let later = by_policy.is_none() && (review.recurs || review.instance.is_none());
        let series = later.then(|| view! { <Series review known/> });
        let none = (current.is_none() && series.is_none() && by_policy.is_none()).then(|| {
            view! { <MessageBar text="It ran once and is over. There is nothing left to set."/> }
        });
        view! {
            <div class="stack">
                <PersonSearch path label="Search people and groups" value=person.get_untracked() count keep/>
                {by_policy}{none}{current}{series}
            </div>
        }
        .into_any()
    };
    view! { <Loaded of=offered view/> }.into_any()
}

/// The way to where it is set.
fn set_there(by: RequiredBy) -> AnyView {
    let RequiredBy { name, href, now } = by;
    let text = if now {
        ["The policy “", &name, "” requires this review. What is set for later instances is edited there."]
    } else {
        ["The policy “", &name, "” no longer requires this review, and no further instance starts."]
    }
    .concat();
    match href.filter(|_| now) {
        Some(href) => view! { <MessageBar text link=(href, "Open the policy".to_owned())/> }.into_any(),
        None => view! { <MessageBar text/> }.into_any(),
    }
}

/// Of the instance that runs.
#[component]
fn Current(review: Review, shown: Shown, known: Known) -> impl IntoView {
    let settings = shown.settings.clone();
    let until = shown.until.unwrap_or(shown.instance.due_at);
    let number = shown.instance.number.to_string();
    let several = settings.stages.len() > 1;
    let (stages, open) = (settings.stages.clone(), shown.open_stage);
    view! {
        <Card title=["Current: instance ", &number].concat()>
            <div class="body">
                <PostForm call=EditReview::PATH class="form policy-form review-form">
                    <Hidden name="series" value=review.series.to_string()/>
                    <Hidden name="review" value=shown.instance.review.to_string()/>
                    <Seen name="seen" value=shown.seen.clone()/>
                    <Seen name="seen_until" value=until.0.to_string()/>
                    <p class="quiet">
                        "Counts for the instance that runs, at once. Whoever is taken out is no longer asked, what was theirs alone goes to others, and what they decided stays."
                    </p>
                    <InstantField name="until" label="End of the stage" optional=false value=Some(until)/>
                    // Made in here, because a field looks for its form.
                    {stages
                        .iter()
                        .zip(0..)
                        .skip(open)
                        .map(|(stage, number)| asked_in(stage, number, several, &known))
                        .collect_view()}
                    <SilenceField silence=settings.silence/>
                    <div class="stack">
                        <CheckBox name="auto_apply" label="Auto apply results to resource" checked=settings.auto_apply/>
                        <CheckBox name="recommendations" label="Show recommendations" checked=settings.recommendations/>
                        <CheckBox name="reason_on_approval" label="Require reason on approval" checked=settings.reason_on_approval/>
                        <CheckBox name="reason_on_denial" label="Require reason on denial" checked=settings.reason_on_denial/>
                        <CheckBox name="mails" label="Mail notifications" checked=settings.mails/>
                        <RemindersBox checked=settings.reminders/>
                    </div>
                    <ExtraField extra=settings.extra/>
                    <div class="form-acts"><SubmitButton label="Save current"/></div>
                </PostForm>
            </div>
        </Card>
    }
    .into_any()
}

/// Who is asked in a stage that is open or comes later. How they are found stays as it is.
fn asked_in(stage: &ReviewStage, number: u32, several: bool, known: &Known) -> AnyView {
    let name = |field: &str| stage_field(number, field);
    let legend = if several { ["Reviewers of stage ", &(number + 1).to_string()].concat() } else { "Reviewers".to_owned() };
    let selected = match &stage.reviewers {
        Reviewers::Selected { users, groups } => {
            let (users, groups) = (known.users(users), known.groups(groups));
            let (people, teams) = (known.offered_people.clone(), known.offered_groups.clone());
            view! {
                <PeoplePicker name=name("users][") label="Reviewers: people" people chosen=users among=Among::Reviewers/>
                <PeoplePicker
                    name=name("groups][")
                    label="Reviewers: groups"
                    hint="Whoever is a member when this is saved, or when a later stage begins."
                    people=teams
                    chosen=groups
                    among=Among::ReviewerGroups
                />
            }
            .into_any()
        }
        other @ (Reviewers::Members | Reviewers::Managers | Reviewers::Owners) => {
            view! { <p class="quiet">{other.words()}</p> }.into_any()
        }
    };
    view! {
        <fieldset class="stage-editor">
            <legend>{legend}</legend>
            <input type="hidden" name=name("there") value="true"/>
            <div class="stack">
                {selected}
                <PeoplePicker
                    name=name("fallback][")
                    label="Fallback reviewers"
                    hint="Asked where nobody else can be."
                    people=known.offered_people.clone()
                    chosen=known.users(&stage.fallback)
                    among=Among::Reviewers
                    optional=true
                />
            </div>
        </fieldset>
    }
    .into_any()
}

/// Of all later instances.
#[component]
fn Series(review: Review, known: Known) -> impl IntoView {
    let Review { series, version, settings, bounds, .. } = review;
    view! {
        <Card title="Series">
            <div class="body">
                <PostForm call=EditReviewSeries::PATH class="form policy-form review-form">
                    // The first button of a form is pressed by Enter: it must not be one that takes something away.
                    <button class="sr" type="submit" tabindex="-1" aria-hidden="true">"Save series"</button>
                    <Hidden name="series" value=series.to_string()/>
                    <Seen name="version" value=version.to_string()/>
                    <p class="quiet">"Counts for instances that start from now on. The one that runs keeps what it began with."</p>
                    <SeriesFields series settings known bounds/>
                </PostForm>
            </div>
        </Card>
    }
    .into_any()
}

/// Inside of the form, so that they know what was typed.
#[component]
fn SeriesFields(series: ReviewSeriesId, settings: ReviewSettings, known: Known, bounds: Vec<(Frequency, u32)>) -> impl IntoView {
    let asked = asked(Some(series));
    view! {
        <ReviewFields settings known bounds/>
        <PreviewPlace asked/>
        <div class="form-acts"><SubmitButton label="Save series"/><PreviewButton asked series=Some(series)/></div>
    }
    .into_any()
}
