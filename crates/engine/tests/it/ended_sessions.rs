//! A session that ended while something was under way in it has no power left: who it was of is read when a request begins, and
//! what they send may arrive much later.

use crate::privileged::{asks, of};
use engine::By;
use model::access::AssignmentType;
use model::access_token::{MakeAccessToken, Scope};
use model::command::{Command, Done, Secret};
use model::directory::{PortalRole, Principal};
use model::proof::SignInMethod;
use model::{Refusal, Span, query};
use std::time::Duration;
use store::users;
use testkit::{App, World, both, refused};

const PASSWORD: &str = "correct horse battery staple";

both! {
    async fn an_administrator_who_was_disabled_meanwhile_does_not_enable_themselves(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        let role = of(PortalRole::GlobalAdministrator);
        morgan.submits(Command::AssignRole(asks(role, Principal::User(alex.id), AssignmentType::Active, None))).await.unwrap();
        let by = By::Session(alex.who().await.unwrap());
        morgan.disables(&alex).await.unwrap();
        let enable = Command::SetUserEnabled { user: alex.id, enabled: true };
        assert_eq!(refused(world.engine().submit(&by, enable).await), Refusal::SignInNeeded);
        assert_eq!(refused(alex.signs_in().await), Refusal::SignInFailed);
        // A session that ended does not come back with its owner.
        morgan.enables(&alex).await.unwrap();
        let disable = Command::SetUserEnabled { user: morgan.id, enabled: false };
        assert_eq!(refused(world.engine().submit(&by, disable).await), Refusal::SignInNeeded);
        alex.signs_in().await.unwrap();
        assert!(alex.who().await.unwrap().roles.contains(&PortalRole::GlobalAdministrator), "a new one has it all");
    }

    async fn a_token_that_was_revoked_meanwhile_counts_no_more(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        let asked = MakeAccessToken { name: "Provider".into(), scope: Scope::Scim, days: 30 };
        let done = morgan.submits(Command::MakeAccessToken(asked)).await.unwrap();
        let Done::AccessTokenMade { token, secret, .. } = done else { panic!("{done:?}") };
        let by = By::Token(world.engine().bearer(&secret.0, "192.0.2.1").await.unwrap());
        let disable = || Command::SetUserEnabled { user: alex.id, enabled: false };
        let code = async || refused(world.engine().submit(&by, disable()).await).code();
        assert_ne!(code().await, "token_refused", "it counts, and does nothing but provisioning");
        morgan.submits(Command::RevokeAccessToken { token }).await.unwrap();
        assert_eq!(code().await, "token_refused");
    }

    async fn what_one_proves_oneself_with_is_not_added_in_a_session_that_ended(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        let engine = world.engine();
        let who = emma.who().await.unwrap();
        let app = App::of(&engine.begin_authenticator(&who).await.unwrap());
        morgan.disables(&emma).await.unwrap();
        assert_eq!(refused(engine.confirm_authenticator(&who, &app.code(world.now())).await), Refusal::SignInNeeded);
        morgan.enables(&emma).await.unwrap();
        assert_eq!(refused(engine.confirm_authenticator(&who, &app.code(world.now())).await), Refusal::SignInNeeded);
        assert!(!emma.asks(query::Security {}).await.unwrap().has_method());

        emma.sets_up_app().await.unwrap();
        let who = emma.who().await.unwrap();
        let reset = Command::ResetMethods { user: emma.id, words: "The telephone was stolen.".into() };
        morgan.submits(reset).await.unwrap();
        assert_eq!(refused(engine.renew_recovery_codes(&who).await), Refusal::SignInNeeded);

        morgan.sets_password(&emma, PASSWORD).await.unwrap();
        let who = emma.who().await.unwrap();
        engine.sign_out(&who).await.unwrap();
        let change = engine.change_password(&who, Secret(PASSWORD.into()), Secret("a quiet harbour at dawn".into()), "192.0.2.1");
        assert_eq!(refused(change.await), Refusal::SignInNeeded);
    }

    async fn whoever_takes_a_method_away_waits_for_what_is_added_at_the_same_moment(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        emma.sets_up_app().await.unwrap();
        world.time_goes_by(Span::minutes(1));
        // Something is being added in a session of hers.
        let mut link = world.db().begin().await.unwrap();
        users::guard(&mut link, emma.id).await.unwrap();
        let (user, method) = (emma.id, SignInMethod::Authenticator);
        let take = Command::TakeMethodAway { user, method, passkey: None, words: "Stolen.".into() };
        let by = morgan.clone();
        let mut taking = tokio::spawn(async move { by.submits(take).await });
        let early = tokio::time::timeout(Duration::from_millis(200), &mut taking).await;
        assert!(early.is_err(), "it waits until that is there to be taken as well");
        link.commit().await.unwrap();
        taking.await.unwrap().unwrap();
    }
}
