//! Policies that are allowed and yet not wise, before and after they are saved, and which of several applies to whom.

use crate::catalogs::{makes_catalog, makes_package, makes_policy, policy, settings};
use model::approval::Approver;
use model::catalog::{PolicyOf, PolicySketch, Sketched, SketchedStage};
use model::limits::NOTIFIED_PEOPLE_FLAGGED;
use model::package::{PolicySettings, Scope};
use model::view::catalog::PolicyCheck;
use model::view::package::Form;
use model::{PackageId, Refusal, query};
use testkit::{Offer, Person, World, both, refused, stage};

fn people(users: &[&str], groups: &[&str]) -> Sketched {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Sketched { users: owned(users), groups: owned(groups), ..Sketched::default() }
}

/// One stage for all members.
fn of(approvers: Sketched) -> PolicySketch {
    let stage = SketchedStage { approvers, quorum: 1, ..SketchedStage::default() };
    PolicySketch { scope: "all_members".into(), covered: Sketched::default(), stages: vec![stage] }
}

async fn checks(who: &Person, package: PackageId, sketch: PolicySketch) -> Result<PolicyCheck, engine::Problem> {
    who.asks(query::PolicyCheck { of: PolicyOf::Package(package), sketch }).await
}

both! {
    async fn what_is_typed_is_checked_by_whoever_may_write_the_policy_and_nothing_is_saved(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, ingrid, alex, emma, helga] = world.people(["morgan", "ingrid", "alex", "emma", "helga"]).await;
        let catalog = makes_catalog(&ingrid, "Own").await;
        let package = makes_package(&ingrid, catalog, "Tools", Vec::new()).await;
        let none = world.makes_group("Nobody there").await;
        let crowd = world.makes_group("Crowd").await;
        for number in 0..=NOTIFIED_PEOPLE_FLAGGED {
            world.adds(crowd, &world.hires(&format!("crowd{number}")).await).await;
        }
        assert_eq!(refused(checks(&emma, package, of(people(&["alex"], &[]))).await), Refusal::NotFound { what: "access package" });
        let found = checks(&ingrid, package, of(people(&["no such person"], &[]))).await.unwrap();
        assert_eq!(found.refused.map(|refused| refused.code), Some("malformed".to_owned()));
        let found = checks(&ingrid, package, of(Sketched::default())).await.unwrap();
        assert!(found.refused.is_some_and(|refused| refused.sentence.contains("Stage 1 names no approvers")));

        let warned = async |sketch| checks(&ingrid, package, sketch).await.unwrap().warnings;
        let [nobody] = &warned(of(people(&[], &["Nobody there"]))).await[..] else { panic!("nobody can decide") };
        assert!(nobody.contains("tage 1"), "{nobody}");
        let [alone] = &warned(of(people(&["alex"], &[]))).await[..] else { panic!("Alex is alone") };
        assert!(alone.starts_with("Only Alex can decide stage 1, and may request under this policy too."), "{alone}");
        let outside = PolicySketch { scope: "specific".into(), covered: people(&["emma"], &[]), ..of(people(&["alex"], &[])) };
        assert!(warned(outside).await.is_empty(), "Alex may not request under it");
        let [crowded] = &warned(of(people(&[], &["crowd"]))).await[..] else { panic!("a crowd") };
        assert!(crowded.starts_with("Stage 1 asks 51 people about every request"), "{crowded}");
        assert!(warned(of(people(&["alex", "helga"], &[]))).await.is_empty());
        let manager = Sketched { manager: Some(1), ..Sketched::default() };
        assert!(warned(of(manager)).await.is_empty(), "managers depend on who asks");
        assert!(ingrid.asks(query::AdminPackage { package }).await.unwrap().policies.is_empty(), "nothing was saved");

        // What became unwise after it was saved is said on the tab; what is disabled bothers nobody.
        let late = settings(vec![stage([Approver::Group { id: none }, (&helga).into(), (&alex).into()])]);
        let id = makes_policy(&ingrid, package, policy("Late", late)).await;
        assert!(ingrid.asks(query::FlaggedPolicies { package }).await.unwrap().is_empty());
        for person in [&helga, &alex] {
            morgan.disables(person).await.unwrap();
        }
        let flagged = ingrid.asks(query::FlaggedPolicies { package }).await.unwrap();
        assert_eq!(flagged.iter().map(|one| (one.policy, one.warnings.len())).collect::<Vec<_>>(), [(id, 1)]);
        assert_eq!(refused(emma.asks(query::FlaggedPolicies { package }).await), Refusal::NotFound { what: "access package" });
    }

    async fn each_policy_says_for_whom_it_is_among_the_others(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, alex, helga] = world.people(["ingrid", "alex", "helga"]).await;
        let catalog = makes_catalog(&ingrid, "Own").await;
        let package = makes_package(&ingrid, catalog, "Tools", Vec::new()).await;
        let with = |scope| PolicySettings { scope, ..settings(vec![stage([(&alex).into(), (&helga).into()])]) };
        let make = async |name: &str, scope| makes_policy(&ingrid, package, policy(name, with(scope))).await;
        let members = make("Members", Scope::AllMembers).await;
        make("Alex", Scope::Specific { users: vec![alex.id], groups: Vec::new() }).await;
        make("Others", Scope::AllMembers).await;
        make("By hand", Scope::Nobody).await;
        let rows = ingrid.asks(query::AdminPackage { package }).await.unwrap().policies;
        let said: Vec<&str> = rows.iter().map(|row| row.place.as_str()).collect();
        let expected = [
            "Whoever it covers, unless “Alex” covers them too, which then counts alone. Whoever “Others” covers as well chooses between them.",
            "Whoever it covers.",
            "Whoever it covers, unless “Alex” covers them too, which then counts alone. Whoever “Members” covers as well chooses between them.",
            "Those to whom administrators assign it; nobody asks.",
        ];
        assert_eq!(said, expected);
        let one = ingrid.asks(query::Policy { package, policy: Some(members) }).await.unwrap();
        assert_eq!(one.place, expected[0], "the policy says what the list says");
    }

    async fn whoever_fits_two_policies_of_which_one_is_closed_asks_under_the_other_by_naming_it(test: TestDb) {
        let world = World::demo(test).await;
        let [noor, helga] = world.people(["noor", "helga"]).await;
        let group = world.makes_group("Choice").await;
        let offer = Offer::new("Choice", group, [stage([(&helga).into()])]);
        world.offers(offer.and_policy("By herself", |settings| settings.stages = vec![stage([(&noor).into()])])).await;
        let Form::Open { policies, .. } = noor.sees_package("Choice").await.unwrap().form else { panic!("one is open") };
        assert_eq!(policies.iter().map(|policy| policy.name.as_str()).collect::<Vec<_>>(), ["Everybody"]);
        assert_eq!(refused(noor.requests("Choice").because("Please.").await), Refusal::PolicyChoiceNeeded, "both fit");
        assert_eq!(refused(noor.requests("Choice").because("Please.").under("By herself").await).code(), "no_approver");
        noor.requests("Choice").because("Please.").under("Everybody").await.unwrap();
    }

    async fn several_fitting_policies_stand_side_by_side_and_only_what_differs_is_marked(test: TestDb) {
        let world = World::demo(test).await;
        let [noor, helga, miriam] = world.people(["noor", "helga", "miriam"]).await;
        let group = world.makes_group("Choice").await;
        let offer = Offer::new("Choice", group, [stage([(&helga).into()])]);
        let both = stage([(&helga).into(), (&miriam).into()]);
        world.offers(offer.and_policy("Both", move |settings| {
            settings.stages = vec![model::approval::Stage { quorum: 2, ..both }];
            settings.timeline_allowed = true;
        })).await;
        let Form::Open { policies, compared, .. } = noor.sees_package("Choice").await.unwrap().form else { panic!() };
        assert_eq!(policies.len(), 2);
        assert!(compared.iter().all(|one| one.values.len() == 2));
        let differing: Vec<&str> = compared.iter().filter(|one| one.differs).map(|one| one.name.as_str()).collect();
        assert_eq!(differing, ["Approval", "Start and end"], "{compared:?}");
        let approval = compared.iter().find(|one| one.name == "Approval").unwrap();
        assert!(approval.values[0].starts_with("Stage 1 of 1: Helga. Decides within"), "{approval:?}");
        assert!(approval.values[1].contains("2 of them have to approve"), "{approval:?}");
        for name in ["Lasts", "To answer", "For"] {
            assert!(compared.iter().any(|one| one.name == name), "{name} is missing in {compared:?}");
        }
        let one_only = Offer::new("Single", group, [stage([(&helga).into()])]);
        world.offers(one_only).await;
        let Form::Open { compared, .. } = noor.sees_package("Single").await.unwrap().form else { panic!() };
        assert!(compared.is_empty(), "there is nothing to compare");
    }
}
