//! Webhooks that are asked and waited for: what a policy or the settings of a role say about it, and what the webhook itself does.

use crate::parts::prelude::*;
use leptos::prelude::*;
use model::answering::{Answering, AskedWebhook, Moment, Silence};
use model::limits::ANSWER_WINDOW_DEFAULT_MINUTES;
use model::view::Choice;

/// Which webhook a policy asks, and when. Nothing where there is none to choose.
#[component]
pub fn AskedFields(#[prop(optional_no_strip)] asks: Option<AskedWebhook>, askable: Vec<Choice>) -> impl IntoView {
    if askable.is_empty() && asks.is_none() {
        return ().into_any();
    }
    view! { <h2 id="asks-h">"Webhook"</h2><AskedPick asks askable/> }.into_any()
}

/// The fields of that, below a heading.
#[component]
pub fn AskedPick(#[prop(optional_no_strip)] asks: Option<AskedWebhook>, askable: Vec<Choice>) -> impl IntoView {
    let (webhook, moment) = asks.map_or_else(Default::default, |asked| (asked.webhook.to_string(), asked.moment));
    let mut options = vec![(String::new(), "None".to_owned())];
    options.extend(askable.into_iter().map(|Choice { id, name, under }| {
        let name = if under.is_empty() { name } else { [&name, " (", &under, ")"].concat() };
        (id, name)
    }));
    let moments = Moment::ALL.into_iter().map(|moment| Choice::new(moment.key(), moment.words(), "")).collect();
    view! {
        <Pick
            name="asks"
            label="Webhook that is asked"
            hint="Requests wait until it answers. It can deny one, and never approve one."
            value=webhook
            options
        />
        <RadioGroup name="asks_moment" legend="When it is asked" value=moment.key() options=moments/>
    }
    .into_any()
}

/// Whether a webhook is told or asked, and how long its answer is waited for.
#[component]
pub fn AnsweringFields(#[prop(optional_no_strip)] answering: Option<Answering>) -> impl IntoView {
    let manners = vec![
        Choice::new("tells", "Tells", "The server is told what was given, changed and taken away."),
        Choice::new(
            "asks",
            "Asks and waits",
            "The server is asked about each request of the policies and role settings that name it, and can deny it.",
        ),
    ];
    let manner = if answering.is_some() { "asks" } else { "tells" };
    let Answering { minutes, silence } =
        answering.unwrap_or(Answering { minutes: ANSWER_WINDOW_DEFAULT_MINUTES, silence: Silence::Denies });
    let (window, unit) = number_and_unit(minutes);
    let silences = Silence::ALL.into_iter().map(|silence| Choice::new(silence.key(), silence.words(), "")).collect();
    view! {
        <RadioGroup name="manner" legend="Kind" value=manner options=manners shape="choice-cards"/>
        <div class="form only-asks">
            <div class="row-of-fields">
                <TextField name="window" label="Wait for an answer" hint="At most 14 days." kind="number" value=window extra=true/>
                <Pick name="window_unit" label="Unit" value=unit options=span_units()/>
            </div>
            <RadioGroup name="silence" legend="Without an answer in time" value=silence.key() options=silences/>
        </div>
    }
    .into_any()
}
