//! The first administrator of a new server.

use engine::FirstAdministrator;
use model::command::Secret;
use model::directory::PortalRole;
use model::limits::SETUP_LINK_HOURS;
use model::{Refusal, Span};
use std::time::Duration;
use testkit::{World, both, refused};

fn first(token: Option<Secret>, user_name: &str) -> FirstAdministrator {
    FirstAdministrator {
        token,
        user_name: user_name.into(),
        display_name: user_name.into(),
        mail: String::new(),
        password: Secret("correct horse battery staple".into()),
    }
}

both! {
    async fn the_set_up_link_works_once(test: TestDb) {
        let world = World::empty(test);
        let engine = world.engine();
        let wrong = Secret("A".repeat(43));
        assert_eq!(refused(engine.create_first_administrator(first(Some(wrong), "mallory")).await), Refusal::SetupLinkInvalid);
        assert_eq!(
            refused(engine.create_first_administrator(first(Some(Secret(String::new())), "mallory")).await),
            Refusal::SetupLinkInvalid
        );
        let token = engine.setup_token().await.unwrap().unwrap();
        let short = FirstAdministrator { password: Secret("short".into()), ..first(Some(token.clone()), "root") };
        assert_eq!(refused(engine.create_first_administrator(short).await).code(), "too_short");
        engine.create_first_administrator(first(Some(token.clone()), "root")).await.unwrap();
        assert_eq!(refused(engine.create_first_administrator(first(Some(token), "second")).await), Refusal::SetupLinkInvalid);
        assert!(engine.setup_token().await.unwrap().is_none(), "there is nothing left to set up");
        let root = world.person("root").await;
        assert!(root.who().await.unwrap().roles.contains(&PortalRole::GlobalAdministrator));
        world.settle().await;
        world.history_is_sound().await;
    }

    async fn whoever_has_no_link_is_refused_before_anything_is_hashed(test: TestDb) {
        let world = World::empty(test);
        let engine = world.engine();
        let token = engine.setup_token().await.unwrap().unwrap();
        let nothing_is_hashed = engine.stop_hashing().await.unwrap();
        let refusal = async |token: Secret| {
            let tried = engine.create_first_administrator(first(Some(token), "mallory"));
            refused(tokio::time::timeout(Duration::from_secs(60), tried).await.unwrap())
        };
        for wrong in [Secret(String::new()), Secret("A".repeat(43))] {
            assert_eq!(refusal(wrong).await, Refusal::SetupLinkInvalid);
        }
        world.time_goes_by(Span::hours(SETUP_LINK_HOURS));
        assert_eq!(refusal(token).await, Refusal::SetupLinkInvalid);
        let token = engine.setup_token().await.unwrap().unwrap();
        drop(nothing_is_hashed);
        engine.create_first_administrator(first(Some(token), "root")).await.unwrap();
    }

    async fn a_newer_link_replaces_the_older_and_a_day_old_one_is_dead(test: TestDb) {
        let world = World::empty(test);
        let engine = world.engine();
        let old = engine.setup_token().await.unwrap().unwrap();
        let new = engine.setup_token().await.unwrap().unwrap();
        assert_eq!(refused(engine.create_first_administrator(first(Some(old), "root")).await), Refusal::SetupLinkInvalid);
        world.time_goes_by(Span::hours(SETUP_LINK_HOURS));
        assert_eq!(refused(engine.create_first_administrator(first(Some(new), "root")).await), Refusal::SetupLinkInvalid);
        let fresh = engine.setup_token().await.unwrap().unwrap();
        engine.create_first_administrator(first(Some(fresh), "root")).await.unwrap();
    }

    async fn two_who_use_the_link_at_the_same_moment_make_one_administrator(test: TestDb) {
        let world = World::empty(test);
        let token = world.engine().setup_token().await.unwrap().unwrap();
        let tries: Vec<_> = (0..6)
            .map(|number| {
                let (engine, token) = (world.engine(), token.clone());
                tokio::spawn(async move {
                    engine.create_first_administrator(first(Some(token), &format!("root{number}"))).await.is_ok()
                })
            })
            .collect();
        let mut made = 0;
        for tried in tries {
            made += usize::from(tried.await.unwrap());
        }
        assert_eq!(made, 1);
    }

    async fn somebody_on_the_servers_command_line_needs_no_link(test: TestDb) {
        let world = World::demo(test).await;
        world.engine().create_first_administrator(first(None, "rescue")).await.unwrap();
        assert!(world.person("rescue").await.holds("Global Administrator").await);
        let taken = world.engine().create_first_administrator(first(None, "Rescue")).await;
        assert_eq!(refused(taken).code(), "name_taken");
    }

    async fn the_demo_company_is_made_once_and_never_beside_real_people(test: TestDb) {
        let world = World::empty(test);
        let token = world.engine().setup_token().await.unwrap().unwrap();
        world.engine().create_first_administrator(first(Some(token), "root")).await.unwrap();
        world.engine().make_demo().await.unwrap();
        let root = world.person("root").await;
        let users =
            root.asks(model::query::Users { search: String::new(), filter: Default::default(), after: None }).await.unwrap();
        assert_eq!(users.rows.len(), 1);
    }
}
