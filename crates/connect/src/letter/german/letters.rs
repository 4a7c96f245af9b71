//! What each letter says in German.

use super::German;
use crate::letter::speech::{Said, Speech, Way, short};
use model::Ts;
use model::alert::{AlertKind, Severity};
use model::ask_back::Reply;
use model::notice::{ByRule, Notice, Onward, Outcome};

const DECIDE: Way = Way {
    look: "Antrag ansehen und entscheiden",
    open: "Ansehen und entscheiden",
    because: "Sie werden gefragt, weil Sie über diesen Antrag entscheiden dürfen.",
};
const WAS_ASKED: Way =
    Way { look: "Antrag ansehen", open: "Antrag öffnen", because: "Sie wurden gebeten, über diesen Antrag zu entscheiden." };
const ANSWER: Way =
    Way { look: "Frage beantworten", open: "Ansehen und antworten", because: "Sie haben diesen Antrag gestellt." };
const ACCEPT: Way = Way {
    look: "Die kürzere Dauer annehmen oder beim Antrag bleiben",
    open: "Ansehen und antworten",
    because: "Sie haben diesen Antrag gestellt.",
};
const FOLLOW: Way = Way { look: "Antrag verfolgen", open: "Antrag verfolgen", because: "Sie haben diesen Antrag gestellt." };
const ASKED: Way = Way { look: "Antrag ansehen", open: "Antrag öffnen", because: "Sie haben diesen Antrag gestellt." };
const HOLDS: Way = Way { look: "Antrag ansehen", open: "Antrag öffnen", because: "Es geht um Ihren Zugriff." };
const HELD: Way = Way { look: "Zugehörigen Antrag ansehen", open: "Antrag öffnen", because: "Es ging um Ihren Zugriff." };
const FAILED: Way = Way {
    look: "Antrag ansehen",
    open: "Antrag öffnen",
    because: "Sie haben diesen Antrag gestellt oder gehören zu den Administratoren.",
};
const WENT_ON: Way = Way { look: "Antrag ansehen", open: "Antrag öffnen", because: "Sie gehören zu den Administratoren." };
const REVIEWS: Way = Way {
    look: "Nutzung überprüfen",
    open: "Nutzung überprüfen",
    because: "Sie sind benannt, jede Nutzung dieses Kontos zu überprüfen.",
};
const TOLD: Way =
    Way { look: "Portal öffnen", open: "Portal öffnen", because: "Sie wären um eine Genehmigung gebeten worden." };
const ALERTED: Way = Way {
    look: "Warnung ansehen",
    open: "Warnung öffnen",
    because: "Sie betreuen privilegierte Rollen, und für diese Warnung sind E-Mails eingestellt.",
};
const TESTED: Way = Way {
    look: "E-Mail-Einstellungen ansehen",
    open: "E-Mail-Einstellungen öffnen",
    because: "Sie haben die E-Mail-Einstellungen getestet.",
};
const BY_RULE: Way = Way {
    look: "Ihre Zugriffspakete ansehen",
    open: "Zugriffspakete öffnen",
    because: "Die Regel eines Zugriffspakets weist es Personen mit bestimmten Attributen zu.",
};
const DELEGATE: Way =
    Way { look: "Vertretung ansehen", open: "Vertretung öffnen", because: "Sie wurden als Vertretung benannt." };

/// Who canceled what nobody in person did.
const SYSTEM: &str = "Das System";

impl German {
    pub fn letter(&self, notice: &Notice, product: &str) -> Said {
        match notice {
            Notice::Act { about, decide_by, onward, .. } => {
                let (who, thing, by) = (self.requestor(about), &about.thing, self.instant(*decide_by));
                let forwarded = if *onward == Onward::Escalated { "An Sie weitergeleitet: " } else { "" };
                Said {
                    subject: format!("{forwarded}Entscheidung bis {by}: {} beantragt {}", short(&who), short(thing)),
                    headline: format!("{who} beantragt „{thing}“. Bitte entscheiden Sie bis zum {by}."),
                    says: vec![self.onward(*onward, *decide_by)],
                    way: &DECIDE,
                }
            }
            Notice::Reminder { about, decide_by, onward, .. } => {
                let (who, thing, by) = (self.requestor(about), &about.thing, self.instant(*decide_by));
                let onward = self.onward(*onward, *decide_by);
                Said {
                    subject: format!("Erinnerung: Entscheidung bis {by}: {} beantragt {}", short(&who), short(thing)),
                    headline: format!(
                        "{who} wartet noch auf eine Entscheidung über „{thing}“. Bitte entscheiden Sie bis zum {by}."
                    ),
                    says: vec![format!("Die Hälfte der Entscheidungsfrist ist abgelaufen. {onward}")],
                    way: &DECIDE,
                }
            }
            Notice::AskedBack { about, by, proposed, answer_by, .. } => {
                let (by, thing) = (self.doer(by), &about.thing);
                let until = self.instant(*answer_by);
                let says = vec![format!("Die Entscheidungsfrist ruht, bis Sie antworten, längstens bis zum {until}.")];
                match proposed {
                    None => Said {
                        subject: format!("Eine Frage an Sie: {}", short(thing)),
                        headline: format!("{by} hat eine Frage zu Ihrem Antrag auf „{thing}“."),
                        says,
                        way: &ANSWER,
                    },
                    Some(proposed) => Said {
                        subject: format!("Kürzere Dauer vorgeschlagen: {}", short(thing)),
                        headline: format!("{by} schlägt für „{thing}“ eine kürzere Dauer vor: {}.", self.proposed(proposed)),
                        says,
                        way: &ACCEPT,
                    },
                }
            }
            Notice::AnsweredBack { about, proposed, reply, decide_by, .. } => {
                let (who, thing) = (self.requestor(about), &about.thing);
                let proposed = proposed.as_ref().map(|proposed| self.proposed(proposed)).unwrap_or_default();
                Said {
                    subject: format!("Beantwortet: Antrag von {} auf {}", short(&who), short(thing)),
                    headline: match reply {
                        Reply::Words => format!("{who} hat die Frage zu „{thing}“ beantwortet."),
                        Reply::Accept => format!("{who} nimmt die kürzere Dauer für „{thing}“ an: {proposed}."),
                        Reply::Keep => format!(
                            "{who} nimmt die kürzere Dauer für „{thing}“ nicht an ({proposed}). Es bleibt bei der beantragten Dauer."
                        ),
                    },
                    says: vec![format!(
                        "Die Entscheidungsfrist läuft weiter: Bitte entscheiden Sie bis zum {}.",
                        self.instant(*decide_by)
                    )],
                    way: &DECIDE,
                }
            }
            Notice::Settled { about, outcome } => {
                let (who, thing) = (self.requestor(about), &about.thing);
                let (ended, how) = self.settled(&who, thing, outcome);
                Said {
                    subject: format!("{ended}: Antrag von {} auf {}", short(&who), short(thing)),
                    headline: format!("Für Sie ist nichts mehr zu entscheiden: {how}."),
                    says: Vec::new(),
                    way: &WAS_ASKED,
                }
            }
            Notice::Approved { about, .. } => Said {
                subject: format!("Genehmigt: {}", short(&about.thing)),
                headline: format!("Ihr Antrag auf „{}“ wurde genehmigt.", about.thing),
                says: vec![format!(
                    "{product} stellt den Zugriff bereit und benachrichtigt die Person, die ihn erhält, sobald er besteht."
                )],
                way: &FOLLOW,
            },
            Notice::Denied { about, decision } => Said {
                subject: format!("Abgelehnt: {}", short(&about.thing)),
                headline: format!("{} hat Ihren Antrag auf „{}“ abgelehnt.", self.doer(&decision.by), about.thing),
                says: vec!["Der Antrag ist damit beendet, und niemand sonst wird gefragt.".to_owned()],
                way: &ASKED,
            },
            Notice::Unanswered { about, name } => Said {
                subject: format!("Abgelehnt: {}", short(&about.thing)),
                headline: format!(
                    "Ihr Antrag auf „{}“ wurde abgelehnt, weil {name} nicht rechtzeitig geantwortet hat.",
                    about.thing
                ),
                says: vec!["Wenn Sie den Zugriff weiterhin benötigen, stellen Sie bitte einen neuen Antrag.".to_owned()],
                way: &ASKED,
            },
            Notice::WentOn { about, name } => {
                let (who, thing) = (self.requestor(about), &about.thing);
                Said {
                    subject: format!("Nicht geprüft von {}: {} beantragt {}", short(name), short(&who), short(thing)),
                    headline: format!(
                        "{name} hat nicht rechtzeitig geantwortet, und der Antrag von {who} auf „{thing}“ lief ohne die Antwort weiter."
                    ),
                    says: vec![format!(
                        "So ist es eingestellt. Bitte prüfen Sie den Antrag, und warum {name} nicht geantwortet hat."
                    )],
                    way: &WENT_ON,
                }
            }
            Notice::Canceled { about, by, .. } => Said {
                subject: format!("Storniert: {}", short(&about.thing)),
                headline: format!("{} hat Ihren Antrag auf „{}“ storniert.", by.as_deref().unwrap_or(SYSTEM), about.thing),
                says: vec![
                    "Der Antrag ist damit beendet, und niemand wird mehr gefragt. Sie können einen neuen Antrag stellen."
                        .to_owned(),
                ],
                way: &ASKED,
            },
            Notice::Expired { about, stage, stages } => {
                let incomplete = format!("Stufe {stage} von {stages} wurde nicht innerhalb ihrer Frist abgeschlossen.");
                let again = "Wenn Sie den Zugriff weiterhin benötigen, stellen Sie bitte einen neuen Antrag.".to_owned();
                Said {
                    subject: format!("Nicht rechtzeitig entschieden: {}", short(&about.thing)),
                    headline: format!(
                        "Über Ihren Antrag auf „{}“ wurde nicht rechtzeitig entschieden, und er ist verfallen.",
                        about.thing
                    ),
                    says: if *stages > 1 { vec![incomplete, again] } else { vec![again] },
                    way: &ASKED,
                }
            }
            Notice::AccessGranted { about, ends_at } => Said {
                subject: format!("Sie haben jetzt Zugriff: {}", short(&about.thing)),
                headline: format!("Sie haben jetzt Zugriff: {}.", about.thing),
                says: vec![match ends_at {
                    Some(at) => format!("Der Zugriff endet am {}.", self.instant(*at)),
                    None => "Der Zugriff ist unbefristet.".to_owned(),
                }],
                way: &HOLDS,
            },
            Notice::AccessExtended { about, ends_at } => Said {
                subject: format!("Zugriff verlängert: {}", short(&about.thing)),
                headline: format!("Ihr Zugriff wurde verlängert: {}.", about.thing),
                says: vec![match ends_at {
                    Some(at) => format!("Er endet jetzt am {}.", self.instant(*at)),
                    None => "Er ist jetzt unbefristet.".to_owned(),
                }],
                way: &HOLDS,
            },
            Notice::EndsSoon { about, ends_at, extendable } => {
                let at = self.instant(*ends_at);
                let says = if *extendable {
                    "Bis dahin können Sie ihn ohne Unterbrechung verlängern: Öffnen Sie „Access packages“, dann „Active“, und wählen Sie „Extend“."
                } else {
                    "Er endet von selbst. Wenn Sie ihn danach noch benötigen, beantragen Sie ihn bitte erneut."
                };
                Said {
                    subject: format!("Zugriff endet am {at}: {}", short(&about.thing)),
                    headline: format!("Ihr Zugriff endet am {at}: {}.", about.thing),
                    says: vec![says.to_owned()],
                    way: &HOLDS,
                }
            }
            Notice::AccessEnded { about, .. } => Said {
                subject: format!("Zugriff beendet: {}", short(&about.thing)),
                headline: format!("Ihr Zugriff wurde beendet: {}.", about.thing),
                says: Vec::new(),
                way: &HELD,
            },
            Notice::DeliveryFailed { about, .. } => {
                let (who, thing) = (self.requestor(about), &about.thing);
                Said {
                    subject: format!("Nicht bereitgestellt: {}", short(thing)),
                    headline: format!(
                        "Der Antrag von {who} auf „{thing}“ wurde genehmigt, aber der Zugriff konnte nicht bereitgestellt werden."
                    ),
                    says: vec![format!("Diese E-Mail erhalten {who} und die Administratoren.")],
                    way: &FAILED,
                }
            }
            Notice::EmergencyUsed { about, reviewer, mine, review_by, .. } => {
                let (who, thing, by) = (self.requestor(about), &about.thing, self.instant(*review_by));
                Said {
                    subject: format!("Notfall: {} hat {} aktiviert", short(&who), short(thing)),
                    headline: format!("{who} hat „{thing}“ in einem Notfall ohne Genehmigung aktiviert."),
                    says: if *mine {
                        vec![
                            format!(
                                "Sie überprüfen diese Nutzung. Bitte klären Sie, wofür sie nötig war, und schließen Sie die Überprüfung bis zum {by} ab."
                            ),
                            "Das Konto kann eine Stunde lang verwendet werden und danach erst wieder, wenn die Überprüfung abgeschlossen ist, es sei denn, ein Administrator erlaubt es."
                                .to_owned(),
                        ]
                    } else {
                        vec![format!(
                            "{reviewer} überprüft die Nutzung bis zum {by}. Ein Administrator kann die Aktivierung sofort beenden."
                        )]
                    },
                    way: if *mine { &REVIEWS } else { &TOLD },
                }
            }
            Notice::AlertRaised { kind, count, names } => {
                let (name, why) = alert(*kind);
                let severity = match kind.severity() {
                    Severity::High => "hoch",
                    Severity::Medium => "mittel",
                    Severity::Low => "niedrig",
                };
                let new = if *count == 1 { "ein neuer Fall".to_owned() } else { format!("{count} neue Fälle") };
                // What some incidents are about is not for everybody who gets the letter.
                let found = (!names.is_empty()).then(|| format!("Gefunden: {}.", names.join("; ")));
                Said {
                    subject: format!("Warnung ({severity}): {name}"),
                    headline: format!("{name}: {new}."),
                    says: found.into_iter().chain([why.to_owned()]).collect(),
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
                subject: "Test der E-Mail-Einstellungen".to_owned(),
                headline: format!(
                    "Am {} wurden die E-Mail-Einstellungen getestet, und diese E-Mail ist angekommen.",
                    self.instant(*at)
                ),
                says: vec!["Andere E-Mails gehen denselben Weg. Sie müssen nichts tun.".to_owned()],
                way: &TESTED,
            },
            Notice::Delegated { from, ends_at, .. } => Said {
                subject: format!("Vertretung für {} bis {}", short(from), self.instant(*ends_at)),
                headline: format!("{from} bittet Sie, in Vertretung zu entscheiden."),
                says: vec![format!(
                    "Was {from} zur Entscheidung vorliegt, liegt auch Ihnen vor; eine Person von Ihnen beiden entscheidet. Über neue Anträge werden Sie per E-Mail informiert. Bei jeder Entscheidung stehen beide Namen. Über Ihre eigenen Anträge entscheiden Sie nie."
                )],
                way: &DELEGATE,
            },
        }
    }

    /// What becomes of a stage that nobody decides.
    fn onward(&self, onward: Onward, decide_by: Ts) -> String {
        let over = "verfällt der Antrag und muss neu gestellt werden.";
        match onward {
            Onward::Expires => format!("Wenn bis dahin niemand entscheidet, {over}"),
            Onward::Escalates(at) => format!(
                "Entscheidet bis zum {} niemand, werden weitere Personen gefragt. Entscheidet bis zum {} niemand, {over}",
                self.instant(at),
                self.instant(decide_by)
            ),
            Onward::Escalated => format!(
                "Die zuerst gefragten Personen haben nicht entschieden, deshalb werden auch Sie gefragt. Wenn bis dahin niemand entscheidet, {over}"
            ),
        }
    }

    /// In a word, and in a clause.
    fn settled(&self, who: &str, thing: &str, outcome: &Outcome) -> (String, String) {
        let request = format!("Antrag von {who} auf „{thing}“");
        match outcome {
            Outcome::Approved { decision, stages } if decision.stage < *stages => {
                let (by, stage) = (self.doer(&decision.by), decision.stage);
                let how = format!(
                    "{by} hat den {request} genehmigt, und Stufe {stage} von {stages} ist abgeschlossen. Nun wird die nächste Stufe gefragt"
                );
                (format!("Stufe {stage} von {stages} genehmigt"), how)
            }
            Outcome::Approved { decision, .. } => {
                ("Genehmigt".to_owned(), format!("{} hat den {request} genehmigt", self.doer(&decision.by)))
            }
            Outcome::Denied { decision } => {
                ("Abgelehnt".to_owned(), format!("{} hat den {request} abgelehnt", self.doer(&decision.by)))
            }
            Outcome::Expired { stage } => (
                "Verfallen".to_owned(),
                format!("Der {request} ist verfallen, weil über Stufe {stage} nicht rechtzeitig entschieden wurde"),
            ),
            Outcome::Unanswered { name } => {
                ("Abgelehnt".to_owned(), format!("Der {request} wurde abgelehnt, weil {name} nicht rechtzeitig geantwortet hat"))
            }
            Outcome::Canceled { by: Some(by), .. } if by == who => {
                ("Zurückgezogen".to_owned(), format!("{by} hat den Antrag auf „{thing}“ zurückgezogen"))
            }
            Outcome::Canceled { by, .. } => {
                ("Storniert".to_owned(), format!("{} hat den {request} storniert", by.as_deref().unwrap_or(SYSTEM)))
            }
        }
    }

    /// In the subject, in the headline, and what follows.
    fn by_rule(&self, what: ByRule) -> (String, String, String) {
        let (subject, headline, says) = match what {
            ByRule::Given => (
                "Sie haben jetzt Zugriff",
                "Sie haben jetzt Zugriff",
                "Sie mussten ihn nicht beantragen: Ihre Angaben im Verzeichnis erfüllen die Regel dieses Zugriffspakets. Der Zugriff besteht, solange das so ist.",
            ),
            ByRule::EndsAt { at } => {
                let at = self.instant(at);
                let says = "Sie hatten ihn, weil Ihre Angaben im Verzeichnis die Regel dieses Zugriffspakets erfüllten. Das ist nicht mehr der Fall. Wenn Angaben nicht stimmen, wenden Sie sich bitte vor diesem Zeitpunkt an die Stelle, die Ihren Eintrag im Verzeichnis pflegt.";
                return (format!("Zugriff endet am {at}"), format!("Ihr Zugriff endet am {at}"), says.to_owned());
            }
            ByRule::Kept => (
                "Sie behalten Ihren Zugriff",
                "Sie behalten Ihren Zugriff",
                "Ihre Angaben im Verzeichnis erfüllen die Regel dieses Zugriffspakets wieder. Das angekündigte Ende gilt nicht mehr.",
            ),
            ByRule::Ended { at } => {
                let says = format!(
                    "Ihre Angaben im Verzeichnis erfüllen die Regel dieses Zugriffspakets nicht mehr. Der Zugriff endete am {}.",
                    self.instant(at)
                );
                return ("Zugriff beendet".to_owned(), "Ihr Zugriff wurde beendet".to_owned(), says);
            }
        };
        (subject.to_owned(), headline.to_owned(), says.to_owned())
    }
}

/// What an alert is called, and why it matters.
fn alert(kind: AlertKind) -> (&'static str, &'static str) {
    match kind {
        AlertKind::AssignedOutside => (
            "Rollen werden außerhalb der Verwaltung privilegierter Zugriffe zugewiesen",
            "Wer eine Rolle an den Regeln vorbei bekommen hat, hält sie ohne Antrag, Grenze und Begründung. Entfernen Sie, was niemand erklären kann, und machen Sie den Rest aktivierbar.",
        ),
        AlertKind::EmergencyUnreviewed => (
            "Eine Nutzung des Notfallzugriffs wurde nicht rechtzeitig überprüft",
            "Jemand hat eine Rolle ohne Genehmigung aktiviert, und niemand hat das in der vorgesehenen Zeit angesehen. Überprüfen Sie die Nutzung.",
        ),
        AlertKind::RemovalOverdue => (
            "Beendeter Zugriff besteht in einer Anwendung noch",
            "Jemand behält Rechte, die nicht mehr zustehen: Der Zugriff ist hier beendet, und die Anwendung hat nicht bestätigt, dass er dort weg ist. Es wird ohne Ende weiter versucht; sehen Sie beim Ziel nach, warum, oder entziehen Sie den Zugriff dort von Hand.",
        ),
        AlertKind::DeliveryOverdue => (
            "Erteilter Zugriff ist in einer Anwendung nicht angekommen",
            "Jemand hat Zugriff bekommen und wartet darauf: Die Anwendung hat ihn nicht bestätigt. Es wird ohne Ende weiter versucht; sehen Sie beim Ziel nach, warum.",
        ),
        AlertKind::LockedOut => (
            "Eine Rolle, die alle anderen verwaltet, kann niemand aktivieren",
            "Jemand könnte die Rolle aktivieren, und außer dieser Person ist niemand mehr da, der das genehmigt, ohne selbst erst eine solche Rolle zu brauchen: Die Regel einer Gruppe oder der Lauf der Zeit hat die letzte Person genommen. Benennen Sie in den Einstellungen andere, die genehmigen, oder holen Sie jemanden zurück.",
        ),
        AlertKind::NobodyDecides => (
            "Anträge, über die niemand entscheiden kann",
            "Alle, die entscheiden sollten, oder alle bis auf zu wenige für die nötigen Genehmigungen sind gesperrt, nicht mehr in der Gruppe oder haben schon entschieden; der Antrag verfällt. Holen Sie jemanden zurück, der entscheidet, oder brechen Sie den Antrag ab und benennen Sie Ersatz, bevor er neu gestellt wird.",
        ),
        AlertKind::NobodyApproves => (
            "Richtlinien, unter denen niemand genehmigen kann",
            "Von denen, die die Richtlinie benennt, sind zu wenige übrig, wer auch immer fragt: Jeder Antrag wird gleich abgelehnt, und niemand bekommt das Paket. Benennen Sie in der Richtlinie andere oder Ersatz, oder schalten Sie sie ab.",
        ),
        AlertKind::StaleAccounts => (
            "Möglicherweise verwaiste Konten in einer privilegierten Rolle",
            "Ein Konto, das niemand nutzt, vermisst niemand, wenn es gestohlen wird. Entfernen Sie seine Rollen, oder sperren Sie es.",
        ),
        AlertKind::UnusedRoles => (
            "Administratoren nutzen ihre privilegierten Rollen nicht",
            "Wer eine Rolle nicht aktiviert, braucht sie nicht. Entfernen Sie die Zuweisung.",
        ),
        AlertKind::TooManyGlobalAdministrators => (
            "Zu viele globale Administratoren",
            "Jeder globale Administrator darf alles. Geben Sie denen, die das nicht brauchen, engere Rollen.",
        ),
        AlertKind::ActivatedTooOften => (
            "Rollen werden zu häufig aktiviert",
            "Viele Aktivierungen in kurzer Zeit können von jemand anderem sein, oder die Dauer reicht für die Arbeit nicht. Fragen Sie nach, oder erlauben Sie längere Aktivierungen.",
        ),
        AlertKind::NoMultifactor => (
            "Rollen verlangen zur Aktivierung keine Mehrfaktor-Authentifizierung",
            "Eine gestohlene Sitzung oder ein gestohlenes Kennwort genügt, um die Rolle zu aktivieren. Verlangen Sie Mehrfaktor-Authentifizierung oder einen Passkey.",
        ),
    }
}
