use super::*;
use crate::tests::{id, user};
use model::access::{AssignmentType, EndReason, ResourceRole, Source};
use model::command::Secret;
use model::directory::Principal;
use model::{AssignmentId, GroupId, PackageAssignmentId, PackageId};
use std::collections::BTreeSet;

const NOW: Ts = Ts(1_000_000);

fn asked() -> SaveWebhook {
    SaveWebhook {
        webhook: None,
        version: 0,
        name: "Clean-up".into(),
        url: "https://hooks.example.com/access?key=k".into(),
        kinds: BTreeSet::from([MessageKind::RoleRemoved]),
        answering: None,
        secret: Some(Secret(format!("whsec_{}", "QUJD".repeat(11)))),
    }
}

fn made() -> Webhook {
    save(WebhookId(id(1)), None, &asked(), &[], NOW).unwrap().unwrap().0
}

#[test]
fn what_cannot_be_a_webhook_is_refused_at_its_field() {
    let refused = |change: fn(&mut SaveWebhook)| {
        let mut asked = asked();
        change(&mut asked);
        let refusal = save(WebhookId(id(1)), None, &asked, &[], NOW).unwrap_err();
        (refusal.code(), refusal.field().map(str::to_owned))
    };
    let at = |field: &str| Some(field.to_owned());
    assert_eq!(refused(|asked| asked.name = " ".into()), ("required", at("name")));
    assert_eq!(refused(|asked| asked.secret = None), ("required", at("secret")));
    assert_eq!(refused(|asked| asked.kinds.clear()), ("malformed", at("kinds[]")));
    for url in
        ["hooks.example.com", "ftp://hooks.example.com", "https://", "https:///x", "https://a@b/", "https://a/#b", "https://a b/"]
    {
        let mut asked = asked();
        asked.url = url.to_owned();
        let refusal = save(WebhookId(id(1)), None, &asked, &[], NOW).unwrap_err();
        assert_eq!((refusal.code(), refusal.field()), ("malformed", Some("url")), "{url}");
    }
    for secret in
        ["", "whsec_", "QUJD", "whsec_QUJD", "whsec_QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJ!", "whsec_QUJDQUJDQUJDQUJDQUJDQUJDQUJDQ==="]
    {
        assert!(check_secret(secret).is_err(), "{secret}");
    }
}

#[test]
fn a_name_is_given_once_and_what_somebody_else_saved_meanwhile_is_not_overwritten() {
    let there = made();
    let twice =
        save(WebhookId(id(2)), None, &SaveWebhook { name: "CLEAN-UP".into(), ..asked() }, std::slice::from_ref(&there), NOW);
    assert!(matches!(twice, Err(Refusal::NameTaken { .. })));
    let late = SaveWebhook { webhook: Some(there.id), version: 0, secret: None, ..asked() };
    assert_eq!(save(there.id, Some(&there), &late, std::slice::from_ref(&there), NOW), Err(Refusal::Stale));
    let full: Vec<Webhook> = (0..u128::try_from(WEBHOOKS_MAX).unwrap())
        .map(|n| Webhook { id: WebhookId(id(n + 10)), name: format!("No {n}"), ..made() })
        .collect();
    assert!(matches!(save(WebhookId(id(2)), None, &asked(), &full, NOW), Err(Refusal::Malformed { .. })));
}

#[test]
fn the_history_has_no_secret_and_nothing_after_the_question_mark() {
    let (there, action) = save(WebhookId(id(1)), None, &asked(), &[], NOW).unwrap().unwrap();
    let said = format!("{action:?}");
    assert!(said.contains("https://hooks.example.com/access") && !said.contains("key=k") && !said.contains("QUJD"), "{said}");
    let asked = SaveWebhook {
        webhook: Some(there.id),
        version: 1,
        url: "https://hooks.example.com/access?key=l".into(),
        secret: None,
        ..asked()
    };
    let (after, action) = save(there.id, Some(&there), &asked, std::slice::from_ref(&there), NOW).unwrap().unwrap();
    assert_eq!(after.version, 2);
    let Action::WebhookChanged { changes, .. } = action else { panic!("it was changed") };
    assert_eq!(changes, [Change { field: "Address, after ?".into(), before: String::new(), after: "Changed".into() }]);
    let same = SaveWebhook { version: 2, ..asked };
    assert_eq!(save(there.id, Some(&after), &same, std::slice::from_ref(&after), NOW), Ok(None));
}

#[test]
fn what_is_given_changed_and_taken_away_is_told_about_its_object_and_nothing_else_is() {
    let assignment = AssignmentId(id(7));
    let held = PackageAssignmentId(id(8));
    let (principal, role) = (Principal::User(user(1)), ResourceRole::GroupMember(GroupId(id(2))));
    let reason = EndReason::Expired;
    let started = Action::AssignmentStarted {
        assignment,
        principal,
        role,
        assignment_type: AssignmentType::Active,
        source: Source::Direct,
        starts_at: NOW,
        ends_at: None,
        words: String::new(),
        ticket: Default::default(),
    };
    let ended = Action::AssignmentEnded { assignment, principal, role, reason, words: String::new() };
    let changed = Action::AssignmentExtended { assignment, principal, role, from: None, to: None };
    let package = PackageId(id(3));
    let over = Action::PackageAssignmentEnded { assignment: held, package, holder: None, reason, words: String::new() };
    let longer = Action::PackageAssignmentExtended { assignment: held, package, from: None, to: None };
    let delivered = Action::RequestDelivered { assignment: held, ends_at: None };
    assert_eq!(told(&Action::RequestApproved, false), None);
    assert_eq!(told(&delivered, true), None, "that it lasts longer is told by another event");
    for (action, kind, object) in [
        (started, MessageKind::RoleGranted, assignment.0),
        (changed, MessageKind::RoleChanged, assignment.0),
        (ended, MessageKind::RoleRemoved, assignment.0),
        (delivered, MessageKind::PackageGranted, held.0),
        (longer, MessageKind::PackageChanged, held.0),
        (over, MessageKind::PackageRemoved, held.0),
    ] {
        assert_eq!(told(&action, false), Some((kind, object)));
    }
}

#[test]
fn only_a_good_answer_is_an_end_and_a_server_that_is_down_is_asked_again_as_a_whole() {
    let second = |seconds: i64| NOW + Span::seconds(seconds);
    let nothing = Came::Nothing("It is not there.".into());
    for (came, next) in [
        (Came::Status(200, None), Next::Told),
        (Came::Status(204, None), Next::Told),
        (Came::Status(301, None), Next::MessageWaits(second(10))),
        (Came::Status(400, None), Next::MessageWaits(second(10))),
        (Came::Status(404, None), Next::MessageWaits(second(10))),
        (Came::Status(410, None), Next::Gone),
        (Came::Status(429, None), Next::ServerWaits(second(20))),
        (Came::Status(429, Some(60)), Next::ServerWaits(second(60))),
        (Came::Status(503, Some(1)), Next::ServerWaits(second(20))),
        (Came::Status(503, Some(u64::MAX)), Next::ServerWaits(NOW + WAIT_MAX)),
        (nothing, Next::ServerWaits(second(20))),
        (Came::Unclear("It is no answer.".into()), Next::MessageWaits(second(10))),
        (Came::Broken("It broke.".into()), Next::MessageWaits(second(10))),
    ] {
        assert_eq!(after(&came, 2, 3, longest_wait(&made()), NOW), next, "{came:?}");
    }
}

#[test]
fn one_that_is_asked_is_tried_again_while_there_is_time_for_an_answer_whatever_its_server_asks_for() {
    use model::answering::{Answering, Silence};
    let waits = |minutes| Webhook { answering: Some(Answering { minutes, silence: Silence::GoesOn }), ..made() };
    for (minutes, seconds) in [(1, 15), (10, 150), (60, 900), (14 * 24 * 60, 24 * 3_600)] {
        assert_eq!(longest_wait(&waits(minutes)), Span::seconds(seconds), "{minutes} minutes");
    }
    let (longest, at) = (longest_wait(&waits(10)), NOW + Span::seconds(150));
    for (came, next) in [
        (Came::Status(429, Some(86_400)), Next::ServerWaits(at)),
        (Came::Status(503, None), Next::ServerWaits(at)),
        (Came::Nothing("It is not there.".into()), Next::ServerWaits(at)),
        (Came::Status(404, None), Next::MessageWaits(at)),
        (Came::Unclear("It is no answer.".into()), Next::MessageWaits(at)),
    ] {
        assert_eq!(after(&came, 50, 50, longest, NOW), next, "{came:?}");
    }
    assert_eq!(after(&Came::Nothing(String::new()), 1, 1, longest, NOW), Next::ServerWaits(NOW + Span::seconds(5)));
}

#[test]
fn each_kind_has_a_key_of_its_own() {
    for kind in MessageKind::TOLD.into_iter().chain([MessageKind::AnswerWanted]) {
        assert_eq!(MessageKind::from_key(kind.key()), Some(kind));
    }
    assert_eq!(MessageKind::from_key("everything"), None);
}

#[test]
fn a_webhook_that_is_asked_gets_questions_only_and_one_that_is_told_gets_none() {
    use model::answering::{Answering, Silence};
    let waits = |minutes| SaveWebhook { answering: Some(Answering { minutes, silence: Silence::Denies }), ..asked() };
    let refused = |asked: &SaveWebhook| save(WebhookId(id(1)), None, asked, &[], NOW).unwrap_err();
    assert_eq!(refused(&waits(0)).field(), Some("window"));
    let questions = SaveWebhook { kinds: BTreeSet::from([MessageKind::AnswerWanted]), ..asked() };
    assert_eq!(refused(&questions).field(), Some("kinds[]"));
    let (webhook, action) = save(WebhookId(id(1)), None, &waits(60), &[], NOW).unwrap().unwrap();
    assert_eq!(webhook.kinds, BTreeSet::from([MessageKind::AnswerWanted]), "whatever else was chosen");
    let Action::WebhookCreated { changes, .. } = action else { panic!("{action:?}") };
    let said: Vec<&str> = changes.iter().map(|change| change.after.as_str()).collect();
    assert!(said.contains(&"1 hour") && said.contains(&"The request is denied"), "{said:?}");
}
