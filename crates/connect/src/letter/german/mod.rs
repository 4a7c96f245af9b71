//! Letters in German. Pages are in English, so that their words stay as they are read there.

mod letters;
mod proof;
mod review;
mod roles;

use super::speech::{Facts, Labels, Said, Speech};
use model::approval::Verdict;
use model::ask_back::ShorterTime;
use model::notice::{Notice, Why};
use model::package::Lasts;
use model::request::{HowLong, Undelivered};
use model::time::Unit;
use model::{Span, Ts};

pub(super) struct German;

const LABELS: Labels = Labels {
    facts: Facts {
        about: "Umfang",
        decide_by: "Entscheidung bis",
        ended: "Beendet am",
        from: "Beginn",
        how_long: "Dauer",
        package: "Zugriffspaket",
        person: "Person",
        proposed: "Vorgeschlagen",
        requested_by: "Beantragt von",
        review: "Überprüfung",
        reviewed: "Zugriff auf",
        role: "Rolle",
        stage: "Stufe",
        submitted: "Eingereicht am",
        until: "Ende",
        why: "Grund",
        you_asked: "Beantragt",
    },
    all_requests: "Alle Anträge",
    answers: "Antworten",
    decided_so_far: "Bisherige Entscheidungen",
    decisions: "Entscheidungen",
    everything: "Alle Zugriffspakete",
    justification: "Begründung",
    most_standing: "Meiste unbefristete Zuweisungen und Berechtigungen",
    no_answer: "Keine Antwort.",
    no_reason: "Es wurde kein Grund angegeben.",
    question: "Die Frage",
    reason: "Angegebener Grund",
    permanent: "Unbefristet",
    replies: "Antworten auf diese E-Mail werden nicht gelesen.",
    requests_for: "Anträge auf",
    said_about_it: "Dazu wurde geschrieben",
};

const MONTHS: [&str; 12] =
    ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];

impl Speech for German {
    fn labels(&self) -> &'static Labels {
        &LABELS
    }

    fn say(&self, notice: &Notice, product: &str) -> Said {
        self.letter(notice, product)
    }

    fn instant(&self, at: Ts) -> String {
        let date = at.date_time();
        let month = MONTHS.get(at.month()).copied().unwrap_or_default();
        format!("{}. {month} {} Uhr UTC", date.format("%-d"), date.format("%Y, %H:%M"))
    }

    fn how_long(&self, how_long: HowLong) -> String {
        match how_long {
            HowLong::Gives(Lasts::Forever) => "Unbefristet".to_owned(),
            HowLong::Gives(Lasts::Until { at }) => format!("Bis {}", self.instant(at)),
            HowLong::Gives(Lasts::For { minutes }) => format!("{} ab Bereitstellung", span(minutes)),
            HowLong::For { minutes } => span(minutes),
            HowLong::Longer { minutes } => format!("{} länger", span(minutes)),
            HowLong::Approved { minutes } => format!("{} ab Genehmigung", span(minutes)),
        }
    }

    fn shorter(&self, shorter: ShorterTime) -> String {
        match shorter {
            ShorterTime::For { minutes } => span(minutes),
            ShorterTime::Until { at } => format!("bis {}", self.instant(at)),
        }
    }

    fn stage_of(&self, stage: usize, stages: usize) -> String {
        format!("{stage} von {stages}")
    }

    fn decided(&self, stage: usize, by: &str, verdict: Verdict) -> String {
        let decided = match verdict {
            Verdict::Approve => "genehmigt",
            Verdict::Deny => "abgelehnt",
        };
        format!("Stufe {stage}: {by} hat {decided}.")
    }

    fn in_place_of(&self, name: &str, of: &str) -> String {
        format!("{name} (in Vertretung von {of})")
    }

    fn for_another(&self, requestor: &str, beneficiary: &str) -> String {
        format!("{requestor} (für {beneficiary})")
    }

    fn wrote(&self, name: &str) -> String {
        format!("{name} schrieb")
    }

    fn asked_back(&self, question: &str) -> String {
        format!("Rückfrage: {question}")
    }

    fn no_justification(&self, requestor: &str) -> String {
        format!("{requestor} hat keine Begründung angegeben.")
    }

    fn why_ended(&self, why: &Why) -> String {
        match why {
            Why::Revoked { by: Some(by), words } => format!("{by} hatte den Zugriff genehmigt und hat ihn beendet. {words}"),
            Why::Revoked { by: None, words } => {
                format!("Eine Person, die den Zugriff genehmigt hatte, hat ihn beendet. {words}")
            }
            Why::Removed { by: Some(by), words } => format!("{by} hat den Zugriff beendet. {words}"),
            Why::Removed { by: None, words } => format!("Ein Administrator hat den Zugriff beendet. {words}"),
            Why::TimeOver => "Der Zeitraum war abgelaufen.".to_owned(),
        }
    }

    fn undelivered(&self, reason: Undelivered) -> String {
        let words = match reason {
            Undelivered::PackageGone => "Das Zugriffspaket gibt es nicht mehr.",
            Undelivered::Incompatible => "Der Zugriff ist mit etwas unvereinbar, das inzwischen zugewiesen ist.",
            Undelivered::EndedBeforeExtension => {
                "Der Zugriff war beendet, bevor er verlängert werden konnte. Bitte beantragen Sie ihn erneut."
            }
            Undelivered::LastsThatLong => "Der Zugriff besteht bereits so lange.",
            Undelivered::GivenMeanwhile => "Das Zugriffspaket wurde inzwischen auf anderem Weg zugewiesen.",
            Undelivered::EndedBeforeConfirmed => "Der Zugriff endete, bevor er überall bestätigt war.",
            Undelivered::EligibilityEnded => "Die Berechtigung war abgelaufen, bevor sie aktiviert werden konnte.",
            Undelivered::ActivatedMeanwhile => "Die Berechtigung wurde inzwischen auf anderem Weg aktiviert.",
            Undelivered::OverBeforeStart => "Das Ende des Zugriffs war erreicht, bevor er beginnen konnte.",
        };
        words.to_owned()
    }

    fn sent(&self, product: &str, recipient: &str) -> String {
        format!("{product} hat diese E-Mail an {recipient} gesendet.")
    }
}

/// A length of time: `4 Stunden`, `1 Tag 2 Stunden`.
fn span(minutes: u32) -> String {
    let units = |n: i64, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let said = Span::minutes(i64::from(minutes)).parts();
    let said = said.map(|(unit, n)| match unit {
        Unit::Day => units(n, "Tag", "Tage"),
        Unit::Hour => units(n, "Stunde", "Stunden"),
        Unit::Minute => units(n, "Minute", "Minuten"),
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { "weniger als eine Minute".to_owned() } else { said.join(" ") }
}
