//! Search by the beginnings of words.

use crate::given::{NOW, attempt, group, offer, package, packages as given_packages, person, team, user};
use model::UserId;
use rules::group::Group;
use rules::user::User;
use store::search::Words;
use store::users::Filter;
use store::{Db, Saved, groups, packages, users};
use testkit::both;

async fn found(db: &Db, text: &str) -> Vec<UserId> {
    let link = &mut db.read().await.unwrap();
    let mut ids: Vec<_> =
        users::list(link, &Words::of(text), Filter::All, None, 100).await.unwrap().into_iter().map(|user| user.id).collect();
    ids.sort();
    ids
}

async fn named(db: &Db, names: &[&str]) {
    let added = attempt(db, async |link| {
        for (n, name) in (1..).zip(names) {
            let quiet = User { display_name: (*name).to_owned(), user_name: format!("{n}"), mail: String::new(), ..user(n) };
            users::insert(link, &quiet, None).await?;
        }
        Ok(())
    });
    added.await.unwrap();
}

both! {
    async fn any_word_is_found_by_its_beginning_in_any_case_and_script(test: TestDb) {
        named(&test.db, &["Zoë Ångström", "ÉMILE du Bois", "Ёлка Иванова", "Straße 12", "ΟΔΥΣΣΕΥΣ", "李小龍", "O'Brien-Smith", "𝒳avier"]).await;
        for (text, who) in [
            ("zoë", 1), ("ZO", 1), ("ångst", 1), ("ÅNG", 1), ("émile", 2), ("Ém", 2), ("BOIS", 2), ("ёл", 3), ("ИВАН", 3),
            ("stra", 4), ("straß", 4), ("οδυς", 5), ("ΟΔΥΣ", 5), ("οδυσσευς", 5), ("李", 6), ("brien", 7), ("smith o", 7), ("𝒳", 8),
        ] {
            assert_eq!(found(&test.db, text).await, [person(who)], "{text}");
        }
        for text in ["gström", "zz", "zoe", "emil", "龍", "z%", "zo_", "\u{10ffff}"] {
            let expected = if Words::of(text) == Words::default() { 8 } else if text == "z%" || text == "zo_" { 1 } else { 0 };
            assert_eq!(found(&test.db, text).await.len(), expected, "{text}");
        }
    }

    async fn two_words_have_to_begin_words_of_the_same_person(test: TestDb) {
        named(&test.db, &["Anna Berg", "Anna Stone", "Berg Lake"]).await;
        assert_eq!(found(&test.db, "ann ber").await, [person(1)]);
        assert_eq!(found(&test.db, "ber ann").await, [person(1)]);
        assert_eq!(found(&test.db, "ann ann").await, [person(1), person(2)]);
        assert_eq!(found(&test.db, "  ").await.len(), 3, "no word asks for nothing");
        assert_eq!(found(&test.db, "lake stone").await, []);
    }

    async fn a_word_longer_than_the_index_is_found_by_all_of_it(test: TestDb) {
        let long = "x".repeat(100);
        named(&test.db, &[&long]).await;
        assert_eq!(found(&test.db, &long).await, [person(1)]);
        assert_eq!(found(&test.db, "xxx").await, [person(1)]);
    }

    async fn a_long_description_never_hides_the_name(test: TestDb) {
        let description = (0..200).map(|n| format!("a{n}")).collect::<Vec<_>>().join(" ");
        attempt(&test.db, async |link| groups::insert(link, &Group { name: "Zebra keepers".into(), description, ..group(1) }).await)
            .await
            .unwrap();
        let link = &mut test.db.read().await.unwrap();
        for text in ["zebra", "keep", "a0"] {
            let found = groups::list(link, &Words::of(text), groups::Filter::All, None, 9, NOW).await.unwrap();
            assert_eq!(found.len(), 1, "{text}");
        }
    }

    async fn old_names_are_forgotten_and_new_ones_found(test: TestDb) {
        named(&test.db, &["Anna Berg"]).await;
        attempt(&test.db, async |link| {
            let married = User { display_name: "Anna Hill".into(), user_name: "1".into(), mail: String::new(), ..user(1) };
            assert_eq!(users::update(link, &married).await?, Saved::Yes);
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(found(&test.db, "berg").await, []);
        assert_eq!(found(&test.db, "hill").await, [person(1)]);
    }

    async fn each_list_finds_its_own_kind_only(test: TestDb) {
        given_packages(&test.db, 1).await;
        attempt(&test.db, async |link| {
            users::insert(link, &User { display_name: "Harbour".into(), ..user(1) }, None).await?;
            groups::insert(link, &Group { name: "Harbour".into(), ..group(1) }).await?;
            store::search::set(link, store::search::PACKAGE, offer(1).0, &["Harbour"]).await
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        let words = Words::of("harb");
        assert_eq!(found(&test.db, "harb").await, [person(1)]);
        let teams = groups::list(link, &words, groups::Filter::All, None, 9, NOW).await.unwrap();
        assert_eq!(teams.into_iter().map(|(group, _)| group.id).collect::<Vec<_>>(), [team(1)]);
        let offers = packages::available(link, person(1), user(1).kind, &words, None, 9, NOW).await.unwrap();
        assert_eq!(offers.into_iter().map(|listed| listed.name).collect::<Vec<_>>(), [package(1).name]);
    }
}
