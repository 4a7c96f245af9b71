//! Letters in English.

mod letters;
mod proof;
mod review;
mod roles;

use super::speech::{Facts, Labels, Said, Speech};
use model::Ts;
use model::approval::Verdict;
use model::ask_back::ShorterTime;
use model::notice::{Notice, Why};
use model::request::{HowLong, Undelivered};

pub(super) struct English;

const LABELS: Labels = Labels {
    facts: Facts {
        about: "About",
        decide_by: "Decide by",
        ended: "Ended",
        from: "From",
        how_long: "How long",
        package: "Package",
        person: "Person",
        proposed: "Proposed",
        requested_by: "Requested by",
        review: "Review",
        reviewed: "Access to",
        role: "Role",
        stage: "Stage",
        submitted: "Submitted",
        until: "Until",
        why: "Why",
        you_asked: "You asked",
    },
    all_requests: "All requests",
    answers: "Answers",
    decided_so_far: "Decided so far",
    decisions: "Decisions",
    everything: "Everything",
    justification: "Justification",
    most_standing: "Most permanent and eligible assignments",
    no_answer: "No answer.",
    no_reason: "No reason was given.",
    question: "The question",
    reason: "The reason given",
    permanent: "Permanent",
    replies: "Replies are not read.",
    requests_for: "About requests for",
    said_about_it: "What was said about it",
};

impl Speech for English {
    fn labels(&self) -> &'static Labels {
        &LABELS
    }

    fn say(&self, notice: &Notice, product: &str) -> Said {
        self.letter(notice, product)
    }

    fn instant(&self, at: Ts) -> String {
        at.words()
    }

    fn how_long(&self, how_long: HowLong) -> String {
        how_long.words()
    }

    fn shorter(&self, shorter: ShorterTime) -> String {
        shorter.words()
    }

    fn stage_of(&self, stage: usize, stages: usize) -> String {
        format!("{stage} of {stages}")
    }

    fn decided(&self, stage: usize, by: &str, verdict: Verdict) -> String {
        let decided = match verdict {
            Verdict::Approve => "approved",
            Verdict::Deny => "denied",
        };
        format!("Stage {stage}: {by} {decided}.")
    }

    fn in_place_of(&self, name: &str, of: &str) -> String {
        format!("{name} for {of}")
    }

    fn for_another(&self, requestor: &str, beneficiary: &str) -> String {
        format!("{requestor} (for {beneficiary})")
    }

    fn wrote(&self, name: &str) -> String {
        format!("{name} wrote")
    }

    fn asked_back(&self, question: &str) -> String {
        format!("Asked back: {question}")
    }

    fn no_justification(&self, requestor: &str) -> String {
        format!("{requestor} gave no justification.")
    }

    fn why_ended(&self, why: &Why) -> String {
        match why {
            Why::Revoked { by, words } => {
                format!("{}, who had approved it, ended it. {words}", by.as_deref().unwrap_or("Somebody"))
            }
            Why::Removed { by, words } => format!("{} ended it. {words}", by.as_deref().unwrap_or("An administrator")),
            Why::TimeOver => "Its time was over.".to_owned(),
        }
    }

    fn undelivered(&self, reason: Undelivered) -> String {
        reason.words().to_owned()
    }

    fn sent(&self, product: &str, recipient: &str) -> String {
        format!("{product} sent this letter to {recipient}.")
    }
}
