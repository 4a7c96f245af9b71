//! `/admin/reviews/campaigns/{id}`: access reviews that one form made of several things, and how far they are together.

use super::review::Chart;
use super::reviews::{due_or_next, reviewed, states};
use super::{REVIEWS, parsed, read_id};
use crate::calls::review::{campaign_path, series_path};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::review::Counts;
use model::time::count;
use model::view::Fact;
use model::view::review::{Campaign, CampaignListed, ReviewListed};

#[component]
pub fn ReviewCampaignPage() -> impl IntoView {
    let (id, after) = (read_id(), query_after());
    let campaign =
        page_resource(move || Ok(query::ReviewCampaign { campaign: parsed(&id.get(), "access review")?, after: after.get() }));
    let view = |campaign| view! { <Whole campaign/> }.into_any();
    view! { <Loaded of=campaign view/> }.into_any()
}

#[component]
fn Whole(campaign: Campaign) -> impl IntoView {
    let Campaign { whole, owner, created_at, rows, paging } = campaign;
    let CampaignListed { campaign, name, reviews, frequency, states: all, due_at, next_at, counts, .. } = whole;
    let path = campaign_path(campaign);
    let crumbs = vec![(REVIEWS.to_owned(), "Access reviews".to_owned())];
    let number = count(i64::try_from(reviews).unwrap_or(i64::MAX), "review");
    let text =
        [&number, " that one form made, one of each thing. Each goes its own way; this is how far they are together."].concat();
    let progress = match counts {
        Some(counts) => view! { <Chart counts/> }.into_any(),
        None => view! { <p>"None has started. Until then nobody is asked."</p> }.into_any(),
    };
    let facts = vec![
        Fact { name: "Reviews".to_owned(), value: reviews.to_string() },
        Fact { name: "Frequency".to_owned(), value: frequency },
    ];
    let due = (due_at.is_some() || next_at.is_some())
        .then(|| view! { <div><dt>"Due or next"</dt><dd>{due_or_next(due_at, next_at)}</dd></div> });
    let more = view! {
        <div><dt>"States"</dt><dd>{states(all)}</dd></div>
        {due}
        <div><dt>"Made"</dt><dd><When at=created_at/></dd></div>
        <div><dt>"Owner"</dt><dd>{owner.name}</dd></div>
    }
    .into_any();
    let columns = vec!["Resource", "State", "Progress", "Outcome", "Due or next"];
    let rows = rows.into_iter().map(line).collect_view();
    let pager = view! { <Pager path paging/> }.into_any();
    let title = name.clone();
    view! {
        <Page title>
            <PageHeader title=name crumbs text/>
            <div class="split">
                <div>
                    <Card title="Progress of all"><div class="body stack">{progress}</div></Card>
                    <h2>"Reviews"</h2>
                    <Listing caption="Reviews of the campaign" columns dense=true pager>{rows}</Listing>
                </div>
                <aside aria-label="About this campaign">
                    <Card title="About"><div class="body"><Facts facts kind="over" after=Some(more)/></div></Card>
                </aside>
            </div>
        </Page>
    }
    .into_any()
}

fn line(review: ReviewListed) -> AnyView {
    let ReviewListed { series, name, subject, badge, due_at, next_at, counts, frequency, .. } = review;
    let progress = counts.map(|counts| view! { <Progress label="Reviewed" done=reviewed(&counts) total=counts.total/> });
    // What it is called and how often it recurs may have been changed since.
    let under = [&subject.kind, ", ", &name, ", ", &frequency.to_lowercase()].concat();
    view! {
        <tr>
            <NameCell icon="review" href=series_path(series) name=subject.name under/>
            <td data-label="State"><StateBadge badge/></td>
            <td data-label="Progress">{progress}</td>
            <td data-label="Outcome">{counts.map(outcome)}</td>
            <td data-label="Due or next">{due_or_next(due_at, next_at)}</td>
        </tr>
    }
    .into_any()
}

/// `3 approved, 1 denied, 1 removed`: what is none is left out.
fn outcome(counts: Counts) -> String {
    let all = [
        (counts.approved, "approved"),
        (counts.denied, "denied"),
        (counts.dont_know, "don’t know"),
        (counts.removed, "removed"),
        (counts.not_removed, "not removed"),
    ];
    let said = all.into_iter().filter(|(n, _)| *n > 0).map(|(n, word)| [&n.to_string(), " ", word].concat());
    let said = said.collect::<Vec<_>>().join(", ");
    if said.is_empty() { "Nothing decided".to_owned() } else { said }
}
