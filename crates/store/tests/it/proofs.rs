//! What people prove themselves with.

use crate::given::{HOUR, NOW, attempt, id, person, users as given_users};
use model::PasskeyId;
use store::proofs::{self, Passkey};
use store::{Fault, Link, sessions};
use testkit::both;

pub fn passkey(n: u128, of: u128) -> Passkey {
    Passkey {
        id: PasskeyId(id(300_000 + n)),
        user_id: person(of),
        credential_id: n.to_be_bytes().to_vec(),
        stored: "{}".to_owned(),
        name: "Key “1”".to_owned(),
        created_at: NOW,
        used_at: None,
    }
}

/// Every function of the topic once; this person is there, with a session.
pub async fn proofs(link: &mut Link) -> Result<(), Fault> {
    proofs::insert_authenticator(link, person(100_001), b"secret", 7, NOW).await?;
    proofs::authenticator(link, person(100_001)).await?;
    proofs::authenticators(link, person(100_001), 500).await?;
    proofs::keep_authenticator(link, person(100_001), b"sealed", true).await?;
    proofs::use_step(link, person(100_001), 8).await?;
    proofs::set_recovery_codes(link, person(100_001), &[[1; 32]]).await?;
    proofs::is_recovery_code(link, person(100_001), &[1; 32]).await?;
    proofs::recovery_codes_left(link, person(100_001)).await?;
    proofs::use_recovery_code(link, person(100_001), &[1; 32], NOW).await?;
    proofs::insert_passkey(link, &passkey(100_001, 100_001)).await?;
    proofs::has_method(link, person(100_001)).await?;
    proofs::methods(link, person(100_001)).await?;
    proofs::passkeys(link, person(100_001)).await?;
    proofs::passkey_to_change(link, &passkey(100_001, 100_001).credential_id).await?;
    proofs::passkey_used(link, passkey(100_001, 100_001).id, "{}", NOW).await?;
    proofs::rename_passkey(link, passkey(100_001, 100_001).id, "Other").await?;
    proofs::delete_passkey(link, person(100_001), passkey(100_001, 100_001).id).await?;
    proofs::delete_passkeys(link, person(100_001)).await?;
    proofs::delete_authenticator(link, person(100_001)).await?;
    proofs::begin(link, b"h", "prove", b"x", NOW, NOW + HOUR).await?;
    proofs::begun(link, b"h", "prove", NOW).await?;
    proofs::finish(link, b"h", "prove").await?;
    sessions::proved_by_code(link, b"a", NOW).await?;
    sessions::proved_by_passkey(link, b"a", NOW).await?;
    sessions::refresh_flash(link, b"a", NOW).await?;
    sessions::list(link, person(100_001), NOW, NOW, 25).await?;
    sessions::end_others(link, person(100_001), b"a").await?;
    Ok(())
}

both! {
    async fn a_step_of_time_and_a_recovery_code_are_used_once(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            proofs::insert_authenticator(link, person(1), b"secret", 7, NOW).await?;
            assert!(!proofs::use_step(link, person(1), 7).await?, "the one with which it was set up");
            assert!(!proofs::use_step(link, person(1), 6).await?);
            assert!(proofs::use_step(link, person(1), 8).await?);
            assert!(!proofs::use_step(link, person(1), 8).await?);
            assert!(!proofs::use_step(link, person(2), 9).await?, "who has none");
            proofs::set_recovery_codes(link, person(1), &[[1; 32], [2; 32]]).await?;
            proofs::set_recovery_codes(link, person(2), &[[1; 32]]).await?;
            assert!(!proofs::use_recovery_code(link, person(2), &[2; 32], NOW).await?, "somebody else’s");
            assert!(proofs::use_recovery_code(link, person(1), &[1; 32], NOW).await?);
            assert!(!proofs::use_recovery_code(link, person(1), &[1; 32], NOW).await?);
            assert!(proofs::is_recovery_code(link, person(1), &[1; 32]).await?, "it is known as used");
            assert_eq!(proofs::recovery_codes_left(link, person(1)).await?, 1);
            assert_eq!(proofs::recovery_codes_left(link, person(2)).await?, 1);
            proofs::set_recovery_codes(link, person(1), &[[3; 32]]).await?;
            assert!(!proofs::use_recovery_code(link, person(1), &[2; 32], NOW).await?, "new ones replace the old");
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn what_was_begun_belongs_to_its_session_ends_in_time_and_is_finished_once(test: TestDb) {
        given_users(&test.db, 1).await;
        attempt(&test.db, async |link| {
            proofs::begin(link, b"a", "prove", b"1", NOW, NOW + HOUR).await?;
            assert_eq!(proofs::begun(link, b"b", "prove", NOW).await?, None, "of another session");
            assert_eq!(proofs::begun(link, b"a", "register", NOW).await?, None, "for something else");
            assert_eq!(proofs::begun(link, b"a", "prove", NOW + HOUR).await?, None, "too late");
            proofs::begin(link, b"a", "prove", b"2", NOW, NOW + HOUR).await?;
            assert_eq!(proofs::begun(link, b"a", "prove", NOW).await?.as_deref(), Some(b"2".as_slice()));
            assert!(proofs::finish(link, b"a", "prove").await?);
            assert!(!proofs::finish(link, b"a", "prove").await?);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn a_passkey_is_of_one_person_and_keeps_its_count(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            proofs::insert_passkey(link, &passkey(1, 1)).await?;
            proofs::insert_passkey(link, &passkey(2, 1)).await?;
            proofs::passkey_used(link, passkey(1, 1).id, "{\"counter\":2}", NOW + HOUR).await?;
            let found = proofs::passkey_to_change(link, &passkey(1, 1).credential_id).await?.unwrap();
            assert_eq!((found.stored.as_str(), found.used_at), ("{\"counter\":2}", Some(NOW + HOUR)));
            assert!(!proofs::delete_passkey(link, person(2), passkey(1, 1).id).await?, "somebody else’s");
            assert_eq!(proofs::passkeys(link, person(1)).await?.len(), 2);
            assert!(proofs::delete_passkey(link, person(1), passkey(1, 1).id).await?);
            assert!(proofs::has_method(link, person(1)).await? && !proofs::has_method(link, person(2)).await?);
            assert_eq!(proofs::passkeys(link, person(1)).await?, [passkey(2, 1)]);
            Ok(())
        })
        .await
        .unwrap();
        let twice = attempt(&test.db, async |link| proofs::insert_passkey(link, &Passkey { id: passkey(3, 1).id, ..passkey(2, 2) }).await).await;
        assert!(twice.unwrap_err().is_duplicate());
    }

    async fn what_was_proved_stays_in_its_session_and_others_end_together(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            for (session, who) in [(b"a", 1), (b"b", 1), (b"c", 2)] {
                sessions::insert(link, session, person(who), "password", "", "", NOW).await?;
            }
            sessions::proved_by_code(link, b"a", NOW).await?;
            sessions::proved_by_passkey(link, b"c", NOW).await?;
            let of = |found: Option<sessions::Session>| found.map(|session| (session.code_at, session.passkey_at));
            assert_eq!(of(sessions::get(link, b"a").await?), Some((Some(NOW), None)));
            assert_eq!(of(sessions::get(link, b"b").await?), Some((None, None)));
            assert_eq!(of(sessions::get(link, b"c").await?), Some((None, Some(NOW))));
            assert_eq!(sessions::list(link, person(1), NOW - HOUR, NOW - HOUR, 25).await?.len(), 2);
            assert_eq!(sessions::list(link, person(1), NOW, NOW - HOUR, 25).await?.len(), 0, "not used since");
            assert_eq!(sessions::end_others(link, person(1), b"a").await?.len(), 1);
            assert!(sessions::get(link, b"a").await?.is_some() && sessions::get(link, b"c").await?.is_some());
            Ok(())
        })
        .await
        .unwrap();
    }
}
