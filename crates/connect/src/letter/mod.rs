//! Letters: what a notice says, as subject, text and HTML.
//!
//! A language says the sentences (`speech`, and a folder for each language), `sheet` says which facts stand in which
//! letter, and two templates, `letters/letter.txt` and `letters/letter.html`, lay all letters out.
//!
//! What people typed can be anything, so three things happen to it before a template sees it: whatever holds a name
//! becomes one line ([`one_line`]), longer words become lines that the text quotes with `> `, and askama escapes both
//! in HTML. So nobody can write a header, a line of the letter that looks like ours, or markup.

mod english;
mod german;
mod sheet;
mod speech;
mod words;

pub use words::one_line;
pub(crate) use words::shorten;

use model::Language;
use model::notice::{ByRule, Notice};
use sheet::Sheet;
use std::fmt;
use words::tidy;

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// Lines end with `\n`; links stand on lines of their own.
    pub text: String,
    /// A whole page.
    pub html: String,
    /// Where the letter leads, the main place first.
    pub links: Vec<String>,
    pub language: Language,
}

/// To whom a letter goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub name: String,
    /// A mail address, `someone@example.org`.
    pub address: String,
}

/// From where a letter comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// `https://access.example.org`, with no slash at the end.
    pub base_url: String,
    pub product: &'static str,
    /// What its letters are written in.
    pub language: Language,
}

impl Site {
    /// Vestibule at this address.
    pub fn new(base_url: &str, language: Language) -> Self {
        Self { base_url: base_url.trim_end_matches('/').to_owned(), product: "Vestibule", language }
    }
}

/// A template could not be filled in.
#[derive(Debug)]
pub struct RenderFault {
    letter: &'static str,
    error: askama::Error,
}

impl fmt::Display for RenderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The letter “{}” could not be written.", self.letter)
    }
}

impl std::error::Error for RenderFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Writes the letter of a notice.
pub fn render(notice: &Notice, recipient: &Recipient, site: &Site) -> Result<Rendered, RenderFault> {
    let link = match notice {
        Notice::AlertRaised { kind, .. } => format!("{}/admin/alerts/{}", site.base_url, kind.key()),
        _ => format!("{}/my-access/{}", site.base_url, target(notice)).trim_end_matches('/').to_owned(),
    };
    let sheet = Sheet::new(notice, &recipient.name, site, &link);
    let (text, html) = sheet.write().map_err(|error| RenderFault { letter: notice.name(), error })?;
    let subject = sheet.subject.clone();
    Ok(Rendered { subject, text: tidy(&text), html, links: vec![link], language: site.language })
}

/// Where a letter leads: those who decide to the approval, all others to the request.
fn target(notice: &Notice) -> String {
    match notice {
        Notice::Act { about, .. }
        | Notice::Reminder { about, .. }
        | Notice::AnsweredBack { about, .. }
        | Notice::Settled { about, .. } => {
            format!("approvals/{}", about.request)
        }
        Notice::Approved { about, .. }
        | Notice::AskedBack { about, .. }
        | Notice::Denied { about, .. }
        | Notice::Canceled { about, .. }
        | Notice::Expired { about, .. }
        | Notice::AccessGranted { about, .. }
        | Notice::AccessExtended { about, .. }
        | Notice::EndsSoon { about, .. }
        | Notice::AccessEnded { about, .. }
        | Notice::DeliveryFailed { about, .. } => format!("requests/{}", about.request),
        Notice::EmergencyUsed { used, mine: true, .. } => format!("emergency/{used}"),
        // Whether they may see more than the letter says is another matter.
        Notice::EmergencyUsed { mine: false, .. } | Notice::AlertRaised { .. } => String::new(),
        Notice::ByRule { what: ByRule::Ended { .. }, .. } => "packages?tab=expired".to_owned(),
        Notice::ByRule { .. } => "packages?tab=active".to_owned(),
        Notice::Delegated { .. } => "approvals?tab=delegation".to_owned(),
    }
}
