//! Every letter is wholly in one language.

use crate::given::{about, at, dana, site_in, told};
use connect::render;
use model::Language;
use model::approval::Verdict::{Approve, Deny};
use model::ask_back::{Reply, ShorterTime};
use model::notice::{
    About, AboutReview, AboutRole, ByRule, Doer, Notice, Onward, Outcome, ReviewNews, RoleNews, RoleWeek, Value, Why,
};
use model::package::Lasts;
use model::proof::{Method, MethodChange, SignInMethod};
use model::request::{HowLong, Undelivered};
use model::role_settings::{Privileged, RoleEvent};
use model::{ReviewId, ReviewSeriesId, RoleId};
use std::collections::BTreeSet;

/// Words that every English letter has many of, and that no German word is spelt like.
const TELLTALE: &str = "about accept access administrators all and answer answered answers any approved are \
    asked asks be because been by canceled complete day days decide decided decision denied directory end ended ends \
    everything expired expires extend for from gave given has have hour hours how it its justification keep letter \
    long longer look minutes no nobody not of on open or package packages please proposed proposes question reason \
    reminder removed replies request requested requests rule second sent shorter somebody stage stands submitted \
    than that the they time to until waits were why with wrote you your";

/// What the buttons of pages are called: pages are in English.
const PAGES: [&str; 6] = ["„Access packages“", "„Active“", "„Extend“", "„My roles“", "„Expired assignments“", "„Renew“"];

/// Where a notice stands among all: the compiler asks here for a new one, and [`KINDS`] for an example.
fn kind(notice: &Notice) -> usize {
    match notice {
        Notice::Act { .. } => 0,
        Notice::Reminder { .. } => 1,
        Notice::AskedBack { .. } => 2,
        Notice::AnsweredBack { .. } => 3,
        Notice::Settled { .. } => 4,
        Notice::Approved { .. } => 5,
        Notice::Denied { .. } => 6,
        Notice::Canceled { .. } => 7,
        Notice::Expired { .. } => 8,
        Notice::AccessGranted { .. } => 9,
        Notice::AccessExtended { .. } => 10,
        Notice::EndsSoon { .. } => 11,
        Notice::AccessEnded { .. } => 12,
        Notice::DeliveryFailed { .. } => 13,
        Notice::ByRule { .. } => 14,
        Notice::Delegated { .. } => 15,
        Notice::RoleDigest { .. } => 16,
        Notice::Role { news, .. } => match news {
            RoleNews::Assigned { .. } => 17,
            RoleNews::Changed { .. } => 18,
            RoleNews::Activated { .. } => 19,
            RoleNews::EndsSoon { .. } => 20,
            RoleNews::Removed { .. } => 21,
            RoleNews::Deactivated => 22,
            RoleNews::Expired => 23,
            RoleNews::GroundEnded => 24,
        },
        Notice::EmergencyUsed { .. } => 25,
        Notice::AlertRaised { .. } => 26,
        Notice::MethodsChanged { .. } => 27,
        Notice::Review { news: ReviewNews::Asked { .. }, .. } => 28,
        Notice::Review { news: ReviewNews::Completed { .. }, .. } => 29,
        Notice::Review { news: ReviewNews::HandedOn { .. }, .. } => 30,
        Notice::Review { news: ReviewNews::Skipped { .. }, .. } => 31,
        Notice::Unanswered { .. } => 32,
        Notice::WentOn { .. } => 33,
        Notice::MailTested { .. } => 34,
        Notice::Review { news: ReviewNews::NotRemoved { .. }, .. } => 35,
    }
}

const KINDS: usize = 36;

/// Every letter in every form it has, with names and words that are in no language.
fn every_notice() -> Vec<Notice> {
    let x = "Xx".to_owned();
    let (until, by) = (at("2026-12-01T08:00:00Z"), Some(x.clone()));
    let plain = About {
        thing: x.clone(),
        requestor: x.clone(),
        justification: x.clone(),
        answers: vec![(x.clone(), String::new())],
        ..about()
    };
    let doer = Doer::InPlaceOf { name: x.clone(), of: x.clone() };
    let abouts = [
        plain.clone(),
        About { beneficiary: by.clone(), asked_back: Some((x.clone(), x.clone())), ..plain.clone() },
        About { justification: String::new(), lasts: Value::Typed(HowLong::Longer { minutes: 1501 }), ..plain.clone() },
        About { answers: Vec::new(), lasts: Value::Typed(HowLong::Gives(Lasts::Forever)), ..plain.clone() },
        About { lasts: Value::Typed(HowLong::Gives(Lasts::Until { at: until })), ..plain.clone() },
        About { lasts: Value::Typed(HowLong::Gives(Lasts::For { minutes: 0 })), ..plain.clone() },
        About { lasts: Value::Typed(HowLong::Approved { minutes: 43_200 }), is_role: true, ..plain },
    ];
    let proposals = [None, Some(ShorterTime::For { minutes: 1501 }), Some(ShorterTime::Until { at: until })];
    let reasons = [
        Undelivered::PackageGone,
        Undelivered::Incompatible,
        Undelivered::EndedBeforeExtension,
        Undelivered::LastsThatLong,
        Undelivered::GivenMeanwhile,
        Undelivered::OverBeforeStart,
    ];
    let mut all = Vec::new();
    for about in abouts {
        let about = || about.clone();
        let earlier = vec![told(1, "Xx", Approve, ""), told(1, "Xx", Deny, "Xx")];
        for onward in [Onward::Expires, Onward::Escalates(until), Onward::Escalated] {
            let earlier = earlier.clone();
            all.push(Notice::Act { about: about(), stage: 2, stages: 2, decide_by: until, earlier: earlier.clone(), onward });
            all.push(Notice::Reminder { about: about(), stage: 2, stages: 2, decide_by: until, earlier, onward });
        }
        for proposed in proposals.map(|proposed| proposed.map(Value::Typed)) {
            let (by, words, asked) = (doer.clone(), x.clone(), x.clone());
            let answer_by = until;
            all.push(Notice::AskedBack {
                about: about(),
                by: by.clone(),
                words: words.clone(),
                proposed: proposed.clone(),
                answer_by,
            });
            let replies: &[Reply] = if proposed.is_none() { &[Reply::Words] } else { &[Reply::Accept, Reply::Keep] };
            for reply in replies.iter().copied() {
                let (by, asked, words, proposed) = (by.clone(), asked.clone(), words.clone(), proposed.clone());
                all.push(Notice::AnsweredBack { about: about(), by, asked, proposed, reply, words, decide_by: until });
            }
        }
        let outcomes = [
            Outcome::Approved { decision: told(1, "Xx", Approve, "Xx"), stages: 2 },
            Outcome::Approved { decision: told(2, "Xx", Approve, ""), stages: 2 },
            Outcome::Denied { decision: told(1, "Xx", Deny, "Xx") },
            Outcome::Expired { stage: 1 },
            Outcome::Unanswered { name: x.clone() },
            Outcome::Canceled { by: by.clone(), words: x.clone() },
            Outcome::Canceled { by: Some("Yy".to_owned()), words: x.clone() },
            Outcome::Canceled { by: None, words: String::new() },
        ];
        all.extend(outcomes.map(|outcome| Notice::Settled { about: about(), outcome }));
        for words in [String::new(), x.clone()] {
            all.push(Notice::Unanswered { about: about(), name: x.clone() });
            all.push(Notice::WentOn { about: about(), name: x.clone() });
            all.push(Notice::Denied { about: about(), decision: told(1, "Xx", Deny, &words) });
            for by in [by.clone(), None] {
                all.push(Notice::Canceled { about: about(), by: by.clone(), words: words.clone() });
                for why in [
                    Why::Revoked { by: by.clone(), words: words.clone() },
                    Why::Removed { by, words: words.clone() },
                    Why::TimeOver,
                ] {
                    all.push(Notice::AccessEnded { about: about(), at: until, why: Value::Typed(why) });
                }
            }
        }
        all.push(Notice::Approved { about: about(), decisions: earlier });
        all.push(Notice::Approved { about: about(), decisions: Vec::new() });
        for stages in [1, 2] {
            all.push(Notice::Expired { about: about(), stage: 1, stages });
        }
        for ends_at in [None, Some(until)] {
            all.push(Notice::AccessGranted { about: about(), ends_at });
            all.push(Notice::AccessExtended { about: about(), ends_at });
        }
        for mine in [false, true] {
            let (used, reviewer) = (model::EmergencyUseId::default(), x.clone());
            all.push(Notice::EmergencyUsed { about: about(), used, reviewer, mine, review_by: until });
        }
        for extendable in [false, true] {
            all.push(Notice::EndsSoon { about: about(), ends_at: until, extendable });
        }
        all.extend(reasons.map(|reason| Notice::DeliveryFailed { about: about(), reason: Value::Typed(reason) }));
    }
    for what in [ByRule::Given, ByRule::EndsAt { at: until }, ByRule::Kept, ByRule::Ended { at: until }] {
        all.push(Notice::ByRule { package: x.clone(), what });
    }
    let about = |extra: &str| AboutReview {
        series: ReviewSeriesId::default(),
        review: ReviewId::default(),
        name: x.clone(),
        thing: x.clone(),
        due_at: until,
        extra: extra.to_owned(),
    };
    for (own, again) in [(false, false), (true, false), (false, true), (true, true)] {
        for rows in [1, 2] {
            all.push(Notice::Review { about: about(if own { &x } else { "" }), news: ReviewNews::Asked { rows, own, again } });
        }
    }
    for rows in [1, 2] {
        let news = ReviewNews::HandedOn { by: x.clone(), rows, words: x.clone() };
        all.push(Notice::Review { about: about(""), news });
        all.push(Notice::Review { about: about(""), news: ReviewNews::Skipped { rows } });
        all.push(Notice::Review { about: about(""), news: ReviewNews::NotRemoved { removed: 3, still_held: rows } });
    }
    for (held_back, waits) in [(false, false), (false, true), (true, true)] {
        let news = ReviewNews::Completed { approved: 3, denied: 2, not_reviewed: 1, held_back, waits };
        all.push(Notice::Review { about: about(""), news });
    }
    for kind in model::alert::AlertKind::ALL {
        all.extend([1, 2].map(|count| Notice::AlertRaised { kind, count, names: vec![x.clone()] }));
    }
    let role = Privileged::DirectoryRole(RoleId::default());
    for event in [RoleEvent::Eligible, RoleEvent::Active, RoleEvent::Activated] {
        for (ends_at, by) in [(None, None), (Some(until), by.clone())] {
            let words = by.clone().unwrap_or_default();
            let about = AboutRole { role, name: x.clone(), holder: x.clone(), event, starts_at: until, ends_at };
            let news = [
                RoleNews::Assigned { by: by.clone(), words: words.clone() },
                RoleNews::Changed { by: by.clone(), words: words.clone() },
                RoleNews::Activated { words: words.clone() },
                RoleNews::EndsSoon { at: until },
                RoleNews::Removed { by, words },
                RoleNews::Deactivated,
                RoleNews::Expired,
                RoleNews::GroundEnded,
            ];
            for mine in [true, false] {
                all.extend(news.iter().map(|news| Notice::Role { about: about.clone(), news: news.clone(), mine }));
            }
        }
    }
    for (count, roles) in [(0, 0), (1, 1), (7, 7)] {
        let top = vec![(x.clone(), count); roles];
        let week = RoleWeek { from: until, to: until, activated: count, permanent: count, assigned: count, outside: count, top };
        all.push(Notice::RoleDigest { week });
    }
    for method in [Method::Authenticator, Method::Passkey] {
        all.push(Notice::MethodsChanged { change: MethodChange::Added { method, name: x.clone() }, at: until });
        all.push(Notice::MethodsChanged { change: MethodChange::Removed { method, name: x.clone() }, at: until });
    }
    for left in [0, 1, 2] {
        all.push(Notice::MethodsChanged { change: MethodChange::RecoveryCodeUsed { left }, at: until });
    }
    for method in [SignInMethod::Authenticator, SignInMethod::Passkey, SignInMethod::Password] {
        let (name, by, words) = (x.clone(), x.clone(), x.clone());
        all.push(Notice::MethodsChanged { change: MethodChange::TakenAway { method, name, by, words }, at: until });
    }
    for by in [String::new(), x.clone()] {
        all.push(Notice::MethodsChanged { change: MethodChange::Reset { by, words: x.clone() }, at: until });
    }
    let (provider, called) = (x.clone(), x.clone());
    all.push(Notice::MethodsChanged { change: MethodChange::Linked { provider, called }, at: until });
    let (provider, called) = (x.clone(), x.clone());
    all.push(Notice::MethodsChanged { change: MethodChange::Unlinked { provider, called }, at: until });
    for change in [MethodChange::RecoveryCodesMade, MethodChange::PasswordChanged] {
        all.push(Notice::MethodsChanged { change, at: until });
    }
    all.push(Notice::MailTested { at: until });
    for packages in [Vec::new(), vec![x.clone()]] {
        all.push(Notice::Delegated { from: x.clone(), starts_at: until, ends_at: until, packages });
    }
    all
}

/// What somebody reads: subject, text, and the page without its markup.
fn read(language: Language, notice: &Notice) -> String {
    let letter = render(notice, &dana(), &site_in(language)).unwrap();
    let page = letter.html.split("<main>").nth(1).unwrap();
    let shown: Vec<&str> = page.split('<').filter_map(|piece| piece.split('>').nth(1)).collect();
    let text = letter.links.iter().fold(letter.text, |text, link| text.replace(link, ""));
    PAGES.iter().fold(format!("{}\n{text}\n{}", letter.subject, shown.join("\n")), |said, page| said.replace(page, "„Xx“"))
}

fn telltales(said: &str) -> BTreeSet<String> {
    let telltale: BTreeSet<&str> = TELLTALE.split_whitespace().collect();
    let words = said.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
    words.filter(|word| telltale.contains(word.as_str())).collect()
}

#[test]
fn every_kind_of_letter_is_among_them() {
    let kinds: BTreeSet<usize> = every_notice().iter().map(kind).collect();
    assert_eq!(kinds, (0..KINDS).collect());
}

#[test]
fn no_english_is_left_in_a_german_letter() {
    for notice in every_notice() {
        let german = read(Language::German, &notice);
        assert_eq!(telltales(&german), BTreeSet::new(), "{german}");
        let english = read(Language::English, &notice);
        assert!(telltales(&english).len() > 8, "these words do not tell English:\n{english}");
        assert!(!english.contains("Zugriff") && !english.contains("Sie "), "{english}");
    }
}

#[test]
fn sentences_are_whole() {
    for (notice, language) in every_notice().iter().flat_map(|notice| Language::ALL.map(|language| (notice, language))) {
        let said = read(language, notice);
        for slip in [" .", " ,", "..", "()", "„“", ": .", "{", "}"] {
            assert!(!said.contains(slip), "“{slip}” in\n{said}");
        }
    }
}

#[test]
fn a_letter_that_was_stored_in_words_is_read_and_said_in_them() {
    let stored = r#"{"notice":"answered_back","about":{"request":"019a0000-0000-7000-8000-000000000001","thing":"Payroll",
        "requestor":"Kim (for Alex)","justification":"","answers":[],"lasts":"4 hours from delivery","submitted_at":0},
        "by":"Robin for Sam","asked":"Less?","proposed":"2 hours","reply":"accept","words":"","decide_by":0}"#;
    let notice: Notice = serde_json::from_str(stored).unwrap();
    let text = render(&notice, &dana(), &site_in(Language::English)).unwrap().text;
    assert!(text.contains("\nHow long:     4 hours from delivery\n") && text.contains("\nRobin for Sam wrote:\n"), "{text}");
    assert!(text.starts_with("Kim (for Alex) accepts the shorter time for Payroll: 2 hours.\n"), "{text}");
}

#[test]
fn every_letter_is_stored_and_read_again_as_it_was() {
    for notice in every_notice() {
        let stored = serde_json::to_string(&notice).unwrap();
        assert_eq!(serde_json::from_str::<Notice>(&stored).unwrap(), notice, "{stored}");
    }
}
