//! Server functions. Everything that is read goes through the one in [`asking`]; every form has one of its own, one
//! file a topic, which parses and submits a command.
//!
//! A server function is a public endpoint. The server in front of it refuses strangers and forged posts;
//! the engine behind it decides what this person may do.

pub mod access_token;
pub mod activation_profile;
pub mod admin_package;
pub mod alert;
pub mod application;
pub mod approval;
pub mod ask_back;
pub mod asking;
pub mod assignment;
pub mod authentication_context;
pub mod catalog;
pub mod delegation;
pub mod draft;
pub mod emergency;
pub mod frame;
pub mod group;
pub mod import;
pub mod mail;
pub mod my_roles;
pub mod policy;
#[cfg(feature = "ssr")]
mod policy_questions;
pub mod proof;
pub mod provider;
pub mod relations;
pub mod request;
pub mod review;
pub mod review_form;
pub mod role;
pub mod separation;
pub mod standing_access;
pub mod target;
pub mod terms;
#[cfg(feature = "ssr")]
mod together;
pub mod user;
pub mod webhook;
#[cfg(feature = "hydrate")]
pub mod wire;

use crate::flash::Unfinished;
use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use model::Refused;
use serde::{Deserialize, Serialize};

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallError {
    /// The session is over: the page goes to the sign-in form.
    SignIn,
    /// There is no such thing for this person.
    NotFound(Refused),
    Refused(Refused),
    /// Something failed inside; the reference is in the log.
    Broken {
        reference: String,
    },
    /// The server could not be reached or did not understand.
    Unreachable(String),
}

impl FromServerFnError for CallError {
    type Encoder = JsonEncoding;
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::Unreachable(error.to_string())
    }
}

impl std::fmt::Display for CallError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SignIn => f.write_str("Your session has ended. Sign in again."),
            Self::NotFound(refused) | Self::Refused(refused) => f.write_str(&refused.sentence),
            Self::Broken { reference } => {
                write!(
                    f,
                    "Something went wrong on our side. It was logged as {reference}. Try again; if it stays, tell your administrator this reference."
                )
            }
            Self::Unreachable(_) => {
                f.write_str("The server could not be reached. Check your connection and try again; nothing you typed is lost.")
            }
        }
    }
}

/// The header of what a page asks by itself. It does not keep a session alive.
pub const BY_ITSELF: &str = "x-by-itself";

pub type Call<T> = Result<T, CallError>;

/// The answer to a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// It was done: say `message`, go to `go`.
    Done { message: String, go: String },
    /// It was not done; the form stays as it is.
    Refused(Refused),
    /// Of several things some were not done: the page is read again, and what was typed stays.
    Unfinished(Unfinished),
}

/// Whether what is typed into such a field is a secret: it is kept nowhere, neither here nor in the browser.
pub fn is_secret(name: &str) -> bool {
    name.contains("password") || name.contains("secret")
}

#[cfg(feature = "ssr")]
pub use server::{
    again, answer_status, answered, ask_as, caller, elsewhere, id_or_none, instant_or_none, minutes, prove_and_back, reply,
    reply_at, reply_or, too_late, whole,
};

#[cfg(feature = "ssr")]
mod server {
    use super::{Call, CallError, Reply, is_secret};
    use crate::calls::proof::{ProveFirst, form_and_code};
    use crate::door::{Caller, Flash, Posted, Problem};
    use crate::parts::form::form_name;
    use crate::parts::listing::address;
    use axum::http::{HeaderValue, StatusCode, header};
    use leptos::prelude::*;
    use leptos::server_fn::ServerFn;
    use leptos_axum::ResponseOptions;
    use model::command::{Command, Done};
    use model::query::{Answer, Query};
    use model::{Refusal, Refused, Ts};

    /// Whoever is in the context.
    pub fn caller() -> Call<Caller> {
        use_context::<Caller>().ok_or(CallError::SignIn)
    }

    /// Asks a query for somebody.
    pub async fn ask_as(caller: &Caller, query: Query) -> Call<Answer> {
        caller.0.ask(query).await.map_err(CallError::from)
    }

    /// Gives the page the status code that its answer deserves.
    pub fn answer_status<T>(answer: &Call<T>) {
        if let (Err(error), Some(response)) = (answer, use_context::<ResponseOptions>()) {
            response.set_status(match error {
                CallError::SignIn => StatusCode::UNAUTHORIZED,
                CallError::NotFound(_) => StatusCode::NOT_FOUND,
                CallError::Refused(_) => StatusCode::FORBIDDEN,
                CallError::Broken { .. } | CallError::Unreachable(_) => StatusCode::INTERNAL_SERVER_ERROR,
            });
        }
    }

    /// Submits a command of the form `form` and answers as the page needs it: a value for a page with script,
    /// a redirect with a flash for one without.
    pub async fn reply(
        form: &'static str,
        command: Result<Command, Refusal>,
        done: impl FnOnce(Done) -> (String, String) + Send,
    ) -> Call<Reply> {
        reply_or(form, command, |_, _| None, done).await
    }

    /// The same, with something to do instead when it was refused: `instead` gets what was typed.
    pub async fn reply_or(
        form: &'static str,
        command: Result<Command, Refusal>,
        instead: impl FnOnce(Vec<(String, String)>, Refused) -> Option<Command> + Send,
        done: impl FnOnce(Done) -> (String, String) + Send,
    ) -> Call<Reply> {
        reply_with(form, command, instead, |refused| refused, done).await
    }

    /// The same as [`reply`], for a form whose fields are not all named as the rules name them: `placed` finds the field.
    pub async fn reply_at(
        form: &'static str,
        command: Result<Command, Refusal>,
        placed: impl FnOnce(Refused) -> Refused + Send,
        done: impl FnOnce(Done) -> (String, String) + Send,
    ) -> Call<Reply> {
        reply_with(form, command, |_, _| None, placed, done).await
    }

    async fn reply_with(
        form: &'static str,
        command: Result<Command, Refusal>,
        instead: impl FnOnce(Vec<(String, String)>, Refused) -> Option<Command> + Send,
        placed: impl FnOnce(Refused) -> Refused + Send,
        done: impl FnOnce(Done) -> (String, String) + Send,
    ) -> Call<Reply> {
        let caller = caller()?;
        let mut outcome = match command {
            Ok(command) => caller.0.submit(command).await,
            Err(refusal) => Err(Problem::Refused(refusal)),
        };
        if let Err(Problem::Refused(refusal)) = &outcome {
            let fields = typed(&use_context::<Posted>().unwrap_or_default());
            if let Some(other) = instead(fields, Refused::from(refusal.clone())) {
                outcome = caller.0.submit(other).await;
            }
        }
        let reply = match outcome {
            Ok(what) => {
                let (message, go) = done(what);
                Reply::Done { message, go }
            }
            Err(Problem::Refused(Refusal::SignInNeeded)) => return Err(CallError::SignIn),
            Err(Problem::Refused(refusal)) => Reply::Refused(placed(Refused::from(refusal))),
            Err(problem @ Problem::Broken { .. }) => return Err(problem.into()),
        };
        answered(&caller, form, reply).await
    }

    /// Answers the form `form` as its page needs it.
    pub async fn answered(caller: &Caller, form: &'static str, reply: Reply) -> Call<Reply> {
        let posted = use_context::<Posted>().unwrap_or_default();
        if posted.plain {
            let kept = || Flash { form: form.to_owned(), fields: typed(&posted), ..Flash::default() };
            let (flash, go) = match &reply {
                Reply::Done { message, go } => (Flash { message: Some(message.clone()), ..Flash::default() }, go.clone()),
                Reply::Refused(refused) => (Flash { refused: Some(refused.clone()), ..kept() }, posted.page.clone()),
                Reply::Unfinished(left) => (Flash { unfinished: Some(left.clone()), ..kept() }, posted.page.clone()),
            };
            caller.0.put_flash(flash).await;
            see_other(&go);
        }
        Ok(reply)
    }

    /// Answers a button that changes a form and saves nothing: the form comes back with its fields as `rework` leaves them,
    /// at the element that `rework` names. With script the page does this itself.
    pub async fn again(form: &'static str, rework: impl FnOnce(&mut Vec<(String, String)>) -> String + Send) -> Call<Reply> {
        let caller = caller()?;
        let posted = use_context::<Posted>().unwrap_or_default();
        if !posted.plain {
            return Err(CallError::Unreachable("a page with script changes its form by itself".to_owned()));
        }
        let mut fields = typed(&posted);
        let at = rework(&mut fields);
        caller.0.put_flash(Flash { message: None, form: form.to_owned(), refused: None, fields, ..Flash::default() }).await;
        let go = format!("{}#{at}", posted.page);
        see_other(&go);
        Ok(Reply::Done { message: String::new(), go })
    }

    /// Answers a button that asks for a proof: the form comes back as it is after it, also in the session that follows. `code`
    /// is that of the refusal that says what is missing.
    pub async fn prove_and_back(form: &str, code: &str) -> Call<Reply> {
        let caller = caller()?;
        let posted = use_context::<Posted>().unwrap_or_default();
        let next = ("next", posted.page.as_str());
        let go = match code {
            "sign_in_again" => address("/signin", &[next]),
            "passkey_needed" => address("/my-security/prove", &[next, ("by", "passkey")]),
            _ => address("/my-security/prove", &[next]),
        };
        caller.0.put_flash(Flash { form: form.to_owned(), fields: typed(&posted), ..Flash::default() }).await;
        see_other(&go);
        Ok(Reply::Done { message: String::new(), go })
    }

    /// A plain form, sent to `call` when its session had ended: after signing in again it is there as it was typed. A button
    /// that asks for a proof sends any form, which it names.
    pub fn too_late(call: &str, posted: &Posted) -> Flash {
        let proves = posted.fields.iter().find(|(name, _)| call == ProveFirst::PATH && name == "prove_first");
        let form = proves.map_or(form_name(call), |(_, text)| form_and_code(text).0).to_owned();
        Flash { form, refused: Some(Refusal::SessionHadEnded.into()), fields: typed(posted), ..Flash::default() }
    }

    /// Where a page goes on after an answer that belongs to another command; it cannot happen.
    pub fn elsewhere() -> (String, String) {
        (String::new(), "/my-access".to_owned())
    }

    /// Reads an id from a form field; empty means none.
    pub fn id_or_none<T: std::str::FromStr>(field: &str, text: &str) -> Result<Option<T>, Refusal> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        text.trim().parse().map(Some).map_err(|_| Refusal::Malformed {
            field: field.to_owned(),
            message: "Choose an entry from the list; what was sent is not one of them.".to_owned(),
        })
    }

    /// Reads an instant from a field for local time, `2026-01-05T08:00`, and the minutes by which that zone is ahead of
    /// UTC; without script there is none, and the field says that it is in UTC. Empty means none.
    pub fn instant_or_none(field: &str, text: &str, zone: &str) -> Result<Option<Ts>, Refusal> {
        crate::parts::instant::read(text, zone).map_err(|text| Refusal::Malformed {
            field: field.to_owned(),
            message: format!("“{text}” is not a date with a time. Write it as 2026-01-31T08:00, or choose it from the calendar."),
        })
    }

    pub fn whole(field: &str, label: &str, text: &str) -> Result<u32, Refusal> {
        text.trim().parse().map_err(|_| Refusal::Malformed {
            field: field.to_owned(),
            message: format!("“{label}” is a whole number, such as 2."),
        })
    }

    /// A number with its unit, in minutes.
    pub fn minutes(field: &str, label: &str, text: &str, unit: &str) -> Result<u32, Refusal> {
        let minutes = match unit {
            "minutes" => 1,
            "hours" => 60,
            _ => 24 * 60,
        };
        Ok(whole(field, label, text)?.saturating_mul(minutes))
    }

    /// What was typed, without secrets.
    fn typed(posted: &Posted) -> Vec<(String, String)> {
        posted.fields.iter().filter(|(name, _)| !is_secret(name)).cloned().collect()
    }

    fn see_other(go: &str) {
        if let (Some(response), Ok(location)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(go)) {
            response.set_status(StatusCode::SEE_OTHER);
            response.insert_header(header::LOCATION, location);
        }
    }

    impl From<Problem> for CallError {
        fn from(problem: Problem) -> Self {
            match problem {
                Problem::Refused(Refusal::SignInNeeded) => Self::SignIn,
                Problem::Refused(refusal @ Refusal::NotFound { .. }) => Self::NotFound(refusal.into()),
                Problem::Refused(refusal) => Self::Refused(refusal.into()),
                Problem::Broken { reference } => Self::Broken { reference },
            }
        }
    }
}
