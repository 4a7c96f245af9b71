//! Roles that ask whoever holds them for more than a password, in every session.

use crate::activation::asks;
use crate::given::gets_admin;
use crate::privileged::{eligible, of, sets};
use model::command::Command;
use model::directory::PortalRole;
use model::role_settings::{Privileged, PrivilegedKind};
use model::{Span, query};
use testkit::{Person, World, both, refused};

const ROLE: PortalRole = PortalRole::UserAdministrator;

async fn asks_holders(by: &Person, role: Privileged, asked: bool) {
    sets(by, role, |settings| settings.holder_multifactor = asked).await.unwrap();
}

async fn is_held_back(person: &Person) -> bool {
    match person.asks(query::Overview {}).await {
        Ok(_) => false,
        Err(problem) => refused::<()>(Err(problem)).code() == "verification_needed",
    }
}

both! {
    async fn from_the_next_click_on_a_holder_reaches_nothing_but_what_verifies(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, tomas, emma] = world.people(["morgan", "tomas", "emma"]).await;
        tomas.signs_in().await.unwrap();
        assert!(!is_held_back(&tomas).await);
        asks_holders(&morgan, of(ROLE), true).await;
        assert!(is_held_back(&tomas).await, "in a session that was there before");
        assert!(!is_held_back(&emma).await && !is_held_back(&morgan).await, "nobody else");
        let refusal = refused(tomas.sets_password(&emma, "correct horse battery staple").await);
        assert_eq!(refusal.code(), "verification_needed");
        assert!(refusal.sentence().contains("“User Administrator”"), "{}", refusal.sentence());
        assert_eq!(tomas.asks(query::Security {}).await.unwrap().asked_by, ["User Administrator"]);
        let frame = tomas.asks(query::Frame {}).await.unwrap();
        assert!(!frame.sees_users, "what surrounds the page shows nothing of the role");
        tomas.submits(Command::EndOtherSessions).await.unwrap();

        let (app, _) = tomas.sets_up_app().await.unwrap();
        assert!(!is_held_back(&tomas).await);
        world.time_goes_by(Span::minutes(30));
        tomas.sets_password(&emma, "correct horse battery staple").await.unwrap();
        tomas.signs_in().await.unwrap();
        assert!(is_held_back(&tomas).await, "another session proved nothing");
        tomas.proves(&app.code(world.now())).await.unwrap();
        assert!(!is_held_back(&tomas).await);
        tomas.signs_in().await.unwrap();
        asks_holders(&morgan, of(ROLE), false).await;
        assert!(!is_held_back(&tomas).await);
    }

    async fn asked_are_the_eligible_those_through_groups_and_whoever_the_template_reaches_as_long_as_they_hold_it(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, alex, tomas] = world.people(["morgan", "emma", "alex", "tomas"]).await;
        asks_holders(&morgan, of(ROLE), true).await;
        let assignment = eligible(&morgan, &emma, of(ROLE), None).await;
        assert!(is_held_back(&emma).await, "who could activate it");
        assert_eq!(refused(emma.submits(Command::ActivateRole(asks(assignment, 30))).await).code(), "verification_needed");
        morgan.submits(Command::EndRoleAssignment { assignment, words: "Enough.".into() }).await.unwrap();
        assert!(!is_held_back(&emma).await);

        gets_admin(&world, &alex).await;
        assert!(!is_held_back(&alex).await);
        asks_holders(&world.person("brandon").await, of(PortalRole::GlobalAdministrator), true).await;
        assert!(is_held_back(&alex).await, "through the group");
        world.passes(Span::hours(4)).await;
        assert!(!is_held_back(&alex).await, "to the instant");

        // Morgan holds the role as well, and can always set something up.
        assert!(is_held_back(&morgan).await);
        assert_eq!(refused(morgan.sets_up_app().await).code(), "sign_in_again", "in a session that is old, after signing in again");
        morgan.signs_in().await.unwrap();
        morgan.sets_up_app().await.unwrap();
        asks_holders(&morgan, of(ROLE), false).await;
        assert!(!is_held_back(&tomas).await);
        let kind = PrivilegedKind::DirectoryRole;
        let template = morgan.asks(query::RoleTemplate { kind }).await.unwrap();
        let mut settings = Box::new(template.settings);
        settings.holder_multifactor = true;
        morgan.submits(Command::EditRoleTemplate { kind, version: template.version, settings, seen_breaking: 0 }).await.unwrap();
        assert!(is_held_back(&tomas).await == morgan.asks(query::RoleSettings { role: of(ROLE) }).await.unwrap().settings.holder_multifactor);
        assert!(is_held_back(&world.person("ingrid").await).await, "a role that says nothing itself");
    }

    async fn a_session_costs_no_more_where_no_role_asks(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, tomas] = world.people(["morgan", "tomas"]).await;
        let cost = async || {
            tomas.who().await.unwrap();
            let before = world.db().statements();
            tomas.who().await.unwrap();
            world.db().statements() - before
        };
        assert_eq!(cost().await, 2);
        asks_holders(&morgan, of(ROLE), true).await;
        assert_eq!(cost().await, 3, "until he verifies");
        tomas.sets_up_app().await.unwrap();
        assert_eq!(cost().await, 2);
    }
}
