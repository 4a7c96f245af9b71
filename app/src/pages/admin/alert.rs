//! `/admin/alerts/{kind}`: everything that one alert found, and from when on it finds something.

use super::alert_rows::Incidents;
use super::alerts::{crumbs, severity};
use super::read_id;
use crate::calls::CallError;
use crate::calls::alert::{EditAlert, alert_path};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::alert::{AlertKind, AlertSettings, Thresholds};
use model::limits::ALERT_INCIDENTS_MAX;
use model::view::alert::Alert;
use model::{Refusal, query};

#[component]
pub fn AlertPage() -> impl IntoView {
    let (key, after) = (read_id(), query_after());
    let alert = page_resource(move || {
        let kind = key.with(|key| AlertKind::from_key(key));
        let kind = kind.ok_or_else(|| CallError::NotFound(Refusal::NotFound { what: "alert" }.into()))?;
        Ok(query::Alert { kind, after: after.get() })
    });
    view! { <Loaded of=alert view=|alert| view! { <Whole alert/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(alert: Alert) -> impl IntoView {
    let Alert { kind, settings, version, open, dismissed, rows, paging, may_edit, may } = alert;
    let all = usize::try_from(open.saturating_add(dismissed)).unwrap_or(usize::MAX);
    let more = (all >= ALERT_INCIDENTS_MAX).then(|| {
        let text = [
            "There are more than these: only ",
            &ALERT_INCIDENTS_MAX.to_string(),
            " are kept open. Set it so that less is found.",
        ]
        .concat();
        view! { <MessageBar tone="warn" text/> }
    });
    let list = if rows.is_empty() {
        let (title, text) = if settings.enabled {
            ("Nothing found", "It is looked for after every change, and every hour.")
        } else {
            ("Nobody looks for this", "What was open was resolved when the alert was taken off.")
        };
        view! { <Empty title text/> }.into_any()
    } else {
        let pager = view! { <Pager path=alert_path(kind) paging/> }.into_any();
        view! { <Incidents rows may caption=kind.name() pager/> }.into_any()
    };
    let form = may_edit.then(|| view! { <Form kind settings version/> });
    view! {
        <Page title=kind.name()>
            <PageHeader title=kind.name() crumbs=crumbs() badge=Some(severity(kind.severity())) text=kind.why()/>
            <div class="stack">{more}{list}{form}</div>
        </Page>
    }
    .into_any()
}

#[component]
fn Form(kind: AlertKind, settings: AlertSettings, version: i64) -> impl IntoView {
    let AlertSettings { enabled, mail, thresholds } = settings;
    view! {
        <section class="stack" aria-labelledby="settings-h">
            <h2 id="settings-h">"Settings"</h2>
            <PostForm call=EditAlert::PATH class="form">
                <Hidden name="kind" value=kind.key()/>
                <Hidden name="version" value=version.to_string()/>
                <CheckBox name="enabled" label="Look for this" checked=enabled/>
                <Numbers kind thresholds/>
                <CheckBox
                    name="mail"
                    label="Send letters"
                    hint="To Global Administrators, Privileged Role Administrators and Security Administrators, when something new is found."
                    checked=mail
                />
                <div class="form-acts"><SubmitButton label="Update"/></div>
            </PostForm>
        </section>
    }
    .into_any()
}

/// The fields of what a kind counts. A component, so that they are made inside of the form.
#[component]
fn Numbers(kind: AlertKind, thresholds: Thresholds) -> impl IntoView {
    match (kind, thresholds) {
        (AlertKind::StaleAccounts, Thresholds::Days { days }) => {
            days_field("Days without a sign-in", "From 1 to 365. An account that never signed in counts from when it was made.", days)
        }
        (_, Thresholds::Days { days }) => days_field("Days without an activation", "From 0 to 100.", days),
        (_, Thresholds::Administrators { count, percent }) => view! {
            <TextField name="count" label="Global Administrators" hint="So many or more, from 2 to 100 …" kind="number" value=count.to_string()/>
            <TextField
                name="percent"
                label="Share of all administrators, in %"
                hint="… who are so many or more of all people with a directory role, from 0 to 100. Both have to be reached."
                kind="number"
                value=percent.to_string()
            />
        }
        .into_any(),
        (_, Thresholds::Times { times, minutes }) => {
            let (number, unit) = number_and_unit(minutes);
            view! {
                <TextField name="times" label="Activations" hint="So many or more of one role by one person, from 2 to 100." kind="number" value=times.to_string()/>
                <div class="side">
                    <TextField name="minutes" label="Within" kind="number" value=number/>
                    <Pick name="unit" label="Unit" value=unit options=span_units()/>
                </div>
            }
            .into_any()
        }
        (_, Thresholds::None) => ().into_any(),
    }
}

fn days_field(label: &'static str, hint: &'static str, days: u32) -> AnyView {
    view! { <TextField name="days" label hint kind="number" value=days.to_string()/> }.into_any()
}
