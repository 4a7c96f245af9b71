//! *Who could?*: the answer about somebody else is the answer that they get themselves.

use crate::given::ADMIN;
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
