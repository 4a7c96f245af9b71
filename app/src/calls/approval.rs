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

/// Several decisions with the same words. Each of `chosen` is a request and the stage that the page showed of it,
/// `<request>.<stage>`. Each is a change of its own under the rules of a single one: what one of them meets does not
/// hold up the others.
#[server(prefix = "/api", endpoint = "decide_requests")]
pub async fn decide_requests(
    #[server(default)] chosen: Vec<String>,
    verdict: Verdict,
    #[server(default)] words: String,
) -> Call<Reply> {
    use super::CallError;
    use crate::door::Problem;
    use crate::flash::{Left, Unfinished};
    use model::Refusal;
    use model::command::{Command, DecideRequest};
    let caller = super::caller()?;
    let chosen = match selected(&chosen) {
        Ok(chosen) => chosen,
        Err(refusal) => return super::answered(&caller, "decide_requests", Reply::Refused(refusal.into())).await,
    };
    let mut left = Vec::new();
    for (request, stage) in &chosen {
        let (request, stage) = (*request, *stage);
        let command = Command::DecideRequest(DecideRequest { request, stage, verdict, words: words.clone() });
        let why = match caller.0.submit(command).await {
            Ok(_) => continue,
            Err(Problem::Refused(Refusal::SignInNeeded)) => return Err(CallError::SignIn),
            Err(Problem::Refused(refusal)) => refusal.into(),
            Err(problem @ Problem::Broken { .. }) => {
                let sentence = CallError::from(problem).to_string();
                model::Refused { code: "broken".to_owned(), sentence, field: None, link: None }
            }
        };
        left.push(Left { what: named(&caller, request).await, why });
    }
    let done = chosen.len() - left.len();
    let verb = match verdict {
        Verdict::Approve => "approved",
        Verdict::Deny => "denied",
    };
    let count = |n: usize| model::time::count(i64::try_from(n).unwrap_or(0), "request");
    let reply = if left.is_empty() {
        Reply::Done { message: format!("You {verb} {}.", count(done)), go: "/my-access/approvals".to_owned() }
    } else {
        let message = match (done, left.len()) {
            (0, 1) => "The request was not decided:".to_owned(),
            (0, _) => format!("None of the {} was decided:", count(chosen.len())),
            (done, _) => format!("You {verb} {done} of {}. These were not decided:", count(chosen.len())),
        };
        Reply::Unfinished(Unfinished { message, left })
    };
    super::answered(&caller, "decide_requests", reply).await
}

/// The selected requests with their stages, each once.
#[cfg(feature = "ssr")]
fn selected(chosen: &[String]) -> Result<Vec<(RequestId, usize)>, model::Refusal> {
    use model::Refusal;
    use model::limits::DECIDED_TOGETHER_MAX;
    let malformed = || Refusal::Malformed {
        field: "chosen".to_owned(),
        message: "What was selected is not a list of requests. Open your approvals again and select there.".to_owned(),
    };
    let mut selected: Vec<(RequestId, usize)> = Vec::new();
    for text in chosen {
        let (request, stage) = text.split_once('.').ok_or_else(malformed)?;
        let one = (request.parse().map_err(|_| malformed())?, stage.parse().map_err(|_| malformed())?);
        if !selected.contains(&one) {
            selected.push(one);
        }
        if selected.len() > DECIDED_TOGETHER_MAX {
            return Err(Refusal::TooManySelected { limit: DECIDED_TOGETHER_MAX, selected: chosen.len() });
        }
    }
    if selected.is_empty() { Err(Refusal::NothingSelected) } else { Ok(selected) }
}

/// Who asked and for what, as far as this person may know it.
#[cfg(feature = "ssr")]
async fn named(caller: &crate::door::Caller, request: RequestId) -> String {
    use model::query::{self, Question};
    let answer = super::ask_as(caller, query::Approval { request }.into()).await.ok();
    let approval = answer.and_then(query::Approval::view);
    approval.map_or_else(
        || "A request that is not there for you".to_owned(),
        |approval| format!("{}, {}", approval.requestor.name, approval.name),
    )
}
