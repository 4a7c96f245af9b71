//! What letters about somebody's sign-in methods say in German.

use super::German;
use crate::letter::speech::{Said, Speech, Way, short};
use model::Ts;
use model::proof::{Method, MethodChange, SignInMethod};

const SECURITY: Way = Way {
    look: "Ihre Sicherheit ansehen",
    open: "Sicherheit öffnen",
    because: "Es geht um Ihr eigenes Konto. Wenn Sie das nicht selbst waren, ändern Sie Ihr Passwort und melden Sie sich sofort bei der Administration.",
};

impl German {
    pub(super) fn methods_changed(&self, change: &MethodChange, at: Ts) -> Said {
        let at = self.instant(at);
        let (subject, headline, says) = match change {
            MethodChange::Added { method: Method::Authenticator, .. } => (
                "Authentifizierungs-App hinzugefügt".to_owned(),
                format!("Am {at} wurde Ihrem Konto eine Authentifizierungs-App hinzugefügt."),
                "Ihre Codes weisen ab jetzt nach, dass Sie es sind; jeder Wiederherstellungscode tut das einmal.".to_owned(),
            ),
            MethodChange::Added { method: Method::Passkey, name } => (
                format!("Passkey hinzugefügt: {}", short(name)),
                format!("Am {at} wurde Ihrem Konto der Passkey „{name}“ hinzugefügt."),
                "Er meldet Sie an und weist ab jetzt nach, dass Sie es sind.".to_owned(),
            ),
            MethodChange::Removed { method: Method::Authenticator, .. } => (
                "Authentifizierungs-App entfernt".to_owned(),
                format!("Am {at} wurde die Authentifizierungs-App von Ihrem Konto entfernt."),
                "Ihre Codes und Ihre Wiederherstellungscodes gelten nicht mehr.".to_owned(),
            ),
            MethodChange::Removed { method: Method::Passkey, name } => (
                format!("Passkey entfernt: {}", short(name)),
                format!("Am {at} wurde der Passkey „{name}“ von Ihrem Konto entfernt."),
                "Er gilt nicht mehr.".to_owned(),
            ),
            MethodChange::TakenAway { method, name, by, .. } => {
                let by = if by.is_empty() { "Die Administration" } else { by };
                let (subject, what, says) = match method {
                    SignInMethod::Authenticator => (
                        "Authentifizierungs-App entfernt".to_owned(),
                        "die Authentifizierungs-App".to_owned(),
                        "Ihre Codes und Ihre Wiederherstellungscodes gelten nicht mehr, und Sie sind überall abgemeldet.",
                    ),
                    SignInMethod::Passkey => (
                        format!("Passkey entfernt: {}", short(name)),
                        format!("den Passkey „{name}“"),
                        "Er gilt nicht mehr, und Sie sind überall abgemeldet.",
                    ),
                    SignInMethod::Password => (
                        "Passwort entfernt".to_owned(),
                        "das Passwort".to_owned(),
                        "Sie sind überall abgemeldet. Melden Sie sich mit einem Passkey oder bei einem Identitätsanbieter an, oder bitten Sie die Administration um ein neues Passwort.",
                    ),
                };
                (subject, format!("{by} hat am {at} {what} von Ihrem Konto entfernt."), says.to_owned())
            }
            MethodChange::RecoveryCodesMade => (
                "Neue Wiederherstellungscodes".to_owned(),
                format!("Am {at} wurden für Ihr Konto neue Wiederherstellungscodes erstellt."),
                "Die alten gelten nicht mehr.".to_owned(),
            ),
            MethodChange::RecoveryCodeUsed { left } => (
                "Wiederherstellungscode verwendet".to_owned(),
                format!("Am {at} wurde ein Wiederherstellungscode Ihres Kontos verwendet."),
                match left {
                    0 => "Es ist keiner mehr übrig. Erstellen Sie neue, bevor Sie wieder einen brauchen.".to_owned(),
                    1 => "Es ist noch einer übrig. Erstellen Sie neue, bevor Sie mehr brauchen.".to_owned(),
                    left => format!("Es sind noch {left} übrig."),
                },
            ),
            MethodChange::Reset { by, .. } => {
                let by = if by.is_empty() { "Die Administration" } else { by };
                (
                    "Authentifizierungs-App und Passkeys zurückgesetzt".to_owned(),
                    format!(
                        "{by} hat am {at} die Authentifizierungs-App, die Wiederherstellungscodes und die Passkeys von Ihrem Konto entfernt."
                    ),
                    "Sie sind überall abgemeldet. Melden Sie sich mit Ihrem Passwort oder bei einem Identitätsanbieter an und richten Sie neue ein.".to_owned(),
                )
            }
            MethodChange::PasswordChanged => (
                "Passwort geändert".to_owned(),
                format!("Am {at} wurde das Passwort Ihres Kontos geändert."),
                "Wer anderswo mit diesem Konto angemeldet war, muss sich neu anmelden.".to_owned(),
            ),
            MethodChange::Linked { provider, called } => (
                format!("Anmeldung mit {} möglich", short(provider)),
                format!("Am {at} wurde das Konto „{called}“ bei „{provider}“ mit Ihrem Konto verknüpft."),
                "Wer sich dort damit anmeldet, ist hier als Sie angemeldet.".to_owned(),
            ),
            MethodChange::Unlinked { provider, called } => (
                format!("Anmeldung mit {} beendet", short(provider)),
                format!("Am {at} wurde die Verknüpfung Ihres Kontos mit „{called}“ bei „{provider}“ entfernt."),
                "Wer darüber angemeldet war, muss sich neu anmelden.".to_owned(),
            ),
        };
        Said { subject, headline, says: vec![says], way: &SECURITY }
    }
}
