//! What each letter says in English.

use super::English;
use crate::letter::speech::{Said, Speech, Way, short};
use model::Ts;
use model::ask_back::Reply;
use model::notice::{ByRule, Notice, Onward, Outcome};

const DECIDE: Way = Way {
    look: "Look at the request and decide",
    open: "Look and decide",
    because: "You are asked because you may decide about it.",
};
const WAS_ASKED: Way =
    Way { look: "Look at the request", open: "Open the request", because: "You were asked to decide about it." };
const ANSWER: Way = Way { look: "Answer the question", open: "Look and answer", because: "You made this request." };
const ACCEPT: Way = Way {
    look: "Accept the shorter time, or keep what you asked for",
    open: "Look and answer",
    because: "You made this request.",
};
const FOLLOW: Way = Way { look: "Follow the request", open: "Follow the request", because: "You made this request." };
const ASKED: Way = Way { look: "Look at the request", open: "Open the request", because: "You made this request." };
const HOLDS: Way = Way { look: "Look at the request", open: "Open the request", because: "The access is yours." };
const HELD: Way = Way { look: "Look at the request it came from", open: "Open the request", because: "The access was yours." };
const FAILED: Way =
    Way { look: "Look at the request", open: "Open the request", because: "You made this request, or you are an administrator." };
const WENT_ON: Way = Way { look: "Look at the request", open: "Open the request", because: "You are an administrator." };
const REVIEWS: Way =
    Way { look: "Review the use", open: "Review the use", because: "You were named to review each use of this account." };
const TOLD: Way = Way { look: "Open the portal", open: "Open the portal", because: "You would have been asked to approve this." };
const ALERTED: Way = Way {
    look: "Look at the alert",
    open: "Open the alert",
    because: "You look after privileged roles, and letters are set for this alert.",
};
const TESTED: Way =
    Way { look: "Look at the mail settings", open: "Open the mail settings", because: "You tested how letters leave." };
const BY_RULE: Way = Way {
    look: "Look at your packages",
    open: "Open your packages",
    because: "The rule of a package gives it to people with certain attributes.",
};
const DELEGATE: Way = Way { look: "Look at the delegation", open: "Open the delegation", because: "You were named as delegate." };

/// Who canceled what nobody in person did.
const SYSTEM: &str = "the system";

impl English {
    pub fn letter(&self, notice: &Notice, product: &str) -> Said {
        match notice {
            Notice::Act { about, decide_by, onward, .. } => {
                let (who, thing, by) = (self.requestor(about), &about.thing, self.instant(*decide_by));
                let forwarded = if *onward == Onward::Escalated { "Forwarded to you: decide" } else { "Decide" };
                Said {
                    subject: format!("{forwarded} by {by}: {} asks for {}", short(&who), short(thing)),
                    headline: format!("{who} asks for {thing}. Please decide by {by}."),
                    says: vec![self.onward(*onward, *decide_by)],
                    way: &DECIDE,
                }
            }
            Notice::Reminder { about, decide_by, onward, .. } => {
                let (who, thing, by) = (self.requestor(about), &about.thing, self.instant(*decide_by));
                let onward = self.onward(*onward, *decide_by);
                Said {
                    subject: format!("Reminder: decide by {by}: {} asks for {}", short(&who), short(thing)),
                    headline: format!("{who} still waits for a decision on {thing}. Please decide by {by}."),
                    says: vec![format!("Half of the time to decide has passed. {onward}")],
                    way: &DECIDE,
                }
            }
            Notice::AskedBack { about, by, proposed, answer_by, .. } => {
                let (by, thing) = (self.doer(by), &about.thing);
                let until = self.instant(*answer_by);
                let says = vec![format!("The time to decide stands still until you answer, at the latest until {until}.")];
                match proposed {
                    None => Said {
                        subject: format!("A question for you: {}", short(thing)),
                        headline: format!("{by} has a question about your request for {thing}."),
                        says,
                        way: &ANSWER,
                    },
                    Some(proposed) => Said {
                        subject: format!("A shorter time is proposed: {}", short(thing)),
                        headline: format!("{by} proposes a shorter time for {thing}: {}.", self.proposed(proposed)),
                        says,
                        way: &ACCEPT,
                    },
                }
            }
            Notice::AnsweredBack { about, proposed, reply, decide_by, .. } => {
                let (who, thing) = (self.requestor(about), &about.thing);
                let proposed = proposed.as_ref().map(|proposed| self.proposed(proposed)).unwrap_or_default();
                Said {
                    subject: format!("Answered: {}’s request for {}", short(&who), short(thing)),
                    headline: match reply {
                        Reply::Words => format!("{who} answered the question about {thing}."),
                        Reply::Accept => format!("{who} accepts the shorter time for {thing}: {proposed}."),
                        Reply::Keep => {
                            format!("{who} does not accept the shorter time for {thing} ({proposed}). What was asked for stays.")
                        }
                    },
                    says: vec![format!("The time to decide goes on: please decide by {}.", self.instant(*decide_by))],
                    way: &DECIDE,
                }
            }
            Notice::Settled { about, outcome } => {
                let (who, thing) = (self.requestor(about), &about.thing);
                let (ended, how) = self.settled(&who, thing, outcome);
                Said {
                    subject: format!("{ended}: {}’s request for {}", short(&who), short(thing)),
                    headline: format!("Nothing is left for you to decide: {how}."),
                    says: Vec::new(),
                    way: &WAS_ASKED,
                }
            }
            Notice::Approved { about, .. } => Said {
                subject: format!("Approved: {}", short(&about.thing)),
                headline: format!("Your request for {} was approved.", about.thing),
                says: vec![format!(
                    "{product} puts the access into effect and tells the person who receives it when it is there."
                )],
                way: &FOLLOW,
            },
            Notice::Denied { about, decision } => Said {
                subject: format!("Denied: {}", short(&about.thing)),
                headline: format!("{} denied your request for {}.", self.doer(&decision.by), about.thing),
                says: vec!["The request has ended, and nobody else is asked.".to_owned()],
                way: &ASKED,
            },
            Notice::Unanswered { about, name } => Said {
                subject: format!("Denied: {}", short(&about.thing)),
                headline: format!("Your request for {} was denied, because {name} did not answer in time.", about.thing),
                says: vec!["If you still need the access, please make a new request.".to_owned()],
                way: &ASKED,
            },
            Notice::WentOn { about, name } => {
                let (who, thing) = (self.requestor(about), &about.thing);
                Said {
                    subject: format!("Not checked by {}: {} asks for {}", short(name), short(&who), short(thing)),
                    headline: format!(
                        "{name} did not answer in time, and {who}’s request for {thing} went on without its answer."
                    ),
                    says: vec![format!("That is how it was set. Please look at the request, and why {name} did not answer.")],
                    way: &WENT_ON,
                }
            }
            Notice::Canceled { about, by, .. } => Said {
                subject: format!("Canceled: {}", short(&about.thing)),
                headline: format!("{} canceled your request for {}.", by.as_deref().unwrap_or(SYSTEM), about.thing),
                says: vec!["The request has ended, and nobody is asked any more. You can request again.".to_owned()],
                way: &ASKED,
            },
            Notice::Expired { about, stage, stages } => {
                let incomplete = format!("Nobody completed stage {stage} of {stages} before its time ran out.");
                let again = "If you still need the access, please make a new request.".to_owned();
                Said {
                    subject: format!("Not decided in time: {}", short(&about.thing)),
                    headline: format!("Your request for {} was not decided in time and has expired.", about.thing),
                    says: if *stages > 1 { vec![incomplete, again] } else { vec![again] },
                    way: &ASKED,
                }
            }
            Notice::AccessGranted { about, ends_at } => Said {
                subject: format!("You now have access: {}", short(&about.thing)),
                headline: format!("You now have access: {}.", about.thing),
                says: vec![match ends_at {
                    Some(at) => format!("It ends on {}.", self.instant(*at)),
                    None => "It has no end date.".to_owned(),
                }],
                way: &HOLDS,
            },
            Notice::AccessExtended { about, ends_at } => Said {
                subject: format!("Access extended: {}", short(&about.thing)),
                headline: format!("You keep your access for longer: {}.", about.thing),
                says: vec![match ends_at {
                    Some(at) => format!("It now ends on {}.", self.instant(*at)),
                    None => "It no longer has an end date.".to_owned(),
                }],
                way: &HOLDS,
            },
            Notice::EndsSoon { about, ends_at, extendable } => {
                let at = self.instant(*ends_at);
                let says = if *extendable {
                    "You can extend it until then, without a gap: open “Access packages”, “Active”, and choose “Extend”."
                } else {
                    "It ends by itself. If you still need it afterwards, request it again."
                };
                Said {
                    subject: format!("Access ends on {at}: {}", short(&about.thing)),
                    headline: format!("Your access ends on {at}: {}.", about.thing),
                    says: vec![says.to_owned()],
                    way: &HOLDS,
                }
            }
            Notice::AccessEnded { about, .. } => Said {
                subject: format!("Access has ended: {}", short(&about.thing)),
                headline: format!("Your access has ended: {}.", about.thing),
                says: Vec::new(),
                way: &HELD,
            },
            Notice::DeliveryFailed { about, .. } => {
                let (who, thing) = (self.requestor(about), &about.thing);
                Said {
                    subject: format!("Not delivered: {}", short(thing)),
                    headline: format!("{who}’s request for {thing} was approved, but the access could not be put into effect."),
                    says: vec![format!("{who} and the administrators get this letter.")],
                    way: &FAILED,
                }
            }
            Notice::EmergencyUsed { about, reviewer, mine, review_by, .. } => {
                let (who, thing, by) = (self.requestor(about), &about.thing, self.instant(*review_by));
                Said {
                    subject: format!("Emergency: {} activated {}", short(&who), short(thing)),
                    headline: format!("{who} activated {thing} without approval, in an emergency."),
                    says: if *mine {
                        vec![
                            format!("You review this use. Please find out what it was for, and close the review by {by}."),
                            "The account can be used for one hour, and then not again before the review is closed, unless an administrator allows it.".to_owned(),
                        ]
                    } else {
                        vec![format!("{reviewer} reviews the use by {by}. An administrator can end the activation at once.")]
                    },
                    way: if *mine { &REVIEWS } else { &TOLD },
                }
            }
            Notice::AlertRaised { kind, count, names } => {
                let (name, new) = (kind.name(), model::time::count(i64::try_from(*count).unwrap_or(i64::MAX), "new incident"));
                // What some incidents are about is not for everybody who gets the letter.
                let found = (!names.is_empty()).then(|| format!("Found: {}.", names.join("; ")));
                Said {
                    subject: format!("Alert ({}): {name}", kind.severity().word()),
                    headline: format!("{name}: {new}."),
                    says: found.into_iter().chain([kind.why().to_owned()]).collect(),
                    way: &ALERTED,
                }
            }
            Notice::Review { about, news } => self.review(about, news),
            Notice::ByRule { package, what } => {
                let (subject, headline, says) = self.by_rule(*what);
                Said {
                    subject: format!("{subject}: {}", short(package)),
                    headline: format!("{headline}: {package}."),
                    says: vec![says],
                    way: &BY_RULE,
                }
            }
            Notice::Role { about, news, mine } => self.role(about, news, *mine),
            Notice::RoleDigest { week } => self.role_week(week),
            Notice::MethodsChanged { change, at } => self.methods_changed(change, *at),
            Notice::MailTested { at } => Said {
                subject: "A letter to test the mail settings".to_owned(),
                headline: format!("The mail settings were tested on {}, and this letter reached you.", self.instant(*at)),
                says: vec!["Other letters leave the same way. There is nothing to do.".to_owned()],
                way: &TESTED,
            },
            Notice::Delegated { from, ends_at, .. } => Said {
                subject: format!("Decide for {} until {}", short(from), self.instant(*ends_at)),
                headline: format!("{from} asks you to decide in their place."),
                says: vec![format!(
                    "What waits for {from} waits for you too, and one of you decides. You are told of new requests by mail. Each decision shows both names. You never decide about your own requests."
                )],
                way: &DELEGATE,
            },
        }
    }

    /// What becomes of a stage that nobody decides.
    fn onward(&self, onward: Onward, decide_by: Ts) -> String {
        let over = "the request expires and has to be made again.";
        match onward {
            Onward::Expires => format!("If nobody decides by then, {over}"),
            Onward::Escalates(at) => format!(
                "If nobody decides by {}, others are asked as well. If nobody decides by {}, {over}",
                self.instant(at),
                self.instant(decide_by)
            ),
            Onward::Escalated => format!(
                "Those who were asked first have not decided, so you are asked as well. If nobody decides by then, {over}"
            ),
        }
    }

    /// In a word, and in a clause.
    fn settled(&self, who: &str, thing: &str, outcome: &Outcome) -> (String, String) {
        let request = format!("{who}’s request for {thing}");
        match outcome {
            Outcome::Approved { decision, stages } if decision.stage < *stages => {
                let (by, stage) = (self.doer(&decision.by), decision.stage);
                let how =
                    format!("{by} approved {request}, and stage {stage} of {stages} is complete. The next stage is asked now");
                (format!("Stage {stage} of {stages} approved"), how)
            }
            Outcome::Approved { decision, .. } => {
                ("Approved".to_owned(), format!("{} approved {request}", self.doer(&decision.by)))
            }
            Outcome::Denied { decision } => ("Denied".to_owned(), format!("{} denied {request}", self.doer(&decision.by))),
            Outcome::Expired { stage } => {
                ("Expired".to_owned(), format!("{request} has expired, because stage {stage} was not decided in time"))
            }
            Outcome::Unanswered { name } => {
                ("Denied".to_owned(), format!("{request} was denied, because {name} did not answer in time"))
            }
            Outcome::Canceled { by, .. } => {
                let by = by.as_deref().unwrap_or(SYSTEM);
                let request = if by == who { format!("the request for {thing}") } else { request };
                ("Canceled".to_owned(), format!("{by} canceled {request}"))
            }
        }
    }

    /// In the subject, in the headline, and what follows.
    fn by_rule(&self, what: ByRule) -> (String, String, String) {
        let (subject, headline, says) = match what {
            ByRule::Given => (
                "You now have access",
                "You now have access",
                "You did not have to ask: what is said about you in the directory fits the rule of this package. You have it as long as that is so.",
            ),
            ByRule::EndsAt { at } => {
                let at = self.instant(at);
                let says = "You had it because what is said about you in the directory fitted the rule of this package, and it no longer does. If that is wrong, tell whoever keeps your entry in the directory before that time.";
                return (format!("Access ends on {at}"), format!("Your access ends on {at}"), says.to_owned());
            }
            ByRule::Kept => (
                "You keep access",
                "You keep your access",
                "What is said about you in the directory fits the rule of this package again. The end that you were told no longer counts.",
            ),
            ByRule::Ended { at } => {
                let says = format!(
                    "What is said about you in the directory no longer fits the rule of this package. It ended on {}.",
                    self.instant(at)
                );
                return ("Access has ended".to_owned(), "Your access has ended".to_owned(), says);
            }
        };
        (subject.to_owned(), headline.to_owned(), says.to_owned())
    }
}
