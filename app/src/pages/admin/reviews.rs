//! `/admin/reviews`: the access reviews that one may see, with the instance that runs or ran last.

use super::review_history::HISTORY;
use super::{NewReview, Offer, REVIEWS};
use crate::calls::review::{campaign_path, series_path};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::Ts;
use model::query;
use model::review::{Counts, Phase, Reviewed};
use model::view::Badge;
use model::view::review::{AllReviews, CampaignListed, InCampaign, Listed, RequiredBy, ReviewListed, Reviews};

#[component]
pub fn AdminReviewsPage() -> impl IntoView {
    let (search, state, after) = (query_value("search"), query_value("state"), query_after());
    let reviews = page_resource(move || {
        Ok(query::Reviews { search: search.get(), phase: Phase::from_key(&state.get()), after: after.get() })
    });
    let page = move || {
        let offered = |reviews: &AllReviews| reviews.may_create;
        let acts = view! {
            <a class="button" href=HISTORY>"Download history"</a>
            <Offer of=reviews offered href="/admin/reviews/new" words="New access review"/>
        }
        .into_any();
        let options = std::iter::once((String::new(), "All states".to_owned()))
            .chain(Phase::ALL.iter().map(|phase| (phase.key().to_owned(), phase.words().to_owned())))
            .collect();
        let keep_search = Signal::derive(move || vec![("search", search.get())]);
        let keep_state = Signal::derive(move || vec![("state", state.get())]);
        let more =
            view! { <FilterPick path=REVIEWS label="State" name="state" value=state options keep=keep_search/> }.into_any();
        let view = move |reviews| {
            let asked = (search.get_untracked(), state.get_untracked());
            view! { <List reviews asked/> }.into_any()
        };
        view! {
            <Page title="Access reviews">
                <PageHeader title="Access reviews" text="Who is asked whether access is still needed, how far they are, and what became of it." acts/>
                <div>
                    <SearchTools path=REVIEWS label="Search reviews" value=search keep=keep_state kept_beside=true more/>
                    <Loaded of=reviews view/>
                </div>
            </Page>
        }
        .into_any()
    };
    view! { <Gate open=|frame| frame.sees_reviews view=page/> }.into_any()
}

#[component]
fn List(
    reviews: AllReviews,
    /// What was searched for, and the state.
    asked: (String, String),
) -> impl IntoView {
    let AllReviews { rows, paging, may_create } = reviews;
    let (search, state) = asked;
    if rows.is_empty() && !(search.trim().is_empty() && state.is_empty()) {
        let text = "No access review has this name or resource and is in this state.";
        let link = Some((REVIEWS.to_owned(), "Show all".to_owned()));
        return view! { <Empty title="Nothing found" text link/> }.into_any();
    }
    if rows.is_empty() {
        let text = "A review asks people whether access to a role, a group, an application or a package is still needed, once or again and again.";
        let link = may_create.then(|| ("/admin/reviews/new".to_owned(), "New access review".to_owned()));
        return view! { <Empty title="No access reviews yet" text link/> }.into_any();
    }
    let pager = view! { <Pager path=REVIEWS paging keep=vec![("search", search), ("state", state)]/> }.into_any();
    let line = |listed| match listed {
        Listed::Review(review) => line(*review),
        Listed::Campaign(campaign) => together(*campaign),
    };
    table(rows.into_iter().map(line).collect_view().into_any(), pager)
}

/// Those of one thing, on its own page, whose address is `path`.
#[component]
pub fn ReviewsTab(of: Reviewed, path: String) -> impl IntoView {
    let after = query_after();
    let reviews = page_resource(move || Ok(query::ReviewsOf { of, after: after.get() }));
    let view = move |reviews: Reviews| {
        let Reviews { rows, paging, may_create } = reviews;
        let new = may_create.then(|| view! { <div class="group"><NewReview of/></div> });
        if rows.is_empty() {
            let text = "A review asks whether what people hold is still needed. A policy can require reviews again and again, under its lifecycle.";
            return view! { {new}<Empty title="No access reviews yet" text/> }.into_any();
        }
        let pager = view! { <Pager path=path.clone() paging keep=vec![("tab", "reviews".to_owned())]/> }.into_any();
        let rows = rows.into_iter().map(line).collect_view().into_any();
        view! { {new}{table(rows, pager)} }.into_any()
    };
    view! { <Loaded of=reviews view/> }.into_any()
}

fn table(rows: AnyView, pager: AnyView) -> AnyView {
    let columns = vec!["Name", "Resource", "Frequency", "State", "Progress", "Due or next", "Owner"];
    view! { <Listing caption="Access reviews" columns dense=true pager>{rows}</Listing> }.into_any()
}

/// `required by “Initial policy”`, with the way to where it is set.
pub fn required(by: RequiredBy) -> AnyView {
    let name = ["“", &by.name, "”"].concat();
    let name = match by.href {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    let word = if by.now { "required by " } else { "was required by " };
    view! { {word}{name} }.into_any()
}

/// `part of “Directory roles, monthly”`, with the way there.
pub fn part_of(campaign: InCampaign) -> AnyView {
    let name = ["“", &campaign.name, "”"].concat();
    view! { "part of "<a href=campaign_path(campaign.campaign)>{name}</a> }.into_any()
}

/// In which states the reviews of a campaign are: a badge for each, with how many where they differ.
pub fn states(states: Vec<(Badge, u64)>) -> AnyView {
    let several = states.len() > 1;
    let badges = states
        .into_iter()
        .map(|(badge, n)| {
            let word = if several { [&n.to_string(), " ", &badge.word.to_lowercase()].concat() } else { badge.word };
            view! { <StateBadge badge=Badge { word, tone: badge.tone }/> }
        })
        .collect_view();
    view! { <span class="badges">{badges}</span> }.into_any()
}

/// When something is due, or when it starts next.
pub fn due_or_next(due_at: Option<Ts>, next_at: Option<Ts>) -> AnyView {
    match (due_at, next_at) {
        (Some(at), _) => view! { <When at/> }.into_any(),
        (None, Some(at)) => view! { "Starts "<When at/> }.into_any(),
        (None, None) => ().into_any(),
    }
}

/// A campaign: all of its reviews in one row.
fn together(campaign: CampaignListed) -> AnyView {
    let CampaignListed { campaign, name, reviews, things, other_things, frequency, states: all, due_at, next_at, counts, owner } =
        campaign;
    let progress = counts.map(|counts| view! { <Progress label="Reviewed" done=reviewed(&counts) total=counts.total/> });
    let number = model::time::count(i64::try_from(reviews).unwrap_or(i64::MAX), "review");
    let others = if other_things > 0 { [" and ", &other_things.to_string(), " more"].concat() } else { String::new() };
    let things = [&things.join(", "), others.as_str()].concat();
    view! {
        <tr>
            <NameCell icon="review" href=campaign_path(campaign) name/>
            <td data-label="Resource">{number}<span class="under">{things}</span></td>
            <td data-label="Frequency">{frequency}</td>
            <td data-label="State">{states(all)}</td>
            <td data-label="Progress">{progress}</td>
            <td data-label="Due or next">{due_or_next(due_at, next_at)}</td>
            <td data-label="Owner">{owner}</td>
        </tr>
    }
    .into_any()
}

fn line(review: ReviewListed) -> AnyView {
    let ReviewListed { series, name, subject, required_by, campaign, frequency, badge, due_at, next_at, counts, owner } = review;
    let required = required_by.map(|by| view! { <span class="under">{required(by)}</span> });
    let under = campaign.map(|campaign| view! { <span class="under">{part_of(campaign)}</span> });
    let resource = match subject.href {
        Some(href) => view! { <a href=href>{subject.name}</a> }.into_any(),
        None => subject.name.into_any(),
    };
    let progress = counts.map(|counts| view! { <Progress label="Reviewed" done=reviewed(&counts) total=counts.total/> });
    view! {
        <tr>
            <NameCell icon="review" href=series_path(series) name/>
            <td data-label="Resource">{resource}<span class="under">{subject.kind}</span>{required}{under}</td>
            <td data-label="Frequency">{frequency}</td>
            <td data-label="State"><StateBadge badge/></td>
            <td data-label="Progress">{progress}</td>
            <td data-label="Due or next">{due_or_next(due_at, next_at)}</td>
            <td data-label="Owner">{owner}</td>
        </tr>
    }
    .into_any()
}

/// Rows about which somebody said something.
pub fn reviewed(counts: &Counts) -> u64 {
    counts.total - counts.not_reviewed()
}
