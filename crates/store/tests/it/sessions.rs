//! Sessions, failed sign-ins, set-up tokens, facts.

use crate::given::{HOUR, NOW, attempt, id, person, user, users as given_users};
use model::CatalogId;
use store::sessions::{self, Session};
use store::users;
use testkit::both;

both! {
    async fn a_session_is_found_with_its_user_until_it_ends(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            for (session, who) in [(b"a", 1), (b"b", 1), (b"c", 2)] {
                sessions::insert(link, session, person(who), "password", "::1", "Browser “1”", NOW).await?;
            }
            let mut expected = Session {
                user_id: person(1),
                user_name: user(1).user_name,
                display_name: user(1).display_name,
                enabled: true,
                created_at: NOW,
                seen_at: NOW,
                code_at: None,
                passkey_at: None,
                provider_id: None,
                vouched_at: None,
                vouched_multifactor_at: None,
                vouched_passkey_at: None,
                word_signed_in_at: None,
                word_multifactor_at: None,
                word_passkey_at: None,
                has_reports: false,
            holders_asked: false,
            };
            assert_eq!(sessions::get(link, b"a").await?.as_ref(), Some(&expected));
            assert_eq!(sessions::get(link, b"x").await?, None);
            sessions::seen(link, b"a", NOW + HOUR).await?;
            sessions::seen(link, b"a", NOW).await?;
            users::set_enabled(link, person(1), false).await?;
            let _ = users::update(link, &rules::user::User { manager: Some(person(1)), ..user(2) }).await?;
            (expected.seen_at, expected.enabled, expected.has_reports) = (NOW + HOUR, false, true);
            assert_eq!(sessions::get(link, b"a").await?.as_ref(), Some(&expected), "seen never goes back");
            assert_eq!(sessions::forget(link, NOW).await?, 0, "who was seen at this instant stays");
            assert_eq!(sessions::forget(link, NOW + model::Span(1)).await?, 2);
            assert_eq!(sessions::end(link, b"a").await?, 1);
            assert_eq!(sessions::end(link, b"a").await?, 0);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn all_sessions_of_a_user_end_together_and_no_other(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            for (session, who) in [(b"a", 1), (b"b", 1), (b"c", 2)] {
                sessions::insert(link, session, person(who), "password", "", "", NOW).await?;
            }
            assert_eq!(sessions::end_all(link, person(1)).await?, [(NOW, NOW); 2]);
            assert!(sessions::get(link, b"c").await?.is_some());
            Ok(())
        })
        .await
        .unwrap();
        let twice = attempt(&test.db, async |link| sessions::insert(link, b"c", person(1), "", "", "", NOW).await).await;
        assert!(twice.unwrap_err().is_duplicate());
    }

    async fn what_a_page_leaves_for_the_next_is_there_until_cleared(test: TestDb) {
        given_users(&test.db, 1).await;
        attempt(&test.db, async |link| {
            sessions::insert(link, b"a", person(1), "password", "", "", NOW).await?;
            assert_eq!(sessions::flash(link, b"a").await?, None);
            sessions::put_flash(link, b"a", "{\"said\":\"“🦆”\"}", NOW).await?;
            assert_eq!(sessions::flash(link, b"a").await?, Some(("{\"said\":\"“🦆”\"}".to_owned(), NOW)));
            sessions::put_flash(link, b"a", "", NOW + HOUR).await?;
            assert_eq!(sessions::flash(link, b"a").await?, Some((String::new(), NOW + HOUR)));
            // What was left since is not forgotten with what was shown.
            sessions::clear_flash(link, b"a", NOW).await?;
            assert_eq!(sessions::flash(link, b"a").await?, Some((String::new(), NOW + HOUR)));
            sessions::clear_flash(link, b"a", NOW + HOUR).await?;
            assert_eq!(sessions::flash(link, b"a").await?, None);
            assert_eq!(sessions::flash(link, b"nobody").await?, None);
            sessions::put_flash(link, b"a", "typed", NOW).await?;
            sessions::hand_flash_on(link, b"a", b"a", NOW + HOUR).await?;
            assert_eq!(sessions::flash(link, b"a").await?, Some(("typed".to_owned(), NOW + HOUR)), "as if it were left now");
            sessions::clear_flash(link, b"a", NOW + HOUR).await?;
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn failed_sign_ins_are_counted_by_subject(test: TestDb) {
        attempt(&test.db, async |link| {
            assert_eq!(sessions::failures_to_change(link, "account:a").await?, None);
            sessions::set_failures(link, "account:a", 1, NOW.0).await?;
            sessions::set_failures(link, "account:a", 2, NOW.0 + 1).await?;
            sessions::set_failures(link, "account:b", 1, NOW.0).await?;
            assert_eq!(sessions::failures_to_change(link, "account:a").await?, Some((2, NOW.0 + 1)));
            sessions::clear_failures(link, "account:a").await?;
            assert_eq!(sessions::failures_to_change(link, "account:a").await?, None);
            assert_eq!(sessions::failures_to_change(link, "account:b").await?, Some((1, NOW.0)));
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn failures_at_the_same_time_are_all_counted_from_the_first(test: TestDb) {
        let second = test.second().await;
        let mut trying = Vec::new();
        for n in 0..20 {
            let db = if n % 2 == 0 { test.db.clone() } else { second.clone() };
            trying.push(tokio::spawn(async move {
                let mut link = db.begin().await.unwrap();
                let (count, _) = sessions::failures_to_change(&mut link, "account:a").await.unwrap().unwrap_or_default();
                sessions::set_failures(&mut link, "account:a", count + 1, NOW.0).await.unwrap();
                link.commit().await.unwrap();
            }));
        }
        for one in trying {
            one.await.unwrap();
        }
        let link = &mut test.db.begin().await.unwrap();
        assert_eq!(sessions::failures_to_change(link, "account:a").await.unwrap(), Some((20, NOW.0)));
        second.close().await;
    }

    async fn from_where_somebody_signed_in_is_known_of_them_alone_and_forgotten_after_a_time(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            let name = user(1).user_name;
            assert_eq!(sessions::last_from(link, &name, "::1").await?, None);
            sessions::signed_in_from(link, person(1), "::1", NOW).await?;
            sessions::signed_in_from(link, person(1), "::1", NOW + HOUR).await?;
            sessions::signed_in_from(link, person(1), "::2", NOW).await?;
            let shouted = format!(" {} ", name.to_uppercase());
            assert_eq!(sessions::last_from(link, &shouted, "::1").await?, Some(NOW + HOUR));
            assert_eq!(sessions::last_from(link, &user(2).user_name, "::1").await?, None);
            assert_eq!(sessions::last_from(link, "nobody", "::1").await?, None);
            assert_eq!(sessions::forget_places(link, NOW + HOUR).await?, 1);
            assert_eq!(sessions::last_from(link, &name, "::2").await?, None);
            assert_eq!(sessions::last_from(link, &name, "::1").await?, Some(NOW + HOUR));
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn a_set_up_token_works_once_in_its_time_and_only_the_newest(test: TestDb) {
        attempt(&test.db, async |link| {
            sessions::put_setup_token(link, b"first", NOW + HOUR).await?;
            sessions::put_setup_token(link, b"second", NOW + HOUR).await?;
            assert!(!sessions::use_setup_token(link, b"first", NOW).await?);
            assert!(!sessions::use_setup_token(link, b"second", NOW + HOUR).await?, "its time is over at this instant");
            assert!(!sessions::is_setup_token(link, b"first", NOW).await?);
            assert!(!sessions::is_setup_token(link, b"second", NOW + HOUR).await?);
            assert!(sessions::is_setup_token(link, b"second", NOW).await?, "looking uses nothing up");
            assert!(sessions::use_setup_token(link, b"second", NOW).await?);
            assert!(!sessions::use_setup_token(link, b"second", NOW).await?);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn facts_are_kept_and_replaced(test: TestDb) {
        attempt(&test.db, async |link| {
            assert_eq!(sessions::fact(link, "demo").await?, None);
            sessions::set_fact(link, "demo", "").await?;
            assert_eq!(sessions::fact(link, "demo").await?.as_deref(), Some(""));
            sessions::set_fact(link, "demo", &CatalogId(id(1)).to_string()).await?;
            assert_eq!(sessions::fact(link, "demo").await?, Some(CatalogId(id(1)).to_string()));
            Ok(())
        })
        .await
        .unwrap();
    }
}
