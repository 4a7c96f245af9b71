//! Approvals: what waits for this person, and deciding it.

use super::{Call, Reply};
use leptos::prelude::*;
use model::RequestId;
use model::approval::Verdict;

/// `verdict` is the pressed button; `stage` is the stage that the page showed, counted from 0.
#[server(prefix = "/api", endpoint = "decide_request")]
pub async fn decide_request(request: RequestId, stage: usize, verdict: Verdict, #[server(default)] words: String) -> Call<Reply> {
    use model::command::{Command, DecideRequest, Done};
    let command = Command::DecideRequest(DecideRequest { request, stage, verdict, words });
    super::reply("decide_request", Ok(command), |done| match done {
        Done::RequestDecided { requestor, name, verdict, .. } => {
            let verdict = match verdict {
                Verdict::Approve => "approved",
                Verdict::Deny => "denied",
            };
            (format!("You {verdict} {requestor}’s request for “{name}”."), "/my-access/approvals".to_owned())
        }
        _ => super::elsewhere(),
    })
    .await
}
