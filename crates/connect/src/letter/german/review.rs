//! What letters about access reviews say in German.

use super::German;
use crate::letter::speech::{Said, Speech, Way, short};
use model::notice::{AboutReview, ReviewNews};

const REVIEW: Way =
    Way {
        look: "Zugriffe überprüfen", open: "Überprüfung öffnen", because: "Sie wurden gebeten, diese Zugriffe zu überprüfen."
    };
const REVIEWED: Way = Way {
    look: "Ergebnisse ansehen",
    open: "Ergebnisse öffnen",
    because: "Sie verwalten diese Überprüfung, oder Sie sollen davon erfahren.",
};

impl German {
    pub fn review(&self, about: &AboutReview, news: &ReviewNews) -> Said {
        let (name, thing, due) = (&about.name, &about.thing, self.instant(about.due_at));
        match news {
            ReviewNews::Asked { rows, own, again } => {
                let kind = if *again { "Erinnerung an die Überprüfung" } else { "Überprüfung" };
                let many = if *rows == 1 { "eine Entscheidung".to_owned() } else { format!("{rows} Entscheidungen") };
                let headline = if *own {
                    format!("Bitte sagen Sie bis zum {due}, ob Sie „{thing}“ noch benötigen.")
                } else {
                    format!("Bitte entscheiden Sie bis zum {due}, wer „{thing}“ noch benötigt: {many}.")
                };
                let says = if *again {
                    "Sie haben noch nicht alles entschieden. Was niemand entscheidet, wird behandelt, wie es für die Überprüfung eingestellt ist."
                } else {
                    "Vor dem Ende der Überprüfung ändert sich nichts, und bis dahin können Sie Ihre Entscheidungen ändern."
                };
                Said { subject: format!("{kind}: {}", short(name)), headline, says: vec![says.to_owned()], way: &REVIEW }
            }
            ReviewNews::HandedOn { by, rows, words: _ } => {
                let many = if *rows == 1 { "eine Entscheidung".to_owned() } else { format!("{rows} Entscheidungen") };
                Said {
                    subject: format!("Überprüfung: {}", short(name)),
                    headline: format!("{by} bittet Sie, bis zum {due} zu entscheiden, wer „{thing}“ noch benötigt: {many}."),
                    says: vec![
                        "Sie sehen nur diese Zeilen. Bei Ihrer Entscheidung stehen beide Namen, und wer Sie gebeten hat, kann weiterhin selbst entscheiden."
                            .to_owned(),
                    ],
                    way: &REVIEW,
                }
            }
            ReviewNews::Skipped { rows } => Said {
                subject: format!("Überprüfung ausgelassen: {}", short(name)),
                headline: format!("Diesmal wurde niemand zu „{thing}“ befragt."),
                says: vec![format!(
                    "Seit der letzten Überprüfung, in der alles genehmigt wurde, hat sich nichts geändert: {} wie bisher. Beim nächsten Mal wird wieder gefragt.",
                    if *rows == 1 { "Eine Zeile bleibt".to_owned() } else { format!("{rows} Zeilen bleiben") }
                )],
                way: &REVIEWED,
            },
            ReviewNews::NotRemoved { removed, still_held } => Said {
                subject: format!("Nicht alles wurde entzogen: {}", short(name)),
                headline: if *still_held == 1 {
                    format!("„{thing}“ wurde abgelehnt, und eine Zeile konnte nicht entzogen werden.")
                } else {
                    format!("„{thing}“ wurde abgelehnt, und {still_held} Zeilen konnten nicht entzogen werden.")
                },
                says: vec![
                    format!("Entzogen: {removed}. Weiterhin vorhanden: {still_held}."),
                    "Die Ergebnisse sagen zu jeder Zeile, warum, und was zu tun ist. Bitte entziehen Sie den Zugriff dort, woher er kommt, oder versuchen Sie es in den Ergebnissen noch einmal."
                        .to_owned(),
                ],
                way: &REVIEWED,
            },
            ReviewNews::Completed { approved, denied, not_reviewed, held_back, waits } => {
                let mut says = vec![format!("Genehmigt: {approved}. Abgelehnt: {denied}. Nicht entschieden: {not_reviewed}.")];
                if *held_back {
                    says.push(
                        "Weil niemand entschieden hat, würde so viel entzogen, dass noch nichts entzogen wurde. Bitte sehen Sie die Ergebnisse an, und wenden Sie sie an, wenn sie stimmen."
                            .to_owned(),
                    );
                } else if *waits {
                    says.push(
                        "Es wurde noch nichts entzogen. Bitte sehen Sie die Ergebnisse an, und wenden Sie sie an.".to_owned(),
                    );
                }
                Said {
                    subject: format!("Überprüfung abgeschlossen: {}", short(name)),
                    headline: format!("Die Überprüfung von „{thing}“ ist abgeschlossen."),
                    says,
                    way: &REVIEWED,
                }
            }
        }
    }
}
