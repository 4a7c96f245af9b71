//! Letters: what a notice says, as subject, text and HTML.
//!
//! What people typed can be anything, so three things happen to it before a template sees it: names become
//! one line ([`one_line`]), longer words become lines that the text quotes with `> `, and askama escapes both
//! in HTML. So nobody can write a header, a line of the letter that looks like ours, or markup.

mod sheet;
mod words;

pub use words::one_line;
pub(crate) use words::shorten;

use model::notice::{About, ByRule, Notice, Onward, Outcome};
use sheet::{
    Act, AnsweredBack, Approved, AskedBack, Automatic, Canceled, Delegated, Denied, Ended, Ending, Expired, Failed, Granted,
    Head, Settled, Sheet, Soon,
};
use std::fmt;
use words::tidy;

/// A name in a subject: more would push the rest of the line out of sight.
const SUBJECT_NAME_MAX_CHARS: usize = 80;

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
}

impl Site {
    /// Vestibule at this address.
    pub fn new(base_url: &str) -> Self {
        Self { base_url: base_url.trim_end_matches('/').to_owned(), product: "Vestibule" }
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
    let link = format!("{}/my-access/{}", site.base_url, target(notice));
    let head = Head { subject: subject(notice), product: site.product, recipient: one_line(&recipient.name), link: &link };
    let (text, html) = body(notice, &head).map_err(|error| RenderFault { letter: notice.name(), error })?;
    let Head { subject, .. } = head;
    Ok(Rendered { subject, text: tidy(&text), html, links: vec![link] })
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
        Notice::ByRule { what: ByRule::Ended { .. }, .. } => "packages?tab=expired".to_owned(),
        Notice::ByRule { .. } => "packages?tab=active".to_owned(),
        Notice::Delegated { .. } => "approvals?tab=delegation".to_owned(),
    }
}

fn subject(notice: &Notice) -> String {
    let name = |text: &str| shorten(&one_line(text), SUBJECT_NAME_MAX_CHARS);
    let asks = |about: &About| format!("{} asks for {}", name(&about.requestor), name(&about.thing));
    let thing = |about: &About| name(&about.thing);
    match notice {
        Notice::Act { about, decide_by, onward: Onward::Escalated, .. } => {
            format!("Forwarded to you: decide by {}: {}", decide_by.words(), asks(about))
        }
        Notice::Act { about, decide_by, .. } => format!("Decide by {}: {}", decide_by.words(), asks(about)),
        Notice::Reminder { about, decide_by, .. } => {
            format!("Reminder: decide by {}: {}", decide_by.words(), asks(about))
        }
        Notice::AskedBack { about, proposed: None, .. } => format!("A question for you: {}", thing(about)),
        Notice::AskedBack { about, proposed: Some(_), .. } => format!("A shorter time is proposed: {}", thing(about)),
        Notice::AnsweredBack { about, .. } => format!("Answered: {}’s request for {}", name(&about.requestor), thing(about)),
        Notice::Settled { about, outcome } => {
            let ended = match outcome {
                Outcome::Approved { decision, stages } if decision.stage < *stages => {
                    format!("Stage {} of {stages} approved", decision.stage)
                }
                Outcome::Approved { .. } => "Approved".to_owned(),
                Outcome::Denied { .. } => "Denied".to_owned(),
                Outcome::Expired { .. } => "Expired".to_owned(),
                Outcome::Canceled { .. } => "Canceled".to_owned(),
            };
            format!("{ended}: {}’s request for {}", name(&about.requestor), thing(about))
        }
        Notice::Approved { about, .. } => format!("Approved: {}", thing(about)),
        Notice::Denied { about, .. } => format!("Denied: {}", thing(about)),
        Notice::Canceled { about, .. } => format!("Canceled: {}", thing(about)),
        Notice::Expired { about, .. } => format!("Not decided in time: {}", thing(about)),
        Notice::AccessGranted { about, .. } => format!("You now have access: {}", thing(about)),
        Notice::AccessExtended { about, .. } => format!("Access extended: {}", thing(about)),
        Notice::EndsSoon { about, ends_at, .. } => format!("Access ends on {}: {}", ends_at.words(), thing(about)),
        Notice::AccessEnded { about, .. } => format!("Access has ended: {}", thing(about)),
        Notice::DeliveryFailed { about, .. } => format!("Not delivered: {}", thing(about)),
        Notice::ByRule { package, what } => match what {
            ByRule::Given => format!("You now have access: {}", name(package)),
            ByRule::EndsAt { at } => format!("Access ends on {}: {}", at.words(), name(package)),
            ByRule::Kept => format!("You keep access: {}", name(package)),
            ByRule::Ended { .. } => format!("Access has ended: {}", name(package)),
        },
        Notice::Delegated { from, ends_at, .. } => format!("Decide for {} until {}", name(from), ends_at.words()),
    }
}

/// The text and the HTML of a letter.
fn body(notice: &Notice, head: &Head<'_>) -> askama::Result<(String, String)> {
    match notice {
        Notice::Act { about, stage, stages, decide_by, earlier, onward } => {
            Sheet::new(head, about, Act::new(*stage, *stages, *decide_by, earlier, *onward)).act()
        }
        Notice::Reminder { about, stage, stages, decide_by, earlier, onward } => {
            Sheet::new(head, about, Act::new(*stage, *stages, *decide_by, earlier, *onward)).reminder()
        }
        Notice::AskedBack { about, by, words, proposed, answer_by } => {
            Sheet::new(head, about, AskedBack::new(by, words, proposed.as_deref(), *answer_by)).write()
        }
        Notice::AnsweredBack { about, by, asked, proposed, reply, words, decide_by } => {
            let letter = AnsweredBack::new(by, asked, proposed.as_deref(), (*reply, words), *decide_by);
            Sheet::new(head, about, letter).write()
        }
        Notice::Settled { about, outcome } => Sheet::new(head, about, Settled { ending: Ending::new(outcome) }).write(),
        Notice::Approved { about, decisions } => Sheet::new(head, about, Approved::new(decisions)).write(),
        Notice::Denied { about, decision } => Sheet::new(head, about, Denied::new(decision)).write(),
        Notice::Canceled { about, by, words } => Sheet::new(head, about, Canceled::new(by, words)).write(),
        Notice::Expired { about, stage, stages } => Sheet::new(head, about, Expired { stage: *stage, stages: *stages }).write(),
        Notice::AccessGranted { about, ends_at } => Sheet::new(head, about, Granted::new(*ends_at)).granted(),
        Notice::AccessEnded { about, at, why } => Sheet::new(head, about, Ended::new(*at, why)).write(),
        Notice::ByRule { package, what } => Automatic::new(package, *what).write(head),
        Notice::Delegated { from, starts_at, ends_at, packages } => {
            Delegated::new(from, *starts_at, *ends_at, packages).write(head)
        }
        Notice::AccessExtended { about, ends_at } => Sheet::new(head, about, Granted::new(*ends_at)).extended(),
        Notice::EndsSoon { about, ends_at, extendable } => Sheet::new(head, about, Soon::new(*ends_at, *extendable)).write(),
        Notice::DeliveryFailed { about, reason } => Sheet::new(head, about, Failed::new(reason)).write(),
    }
}
