//! Emergency access: which accounts are marked for it, and the review of each use.

use super::{Call, Reply};
use leptos::prelude::*;
use model::{EmergencyUseId, UserId};

#[cfg(feature = "ssr")]
const LIST: &str = "/admin/roles/emergency";

#[server(prefix = "/api", endpoint = "mark_emergency_account")]
pub async fn mark_emergency_account(#[server(default)] account: String, #[server(default)] reviewer: String) -> Call<Reply> {
    use model::Refusal;
    use model::command::{Command, Done};
    let named = |field: &str, label: &str, text: &str| {
        let missing = || Refusal::Required { field: field.to_owned(), label: label.to_owned() };
        super::id_or_none::<UserId>(field, text)?.ok_or_else(missing)
    };
    let command = || -> Result<Command, Refusal> {
        let (user, reviewer) = (named("account", "Account", &account)?, named("reviewer", "Reviewer", &reviewer)?);
        Ok(Command::MarkEmergencyAccount { user, reviewer })
    };
    super::reply("mark_emergency_account", command(), |done| match done {
        Done::EmergencyAccountMarked { name } => {
            (format!("{name} may now activate without approval in an emergency."), LIST.to_owned())
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "unmark_emergency_account")]
pub async fn unmark_emergency_account(account: UserId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("unmark_emergency_account", Ok(Command::UnmarkEmergencyAccount { user: account }), |done| match done {
        Done::EmergencyAccountUnmarked { name } => (format!("{name} needs approval like everybody else now."), LIST.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "close_emergency_review")]
pub async fn close_emergency_review(used: EmergencyUseId, #[server(default)] words: String) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("close_emergency_review", Ok(Command::CloseEmergencyReview { used, words }), |done| match done {
        Done::EmergencyReviewClosed { name } => {
            (format!("The review of what {name} did is closed."), format!("/my-access/emergency/{used}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "allow_emergency_use")]
pub async fn allow_emergency_use(used: EmergencyUseId, #[server(default)] words: String) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("allow_emergency_use", Ok(Command::AllowEmergencyUse { used, words }), |done| match done {
        Done::EmergencyUseAllowed { name } => {
            (format!("{name} may be used once more before this is reviewed."), format!("/my-access/emergency/{used}"))
        }
        _ => super::elsewhere(),
    })
    .await
}
