//! *Who could?*: the answer about somebody else is the answer that they get themselves.

use crate::catalogs::{gives, makes_catalog, makes_package, makes_policy, policy, sees_package, settings};
use crate::given::ADMIN;
use model::catalog::CatalogRole;
use model::query;
use model::view::package::Form;
use model::view::who_could::{Could, WhoCould};
use model::{PackageId, Refusal, UserId};
use testkit::{Person, World, both, refused};

const NO_PACKAGE: Refusal = Refusal::NotFound { what: "access package" };

async fn asks(who: &Person, package: PackageId, person: UserId) -> Could {
    let answer: WhoCould = who.asks(query::WhoCould { package, search: String::new(), person: Some(person) }).await.unwrap();
    answer.could.unwrap()
}

both! {
    async fn nobody_without_a_role_in_the_catalog_learns_who_could_request(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, bianca] = world.people(["alex", "bianca"]).await;
        let query = query::WhoCould { package: world.package(ADMIN), search: "b".into(), person: Some(bianca.id) };
        assert_eq!(refused(alex.asks(query).await), NO_PACKAGE);
    }

    async fn whoever_only_reads_a_catalog_looks_nobody_up(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, emma, helga, felix, hugo, alex] =
            world.people(["ingrid", "emma", "helga", "felix", "hugo", "alex"]).await;
        let own = makes_catalog(&ingrid, "Own").await;
        let package = makes_package(&ingrid, own, "Own tools", Vec::new()).await;
        let one = makes_policy(&ingrid, package, policy("Everybody", settings(Vec::new()))).await;
        for (delegate, role, looks) in [
            (&emma, CatalogRole::Owner, true),
            (&helga, CatalogRole::PackageManager, true),
            (&hugo, CatalogRole::AssignmentManager, true),
            (&felix, CatalogRole::Reader, false),
        ] {
            gives(&ingrid, own, delegate, role).await;
            for (search, person) in [("a", None), ("", Some(alex.id))] {
                let asked = delegate.asks(query::WhoCould { package, search: search.into(), person }).await;
                assert_eq!(asked.is_ok(), looks, "{}", delegate.user_name);
                if !looks {
                    assert_eq!(refused(asked), Refusal::NotFound { what: "page" });
                }
            }
            // The tab and the link are there for whom it answers.
            assert_eq!(sees_package(delegate, package).await.unwrap().who_could, looks);
            let shown = delegate.asks(query::Policy { package, policy: Some(one) }).await.unwrap();
            assert_eq!(shown.who_could, looks);
        }
    }

    async fn somebody_who_is_not_there_is_not_found(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let nobody = UserId(model::AnyId::from_u128(9));
        let query = query::WhoCould { package: world.package(ADMIN), search: String::new(), person: Some(nobody) };
        assert_eq!(refused(morgan.asks(query).await), Refusal::NotFound { what: "user" });
    }

    async fn the_answer_is_the_one_that_the_person_gets(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let package = world.package(ADMIN);

        let could = asks(&morgan, package, alex.id).await;
        assert_eq!(could.badge.word, "May request");
        let own: model::view::package::Package = alex.asks(query::Package { package, again: None }).await.unwrap();
        let Form::Open { policies, .. } = own.form else { panic!("Alex has a form") };
        let plans: Vec<_> = could.policies.iter().filter_map(|policy| policy.plan.clone()).collect();
        assert_eq!(plans, policies.iter().map(|policy| policy.plan.clone()).collect::<Vec<_>>());

        let lena = world.hires("wilma").await;
        let outside = asks(&morgan, package, lena.id).await;
        assert_eq!(outside.badge.word, "Cannot request");
        assert_eq!(refused(lena.asks(query::Package { package, again: None }).await), NO_PACKAGE);
        assert_eq!(outside.told, Some(NO_PACKAGE.sentence_for_pages()));
        assert!(outside.policies.iter().all(|policy| policy.plan.is_none() && policy.badge.word == "Does not apply"));

        crate::given::asks_for_admin(&alex).await;
        let waiting = asks(&morgan, package, alex.id).await;
        assert_eq!(waiting.badge.word, "Cannot request");
        let own: model::view::package::Package = alex.asks(query::Package { package, again: None }).await.unwrap();
        let Form::Closed { why } = own.form else { panic!("Alex has asked already") };
        assert_eq!(waiting.told, Some(why.sentence));
        assert_eq!(waiting.policies[0].badge.word, "Closed now");
    }

    async fn disabled_people_could_not_request_anything(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        morgan.disables(&alex).await.unwrap();
        let could = asks(&morgan, world.package(ADMIN), alex.id).await;
        assert_eq!(could.badge.word, "Disabled");
        assert_eq!(could.told, None);
        assert!(could.policies.iter().all(|policy| policy.plan.is_none()));
    }
}
