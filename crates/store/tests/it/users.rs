//! Users: what is saved is loaded, and what nobody may break.

use crate::given::{NOW, attempt, id, person, user, users as given_users};
use model::UserId;
use model::directory::{Profile, UserKind};
use rules::user::{User, folded};
use std::collections::BTreeMap;
use store::search::Words;
use store::users::Filter;
use store::{Db, Saved, users};
use testkit::both;

fn rich() -> User {
    User {
        user_name: "Zoë.Ångström@harbour.example".into(),
        display_name: "Zoë “the 🦆” O'Ångström".into(),
        mail: String::new(),
        kind: UserKind::Guest,
        manager: Some(person(1)),
        enabled: false,
        profile: Profile {
            attributes: BTreeMap::from([
                ("department".to_owned(), "R&D \"north\"\\south".to_owned()),
                ("city".to_owned(), "Århus".to_owned()),
            ]),
            other_mails: vec!["zoe@elsewhere.example".into()],
        },
        last_sign_in_at: Some(NOW),
        version: 7,
        ..user(2)
    }
}

both! {
    async fn a_saved_user_is_loaded_unchanged(test: TestDb) {
        attempt(&test.db, async |link| {
            assert!(!users::any(link).await?);
            users::insert(link, &user(1), None).await?;
            users::insert(link, &rich(), Some("a hash")).await?;
            assert!(users::any(link).await?);
            Ok(())
        })
        .await
        .unwrap();
        let link = &mut test.db.read().await.unwrap();
        assert_eq!(users::get(link, person(1)).await.unwrap(), Some(user(1)));
        assert_eq!(users::get(link, person(2)).await.unwrap(), Some(rich()));
        assert_eq!(users::get(link, person(3)).await.unwrap(), None);
        assert_eq!(users::by_name(link, "USER1@harbour.example ").await.unwrap(), Some((user(1), None)));
        let (found, hash) = users::by_name(link, &rich().user_name.to_uppercase()).await.unwrap().unwrap();
        assert_eq!((found, hash.as_deref()), (rich(), Some("a hash")));
        assert_eq!(users::by_name(link, "nobody").await.unwrap(), None);
        let mut several = users::several(link, &[person(2), person(3), person(1)]).await.unwrap();
        several.sort_by_key(|user| user.id);
        assert_eq!(several, [user(1), rich()]);
        let names = users::names(link, &[person(1), person(3)]).await.unwrap();
        assert_eq!(names, BTreeMap::from([(person(1), "User 1".to_owned())]));
        assert!(users::several(link, &[]).await.unwrap().is_empty());
    }

    async fn several_users_are_loaded_whatever_their_number(test: TestDb) {
        given_users(&test.db, 450).await;
        let link = &mut test.db.read().await.unwrap();
        let ids: Vec<UserId> = (1..=500).map(person).collect();
        assert_eq!(users::several(link, &ids).await.unwrap().len(), 450);
        assert_eq!(users::names(link, &ids).await.unwrap().len(), 450);
    }

    async fn an_update_saves_all_but_password_and_enabled(test: TestDb) {
        attempt(&test.db, async |link| {
            users::insert(link, &user(1), None).await?;
            users::insert(link, &User { enabled: true, version: 0, ..user(2) }, Some("a hash")).await?;
            let changed = User { version: 0, last_sign_in_at: None, ..rich() };
            assert_eq!(users::update(link, &changed).await?, Saved::Yes);
            let saved = users::get(link, person(2)).await?.unwrap();
            assert_eq!(saved, User { enabled: true, version: 1, last_sign_in_at: None, ..rich() });
            assert_eq!(users::by_name(link, &changed.user_name).await?.unwrap().1.as_deref(), Some("a hash"));
            users::set_enabled(link, person(2), false).await?;
            users::set_password_hash(link, person(2), "another").await?;
            users::signed_in(link, person(2), NOW).await?;
            let (saved, hash) = users::by_name(link, &changed.user_name).await?.unwrap();
            assert_eq!(saved, User { version: 2, ..rich() });
            assert_eq!(hash.as_deref(), Some("another"));
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn a_stale_update_changes_nothing(test: TestDb) {
        given_users(&test.db, 1).await;
        attempt(&test.db, async |link| {
            let mine = User { display_name: "Mine".into(), ..user(1) };
            let theirs = User { display_name: "Theirs".into(), ..user(1) };
            assert_eq!(users::update(link, &mine).await?, Saved::Yes);
            assert_eq!(users::update(link, &theirs).await?, Saved::Stale);
            assert_eq!(users::update(link, &user(9)).await?, Saved::Stale, "nobody is not there either");
            assert_eq!(users::get(link, person(1)).await?.unwrap().display_name, "Mine");
            assert!(users::list(link, &Words::of("theirs"), Filter::All, None, 9).await?.is_empty());
            // Whether somebody is enabled changes the version too: an old form must not bring back what it showed.
            users::set_enabled(link, person(1), false).await?;
            assert_eq!(users::update(link, &User { version: 1, ..mine }).await?, Saved::Stale);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn user_names_differ_by_more_than_case_and_blanks(test: TestDb) {
        given_users(&test.db, 2).await;
        let twin = User { user_name: " USER1@Harbour.Example".into(), ..user(3) };
        let fault = attempt(&test.db, async |link| users::insert(link, &twin, None).await).await.unwrap_err();
        assert!(fault.is_duplicate(), "{fault}");
        let renamed = User { user_name: twin.user_name, ..user(2) };
        let fault = attempt(&test.db, async |link| users::update(link, &renamed).await).await.unwrap_err();
        assert!(fault.is_duplicate(), "{fault}");
        let fault = attempt(&test.db, async |link| users::insert(link, &User { id: person(1), ..user(9) }, None).await).await;
        assert!(fault.unwrap_err().is_duplicate());
    }

    async fn a_manager_is_somebody(test: TestDb) {
        let orphan = User { manager: Some(person(99)), ..user(1) };
        let fault = attempt(&test.db, async |link| users::insert(link, &orphan, None).await).await.unwrap_err();
        assert!(!fault.is_duplicate(), "{fault}");
    }

    async fn managers_are_followed_upwards_even_when_they_report_to_each_other(test: TestDb) {
        attempt(&test.db, async |link| {
            for (n, manager) in [(4, None), (3, Some(4)), (2, Some(3)), (1, Some(2))] {
                users::insert(link, &User { manager: manager.map(person), ..user(n) }, None).await?;
            }
            users::set_enabled(link, person(3), false).await?;
            Ok(())
        })
        .await
        .unwrap();
        let link = &mut test.db.begin().await.unwrap();
        let above = |chain: Vec<(UserId, String, bool)>| chain.into_iter().map(|(id, _, enabled)| (id, enabled)).collect::<Vec<_>>();
        let all = users::managers(link, person(1), 10).await.unwrap();
        assert_eq!(all[0].1, "User 2");
        assert_eq!(above(all), [(person(2), true), (person(3), false), (person(4), true)]);
        assert_eq!(above(users::managers(link, person(1), 2).await.unwrap()).len(), 2);
        assert!(users::managers(link, person(4), 10).await.unwrap().is_empty());
        let top = users::get(link, person(4)).await.unwrap().unwrap();
        assert_eq!(users::update(link, &User { manager: Some(person(3)), ..top }).await.unwrap(), Saved::Yes);
        let ids: Vec<_> = users::managers(link, person(1), 5).await.unwrap().into_iter().map(|(id, _, _)| id).collect();
        assert_eq!(ids, [2, 3, 4, 3, 4].map(person), "the second of a loop is the manager's manager again");
    }

    async fn pages_show_everybody_once_even_with_equal_names(test: TestDb) {
        let names = ["Émile", "Anna", "anna", "ANNA", "Zoe", "élan"];
        attempt(&test.db, async |link| {
            for n in 1..=40 {
                let display_name = names[n as usize % names.len()].to_owned();
                let kind = if n % 4 == 0 { UserKind::Guest } else { UserKind::Member };
                users::insert(link, &User { display_name, kind, enabled: n % 5 != 0, ..user(n) }, None).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let all: Vec<u128> = (1..=40).collect();
        let only = |keep: &dyn Fn(u128) -> bool| all.iter().copied().filter(|n| keep(*n)).map(person).collect::<Vec<_>>();
        for limit in [1, 7, 40, 100] {
            assert_eq!(walk(&test.db, "", Filter::All, limit).await, only(&|_| true), "{limit} a page");
        }
        assert_eq!(walk(&test.db, "", Filter::Members, 3).await, only(&|n| n % 4 != 0 && n % 5 != 0));
        assert_eq!(walk(&test.db, "", Filter::Guests, 3).await, only(&|n| n % 4 == 0 && n % 5 != 0));
        assert_eq!(walk(&test.db, "", Filter::Disabled, 3).await, only(&|n| n % 5 == 0));
        assert_eq!(walk(&test.db, "ann", Filter::All, 4).await, only(&|n| (1..=3).contains(&(n % 6))));
        assert_eq!(walk(&test.db, "harbour ann", Filter::Disabled, 2).await, only(&|n| (1..=3).contains(&(n % 6)) && n % 5 == 0));
    }

    async fn everybody_comes_once_in_pages_by_id(test: TestDb) {
        given_users(&test.db, 23).await;
        let link = &mut test.db.read().await.unwrap();
        let mut found = Vec::new();
        loop {
            let after = found.last().map_or(UserId(id(0)), |user: &User| user.id);
            let page = users::page_by_id(link, after, 5).await.unwrap();
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, (1..=23).map(user).collect::<Vec<_>>());
    }
}

/// The ids of all pages in the order of ids; each page is checked for the order of names.
async fn walk(db: &Db, search: &str, filter: Filter, limit: usize) -> Vec<UserId> {
    let link = &mut db.read().await.unwrap();
    let mut found: Vec<(String, UserId)> = Vec::new();
    loop {
        let page = users::list(link, &Words::of(search), filter, found.last().cloned(), limit).await.unwrap();
        let last = page.len() < limit;
        found.extend(page.iter().map(|user| (folded(&user.display_name), user.id)));
        if last {
            break;
        }
    }
    assert!(found.is_sorted(), "{found:?}");
    let mut ids: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
    ids.sort();
    ids
}
