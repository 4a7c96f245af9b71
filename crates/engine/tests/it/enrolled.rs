//! Who could not prove what a template or an authentication context demands of many roles at once, said before it is saved.

use crate::authentication_contexts::{asked, names, saves};
use crate::privileged::{eligible, of, sets};
use model::authentication_context::SaveAuthenticationContext;
use model::command::Command;
use model::directory::PortalRole;
use model::proof::Strength;
use model::role_settings::{Privileged, PrivilegedKind, Proof};
use model::view::role::Lacking;
use model::{AuthenticationContextId, GroupId, query};
use testkit::{Person, World, both, refused};

async fn demands(by: &Person, kind: PrivilegedKind, proof: Proof) {
    let shown = by.asks(query::RoleTemplate { kind }).await.unwrap();
    let mut settings = Box::new(shown.settings);
    settings.activation_proof = proof;
    by.submits(Command::EditRoleTemplate { kind, version: shown.version, settings, seen_breaking: 0 }).await.unwrap();
}

async fn of_template(by: &Person, kind: PrivilegedKind) -> Lacking {
    by.asks(query::RoleTemplate { kind }).await.unwrap().lacking
}

async fn of_context(by: &Person, context: AuthenticationContextId) -> Lacking {
    by.asks(query::AuthenticationContext { context: Some(context) }).await.unwrap().lacking
}

/// A group under privileged access management for whose membership somebody is eligible.
async fn makes_privileged(world: &World, by: &Person, name: &str, who: &Person) -> GroupId {
    let group = world.makes_group(name).await;
    by.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
    eligible(by, who, Privileged::GroupMember(group), None).await;
    group
}

fn begins(said: Option<String>, words: &str) {
    assert!(said.as_deref().is_some_and(|said| said.starts_with(words)), "{words:?} is not how this begins: {said:?}");
}

both! {
    async fn a_template_names_who_could_not_prove_it_of_all_that_inherit_and_of_no_other(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee, alex, tomas, noor] = world.people(["morgan", "lee", "alex", "tomas", "noor"]).await;
        let kind = PrivilegedKind::DirectoryRole;
        assert_eq!(refused(alex.asks(query::RoleTemplate { kind }).await).code(), "not_found");
        // Lee is eligible for a role that inherits, and for one that says itself what it demands. So is Tomas for the latter.
        begins(of_template(&morgan, kind).await.passkey, "The only eligible person has no passkey: Lee.");
        eligible(&morgan, &tomas, of(PortalRole::ApplicationAdministrator), None).await;
        eligible(&morgan, &alex, of(PortalRole::SecurityAdministrator), None).await;
        eligible(&morgan, &lee, of(PortalRole::SecurityAdministrator), None).await;
        let context = saves(&morgan, asked(Strength::Passkey, 15)).await.unwrap().context.name;
        let shown = of_template(&morgan, kind).await;
        assert_eq!(shown.now, None, "nothing is demanded yet");
        let neither = "2 of 2 eligible people have neither an authenticator app nor a passkey: Alex and Lee.";
        begins(shown.multifactor, neither);
        begins(shown.passkey, "2 of 2 eligible people have no passkey: Alex and Lee.");
        assert_eq!(shown.contexts.len(), 1);
        assert!(shown.contexts[0].0 == context && shown.contexts[0].1.starts_with("2 of 2"), "{:?}", shown.contexts);
        assert_eq!(of_template(&morgan, PrivilegedKind::GroupOwner).await, Lacking::default(), "of another kind");
        world.appoints(&noor, PortalRole::SecurityReader).await;
        assert_eq!(of_template(&noor, kind).await, Lacking::default(), "who only reads it is told of nobody");

        demands(&morgan, kind, Proof::Multifactor { minutes: 15 }).await;
        begins(of_template(&morgan, kind).await.now, neither);
        lee.sets_up_app().await.unwrap();
        begins(of_template(&morgan, kind).await.now, "1 of 2 eligible people has neither an authenticator app nor a passkey: Alex.");
        // A role that says so itself is no longer the template's.
        sets(&morgan, of(PortalRole::SecurityAdministrator), |settings| settings.activation_proof = Proof::Session).await.unwrap();
        assert_eq!(of_template(&morgan, kind).await.now, None);
    }

    async fn a_context_names_who_could_not_prove_it_of_all_that_demand_it_themselves_or_by_their_template(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee, alex, tomas, noor] = world.people(["morgan", "lee", "alex", "tomas", "noor"]).await;
        let new = asked(Strength::Multifactor, 15);
        let id = saves(&morgan, new.clone()).await.unwrap().context.id;
        assert_eq!(of_context(&morgan, id).await, Lacking::default(), "nothing demands it yet");
        names(&morgan, PortalRole::UserAdministrator, id).await;
        let only = "The only eligible person has neither an authenticator app nor a passkey: Lee.";
        begins(of_context(&morgan, id).await.now, only);

        makes_privileged(&world, &morgan, "Vault", &alex).await;
        let other = makes_privileged(&world, &morgan, "Own way", &tomas).await;
        let fresh = Proof::FreshSignIn { minutes: 15 };
        sets(&morgan, Privileged::GroupMember(other), |settings| settings.activation_proof = fresh).await.unwrap();
        begins(of_context(&morgan, id).await.now, only);
        demands(&morgan, PrivilegedKind::GroupMember, Proof::Context { context: id }).await;
        let shown = of_context(&morgan, id).await;
        begins(shown.now, "2 of 2 eligible people have neither an authenticator app nor a passkey: Alex and Lee.");
        assert!(shown.contexts.is_empty(), "no other context is chosen here");
        world.appoints(&noor, PortalRole::SecurityReader).await;
        assert_eq!(of_context(&noor, id).await, Lacking::default(), "who only reads it is told of nobody");

        lee.sets_up_app().await.unwrap();
        alex.sets_up_app().await.unwrap();
        let shown = of_context(&morgan, id).await;
        assert_eq!((shown.now, shown.multifactor), (None, None));
        let no_passkey = "2 of 2 eligible people have no passkey: Alex and Lee.";
        begins(shown.passkey, no_passkey);
        // It keeps nobody from saving, and stays in sight.
        saves(&morgan, SaveAuthenticationContext { context: Some(id), version: 1, strength: Strength::Passkey, ..new }).await.unwrap();
        begins(of_context(&morgan, id).await.now, no_passkey);
    }

    async fn looking_who_could_not_prove_it_costs_the_same_however_many_roles_there_are(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        let id = saves(&morgan, asked(Strength::Multifactor, 15)).await.unwrap().context.id;
        let proof = Proof::Context { context: id };
        demands(&morgan, PrivilegedKind::GroupMember, proof).await;
        // Each second one inherits the context, the others say that a session is enough. What their owners demand names it.
        let more = async |number: u32| {
            let group = makes_privileged(&world, &morgan, &format!("Door {number}"), &alex).await;
            sets(&morgan, Privileged::GroupOwner(group), |settings| settings.activation_proof = proof).await.unwrap();
            if number.is_multiple_of(2) {
                let member = Privileged::GroupMember(group);
                sets(&morgan, member, |settings| settings.activation_proof = Proof::Session).await.unwrap();
            }
        };
        let cost = async || {
            let before = world.db().statements();
            of_template(&morgan, PrivilegedKind::GroupMember).await;
            let between = world.db().statements();
            of_context(&morgan, id).await;
            (between - before, world.db().statements() - between)
        };
        for number in 0..2 {
            more(number).await;
        }
        let few = cost().await;
        for number in 2..8 {
            more(number).await;
        }
        assert_eq!(few, cost().await);
    }
}
