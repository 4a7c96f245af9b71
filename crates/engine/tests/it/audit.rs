//! The sealed history: whatever is altered, removed or moved is found, and the first wrong place is named.

use crate::given::{gets_admin, one_stage};
use engine::AuditReport;
use engine::audit::{Anchor, AuditFault};
use model::Span;
use testkit::{World, both};

/// A world in which something happened.
async fn eventful(test: testkit::TestDb) -> World {
    let world = World::demo(test).await;
    let [alex, emma, helga] = world.people(["alex", "emma", "helga"]).await;
    gets_admin(&world, &alex).await;
    one_stage(&world, "Denied", &[&helga]).await;
    let request = emma.requests("Denied").because("Please.").await.unwrap();
    helga.denies(request, "No.").await.unwrap();
    world.passes(Span::hours(4)).await;
    world
}

/// Runs SQL as somebody with the database's password could, and checks the history after it.
async fn forged(world: &World, sql: &str) -> AuditReport {
    let mut link = world.db().begin().await.unwrap();
    store::events::forge(&mut link, sql).await.unwrap();
    link.commit().await.unwrap();
    world.engine().verify_audit().await.unwrap()
}

fn altered_at(report: &AuditReport, place: i64) {
    assert!(matches!(&report.fault, Some(AuditFault::Altered { place: at, .. }) if *at == place), "place {place}: {report}");
    assert_eq!(report.sound, place - 1, "everything before is sound");
    assert!(report.to_string().contains(&format!("number {place} ")), "{report}");
}

both! {
    async fn the_history_is_sound_after_a_day_of_work(test: TestDb) {
        let world = eventful(test).await;
        world.history_is_sound().await;
        let report = world.engine().verify_audit().await.unwrap();
        assert!(report.to_string().starts_with("The history is sound"), "{report}");
        world.restart();
        world.settle().await;
        assert_eq!(world.engine().verify_audit().await.unwrap(), report);
    }

    async fn altering_any_column_of_any_event_is_found_at_its_place(test: TestDb) {
        let world = eventful(test).await;
        let length = world.engine().verify_audit().await.unwrap().sound;
        let columns = [
            ("document", "document || ' '"),
            ("document", "replace(document, '\"at\"', '\"At\"')"),
            ("at", "at + 1"),
            ("action", "action || 's'"),
            ("outcome", "case outcome when 'failure' then 'success' else 'failure' end"),
            ("actor_id", "(select id from users where user_name_key = 'viktor')"),
            ("request_id", "(select id from users where user_name_key = 'viktor')"),
            ("id", "(select id from users where user_name_key = 'viktor')"),
            ("seal", "(select o.seal from events o where o.chain = (events.chain % 7) + 8)"),
        ];
        for (column, value) in columns {
            for place in [1, 2, length / 2, length - 1, length] {
                // Each place is put back, so that one forgery does not hide the next.
                let kept = format!("create table kept as select * from events where chain = {place}");
                let mut link = world.db().begin().await.unwrap();
                store::events::forge(&mut link, &kept).await.unwrap();
                if column == "id" {
                    let targets =
                        "create table kept_targets as select * from event_targets where event_id = (select id from kept);
                         delete from event_targets where event_id = (select id from kept);";
                    store::events::forge(&mut link, targets).await.unwrap();
                }
                link.commit().await.unwrap();
                let report = forged(&world, &format!("update events set {column} = {value} where chain = {place}")).await;
                altered_at(&report, place);
                let mut back =
                    format!("update events set {column} = (select {column} from kept) where chain = {place}; drop table kept;");
                if column == "id" {
                    back.push_str("insert into event_targets select * from kept_targets; drop table kept_targets;");
                }
                assert!(forged(&world, &back).await.is_sound(), "{column} at {place} is put back");
            }
        }
    }

    async fn the_index_of_events_cannot_be_changed_unnoticed(test: TestDb) {
        let world = eventful(test).await;
        let sealed = "(select id from events where chain = 3)";
        let target = format!("(select target_id from event_targets where event_id = {sealed} limit 1)");
        for forgery in [
            format!("delete from event_targets where event_id = {sealed} and target_id = {target}"),
            format!("insert into event_targets select e.id, e.at, e.id from events e where e.id = {sealed}"),
            format!("update event_targets set at = at + 1 where event_id = {sealed} and target_id = {target}"),
        ] {
            let kept = format!(
                "create table kept as select * from event_targets where event_id = {sealed}"
            );
            assert!(forged(&world, &kept).await.is_sound());
            let report = forged(&world, &forgery).await;
            assert_eq!(report.fault, Some(AuditFault::IndexAltered), "{forgery}");
            let back = format!(
                "delete from event_targets where event_id = {sealed}; insert into event_targets select * from kept; drop table kept"
            );
            assert!(forged(&world, &back).await.is_sound(), "{forgery} is put back");
        }
    }

    async fn a_removed_event_is_missed_wherever_it_was(test: TestDb) {
        let world = eventful(test).await;
        let length = world.engine().verify_audit().await.unwrap().sound;
        for place in [length, length / 2, 2, 1] {
            let targets = format!("delete from event_targets where event_id = (select id from events where chain = {place})");
            forged(&world, &targets).await;
            let report = forged(&world, &format!("delete from events where chain = {place}")).await;
            assert_eq!(report.fault, Some(AuditFault::Missing { place }));
            assert_eq!(report.sound, place - 1);
            assert!(report.to_string().contains(&format!("number {place} is missing")), "{report}");
        }
    }

    async fn a_removed_event_is_missed_even_when_the_others_move_up(test: TestDb) {
        let world = eventful(test).await;
        let length = world.engine().verify_audit().await.unwrap().sound;
        let place = length / 2;
        forged(&world, &format!("delete from event_targets where event_id = (select id from events where chain = {place})"))
            .await;
        forged(&world, &format!("delete from events where chain = {place}")).await;
        forged(&world, &format!("update events set chain = -chain where chain > {place}")).await;
        let report =
            forged(&world, "update events set chain = -chain - 1 where chain < 0; update chain_head set length = length - 1")
                .await;
        altered_at(&report, place);
    }

    async fn events_that_changed_places_are_found_at_the_first(test: TestDb) {
        let world = eventful(test).await;
        let length = world.engine().verify_audit().await.unwrap().sound;
        for (one, two) in [(1, 2), (3, length), (length / 2, length / 2 + 1)] {
            let swap = format!(
                "update events set chain = -1 where chain = {one};
                 update events set chain = {one} where chain = {two};
                 update events set chain = {two} where chain = -1;"
            );
            altered_at(&forged(&world, &swap).await, one);
            assert!(forged(&world, &swap).await.is_sound(), "swapped back");
        }
    }

    async fn the_end_of_the_chain_cannot_be_cut_off_or_forged_unnoticed(test: TestDb) {
        let world = eventful(test).await;
        let length = world.engine().verify_audit().await.unwrap().sound;
        let report = forged(&world, "update chain_head set seal = (select seal from events where chain = 1)").await;
        assert_eq!(report.fault, Some(AuditFault::HeadAltered { length }));
        forged(&world, &format!("update chain_head set seal = (select seal from events where chain = {length})")).await;
        let report = forged(&world, "update chain_head set length = length + 5").await;
        assert_eq!(report.fault, Some(AuditFault::Missing { place: length + 1 }));
        let report = forged(&world, "delete from chain_head").await;
        assert!(!report.is_sound(), "sealed events without an end: {report}");
    }

    async fn an_end_that_was_cut_off_and_sealed_anew_is_found_by_an_anchor_that_is_kept_elsewhere(test: TestDb) {
        let world = eventful(test).await;
        let anchor = world.engine().verify_audit().await.unwrap().anchor;
        let Anchor { length, .. } = anchor;
        assert_eq!(anchor.to_string().parse(), Ok(anchor.clone()), "as it is printed, so it is read");
        for wrong in ["", "12", "x:00", "-1:00", "12:zz", "12:00"] {
            assert!(wrong.parse::<Anchor>().is_err(), "{wrong}");
        }
        let from = async |anchor: &Anchor| world.engine().verify_audit_from(Some(anchor)).await.unwrap();
        let start = Anchor { length: 0, seal: engine::audit::GENESIS.to_vec() };
        for kept in [&anchor, &start] {
            assert!(from(kept).await.is_sound());
        }
        let later = world.person("emma").await;
        later.signs_in().await.unwrap();
        world.settle().await;
        assert!(from(&anchor).await.is_sound(), "the chain grew, and still holds it");
        // Whoever writes to the database cuts the last two events off and makes the chain's end fit.
        let cut = format!("chain > {}", length - 2);
        let forgery = format!(
            "delete from event_targets where event_id in (select id from events where {cut}); delete from events where {cut};
             update chain_head set length = {0}, seal = (select seal from events where chain = {0})", length - 2
        );
        assert!(forged(&world, &forgery).await.is_sound(), "by itself it looks whole");
        let report = from(&anchor).await;
        assert_eq!((report.fault.clone(), report.sound), (Some(AuditFault::AnchorLost { length }), length - 2), "{report}");
        // New events are sealed behind the cut, and the place has another seal.
        for _ in 0..4 {
            later.signs_in().await.unwrap();
        }
        world.settle().await;
        assert!(world.engine().verify_audit().await.unwrap().is_sound());
        let report = from(&anchor).await;
        assert_eq!((report.fault.clone(), report.sound), (Some(AuditFault::AnchorLost { length }), length - 1), "{report}");
        let other = Anchor { length: 0, seal: vec![1; 32] };
        assert_eq!(from(&other).await.fault, Some(AuditFault::AnchorLost { length: 0 }));
    }

    async fn the_page_of_the_history_says_up_to_where_it_was_verified(test: TestDb) {
        let world = eventful(test).await;
        let morgan = world.person("morgan").await;
        let asked = || model::query::Audit { place: Default::default(), filter: Default::default(), after: None };
        assert_eq!(morgan.asks(asked()).await.unwrap().verified, None);
        let report = world.engine().verify_audit().await.unwrap();
        world.engine().keep_audit_report(&report).await.unwrap();
        let verified = morgan.asks(asked()).await.unwrap().verified.unwrap();
        assert_eq!((verified.at, verified.sound, verified.fault), (world.now(), report.sound, None));
        let report = forged(&world, "update events set action = 'nothing' where chain = 3").await;
        world.engine().keep_audit_report(&report).await.unwrap();
        let verified = morgan.asks(asked()).await.unwrap().verified.unwrap();
        assert_eq!(verified.sound, 2);
        assert!(verified.fault.unwrap().contains("Event number 3"));
    }

    async fn an_event_torn_out_of_the_chain_and_sealed_anew_is_still_missed(test: TestDb) {
        let world = eventful(test).await;
        let length = world.engine().verify_audit().await.unwrap().sound;
        let place = length / 3;
        let report = forged(&world, &format!("update events set chain = null, seal = null where chain = {place}")).await;
        assert_eq!(report.fault, Some(AuditFault::Missing { place }));
        world.settle().await;
        let report = world.engine().verify_audit().await.unwrap();
        assert_eq!(report.fault, Some(AuditFault::Missing { place }), "a new seal at the end does not mend it");
    }

    async fn events_wait_for_their_seal_and_get_it_in_order(test: TestDb) {
        let world = World::demo(test).await;
        let sealed = world.engine().verify_audit().await.unwrap().sound;
        let alex = world.person("alex").await;
        crate::given::asks_for_admin(&alex).await;
        let report = world.engine().verify_audit().await.unwrap();
        assert_eq!((report.is_sound(), report.sound, report.unsealed), (true, sealed, 3), "signed in, submitted, stage opened");
        assert!(report.to_string().contains("3 newer ones wait"), "{report}");
        world.settle().await;
        let report = world.engine().verify_audit().await.unwrap();
        assert_eq!((report.is_sound(), report.sound, report.unsealed), (true, sealed + 3, 0));
    }
}
