//! What a rule or another system gives is not taken by a review, because it would be given again: the row says where to change it.

use crate::automatic::{DESK, PIER, by_rule, desk, moves, saves};
use crate::reviews::{begins, belongs, says, settings, shown, team};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::command::Command;
use model::directory::{Membership, Principal};
use model::provisioning::Provisioned;
use model::review::{Decision, Phase, ReviewSettings, Reviewed, Silence};
use model::separation::Incompatible;
use model::view::review::RowFilter;
use model::{AssignmentId, GroupId, ReviewId, query};
use store::provisioned::Said;
use testkit::{Offer, Person, World, both};

/// What became of somebody's row, and why.
async fn outcome(who: &Person, review: ReviewId, name: &str) -> (String, String) {
    let all = query::ReviewResults { review, filter: RowFilter::All, search: String::new(), after: None };
    let rows = who.asks(all).await.unwrap().rows;
    let one = rows.into_iter().find(|one| one.row.name == name).unwrap();
    (one.outcome, one.outcome_because)
}

/// How many rows silence would remove, and how many it would only deny.
async fn silence(who: &Person, of: Reviewed, form: &ReviewSettings) -> (u64, u64) {
    let settings = Box::new(ReviewSettings { silence: Silence::Remove, ..form.clone() });
    let seen = who.asks(query::ReviewPreview { of: vec![of], settings, series: None }).await.unwrap().of.remove(0);
    (seen.removed_by_silence, seen.denied_only)
}

async fn denied(world: &World, of: Reviewed, name: &str) -> ReviewId {
    let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
    let mut form = settings(&morgan, &[&miriam]).await;
    form.auto_apply = true;
    let (series, review) = begins(world, &morgan, of, form).await;
    says(&miriam, review, &[name], Decision::Deny, "Not needed.").await.unwrap();
    morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
    world.settle().await;
    assert_eq!(shown(&morgan, series).await.phase, Phase::Applied);
    review
}

/// Another system says that somebody belongs to the group.
pub async fn another_system_gives(world: &World, group: GroupId, who: &Person) {
    let mut link = world.db().begin().await.unwrap();
    let said = Said { external_id: None, said: "{}".to_owned(), removed_at: None };
    store::provisioned::set(&mut link, Provisioned::Group, group.0, &said).await.unwrap();
    let one = Assignment {
        id: AssignmentId(world.new_id()),
        principal: Principal::User(who.id),
        role: ResourceRole::GroupMember(group),
        assignment_type: AssignmentType::Active,
        source: Source::Import,
        starts_at: world.now(),
        ends_at: None,
        ended_at: None,
    };
    store::assignments::insert(&mut link, &one, world.now()).await.unwrap();
    link.commit().await.unwrap();
}

both! {
    async fn a_package_that_a_rule_assigns_is_not_said_to_be_removed(test: TestDb) {
        let world = desk(test).await;
        let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
        let one = world.hires("one").await;
        saves(&world, by_rule(PIER, 0, None)).await.unwrap();
        moves(&world, &one, "Pier").await;
        let of = Reviewed::Package(world.package(DESK));
        let form = settings(&morgan, &[&miriam]).await;
        assert_eq!(silence(&morgan, of, &form).await, (0, 1), "the preview says so before");
        let name = "one";
        let review = denied(&world, of, name).await;
        let (what, why) = outcome(&morgan, review, name).await;
        assert_eq!(what, "Cannot be applied");
        assert!(why.contains("The rule of “Pier staff” gives it. Change the rule"), "{why}");
        assert!(one.holds("Pier keys").await);
        // Whom it no longer matches has an end, and loses nothing by a review that would come back.
        moves(&world, &one, "Sales").await;
        assert!(!one.holds("Pier keys").await);
    }

    async fn a_package_that_another_policy_would_give_at_once_is_not_said_to_be_removed(test: TestDb) {
        let world = desk(test).await;
        let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
        let [one, two] = [world.hires("one").await, world.hires("two").await];
        morgan.assigns(DESK, "Everybody", &[&one, &two]).await.unwrap();
        world.settle().await;
        saves(&world, by_rule(PIER, 0, None)).await.unwrap();
        moves(&world, &one, "Pier").await;
        let of = Reviewed::Package(world.package(DESK));
        assert_eq!(silence(&morgan, of, &settings(&morgan, &[&miriam]).await).await, (1, 1), "the preview says so before");
        let review = denied(&world, of, "one").await;
        let (what, why) = outcome(&morgan, review, "one").await;
        assert_eq!(what, "Cannot be applied");
        assert!(why.contains("The rule of “Pier staff” gives it. Change the rule"), "{why}");
        assert!(one.holds("Pier keys").await);
        let held = one.access().await;
        assert_eq!(held.iter().filter(|access| access.name == "Pier keys").count(), 1, "it is what it was: {held:?}");
        // Whom no rule matches loses it.
        let review = denied(&world, of, "two").await;
        assert_eq!(outcome(&morgan, review, "two").await.0, "Removed");
        assert!(!two.holds("Pier keys").await);
        // And so does the other one once the rule looks elsewhere.
        moves(&world, &one, "Sales").await;
        let review = denied(&world, of, "one").await;
        assert_eq!(outcome(&morgan, review, "one").await.0, "Removed");
        assert!(!one.holds("Pier keys").await);
    }

    async fn what_separation_of_duties_keeps_a_rule_from_giving_again_is_removed(test: TestDb) {
        const EVENING: &str = "Evening desk";
        let world = desk(test).await;
        let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
        let [one, two] = [world.hires("one").await, world.hires("two").await];
        let evenings = world.makes_group("Evening keys").await;
        let evening = world.offers(Offer::new(EVENING, evenings, [])).await;
        morgan.assigns(DESK, "Everybody", &[&one, &two]).await.unwrap();
        morgan.assigns(EVENING, "Everybody", &[&one]).await.unwrap();
        world.settle().await;
        saves(&world, by_rule(PIER, 0, None)).await.unwrap();
        for person in [&one, &two] {
            moves(&world, person, "Pier").await;
        }
        let of = Reviewed::Package(world.package(DESK));
        let form = settings(&morgan, &[&miriam]).await;
        assert_eq!(silence(&morgan, of, &form).await, (0, 2), "both would get it again");
        let apart = Command::AddIncompatible { package: world.package(DESK), with: Incompatible::Package(evening) };
        morgan.submits(apart).await.unwrap();
        assert_eq!(silence(&morgan, of, &form).await, (1, 1), "whoever has the other one would not");
        let review = denied(&world, of, "one").await;
        assert_eq!(outcome(&morgan, review, "one").await.0, "Removed");
        assert!(!one.holds("Pier keys").await && one.holds("Evening keys").await);
        let review = denied(&world, of, "two").await;
        assert_eq!(outcome(&morgan, review, "two").await.0, "Cannot be applied");
        assert!(two.holds("Pier keys").await);
    }

    async fn a_member_by_the_rule_of_a_group_is_not_said_to_be_removed(test: TestDb) {
        let world = World::demo(test).await;
        let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[]).await;
        let one = world.hires("one").await;
        moves(&world, &one, "Pier").await;
        let membership = Membership::Dynamic { rule: PIER.to_owned() };
        morgan.edits_group(group, |form| form.membership = membership).await.unwrap();
        world.settle().await;
        let of = Reviewed::Group(group);
        assert_eq!(silence(&morgan, of, &settings(&morgan, &[&miriam]).await).await, (0, 1));
        let name = "one";
        let review = denied(&world, of, name).await;
        let (what, why) = outcome(&morgan, review, name).await;
        assert_eq!(what, "Cannot be applied");
        assert!(why.contains("The rule of “Archive” gives it."), "{why}");
        assert!(belongs(&world, group, &one).await);
    }

    async fn a_member_whom_another_system_gives_is_taken_out_over_there(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&lee]).await;
        another_system_gives(&world, group, &alex).await;
        let of = Reviewed::Group(group);
        assert_eq!(silence(&morgan, of, &settings(&morgan, &[&miriam]).await).await, (1, 1));
        let review = denied(&world, of, "Alex").await;
        let (what, why) = outcome(&morgan, review, "Alex").await;
        assert_eq!(what, "Cannot be applied");
        assert!(why.contains("Take the person out of “Archive” over there."), "{why}");
        assert!(belongs(&world, group, &alex).await);
        // When it no longer speaks of the group, a review takes away what it left.
        let mut link = world.db().begin().await.unwrap();
        let gone = Said { external_id: None, said: "{}".to_owned(), removed_at: Some(world.now()) };
        store::provisioned::set(&mut link, Provisioned::Group, group.0, &gone).await.unwrap();
        link.commit().await.unwrap();
        let review = denied(&world, of, "Alex").await;
        assert_eq!(outcome(&morgan, review, "Alex").await.0, "Removed");
        assert!(!belongs(&world, group, &alex).await && belongs(&world, group, &lee).await);
    }
}
