//! `/admin/reviews/{id}`: one access review: how far it is, what became of it, when it runs again, and what is set for it.

use super::review_acts::{ActButtons, ActDialogs};
use super::review_results::ResultsTab;
use super::review_settings::SettingsTab;
use super::reviews::{part_of, required, reviewed};
use super::{REVIEWS, parsed, read_id};
use crate::calls::review::{campaign_path, series_path};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::review::Counts;
use model::time::count;
use model::view::Badge;
use model::view::review::{Instance, Review, Reviewer, Shown};

const TABS: [(&str, &str); 4] = [("", "Overview"), ("results", "Results"), ("scheduled", "Scheduled"), ("settings", "Settings")];

#[component]
pub fn AdminReviewPage() -> impl IntoView {
    let (id, instance, before) = (read_id(), query_value("instance"), query_value("before"));
    let review = page_resource(move || {
        // Whatever is no number shows the latest.
        let before = before.with(|before| before.parse().ok());
        let chosen = instance.get();
        let review = if chosen.is_empty() { None } else { Some(parsed(&chosen, "access review")?) };
        Ok(query::Review { series: parsed(&id.get(), "access review")?, review, before })
    });
    let view = move |review| view! { <Whole review chosen=instance.get_untracked()/> }.into_any();
    view! { <Loaded of=review view/> }.into_any()
}

#[component]
fn Whole(
    review: Review,
    /// The instance that the address names; empty for the last one.
    chosen: String,
) -> impl IntoView {
    let asked = query_value("tab");
    let tab = Memo::new(move |_| {
        asked.with(|asked| TABS.iter().map(|(key, _)| *key).find(|key| key == asked).unwrap_or_default().to_owned())
    });
    let path = series_path(review.series);
    let campaign = review.campaign.clone().map(|of| (campaign_path(of.campaign), of.name));
    let crumbs = std::iter::once((REVIEWS.to_owned(), "Access reviews".to_owned())).chain(campaign).collect();
    let badge = review.instance.as_ref().map(|shown| shown.instance.badge.clone());
    let badge = badge.unwrap_or_else(|| Badge::new("Not started", "plain"));
    let subject = review.subject.clone();
    let named = match subject.href {
        Some(href) => view! { <a href=href>{subject.name}</a> }.into_any(),
        None => subject.name.into_any(),
    };
    let description = review.description.clone();
    let together = review.campaign.clone().map(|of| view! { ", "{part_of(of)} });
    let by_policy = review.required_by.clone().map(|by| view! { ", "{required(by)} });
    let under = view! {
        {subject.kind}" "{named}{by_policy}{together}
        {(!description.is_empty()).then(|| view! { <br/>{description} })}
    }
    .into_any();
    let acts = view! { <ActButtons review=review.clone()/> }.into_any();
    let href = |key: &str| address(&path, &[("tab", key), ("instance", &chosen)]);
    let tabs = TABS.map(|(key, name)| Tab::new(key, name, href(key))).into();
    let (name, title) = (review.name.clone(), review.name.clone());
    let dialogs = view! { <ActDialogs review=review.clone()/> };
    let review = StoredValue::new(review);
    let panel = move || {
        let review = review.get_value();
        match tab.get().as_str() {
            "results" => view! { <ResultsTab review/> }.into_any(),
            "scheduled" => view! { <Scheduled review/> }.into_any(),
            "settings" => view! { <SettingsTab review/> }.into_any(),
            _ => view! { <Overview review/> }.into_any(),
        }
    };
    view! {
        <Page title=title>
            <PageHeader title=name crumbs badge under acts/>
            <div><Tabs label="Access review" tabs chosen=tab>{panel}</Tabs></div>
            {dialogs}
        </Page>
    }
    .into_any()
}

#[component]
fn Overview(review: Review) -> impl IntoView {
    let Review { series, facts, owner, warning, instances, further, older, instance, scheduled, .. } = review;
    let warning = warning.map(|text| view! { <MessageBar tone="warn" text/> });
    let now = match instance {
        Some(shown) => view! { <Now shown=shown.clone()/> }.into_any(),
        None => {
            let text = match scheduled.first() {
                Some((at, _)) => ["It starts on ", &at.in_sentence(), ". Until then nobody is asked."].concat(),
                None => "It does not start any more.".to_owned(),
            };
            view! { <MessageBar text/> }.into_any()
        }
    };
    let owner = view! { <div><dt>"Owner"</dt><dd>{owner.name}</dd></div> }.into_any();
    let several = instances.len() > 1 || further;
    let path = series_path(series);
    let latest = further.then(|| view! { <a class="button" href=path.clone()>"Latest instances"</a> });
    let older = older.map(|number| {
        let href = address(&path, &[("before", &number.to_string())]);
        view! { <a class="button" href=href>"Older instances"</a> }
    });
    let pager = (further || older.is_some())
        .then(|| view! { <nav class="pager" aria-label="Pages of instances"><div class="group">{latest}{older}</div></nav> });
    let instances = several.then(|| {
        let rows = instances.into_iter().map(|instance| line(&series_path(series), instance)).collect_view();
        view! {
            <div>
                <h2>"Instances"</h2>
                <Listing caption="Instances" columns=vec!["Instance", "State", "Started", "Due", "Progress", "Denied"] numbers=&["Denied"] dense=true>{rows}</Listing>
                {pager}
            </div>
        }
    });
    view! {
        <div class="split">
            <div>{warning}{now}</div>
            <aside aria-label="About this review">
                <Card title="About"><div class="body"><Facts facts kind="over" after=Some(owner)/></div></Card>
            </aside>
        </div>
        {instances}
    }
    .into_any()
}

/// The instance that is shown: what happened to it, how far it is, and who is asked.
#[component]
fn Now(shown: Shown) -> impl IntoView {
    let Shown { instance, stage, until, notes, reviewers, more_reviewers, .. } = shown;
    let notes = notes.into_iter().map(|text| view! { <MessageBar text/> }).collect_view();
    let stage = (!stage.is_empty()).then(|| view! { <dt>"Stage"</dt><dd>{stage}</dd> });
    let until = until.map(|at| view! { <dt>"Stage ends"</dt><dd><Due at/></dd> });
    let asked = (!reviewers.is_empty()).then(|| {
        let lines = reviewers.into_iter().map(reviewer).collect_view();
        let more = more_reviewers.then(|| view! { <li class="quiet">"and others, who are not shown here"</li> });
        view! { <Card title="Reviewers"><ul class="lines">{lines}{more}</ul></Card> }
    });
    view! {
        {notes}
        <Card title=["Instance ", &instance.number.to_string()].concat()>
            <div class="body stack">
                <Chart counts=instance.counts/>
                <dl class="facts tight">
                    <dt>"Started"</dt><dd><When at=instance.started_at/></dd>
                    <dt>"Due"</dt><dd><When at=instance.due_at/></dd>
                    {stage}{until}
                </dl>
            </div>
        </Card>
        {asked}
    }
    .into_any()
}

fn reviewer(reviewer: Reviewer) -> AnyView {
    let Reviewer { who, open, shares, .. } = reviewer;
    let own = (open > 0)
        .then(|| view! { <span class="num">{count(i64::try_from(open).unwrap_or(i64::MAX), "row")}" to decide"</span> });
    let shares = shares.then(|| view! { <span class="quiet">"shares the rows with others"</span> });
    view! { <li><Person who/><div class="ends">{shares}{own}</div></li> }.into_any()
}

/// How many rows were decided in which way: a bar for the eye, and the numbers for everybody.
#[component]
pub fn Chart(counts: Counts) -> impl IntoView {
    let shares = [
        ("Approved", "good", counts.approved),
        ("Denied", "bad", counts.denied),
        ("Don’t know", "warn", counts.dont_know),
        ("Not reviewed", "plain", counts.not_reviewed()),
    ];
    // Widths in steps of the view box, because a page carries no style of its own.
    let total = counts.total.max(1);
    let mut from = 0;
    let bars = shares
        .iter()
        .map(|(_, tone, n)| {
            let (x, width) = (from * 1000 / total, n * 1000 / total);
            from += n;
            view! { <rect x=x.to_string() y="0" width=width.to_string() height="12" data-tone=*tone></rect> }
        })
        .collect_view();
    let legend = shares
        .into_iter()
        .map(|(word, tone, n)| view! { <li><i data-tone=tone></i><span>{word}</span><b class="num">{n}</b></li> })
        .collect_view();
    let reviewed = reviewed(&counts);
    view! {
        <div class="shares">
            <Progress label="Reviewed" done=reviewed total=counts.total/>
            <svg viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
                <rect class="all" x="0" y="0" width="1000" height="12"></rect>
                {bars}
            </svg>
            <ul class="legend" aria-label="Decisions">{legend}</ul>
        </div>
    }
    .into_any()
}

fn line(path: &str, instance: Instance) -> AnyView {
    let Instance { review, number, badge, started_at, due_at, counts } = instance;
    let href = address(path, &[("instance", &review.to_string())]);
    view! {
        <tr>
            <th scope="row"><a class="name" href=href>"Instance "{number}</a></th>
            <td data-label="State"><StateBadge badge/></td>
            <td data-label="Started"><When at=started_at/></td>
            <td data-label="Due"><When at=due_at/></td>
            <td data-label="Progress"><Progress label="Reviewed" done=reviewed(&counts) total=counts.total/></td>
            <td class="num" data-label="Denied">{counts.denied}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn Scheduled(review: Review) -> impl IntoView {
    let Review { scheduled, recurs, .. } = review;
    if scheduled.is_empty() {
        let text =
            if recurs { "No further instance starts: the series has ended." } else { "It runs once, and does not start again." };
        return view! { <Empty title="Nothing scheduled" text/> }.into_any();
    }
    let rows = scheduled
        .into_iter()
        .enumerate()
        .map(|(n, (from, until))| {
            let name = if n == 0 { "Next".to_owned() } else { ["Then ", &n.to_string()].concat() };
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td data-label="Starts"><Due at=from/></td>
                    <td data-label="Due"><When at=until/></td>
                </tr>
            }
        })
        .collect_view();
    view! { <Listing caption="Scheduled instances" columns=vec!["Instance", "Starts", "Due"] dense=true>{rows}</Listing> }
        .into_any()
}
