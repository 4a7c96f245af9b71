//! Webhooks, as administrators set them and see what came of their messages.

use super::{Asking, page};
use crate::{Fault, Problem};
use model::Refusal;
use model::query;
use model::view::webhook::{Message, MessageState, OfferedSecret, OneWebhook, Row, Webhooks};
use model::webhook::Webhook;
use rules::access::changes_settings;
use store::webhooks::{self, Stored};

/// Messages of one page.
const PAGE_ROWS: usize = 25;

fn row(asking: &Asking<'_>, stored: Stored, waiting: u64) -> Row {
    let Stored { webhook, earlier, tries, next_try_at, fault, .. } = stored;
    let url = if changes_settings(asking.visitor) { webhook.url } else { rules::webhook::shown(&webhook.url).to_owned() };
    Row {
        webhook: Webhook { url, ..webhook },
        waiting,
        fault: fault.filter(|_| tries > 0).map(|why| (why, next_try_at)),
        earlier_until: earlier.map(|(_, until)| until).filter(|until| asking.now < *until),
    }
}

pub async fn list(asking: &mut Asking<'_>) -> Result<Webhooks, Problem> {
    let waiting = webhooks::waiting(&mut asking.link).await?;
    let of = |id| waiting.get(&id).copied().unwrap_or(0);
    let all = webhooks::list(&mut asking.link).await?;
    let rows =
        all.into_iter().map(|stored| (of(stored.webhook.id), stored)).map(|(waiting, stored)| row(asking, stored, waiting));
    Ok(Webhooks { rows: rows.collect(), may_change: changes_settings(asking.visitor) })
}

pub async fn one(asking: &mut Asking<'_>, query: query::Webhook) -> Result<OneWebhook, Problem> {
    let id = query.webhook;
    let stored = webhooks::get(&mut asking.link, id).await?.ok_or(Refusal::NotFound { what: "webhook" })?;
    let waiting = webhooks::waiting(&mut asking.link).await?;
    let waiting = waiting.get(&id).copied().unwrap_or(0);
    let before: Option<i64> = query.after.as_deref().and_then(|after| after.parse().ok());
    let mut found = webhooks::messages(&mut asking.link, id, before.unwrap_or(i64::MAX), PAGE_ROWS + 1).await?;
    let paging = page(&mut found, PAGE_ROWS, before.is_some(), |message| message.place.to_string());
    let messages = found.into_iter().map(|message| Message {
        event: message.event,
        kind: message.kind,
        at: message.at,
        state: match (message.due_at, message.over_at, message.told_at) {
            (Some(again_at), ..) => MessageState::Waiting { tries: u32::try_from(message.tries).unwrap_or(0), again_at },
            (None, Some(at), _) => MessageState::Over { at },
            (None, None, Some(at)) => MessageState::Told { at },
            (None, None, None) => MessageState::GivenUp,
        },
        answer: message.answer,
    });
    Ok(OneWebhook {
        messages: messages.collect(),
        row: row(asking, stored, waiting),
        requests: store::answering::waiting(&mut asking.link, id).await?,
        may_change: changes_settings(asking.visitor),
        paging,
    })
}

/// A new secret, made for this answer and kept nowhere.
pub fn offered() -> Result<OfferedSecret, Problem> {
    let secret = auth::webhook::new_secret().map_err(|error| Fault::new("making a signing secret", error))?;
    Ok(OfferedSecret { secret })
}
