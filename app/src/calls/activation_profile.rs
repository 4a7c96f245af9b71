//! Saving what one activates together, and forgetting it.

use super::{Call, Reply};
use leptos::prelude::*;
use model::ActivationProfileId;

/// Each of `chosen` is an eligible assignment.
#[server(prefix = "/api", endpoint = "save_activation_profile")]
pub async fn save_activation_profile(#[server(default)] chosen: Vec<String>, #[server(default)] profile: String) -> Call<Reply> {
    use super::together::selected;
    use model::activation_profile::SaveActivationProfile;
    use model::command::{Command, Done};
    let chosen = selected(&chosen, "role", |text| text.parse().ok());
    let command = chosen.map(|eligible| Command::SaveActivationProfile(SaveActivationProfile { name: profile, eligible }));
    super::reply("save_activation_profile", command, |done| match done {
        Done::ActivationProfileSaved { name } => {
            (format!("“{name}” is saved. It stands on this page from now on."), LIST.to_owned())
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "delete_activation_profile")]
pub async fn delete_activation_profile(profile: ActivationProfileId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("delete_activation_profile", Ok(Command::DeleteActivationProfile { profile }), |done| match done {
        Done::ActivationProfileDeleted { name } => (format!("The profile “{name}” is deleted."), LIST.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
const LIST: &str = "/my-roles";
