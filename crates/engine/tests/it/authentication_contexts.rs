//! Authentication contexts: what settings name counts as it is at the moment of an activation.

use crate::activation::asks;
use crate::privileged::{eligible, of, sets};
use model::authentication_context::SaveAuthenticationContext;
use model::command::Command;
use model::directory::PortalRole;
use model::proof::Strength;
use model::role_assignment::ActivateRole;
use model::role_settings::{PrivilegedKind, Proof};
use model::terms::SaveTerms;
use model::view::authentication_context::Row;
use model::{AuthenticationContextId, Refusal, Span, TermsId, query};
use testkit::{Person, World, both, refused};

/// A new one.
pub fn asked(strength: Strength, minutes: u32) -> SaveAuthenticationContext {
    SaveAuthenticationContext {
        context: None,
        version: 0,
        name: "Privileged work".into(),
        description: String::new(),
        strength,
        minutes,
        terms: None,
    }
}

pub async fn saves(by: &Person, asked: SaveAuthenticationContext) -> Result<Row, engine::Problem> {
    let name = asked.name.clone();
    by.submits(Command::SaveAuthenticationContext(asked)).await?;
    let rows = by.asks(query::AuthenticationContexts {}).await?.rows;
    Ok(rows.into_iter().find(|row| row.context.name == name).unwrap())
}

pub async fn names(by: &Person, role: PortalRole, context: AuthenticationContextId) {
    sets(by, of(role), |settings| settings.activation_proof = Proof::Context { context }).await.unwrap();
}

both! {
    async fn who_sees_no_roles_learns_of_no_context_and_who_reads_them_changes_none(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, noor] = world.people(["morgan", "alex", "noor"]).await;
        world.appoints(&noor, PortalRole::SecurityReader).await;
        let new = asked(Strength::Multifactor, 15);
        assert_eq!(refused(saves(&alex, new.clone()).await).code(), "not_found");
        assert_eq!(refused(alex.asks(query::AuthenticationContexts {}).await).code(), "not_found");
        assert_eq!(refused(alex.asks(query::AuthenticationContext { context: None }).await).code(), "not_found");
        assert_eq!(refused(saves(&noor, new.clone()).await).code(), "not_allowed");
        assert!(!noor.asks(query::AuthenticationContexts {}).await.unwrap().may_write);
        let row = saves(&morgan, new.clone()).await.unwrap();
        let id = row.context.id;
        assert_eq!(row.demands, "Multifactor authentication within 15 minutes");
        assert_eq!(refused(noor.submits(Command::DeleteAuthenticationContext { context: id }).await).code(), "not_allowed");
        assert_eq!(refused(saves(&morgan, new.clone()).await).code(), "name_taken");
        let changed = SaveAuthenticationContext { context: Some(id), version: 1, minutes: 5, ..new };
        saves(&morgan, changed.clone()).await.unwrap();
        assert_eq!(refused(saves(&morgan, changed).await), Refusal::Stale);
        let gone = Command::DeleteAuthenticationContext { context: id };
        morgan.submits(gone.clone()).await.unwrap();
        assert_eq!(refused(morgan.submits(gone).await).code(), "not_found");
        let told = world.history_about(id.0).await;
        let codes: Vec<&str> = told.iter().map(|event| event.action.code()).collect();
        let expected = ["authentication_context_deleted", "authentication_context_changed", "authentication_context_created"];
        assert_eq!(codes, expected, "the latest first");
        world.history_is_sound().await;
    }

    async fn a_context_in_use_stays_and_every_setting_that_names_it_is_told(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let id = saves(&morgan, asked(Strength::Multifactor, 15)).await.unwrap().context.id;
        let unknown = Proof::Context { context: AuthenticationContextId::default() };
        let settings = sets(&morgan, of(PortalRole::UserAdministrator), |settings| settings.activation_proof = unknown).await;
        assert_eq!(refused(settings).field(), Some("context"));
        names(&morgan, PortalRole::UserAdministrator, id).await;
        let kind = PrivilegedKind::GroupOwner;
        let shown = morgan.asks(query::RoleTemplate { kind }).await.unwrap();
        let mut settings = Box::new(shown.settings);
        settings.activation_proof = Proof::Context { context: id };
        morgan.submits(Command::EditRoleTemplate { kind, version: shown.version, settings, seen_breaking: 0 }).await.unwrap();
        let one = morgan.asks(query::AuthenticationContext { context: Some(id) }).await.unwrap();
        let used: Vec<&str> = one.uses.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(used, ["the template of owners of groups", "User Administrator"]);
        let refusal = refused(morgan.submits(Command::DeleteAuthenticationContext { context: id }).await);
        assert_eq!(refusal.code(), "context_in_use");
        assert!(refusal.sentence().contains("User Administrator"), "{}", refusal.sentence());
        assert!(refusal.link().is_some());
        let changed = world.history_about(PortalRole::UserAdministrator.id().0).await;
        let words = format!("{:?}", changed[0].action);
        assert!(words.contains("Authentication context “Privileged work”"), "{words}");
        sets(&morgan, of(PortalRole::UserAdministrator), |settings| settings.activation_proof = Proof::Session).await.unwrap();
        let refusal = refused(morgan.submits(Command::DeleteAuthenticationContext { context: id }).await);
        assert!(!refusal.sentence().contains("User Administrator"), "{}", refusal.sentence());
    }

    async fn at_an_activation_the_context_counts_as_it_is_by_then_with_its_terms_besides_those_of_the_role(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        let role = PortalRole::UserAdministrator;
        let assignment = eligible(&morgan, &alex, of(role), None).await;
        let terms = async |name: &str| {
            morgan.submits(Command::SaveTerms(SaveTerms { terms: None, version: 0, name: name.into(), text: "Mind it.".into() })).await.unwrap();
            let rows = morgan.asks(query::AllTerms {}).await.unwrap().rows;
            rows.into_iter().find(|row| row.terms.name == name).unwrap().terms.id
        };
        let (house, desk) = (terms("House rules").await, terms("Desk rules").await);
        let new = SaveAuthenticationContext { terms: Some(house), ..asked(Strength::SignIn, 60) };
        let context = saves(&morgan, new.clone()).await.unwrap().context.id;
        names(&morgan, role, context).await;
        sets(&morgan, of(role), |settings| settings.terms = Some(desk)).await.unwrap();
        alex.signs_in().await.unwrap();
        let form = async || alex.asks(query::Activating { assignments: vec![assignment] }).await.unwrap();
        let shown = form().await;
        assert_eq!(shown.items[0].proof, "Authentication context “Privileged work”: a sign-in within 60 minutes");
        assert_eq!((shown.proof, shown.terms.len()), (None, 2));
        let activates = async |accepted: &[(TermsId, i64)]| {
            alex.submits(Command::ActivateRole(ActivateRole { accepted: accepted.to_vec(), ..asks(assignment, 30) })).await
        };
        assert!(refused(activates(&[]).await).sentence().contains("“Desk rules”"));
        assert!(refused(activates(&[(desk, 1)]).await).sentence().contains("“House rules”"), "both are asked for");

        // It asks for more while the form is open.
        let stronger = SaveAuthenticationContext { context: Some(context), version: 1, strength: Strength::Multifactor, minutes: 5, ..new };
        saves(&morgan, stronger).await.unwrap();
        let both = [(desk, 1), (house, 1)];
        let refusal = refused(activates(&both).await);
        assert_eq!(refusal.code(), "proof_needed");
        assert!(refusal.sentence().contains("“Privileged work”"), "{}", refusal.sentence());
        assert_eq!(form().await.proof.unwrap().code, "proof_needed");
        let (app, _) = alex.sets_up_app().await.unwrap();
        world.time_goes_by(Span::minutes(6));
        assert_eq!(refused(activates(&both).await).code(), "proof_needed", "six minutes ago");
        alex.proves(&app.code(world.now())).await.unwrap();
        activates(&both).await.unwrap();
        assert!(alex.holds("User Administrator").await);
        world.history_is_sound().await;
    }

    async fn of_several_roles_the_strictest_proof_is_asked_for_first(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        let id = saves(&morgan, asked(Strength::Passkey, 5)).await.unwrap().context.id;
        sets(&morgan, of(PortalRole::SecurityReader), |settings| settings.activation_proof = Proof::Multifactor { minutes: 15 }).await.unwrap();
        names(&morgan, PortalRole::UserAdministrator, id).await;
        let mut assignments = Vec::new();
        for role in [PortalRole::SecurityReader, PortalRole::UserAdministrator] {
            assignments.push(eligible(&morgan, &alex, of(role), None).await);
        }
        alex.signs_in().await.unwrap();
        let form = alex.asks(query::Activating { assignments }).await.unwrap();
        assert_eq!(form.proof.unwrap().code, "passkey_needed");
        assert_eq!(form.items[0].proof, "Multifactor authentication within 15 minutes");
    }
}
