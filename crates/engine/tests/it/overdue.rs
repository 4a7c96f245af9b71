//! Access that a target has not confirmed: whoever waits for it is told, and what takes too long raises an alert.

use crate::privileged::eligible;
use crate::targets::Stage;
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::alert::{AlertKind, Severity};
use model::command::{Command, Done};
use model::directory::{PortalRole, Principal};
use model::limits::ALERT_OVERDUE_MAX;
use model::role_assignment::ActivateRole;
use model::role_settings::{Privileged, Ticket};
use model::target::Leavers;
use model::view::alert::Row;
use model::view::my_roles::{self, Kind, Tab};
use model::{AnyId, AssignmentId, GroupId, Span, UserId, query};
use testkit::target::Manner;
use testkit::{Person, both};

async fn found(stage: &Stage, kind: AlertKind) -> Vec<Row> {
    stage.morgan.asks(query::Alert { kind, after: None }).await.unwrap().rows
}

/// A group under privileged access that has the role of the application.
async fn guarded_group(stage: &Stage) -> GroupId {
    let group = stage.world.makes_group("Ledger clerks").await;
    stage.morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
    let given = Assignment {
        id: AssignmentId(stage.world.new_id()),
        principal: Principal::Group(group),
        role: ResourceRole::ApplicationRole(stage.application, stage.agent),
        assignment_type: AssignmentType::Active,
        source: Source::Direct,
        starts_at: stage.world.now(),
        ends_at: None,
        ended_at: None,
    };
    let mut link = stage.world.db().begin().await.unwrap();
    store::assignments::insert(&mut link, &given, stage.world.now()).await.unwrap();
    link.commit().await.unwrap();
    group
}

async fn groups(who: &Person, tab: Tab) -> Vec<my_roles::Row> {
    who.asks(query::MyRoles { kind: Kind::Groups, tab, after: None }).await.unwrap().rows
}

both! {
    async fn what_stays_and_what_is_missing_at_a_target_for_too_long_raises_alerts_that_end_by_themselves(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.world.letters_are_thrown_away();
        stage.peer.behaves(Manner::Fails(503));
        let alex = stage.gets("alex.new").await;
        stage.world.passes(Span::minutes(4)).await;
        assert!(found(&stage, AlertKind::DeliveryOverdue).await.is_empty(), "it is pending");
        stage.world.passes(Span::minutes(1)).await;
        let rows = found(&stage, AlertKind::DeliveryOverdue).await;
        assert_eq!((rows.len(), rows[0].name.as_str()), (1, "alex.new"));
        assert!(rows[0].what.contains("Waits for Agent at “Ledger”"), "{rows:?}");
        assert!(rows[0].open.as_ref().unwrap().0.ends_with(&stage.target.to_string()));
        assert!(stage.world.subjects_to("morgan").await.is_empty(), "nobody is written to about what is missing");
        stage.peer.behaves(Manner::Honest);
        stage.world.passes(Span::minutes(1)).await;
        assert!(found(&stage, AlertKind::DeliveryOverdue).await.is_empty(), "it is there");

        stage.peer.behaves(Manner::Fails(503));
        stage.gives_back(&alex).await;
        stage.world.passes(Span::minutes(4)).await;
        assert!(found(&stage, AlertKind::RemovalOverdue).await.is_empty());
        stage.world.passes(Span::minutes(1)).await;
        let rows = found(&stage, AlertKind::RemovalOverdue).await;
        assert!(rows.len() == 1 && rows[0].what.contains("Still has Agent at “Ledger”"), "{rows:?}");
        assert_eq!(stage.world.subjects_to("morgan").await, ["Alert (High)"]);
        assert_eq!(AlertKind::RemovalOverdue.severity(), Severity::High);
        stage.world.passes(Span::hours(3)).await;
        assert_eq!(stage.world.subjects_to("morgan").await.len(), 1, "the same is told once");
        stage.peer.behaves(Manner::Honest);
        stage.world.passes(Span::minutes(1)).await;
        assert!(found(&stage, AlertKind::RemovalOverdue).await.is_empty() && stage.there().is_empty());
        let told: Vec<_> = stage.world.history_about(stage.target.0).await.iter().map(|event| event.action.code()).collect();
        let count = |code: &str| told.iter().filter(|one| **one == code).count();
        assert_eq!((count("alert_triggered"), count("alert_resolved")), (2, 2), "{told:?}");
        stage.world.history_is_sound().await;
    }

    async fn a_refusal_is_an_alert_when_it_lasts_and_a_disabled_target_raises_none(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.peer.behaves(Manner::Refuses("bad.name"));
        stage.gets("bad.name").await;
        assert_eq!(stage.stands("bad.name").await.unwrap().0, "Overdue");
        assert!(found(&stage, AlertKind::DeliveryOverdue).await.is_empty(), "it is tried again within seconds");
        stage.world.passes(Span::minutes(5)).await;
        assert_eq!(found(&stage, AlertKind::DeliveryOverdue).await.len(), 1);
        let reader = stage.world.person("alex").await;
        stage.world.appoints(&reader, PortalRole::PrivilegedRoleAdministrator).await;
        let kind = AlertKind::DeliveryOverdue;
        let rows = reader.asks(query::Alert { kind, after: None }).await.unwrap().rows;
        assert_eq!(rows[0].open, None, "whoever sees no settings is not led there");
        let disable = Command::SetTargetEnabled { target: stage.target, enabled: false };
        stage.morgan.submits(disable).await.unwrap();
        stage.morgan.submits(Command::ScanAlerts).await.unwrap();
        assert!(found(&stage, kind).await.is_empty());
    }

    async fn an_activation_says_what_is_still_being_set_up_where_and_why(test: TestDb) {
        let stage = Stage::new(test).await;
        let group = guarded_group(&stage).await;
        let lee = stage.world.person("lee").await;
        let eligible = eligible(&stage.morgan, &lee, Privileged::GroupMember(group), None).await;
        stage.peer.behaves(Manner::Fails(503));
        let asked = ActivateRole {
            eligible,
            minutes: 60,
            starts_at: None,
            justification: "Month end.".into(),
            ticket: Ticket::default(),
            accepted: Vec::new(),
            emergency: false,
        };
        let Done::RoleActivated { request, .. } = lee.submits(Command::ActivateRole(asked)).await.unwrap() else { panic!() };
        stage.world.settle().await;
        for tab in [Tab::Eligible, Tab::Active] {
            let rows = groups(&lee, tab).await;
            let row = rows.iter().find(|row| row.name == "Ledger clerks").unwrap();
            assert_eq!(row.waits.len(), 1, "{row:?}");
            assert!(row.waits[0].contains(". It is tried again on "), "{row:?}");
            assert!(!row.waits[0].contains("not today"), "what the target answered is for administrators: {row:?}");
            assert!(rows.iter().filter(|row| row.name != "Ledger clerks").all(|row| row.waits.is_empty()), "{rows:?}");
        }
        let page = lee.asks(query::Request { request }).await.unwrap();
        assert_eq!((page.badge.word.as_str(), page.badge.tone.as_str()), ("Activated", "work"));
        assert!(page.summary.ends_with("It is still being set up in Ledger."), "{}", page.summary);
        assert!(page.targets[0].badge.word == "Pending" && page.targets[0].why.contains(". It is tried again on "), "{page:?}");
        let page = stage.morgan.asks(query::Request { request }).await.unwrap();
        assert!(page.targets[0].why.contains("not today"), "whoever sees how targets are set reads the cause: {page:?}");
        stage.world.passes(Span::minutes(5)).await;
        let rows = groups(&lee, Tab::Active).await;
        assert!(rows.iter().any(|row| row.waits.iter().any(|line| line.starts_with("Overdue in Ledger."))), "{rows:?}");
        stage.peer.behaves(Manner::Honest);
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!(stage.there(), ["lee"]);
        assert!(groups(&lee, Tab::Active).await.iter().all(|row| row.waits.is_empty()));
        let page = lee.asks(query::Request { request }).await.unwrap();
        assert_eq!((page.badge.tone.as_str(), page.targets[0].badge.word.as_str()), ("good", "Works now"));
        assert!(!page.summary.contains("set up"), "{}", page.summary);
        stage.world.passes(Span::hours(1)).await;
        assert!(stage.there().is_empty(), "it ends there, too");
    }

    async fn whoever_left_long_since_is_no_alert_when_the_target_is_down_while_everybody_is_looked_at(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        for leavers in [Leavers::Deactivate, Leavers::Keep] {
            stage.sets(|asked| asked.leavers = leavers).await;
            let alex = stage.gets(&format!("{}.new", leavers.key())).await;
            stage.gives_back(&alex).await;
            assert!(stage.there().is_empty());
            stage.peer.behaves(Manner::Fails(503));
            stage.reconciles().await;
            stage.world.passes(Span::minutes(6)).await;
            assert!(found(&stage, AlertKind::RemovalOverdue).await.is_empty(), "{leavers:?}: nothing of theirs is left there");
            stage.peer.behaves(Manner::Honest);
            stage.world.passes(Span::minutes(6)).await;
        }
    }

    async fn an_account_of_ours_that_still_works_without_any_access_is_an_alert(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.sets(|asked| asked.leavers = Leavers::Keep).await;
        stage.offers().await;
        let alex = stage.gets("alex.new").await;
        stage.gives_back(&alex).await;
        assert_eq!(stage.peer.accounts(), ["alex.new"]);
        stage.sets(|asked| asked.leavers = Leavers::Deactivate).await;
        stage.peer.behaves(Manner::Fails(503));
        stage.world.settle().await;
        stage.world.passes(Span::minutes(6)).await;
        assert_eq!(found(&stage, AlertKind::RemovalOverdue).await.len(), 1);
    }

    async fn thousands_who_agree_do_not_hide_the_one_whose_access_differs(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.peer.behaves(Manner::Fails(503));
        stage.gets("alex.new").await;
        let mut link = stage.world.db().begin().await.unwrap();
        let alex = store::users::by_name(&mut link, "alex.new").await.unwrap().unwrap().0;
        // Known at the target, and looked at in the same moment as everybody.
        let mut others = Vec::new();
        for n in 0..=u128::try_from(ALERT_OVERDUE_MAX).unwrap() {
            let (id, name) = (UserId(AnyId::from_u128(n + 1)), format!("other.{n}"));
            let other = rules::user::User { id, user_name: name.clone(), mail: format!("{name}@harbour.example"), ..alex.clone() };
            store::users::insert(&mut link, &other, None).await.unwrap();
            others.push(id);
        }
        store::delivery::look_at(&mut link, stage.target, &others, stage.world.now()).await.unwrap();
        link.commit().await.unwrap();
        stage.world.passes(Span::minutes(6)).await;
        let rows = found(&stage, AlertKind::DeliveryOverdue).await;
        assert_eq!((rows.len(), rows[0].name.as_str()), (1, "alex.new"), "{rows:?}");
    }
}
