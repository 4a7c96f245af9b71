//! Nobody is left who could activate the roles that administrate all others: refused where somebody does it, found and told where
//! nobody can be refused.

use crate::authentication_contexts::asked as context_form;
use crate::privileged::{asks, eligible, of, sets};
use crate::providers::asked as provider_form;
use model::access::AssignmentType;
use model::alert::AlertKind;
use model::approval::Approver;
use model::authentication_context::SaveAuthenticationContext;
use model::command::{Command, Done, GroupFields};
use model::directory::{Membership, PortalRole, Principal};
use model::proof::Strength;
use model::provider::{Joining, SaveProvider};
use model::role_settings::{Privileged, Proof, RoleSettings};
use model::view::alert::Row;
use model::{GroupId, Refusal, Span, query};
use testkit::{Person, World, both, refused};

const ROLE: PortalRole = PortalRole::PrivilegedRoleAdministrator;
const CLOSED: Refusal = Refusal::NobodyCouldActivate { role: "Privileged Role Administrator" };

/// Lee is eligible, and Helga alone approves: the rule of a group says so.
async fn stage(world: &World) -> (Person, Person, GroupId) {
    let [morgan, lee, helga] = world.people(["morgan", "lee", "helga"]).await;
    let rule = Membership::Dynamic { rule: "user.department -eq \"Duty officers\"".into() };
    let fields =
        GroupFields { name: "Duty officers".into(), description: String::new(), membership: rule, role_assignable: false };
    let done = morgan.submits(Command::CreateGroup(fields)).await.unwrap();
    let Done::GroupCreated { group, .. } = done else { panic!("{done:?}") };
    works_in(&morgan, &helga, "Duty officers").await;
    eligible(&morgan, &lee, of(ROLE), None).await;
    sets(&morgan, of(ROLE), decided_by(Approver::Group { id: group })).await.unwrap();
    world.settle().await;
    world.letters_are_thrown_away();
    (morgan, helga, group)
}

/// They alone approve.
fn decided_by(approver: Approver) -> impl FnOnce(&mut RoleSettings) {
    move |settings| {
        settings.approval_required = true;
        settings.stages = vec![RoleSettings::default_stage(vec![approver])];
    }
}

async fn works_in(by: &Person, who: &Person, department: &str) {
    by.edits(who, |form| {
        form.profile.attributes.insert("department".into(), department.into());
    })
    .await
    .unwrap();
}

async fn found(who: &Person) -> Vec<Row> {
    who.asks(query::Alert { kind: AlertKind::LockedOut, after: None }).await.unwrap().rows
}

both! {
    async fn a_rule_that_takes_the_last_who_approves_is_found_told_and_over_when_somebody_is_back(test: TestDb) {
        let world = World::demo(test).await;
        let (morgan, helga, _) = stage(&world).await;
        assert!(found(&morgan).await.is_empty());
        // Nobody is refused that somebody moves to another department.
        works_in(&morgan, &helga, "Accounting").await;
        world.settle().await;
        let rows = found(&morgan).await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        let said = format!("{:?}", rows[0]);
        assert!(said.contains("Privileged Role Administrator"), "{said}");
        assert_eq!(world.subjects_to("morgan").await, ["Alert (High)"]);
        let letter = world.letters_to("morgan").await.remove(0);
        assert!(letter.text.contains("Privileged Role Administrator"), "{}", letter.text);
        world.passes(Span::hours(3)).await;
        assert_eq!(world.subjects_to("morgan").await.len(), 1, "the same is told once");
        let raised = world.history_about(of(ROLE).resource()).await;
        assert!(raised.iter().any(|event| event.action.code() == "alert_triggered"));

        // It is no silence that it is dismissed: it takes a reason, stands in the history, and stays in sight.
        let incident = rows[0].incident;
        let dismiss = |words: &str| Command::DismissAlert { incident, words: words.into() };
        assert_eq!(refused(morgan.submits(dismiss(" ")).await).field(), Some("words"));
        morgan.submits(dismiss("Helga comes back on Monday.")).await.unwrap();
        world.passes(Span::hours(2)).await;
        let rows = found(&morgan).await;
        assert_eq!(rows.len(), 1, "it is still so: {rows:?}");
        let told = world.history_about(of(ROLE).resource()).await;
        assert!(told.iter().any(|event| event.action.code() == "alert_dismissed"));

        works_in(&morgan, &helga, "Duty officers").await;
        world.settle().await;
        assert!(found(&morgan).await.is_empty(), "somebody approves again");
        // What is so again is new: the dismissal was about the other time.
        world.letters_are_thrown_away();
        works_in(&morgan, &helga, "Accounting").await;
        world.settle().await;
        let again = found(&morgan).await;
        assert!(again.len() == 1 && again[0].incident != incident, "{again:?}");
        assert_eq!(world.subjects_to("morgan").await, ["Alert (High)"]);
        // An approver is named in the settings instead.
        sets(&morgan, of(ROLE), |settings| settings.stages = vec![RoleSettings::default_stage(vec![Approver::User { id: helga.id }])])
            .await
            .unwrap();
        world.settle().await;
        assert!(found(&morgan).await.is_empty());
        world.history_is_sound().await;
    }

    async fn a_membership_that_runs_out_locks_out_by_the_clock_and_is_found(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee, helga] = world.people(["morgan", "lee", "helga"]).await;
        let group = world.makes_group("Night officers").await;
        morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
        let member = Privileged::GroupMember(group);
        let asked = asks(
            member,
            Principal::User(helga.id),
            AssignmentType::Active,
            Some(world.now() + Span::days(2)),
        );
        morgan.submits(Command::AssignRole(asked)).await.unwrap();
        eligible(&morgan, &lee, of(ROLE), None).await;
        sets(&morgan, of(ROLE), decided_by(Approver::Group { id: group })).await.unwrap();
        world.settle().await;
        assert!(found(&morgan).await.is_empty());
        world.passes(Span::days(2)).await;
        assert_eq!(found(&morgan).await.len(), 1);
        morgan.adds(group, &helga).await.unwrap();
        world.settle().await;
        assert!(found(&morgan).await.is_empty());
    }

    async fn eligibility_with_an_end_is_locked_out_as_well(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee, helga] = world.people(["morgan", "lee", "helga"]).await;
        eligible(&morgan, &lee, of(ROLE), Some(world.now() + Span::days(365))).await;
        let decided_by = |who: &Person| decided_by(Approver::User { id: who.id });
        assert_eq!(refused(sets(&morgan, of(ROLE), decided_by(&lee)).await), CLOSED, "for a year nobody could");
        sets(&morgan, of(ROLE), decided_by(&helga)).await.unwrap();
        let disable = Command::SetUserEnabled { user: helga.id, enabled: false };
        assert_eq!(refused(morgan.submits(disable).await), CLOSED);
    }

    async fn a_proof_that_nobody_can_give_here_is_not_demanded_of_the_highest_roles(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee] = world.people(["morgan", "lee"]).await;
        eligible(&morgan, &lee, of(ROLE), None).await;
        let shown = morgan.asks(query::RoleSettings { role: of(ROLE) }).await.unwrap();
        let passkey = |role| Command::EditRoleSettings {
            role,
            version: shown.version,
            settings: Box::new(RoleSettings { activation_proof: Proof::Passkey { minutes: 15 }, ..shown.settings.clone() }),
            seen_breaking: 0,
        };
        // Browsers take no passkey for an address without a name.
        let plain = world.server_at("https://192.0.2.1");
        assert!(!plain.has_passkeys());
        let by = engine::By::Session(morgan.who().await.unwrap());
        assert_eq!(refused(plain.submit(&by, passkey(of(ROLE))).await), CLOSED);
        let context = |context, version, strength| SaveAuthenticationContext { context, version, ..context_form(strength, 15) };
        let made = morgan.submits(Command::SaveAuthenticationContext(context(None, 0, Strength::Multifactor))).await;
        made.unwrap();
        let id = morgan.asks(query::AuthenticationContexts {}).await.unwrap().rows[0].context.id;
        sets(&morgan, of(ROLE), |settings| settings.activation_proof = Proof::Context { context: id }).await.unwrap();
        let stronger = Command::SaveAuthenticationContext(context(Some(id), 1, Strength::Passkey));
        assert_eq!(refused(plain.submit(&by, stronger.clone()).await), CLOSED, "what the settings name decides as they would");
        morgan.submits(stronger).await.unwrap();
        plain.submit(&by, passkey(of(PortalRole::SecurityReader))).await.unwrap();
    }

    async fn the_provider_that_alone_vouches_for_what_is_demanded_stays_as_long_as_it_is(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee] = world.people(["morgan", "lee"]).await;
        eligible(&morgan, &lee, of(ROLE), None).await;
        let plain = world.server_at("https://192.0.2.1");
        let by = engine::By::Session(morgan.who().await.unwrap());
        let saves = |provider, version, passkey: &str| {
            Command::SaveProvider(SaveProvider { provider, version, passkey: passkey.into(), ..provider_form("Harbour", Joining::Bound) })
        };
        let done = plain.submit(&by, saves(None, 0, "phr")).await.unwrap();
        let Done::ProviderSaved { provider, .. } = done else { panic!("{done:?}") };
        plain.submit(&by, Command::SetProviderEnabled { provider, enabled: true }).await.unwrap();
        sets(&morgan, of(ROLE), |settings| settings.activation_proof = Proof::Passkey { minutes: 15 }).await.unwrap();
        let version = async || {
            let mut link = world.db().read().await.unwrap();
            store::providers::get(&mut link, provider).await.unwrap().unwrap().provider.version
        };
        let keeps = |refusal: Refusal| assert_eq!(refusal.code(), "nobody_could_reach", "{}", refusal.sentence());
        keeps(refused(plain.submit(&by, Command::SetProviderEnabled { provider, enabled: false }).await));
        keeps(refused(plain.submit(&by, Command::DeleteProvider { provider, seen: 0 }).await));
        keeps(refused(plain.submit(&by, saves(Some(provider), version().await, "")).await));
        plain.submit(&by, saves(Some(provider), version().await, "phr hwk")).await.unwrap();
    }

    async fn who_is_eligible_to_be_in_a_group_that_is_eligible_needs_both_ways_open(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee, helga] = world.people(["morgan", "lee", "helga"]).await;
        let group = world.makes_role_assignable("Role desk").await;
        morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
        let member = Privileged::GroupMember(group);
        eligible(&morgan, &lee, member, None).await;
        let desk = asks(of(ROLE), Principal::Group(group), AssignmentType::Eligible, None);
        morgan.submits(Command::AssignRole(desk)).await.unwrap();
        for role in [member, of(ROLE)] {
            let only_lee = sets(&morgan, role, decided_by(Approver::User { id: lee.id })).await;
            assert_eq!(refused(only_lee), CLOSED, "nobody approves their own");
            sets(&morgan, role, decided_by(Approver::User { id: helga.id })).await.unwrap();
        }
        assert_eq!(refused(morgan.disables(&helga).await), CLOSED, "she approves both");
        // Somebody else who comes in another way lets her go.
        let other = world.hires("otto").await;
        eligible(&morgan, &other, of(ROLE), None).await;
        assert_eq!(refused(morgan.disables(&helga).await), CLOSED, "she approves that as well");
        sets(&morgan, of(ROLE), |settings| settings.approval_required = false).await.unwrap();
        morgan.disables(&helga).await.unwrap();
    }

    async fn whoever_writes_a_rule_or_disables_the_last_who_approves_is_refused_and_nothing_changes(test: TestDb) {
        let world = World::demo(test).await;
        let (morgan, helga, group) = stage(&world).await;
        let empty = Membership::Dynamic { rule: "user.department -eq \"Nobody\"".into() };
        assert_eq!(refused(morgan.edits_group(group, |form| form.membership = empty).await), CLOSED);
        assert_eq!(refused(morgan.edits_group(group, |form| form.membership = Membership::Assigned).await), CLOSED);
        assert_eq!(refused(morgan.disables(&helga).await), CLOSED);
        assert!(CLOSED.sentence().contains("Name other approvers, or require no approval."));
        let (_, form) = world.form_of_group(group).await;
        assert_eq!(form.membership, Membership::Dynamic { rule: "user.department -eq \"Duty officers\"".into() });
        assert!(helga.holds("Duty officers").await, "she is in it still");
        // With somebody else in it, she may go.
        let bianca = world.person("bianca").await;
        works_in(&morgan, &bianca, "Duty officers").await;
        morgan.disables(&helga).await.unwrap();
    }
}
