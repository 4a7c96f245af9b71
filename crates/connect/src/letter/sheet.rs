//! What a letter is made of, in no language: which facts stand in which letter, and in what order.

use super::Site;
use super::speech::{Said, Speech};
use super::words::{lines, one_line};
use askama::Template;
use model::Ts;
use model::notice::{About, Notice, Outcome, ReviewNews, RoleNews, Told};
use model::proof::MethodChange;

/// A part of a letter. What people typed at length is lines; everything else is one line.
pub(super) enum Part {
    Headline(String),
    /// One paragraph of these sentences.
    Says(Vec<String>),
    Facts(Vec<Option<Fact>>),
    /// What somebody wrote.
    Quote {
        heading: String,
        lines: Vec<String>,
    },
    /// Over items. A text can do without it where every item says what it is.
    Heading {
        words: String,
        in_text: bool,
    },
    /// One line with what somebody wrote about it, or with what stands there otherwise.
    Item {
        line: String,
        lines: Vec<String>,
        otherwise: String,
    },
    /// An empty line in the source of the page. Nobody sees it; pages keep the source they always had.
    Gap,
}

/// One fact.
pub(super) enum Fact {
    Is {
        name: &'static str,
        is: String,
    },
    /// What a delegation is about. Nothing is everything.
    Requests {
        packages: Vec<String>,
    },
}

/// A whole letter.
pub(super) struct Sheet<'a> {
    speech: &'static dyn Speech,
    language: &'static str,
    pub subject: String,
    parts: Vec<Part>,
    look: &'static str,
    open: &'static str,
    /// Who sent it to whom and why.
    end: String,
    link: &'a str,
}

impl<'a> Sheet<'a> {
    pub fn new(notice: &Notice, recipient: &str, site: &Site, link: &'a str) -> Self {
        let speech = super::speech::speech(site.language);
        let said = speech.say(notice, site.product);
        let sent = speech.sent(site.product, recipient);
        let Said { subject, headline, says, way } = said;
        let end = format!("{sent} {} {}", way.because, speech.labels().replies);
        let opening = Opening { headline: Part::Headline(headline), says: (!says.is_empty()).then_some(Part::Says(says)) };
        let mut parts = Writer(speech).parts(notice, opening);
        for part in &mut parts {
            part.tidy();
        }
        Self {
            speech,
            language: site.language.tag(),
            subject: one_line(&subject),
            parts,
            look: way.look,
            open: way.open,
            end: one_line(&end),
            link,
        }
    }

    /// The text and the HTML.
    pub fn write(&self) -> askama::Result<(String, String)> {
        let column = self.speech.labels().facts.column();
        Ok((Text { sheet: self, column }.render()?, Page { sheet: self }.render()?))
    }
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    sheet: &'a Sheet<'a>,
    /// In which facts are lined up.
    column: usize,
}

impl Text<'_> {
    /// The name of a fact, filled up to the column.
    fn fact(&self, name: &str) -> String {
        format!("{:column$}", format!("{name}:"), column = self.column)
    }
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Page<'a> {
    sheet: &'a Sheet<'a>,
}

impl Part {
    /// Whatever people are called, a line stays a line.
    fn tidy(&mut self) {
        let one = |text: &mut String| *text = one_line(text);
        match self {
            Self::Headline(words) | Self::Quote { heading: words, .. } | Self::Heading { words, .. } => one(words),
            Self::Says(sentences) => sentences.iter_mut().for_each(one),
            Self::Facts(facts) => {
                for fact in facts.iter_mut().flatten() {
                    match fact {
                        Fact::Is { is, .. } => one(is),
                        Fact::Requests { packages } => packages.iter_mut().for_each(one),
                    }
                }
            }
            Self::Item { line, otherwise, .. } => {
                one(line);
                one(otherwise);
            }
            Self::Gap => {}
        }
    }
}

/// How a letter begins.
struct Opening {
    headline: Part,
    says: Option<Part>,
}

impl Opening {
    fn then(self, rest: impl IntoIterator<Item = Part>) -> Vec<Part> {
        let Self { headline, says } = self;
        [headline].into_iter().chain(says).chain(rest).collect()
    }

    /// The same with an empty line before and after the headline.
    fn apart(self, rest: impl IntoIterator<Item = Part>) -> Vec<Part> {
        let Self { headline, says } = self;
        [Part::Gap, headline, Part::Gap].into_iter().chain(says).chain(rest).collect()
    }
}

/// Puts letters together in the words of a language.
struct Writer(&'static dyn Speech);

impl Writer {
    fn parts(&self, notice: &Notice, opening: Opening) -> Vec<Part> {
        let (speech, labels) = (self.0, self.0.labels());
        let names = &labels.facts;
        match notice {
            Notice::Act { about, stage, stages, decide_by, earlier, .. }
            | Notice::Reminder { about, stage, stages, decide_by, earlier, .. } => {
                let mut facts = self.asked(about);
                facts.push(self.instant(names.decide_by, *decide_by));
                facts.push((*stages > 1).then(|| is(names.stage, speech.stage_of(*stage, *stages))));
                let mut parts = opening.then([Part::Facts(facts), Part::Gap]);
                parts.extend(self.grounds(about));
                parts.extend(self.decisions(labels.decided_so_far, earlier));
                parts
            }
            Notice::AskedBack { about, words, proposed, .. } => {
                let heading = if proposed.is_none() { labels.question } else { labels.reason };
                let facts = vec![
                    self.package(about),
                    Some(is(names.you_asked, self.lasts(about))),
                    proposed.as_ref().map(|proposed| is(names.proposed, speech.proposed(proposed))),
                    self.instant(names.submitted, about.submitted_at),
                ];
                opening.apart([Part::Gap, quote(heading.to_owned(), words), Part::Facts(facts)])
            }
            Notice::AnsweredBack { about, by, asked, words, decide_by, .. } => {
                let mut facts = self.asked(about);
                facts.push(self.instant(names.decide_by, *decide_by));
                let mut parts = opening.then([quote(speech.wrote(&speech.doer(by)), asked), Part::Gap]);
                parts.extend(self.wrote(&speech.wrote(&speech.requestor(about)), words));
                parts.push(Part::Facts(facts));
                parts
            }
            Notice::Settled { about, outcome } => {
                let words = match outcome {
                    Outcome::Approved { decision, .. } | Outcome::Denied { decision } => &decision.words,
                    Outcome::Expired { .. } | Outcome::Unanswered { .. } => "",
                    Outcome::Canceled { words, .. } => words,
                };
                let mut parts = opening.then([Part::Gap, Part::Gap]);
                parts.extend(self.wrote(labels.said_about_it, words));
                parts.push(Part::Facts(self.asked(about)));
                parts
            }
            Notice::Approved { about, decisions } => {
                let mut parts = opening.then([self.request(about)]);
                parts.extend(self.decisions(labels.decisions, decisions));
                parts
            }
            Notice::Denied { about, decision } => opening.then(self.ended(about, &decision.words)),
            Notice::Canceled { about, words, .. } => opening.then(self.ended(about, words)),
            Notice::Expired { about, .. } | Notice::Unanswered { about, .. } => opening.then([self.request(about)]),
            Notice::AccessGranted { about, .. } | Notice::AccessExtended { about, .. } | Notice::EndsSoon { about, .. } => {
                let facts = vec![self.package(about), self.requestor(about), self.instant(names.submitted, about.submitted_at)];
                opening.then([Part::Facts(facts)])
            }
            Notice::AccessEnded { about, at, why } => {
                let why = is(names.why, why.said(|why| speech.why_ended(why)));
                opening.then([Part::Facts(vec![self.package(about), self.instant(names.ended, *at), Some(why)])])
            }
            Notice::WentOn { about, .. } => opening.then([Part::Facts(self.asked(about))]),
            Notice::DeliveryFailed { about, reason } => {
                let mut facts = self.asked(about);
                facts.push(Some(is(names.why, reason.said(|reason| speech.undelivered(*reason)))));
                opening.then([Part::Facts(facts)])
            }
            Notice::EmergencyUsed { about, .. } => {
                let reason = quote(labels.reason.to_owned(), &about.justification);
                opening.then([Part::Gap, reason, Part::Facts(self.asked(about))])
            }
            Notice::AlertRaised { .. } => opening.then(Vec::new()),
            Notice::Review { about, news } => {
                let asked = matches!(news, ReviewNews::Asked { .. } | ReviewNews::HandedOn { .. });
                let mut facts = vec![Some(is(names.review, about.name.clone())), Some(is(names.reviewed, about.thing.clone()))];
                if asked {
                    facts.push(self.instant(names.decide_by, about.due_at));
                }
                let mut parts = opening.then([Part::Gap]);
                if let ReviewNews::HandedOn { words, .. } = news {
                    parts.extend(self.wrote(labels.reason, words));
                }
                if asked {
                    parts.extend(self.wrote(labels.said_about_it, &about.extra));
                }
                parts.push(Part::Facts(facts));
                parts
            }
            Notice::ByRule { package, .. } => {
                let facts = Part::Facts(vec![Some(is(names.package, package.clone()))]);
                [Part::Gap].into_iter().chain(opening.then([Part::Gap, facts])).collect()
            }
            Notice::Role { about, news, mine } => {
                let until = match about.ends_at {
                    Some(at) => speech.instant(at),
                    None => labels.permanent.to_owned(),
                };
                let facts = vec![
                    Some(is(names.role, about.name.clone())),
                    (!mine).then(|| is(names.person, about.holder.clone())),
                    self.instant(names.from, about.starts_at),
                    Some(is(names.until, until)),
                ];
                let words = match news {
                    RoleNews::Assigned { words, .. }
                    | RoleNews::Changed { words, .. }
                    | RoleNews::Removed { words, .. }
                    | RoleNews::Activated { words } => words.as_str(),
                    RoleNews::EndsSoon { .. } | RoleNews::Deactivated | RoleNews::Expired | RoleNews::GroundEnded => "",
                };
                let mut parts = opening.then([Part::Gap]);
                parts.extend(self.wrote(labels.reason, words));
                parts.push(Part::Facts(facts));
                parts
            }
            Notice::RoleDigest { week } => {
                let mut parts = opening.then([Part::Gap]);
                if !week.top.is_empty() {
                    parts.push(Part::Heading { words: labels.most_standing.to_owned(), in_text: true });
                    parts.extend(week.top.iter().map(|(role, count)| Part::Item {
                        line: format!("{role}: {count}"),
                        lines: Vec::new(),
                        otherwise: String::new(),
                    }));
                }
                parts
            }
            Notice::MethodsChanged { change, .. } => {
                let words = match change {
                    MethodChange::Reset { words, .. } | MethodChange::TakenAway { words, .. } => words,
                    _ => "",
                };
                let mut parts = opening.then([Part::Gap]);
                parts.extend(self.wrote(labels.reason, words));
                parts
            }
            Notice::MailTested { .. } => opening.then([Part::Gap]),
            Notice::Delegated { starts_at, ends_at, packages, .. } => opening.then([Part::Facts(vec![
                self.instant(names.from, *starts_at),
                self.instant(names.until, *ends_at),
                Some(Fact::Requests { packages: packages.clone() }),
            ])]),
        }
    }

    fn package(&self, about: &About) -> Option<Fact> {
        let names = &self.0.labels().facts;
        Some(is(if about.is_role { names.role } else { names.package }, about.thing.clone()))
    }

    fn requestor(&self, about: &About) -> Option<Fact> {
        Some(is(self.0.labels().facts.requested_by, self.0.requestor(about)))
    }

    fn lasts(&self, about: &About) -> String {
        about.lasts.said(|how_long| self.0.how_long(*how_long))
    }

    fn instant(&self, name: &'static str, at: Ts) -> Option<Fact> {
        Some(is(name, self.0.instant(at)))
    }

    /// The request for those who do not know it.
    fn asked(&self, about: &About) -> Vec<Option<Fact>> {
        let names = &self.0.labels().facts;
        vec![
            self.package(about),
            self.requestor(about),
            Some(is(names.how_long, self.lasts(about))),
            self.instant(names.submitted, about.submitted_at),
        ]
    }

    /// The request for whoever made it.
    fn request(&self, about: &About) -> Part {
        let names = &self.0.labels().facts;
        let how_long = Some(is(names.how_long, self.lasts(about)));
        Part::Facts(vec![self.package(about), how_long, self.instant(names.submitted, about.submitted_at)])
    }

    /// Why a request ended, and which.
    fn ended(&self, about: &About, words: &str) -> [Part; 5] {
        let labels = self.0.labels();
        let reason = match quote(labels.reason.to_owned(), words) {
            Part::Quote { lines, .. } if lines.is_empty() => Part::Says(vec![labels.no_reason.to_owned()]),
            reason => reason,
        };
        [Part::Gap, Part::Gap, reason, Part::Gap, self.request(about)]
    }

    /// What somebody wrote, if they did.
    fn wrote(&self, heading: &str, words: &str) -> Vec<Part> {
        let lines = lines(words);
        if lines.is_empty() { Vec::new() } else { vec![Part::Quote { heading: heading.to_owned(), lines }, Part::Gap] }
    }

    /// On what grounds somebody asks.
    fn grounds(&self, about: &About) -> Vec<Part> {
        let labels = self.0.labels();
        let justification = match quote(labels.justification.to_owned(), &about.justification) {
            Part::Quote { lines, .. } if lines.is_empty() => Part::Says(vec![self.0.no_justification(&self.0.requestor(about))]),
            justification => justification,
        };
        let mut parts = vec![justification, Part::Gap, Part::Gap];
        let asked_back = about.asked_back.iter().map(|(question, answer)| (self.0.asked_back(question), answer));
        let answers: Vec<Part> = about
            .answers
            .iter()
            .map(|(question, answer)| (question.clone(), answer))
            .chain(asked_back)
            .map(|(line, answer)| Part::Item { line, lines: lines(answer), otherwise: labels.no_answer.to_owned() })
            .collect();
        if !answers.is_empty() {
            parts.push(Part::Heading { words: labels.answers.to_owned(), in_text: false });
            parts.extend(answers);
            parts.extend([Part::Gap, Part::Gap]);
        }
        parts
    }

    fn decisions(&self, heading: &str, decisions: &[Told]) -> Vec<Part> {
        let mut parts = vec![Part::Gap];
        if !decisions.is_empty() {
            parts.push(Part::Heading { words: heading.to_owned(), in_text: true });
            parts.extend(decisions.iter().map(|Told { stage, by, verdict, words }| {
                let line = self.0.decided(*stage, &self.0.doer(by), *verdict);
                Part::Item { line, lines: lines(words), otherwise: String::new() }
            }));
            parts.extend([Part::Gap, Part::Gap]);
        }
        parts
    }
}

fn is(name: &'static str, is: String) -> Fact {
    Fact::Is { name, is }
}

fn quote(heading: String, words: &str) -> Part {
    Part::Quote { heading, lines: lines(words) }
}
