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
use model::notice::{ByRule, Notice, ReviewNews, RoleNews};
use model::role_settings::{Privileged, RoleEvent};
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
    let link = format!("{}/{}", site.base_url, target(notice));
    let sheet = Sheet::new(notice, &recipient.name, site, &link);
    let (text, html) = sheet.write().map_err(|error| RenderFault { letter: notice.name(), error })?;
    let subject = sheet.subject.clone();
    Ok(Rendered { subject, text: tidy(&text), html, links: vec![link], language: site.language })
}

/// Where a letter leads: those who decide to the approval, all others to the request; about assignments of roles to the list.
fn target(notice: &Notice) -> String {
    match notice {
        Notice::Act { about, .. }
        | Notice::Reminder { about, .. }
        | Notice::AnsweredBack { about, .. }
        | Notice::Settled { about, .. } => {
            format!("my-access/approvals/{}", about.request)
        }
        Notice::Approved { about, .. }
        | Notice::AskedBack { about, .. }
        | Notice::Denied { about, .. }
        | Notice::Unanswered { about, .. }
        | Notice::WentOn { about, .. }
        | Notice::Canceled { about, .. }
        | Notice::Expired { about, .. }
        | Notice::AccessGranted { about, .. }
        | Notice::AccessExtended { about, .. }
        | Notice::EndsSoon { about, .. }
        | Notice::AccessEnded { about, .. }
        | Notice::DeliveryFailed { about, .. } => format!("my-access/requests/{}", about.request),
        Notice::EmergencyUsed { used, mine: true, .. } => format!("my-access/emergency/{used}"),
        // Whether they may see more than the letter says is another matter.
        Notice::EmergencyUsed { mine: false, .. } => "my-access".to_owned(),
        Notice::AlertRaised { kind, .. } => format!("admin/alerts/{}", kind.key()),
        Notice::Review { about, news: ReviewNews::Asked { .. } | ReviewNews::HandedOn { .. } } => {
            format!("my-access/reviews/{}", about.review)
        }
        Notice::Review {
            about,
            news: ReviewNews::Completed { .. } | ReviewNews::NotRemoved { .. } | ReviewNews::Skipped { .. },
        } => {
            format!("admin/reviews/{}?instance={}", about.series, about.review)
        }
        Notice::ByRule { what: ByRule::Ended { .. }, .. } => "my-access/packages?tab=expired".to_owned(),
        Notice::ByRule { .. } => "my-access/packages?tab=active".to_owned(),
        Notice::Role { about, news, mine: true } => my_roles(about.role, about.event, news),
        Notice::Role { about, mine: false, .. } => match about.role {
            Privileged::DirectoryRole(id) => format!("admin/roles/{id}/assignments"),
            Privileged::GroupMember(id) => format!("admin/groups/{id}/privileged"),
            Privileged::GroupOwner(id) => format!("admin/groups/{id}/privileged?role=owner"),
        },
        Notice::RoleDigest { .. } => "admin/roles".to_owned(),
        Notice::MethodsChanged { .. } => "my-security".to_owned(),
        Notice::MailTested { .. } => "admin/settings/mail".to_owned(),
        Notice::Delegated { .. } => "my-access/approvals?tab=delegation".to_owned(),
    }
}

/// The list in which somebody's own assignment stands.
fn my_roles(role: Privileged, event: RoleEvent, news: &RoleNews) -> String {
    let kind = match role {
        Privileged::DirectoryRole(_) => None,
        Privileged::GroupMember(_) | Privileged::GroupOwner(_) => Some("kind=groups"),
    };
    let over = matches!(news, RoleNews::Removed { .. } | RoleNews::Deactivated | RoleNews::Expired | RoleNews::GroundEnded);
    let tab = match (over, event) {
        (true, _) => Some("tab=expired"),
        (false, RoleEvent::Eligible) => None,
        (false, RoleEvent::Active | RoleEvent::Activated) => Some("tab=active"),
    };
    let query: Vec<&str> = kind.into_iter().chain(tab).collect();
    if query.is_empty() { "my-roles".to_owned() } else { format!("my-roles?{}", query.join("&")) }
}
