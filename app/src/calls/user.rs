//! Administration of users.

use super::{Call, Reply};
use leptos::prelude::*;
use model::UserId;
use model::directory::UserKind;
use std::collections::BTreeMap;

/// One form makes and edits: without `user` it makes one. Attributes come as `attributes[<name>]`.
/// `manager` is an id or empty, `sponsors[]` are ids; other mail addresses are separated by commas or lines.
#[server(prefix = "/api", endpoint = "save_user")]
pub async fn save_user(
    #[server(default)] user: Option<UserId>,
    #[server(default)] version: i64,
    user_name: String,
    display_name: String,
    #[server(default)] mail: String,
    kind: UserKind,
    #[server(default)] manager: String,
    #[server(default)] sponsors: Vec<String>,
    #[server(default)] attributes: BTreeMap<String, String>,
    #[server(default)] other_mails: String,
) -> Call<Reply> {
    use model::command::{Command, Done, UserFields};
    use model::directory::Profile;
    let read = |sponsor: &String| super::id_or_none::<UserId>("sponsors", sponsor).transpose();
    let sponsors: Result<Vec<UserId>, _> = sponsors.iter().filter_map(read).collect();
    let manager = super::id_or_none("manager", &manager);
    let command = sponsors.and_then(|sponsors| manager.map(|manager| (manager, sponsors))).map(|(manager, sponsors)| {
        let other_mails =
            other_mails.split([',', '\n', '\r', ';']).map(str::trim).filter(|mail| !mail.is_empty()).map(str::to_owned).collect();
        let profile = Profile { attributes, other_mails };
        let fields = UserFields { user_name, display_name, mail, kind, manager, sponsors, profile };
        match user {
            None => Command::CreateUser(fields),
            Some(user) => Command::EditUser { user, version, fields },
        }
    });
    super::reply("save_user", command, |done| match done {
        Done::UserCreated { user, name } => (format!("{name} was created."), format!("/admin/users/{user}")),
        Done::UserChanged { user, name } => (format!("{name} was changed."), format!("/admin/users/{user}")),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "set_user_enabled")]
pub async fn set_user_enabled(user: UserId, enabled: bool) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("set_user_enabled", Ok(Command::SetUserEnabled { user, enabled }), |done| match done {
        Done::UserEnabled { user, name } => (format!("{name} was enabled."), format!("/admin/users/{user}")),
        Done::UserDisabled { user, name, sessions_ended } => (
            format!("{name} was disabled. {} ended.", model::time::count(i64::try_from(sessions_ended).unwrap_or(0), "session")),
            format!("/admin/users/{user}"),
        ),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "set_password")]
pub async fn set_password(user: UserId, password: String) -> Call<Reply> {
    use model::command::{Command, Done, Secret};
    super::reply("set_password", Ok(Command::SetPassword { user, password: Secret(password) }), |done| match done {
        Done::PasswordChanged { user, name } => (format!("The password of {name} was changed."), format!("/admin/users/{user}")),
        _ => super::elsewhere(),
    })
    .await
}
