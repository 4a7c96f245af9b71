//! Alerts: looking again, what is looked for, and what is done about what was found.

use super::{Call, Reply};
use leptos::prelude::*;
use model::alert::AlertKind;
use model::{AlertIncidentId, AssignmentId, RoleId};

/// `/admin/alerts`
pub const ALERTS: &str = "/admin/alerts";

/// The page of one kind.
pub fn alert_path(kind: AlertKind) -> String {
    [ALERTS, "/", kind.key()].concat()
}

#[server(prefix = "/api", endpoint = "scan_alerts")]
pub async fn scan_alerts() -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("scan_alerts", Ok(Command::ScanAlerts), |done| match done {
        Done::AlertsScanned { new: 0, .. } => ("Nothing new was found.".to_owned(), ALERTS.to_owned()),
        Done::AlertsScanned { new, .. } => {
            let new = model::time::count(i64::try_from(new).unwrap_or(0), "new incident");
            (format!("{new} found."), ALERTS.to_owned())
        }
        _ => super::elsewhere(),
    })
    .await
}

/// `kind` is the key of the alert; of the numbers only those are read that it has. `unit` is of `window`.
#[server(prefix = "/api", endpoint = "edit_alert")]
pub async fn edit_alert(
    kind: String,
    #[server(default)] version: i64,
    #[server(default)] enabled: bool,
    #[server(default)] mail: bool,
    #[server(default)] days: String,
    #[server(default)] count: String,
    #[server(default)] percent: String,
    #[server(default)] times: String,
    #[server(default)] minutes: String,
    #[server(default)] unit: String,
) -> Call<Reply> {
    use model::Refusal;
    use model::alert::{AlertSettings, Thresholds};
    use model::command::{Command, Done};
    let command = || {
        let kind = AlertKind::from_key(&kind).ok_or(Refusal::NotFound { what: "alert" })?;
        let thresholds = match kind.defaults().thresholds {
            Thresholds::None => Thresholds::None,
            Thresholds::Days { .. } => Thresholds::Days { days: super::whole("days", "Days", &days)? },
            Thresholds::Administrators { .. } => Thresholds::Administrators {
                count: super::whole("count", "Global Administrators", &count)?,
                percent: super::whole("percent", "Share of all administrators", &percent)?,
            },
            Thresholds::Times { .. } => Thresholds::Times {
                times: super::whole("times", "Activations", &times)?,
                minutes: super::minutes("minutes", "Within", &minutes, &unit)?,
            },
        };
        Ok(Command::EditAlert { kind, version, settings: AlertSettings { enabled, mail, thresholds } })
    };
    super::reply("edit_alert", command(), |done| match done {
        Done::AlertSaved { kind } => ("The alert was updated.".to_owned(), alert_path(kind)),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "dismiss_alert")]
pub async fn dismiss_alert(incident: AlertIncidentId, #[server(default)] words: String) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("dismiss_alert", Ok(Command::DismissAlert { incident, words }), |done| match done {
        Done::AlertDismissed { kind } => ("It was dismissed.".to_owned(), alert_path(kind)),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "reopen_alert")]
pub async fn reopen_alert(incident: AlertIncidentId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("reopen_alert", Ok(Command::ReopenAlert { incident }), |done| match done {
        Done::AlertReopened { kind } => ("It is open again.".to_owned(), alert_path(kind)),
        _ => super::elsewhere(),
    })
    .await
}

/// Ends the assignment that an alert is about, and looks again, so that the page shows what is left.
#[server(prefix = "/api", endpoint = "remove_alerted")]
pub async fn remove_alerted(assignment: AssignmentId, #[server(default)] words: String) -> Call<Reply> {
    use model::command::{Command, Done};
    let caller = super::caller()?;
    let reply = match caller.0.submit(Command::EndRoleAssignment { assignment, words }).await {
        Ok(Done::RoleAssignmentEnded { name, holder, .. }) => {
            server::put_right(&caller, format!("The assignment of “{name}” to {holder} was removed.")).await
        }
        other => server::otherwise(other)?,
    };
    super::answered(&caller, "remove_alerted", reply).await
}

/// Demands multifactor authentication of whoever activates the role that an alert is about, if its settings are still those
/// that were shown, and looks again.
#[server(prefix = "/api", endpoint = "require_multifactor")]
pub async fn require_multifactor(role: RoleId, #[server(default)] version: i64) -> Call<Reply> {
    use model::command::{Command, Done};
    use model::query::{self, Answer};
    use model::role_settings::{Privileged, RoleSettings};
    let caller = super::caller()?;
    let role = Privileged::DirectoryRole(role);
    let Answer::RoleSettings(there) = super::ask_as(&caller, query::RoleSettings { role }.into()).await? else {
        return super::answered(&caller, "require_multifactor", server::otherwise(Ok(Done::Advanced))?).await;
    };
    let settings = RoleSettings { activation_proof: there.settings.activation_proof.with_multifactor(), ..there.settings };
    let command = Command::EditRoleSettings { role, version, settings: Box::new(settings), seen_breaking: 0 };
    let reply = match caller.0.submit(command).await {
        Ok(Done::RoleSettingsSaved { name, .. }) => {
            server::put_right(&caller, format!("Activating “{name}” requires multifactor authentication now.")).await
        }
        other => server::otherwise(other)?,
    };
    super::answered(&caller, "require_multifactor", reply).await
}

#[cfg(feature = "ssr")]
mod server {
    use super::ALERTS;
    use crate::calls::{Call, CallError, Reply, elsewhere};
    use crate::door::{Caller, Problem};
    use model::Refusal;
    use model::command::{Command, Done};

    /// Looks again, so that the page shows what is left. What could not be looked for now is looked for by the worker.
    pub async fn put_right(caller: &Caller, message: String) -> Reply {
        drop(caller.0.submit(Command::ScanAlerts).await);
        Reply::Done { message, go: ALERTS.to_owned() }
    }

    /// Whatever else came of a remedy.
    pub fn otherwise(outcome: Result<Done, Problem>) -> Call<Reply> {
        match outcome {
            Ok(_) => {
                let (message, go) = elsewhere();
                Ok(Reply::Done { message, go })
            }
            Err(Problem::Refused(Refusal::SignInNeeded)) => Err(CallError::SignIn),
            Err(Problem::Refused(refusal)) => Ok(Reply::Refused(refusal.into())),
            Err(problem @ Problem::Broken { .. }) => Err(problem.into()),
        }
    }
}
