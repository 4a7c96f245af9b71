//! The history: every event comes back as it was written, and the chain has no forks.

use crate::given::{NOW, attempt, held, id, membership, offer, person, role, team, wish};
use model::access::{AssignmentType, EndReason, ResourceRole};
use model::answering::{Question, Said, Silence};
use model::approval::{Part, Verdict};
use model::audit::{Filter, Format, Place};
use model::directory::Principal;
use model::event::{Action, Actor, Change, Event};
use model::import::{Ended, Numbers};
use model::review::{Counts, Decision};
use model::role_settings::{Privileged, Ticket};
use model::webhook::Replayed;
use model::{AccessTokenId, ApplicationId, EmergencyUseId, EventId, ImportId, ServicePrincipalId, Ts, WebhookId};
use store::events;
use testkit::both;

fn every_action() -> Vec<Action> {
    let found = model::alert::Found::AssignedOutside {
        assignment: model::AssignmentId(id(1)),
        principal: Principal::ServicePrincipal(ServicePrincipalId(id(2))),
        role: model::access::ResourceRole::GroupMember(team(1)),
    };
    let one = membership(1, 1, 1);
    let (series, review) = (model::ReviewSeriesId(id(6)), model::ReviewId(id(7)));
    let context = model::AuthenticationContextId(id(8));
    let (what, name) = (model::review::Reviewed::Group(team(1)), "Quarterly".to_owned());
    vec![
        Action::RequestSubmitted { name: "“🦆”".into(), beneficiary: person(1) },
        Action::StageOpened { stage: 0, part: Part::Fallback, asked: vec![person(1)], decide_by: NOW },
        Action::StageEscalated { stage: 0, asked: Vec::new() },
        Action::ApproversReminded { stage: 0, asked: Vec::new() },
        Action::StageDecided {
            stage: 0,
            verdict: Verdict::Deny,
            words: "a\u{1f}b\0c".into(),
            settles_stage: true,
            stood_in_for: None,
        },
        Action::StageExpired { stage: 0 },
        Action::ImportCreated { import: ImportId(id(1)), name: "Harbour".into(), changes: Vec::new() },
        Action::ImportChanged { import: ImportId(id(1)), name: "Harbour".into(), changes: Vec::new() },
        Action::ImportDeleted { import: ImportId(id(1)), name: "Harbour".into(), people: 7 },
        Action::ImportRan {
            import: ImportId(id(1)),
            name: "Harbour".into(),
            ended: Ended::Asks,
            numbers: Numbers { disabled: 3, ..Numbers::default() },
            why: "It would disable too many.".into(),
        },
        Action::MailChanged { changes: Vec::new() },
        Action::WebhookCreated { webhook: WebhookId(id(1)), name: "Clean-up".into(), changes: Vec::new() },
        Action::WebhookChanged { webhook: WebhookId(id(1)), name: "Clean-up".into(), changes: Vec::new() },
        Action::WebhookDeleted { webhook: WebhookId(id(1)), name: "Clean-up".into(), untold: 3 },
        Action::WebhookReplayed { webhook: WebhookId(id(1)), name: "Clean-up".into(), what: Replayed::Since(NOW) },
        Action::MessageGivenUp { webhook: WebhookId(id(1)), name: "Clean-up".into(), event: EventId(id(2)) },
        Action::WebhookAsked { webhook: WebhookId(id(1)), name: "Licences".into(), answer_by: NOW },
        Action::WebhookAnswered {
            webhook: WebhookId(id(1)),
            name: "Licences".into(),
            said: Said::Deny,
            words: "None left.".into(),
        },
        Action::WebhookSilent {
            webhook: WebhookId(id(1)),
            name: "Licences".into(),
            silence: Silence::Denies,
            question: Question::NotTaken,
        },
        Action::ApplicationCreated { application: ApplicationId(id(1)), name: "Ledger".into() },
        Action::ApplicationChanged { application: ApplicationId(id(1)), name: "Ledger".into(), changes: Vec::new() },
        Action::ApplicationDeleted { application: ApplicationId(id(1)), name: "Ledger".into() },
        Action::RequestApproved,
        Action::RequestScheduled { starts_at: Ts(i64::MAX) },
        Action::RequestCanceled { words: String::new() },
        Action::DeliveryStarted,
        Action::DeliveryFailed { reason: "gone".into() },
        Action::RequestPartlyDelivered,
        Action::RequestDelivered { assignment: held(1, 1, 1).id, ends_at: None },
        Action::PackageAssignmentEnded {
            assignment: held(1, 1, 1).id,
            package: offer(1),
            holder: Some(person(1)),
            reason: EndReason::Expired,
            words: String::new(),
        },
        Action::AssignmentStarted {
            assignment: one.id,
            principal: Principal::ServicePrincipal(ServicePrincipalId(id(5))),
            role: ResourceRole::DirectoryRole(role(1)),
            assignment_type: AssignmentType::Active,
            source: one.source,
            starts_at: NOW,
            ends_at: Some(NOW),
            words: "On call.".into(),
            ticket: Ticket { system: "Desk".into(), number: "CHG1".into() },
        },
        Action::AssignmentChanged {
            assignment: one.id,
            principal: one.principal,
            role: one.role,
            from: (NOW, None),
            to: (NOW, Some(NOW)),
            words: "Shorter.".into(),
        },
        Action::AssignmentEnded {
            assignment: one.id,
            principal: one.principal,
            role: one.role,
            reason: EndReason::Removed,
            words: String::new(),
        },
        Action::RoleActivated { assignment: one.id, ends_at: NOW },
        Action::TargetCreated { target: model::TargetId(id(9)), name: "Ledger".into(), changes: Vec::new() },
        Action::TargetChanged { target: model::TargetId(id(9)), name: "Ledger".into(), changes: Vec::new() },
        Action::TargetDeleted { target: model::TargetId(id(9)), name: "Ledger".into(), people: 2 },
        Action::TargetConfirmed {
            target: model::TargetId(id(9)),
            name: "Ledger".into(),
            user: person(1),
            given: vec!["Agent".into()],
            taken: Vec::new(),
        },
        Action::TargetDriftRemoved {
            target: model::TargetId(id(9)),
            name: "Ledger".into(),
            called: "stranger".into(),
            group: "Agents".into(),
        },
        Action::TargetAccessAdopted {
            target: model::TargetId(id(9)),
            name: "Ledger".into(),
            user: person(1),
            assignment: one.id,
            role: "Agent".into(),
            called: "lee".into(),
            group: "Agents".into(),
            ends_at: NOW,
            words: "Known.".into(),
        },
        Action::TargetRemovalAsked {
            target: model::TargetId(id(9)),
            name: "Ledger".into(),
            called: "stranger".into(),
            group: "Agents".into(),
            words: "Unknown.".into(),
        },
        Action::EmergencyUsed {
            used: EmergencyUseId(id(1)),
            user: person(1),
            told: vec![person(2)],
            instead: Vec::new(),
            review_by: NOW,
        },
        Action::EmergencyReviewed { used: EmergencyUseId(id(1)), user: person(1), words: "Fine.".into() },
        Action::EmergencyUseAllowed { used: EmergencyUseId(id(1)), user: person(1), words: "Once more.".into() },
        Action::EmergencyAccountMarked { user: person(1), reviewer: person(2) },
        Action::EmergencyAccountUnmarked { user: person(1) },
        Action::AlertTriggered { incident: model::AlertIncidentId(id(1)), what: found.clone() },
        Action::AlertResolved { incident: model::AlertIncidentId(id(1)), what: found.clone() },
        Action::AlertDismissed { incident: model::AlertIncidentId(id(1)), what: found.clone(), words: "Known.".into() },
        Action::AlertReopened { incident: model::AlertIncidentId(id(1)), what: found },
        Action::AlertSettingChanged { kind: model::alert::AlertKind::NoMultifactor, changes: Vec::new() },
        Action::TermsCreated { terms: model::TermsId(id(5)), name: "House rules".into() },
        Action::TermsChanged { terms: model::TermsId(id(5)), name: "House rules".into(), version: 2 },
        Action::TermsAccepted { terms: model::TermsId(id(5)), name: "House rules".into(), version: 2 },
        Action::AuthenticationContextCreated { context, name: "Desk".into(), changes: Vec::new() },
        Action::AuthenticationContextChanged { context, name: "Desk".into(), changes: Vec::new() },
        Action::AuthenticationContextDeleted { context, name: "Desk".into() },
        Action::RoleTemplateChanged { kind: model::role_settings::PrivilegedKind::GroupOwner, changes: Vec::new() },
        Action::RoleSettingsChanged { role: Privileged::DirectoryRole(role(1)), changes: Vec::new() },
        Action::PrivilegedAccessEnabled { group: team(1) },
        Action::PrivilegedAccessDisabled { group: team(1) },
        Action::UserCreated { user: person(1), name: "Alex".into() },
        Action::UserChanged {
            user: person(1),
            changes: vec![Change { field: "Name".into(), before: "a".into(), after: "b".into() }],
        },
        Action::UserDisabled { user: person(1) },
        Action::UserEnabled { user: person(1) },
        Action::PasswordChanged { user: person(1) },
        Action::AccessTokenMade {
            token: AccessTokenId(id(3)),
            name: "Entra".into(),
            scope: model::access_token::Scope::Scim,
            expires_at: NOW,
        },
        Action::AccessTokenRevoked { token: AccessTokenId(id(3)), name: "Entra".into() },
        Action::GroupCreated { group: team(1), name: "G".into() },
        Action::GroupChanged { group: team(1), changes: Vec::new() },
        Action::PackageCreated { package: offer(1), name: "P".into() },
        Action::SignedIn { user: person(1), how: "password".into(), address: "::1".into() },
        Action::SignInFailed { user: person(1), address: "::1".into() },
        Action::SignedOut { user: person(1) },
        Action::SignedOutByProvider { user: person(1), provider: model::ProviderId(id(71)), name: "H".into(), sessions: 2 },
        Action::ReviewCreated { series, of: what, name: name.clone() },
        Action::ReviewChanged { series, of: what, name: name.clone(), changes: Vec::new() },
        Action::ReviewDeleted { series, of: what, name: name.clone() },
        Action::ReviewStarted { series, review, of: what, name: name.clone(), rows: 3 },
        Action::ReviewStageStarted { series, review, of: what, name: name.clone(), stage: 1, rows: 2 },
        Action::ReviewRowsDecided {
            series,
            review,
            of: what,
            name: name.clone(),
            decision: Decision::Deny,
            rows: 2,
            accepted: true,
        },
        Action::ReviewersReminded { series, review, of: what, name: name.clone(), people: 2 },
        Action::ReviewRowsPassedOn {
            series,
            review,
            of: what,
            name: name.clone(),
            from: person(1),
            to: vec![person(2)],
            rows: 2,
        },
        Action::ReviewReset { series, review, of: what, name: name.clone(), rows: 2 },
        Action::ReviewStopped { series, review, of: what, name: name.clone(), stage_only: true },
        Action::ReviewSeriesStopped { series, of: what, name: name.clone() },
        Action::ReviewCompleted {
            series,
            review,
            of: what,
            name: name.clone(),
            counts: Counts { total: 3, ..Counts::default() },
        },
        Action::ReviewTriedAgain { series, review, of: what, name: name.clone(), rows: 1 },
        Action::ReviewApplied { series, review, of: what, name: name.clone(), removed: 1, not_removed: 1 },
        Action::ReviewSealed { series, review, of: what, name, rows: 1, digest: "9f86".into() },
        Action::AuditExported { place: Place::Group(team(1)), format: Format::Csv, filter: Filter::default() },
    ]
}

/// The n-th event; those of one instant are in the order of their ids.
fn event(n: u128, action: Action) -> Event {
    let actor = match n % 5 {
        0 => Actor::User(person(n)),
        1 => Actor::System,
        2 => Actor::Token(AccessTokenId(id(n))),
        3 => Actor::Import(ImportId(id(n))),
        _ => Actor::Console,
    };
    let at = NOW + model::Span(n as i64 / 4);
    Event {
        id: EventId(id(0xe000 + n)),
        at,
        actor,
        request: n.is_multiple_of(2).then_some(wish(1)),
        about: if n.is_multiple_of(5) { vec![person(9).0] } else { Vec::new() },
        action,
    }
}

pub fn all() -> Vec<Event> {
    (1..).zip(every_action()).map(|(n, action)| event(n, action)).collect()
}

both! {
    async fn every_event_comes_back_as_it_was_written(test: TestDb) {
        attempt(&test.db, async |link| events::insert(link, &all()).await).await.unwrap();
        let link = &mut test.db.read().await.unwrap();
        let of_request: Vec<Event> = all().into_iter().filter(|event| event.request.is_some()).collect();
        assert_eq!(events::of_request(link, wish(1)).await.unwrap(), of_request, "oldest first");
        assert!(events::of_request(link, wish(2)).await.unwrap().is_empty());
        for target in [person(1).0, person(9).0, team(1).0, offer(1).0, role(1).0, id(5)] {
            let expected: Vec<Event> = all().into_iter().filter(|event| event.targets().contains(&target)).collect();
            assert!(!expected.is_empty());
            assert_eq!(events::of_things(link, &[target]).await.unwrap(), expected, "oldest first");
        }
    }

    async fn the_stored_text_of_an_event_is_what_is_sealed(test: TestDb) {
        attempt(&test.db, async |link| events::insert(link, &all()).await).await.unwrap();
        let link = &mut test.db.begin().await.unwrap();
        let unsealed = events::unsealed(link, 5).await.unwrap();
        assert_eq!(unsealed.iter().map(|event| event.id).collect::<Vec<_>>(), all()[..5].iter().map(|event| event.id).collect::<Vec<_>>());
        for (unsealed, event) in unsealed.iter().zip(all()) {
            assert_eq!(serde_json::from_str::<Event>(&unsealed.document).unwrap(), event);
            assert_eq!((unsealed.at, unsealed.action.as_str(), unsealed.request_id), (event.at, event.action.code(), event.request));
            let actor = match event.actor {
                Actor::User(user) => user.0,
                Actor::System => events::SYSTEM,
                Actor::Console => events::CONSOLE,
                Actor::Token(token) => token.0,
                Actor::Import(import) => import.0,
            };
            assert_eq!(unsealed.actor_id, actor);
        }
        for (chain, event) in (1..).zip(&unsealed) {
            events::seal(link, &[(event.id, chain, vec![chain as u8; 32])]).await.unwrap();
        }
        // What is sealed stays sealed.
        events::seal(link, &[(unsealed[0].id, 99, b"forged".to_vec())]).await.unwrap();
        let sealed = events::chain(link, 0, 99).await.unwrap();
        assert_eq!(sealed.iter().map(|event| event.chain).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert_eq!(sealed.iter().map(|event| event.content()).collect::<Vec<_>>(), unsealed);
        assert_eq!(sealed[1].seal, [2; 32]);
        assert_eq!(events::chain(link, 2, 2).await.unwrap(), sealed[2..4]);
        assert_eq!(events::unsealed(link, 1).await.unwrap()[0].id, all()[5].id);
    }

    async fn the_chain_has_one_head_and_no_forks(test: TestDb) {
        attempt(&test.db, async |link| {
            events::insert(link, &all()).await?;
            assert_eq!(events::head(link).await?, None);
            events::start_chain(link, b"beginning").await?;
            events::start_chain(link, b"another").await?;
            assert_eq!(events::head(link).await?, Some((0, b"beginning".to_vec())));
            events::seal(link, &[(all()[0].id, 1, b"one".to_vec())]).await?;
            events::set_head(link, 1, b"one").await?;
            assert_eq!(events::head_now(link).await?, Some((1, b"one".to_vec())));
            Ok(())
        })
        .await
        .unwrap();
        let fork = attempt(&test.db, async |link| events::seal(link, &[(all()[1].id, 1, b"two".to_vec())]).await).await.unwrap_err();
        assert!(fork.is_duplicate(), "{fork}");
        let twice = attempt(&test.db, async |link| events::insert(link, &all()[..1]).await).await.unwrap_err();
        assert!(twice.is_duplicate(), "{twice}");
    }

    async fn two_sealers_take_turns(test: TestDb) {
        attempt(&test.db, async |link| {
            events::insert(link, &all()).await?;
            events::start_chain(link, b"").await
        })
        .await
        .unwrap();
        let second = test.second().await;
        let seal = async |db: store::Db| {
            for _ in 0..all().len() {
                attempt(&db, async |link| {
                    let (length, _) = events::head(link).await?.unwrap();
                    if let [event] = events::unsealed(link, 1).await?.as_slice() {
                        events::seal(link, &[(event.id, length + 1, b"seal".to_vec())]).await?;
                        events::set_head(link, length + 1, b"seal").await?;
                    }
                    Ok(())
                })
                .await
                .unwrap();
            }
        };
        tokio::join!(seal(test.db.clone()), seal(second.clone()));
        let link = &mut test.db.read().await.unwrap();
        let sealed = events::chain(link, 0, 99).await.unwrap();
        assert_eq!(sealed.iter().map(|event| event.id).collect::<Vec<_>>(), all().iter().map(|event| event.id).collect::<Vec<_>>());
        assert_eq!(events::head_now(link).await.unwrap().unwrap().0, all().len() as i64);
        second.close().await;
    }
}
