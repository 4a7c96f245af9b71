//! Proving who one is in the middle of a form, and what one proves oneself with.

use super::{Call, Reply};
use leptos::prelude::*;
use model::proof::SignInMethod;
use model::{PasskeyId, UserId};

/// Leaves a form for where something is proved, which leads back to it. `prove_first` is the form's name and the code of
/// what is missing. Always a plain post, so that it also works where a page has script: what was typed waits on the server.
#[server(prefix = "/api", endpoint = "prove_first")]
pub async fn prove_first(#[server(default)] prove_first: String) -> Call<Reply> {
    let (form, code) = form_and_code(&prove_first);
    super::prove_and_back(form, code).await
}

/// The name of a form, and the code of what is missing.
#[cfg(feature = "ssr")]
pub fn form_and_code(prove_first: &str) -> (&str, &str) {
    prove_first.split_once(':').unwrap_or((prove_first, ""))
}

#[server(prefix = "/api", endpoint = "remove_authenticator")]
pub async fn remove_authenticator() -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("remove_authenticator", Ok(Command::RemoveAuthenticator), |done| match done {
        Done::AuthenticatorRemoved => ("Your authenticator app and the recovery codes were removed.".to_owned(), HERE.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "rename_passkey")]
pub async fn rename_passkey(passkey: PasskeyId, #[server(default)] name: String) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("rename_passkey", Ok(Command::RenamePasskey { passkey, name }), |done| match done {
        Done::PasskeyRenamed { name } => (format!("The passkey is called “{name}”."), HERE.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "remove_passkey")]
pub async fn remove_passkey(passkey: PasskeyId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("remove_passkey", Ok(Command::RemovePasskey { passkey }), |done| match done {
        Done::PasskeyRemoved { name } => (format!("The passkey “{name}” was removed."), HERE.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("end_other_sessions", Ok(Command::EndOtherSessions), |done| match done {
        Done::SessionsEnded { count: 0 } => ("You were signed in nowhere else.".to_owned(), HERE.to_owned()),
        Done::SessionsEnded { .. } => ("You are signed out everywhere else.".to_owned(), HERE.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

/// An administrator resets what somebody else proves themselves with.
#[server(prefix = "/api", endpoint = "reset_methods")]
pub async fn reset_methods(user: UserId, #[server(default)] words: String) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("reset_methods", Ok(Command::ResetMethods { user, words }), |done| match done {
        Done::MethodsReset { user, name } => {
            (format!("What {name} proves themselves with was reset. They were told by letter."), format!("/admin/users/{user}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// An administrator takes one thing away that somebody else signs in or proves themselves with.
#[server(prefix = "/api", endpoint = "take_method_away")]
pub async fn take_method_away(
    user: UserId,
    method: SignInMethod,
    #[server(default)] passkey: Option<PasskeyId>,
    #[server(default)] words: String,
) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("take_method_away", Ok(Command::TakeMethodAway { user, method, passkey, words }), |done| match done {
        Done::MethodTakenAway { user, name, method } => {
            let what = match method {
                SignInMethod::Authenticator => "authenticator app",
                SignInMethod::Passkey => "passkey",
                SignInMethod::Password => "password",
            };
            (format!("The {what} of {name} was removed. They were told by letter."), format!("/admin/users/{user}?tab=profile"))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
const HERE: &str = "/my-security";
