//! Webhooks: setting who is told, and telling again.

use super::{Call, Reply};
use leptos::prelude::*;
use model::{EventId, WebhookId};

/// Below it are the webhooks, one by one.
pub const WEBHOOKS: &str = "/admin/settings/webhooks";

/// `webhook` is empty for a new one. An empty secret leaves the one that is kept.
#[server(prefix = "/api", endpoint = "save_webhook")]
pub async fn save_webhook(
    #[server(default)] webhook: String,
    #[server(default)] version: i64,
    #[server(default)] name: String,
    #[server(default)] url: String,
    #[server(default)] kinds: Vec<String>,
    #[server(default)] manner: String,
    #[server(default)] window: String,
    #[server(default)] window_unit: String,
    #[server(default)] silence: String,
    #[server(default)] secret: String,
) -> Call<Reply> {
    use model::answering::{Answering, Silence};
    use model::command::{Command, Done, Secret};
    use model::webhook::{MessageKind, SaveWebhook};
    let secret = Some(secret).filter(|secret| !secret.trim().is_empty()).map(Secret);
    let kinds = kinds.iter().map(|key| {
        MessageKind::from_key(key).ok_or_else(|| model::Refusal::Malformed {
            field: "kinds[]".to_owned(),
            message: "Choose entries from the list; what was sent is not one of them.".to_owned(),
        })
    });
    let command = kinds.collect::<Result<_, _>>().and_then(|kinds| {
        let webhook = super::id_or_none("webhook", &webhook)?;
        let answering = if manner == "asks" {
            let minutes = super::minutes("window", "Wait for an answer", &window, &window_unit)?;
            Some(Answering { minutes, silence: Silence::from_key(&silence).unwrap_or_default() })
        } else {
            None
        };
        Ok(Command::SaveWebhook(SaveWebhook { webhook, version, name, url, kinds, answering, secret }))
    });
    super::reply("save_webhook", command, |done| match done {
        Done::WebhookSaved { webhook, name } => (format!("“{name}” was saved."), format!("{WEBHOOKS}/{webhook}")),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "set_webhook_enabled")]
pub async fn set_webhook_enabled(webhook: WebhookId, enabled: bool) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("set_webhook_enabled", Ok(Command::SetWebhookEnabled { webhook, enabled }), |done| match done {
        Done::WebhookEnabled { webhook, name, enabled } => {
            let message = if enabled { format!("“{name}” was enabled.") } else { format!("“{name}” was disabled.") };
            (message, format!("{WEBHOOKS}/{webhook}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// `seen` is how many messages the page said wait.
#[server(prefix = "/api", endpoint = "delete_webhook")]
pub async fn delete_webhook(webhook: WebhookId, #[server(default)] seen: u64) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("delete_webhook", Ok(Command::DeleteWebhook { webhook, seen }), |done| match done {
        Done::WebhookDeleted { name } => (format!("“{name}” was deleted."), super::provider::SETTINGS.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

/// One message once more, at once.
#[server(prefix = "/api", endpoint = "tell_message")]
pub async fn tell_message(webhook: WebhookId, event: EventId) -> Call<Reply> {
    use model::command::Command;
    use model::webhook::Replayed;
    super::reply("tell_message", Ok(Command::ReplayWebhook { webhook, what: Replayed::Message(event) }), replayed).await
}

/// Everything since a moment, in UTC.
#[server(prefix = "/api", endpoint = "replay_webhook")]
pub async fn replay_webhook(webhook: WebhookId, #[server(default)] since: String) -> Call<Reply> {
    use model::command::Command;
    use model::webhook::Replayed;
    let since = super::instant_or_none("since", &since, "")
        .and_then(|at| at.ok_or(model::Refusal::Required { field: "since".to_owned(), label: "Since (UTC)".to_owned() }));
    let command = since.map(|at| Command::ReplayWebhook { webhook, what: Replayed::Since(at) });
    super::reply("replay_webhook", command, replayed).await
}

#[cfg(feature = "ssr")]
fn replayed(done: model::command::Done) -> (String, String) {
    use model::command::Done;
    use model::webhook::Replayed;
    match done {
        Done::WebhookReplayed { webhook, what } => {
            let message = match what {
                Replayed::Message(_) => "The message is told once more.".to_owned(),
                Replayed::Since(at) => format!("Everything since {} is told once more.", at.in_sentence()),
            };
            (message, format!("{WEBHOOKS}/{webhook}"))
        }
        _ => super::elsewhere(),
    }
}

/// The message is not told; later ones about the same thing are.
#[server(prefix = "/api", endpoint = "give_up_message")]
pub async fn give_up_message(webhook: WebhookId, event: EventId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("give_up_message", Ok(Command::GiveUpMessage { webhook, event }), |done| match done {
        Done::MessageGivenUp { webhook } => ("The message was given up.".to_owned(), format!("{WEBHOOKS}/{webhook}")),
        _ => super::elsewhere(),
    })
    .await
}
