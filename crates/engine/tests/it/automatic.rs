//! Policies whose rule assigns: who matches gets the package, and who no longer matches leaves.

use model::catalog::{Effect, PolicyFields, PolicyOf};
use model::command::{Command, Done};
use model::package::PolicySettings;
use model::separation::Incompatible;
use model::view::assignment::Filter;
use model::view::catalog::PolicyPreview;
use model::{PolicyId, Refusal, Span, query};
use testkit::{Offer, Person, World, both, refused};

pub const DESK: &str = "Pier desk";
pub const PIER: &str = "user.department -eq \"Pier\"";

pub fn by_rule(rule: &str, grace_minutes: u32, seen: Option<Effect>) -> PolicyFields {
    let settings = PolicySettings::automatic(rule.into(), grace_minutes);
    PolicyFields { name: "Pier staff".into(), enabled: true, settings, seen }
}

pub async fn saves(world: &World, fields: PolicyFields) -> Result<PolicyId, engine::Problem> {
    let package = world.package(DESK);
    match world.person("morgan").await.submits(Command::CreatePolicy { package, fields }).await? {
        Done::PolicySaved { policy, .. } => Ok(policy),
        other => panic!("{other:?}"),
    }
}

pub async fn moves(world: &World, who: &Person, department: &str) {
    let department = department.to_owned();
    let morgan = world.person("morgan").await;
    morgan.edits(who, |form| drop(form.profile.attributes.insert("department".into(), department))).await.unwrap();
}

/// A package that gives membership in a group of its own.
pub async fn desk(test: testkit::TestDb) -> World {
    let world = World::demo(test).await;
    let group = world.makes_group("Pier keys").await;
    world.offers(Offer::new(DESK, group, [])).await;
    world
}

async fn previews(who: &Person, world: &World, rule: &str) -> Result<PolicyPreview, engine::Problem> {
    let package = world.package(DESK);
    who.asks(query::PolicyPreview { of: PolicyOf::Package(package), policy: None, enabled: true, rule: rule.into() }).await
}

both! {
    async fn the_preview_says_what_saving_does_to_whoever_may_save(test: TestDb) {
        let world = desk(test).await;
        let one = world.hires("one").await;
        moves(&world, &one, "Pier").await;
        let morgan = world.person("morgan").await;
        assert_eq!(refused(previews(&one, &world, PIER).await), Refusal::NotFound { what: "access package" });
        let misspelled = previews(&morgan, &world, "user.departmnt -eq 1").await.unwrap();
        assert_eq!(misspelled.refused.unwrap().code, "rule_invalid");
        let preview = previews(&morgan, &world, PIER).await.unwrap();
        assert_eq!((preview.matching, preview.effect), (1, Effect { gain: 1, lose: 0 }));
        assert_eq!(preview.gain.iter().map(|who| who.id).collect::<Vec<_>>(), [one.id]);
        let policy = saves(&world, by_rule(PIER, 0, Some(preview.effect))).await.unwrap();
        let other = query::PolicyPreview { of: PolicyOf::Package(world.package(DESK)), policy: Some(policy), enabled: true, rule: "user.city -eq \"Atlantis\"".into() };
        let preview = morgan.asks(other).await.unwrap();
        assert_eq!((preview.matching, preview.effect), (0, Effect { gain: 0, lose: 1 }));
        assert_eq!(preview.lose.len(), 1);
        let second = previews(&morgan, &world, PIER).await.unwrap();
        assert_eq!(second.refused.unwrap().code, "second_automatic_policy");
        let could = query::WhoCould { package: world.package(DESK), search: String::new(), person: Some(one.id) };
        let could = morgan.asks(could).await.unwrap().could.unwrap();
        let said = could.policies.iter().find(|standing| standing.policy == policy).unwrap();
        assert!(said.why.contains("its rule gives"), "{}", said.why);
    }

    async fn what_a_rule_gives_and_what_is_delivered_in_the_same_moment_never_exclude_each_other(test: TestDb) {
        const EVENING: &str = "Evening desk";
        let world = desk(test).await;
        let second = world.second_server().await;
        let evenings = world.makes_group("Evening keys").await;
        let evening = world.offers(Offer::new(EVENING, evenings, [])).await;
        let apart = Command::AddIncompatible { package: world.package(DESK), with: Incompatible::Package(evening) };
        world.person("morgan").await.submits(apart).await.unwrap();
        saves(&world, by_rule(PIER, 0, None)).await.unwrap();
        let mut people = Vec::new();
        for number in 0..8 {
            let person = world.hires(&format!("person{number}")).await;
            person.requests(EVENING).because("For the evening.").await.unwrap();
            let (delivered, ()) = tokio::join!(second.settle(), moves(&world, &person, "Pier"));
            delivered.unwrap();
            people.push(person);
        }
        for person in &people {
            let both = (person.holds("Pier keys").await, person.holds("Evening keys").await);
            assert!(matches!(both, (true, false) | (false, true)), "{}: {both:?}", person.user_name);
        }
        let all: Vec<_> = people.iter().collect();
        world.is_whole(&all).await;
    }

    async fn who_asked_and_whose_time_is_over_as_more_is_delivered_gets_one_and_not_two(test: TestDb) {
        let world = desk(test).await;
        let one = world.hires("one").await;
        saves(&world, by_rule(PIER, 0, None)).await.unwrap();
        one.requests(DESK).because("For the morning.").await.unwrap();
        world.settle().await;
        // The time is over, and nobody has noted it, when the rule matches and more is asked for.
        world.time_goes_by(Span::hours(4));
        one.requests(DESK).because("For the afternoon.").await.unwrap();
        moves(&world, &one, "Pier").await;
        world.settle().await;
        assert!(one.holds("Pier keys").await);
        world.passes(Span::hours(4)).await;
        assert!(one.holds("Pier keys").await, "the rule gives it from then on");
        world.history_is_sound().await;
    }

    async fn who_has_what_excludes_the_package_gets_it_by_the_rule_only_after_that_has_ended(test: TestDb) {
        let world = desk(test).await;
        let one = world.hires("one").await;
        let morgan = world.person("morgan").await;
        let group = world.makes_group("Till keys").await;
        world.offers(Offer::new("Till", group, [])).await;
        let with = Incompatible::Package(world.package("Till"));
        morgan.submits(Command::AddIncompatible { package: world.package(DESK), with }).await.unwrap();
        one.requests("Till").because("Today.").await.unwrap();
        world.settle().await;
        assert!(one.holds("Till keys").await);
        saves(&world, by_rule(PIER, 0, None)).await.unwrap();
        moves(&world, &one, "Pier").await;
        world.passes(Span::hours(2)).await;
        assert!(!one.holds("Pier keys").await, "nobody has both, whatever the rule says");
        world.passes(Span::hours(4)).await;
        assert!(one.holds("Pier keys").await && !one.holds("Till keys").await, "the rule is asked again every hour");
        world.history_is_sound().await;
    }

    async fn a_rule_that_names_the_moment_is_asked_every_hour(test: TestDb) {
        let world = desk(test).await;
        let one = world.hires("one").await;
        let morgan = world.person("morgan").await;
        let said: String = (world.now() + Span::hours(24)).iso().chars().take(10).collect();
        morgan.edits(&one, |form| drop(form.profile.attributes.insert("employeeHireDate".into(), said))).await.unwrap();
        saves(&world, by_rule("user.employeeHireDate -le system.now", 0, None)).await.unwrap();
        world.passes(Span::hours(15)).await;
        assert!(!one.holds("Pier keys").await);
        world.passes(Span::hours(2)).await;
        assert!(one.holds("Pier keys").await);
    }

    async fn saving_is_refused_until_who_saves_has_seen_what_it_does_and_then_does_exactly_that(test: TestDb) {
        let world = desk(test).await;
        let (one, two) = (world.hires("one").await, world.hires("two").await);
        for person in [&one, &two] {
            moves(&world, person, "Pier").await;
        }
        let effect = Effect { gain: 2, lose: 0 };
        assert_eq!(refused(saves(&world, by_rule(PIER, 0, None)).await), Refusal::PreviewNeeded { effect, seen: None });
        assert!(!one.holds("Pier keys").await, "nothing was saved");
        saves(&world, by_rule(PIER, 0, Some(effect))).await.unwrap();
        assert!(one.holds("Pier keys").await && two.holds("Pier keys").await);
        let second = saves(&world, by_rule(PIER, 0, Some(effect))).await;
        assert!(matches!(refused(second), Refusal::SecondAutomaticPolicy { .. }));
        world.passes(Span::minutes(2)).await;
        assert_eq!(world.subjects_to("one").await, ["You now have access"], "asked again a minute later, and nothing new");
        world.history_is_sound().await;
    }

    async fn attributes_give_and_take_and_nobody_else_does(test: TestDb) {
        let world = desk(test).await;
        let one = world.hires("one").await;
        saves(&world, by_rule(PIER, 0, None)).await.unwrap();
        moves(&world, &one, "Pier").await;
        assert!(one.holds("Pier keys").await, "in the same moment");
        let assignment = world.person("morgan").await.finds_assignment(DESK, &one).await;
        assert!(matches!(refused(one.ends(assignment, "").await), Refusal::GivenByRule { .. }));
        let morgan = world.person("morgan").await;
        assert!(matches!(refused(morgan.ends(assignment, "No longer needed.").await), Refusal::GivenByRule { .. }));
        moves(&world, &one, "Sales").await;
        assert!(!one.holds("Pier keys").await);
        world.settle().await;
        assert_eq!(world.subjects_to("one").await, ["You now have access", "Access has ended"]);
        moves(&world, &one, "Pier").await;
        morgan.disables(&one).await.unwrap();
        morgan.enables(&one).await.unwrap();
        assert!(one.holds("Pier keys").await, "disabled people are out of the rule, and come back");
        world.settle().await;
        world.history_is_sound().await;
    }

    async fn in_the_grace_period_it_is_held_until_its_end_and_kept_by_who_matches_again(test: TestDb) {
        let world = desk(test).await;
        let one = world.hires("one").await;
        saves(&world, by_rule(PIER, 24 * 60, None)).await.unwrap();
        moves(&world, &one, "Pier").await;
        moves(&world, &one, "Sales").await;
        world.passes(Span::hours(23)).await;
        assert!(one.holds("Pier keys").await);
        moves(&world, &one, "Pier").await;
        world.passes(Span::hours(2)).await;
        assert!(one.holds("Pier keys").await, "the end was taken back");
        moves(&world, &one, "Sales").await;
        world.time_goes_by(Span::hours(24));
        assert!(!one.holds("Pier keys").await, "before any worker saw it");
        world.settle().await;
        let kinds: Vec<String> = world.subjects_to("one").await.iter().map(|s| s.chars().take(11).collect()).collect();
        assert_eq!(kinds, ["You now hav", "Access ends", "You keep ac", "Access ends", "Access has "]);
        world.history_is_sound().await;
    }

    async fn who_asked_for_it_keeps_it_as_asked_and_gets_it_by_the_rule_when_that_is_over(test: TestDb) {
        let world = desk(test).await;
        let one = world.hires("one").await;
        moves(&world, &one, "Pier").await;
        one.requests(DESK).because("For the morning.").await.unwrap();
        world.settle().await;
        saves(&world, by_rule(PIER, 0, None)).await.unwrap();
        let rows = world.person("morgan").await.sees_assignments(DESK, "", Filter::Active).await.unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.source.as_str()).collect::<Vec<_>>(), ["Requested"], "no second one");
        world.passes(Span::hours(4)).await;
        assert!(one.holds("Pier keys").await, "without a gap that anybody would see");
        let rows = world.person("morgan").await.sees_assignments(DESK, "", Filter::Active).await.unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.source.as_str()).collect::<Vec<_>>(), ["Automatic"]);
        assert!(!rows[0].removable);
    }

    async fn disabling_the_policy_lets_everybody_leave_after_the_grace_period(test: TestDb) {
        let world = desk(test).await;
        let one = world.hires("one").await;
        moves(&world, &one, "Pier").await;
        let effect = Effect { gain: 1, lose: 0 };
        let policy = saves(&world, by_rule(PIER, 60, Some(effect))).await.unwrap();
        let (package, morgan) = (world.package(DESK), world.person("morgan").await);
        let off = |seen| Command::EditPolicy { package, policy, version: 0, fields: PolicyFields { enabled: false, ..by_rule(PIER, 60, seen) } };
        let lost = Effect { gain: 0, lose: 1 };
        assert_eq!(refused(morgan.submits(off(None)).await), Refusal::PreviewNeeded { effect: lost, seen: None });
        morgan.submits(off(Some(lost))).await.unwrap();
        assert!(one.holds("Pier keys").await);
        world.passes(Span::hours(1)).await;
        assert!(!one.holds("Pier keys").await);
    }
}
