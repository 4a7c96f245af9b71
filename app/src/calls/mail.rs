//! How letters leave.

use super::{Call, Reply};
use leptos::prelude::*;

/// Where it is set.
pub const MAIL: &str = "/admin/settings/mail";

/// An empty password leaves the one that is kept; `way` is `server` or `kept`.
#[server(prefix = "/api", endpoint = "save_mail")]
pub async fn save_mail(
    #[server(default)] version: i64,
    #[server(default)] way: String,
    #[server(default)] host: String,
    #[server(default)] port: String,
    #[server(default)] security: String,
    #[server(default)] user_name: String,
    #[server(default)] password: String,
    #[server(default)] sender: String,
    #[server(default)] into_files: bool,
    #[server(default)] waiting: u64,
) -> Call<Reply> {
    use model::Refusal;
    use model::command::{Command, Done, Secret};
    use model::mail::{SaveMail, Security, TypedServer};
    let password = Some(password).filter(|password| !password.trim().is_empty()).map(Secret);
    let missing = |field: &str, label: &str| Refusal::Required { field: field.to_owned(), label: label.to_owned() };
    let server = match way.as_str() {
        "kept" => Ok(None),
        "server" => Security::from_key(&security)
            .ok_or_else(|| missing("security", "Protection"))
            .map(|security| Some(TypedServer { host, port, security, user_name, password, sender })),
        _ => Err(missing("way", "Letters")),
    };
    let command = server.map(|server| Command::SaveMail(SaveMail { version, server, into_files: into_files.then_some(waiting) }));
    super::reply("save_mail", command, |done| match done {
        Done::MailSaved { sends } => {
            let message = if sends {
                "The mail settings were saved. What waits is sent at once."
            } else {
                "The mail settings were saved. Letters are kept as files from now on."
            };
            (message.to_owned(), MAIL.to_owned())
        }
        _ => super::elsewhere(),
    })
    .await
}
