//! What the templates in `letters/` are filled with.

use super::one_line;
use super::words::lines;
use askama::Template;
use model::Ts;
use model::approval::Verdict;
use model::ask_back::Reply;
use model::notice::{About, ByRule, Onward, Outcome, Told};

/// What every letter has around it.
pub(super) struct Head<'a> {
    pub subject: String,
    pub product: &'static str,
    pub recipient: String,
    pub link: &'a str,
}

/// The request, ready to be read.
pub(super) struct Request {
    thing: String,
    requestor: String,
    justification: Vec<String>,
    answers: Vec<(String, Vec<String>)>,
    lasts: String,
    submitted_at: String,
}

impl Request {
    fn new(about: &About) -> Self {
        let About { request: _, thing, requestor, justification, answers, lasts, submitted_at } = about;
        Self {
            thing: one_line(thing),
            requestor: one_line(requestor),
            justification: lines(justification),
            answers: answers.iter().map(|(question, answer)| (one_line(question), lines(answer))).collect(),
            lasts: one_line(lasts),
            submitted_at: submitted_at.words(),
        }
    }
}

/// A decision, ready to be read.
pub(super) struct Tell {
    stage: usize,
    by: String,
    verb: &'static str,
    words: Vec<String>,
}

impl Tell {
    fn new(told: &Told) -> Self {
        let Told { stage, by, verdict, words } = told;
        let verb = match verdict {
            Verdict::Approve => "approved",
            Verdict::Deny => "denied",
        };
        Self { stage: *stage, by: one_line(by), verb, words: lines(words) }
    }

    fn all(told: &[Told]) -> Vec<Self> {
        told.iter().map(Self::new).collect()
    }
}

/// `act` and `reminder`.
pub(super) struct Act {
    stage: usize,
    stages: usize,
    decide_by: String,
    decisions: Vec<Tell>,
    /// What becomes of it if nobody decides.
    onward: String,
}

impl Act {
    pub fn new(stage: usize, stages: usize, decide_by: Ts, earlier: &[Told], onward: Onward) -> Self {
        let decide_by = decide_by.words();
        let over = "the request expires and has to be made again.";
        let onward = match onward {
            Onward::Expires => format!("If nobody decides by then, {over}"),
            Onward::Escalates(at) => {
                format!("If nobody decides by {}, others are asked as well. If nobody decides by {decide_by}, {over}", at.words())
            }
            Onward::Escalated => {
                format!(
                    "Those who were asked first have not decided, so you are asked as well. If nobody decides by then, {over}"
                )
            }
        };
        Self { stage, stages, decide_by, decisions: Tell::all(earlier), onward }
    }
}

/// `settled`.
pub(super) struct Settled {
    pub ending: Ending,
}

/// How it was settled.
pub(super) enum Ending {
    StageApproved { tell: Tell, stages: usize },
    Approved { tell: Tell },
    Denied { tell: Tell },
    Expired { stage: usize },
    Canceled { by: String, words: Vec<String> },
}

impl Ending {
    pub fn new(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Approved { decision, stages } if decision.stage < *stages => {
                Self::StageApproved { tell: Tell::new(decision), stages: *stages }
            }
            Outcome::Approved { decision, stages: _ } => Self::Approved { tell: Tell::new(decision) },
            Outcome::Denied { decision } => Self::Denied { tell: Tell::new(decision) },
            Outcome::Expired { stage } => Self::Expired { stage: *stage },
            Outcome::Canceled { by, words } => Self::Canceled { by: one_line(by), words: lines(words) },
        }
    }

    /// What whoever settled it wrote.
    fn words(&self) -> &[String] {
        match self {
            Self::StageApproved { tell, stages: _ } | Self::Approved { tell } | Self::Denied { tell } => &tell.words,
            Self::Expired { stage: _ } => &[],
            Self::Canceled { by: _, words } => words,
        }
    }
}

/// `asked_back`: a question, or with `proposed` a shorter time.
pub(super) struct AskedBack {
    by: String,
    words: Vec<String>,
    proposed: String,
    answer_by: String,
}

impl AskedBack {
    pub fn new(by: &str, words: &str, proposed: Option<&str>, answer_by: Ts) -> Self {
        let proposed = one_line(proposed.unwrap_or_default());
        Self { by: one_line(by), words: lines(words), proposed, answer_by: answer_by.words() }
    }
}

/// `answered_back`.
pub(super) struct AnsweredBack {
    by: String,
    asked: Vec<String>,
    proposed: String,
    reply: Reply,
    words: Vec<String>,
    decide_by: String,
}

impl AnsweredBack {
    pub fn new(by: &str, asked: &str, proposed: Option<&str>, (reply, words): (Reply, &str), decide_by: Ts) -> Self {
        let proposed = one_line(proposed.unwrap_or_default());
        Self { by: one_line(by), asked: lines(asked), proposed, reply, words: lines(words), decide_by: decide_by.words() }
    }
}

/// `approved`.
pub(super) struct Approved {
    decisions: Vec<Tell>,
}

impl Approved {
    pub fn new(decisions: &[Told]) -> Self {
        Self { decisions: Tell::all(decisions) }
    }
}

/// `denied`.
pub(super) struct Denied {
    decision: Tell,
}

impl Denied {
    pub fn new(decision: &Told) -> Self {
        Self { decision: Tell::new(decision) }
    }
}

/// `canceled`.
pub(super) struct Canceled {
    by: String,
    words: Vec<String>,
}

impl Canceled {
    pub fn new(by: &str, words: &str) -> Self {
        Self { by: one_line(by), words: lines(words) }
    }
}

/// `expired`.
pub(super) struct Expired {
    pub stage: usize,
    pub stages: usize,
}

/// `access_granted` and `access_extended`.
pub(super) struct Granted {
    ends_at: Option<String>,
}

impl Granted {
    pub fn new(ends_at: Option<Ts>) -> Self {
        Self { ends_at: ends_at.map(Ts::words) }
    }
}

/// `ends_soon`.
pub(super) struct Soon {
    ends_at: String,
    extendable: bool,
}

impl Soon {
    pub fn new(ends_at: Ts, extendable: bool) -> Self {
        Self { ends_at: ends_at.words(), extendable }
    }
}

/// `access_ended`.
pub(super) struct Ended {
    at: String,
    why: String,
}

impl Ended {
    pub fn new(at: Ts, why: &str) -> Self {
        Self { at: at.words(), why: one_line(why) }
    }
}

/// `delivery_failed`.
pub(super) struct Failed {
    reason: String,
}

impl Failed {
    pub fn new(reason: &str) -> Self {
        Self { reason: one_line(reason) }
    }
}

/// `by_rule`: about no request, because nobody asked.
pub(super) struct Automatic {
    package: String,
    what: &'static str,
    at: String,
}

impl Automatic {
    pub fn new(package: &str, what: ByRule) -> Self {
        let (what, at) = match what {
            ByRule::Given => ("given", None),
            ByRule::EndsAt { at } => ("ends", Some(at)),
            ByRule::Kept => ("kept", None),
            ByRule::Ended { at } => ("ended", Some(at)),
        };
        Self { package: one_line(package), what, at: at.map(Ts::words).unwrap_or_default() }
    }

    /// The text and the HTML.
    pub fn write(&self, head: &Head<'_>) -> askama::Result<(String, String)> {
        Ok((AutomaticText { head, letter: self }.render()?, AutomaticHtml { head, letter: self }.render()?))
    }
}

#[derive(Template)]
#[template(path = "by_rule.txt")]
struct AutomaticText<'a> {
    head: &'a Head<'a>,
    letter: &'a Automatic,
}

#[derive(Template)]
#[template(path = "by_rule.html")]
struct AutomaticHtml<'a> {
    head: &'a Head<'a>,
    letter: &'a Automatic,
}

/// `delegated`: about no request either.
pub(super) struct Delegated {
    from: String,
    starts_at: String,
    ends_at: String,
    packages: Vec<String>,
}

impl Delegated {
    pub fn new(from: &str, starts_at: Ts, ends_at: Ts, packages: &[String]) -> Self {
        let packages = packages.iter().map(|package| one_line(package)).collect();
        Self { from: one_line(from), starts_at: starts_at.words(), ends_at: ends_at.words(), packages }
    }

    /// The text and the HTML.
    pub fn write(&self, head: &Head<'_>) -> askama::Result<(String, String)> {
        Ok((DelegatedText { head, letter: self }.render()?, DelegatedHtml { head, letter: self }.render()?))
    }
}

#[derive(Template)]
#[template(path = "delegated.txt")]
struct DelegatedText<'a> {
    head: &'a Head<'a>,
    letter: &'a Delegated,
}

#[derive(Template)]
#[template(path = "delegated.html")]
struct DelegatedHtml<'a> {
    head: &'a Head<'a>,
    letter: &'a Delegated,
}

/// All that one letter says.
pub(super) struct Sheet<'a, L> {
    head: &'a Head<'a>,
    about: Request,
    letter: L,
}

impl<'a, L> Sheet<'a, L> {
    pub fn new(head: &'a Head<'a>, about: &About, letter: L) -> Self {
        Self { head, about: Request::new(about), letter }
    }
}

/// A letter's two templates, and the way to fill in both.
macro_rules! letters {
    ($($write:ident($letter:ty): $text:ident = $text_file:tt, $html:ident = $html_file:tt;)+) => { $(
        #[derive(Template)]
        #[template(path = $text_file)]
        struct $text<'a> { head: &'a Head<'a>, about: &'a Request, letter: &'a $letter }

        #[derive(Template)]
        #[template(path = $html_file)]
        struct $html<'a> { head: &'a Head<'a>, about: &'a Request, letter: &'a $letter }

        impl Sheet<'_, $letter> {
            /// The text and the HTML.
            pub fn $write(&self) -> askama::Result<(String, String)> {
                let Self { head, about, letter } = self;
                Ok(($text { head, about, letter }.render()?, $html { head, about, letter }.render()?))
            }
        }
    )+ };
}

letters! {
    act(Act): ActText = "act.txt", ActHtml = "act.html";
    reminder(Act): ReminderText = "reminder.txt", ReminderHtml = "reminder.html";
    write(AskedBack): AskedBackText = "asked_back.txt", AskedBackHtml = "asked_back.html";
    write(AnsweredBack): AnsweredBackText = "answered_back.txt", AnsweredBackHtml = "answered_back.html";
    write(Settled): SettledText = "settled.txt", SettledHtml = "settled.html";
    write(Approved): ApprovedText = "approved.txt", ApprovedHtml = "approved.html";
    write(Denied): DeniedText = "denied.txt", DeniedHtml = "denied.html";
    write(Canceled): CanceledText = "canceled.txt", CanceledHtml = "canceled.html";
    write(Expired): ExpiredText = "expired.txt", ExpiredHtml = "expired.html";
    granted(Granted): GrantedText = "access_granted.txt", GrantedHtml = "access_granted.html";
    extended(Granted): ExtendedText = "access_extended.txt", ExtendedHtml = "access_extended.html";
    write(Soon): SoonText = "ends_soon.txt", SoonHtml = "ends_soon.html";
    write(Ended): EndedText = "access_ended.txt", EndedHtml = "access_ended.html";
    write(Failed): FailedText = "delivery_failed.txt", FailedHtml = "delivery_failed.html";
}
