//! `/admin/alerts`: what about privileged roles and access at targets should not be as it is, the gravest first, with what can be done about it.

use super::alert_rows::Incidents;
use crate::calls::alert::{ALERTS, ScanAlerts, alert_path};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::alert::Severity;
use model::query;
use model::view::Badge;
use model::view::alert::{Alerts, May, Summary};

const TITLE: &str = "Alerts";

#[component]
pub fn AlertsPage() -> impl IntoView {
    let alerts = page_resource(|| Ok(query::Alerts {}));
    view! { <Loaded of=alerts view=|alerts| view! { <Whole alerts/> }.into_any()/> }.into_any()
}

/// How grave an alert is.
pub fn severity(of: Severity) -> Badge {
    Badge::new(of.word(), of.tone())
}

#[component]
fn Whole(alerts: Alerts) -> impl IntoView {
    let Alerts { scanned_at, kinds, may_scan, may } = alerts;
    let text = "What about privileged roles, and about access at targets, should not be as it is. It is looked for after every change, and every hour.";
    let acts =
        may_scan.then(|| view! { <PostForm call=ScanAlerts::PATH class=""><SubmitButton label="Rescan"/></PostForm> }.into_any());
    let looked = match scanned_at {
        Some(at) => view! { <p class="quiet">"Looked for last on "<When at/>"."</p> }.into_any(),
        None => view! { <p class="quiet">"Nobody has looked yet."</p> }.into_any(),
    };
    let (found, quiet): (Vec<Summary>, Vec<Summary>) = kinds.into_iter().partition(|one| !one.incidents.is_empty());
    let none = found.is_empty().then(|| {
        let text = "Nothing that is looked for is so. What you dismissed is on the page of each alert.";
        view! { <Empty title="No open alerts" text/> }
    });
    let found = found.into_iter().map(|one| view! { <Open one may/> }).collect_view();
    let quiet = quiet.into_iter().map(line).collect_view();
    view! {
        <Page title=TITLE>
            <PageHeader title=TITLE text acts/>
            <div class="stack">
                {looked}
                {none}
                {found}
                <section class="stack" aria-labelledby="quiet-h">
                    <h2 id="quiet-h">"Nothing found"</h2>
                    <Listing caption="Alerts that found nothing" columns=vec!["Alert", "Severity", "State"] dense=true>
                        {quiet}
                    </Listing>
                </section>
            </div>
        </Page>
    }
    .into_any()
}

/// A kind with the latest of what it found.
#[component]
fn Open(one: Summary, may: May) -> impl IntoView {
    let Summary { kind, open, incidents, .. } = one;
    let id = ["alert-", &kind.key().replace('_', "-")].concat();
    let shown = u32::try_from(incidents.len()).unwrap_or(u32::MAX);
    let all = if open > shown { ["Show all ", &open.to_string(), " and the settings"].concat() } else { "Settings".to_owned() };
    let of = kind.name();
    let labelled_by = id.clone();
    view! {
        <section class="stack" aria-labelledby=labelled_by>
            <div class="title">
                <h2 id=id>{kind.name()}" "<span class="count now">{open}</span></h2>
                <StateBadge badge=severity(kind.severity())/>
            </div>
            <p class="quiet">{kind.why()}</p>
            <Incidents rows=incidents may caption=of/>
            <p><a href=alert_path(kind)>{all}<span class="sr">" of “"{of}"”"</span></a></p>
        </section>
    }
    .into_any()
}

fn line(one: Summary) -> impl IntoView {
    let Summary { kind, enabled, dismissed, .. } = one;
    let state = match (enabled, dismissed) {
        (false, _) => view! { <StateBadge badge=Badge::new("Off", "plain")/> }.into_any(),
        (true, 0) => view! { <StateBadge badge=Badge::new("Nothing found", "good")/> }.into_any(),
        (true, n) => view! { {n}" dismissed" }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a class="name" href=alert_path(kind)>{kind.name()}</a></th>
            <td data-label="Severity"><StateBadge badge=severity(kind.severity())/></td>
            <td data-label="State">{state}</td>
        </tr>
    }
}

/// The page above the one of a kind.
pub fn crumbs() -> Vec<(String, String)> {
    vec![(ALERTS.to_owned(), TITLE.to_owned())]
}
