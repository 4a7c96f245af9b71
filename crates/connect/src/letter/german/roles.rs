//! What letters about assignments of roles say in German.

use super::German;
use crate::letter::speech::{Said, Speech, Way, short};
use model::limits::RENEWAL_DAYS;
use model::notice::{AboutRole, RoleNews, RoleWeek};
use model::role_settings::RoleEvent;

const MINE: Way = Way {
    look: "Ihre Rollen ansehen",
    open: "Meine Rollen öffnen",
    because: "Es geht um eine Rolle, die Ihnen zugewiesen ist oder war.",
};
const OTHERS: Way = Way {
    look: "Zuweisungen der Rolle ansehen",
    open: "Zuweisungen öffnen",
    because: "Sie betreuen diese Rolle, oder ihre Einstellungen nennen Ihre Adresse.",
};
const DIGEST: Way = Way {
    look: "Rollen ansehen",
    open: "Rollen öffnen",
    because: "Sie betreuen Verzeichnisrollen und erhalten diese E-Mail einmal in der Woche.",
};

impl German {
    pub fn role(&self, about: &AboutRole, news: &RoleNews, mine: bool) -> Said {
        if mine { self.my_role(about, news) } else { self.others_role(about, news) }
    }

    /// To the holder.
    fn my_role(&self, about: &AboutRole, news: &RoleNews) -> Said {
        let role = &about.name;
        let mine = match about.event {
            RoleEvent::Eligible => format!("Ihre Berechtigung für „{role}“"),
            RoleEvent::Active => format!("Ihre Zuweisung von „{role}“"),
            RoleEvent::Activated => format!("Ihre Aktivierung von „{role}“"),
        };
        let (kind, headline, says) = match news {
            RoleNews::Assigned { by, .. } => {
                let by = somebody(by);
                let (kind, headline, how) = match about.event {
                    RoleEvent::Eligible => (
                        "Sie sind berechtigt",
                        format!("{by} hat Sie für „{role}“ berechtigt."),
                        "Sie aktivieren die Rolle, wenn Sie sie brauchen: Öffnen Sie „My roles“.",
                    ),
                    RoleEvent::Active | RoleEvent::Activated => (
                        "Ihnen zugewiesen",
                        format!("{by} hat Ihnen „{role}“ zugewiesen."),
                        "Sie haben die Rolle, ohne sie zu aktivieren.",
                    ),
                };
                (kind.to_owned(), headline, vec![how.to_owned(), self.ends(about)])
            }
            RoleNews::Changed { by, .. } => {
                ("Geändert".to_owned(), format!("{} hat {mine} geändert.", somebody(by)), vec![self.ends(about)])
            }
            RoleNews::Activated { .. } => {
                ("Aktiviert".to_owned(), format!("Sie haben „{role}“ aktiviert."), vec![self.ends(about)])
            }
            RoleNews::EndsSoon { at } => {
                let at = self.instant(*at);
                let more = "Wenn Sie die Rolle länger brauchen, bitten Sie darum: Öffnen Sie „My roles“ und wählen Sie „Extend“.";
                (format!("Endet am {at}"), format!("{mine} endet am {at}."), vec![more.to_owned()])
            }
            RoleNews::Removed { by, .. } => {
                let says = match about.event {
                    RoleEvent::Eligible => vec!["Was darauf aktiviert war, ist ebenfalls beendet.".to_owned()],
                    RoleEvent::Active | RoleEvent::Activated => Vec::new(),
                };
                ("Beendet".to_owned(), format!("{} hat {mine} beendet.", somebody(by)), says)
            }
            RoleNews::Deactivated => ("Deaktiviert".to_owned(), format!("Sie haben „{role}“ deaktiviert."), Vec::new()),
            RoleNews::Expired => {
                let says = match about.event {
                    RoleEvent::Activated => {
                        "Der Zeitraum war abgelaufen. Aktivieren Sie die Rolle erneut, wenn Sie sie brauchen.".to_owned()
                    }
                    RoleEvent::Eligible | RoleEvent::Active => format!(
                        "Der Zeitraum war abgelaufen. {RENEWAL_DAYS} Tage lang können Sie um Erneuerung bitten: Öffnen Sie „My roles“, dann „Expired assignments“, und wählen Sie „Renew“."
                    ),
                };
                ("Beendet".to_owned(), format!("{mine} ist beendet."), vec![says])
            }
            RoleNews::GroundEnded => {
                let says = "Die Berechtigung, auf der sie beruhte, ist beendet.";
                ("Beendet".to_owned(), format!("{mine} ist beendet."), vec![says.to_owned()])
            }
        };
        Said { subject: format!("{kind}: {}", short(role)), headline, says, way: &MINE }
    }

    /// To whoever looks after the role.
    fn others_role(&self, about: &AboutRole, news: &RoleNews) -> Said {
        let AboutRole { name: role, holder, .. } = about;
        let theirs = match about.event {
            RoleEvent::Eligible => format!("ie Berechtigung von {holder} für „{role}“"),
            RoleEvent::Active => format!("ie Zuweisung von „{role}“ an {holder}"),
            RoleEvent::Activated => format!("ie Aktivierung von „{role}“ durch {holder}"),
        };
        let (kind, headline, says) = match news {
            RoleNews::Assigned { by, .. } => {
                let by = somebody(by);
                let (kind, headline) = match about.event {
                    RoleEvent::Eligible => ("Berechtigt", format!("{by} hat {holder} für „{role}“ berechtigt.")),
                    RoleEvent::Active | RoleEvent::Activated => {
                        ("Zugewiesen", format!("{by} hat „{role}“ an {holder} zugewiesen."))
                    }
                };
                (kind.to_owned(), headline, vec![self.ends(about)])
            }
            RoleNews::Changed { by, .. } => {
                ("Geändert".to_owned(), format!("{} hat d{theirs} geändert.", somebody(by)), vec![self.ends(about)])
            }
            RoleNews::Activated { .. } => {
                ("Aktiviert".to_owned(), format!("{holder} hat „{role}“ aktiviert."), vec![self.ends(about)])
            }
            RoleNews::EndsSoon { at } => {
                let at = self.instant(*at);
                let more = format!("{holder} kann um mehr Zeit bitten. Sie können jederzeit ein anderes Ende festlegen.");
                (format!("Endet am {at}"), format!("D{theirs} endet am {at}."), vec![more])
            }
            RoleNews::Removed { by, .. } => {
                ("Beendet".to_owned(), format!("{} hat d{theirs} beendet.", somebody(by)), Vec::new())
            }
            RoleNews::Deactivated => {
                let says = "Sie endete vor ihrer Zeit.".to_owned();
                ("Deaktiviert".to_owned(), format!("{holder} hat „{role}“ deaktiviert."), vec![says])
            }
            RoleNews::Expired => {
                let says = match about.event {
                    RoleEvent::Activated => "Der Zeitraum war abgelaufen.".to_owned(),
                    RoleEvent::Eligible | RoleEvent::Active => {
                        format!("Der Zeitraum war abgelaufen. Sie kann {RENEWAL_DAYS} Tage lang erneuert werden.")
                    }
                };
                ("Beendet".to_owned(), format!("D{theirs} ist beendet."), vec![says])
            }
            RoleNews::GroundEnded => {
                let says = "Die Berechtigung, auf der sie beruhte, ist beendet.".to_owned();
                ("Beendet".to_owned(), format!("D{theirs} ist beendet."), vec![says])
            }
        };
        Said { subject: format!("{kind}: {}, {}", short(holder), short(role)), headline, says, way: &OTHERS }
    }

    fn ends(&self, about: &AboutRole) -> String {
        match about.ends_at {
            Some(at) => format!("Sie gilt bis zum {}.", self.instant(at)),
            None => "Sie ist unbefristet.".to_owned(),
        }
    }

    pub fn role_week(&self, week: &RoleWeek) -> Said {
        let people = if week.activated == 1 { "1 Person hat".to_owned() } else { format!("{} Personen haben", week.activated) };
        let made = if week.assigned == 1 { "1 Zuweisung".to_owned() } else { format!("{} Zuweisungen", week.assigned) };
        Said {
            subject: format!("Verzeichnisrollen dieser Woche: {people} aktiviert, {made}"),
            headline: format!(
                "Was vom {} bis zum {} mit Verzeichnisrollen geschah.",
                self.instant(week.from),
                self.instant(week.to)
            ),
            says: vec![
                format!("{people} eine Rolle aktiviert."),
                format!("Neu: {made} von Rollen, davon {} unbefristet.", week.permanent),
                outside(week.outside),
            ],
            way: &DIGEST,
        }
    }
}

/// Was an der Verwaltung privilegierter Zugriffe vorbei kam.
fn outside(n: i64) -> String {
    match n {
        0 => "Außerhalb der Verwaltung privilegierter Zugriffe wurde nichts zugewiesen.".to_owned(),
        1 => "1 Zuweisung entstand außerhalb der Verwaltung privilegierter Zugriffe; die Warnungen nennen sie, solange sie besteht."
            .to_owned(),
        n => format!("{n} Zuweisungen entstanden außerhalb der Verwaltung privilegierter Zugriffe; die Warnungen nennen sie, solange sie bestehen."),
    }
}

fn somebody(by: &Option<String>) -> &str {
    by.as_deref().unwrap_or("Jemand")
}
