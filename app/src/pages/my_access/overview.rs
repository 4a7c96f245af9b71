//! `/my-access`: what waits, what is held, what ends, what is under way.

use super::give_back::{GiveBack, GiveBackButton};
use crate::calls::review::deciding_path;
use crate::pages::my_roles::{Deactivate, DeactivateButton};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::overview::{Active, Overview};
use model::view::package::Held;
use model::view::{approval, emergency, my_roles, request, review};

#[component]
pub fn OverviewPage() -> impl IntoView {
    let overview = page_resource(|| Ok(query::Overview {}));
    view! { <Loaded of=overview view=|overview| view! { <Whole overview/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(overview: Overview) -> impl IntoView {
    let Overview { greeting, questions, waiting, waiting_count, emergencies, reviews, roles, active, ending, open } = overview;
    let count = questions.len() + emergencies.len() + reviews.len() + usize::try_from(waiting_count).unwrap_or(waiting.len());
    let waiting = lines(
        emergencies
            .into_iter()
            .map(used)
            .chain(questions.into_iter().map(asks))
            .chain(waiting.into_iter().map(waits))
            .chain(reviews.into_iter().map(to_review))
            .collect(),
        "Nothing waits for you. Requests and access reviews that need your decision or your answer appear here and in your mail.",
    );
    let ending = (!ending.is_empty()).then(|| {
        let list = lines(ending.into_iter().map(|active| held(active, "warn")).collect(), "");
        view! { <Card title="Ending soon">{list}</Card> }
    });
    let dialogs = active
        .iter()
        .filter(|active| active.held.removable)
        .map(|Active { name, resources, held, .. }| {
            view! { <GiveBack assignment=held.assignment name=name.clone() resources=resources.clone()/> }
        })
        .collect_view();
    let deactivated = roles
        .iter()
        .filter(|row| row.deactivate)
        .map(|row| view! { <Deactivate assignment=row.assignment name=row.called() at="overview"/> })
        .collect_view();
    let active = roles.into_iter().map(activated).chain(active.into_iter().map(|active| held(active, "work")));
    let active = lines(active.collect(), "You hold no package now. What you request and get appears here.");
    let open = lines(open.into_iter().map(under_way).collect(), "None of your requests is open.");
    let link = |href: &str, words: &str| (href.to_owned(), words.to_owned());
    view! {
        <Page title="Overview">
            <PageHeader title="Overview" text=greeting/>
            <div class="cards">
                <div class="column">
                    <Card title="Waiting for me" count link=link("/my-access/approvals", "All approvals")>{waiting}</Card>
                    {ending}
                </div>
                <div class="column">
                    <Card title="Active now" link=link("/my-access/packages?tab=active", "Active packages")>{active}</Card>
                    <Card title="My open requests" link=link("/my-access/requests", "Request history")>{open}</Card>
                </div>
            </div>
            {dialogs}
            {deactivated}
        </Page>
    }
    .into_any()
}

/// The lines of a card, or the sentence that says why there are none.
fn lines(lines: Vec<AnyView>, none: &'static str) -> AnyView {
    if lines.is_empty() {
        view! { <div class="body quiet"><p>{none}</p></div> }.into_any()
    } else {
        view! { <ul class="lines">{lines}</ul> }.into_any()
    }
}

/// A use of emergency access that I have to review.
fn used(row: emergency::Row) -> AnyView {
    let emergency::Row { of, who, name, used_at, badge, .. } = row;
    let href = ["/my-access/emergency/", &of.to_string()].concat();
    let by = who.name.clone();
    let ends = view! {
        <StateBadge badge/>
        <a class="button small" href=href.clone()>"Review"<span class="sr">" what "{by}" did"</span></a>
    }
    .into_any();
    let under = view! { {who.name}" activated it without approval, "<When at=used_at/> }.into_any();
    view! { <Line picture=view! { <IconBox name="alert" tone="bad"/> }.into_any() name href under ends/> }.into_any()
}

/// What I was asked about a request of mine.
fn asks(row: request::Row) -> AnyView {
    let request::Row { request, name, note, .. } = row;
    let href = ["/my-access/requests/", &request.to_string()].concat();
    let of = name.clone();
    let ends = view! { <a class="button small" href=href.clone()>"Answer"<span class="sr">" about "{of}</span></a> }.into_any();
    let under = view! { <Sentence text=note/> }.into_any();
    view! { <Line picture=view! { <IconBox name="question" tone="warn"/> }.into_any() name href under ends/> }.into_any()
}

fn waits(row: approval::Row) -> AnyView {
    let approval::Row { request, requestor, name, under, submitted: _, standing } = row;
    let href = ["/my-access/approvals/", &request.to_string()].concat();
    let left = match standing {
        approval::Standing::Waiting { decide_by: Some(of), .. } => {
            view! { <TimeLeft of suffix="to decide" quiet=true/> }.into_any()
        }
        approval::Standing::Waiting { asked_back, .. } => asked_back.map(|badge| view! { <StateBadge badge/> }).into_any(),
        approval::Standing::Decided { now, .. } => view! { <StateBadge badge=now/> }.into_any(),
    };
    let of = [requestor.name.as_str(), ", ", &name].concat();
    let ends = view! { {left}<a class="button small" href=href.clone()>"Review"<span class="sr">" "{of}</span></a> }.into_any();
    let picture = view! { <Face name=requestor.name.clone() id=requestor.id size="big"/> }.into_any();
    let text = [requestor.name.as_str(), " · ", &under].concat();
    let under = view! { <Sentence text/> }.into_any();
    view! { <Line picture name href under ends/> }.into_any()
}

/// An access review in which I have something to decide.
fn to_review(row: review::MyReview) -> AnyView {
    let review::MyReview { review, name, subject, due_at, done, total, .. } = row;
    let href = deciding_path(review);
    let of = name.clone();
    let ends = view! {
        <span class="quiet">"Due "<Due at=due_at/></span>
        <a class="button small" href=href.clone()>"Review"<span class="sr">" access in "{of}</span></a>
    }
    .into_any();
    let under = [&subject.name, " · ", &done.to_string(), " of ", &total.to_string(), " decided"].concat().into_any();
    view! { <Line picture=view! { <IconBox name="review" tone="work"/> }.into_any() name href under ends/> }.into_any()
}

/// A role that was activated and runs.
fn activated(row: my_roles::Row) -> AnyView {
    let called = row.called();
    let my_roles::Row { assignment, icon, name, via, badge, waits, starts, ends, request, deactivate, .. } = row;
    // What a target has not confirmed is not there yet, whatever is decided here.
    let waits = waits.into_iter().map(|line| view! { <span class="under">{line}</span> }).collect_view();
    let under =
        view! { {badge.word}{(!via.is_empty()).then(|| [" · ", &via].concat())}" · since "<When at=starts/>{waits} }.into_any();
    let href = request.map(|request| ["/my-access/requests/", &request.to_string()].concat()).unwrap_or_default();
    let ends = ends.map(|of| view! { <TimeLeft of/> });
    let ends = view! { {ends}{deactivate.then(|| view! { <DeactivateButton assignment name=called/> })} }.into_any();
    view! { <Line picture=view! { <IconBox name=icon.symbol() tone="good"/> }.into_any() name href under ends/> }.into_any()
}

fn held(active: Active, tone: &'static str) -> AnyView {
    let Active { package, name, resources, since, ends, held: Held { assignment, extendable, removable } } = active;
    let href = ["/my-access/packages/", &package.to_string()].concat();
    let under = view! { {resources}" · since "<When at=since/> }.into_any();
    let ends = match ends {
        Some(of) => view! { <TimeLeft of/> }.into_any(),
        None => view! { <span class="quiet">"No end"</span> }.into_any(),
    };
    let extend = extendable.then(|| {
        let (href, of) = (href.clone(), name.clone());
        view! { <a class="button small" href=href>"Extend"<span class="sr">" "{of}</span></a> }
    });
    let remove = removable.then(|| view! { <GiveBackButton assignment name=name.clone()/> });
    let ends = view! { {ends}{extend}{remove} }.into_any();
    view! { <Line picture=view! { <IconBox name="box" tone/> }.into_any() name href under ends/> }.into_any()
}

fn under_way(row: request::Row) -> AnyView {
    let request::Row { request, name, kind, requested: _, badge, note } = row;
    let href = ["/my-access/requests/", &request.to_string()].concat();
    let under = view! { <Sentence text=if note.is_empty() { kind } else { note }/> }.into_any();
    let ends = view! { <StateBadge badge/> }.into_any();
    view! { <Line picture=view! { <IconBox name="box"/> }.into_any() name href under ends/> }.into_any()
}
