//! Webhooks: setting who is told, and telling again.

use super::{NAME, allowed, answering, lock_out, taken};
use crate::Problem;
use crate::change::Change;
use crate::webhook::{Which, opened, sealed};
use model::command::{Command, Done, Secret};
use model::event::Action;
use model::limits::WEBHOOK_SECRET_OVERLAP_HOURS;
use model::webhook::{Replayed, SaveWebhook, Webhook};
use model::{EventId, Refusal, Span, WebhookId};
use rules::webhook::check_secret;
use store::webhooks::{self, Stored};
use store::{Saved, events};

const NO_WEBHOOK: Refusal = Refusal::NotFound { what: "webhook" };

pub async fn save(change: &mut Change<'_>, command: &Command, asked: &SaveWebhook) -> Result<Done, Problem> {
    allowed(change, command)?;
    let all = webhooks::list(&mut change.link).await?;
    let before = match asked.webhook {
        Some(id) => Some(all.iter().find(|stored| stored.webhook.id == id).ok_or(NO_WEBHOOK)?),
        None => None,
    };
    let there: Vec<Webhook> = all.iter().map(|stored| stored.webhook.clone()).collect();
    let of = before.map(|stored| &stored.webhook);
    let saved = rules::webhook::save(WebhookId(change.id()), of, asked, &there, change.now)?;
    let Some((after, action)) = saved else {
        let (webhook, name) = of.map(|webhook| (webhook.id, webhook.name.clone())).unwrap_or_default();
        return Ok(Done::WebhookSaved { webhook, name });
    };
    let secret = match &asked.secret {
        Some(secret) => Some(Secret(check_secret(&secret.0)?.to_owned())),
        None => None,
    };
    match (before, secret) {
        (None, None) => return Err(Refusal::Required { field: "secret".to_owned(), label: "Signing secret".to_owned() }.into()),
        (None, Some(secret)) => {
            let secret = sealed(change.keys(), after.id, Which::Now, &secret)?;
            // What happens from now on; what was before can be told on demand.
            let place = events::head_now(&mut change.link).await?.map_or(0, |(length, _)| length);
            taken(webhooks::insert(&mut change.link, &after, &secret, place).await, NAME, &after.name)?;
        }
        (Some(before), secret) => {
            if before.webhook.answering.is_some() && after.answering.is_none() {
                answering::may_stop(&mut change.link, &before.webhook).await?;
            }
            // What its silence means may be what keeps everybody out.
            let open = if before.webhook.answering == after.answering { None } else { Some(lock_out::before_all(change).await?) };
            update(change, &after, &before.webhook).await?;
            if let Some(open) = open {
                open.and_after_all(change).await?;
            }
            if let Some(secret) = secret {
                replace_secret(change, before, &secret).await?;
            }
        }
    }
    change.record(None, [action]);
    Ok(Done::WebhookSaved { webhook: after.id, name: after.name })
}

async fn update(change: &mut Change<'_>, after: &Webhook, before: &Webhook) -> Result<(), Problem> {
    match taken(webhooks::update(&mut change.link, after, before.version).await, NAME, &after.name)? {
        Saved::Stale => Err(Refusal::Stale.into()),
        Saved::Yes => Ok(()),
    }
}

/// The secret before it signs too for a while, unless it was lost with its key.
async fn replace_secret(change: &mut Change<'_>, before: &Stored, secret: &Secret) -> Result<(), Problem> {
    let id = before.webhook.id;
    let earlier = match opened(change.keys(), id, Which::Now, &before.secret) {
        Ok(old) => Some(sealed(change.keys(), id, Which::Earlier, &old)?),
        Err(_) => None,
    };
    let until = change.now + Span::hours(WEBHOOK_SECRET_OVERLAP_HOURS);
    let secret = sealed(change.keys(), id, Which::Now, secret)?;
    let earlier = earlier.as_deref().map(|earlier| (earlier, until));
    webhooks::set_secret(&mut change.link, id, &secret, earlier).await?;
    Ok(())
}

pub async fn set_enabled(change: &mut Change<'_>, command: &Command, id: WebhookId, enabled: bool) -> Result<Done, Problem> {
    allowed(change, command)?;
    switch(change, id, enabled, "").await
}

/// Its server said that it wants no messages any more. What waits stays, and what happens meanwhile is told when somebody
/// switches it on again.
pub async fn gone(change: &mut Change<'_>, command: &Command, id: WebhookId) -> Result<Done, Problem> {
    allowed(change, command)?;
    switch(change, id, false, "It answered 410: it wants no messages any more.").await
}

async fn switch(change: &mut Change<'_>, id: WebhookId, enabled: bool, why: &str) -> Result<Done, Problem> {
    let before = webhooks::get(&mut change.link, id).await?.ok_or(NO_WEBHOOK)?.webhook;
    if let Some((after, action)) = rules::webhook::set_enabled(&before, enabled, why) {
        update(change, &after, &before).await?;
        change.record(None, [action]);
    }
    Ok(Done::WebhookEnabled { webhook: id, name: before.name, enabled })
}

pub async fn delete(change: &mut Change<'_>, command: &Command, id: WebhookId, seen: u64) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Webhook { name, .. } = {
        let stored = webhooks::get(&mut change.link, id).await?.ok_or(NO_WEBHOOK)?;
        let waiting = webhooks::waiting(&mut change.link).await?.get(&id).copied().unwrap_or(0);
        rules::webhook::may_delete(&stored.webhook, waiting, seen)?;
        answering::may_stop(&mut change.link, &stored.webhook).await?;
        stored.webhook
    };
    store::answering::forget(&mut change.link, id).await?;
    let untold = webhooks::delete(&mut change.link, id).await?;
    change.record(None, [Action::WebhookDeleted { webhook: id, name: name.clone(), untold }]);
    Ok(Done::WebhookDeleted { name })
}

/// One message, or everything that happened since a moment.
pub async fn replay(change: &mut Change<'_>, command: &Command, id: WebhookId, what: Replayed) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Webhook { name, .. } = webhooks::get(&mut change.link, id).await?.ok_or(NO_WEBHOOK)?.webhook;
    rules::webhook::may_replay(what, change.now)?;
    match what {
        Replayed::Message(event) => {
            if !webhooks::again(&mut change.link, id, event, change.now).await? {
                return Err(Refusal::NotFound { what: "message" }.into());
            }
        }
        Replayed::Since(at) => {
            let place = webhooks::place_before(&mut change.link, at).await?;
            webhooks::set_place(&mut change.link, id, place).await?;
        }
    }
    change.record(None, [Action::WebhookReplayed { webhook: id, name, what }]);
    Ok(Done::WebhookReplayed { webhook: id, what })
}

pub async fn give_up(change: &mut Change<'_>, command: &Command, id: WebhookId, event: EventId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Webhook { name, .. } = webhooks::get(&mut change.link, id).await?.ok_or(NO_WEBHOOK)?.webhook;
    if !webhooks::give_up(&mut change.link, id, event).await? {
        return Err(Refusal::NotFound { what: "message that waits" }.into());
    }
    change.record(None, [Action::MessageGivenUp { webhook: id, name, event }]);
    Ok(Done::MessageGivenUp { webhook: id })
}
