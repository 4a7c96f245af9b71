//! Webhooks that are asked about requests and waited for.

use super::{allowed, due, request};
use crate::Problem;
use crate::change::Change;
use crate::views::words::Named;
use model::answering::{Answered, AskedWebhook, ToAsk};
use model::command::{Command, Done};
use model::request::{Decision, Request};
use model::role_settings::Privileged;
use model::webhook::Webhook;
use model::{AnyId, Refusal, RequestId, WebhookId};
use rules::approval::StagePeople;
use rules::request::Step;
use store::{Link, answering, requests, webhooks};

/// Policies and roles that are named when they keep a webhook.
const NAMED: usize = 3;

/// A webhook answered; that it was this one was checked.
pub async fn answer(
    change: &mut Change<'_>,
    command: &Command,
    id: RequestId,
    (webhook, answered): (WebhookId, &Answered),
) -> Result<Done, Problem> {
    allowed(change, command)?;
    let stored = webhooks::get(&mut change.link, webhook).await?.ok_or(Refusal::NotFound { what: "webhook" })?;
    rules::request::may_speak(&stored.webhook)?;
    let before = requests::get_to_change(&mut change.link, id).await?.ok_or(Refusal::NotFound { what: "request" })?;
    let decisions = requests::decisions(&mut change.link, id).await?;
    let (subject, people) = due::at_hand(change, &before).await?;
    let step = rules::request::answer_for(&before, &people, &decisions, (webhook, answered), change.now)?;
    request::save(change, &before, step, &decisions, &subject.roles).await?;
    Ok(Done::Advanced)
}

/// What becomes of a request when its webhook said nothing in time; nothing while there is time.
pub async fn silent(
    change: &mut Change<'_>,
    before: &Request,
    asks: &ToAsk,
    of: (&StagePeople, &[Decision]),
) -> Result<Option<Step>, Problem> {
    let stored = webhooks::get(&mut change.link, asks.webhook).await?;
    let taken = answering::was_taken(&mut change.link, asks.webhook, before.id).await?;
    let there = stored.as_ref().map(|stored| &stored.webhook);
    Ok(rules::request::silent(before, of, (there, taken), change.now))
}

/// Whom a request under settings that name this asks.
pub async fn to_ask(link: &mut Link, asks: Option<AskedWebhook>) -> Result<Option<ToAsk>, Problem> {
    let Some(asked) = asks else { return Ok(None) };
    let stored = webhooks::get(link, asked.webhook).await?;
    Ok(Some(rules::request::to_ask(asked, stored.as_ref().map(|stored| &stored.webhook))))
}

/// Whether the webhook that settings name may be asked.
pub async fn checked(link: &mut Link, asks: Option<AskedWebhook>) -> Result<(), Problem> {
    let Some(asked) = asks else { return Ok(()) };
    let stored = webhooks::get(link, asked.webhook).await?;
    Ok(rules::request::may_be_asked(stored.as_ref().map(|stored| &stored.webhook))?)
}

/// Whether policies or settings of roles need a webhook as one that is asked.
pub async fn may_stop(link: &mut Link, webhook: &Webhook) -> Result<(), Problem> {
    let (by, policies) = answering::asked_by(link, webhook.id, NAMED).await?;
    let mut by: Vec<String> = by.into_iter().map(|(package, policy)| format!("{package} · {policy}")).collect();
    let (roles, settings) = answering::asked_by_roles(link, webhook.id, NAMED.saturating_sub(by.len())).await?;
    let named = Named::of(link, roles.iter().filter(|role| !is_template(**role)).map(|role| role.role()).collect()).await?;
    by.extend(roles.into_iter().map(|role| match role {
        template if is_template(template) => format!("the template of {}", template.kind().of_what()),
        role => format!("the settings of {}", named.said(role.role())),
    }));
    Ok(rules::request::may_stop_asking(webhook, by, policies + settings)?)
}

/// Templates stand beside the settings of roles, of no resource.
fn is_template(role: Privileged) -> bool {
    role.resource() == AnyId::nil()
}
