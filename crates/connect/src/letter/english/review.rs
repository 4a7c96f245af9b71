//! What letters about access reviews say in English.

use super::English;
use crate::letter::speech::{Said, Speech, Way, short};
use model::notice::{AboutReview, ReviewNews};
use model::time::count;

const REVIEW: Way =
    Way { look: "Review the access", open: "Open the access review", because: "You are asked to review this access." };
const REVIEWED: Way = Way {
    look: "Look at the results",
    open: "Open the results",
    because: "You manage this access review, or were named to be told.",
};

impl English {
    pub fn review(&self, about: &AboutReview, news: &ReviewNews) -> Said {
        let (name, thing, due) = (&about.name, &about.thing, self.instant(about.due_at));
        let many = |rows: u64, one: &str| count(i64::try_from(rows).unwrap_or(i64::MAX), one);
        match news {
            ReviewNews::Asked { rows, own, again } => {
                let kind = if *again { "Reminder: review" } else { "Review" };
                let headline = if *own {
                    format!("Say until {due} whether you still need {thing}.")
                } else {
                    format!("Decide until {due} who still needs {thing}: {}.", many(*rows, "decision"))
                };
                let says = if *again {
                    "You have not decided everything yet. What nobody decides is dealt with as the settings of the review say."
                } else {
                    "Nothing changes before the review is over, and until then you can change what you decided."
                };
                Said { subject: format!("{kind}: {}", short(name)), headline, says: vec![says.to_owned()], way: &REVIEW }
            }
            ReviewNews::HandedOn { by, rows, words: _ } => Said {
                subject: format!("Review: {}", short(name)),
                headline: format!("{by} asks you to decide until {due} who still needs {thing}: {}.", many(*rows, "decision")),
                says: vec![
                    "You see these rows and no others. Both your names stand with what you decide, and whoever asked you may still decide themselves."
                        .to_owned(),
                ],
                way: &REVIEW,
            },
            ReviewNews::Skipped { rows } => Said {
                subject: format!("Review skipped: {}", short(name)),
                headline: format!("Nobody was asked about {thing} this time."),
                says: vec![format!(
                    "Nothing had changed since the last review, in which everything was approved: {} as before. The next one asks again.",
                    if *rows == 1 { "1 row stays".to_owned() } else { format!("{rows} rows stay") }
                )],
                way: &REVIEWED,
            },
            ReviewNews::NotRemoved { removed, still_held } => Said {
                subject: format!("Not everything was removed: {}", short(name)),
                headline: if *still_held == 1 {
                    format!("Access to {thing} was denied, and 1 row could not be removed.")
                } else {
                    format!("Access to {thing} was denied, and {still_held} rows could not be removed.")
                },
                says: vec![
                    format!("Removed: {removed}. Still held: {still_held}."),
                    "The results say of each row why, and what to do. Take it away where it comes from, or try it again there."
                        .to_owned(),
                ],
                way: &REVIEWED,
            },
            ReviewNews::Completed { approved, denied, not_reviewed, held_back, waits } => {
                let mut says = vec![format!("Approved: {approved}. Denied: {denied}. Not decided: {not_reviewed}.")];
                if *held_back {
                    says.push(
                        "So much would be removed only because nobody decided that nothing was removed yet. Look at the results, and apply them if they are right."
                            .to_owned(),
                    );
                } else if *waits {
                    says.push("Nothing was removed yet. Look at the results, and apply them.".to_owned());
                }
                Said {
                    subject: format!("Review completed: {}", short(name)),
                    headline: format!("The review of {thing} is completed."),
                    says,
                    way: &REVIEWED,
                }
            }
        }
    }
}
