//! The words of every letter, kept as snapshots.
//!
//! The file is long because every letter stands in it, and one against attacks on all of them.

use crate::given::{about, at, dana, mallory, site_in, told};
use connect::{Recipient, Rendered, Site, render};
use insta::assert_snapshot;
use model::approval::Verdict::{Approve, Deny};
use model::ask_back::{Reply, ShorterTime};
use model::notice::{About, AboutReview, ByRule, Doer, Notice, Onward, Outcome, ReviewNews, Value, Why};
use model::package::Lasts;
use model::proof::{Method, MethodChange, SignInMethod};
use model::request::{HowLong, Undelivered};
use model::{Language, ReviewId, ReviewSeriesId};

const APPROVALS: &str = "https://access.example.org/my-access/approvals/019a0000-0000-7000-8000-000000000001";
const REQUESTS: &str = "https://access.example.org/my-access/requests/019a0000-0000-7000-8000-000000000001";

fn write(notice: &Notice) -> Rendered {
    write_in(Language::English, notice)
}

fn write_in(language: Language, notice: &Notice) -> Rendered {
    render(notice, &dana(), &site_in(language)).unwrap()
}

/// Subject, text and HTML of a letter in every language, as files beside this one.
pub fn keep(name: &str, notice: &Notice, link: &str) {
    for language in Language::ALL {
        keep_in(language, name, notice, link);
    }
}

fn keep_in(language: Language, name: &str, notice: &Notice, link: &str) {
    let Rendered { subject, text, html, links, language: _ } = write_in(language, notice);
    assert_eq!(links, [link]);
    assert_eq!(text.lines().filter(|line| *line == link).count(), 1, "the text holds the link once");
    assert_eq!(html.matches("<a ").count(), 1, "the page holds one link");
    assert!(html.contains(&format!("<a href=\"{link}\"")));
    assert!(html.contains("<title>"));
    assert!(html.starts_with(&format!("<!doctype html>\n<html lang=\"{}\">", language.tag())), "{html}");
    let name = match language {
        Language::English => name.to_owned(),
        other => format!("{name}_{}", other.tag()),
    };
    assert_snapshot!(format!("{name}_text"), format!("Subject: {subject}\n\n{text}"));
    assert_snapshot!(format!("{name}_html"), html);
}

fn act(about: About) -> Notice {
    Notice::Act {
        about,
        stage: 2,
        stages: 2,
        decide_by: at("2026-11-24T09:30:00Z"),
        earlier: vec![told(1, "Robin", Approve, "Known outage.\nGo ahead."), told(1, "Sam", Approve, "")],
        onward: Onward::Expires,
    }
}

#[test]
fn act_says_what_to_decide_until_when_and_on_what_grounds() {
    keep("act", &act(about()), APPROVALS);
}

#[test]
fn act_of_a_single_stage_names_no_stage() {
    let bare = About { justification: " \n ".to_owned(), answers: Vec::new(), ..about() };
    let notice = Notice::Act {
        about: bare,
        stage: 1,
        stages: 1,
        decide_by: at("2026-11-24T09:30:00Z"),
        earlier: Vec::new(),
        onward: Onward::Expires,
    };
    keep("act_bare", &notice, APPROVALS);
}

#[test]
fn reminder_says_that_half_of_the_time_has_passed() {
    let notice = Notice::Reminder {
        about: about(),
        stage: 1,
        stages: 2,
        decide_by: at("2026-11-24T09:30:00Z"),
        earlier: Vec::new(),
        onward: Onward::Expires,
    };
    keep("reminder", &notice, APPROVALS);
}

#[test]
fn an_escalation_is_announced_and_who_is_asked_by_it_reads_that_it_was_forwarded() {
    let decide_by = at("2026-11-24T09:30:00Z");
    let onward = Onward::Escalates(at("2026-11-23T09:30:00Z"));
    let first = Notice::Act { about: about(), stage: 1, stages: 1, decide_by, earlier: Vec::new(), onward };
    keep("act_escalates", &first, APPROVALS);
    let reminder = Notice::Reminder { about: about(), stage: 1, stages: 1, decide_by, earlier: Vec::new(), onward };
    keep("reminder_escalates", &reminder, APPROVALS);
    let onward = Onward::Escalated;
    let further = Notice::Act { about: about(), stage: 1, stages: 1, decide_by, earlier: Vec::new(), onward };
    keep("act_escalated", &further, APPROVALS);
}

#[test]
fn asked_back_says_what_is_asked_and_until_when_the_decision_waits() {
    let answer_by = at("2026-11-24T09:30:00Z");
    let asked = |words: &str, proposed: Option<u32>| Notice::AskedBack {
        about: about(),
        by: Doer::InPlaceOf { name: "Robin".to_owned(), of: "Sam".to_owned() },
        words: words.to_owned(),
        proposed: proposed.map(|minutes| Value::Typed(ShorterTime::For { minutes })),
        answer_by,
    };
    keep("asked_back", &asked("Which mailbox?\nAnd since when?", None), REQUESTS);
    keep("asked_back_shorter", &asked("An hour is enough for a mailbox.", Some(60)), REQUESTS);
}

#[test]
fn answered_back_gives_both_texts_and_how_long_is_left() {
    let decide_by = at("2026-11-24T09:30:00Z");
    let answered = |reply, proposed: Option<u32>, words: &str| Notice::AnsweredBack {
        about: about(),
        by: "Robin".into(),
        asked: "Which mailbox?".to_owned(),
        proposed: proposed.map(|minutes| Value::Typed(ShorterTime::For { minutes })),
        reply,
        words: words.to_owned(),
        decide_by,
    };
    keep("answered_back", &answered(Reply::Words, None, "Support.\nSince Monday."), APPROVALS);
    keep("answered_back_accepted", &answered(Reply::Accept, Some(60), ""), APPROVALS);
    keep("answered_back_kept", &answered(Reply::Keep, Some(60), "It takes two."), APPROVALS);
}

#[test]
fn settled_says_who_ended_it_and_how() {
    let approved = |stage, stages| Outcome::Approved { decision: told(stage, "Robin", Approve, "Fine."), stages };
    let outcomes = [
        ("stage_approved", approved(1, 2)),
        ("approved", approved(2, 2)),
        ("denied", Outcome::Denied { decision: told(1, "Robin", Deny, "Not today.") }),
        ("expired", Outcome::Expired { stage: 1 }),
        ("unanswered", Outcome::Unanswered { name: "Licences".to_owned() }),
        ("canceled", Outcome::Canceled { by: Some("Alex".to_owned()), words: String::new() }),
        ("canceled_by_another", Outcome::Canceled { by: Some("Kim".to_owned()), words: "Alex has left.".to_owned() }),
    ];
    for (name, outcome) in outcomes {
        keep(&format!("settled_{name}"), &Notice::Settled { about: about(), outcome }, APPROVALS);
    }
}

#[test]
fn approved_names_those_who_approved() {
    let decisions = vec![told(1, "Robin", Approve, "Known outage."), told(2, "Sam", Approve, "")];
    keep("approved", &Notice::Approved { about: about(), decisions }, REQUESTS);
    keep("approved_by_nobody", &Notice::Approved { about: about(), decisions: Vec::new() }, REQUESTS);
}

#[test]
fn denied_gives_the_reason() {
    let decision = told(1, "Robin", Deny, "Use the break-glass account.\n\nAsk me how.");
    keep("denied", &Notice::Denied { about: about(), decision }, REQUESTS);
    let decision = told(1, "Robin", Deny, "");
    keep("denied_without_words", &Notice::Denied { about: about(), decision }, REQUESTS);
}

#[test]
fn unanswered_says_who_did_not_answer_and_that_one_may_ask_again() {
    keep("unanswered", &Notice::Unanswered { about: about(), name: "Licences".to_owned() }, REQUESTS);
}

#[test]
fn went_on_tells_administrators_which_check_did_not_happen() {
    keep("went_on", &Notice::WentOn { about: about(), name: "Licences".to_owned() }, REQUESTS);
}

#[test]
fn canceled_says_who_did_it_and_why() {
    let canceled = |words: &str| Notice::Canceled { about: about(), by: Some("Morgan".to_owned()), words: words.to_owned() };
    keep("canceled", &canceled("The incident is over."), REQUESTS);
    keep("canceled_without_words", &canceled(""), REQUESTS);
}

#[test]
fn access_extended_says_when_it_ends_now() {
    keep("access_extended", &Notice::AccessExtended { about: about(), ends_at: Some(at("2026-12-24T09:30:00Z")) }, REQUESTS);
    keep("access_extended_for_ever", &Notice::AccessExtended { about: about(), ends_at: None }, REQUESTS);
}

#[test]
fn ends_soon_says_how_to_keep_it_where_that_is_possible() {
    let soon = |extendable| Notice::EndsSoon { about: about(), ends_at: at("2026-12-24T09:30:00Z"), extendable };
    keep("ends_soon", &soon(false), REQUESTS);
    keep("ends_soon_extendable", &soon(true), REQUESTS);
}

#[test]
fn expired_says_what_to_do_now() {
    keep("expired", &Notice::Expired { about: about(), stage: 1, stages: 1 }, REQUESTS);
    keep("expired_in_a_stage", &Notice::Expired { about: about(), stage: 2, stages: 3 }, REQUESTS);
}

#[test]
fn access_granted_says_how_long_it_lasts() {
    let ends_at = Some(at("2026-11-24T13:30:00Z"));
    keep("access_granted", &Notice::AccessGranted { about: about(), ends_at }, REQUESTS);
    keep("access_granted_for_good", &Notice::AccessGranted { about: about(), ends_at: None }, REQUESTS);
}

#[test]
fn access_ended_says_when_and_why() {
    let ended = |why| Notice::AccessEnded { about: about(), at: at("2026-11-24T13:30:00Z"), why };
    let words = "Moved on.\nThanks.".to_owned();
    let by = Some("Morgan".to_owned());
    keep("access_ended_revoked", &ended(Value::Typed(Why::Revoked { by: by.clone(), words: words.clone() })), REQUESTS);
    keep("access_ended_removed", &ended(Value::Typed(Why::Removed { by, words })), REQUESTS);
    keep("access_ended_in_time", &ended(Value::Typed(Why::TimeOver)), REQUESTS);
    // Stored in words: said in them.
    keep_in(Language::English, "access_ended", &ended("The time it was given for has passed.".into()), REQUESTS);
    for (why, said, gesagt) in [
        (
            Why::Revoked { by: None, words: String::new() },
            "Somebody, who had approved it, ended it.",
            "Eine Person, die den Zugriff genehmigt hatte, hat ihn beendet.",
        ),
        (
            Why::Removed { by: None, words: String::new() },
            "An administrator ended it.",
            "Ein Administrator hat den Zugriff beendet.",
        ),
    ] {
        let notice = ended(Value::Typed(why));
        assert!(write(&notice).text.contains(&format!("\nWhy:          {said}\n")));
        assert!(write_in(Language::German, &notice).text.contains(&format!("\nGrund:            {gesagt}\n")));
    }
}

#[test]
fn delivery_failed_gives_the_reason() {
    let failed = |reason| Notice::DeliveryFailed { about: about(), reason };
    keep("delivery_failed_package_gone", &failed(Value::Typed(Undelivered::PackageGone)), REQUESTS);
    // Stored in words: said in them.
    let reason = "The package was deleted after the request was made.".into();
    keep_in(Language::English, "delivery_failed", &failed(reason), REQUESTS);
    let reasons = REASONS.map(|reason| write_in(Language::German, &failed(Value::Typed(reason))).text);
    let reasons: Vec<&str> = reasons.iter().flat_map(|text| text.lines()).filter(|line| line.starts_with("Grund:")).collect();
    assert_snapshot!("delivery_failed_reasons_de", reasons.join("\n"));
}

#[test]
fn emergency_used_says_who_went_without_approval_and_who_reviews_it() {
    let used = model::EmergencyUseId::default();
    let notice = |mine| Notice::EmergencyUsed {
        about: about(),
        used,
        reviewer: "Miriam".to_owned(),
        mine,
        review_by: at("2026-11-27T09:30:00Z"),
    };
    keep("emergency_used", &notice(false), "https://access.example.org/my-access");
    keep("emergency_used_to_review", &notice(true), &format!("https://access.example.org/my-access/emergency/{used}"));
}

#[test]
fn alert_raised_says_what_was_found_and_what_to_do_about_it() {
    let names = vec!["Lee, User Administrator".to_owned(), "Dana, Firewall operators, Member".to_owned()];
    let notice = Notice::AlertRaised { kind: model::alert::AlertKind::AssignedOutside, count: 2, names };
    keep("alert_raised", &notice, "https://access.example.org/admin/alerts/assigned_outside");
    // About what names nobody and nothing.
    let notice = Notice::AlertRaised { kind: model::alert::AlertKind::NobodyApproves, count: 1, names: Vec::new() };
    keep("alert_raised_unnamed", &notice, "https://access.example.org/admin/alerts/nobody_approves");
}

/// What letters about a review of a role say it is about.
fn about_review() -> AboutReview {
    AboutReview {
        series: ReviewSeriesId(model::AnyId::from_u128(0x019a_0000_0000_7000_8000_0000_0000_0001)),
        review: ReviewId(model::AnyId::from_u128(0x019a_0000_0000_7000_8000_0000_0000_0002)),
        name: "Administrators, quarterly".to_owned(),
        thing: "User Administrator".to_owned(),
        due_at: at("2026-12-01T08:00:00Z"),
        extra: "Ask Morgan\nif you are not sure.".to_owned(),
    }
}

const REVIEW: &str = "https://access.example.org/my-access/reviews/019a0000-0000-7000-8000-000000000002";

#[test]
fn a_reviewer_reads_what_is_to_be_decided_until_when_and_what_whoever_made_the_review_says() {
    let asked = |rows, own, again| Notice::Review { about: about_review(), news: ReviewNews::Asked { rows, own, again } };
    keep("review_asked", &asked(20, false, false), REVIEW);
    keep("review_asked_oneself", &asked(1, true, false), REVIEW);
    keep("review_reminder", &asked(3, false, true), REVIEW);
}

#[test]
fn whoever_is_asked_to_decide_for_another_reads_by_whom_how_much_and_why() {
    let news = ReviewNews::HandedOn { by: "Helga".to_owned(), rows: 2, words: "They work with you.".to_owned() };
    keep("review_handed_on", &Notice::Review { about: about_review(), news }, REVIEW);
}

#[test]
fn whoever_manages_a_review_reads_how_it_came_out_and_whether_something_waits() {
    let completed = |held_back, waits| Notice::Review {
        about: about_review(),
        news: ReviewNews::Completed { approved: 12, denied: 7, not_reviewed: 1, held_back, waits },
    };
    let link = "https://access.example.org/admin/reviews/019a0000-0000-7000-8000-000000000001?instance=019a0000-0000-7000-8000-000000000002";
    keep("review_completed", &completed(false, false), link);
    keep("review_held_back", &completed(true, true), link);
    let held = |still_held| Notice::Review { about: about_review(), news: ReviewNews::NotRemoved { removed: 6, still_held } };
    keep("review_not_removed", &held(2), link);
    keep("review_not_removed_one", &held(1), link);
    keep("review_skipped", &Notice::Review { about: about_review(), news: ReviewNews::Skipped { rows: 12 } }, link);
}

/// Each reason for which nothing is delivered.
const REASONS: [Undelivered; 6] = [
    Undelivered::PackageGone,
    Undelivered::Incompatible,
    Undelivered::EndedBeforeExtension,
    Undelivered::LastsThatLong,
    Undelivered::GivenMeanwhile,
    Undelivered::OverBeforeStart,
];

#[test]
fn what_is_asked_for_another_names_both_and_an_answer_to_a_question_is_read_by_those_who_come_later() {
    let asked_back = Some(("Which mailbox?".to_owned(), "Support.".to_owned()));
    let about = About { requestor: "Kim".to_owned(), beneficiary: Some("Alex".to_owned()), asked_back, ..about() };
    let by = Doer::InPlaceOf { name: "Robin".to_owned(), of: "Sam".to_owned() };
    let Notice::Act { mut earlier, decide_by, .. } = act(about.clone()) else { unreachable!("it is made so") };
    earlier[0].by = by;
    let onward = Onward::Expires;
    keep("act_for_another", &Notice::Act { about, stage: 2, stages: 2, decide_by, earlier, onward }, APPROVALS);
}

#[test]
fn how_long_something_lasts_is_said_in_each_language() {
    let until = at("2026-03-01T00:05:00Z");
    let minutes = |days: u32, hours: u32, minutes: u32| (days * 24 + hours) * 60 + minutes;
    let gives = |minutes| HowLong::Gives(Lasts::For { minutes });
    let table = [
        (HowLong::Gives(Lasts::Forever), "Until it is removed", "Unbefristet"),
        (HowLong::Gives(Lasts::Until { at: until }), "Until 1 Mar 2026, 00:05 UTC", "Bis 1. März 2026, 00:05 Uhr UTC"),
        (gives(minutes(0, 4, 0)), "4 hours from delivery", "4 Stunden ab Bereitstellung"),
        (gives(minutes(0, 1, 1)), "1 hour 1 minute from delivery", "1 Stunde 1 Minute ab Bereitstellung"),
        (gives(minutes(1, 2, 3)), "1 day 2 hours from delivery", "1 Tag 2 Stunden ab Bereitstellung"),
        (gives(0), "less than a minute from delivery", "weniger als eine Minute ab Bereitstellung"),
        (HowLong::Longer { minutes: minutes(30, 0, 5) }, "30 days longer", "30 Tage länger"),
    ];
    for (how_long, said, gesagt) in table {
        let about = About { lasts: Value::Typed(how_long), ..about() };
        let notice = Notice::Approved { about, decisions: Vec::new() };
        assert!(write(&notice).text.contains(&format!("How long:     {said}\n")), "{said}");
        assert!(write_in(Language::German, &notice).text.contains(&format!("Dauer:            {gesagt}\n")), "{gesagt}");
    }
    let proposed = Some(Value::Typed(ShorterTime::Until { at: until }));
    let (by, words) = (Doer::from("Robin"), String::new());
    let notice = Notice::AskedBack { about: about(), by, words, proposed, answer_by: until };
    assert!(write(&notice).html.contains("<dt>Proposed</dt><dd>until 1 Mar 2026, 00:05 UTC</dd>"));
    assert!(write_in(Language::German, &notice).html.contains("<dt>Vorgeschlagen</dt><dd>bis 1. März 2026, 00:05 Uhr UTC</dd>"));
}

#[test]
fn every_month_has_its_german_name() {
    let said = (1..=12).map(|month| {
        let ends_at = Some(at(&format!("2026-{month:02}-09T23:59:00Z")));
        let text = write_in(Language::German, &Notice::AccessGranted { about: about(), ends_at }).text;
        text.lines().find_map(|line| line.strip_prefix("Der Zugriff endet am ")).unwrap().to_owned()
    });
    let months = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(' ');
    let expected = months.map(|month| format!("9. {month} 2026, 23:59 Uhr UTC."));
    assert_eq!(said.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[test]
fn delegated_says_for_whom_until_when_and_about_what() {
    let (starts_at, ends_at) = (at("2026-11-24T00:00:00Z"), at("2026-12-01T00:00:00Z"));
    let link = "https://access.example.org/my-access/approvals?tab=delegation";
    let notice = |packages| Notice::Delegated { from: "Helga".to_owned(), starts_at, ends_at, packages };
    keep("delegated", &notice(Vec::new()), link);
    keep("delegated_some", &notice(vec!["Finance reporting".to_owned(), "Payroll".to_owned()]), link);
}

#[test]
fn by_rule_says_what_the_rule_did() {
    let at = at("2026-11-24T09:30:00Z");
    for (name, what, tab) in [
        ("by_rule_given", ByRule::Given, "active"),
        ("by_rule_ends", ByRule::EndsAt { at }, "active"),
        ("by_rule_kept", ByRule::Kept, "active"),
        ("by_rule_ended", ByRule::Ended { at }, "expired"),
    ] {
        let link = format!("https://access.example.org/my-access/packages?tab={tab}");
        keep(name, &Notice::ByRule { package: "Finance reporting".to_owned(), what }, &link);
    }
}

#[test]
fn whoever_it_concerns_is_told_that_their_methods_changed() {
    let at = at("2026-11-24T09:30:00Z");
    let security = "https://access.example.org/my-security";
    let (app, key, name) = (Method::Authenticator, Method::Passkey, "Key in the drawer".to_owned());
    for (file, change) in [
        ("method_added_app", MethodChange::Added { method: app, name: String::new() }),
        ("method_added_passkey", MethodChange::Added { method: key, name: name.clone() }),
        ("method_removed_app", MethodChange::Removed { method: app, name: String::new() }),
        ("method_removed_passkey", MethodChange::Removed { method: key, name }),
        ("recovery_codes_made", MethodChange::RecoveryCodesMade),
        ("recovery_code_used", MethodChange::RecoveryCodeUsed { left: 9 }),
        ("recovery_code_used_last", MethodChange::RecoveryCodeUsed { left: 0 }),
        ("methods_reset", MethodChange::Reset { by: "Morgan".to_owned(), words: "The telephone was stolen.".to_owned() }),
        (
            "method_taken_away",
            MethodChange::TakenAway {
                method: SignInMethod::Passkey,
                name: "Old telephone".to_owned(),
                by: "Morgan".to_owned(),
                words: "The telephone was stolen.".to_owned(),
            },
        ),
        (
            "password_taken_away",
            MethodChange::TakenAway {
                method: SignInMethod::Password,
                name: String::new(),
                by: String::new(),
                words: "Everybody signs in at the provider now.".to_owned(),
            },
        ),
        ("own_password_changed", MethodChange::PasswordChanged),
        ("account_linked", MethodChange::Linked { provider: "Harbour ID".to_owned(), called: "alex@id.example".to_owned() }),
        ("account_unlinked", MethodChange::Unlinked { provider: "Harbour ID".to_owned(), called: "alex@id.example".to_owned() }),
    ] {
        keep(file, &Notice::MethodsChanged { change, at }, security);
    }
}

#[test]
fn whoever_tests_the_mail_settings_gets_a_letter_that_asks_for_nothing() {
    let tested = Notice::MailTested { at: at("2026-11-24T09:30:00Z") };
    keep("mail_tested", &tested, "https://access.example.org/admin/settings/mail");
}

/// Every kind of letter, filled with attacks wherever there is room for words.
fn hostile() -> Vec<Notice> {
    let evil = mallory();
    let words = "<script>alert(2)</script>\nhttps://evil.example/w";
    let by = "Eve\r\nhttps://evil.example/e <script>alert(3)</script>";
    let decide_by = at("2026-11-24T09:30:00Z");
    let no = told(1, by, Deny, words);
    let yes = told(1, by, Approve, words);
    let settled = |outcome| Notice::Settled { about: evil.clone(), outcome };
    vec![
        Notice::ByRule { package: by.to_owned(), what: ByRule::EndsAt { at: decide_by } },
        Notice::MethodsChanged { change: MethodChange::Added { method: Method::Passkey, name: by.to_owned() }, at: decide_by },
        Notice::MethodsChanged { change: MethodChange::Reset { by: by.to_owned(), words: words.to_owned() }, at: decide_by },
        Notice::Act { about: evil.clone(), stage: 2, stages: 2, decide_by, earlier: vec![yes.clone()], onward: Onward::Expires },
        Notice::Reminder {
            about: evil.clone(),
            stage: 2,
            stages: 2,
            decide_by,
            earlier: vec![yes.clone()],
            onward: Onward::Expires,
        },
        Notice::AskedBack {
            about: evil.clone(),
            by: by.into(),
            words: words.to_owned(),
            proposed: Some(by.into()),
            answer_by: decide_by,
        },
        Notice::AnsweredBack {
            about: evil.clone(),
            by: by.into(),
            asked: words.to_owned(),
            proposed: Some(by.into()),
            reply: Reply::Keep,
            words: words.to_owned(),
            decide_by,
        },
        settled(Outcome::Approved { decision: yes.clone(), stages: 2 }),
        settled(Outcome::Approved { decision: yes.clone(), stages: 1 }),
        settled(Outcome::Denied { decision: no.clone() }),
        settled(Outcome::Expired { stage: 1 }),
        settled(Outcome::Unanswered { name: by.to_owned() }),
        settled(Outcome::Canceled { by: Some(by.to_owned()), words: words.to_owned() }),
        Notice::Approved { about: evil.clone(), decisions: vec![yes] },
        Notice::Denied { about: evil.clone(), decision: no },
        Notice::Unanswered { about: evil.clone(), name: by.to_owned() },
        Notice::WentOn { about: evil.clone(), name: by.to_owned() },
        Notice::Canceled { about: evil.clone(), by: Some(by.to_owned()), words: words.to_owned() },
        Notice::Expired { about: evil.clone(), stage: 1, stages: 2 },
        Notice::AccessGranted { about: evil.clone(), ends_at: None },
        Notice::AccessExtended { about: evil.clone(), ends_at: Some(decide_by) },
        Notice::EndsSoon { about: evil.clone(), ends_at: decide_by, extendable: true },
        Notice::AccessEnded { about: evil.clone(), at: decide_by, why: by.into() },
        Notice::EmergencyUsed {
            about: evil.clone(),
            used: model::EmergencyUseId::default(),
            reviewer: by.to_owned(),
            mine: true,
            review_by: decide_by,
        },
        Notice::AlertRaised {
            kind: model::alert::AlertKind::AssignedOutside,
            count: 1,
            names: vec![by.to_owned(), words.to_owned()],
        },
        Notice::Review {
            about: AboutReview { name: by.to_owned(), thing: by.to_owned(), extra: words.to_owned(), ..about_review() },
            news: ReviewNews::Asked { rows: 2, own: false, again: false },
        },
        Notice::DeliveryFailed { about: evil, reason: by.into() },
        Notice::Delegated { from: by.to_owned(), starts_at: decide_by, ends_at: decide_by, packages: vec![words.to_owned()] },
    ]
}

#[test]
fn no_words_become_a_header_a_line_of_ours_or_markup() {
    let eve = Recipient { name: "<b>Eve</b>\r\nBcc: x".to_owned(), address: "eve@example.org".to_owned() };
    for (notice, language) in hostile().iter().flat_map(|notice| Language::ALL.map(|language| (notice, language))) {
        let Rendered { subject, text, html, links, language: _ } = render(notice, &eve, &site_in(language)).unwrap();
        assert!(!subject.chars().any(char::is_control), "{subject:?}");
        assert!(!subject.contains('\u{202e}'), "{subject:?}");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        let own: Vec<_> = text.lines().filter(|line| line.starts_with("http")).collect();
        assert_eq!(own, links, "a line that looks like our link:\n{text}");
        for markup in ["<script", "<img", "<b>", "</blockquote><"] {
            assert!(!html.contains(markup), "{markup} in\n{html}");
        }
        assert_eq!(html.matches("<a ").count(), 1);
        assert_eq!(html.matches("https://access.example.org").count(), 1);
    }
}

#[test]
fn a_hostile_act_letter_is_shown_as_it_was_typed() {
    keep("act_hostile", &act(mallory()), APPROVALS);
}

#[test]
fn a_text_letter_does_not_escape_what_html_must() {
    let plain = About { thing: "R&D <east> \"lab\"".to_owned(), ..about() };
    let letter = write(&Notice::Expired { about: plain, stage: 1, stages: 1 });
    assert!(letter.text.contains("R&D <east> \"lab\""));
    assert_eq!(letter.subject, "Not decided in time: R&D <east> \"lab\"");
    assert!(!letter.html.contains("<east>"));
}

#[test]
fn long_names_do_not_push_the_rest_out_of_the_subject() {
    let long = About { thing: "é".repeat(120), requestor: "A ".repeat(60), ..about() };
    let subject = write(&act(long)).subject;
    assert!(subject.chars().count() < 250, "{subject}");
    assert!(subject.starts_with("Decide by 24 Nov 2026, 09:30 UTC: A A A "), "{subject}");
    assert!(subject.contains("… asks for é") && subject.ends_with("é…"), "{subject}");
}

#[test]
fn names_keep_the_joiners_they_are_written_with() {
    let joined =
        About { requestor: "نیم\u{200c}فاصله 👩\u{200d}🔬 \u{feff}\u{200b}A\u{2066}b".to_owned(), ..about() };
    assert!(write(&act(joined)).text.starts_with("نیم\u{200c}فاصله 👩\u{200d}🔬 Ab asks for "));
}

#[test]
fn a_slash_at_the_end_of_the_address_does_no_harm() {
    assert_eq!(Site::new("https://a.example//", Language::English).base_url, "https://a.example");
}
