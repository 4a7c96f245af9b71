//! Identity providers, and who people are there.

use crate::given::{HOUR, NOW, attempt, id, person, users as given_users};
use model::ProviderId;
use model::provider::{Joining, Provider, Strengths};
use store::providers::Whom;
use store::{Fault, Link, Saved, providers, sessions};
use testkit::both;

pub fn provider(n: u128) -> Provider {
    Provider {
        id: ProviderId(id(700_000 + n)),
        name: format!("Harbour ID {n}"),
        issuer: format!("https://id{n}.harbour.example"),
        client_id: "vestibule".to_owned(),
        scopes: "openid".to_owned(),
        joining: Joining::Matched,
        strengths: Strengths { multifactor: vec!["mfa".to_owned()], passkey: Vec::new() },
        enabled: true,
        created_at: NOW,
        version: 1,
    }
}

/// Every function of the topic once; this person is there, with a session.
pub async fn providers(link: &mut Link) -> Result<(), Fault> {
    let one = provider(100_001);
    providers::insert(link, &one, Some(b"sealed")).await?;
    providers::list(link).await?;
    providers::offered(link).await?;
    providers::get(link, one.id).await?;
    assert_eq!(providers::update(link, &one, 1).await?, Saved::Yes);
    providers::set_secret(link, one.id, None).await?;
    providers::bind(link, one.id, "7", person(100_001), "alex", NOW).await?;
    providers::keep(link, one.id).await?;
    providers::guard(link, one.id).await?;
    providers::linked(link, one.id, "7").await?;
    providers::of_user(link, person(100_001)).await?;
    providers::of_user_and_others(link, person(100_001)).await?;
    providers::used(link, one.id, "7", NOW).await?;
    sessions::vouched(link, b"a", one.id, Some(NOW), None, Some(NOW)).await?;
    sessions::set_there(link, b"a", Some("s-1"), Some(b"sealed")).await?;
    sessions::id_token(link, b"a").await?;
    sessions::of_sid(link, one.id, "s-1").await?;
    sessions::end_sid(link, one.id, "s-2").await?;
    sessions::end_nameless_of(link, one.id, person(100_001)).await?;
    sessions::word_to_change(link, b"a", one.id).await?;
    sessions::set_word(link, b"a", one.id, sessions::Word::default()).await?;
    sessions::take_word_back(link, one.id, person(100_001)).await?;
    sessions::take_words_back(link, one.id, "s-1").await?;
    sessions::use_logout_token(link, b"h", NOW, NOW + HOUR).await?;
    for whom in [Whom::Enabled, Whom::Anybody] {
        providers::who_can_sign_in(link, &[person(100_001)], whom).await?;
    }
    sessions::end_vouched(link, one.id, b"a").await?;
    sessions::end_vouched_of(link, one.id, person(100_001)).await?;
    providers::unbind(link, one.id, person(100_001)).await?;
    providers::delete(link, one.id).await
}

both! {
    async fn a_provider_is_kept_as_it_is_set_and_its_secret_apart(test: TestDb) {
        attempt(&test.db, async |link| {
            providers::insert(link, &provider(1), Some(b"sealed")).await?;
            providers::insert(link, &provider(2), None).await?;
            let found = providers::get(link, provider(1).id).await?.unwrap();
            assert!(found.provider == provider(1) && found.secret.as_deref() == Some(b"sealed".as_slice()) && found.people == 0);
            let off = Provider { enabled: false, name: "Another name".into(), joining: Joining::Bound, version: 2, ..provider(1) };
            assert_eq!(providers::update(link, &off, 2).await?, Saved::Stale);
            assert_eq!(providers::update(link, &off, 1).await?, Saved::Yes);
            let found = providers::get(link, off.id).await?.unwrap();
            assert!(found.provider == off && found.secret.is_some(), "the secret stays");
            assert_eq!(providers::offered(link).await?, [(provider(2).id, provider(2).name)]);
            providers::set_secret(link, off.id, None).await?;
            assert!(providers::list(link).await?.iter().all(|stored| stored.secret.is_none()));
            Ok(())
        })
        .await
        .unwrap();
        for twice in [
            Provider { name: "HARBOUR ID 2".into(), ..provider(3) },
            Provider { issuer: provider(2).issuer, ..provider(3) },
        ] {
            let refused = attempt(&test.db, async |link| providers::insert(link, &twice, None).await).await;
            assert!(refused.unwrap_err().is_duplicate(), "{}", twice.name);
        }
    }

    async fn an_account_is_of_one_person_and_a_person_has_one_at_a_provider(test: TestDb) {
        given_users(&test.db, 2).await;
        let id = provider(1).id;
        attempt(&test.db, async |link| {
            providers::insert(link, &provider(1), None).await?;
            providers::insert(link, &provider(2), None).await?;
            providers::bind(link, id, "Seven", person(1), "alex", NOW).await?;
            providers::bind(link, provider(2).id, "Seven", person(2), "alex", NOW).await?;
            assert_eq!(providers::linked(link, id, "Seven").await?, Some(person(1)));
            assert_eq!(providers::linked(link, id, "seven").await?, None, "to the letter");
            assert_eq!(providers::linked(link, id, "Seven ").await?, None);
            providers::used(link, id, "Seven", NOW + HOUR).await?;
            let mine = providers::of_user(link, person(1)).await?;
            assert_eq!((mine.len(), mine[0].called.as_str(), mine[0].used_at), (1, "alex", Some(NOW + HOUR)));
            assert!(!providers::unbind(link, id, person(2)).await?, "somebody else’s");
            assert_eq!(providers::get(link, id).await?.unwrap().people, 1);
            Ok(())
        })
        .await
        .unwrap();
        for (subject, who) in [("Seven", 2), ("Eight", 1)] {
            let twice = attempt(&test.db, async |link| providers::bind(link, id, subject, person(who), "", NOW).await).await;
            assert!(twice.unwrap_err().is_duplicate(), "{subject}");
        }
        attempt(&test.db, async |link| {
            assert!(providers::unbind(link, id, person(1)).await?);
            providers::bind(link, id, "Eight", person(1), "alex", NOW).await?;
            providers::delete(link, id).await?;
            assert!(providers::get(link, id).await?.is_none() && providers::of_user(link, person(1)).await?.is_empty());
            assert_eq!(providers::of_user(link, person(2)).await?.len(), 1);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn sessions_know_who_vouched_for_them_and_end_with_that(test: TestDb) {
        given_users(&test.db, 2).await;
        let (one, other) = (provider(1).id, provider(2).id);
        attempt(&test.db, async |link| {
            providers::insert(link, &provider(1), None).await?;
            providers::insert(link, &provider(2), None).await?;
            for (session, who, by) in [(b"a", 1, Some(one)), (b"b", 1, Some(other)), (b"c", 2, Some(one)), (b"d", 1, None)] {
                sessions::insert(link, session, person(who), "provider", "", "", NOW).await?;
                if let Some(by) = by {
                    sessions::vouched(link, session, by, Some(NOW - HOUR), Some(NOW), None).await?;
                }
            }
            let found = sessions::get(link, b"a").await?.unwrap();
            assert_eq!((found.provider_id, found.vouched_at, found.vouched_multifactor_at), (Some(one), Some(NOW - HOUR), Some(NOW)));
            assert_eq!(found.vouched_passkey_at, None);
            assert_eq!(sessions::end_vouched_of(link, one, person(1)).await?.len(), 1);
            assert!(sessions::get(link, b"a").await?.is_none() && sessions::get(link, b"c").await?.is_some());
            assert_eq!(sessions::end_vouched(link, one, b"c").await?, [], "the one that ends the others stays");
            assert_eq!(sessions::end_vouched(link, one, b"").await?.len(), 1);
            assert!(sessions::get(link, b"b").await?.is_some() && sessions::get(link, b"d").await?.is_some());
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn what_a_provider_says_of_a_session_is_kept_apart_and_taken_back_alone(test: TestDb) {
        given_users(&test.db, 2).await;
        let (one, other) = (provider(1).id, provider(2).id);
        attempt(&test.db, async |link| {
            providers::insert(link, &provider(1), None).await?;
            providers::insert(link, &provider(2), None).await?;
            for (session, who) in [(b"a", 1), (b"b", 1), (b"c", 2)] {
                sessions::insert(link, session, person(who), "password", "", "", NOW).await?;
            }
            let word = |multifactor_at, passkey_at| {
                let provider_sid = Some("s-1".to_owned());
                sessions::Word { signed_in_at: Some(NOW), multifactor_at, passkey_at, provider_sid }
            };
            assert_eq!(sessions::word_to_change(link, b"a", one).await?, None);
            sessions::set_word(link, b"a", one, word(Some(NOW), None)).await?;
            sessions::set_word(link, b"a", other, word(Some(NOW - HOUR), Some(NOW - HOUR))).await?;
            sessions::set_word(link, b"c", one, word(None, Some(NOW))).await?;
            assert_eq!(sessions::word_to_change(link, b"a", one).await?, Some(word(Some(NOW), None)));
            let found = sessions::get(link, b"a").await?.unwrap();
            assert_eq!((found.word_multifactor_at, found.word_passkey_at), (Some(NOW), Some(NOW - HOUR)), "the latest of each");
            assert_eq!(sessions::get(link, b"b").await?.unwrap().word_signed_in_at, None);
            assert_eq!(sessions::take_word_back(link, other, person(1)).await?, 1);
            let found = sessions::get(link, b"a").await?.unwrap();
            assert_eq!((found.word_multifactor_at, found.word_passkey_at), (Some(NOW), None));
            assert_eq!(sessions::take_words_back(link, one, "s-2").await?, 0);
            assert_eq!(sessions::take_words_back(link, other, "s-1").await?, 0, "it was taken back already");
            sessions::set_word(link, b"b", one, word(Some(NOW), None)).await?;
            assert_eq!(sessions::take_words_back(link, one, "s-1").await?, 3, "in every session");
            assert_eq!(sessions::get(link, b"b").await?.unwrap().word_multifactor_at, None);
            sessions::set_word(link, b"a", one, word(Some(NOW), None)).await?;
            sessions::set_word(link, b"c", one, word(None, Some(NOW))).await?;
            sessions::end_vouched(link, one, b"").await?;
            assert_eq!(sessions::get(link, b"a").await?.unwrap().word_multifactor_at, None);
            assert_eq!(sessions::get(link, b"c").await?.unwrap().word_passkey_at, None);
            sessions::set_word(link, b"a", one, word(Some(NOW), None)).await?;
            assert_eq!(sessions::end(link, b"a").await?, 1, "and its words with it");
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn sessions_end_by_the_name_of_the_sign_in_and_each_word_about_it_counts_once(test: TestDb) {
        given_users(&test.db, 2).await;
        let (one, other) = (provider(1).id, provider(2).id);
        attempt(&test.db, async |link| {
            providers::insert(link, &provider(1), None).await?;
            providers::insert(link, &provider(2), None).await?;
            let all = [
                (b"a", 1, one, Some("s-1")),
                (b"b", 1, one, Some("s-2")),
                (b"c", 1, one, None),
                (b"d", 2, one, None),
                (b"e", 1, other, Some("s-1")),
            ];
            for (session, who, by, sid) in all {
                sessions::insert(link, session, person(who), "provider", "", "", NOW).await?;
                sessions::vouched(link, session, by, None, None, None).await?;
                sessions::set_there(link, session, sid, sid.map(str::as_bytes)).await?;
            }
            assert_eq!(sessions::id_token(link, b"a").await?, Some(b"s-1".to_vec()));
            assert_eq!(sessions::id_token(link, b"c").await?, None);
            assert_eq!(sessions::of_sid(link, one, "s-1").await?, [(person(1), (NOW, NOW))]);
            assert_eq!(sessions::end_sid(link, one, "S-1").await?, 0, "to the letter");
            assert_eq!(sessions::end_sid(link, one, "s-1").await?, 1);
            assert_eq!(sessions::end_nameless_of(link, one, person(1)).await?.len(), 1);
            for (session, there) in [(b"a", false), (b"b", true), (b"c", false), (b"d", true), (b"e", true)] {
                assert_eq!(sessions::get(link, session).await?.is_some(), there, "{session:?}");
            }
            assert!(sessions::use_logout_token(link, b"h", NOW, NOW + HOUR).await?);
            assert!(!sessions::use_logout_token(link, b"h", NOW, NOW + HOUR).await?);
            assert!(sessions::use_logout_token(link, b"h", NOW + HOUR, NOW + HOUR + HOUR).await?, "it is forgotten");
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn who_can_sign_in_has_a_password_a_passkey_or_an_account_at_a_provider_that_is_enabled(test: TestDb) {
        given_users(&test.db, 4).await;
        let (one, other) = (provider(1), provider(2));
        attempt(&test.db, async |link| {
            providers::insert(link, &one, None).await?;
            providers::insert(link, &Provider { enabled: false, ..other.clone() }, None).await?;
            let people = [person(1), person(2), person(3), person(4)];
            assert!(providers::who_can_sign_in(link, &people, Whom::Enabled).await?.is_empty());
            store::users::set_password_hash(link, person(1), "hash").await?;
            providers::bind(link, one.id, "2", person(2), "", NOW).await?;
            providers::bind(link, other.id, "3", person(3), "", NOW).await?;
            let passkey = store::proofs::Passkey {
                id: model::PasskeyId(id(9)),
                user_id: person(4),
                credential_id: vec![9],
                stored: String::new(),
                name: String::new(),
                created_at: NOW,
                used_at: None,
            };
            store::proofs::insert_passkey(link, &passkey).await?;
            let mut found = providers::who_can_sign_in(link, &people, Whom::Enabled).await?;
            found.sort();
            assert_eq!(found, [person(1), person(2), person(4)]);
            store::users::set_enabled(link, person(1), false).await?;
            assert_eq!(providers::who_can_sign_in(link, &people[..1], Whom::Enabled).await?, []);
            assert_eq!(providers::who_can_sign_in(link, &people[..1], Whom::Anybody).await?, [person(1)]);
            assert_eq!(providers::who_can_sign_in(link, &people[2..3], Whom::Anybody).await?, []);
            Ok(())
        })
        .await
        .unwrap();
    }
}
