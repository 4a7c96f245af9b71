//! Asking back: an approver's question or shorter time, and what the requestor says to it.

use super::{Call, Reply};
use leptos::prelude::*;
use model::RequestId;
use model::ask_back;

/// The two things that can be asked back; the form sends one of them.
pub const QUESTION: &str = "question";
pub const SHORTER_TIME: &str = "shorter_time";

/// `stage` is the stage that the page showed, counted from 0. A shorter time is a length with its unit, or an end.
#[server(prefix = "/api", endpoint = "ask_back")]
pub async fn ask_back(
    request: RequestId,
    stage: usize,
    kind: String,
    #[server(default)] words: String,
    #[server(default)] length: String,
    #[server(default)] unit: String,
    #[server(default)] end: String,
    #[server(default)] end_zone: String,
) -> Call<Reply> {
    use model::command::{AskBack, Command, Done};
    let proposed = match kind.as_str() {
        SHORTER_TIME => proposed((&length, &unit), (&end, &end_zone)).map(Some),
        _ => Ok(None),
    };
    let command = proposed.map(|proposed| Command::AskBack(AskBack { request, stage, words, proposed }));
    super::reply("ask_back", command, |done| match done {
        Done::AskedBack { request, requestor, proposed, .. } => {
            let message = if proposed {
                format!("Your proposal was sent to {requestor}. The time to decide stands still meanwhile.")
            } else {
                format!("Your question was sent to {requestor}. The time to decide stands still meanwhile.")
            };
            (message, format!("/my-access/approvals/{request}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
fn proposed((length, unit): (&str, &str), (end, zone): (&str, &str)) -> Result<ask_back::ShorterTime, model::Refusal> {
    use model::Refusal;
    use model::ask_back::ShorterTime;
    let end = super::instant_or_none("end", end, zone)?;
    match (length.trim(), end) {
        ("", None) => Err(Refusal::Required { field: "length".to_owned(), label: "Shorter time".to_owned() }),
        ("", Some(at)) => Ok(ShorterTime::Until { at }),
        (length, None) => super::minutes("length", "Shorter time", length, unit).map(|minutes| ShorterTime::For { minutes }),
        (_, Some(_)) => Err(Refusal::Malformed {
            field: "end".to_owned(),
            message: "You gave a length and an end. Leave one of them empty.".to_owned(),
        }),
    }
}

#[server(prefix = "/api", endpoint = "answer_back")]
pub async fn answer_back(request: RequestId, reply: ask_back::Reply, #[server(default)] words: String) -> Call<Reply> {
    use model::command::{AnswerBack, Command, Done};
    let command = Command::AnswerBack(AnswerBack { request, reply, words });
    super::reply("answer_back", Ok(command), |done| match done {
        Done::AnsweredBack { request, name, reply } => {
            let message = match reply {
                ask_back::Reply::Words => format!("Your answer about “{name}” was sent."),
                ask_back::Reply::Accept => format!("You accepted the shorter time for “{name}”."),
                ask_back::Reply::Keep => format!("Your request for “{name}” stays as you asked."),
            };
            (message, format!("/my-access/requests/{request}"))
        }
        _ => super::elsewhere(),
    })
    .await
}
