//! How letters leave, and letters that could not be sent.

use crate::given::{HOUR, NOW, attempt, id};
use model::mail::{MailServer, MailSettings, Security};
use model::notice::{Addressee, Letter, Notice};
use model::{LetterId, Ts};
use store::{Fault, Link, Saved, letters, mail};
use testkit::both;

fn settings(version: i64) -> MailSettings {
    let server = MailServer {
        host: "mail.harbour.example".into(),
        port: 587,
        security: Security::Starttls,
        user_name: "vestibule".into(),
        sender: "Vestibule <vestibule@harbour.example>".into(),
    };
    MailSettings { server: Some(server), version }
}

/// Every function of the topic once.
pub async fn mail(link: &mut Link) -> Result<(), Fault> {
    assert_eq!(mail::save(link, &settings(1), 0).await?, Saved::Yes);
    mail::set_password(link, Some(b"sealed")).await?;
    mail::get(link).await?;
    letters::held_up(link).await?;
    letters::try_now(link, NOW).await?;
    Ok(())
}

both! {
    async fn settings_come_back_as_they_were_set_and_nobody_overwrites_what_they_did_not_see(test: TestDb) {
        attempt(&test.db, async |link| {
            let none = mail::get(link).await?;
            assert_eq!((none.settings, none.password), (MailSettings::default(), None));
            assert_eq!(mail::save(link, &settings(1), 0).await?, Saved::Yes);
            mail::set_password(link, Some(b"sealed")).await?;
            assert_eq!(mail::save(link, &MailSettings { server: None, version: 1 }, 0).await?, Saved::Stale, "somebody was faster");
            let stored = mail::get(link).await?;
            assert_eq!((stored.settings, stored.password.as_deref()), (settings(1), Some(b"sealed".as_slice())));
            assert_eq!(mail::save(link, &MailSettings { server: None, version: 2 }, 1).await?, Saved::Yes);
            mail::set_password(link, None).await?;
            let stored = mail::get(link).await?;
            assert_eq!((stored.settings, stored.password), (MailSettings { server: None, version: 2 }, None));
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn only_what_could_not_be_sent_is_held_up_and_tried_at_once(test: TestDb) {
        attempt(&test.db, async |link| {
            let letter = |n: u128, at: Ts| {
                let to = Addressee::Address(format!("{n}@harbour.example"));
                (LetterId(id(900_000 + n)), Letter { to, notice: Notice::MailTested { at } })
            };
            letters::insert(link, &[letter(1, NOW)], NOW - HOUR).await?;
            letters::insert(link, &[letter(2, NOW)], NOW).await?;
            assert_eq!(letters::held_up(link).await?, None);
            letters::claim(link, NOW, NOW + HOUR, 1).await?;
            letters::try_now(link, NOW).await?;
            assert_eq!(letters::claim(link, NOW, NOW + HOUR, 5).await?.len(), 1, "a letter that is on its way is left alone");
            letters::again(link, letter(1, NOW).0, NOW + HOUR, "Nothing listens there.").await?;
            assert_eq!(letters::held_up(link).await?, Some((1, "Nothing listens there.".to_owned())));
            letters::try_now(link, NOW).await?;
            let taken = letters::claim(link, NOW, NOW + HOUR, 5).await?;
            assert_eq!(taken.iter().map(|due| due.id).collect::<Vec<_>>(), [letter(1, NOW).0]);
            // It was refused before, and is on its way again.
            letters::try_now(link, NOW).await?;
            assert!(letters::claim(link, NOW, NOW + HOUR, 5).await?.is_empty(), "nobody sends it a second time meanwhile");
            letters::try_now(link, NOW + HOUR).await?;
            assert_eq!(letters::claim(link, NOW + HOUR, NOW + HOUR + HOUR, 5).await?.len(), 2, "whoever was killed sends nothing");
            Ok(())
        })
        .await
        .unwrap();
    }
}
