//! Requests: asking, following, canceling.

use super::{Call, Reply};
use leptos::prelude::*;
use model::{PackageId, PolicyId, QuestionId, RequestId, UserId};
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
    use model::command::Command;
    let typed = Typed { package, policy, justification, answers, starts_at, starts_at_zone, ends_at, ends_at_zone };
    let command = typed.read().map(Command::SubmitRequest);
    super::reply("submit_request", command, submitted).await
}

/// The same form in place of somebody who reports to the sender.
#[server(prefix = "/api", endpoint = "request_for_report")]
pub async fn request_for_report(
    report: UserId,
    package: PackageId,
    #[server(default)] policy: Option<PolicyId>,
    #[server(default)] justification: String,
    #[server(default)] answers: BTreeMap<String, Vec<String>>,
    #[server(default)] starts_at: String,
    #[server(default)] starts_at_zone: String,
    #[server(default)] ends_at: String,
    #[server(default)] ends_at_zone: String,
) -> Call<Reply> {
    use model::command::{Command, RequestForReport};
    let typed = Typed { package, policy, justification, answers, starts_at, starts_at_zone, ends_at, ends_at_zone };
    let command = typed.read().map(|asked| Command::RequestForReport(RequestForReport { report, asked }));
    super::reply("request_for_report", command, submitted).await
}

#[cfg(feature = "ssr")]
fn submitted(done: model::command::Done) -> (String, String) {
    match done {
        model::command::Done::RequestSubmitted { request, name } => {
            (format!("Your request for “{name}” was submitted."), format!("/my-access/requests/{request}"))
        }
        _ => super::elsewhere(),
    }
}

/// What every form about a package asks, as it was typed.
#[cfg(feature = "ssr")]
pub struct Typed {
    pub package: PackageId,
    pub policy: Option<PolicyId>,
    pub justification: String,
    pub answers: BTreeMap<String, Vec<String>>,
    pub starts_at: String,
    pub starts_at_zone: String,
    pub ends_at: String,
    pub ends_at_zone: String,
}

#[cfg(feature = "ssr")]
impl Typed {
    pub fn read(self) -> Result<model::command::SubmitRequest, model::Refusal> {
        let Self { package, policy, justification, answers, .. } = self;
        // A name that is no question's is left out, as an answer to a question of another policy is.
        let answers = answers
            .into_iter()
            .filter_map(|(name, said)| Some((name.strip_prefix('q')?.parse::<QuestionId>().ok()?, said)))
            .collect();
        let starts_at = super::instant_or_none("starts_at", &self.starts_at, &self.starts_at_zone)?;
        let ends_at = super::instant_or_none("ends_at", &self.ends_at, &self.ends_at_zone)?;
        Ok(model::command::SubmitRequest { package, policy, justification, answers, starts_at, ends_at })
    }
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
