//! What the history says about access reviews.

use super::telling::{Teller, fact, link, text};
use model::access::ResourceRole;
use model::event::{Action, Event};
use model::review::{Counts, Reviewed};
use model::time::count;
use model::view::audit::{Part, Told};
use model::{ReviewId, ReviewSeriesId};

/// `3 rows`
fn rows(n: u64) -> String {
    count(i64::try_from(n).unwrap_or(i64::MAX), "row")
}

impl Teller<'_> {
    /// Says what happened to a review; nothing about anything else.
    pub fn say_review(&mut self, told: &mut Told, event: &Event, by: Part) {
        let action = &event.action;
        let Some((series, review, of, name)) = which(action) else { return };
        let mut href = format!("/admin/reviews/{series}");
        if let Some(review) = review {
            href = format!("{href}?instance={review}");
        }
        // Whoever may not see it gets there that there is no such page.
        let deleted = matches!(action, Action::ReviewDeleted { .. });
        let this = link(name.to_owned(), (!deleted && self.eyes.directory).then_some(href));
        let mut say = |words: Vec<Part>| told.said.extend(words);
        match action {
            Action::ReviewCreated { .. } => say(vec![by, text(" made the access review "), this, text(" of ")]),
            Action::ReviewChanged { .. } => say(vec![by, text(" changed the access review "), this, text(" of ")]),
            Action::ReviewDeleted { .. } => say(vec![by, text(" deleted the access review "), text(name), text(" of ")]),
            Action::ReviewStarted { .. } => say(vec![text("The access review "), this, text(" started, of ")]),
            Action::ReviewStageStarted { stage, .. } => {
                say(vec![text(format!("Stage {} of the access review ", stage + 1)), this, text(" started, of ")]);
            }
            Action::ReviewRowsDecided { decision, rows: n, accepted, .. } => {
                let how = if *accepted { " accepted what was recommended in " } else { " decided in " };
                say(vec![by, text(how), this, text(" about ")]);
                told.facts.push(fact("Decision", decision.words()));
                told.facts.push(fact("Decided", rows(*n)));
            }
            Action::ReviewRowsHandedOn { to: Some(to), rows: n, words, .. } => {
                let to = self.user(*to);
                say(vec![by, text(" handed rows of "), this, text(" to "), to, text(" to decide, about ")]);
                told.facts.push(fact("Handed on", rows(*n)));
                told.reason.clone_from(words);
            }
            Action::ReviewRowsHandedOn { to: None, rows: n, .. } => {
                say(vec![by, text(" took back rows that were handed on in "), this, text(" about ")]);
                told.facts.push(fact("Taken back", rows(*n)));
            }
            Action::ReviewRowsPassedOn { from, to, rows: n, .. } => {
                let from = self.user(*from);
                say(vec![text("Rows of "), this, text(" went from "), from, text(", who decides no more, to ")]);
                for (number, to) in to.iter().enumerate() {
                    let to = self.user(*to);
                    told.said.extend([text(if number > 0 { ", " } else { "" }), to]);
                }
                told.said.push(text(if to.is_empty() { "nobody, about " } else { ", about " }));
                told.facts.push(fact("Passed on", rows(*n)));
            }
            Action::ReviewSkipped { rows: n, .. } => {
                say(vec![text("The access review "), this, text(" was skipped, because nothing had changed, of ")]);
                told.facts.push(fact("Stay as they were approved", rows(*n)));
            }
            Action::ReviewersReminded { people, .. } => {
                say(vec![by, text(" reminded the reviewers of "), this, text(" about ")]);
                told.facts.push(fact("Reviewers", people.to_string()));
            }
            Action::ReviewReset { rows: n, .. } => {
                say(vec![by, text(" set back every decision in "), this, text(" about ")]);
                told.facts.push(fact("Set back", rows(*n)));
            }
            Action::ReviewStopped { stage_only: true, .. } => say(vec![by, text(" ended a stage of "), this, text(" about ")]),
            Action::ReviewStopped { .. } => say(vec![by, text(" stopped the access review "), this, text(" of ")]),
            Action::ReviewReopened { until, .. } => {
                say(vec![by, text(" opened the access review "), this, text(" again, of ")]);
                told.facts.push(fact("Stage ends", until.in_sentence()));
            }
            Action::ReviewSeriesStopped { .. } => {
                say(vec![by, text(" ended the recurrence of the access review "), this, text(" of ")]);
            }
            Action::ReviewCompleted { counts, .. } => {
                say(vec![text("The access review "), this, text(" was completed, of ")]);
                let Counts { approved, denied, dont_know, .. } = counts;
                told.facts.push(fact("Approved", approved.to_string()));
                told.facts.push(fact("Denied", denied.to_string()));
                told.facts.push(fact("Don’t know", dont_know.to_string()));
                told.facts.push(fact("Not reviewed", counts.not_reviewed().to_string()));
            }
            Action::ReviewTriedAgain { rows: n, .. } => {
                say(vec![by, text(" had removals of the access review "), this, text(" tried again, of ")]);
                told.facts.push(fact("Tried again", rows(*n)));
            }
            Action::ReviewApplied { removed, not_removed, .. } => {
                say(vec![text("The results of the access review "), this, text(" were applied, of ")]);
                told.facts.push(fact("Removed", removed.to_string()));
                told.facts.push(fact("Not removed", not_removed.to_string()));
            }
            Action::ReviewSealed { rows: n, digest, .. } => {
                // It is there also when the review is deleted.
                let file = review.map(|review| format!("/admin/reviews/{series}/{review}/evidence.jsonl"));
                let file = link("The evidence", file.filter(|_| self.eyes.directory));
                say(vec![file, text(" of the access review "), this, text(" was sealed, of ")]);
                told.facts.push(fact("Rows", rows(*n)));
                told.facts.push(fact("Digest", digest));
            }
            _ => {}
        }
        if let Action::ReviewStarted { rows: n, .. } | Action::ReviewStageStarted { rows: n, .. } = action {
            told.facts.push(fact("To decide", rows(*n)));
        }
        if let Action::ReviewChanged { changes, .. } = action {
            told.changes.clone_from(changes);
        }
        let of = self.reviewed(of);
        told.said.extend(of);
    }

    fn reviewed(&mut self, of: Reviewed) -> Vec<Part> {
        match of {
            Reviewed::DirectoryRole(id) => self.role(ResourceRole::DirectoryRole(id)),
            Reviewed::Group(id) => self.role(ResourceRole::GroupMember(id)),
            Reviewed::Package(id) => vec![self.package(id)],
            Reviewed::Application(_) => vec![text("an application")],
        }
    }
}

fn which(action: &Action) -> Option<(ReviewSeriesId, Option<ReviewId>, Reviewed, &str)> {
    match action {
        Action::ReviewCreated { series, of, name }
        | Action::ReviewChanged { series, of, name, .. }
        | Action::ReviewDeleted { series, of, name }
        | Action::ReviewSeriesStopped { series, of, name } => Some((*series, None, *of, name)),
        Action::ReviewStarted { series, review, of, name, .. }
        | Action::ReviewStageStarted { series, review, of, name, .. }
        | Action::ReviewRowsDecided { series, review, of, name, .. }
        | Action::ReviewRowsHandedOn { series, review, of, name, .. }
        | Action::ReviewRowsPassedOn { series, review, of, name, .. }
        | Action::ReviewSkipped { series, review, of, name, .. }
        | Action::ReviewersReminded { series, review, of, name, .. }
        | Action::ReviewReset { series, review, of, name, .. }
        | Action::ReviewStopped { series, review, of, name, .. }
        | Action::ReviewReopened { series, review, of, name, .. }
        | Action::ReviewCompleted { series, review, of, name, .. }
        | Action::ReviewTriedAgain { series, review, of, name, .. }
        | Action::ReviewApplied { series, review, of, name, .. }
        | Action::ReviewSealed { series, review, of, name, .. } => Some((*series, Some(*review), *of, name)),
        _ => None,
    }
}
