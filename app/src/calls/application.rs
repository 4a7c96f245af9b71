//! Administration of applications and their roles.

use super::{Call, Reply};
use leptos::prelude::*;
use model::{ApplicationId, ApplicationRoleId, AssignmentId};

/// Below it are the applications, one by one.
pub const APPLICATIONS: &str = "/admin/applications";

/// One form makes and edits: `application` is empty for a new one.
#[server(prefix = "/api", endpoint = "save_application")]
pub async fn save_application(
    #[server(default)] application: String,
    #[server(default)] version: i64,
    #[server(default)] name: String,
    #[server(default)] description: String,
) -> Call<Reply> {
    use model::application::SaveApplication;
    use model::command::{Command, Done};
    let command = super::id_or_none("application", &application)
        .map(|application| Command::SaveApplication(SaveApplication { application, version, name, description }));
    super::reply("save_application", command, |done| match done {
        Done::ApplicationSaved { application, name } => (format!("“{name}” was saved."), format!("{APPLICATIONS}/{application}")),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "delete_application")]
pub async fn delete_application(application: ApplicationId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("delete_application", Ok(Command::DeleteApplication { application }), |done| match done {
        Done::ApplicationDeleted { name } => (format!("“{name}” was deleted."), APPLICATIONS.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

/// `role` is empty for a new one.
#[server(prefix = "/api", endpoint = "save_application_role")]
pub async fn save_application_role(
    application: ApplicationId,
    #[server(default)] role: String,
    #[server(default)] name: String,
) -> Call<Reply> {
    use model::application::SaveApplicationRole;
    use model::command::{Command, Done};
    let command = super::id_or_none("role", &role)
        .map(|role| Command::SaveApplicationRole(SaveApplicationRole { application, role, name }));
    super::reply("save_application_role", command, |done| match done {
        Done::ApplicationRoleSaved { application, name } => {
            (format!("The role “{name}” was saved."), format!("{APPLICATIONS}/{application}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "delete_application_role")]
pub async fn delete_application_role(application: ApplicationId, role: ApplicationRoleId) -> Call<Reply> {
    use model::command::{Command, Done};
    let command = Command::DeleteApplicationRole { application, role };
    super::reply("delete_application_role", Ok(command), |done| match done {
        Done::ApplicationRoleDeleted { application, name } => {
            (format!("The role “{name}” was deleted."), format!("{APPLICATIONS}/{application}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "end_application_assignment")]
pub async fn end_application_assignment(assignment: AssignmentId, #[server(default)] words: String) -> Call<Reply> {
    use model::command::{Command, Done};
    let command = Command::EndApplicationAssignment { assignment, words };
    super::reply("end_application_assignment", Ok(command), |done| match done {
        Done::ApplicationAssignmentEnded { application, role, name, holder } => {
            (format!("{holder} no longer holds “{name}” directly."), format!("{APPLICATIONS}/{application}?role={role}"))
        }
        _ => super::elsewhere(),
    })
    .await
}
