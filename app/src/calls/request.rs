//! Requests: asking, following, canceling.

use super::{Call, Reply};
use leptos::prelude::*;
use model::{PackageAssignmentId, PackageId, PolicyId, QuestionId, RequestId};
use std::collections::BTreeMap;

/// The name of a question's control on the form: `answers[q<question>][]`. The letter in front is there because
/// keys that begin with a digit are read as positions of a list.
pub fn answer_name(question: QuestionId) -> String {
    ["answers[q", &question.to_string(), "][]"].concat()
}

/// The form of a package. Answers come named as by [`answer_name`], one or several a question.
#[server(prefix = "/api", endpoint = "submit_request")]
pub async fn submit_request(
    package: PackageId,
    #[server(default)] policy: Option<PolicyId>,
    #[server(default)] justification: String,
    #[server(default)] answers: BTreeMap<String, Vec<String>>,
    #[server(default)] starts_at: String,
    #[server(default)] starts_at_zone: String,
    #[server(default)] ends_at: String,
    #[server(default)] ends_at_zone: String,
) -> Call<Reply> {
    use super::instant_or_none;
    use model::command::{Command, Done, SubmitRequest};
    // A name that is no question's is left out, as an answer to a question of another policy is.
    let answers = answers
        .into_iter()
        .filter_map(|(name, said)| Some((name.strip_prefix('q')?.parse::<QuestionId>().ok()?, said)))
        .collect();
    let times = instant_or_none("starts_at", &starts_at, &starts_at_zone)
        .and_then(|start| instant_or_none("ends_at", &ends_at, &ends_at_zone).map(|end| (start, end)));
    let command = times.map(|(starts_at, ends_at)| {
        Command::SubmitRequest(SubmitRequest { package, policy, justification, answers, starts_at, ends_at })
    });
    super::reply("submit_request", command, |done| match done {
        Done::RequestSubmitted { request, name } => {
            (format!("Your request for “{name}” was submitted."), format!("/my-access/requests/{request}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// `administration` says on which of the request's two pages the form was.
#[server(prefix = "/api", endpoint = "cancel_request")]
pub async fn cancel_request(
    request: RequestId,
    #[server(default)] words: String,
    #[server(default)] administration: bool,
) -> Call<Reply> {
    use model::command::{Command, Done};
    let below = if administration { "/admin/requests" } else { "/my-access/requests" };
    super::reply("cancel_request", Ok(Command::CancelRequest { request, words }), move |done| match done {
        Done::RequestCanceled { request, name } => {
            (format!("The request for “{name}” was canceled."), format!("{below}/{request}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "reprocess_request")]
pub async fn reprocess_request(request: RequestId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("reprocess_request", Ok(Command::ReprocessRequest { request }), |done| match done {
        Done::RequestReprocessed { request, name } => {
            (format!("“{name}” is being delivered again."), format!("/admin/requests/{request}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// Ends what somebody holds through a package: the holder gives it back.
#[server(prefix = "/api", endpoint = "end_package_assignment")]
pub async fn end_package_assignment(assignment: PackageAssignmentId, #[server(default)] words: String) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("end_package_assignment", Ok(Command::EndPackageAssignment { assignment, words }), |done| match done {
        Done::PackageAssignmentEnded { name, holder, mine, .. } if !mine => {
            (format!("{holder} no longer holds “{name}”."), "/my-access/packages?tab=active".to_owned())
        }
        Done::PackageAssignmentEnded { name, .. } => {
            (format!("You no longer hold “{name}”."), "/my-access/packages?tab=active".to_owned())
        }
        _ => super::elsewhere(),
    })
    .await
}
