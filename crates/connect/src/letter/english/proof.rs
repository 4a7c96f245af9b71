//! What letters about somebody's sign-in methods say in English.

use super::English;
use crate::letter::speech::{Said, Speech, Way, short};
use model::Ts;
use model::proof::{Method, MethodChange, SignInMethod};

const SECURITY: Way = Way {
    look: "Look at your security",
    open: "Open your security",
    because: "It is about your own account. If this was not you, change your password and tell your administrator at once.",
};

impl English {
    pub(super) fn methods_changed(&self, change: &MethodChange, at: Ts) -> Said {
        let at = self.instant(at);
        let (subject, headline, says) = match change {
            MethodChange::Added { method: Method::Authenticator, .. } => (
                "An authenticator app was added".to_owned(),
                format!("An authenticator app was added to your account on {at}."),
                "Its codes prove from now on that it is you, and so does each recovery code once.".to_owned(),
            ),
            MethodChange::Added { method: Method::Passkey, name } => (
                format!("A passkey was added: {}", short(name)),
                format!("The passkey “{name}” was added to your account on {at}."),
                "It signs you in and proves from now on that it is you.".to_owned(),
            ),
            MethodChange::Removed { method: Method::Authenticator, .. } => (
                "Your authenticator app was removed".to_owned(),
                format!("The authenticator app was removed from your account on {at}."),
                "Its codes and your recovery codes no longer work.".to_owned(),
            ),
            MethodChange::Removed { method: Method::Passkey, name } => (
                format!("A passkey was removed: {}", short(name)),
                format!("The passkey “{name}” was removed from your account on {at}."),
                "It no longer works.".to_owned(),
            ),
            MethodChange::TakenAway { method, name, by, .. } => {
                let by = if by.is_empty() { "An administrator" } else { by };
                let (subject, what, says) = match method {
                    SignInMethod::Authenticator => (
                        "Your authenticator app was removed".to_owned(),
                        "the authenticator app".to_owned(),
                        "Its codes and your recovery codes no longer work, and you are signed out everywhere.",
                    ),
                    SignInMethod::Passkey => (
                        format!("A passkey was removed: {}", short(name)),
                        format!("the passkey “{name}”"),
                        "It no longer works, and you are signed out everywhere.",
                    ),
                    SignInMethod::Password => (
                        "Your password was removed".to_owned(),
                        "the password".to_owned(),
                        "You are signed out everywhere. Sign in with a passkey or at an identity provider, or ask your administrator for a new password.",
                    ),
                };
                (subject, format!("{by} removed {what} from your account on {at}."), says.to_owned())
            }
            MethodChange::RecoveryCodesMade => (
                "New recovery codes were made".to_owned(),
                format!("New recovery codes were made for your account on {at}."),
                "The old ones no longer work.".to_owned(),
            ),
            MethodChange::RecoveryCodeUsed { left } => (
                "A recovery code was used".to_owned(),
                format!("A recovery code of your account was used on {at}."),
                match left {
                    0 => "There are none left. Make new ones before you need one.".to_owned(),
                    1 => "There is one left. Make new ones before you need more.".to_owned(),
                    left => format!("There are {left} left."),
                },
            ),
            MethodChange::Reset { by, .. } => {
                let by = if by.is_empty() { "An administrator" } else { by };
                (
                    "Your authenticator app and passkeys were reset".to_owned(),
                    format!("{by} removed the authenticator app, the recovery codes and the passkeys from your account on {at}."),
                    "You are signed out everywhere. Sign in with your password or at an identity provider, and set up new ones."
                        .to_owned(),
                )
            }
            MethodChange::PasswordChanged => (
                "Your password was changed".to_owned(),
                format!("The password of your account was changed on {at}."),
                "Whoever was signed in elsewhere with this account has to sign in again.".to_owned(),
            ),
            MethodChange::Linked { provider, called } => (
                format!("You sign in with {} from now on", short(provider)),
                format!("The account “{called}” at “{provider}” was linked to your account on {at}."),
                "Whoever signs in there with it is signed in here as you.".to_owned(),
            ),
            MethodChange::Unlinked { provider, called } => (
                format!("You no longer sign in with {}", short(provider)),
                format!("The link between your account and “{called}” at “{provider}” was removed on {at}."),
                "Whoever was signed in by it has to sign in again.".to_owned(),
            ),
        };
        Said { subject, headline, says: vec![says], way: &SECURITY }
    }
}
