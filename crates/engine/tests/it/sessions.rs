//! Signing in, staying signed in, and being slowed down.

use engine::{Engine, Problem, Proven, SignedIn, SigningIn, Who};
use model::command::{Command, Secret};
use model::limits::{
    FLASH_MINUTES, PROVIDER_SIGN_IN_MINUTES, SESSION_ABSOLUTE_HOURS, SESSION_IDLE_MINUTES, SIGN_IN_ADDRESS_FORGETS_SECONDS,
    SIGN_IN_FREE_FAILURES_PER_ADDRESS, SIGN_IN_WAIT_MAX_SECONDS,
};
use model::proof::SignInMethod;
use model::{PasskeyId, Refusal, Span};
use std::time::Duration;
use store::proofs::{Passkey, insert_passkey};
use store::{sessions, users};
use testkit::{Person, World, both, refused};

const PASSWORD: &str = "correct horse battery staple";
const WRONG: &str = "incorrect horse battery";

async fn signs_in(world: &World, user_name: &str, password: &str, address: &str) -> Result<SignedIn, Problem> {
    let signing_in = SigningIn {
        user_name: user_name.into(),
        password: Secret(password.into()),
        address: address.into(),
        agent: "a test".into(),
    };
    world.engine().sign_in(signing_in).await
}

/// Somebody gave the right password, and is not let in yet.
async fn gave(world: &World, user_name: &str, password: &str) -> Proven {
    let signing_in = SigningIn {
        user_name: user_name.into(),
        password: Secret(password.into()),
        address: HOME.into(),
        agent: "a test".into(),
    };
    world.engine().check_sign_in(signing_in).await.map_err(|problem| problem.to_string()).ok().unwrap()
}

/// Somebody guesses without a pause, from an address that they change now and then; whether the last guess was refused at once.
async fn is_attacked(world: &World, user_name: &str, round: usize) -> bool {
    let mut waits = false;
    for _ in 0..10 {
        let said = refused(signs_in(world, user_name, WRONG, &format!("203.0.113.{}", round % 200)).await);
        waits = matches!(said, Refusal::SignInMustWait { .. });
    }
    waits
}

const HOME: &str = "192.0.2.7";
const ELSEWHERE: &str = "198.51.100.9";

/// In the letters of web addresses.
fn base64url(bytes: &[u8]) -> String {
    let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']).collect();
    let three = |three: &[u8]| -> Vec<char> {
        let bits: Vec<u8> = three.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
        bits.chunks(6)
            .map(|six| letters[(0..6).fold(0, |number, n| number << 1 | usize::from(*six.get(n).unwrap_or(&0)))])
            .collect()
    };
    bytes.chunks(3).flat_map(three).collect()
}

/// A password that is checked in no time, for everybody at once.
async fn have_passwords(world: &World) -> Vec<Person> {
    let hash = auth::hash_password_with(auth::Cost::LEAST, PASSWORD).unwrap();
    let mut link = world.db().begin().await.unwrap();
    let all = users::page_by_id(&mut link, model::UserId::default(), 1000).await.unwrap();
    for user in &all {
        users::set_password_hash(&mut link, user.id, &hash).await.unwrap();
    }
    link.commit().await.unwrap();
    let mut people = Vec::new();
    for user in all.into_iter().filter(|user| user.enabled) {
        people.push(world.person(&user.user_name).await);
    }
    people
}

async fn is_signed_in(world: &World, token: &str) -> bool {
    world.engine().session(token).await.unwrap().is_some()
}

/// What the next page of this session finds.
async fn flash(engine: &Engine, who: &Who) -> Option<String> {
    engine.flash(who).await.unwrap().map(|(text, _)| text)
}

both! {
    async fn unknown_wrong_disabled_and_without_a_password_get_the_same_answer(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, vera] = world.people(["morgan", "emma", "vera"]).await;
        morgan.sets_password(&emma, PASSWORD).await.unwrap();
        morgan.sets_password(&vera, PASSWORD).await.unwrap();
        morgan.disables(&vera).await.unwrap();
        for (user_name, password) in
            [("nobody", PASSWORD), ("emma", WRONG), ("emma", ""), ("vera", PASSWORD), ("alex", ""), ("alex", PASSWORD)]
        {
            let answer = refused(signs_in(&world, user_name, password, "192.0.2.7").await);
            assert_eq!(answer, Refusal::SignInFailed, "{user_name}");
        }
        let signed_in = signs_in(&world, " Emma ", PASSWORD, "192.0.2.7").await.unwrap();
        assert_eq!(signed_in.user, emma.id);
        assert!(is_signed_in(&world, &signed_in.token.0).await);
    }

    async fn guessing_is_slowed_down_for_known_and_unknown_names_alike(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        morgan.sets_password(&emma, PASSWORD).await.unwrap();
        let mut answers = Vec::new();
        for user_name in ["emma", "nobody"] {
            let mut said = Vec::new();
            for _ in 0..7 {
                said.push(refused(signs_in(&world, user_name, WRONG, "192.0.2.7").await).code());
            }
            answers.push(said);
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(
            answers[0],
            [
                "sign_in_failed",
                "sign_in_failed",
                "sign_in_failed",
                "sign_in_failed",
                "sign_in_failed",
                "sign_in_failed",
                "sign_in_must_wait"
            ]
        );
        let right = refused(signs_in(&world, "emma", PASSWORD, "198.51.100.9").await);
        assert!(matches!(right, Refusal::SignInMustWait { .. }), "the right password waits too, or it would be told apart");
        world.time_goes_by(Span::seconds(1));
        signs_in(&world, "emma", PASSWORD, "192.0.2.7").await.unwrap();
        for _ in 0..5 {
            assert_eq!(refused(signs_in(&world, "emma", WRONG, "192.0.2.7").await), Refusal::SignInFailed, "a sign-in forgives");
        }
    }

    async fn many_guesses_at_the_same_moment_are_many_guesses(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        morgan.sets_password(&emma, PASSWORD).await.unwrap();
        let tries: Vec<_> = (0..30)
            .map(|_| {
                let world = world.clone();
                tokio::spawn(async move { refused(signs_in(&world, "emma", WRONG, "192.0.2.7").await) })
            })
            .collect();
        let mut guessed = 0;
        for tried in tries {
            guessed += usize::from(tried.await.unwrap() == Refusal::SignInFailed);
        }
        assert!(guessed <= 6, "{guessed} passwords were looked at, and 6 are free");
        assert!(matches!(refused(signs_in(&world, "emma", WRONG, "192.0.2.7").await), Refusal::SignInMustWait { .. }));
    }

    async fn the_owner_is_never_locked_out_for_long(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        morgan.sets_password(&emma, PASSWORD).await.unwrap();
        for _ in 0..20 {
            let _ = signs_in(&world, "emma", WRONG, "192.0.2.7").await;
            world.time_goes_by(Span::seconds(SIGN_IN_WAIT_MAX_SECONDS));
        }
        signs_in(&world, "emma", PASSWORD, "198.51.100.9").await.unwrap();
    }

    async fn who_never_stops_guessing_does_not_keep_the_owner_out_where_they_signed_in_before(test: TestDb) {
        let world = World::demo(test).await;
        have_passwords(&world).await;
        signs_in(&world, "emma", PASSWORD, HOME).await.unwrap();
        world.time_goes_by(Span::days(29));
        for round in 0..40 {
            assert!(is_attacked(&world, "emma", round).await);
            signs_in(&world, "emma", PASSWORD, HOME).await.unwrap();
            let stranger = refused(signs_in(&world, "emma", PASSWORD, ELSEWHERE).await);
            assert!(matches!(stranger, Refusal::SignInMustWait { .. }), "a sign-in at home opens nothing elsewhere: {stranger:?}");
            world.time_goes_by(Span::seconds(1));
        }
        // At home, too, guesses are counted, and another account there is not hers.
        let mut said = Vec::new();
        for _ in 0..7 {
            said.push(refused(signs_in(&world, "emma", WRONG, HOME).await).code());
        }
        assert_eq!(said[5..], ["sign_in_failed", "sign_in_must_wait"]);
        assert!(is_attacked(&world, "vera", 1).await);
        assert_eq!(refused(signs_in(&world, "vera", PASSWORD, HOME).await).code(), "sign_in_must_wait");
        // Who was away for long is a stranger again.
        world.time_goes_by(Span::days(31));
        assert!(is_attacked(&world, "emma", 2).await);
        assert_eq!(refused(signs_in(&world, "emma", PASSWORD, HOME).await).code(), "sign_in_must_wait");
    }

    async fn sixty_colleagues_at_one_address_mistype_once_each_and_none_of_them_waits(test: TestDb) {
        let world = World::demo(test).await;
        let people = have_passwords(&world).await;
        assert!(people.len() >= 60, "{}", people.len());
        for colleague in &people[..60] {
            assert_eq!(refused(signs_in(&world, &colleague.user_name, WRONG, HOME).await), Refusal::SignInFailed);
            signs_in(&world, &colleague.user_name, PASSWORD, HOME).await.unwrap();
        }
        // Whoever guesses there waits all the same, and so does who comes next, but not for long.
        let mut guesses = 0;
        while refused(signs_in(&world, &format!("guess.{guesses}"), WRONG, HOME).await) == Refusal::SignInFailed {
            guesses += 1;
            assert!(guesses < 60, "a guesser has to wait");
        }
        let newest = &people[60 % people.len()].user_name;
        let Refusal::SignInMustWait { until, now } = refused(signs_in(&world, newest, PASSWORD, HOME).await) else { panic!() };
        assert!(until.since(now) <= Span::seconds(SIGN_IN_ADDRESS_FORGETS_SECONDS));
        world.time_goes_by(until.since(now));
        signs_in(&world, newest, PASSWORD, HOME).await.unwrap();
        signs_in(&world, newest, PASSWORD, HOME).await.unwrap();
    }

    async fn a_system_that_shows_a_wrong_token_keeps_nobody_from_signing_in_at_its_address(test: TestDb) {
        let world = World::demo(test).await;
        have_passwords(&world).await;
        let mut said = Vec::new();
        for _ in 0..=SIGN_IN_FREE_FAILURES_PER_ADDRESS {
            said.push(refused(world.engine().bearer("no token", HOME).await).code());
        }
        assert_eq!((said[0], *said.last().unwrap()), ("token_refused", "sign_in_must_wait"));
        signs_in(&world, "emma", PASSWORD, HOME).await.unwrap();
    }

    async fn a_name_of_any_length_gets_the_usual_answer(test: TestDb) {
        let world = World::demo(test).await;
        // Nothing in it repeats, so that no database makes it short.
        let long: String = (0..60_000_u32).map(|n| char::from(b'a' + u8::try_from((n * n / 7 + n / 3) % 26).unwrap())).collect();
        for name in [long.clone(), format!("{long}\0{long}"), "İ".repeat(5_000)] {
            assert_eq!(refused(signs_in(&world, &name, WRONG, HOME).await), Refusal::SignInFailed);
        }
    }

    async fn a_password_that_counts_no_longer_when_it_was_checked_lets_nobody_in(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        let engine = world.engine();
        morgan.sets_password(&emma, PASSWORD).await.unwrap();
        let thief = gave(&world, "emma", PASSWORD).await;
        morgan.sets_password(&emma, "a quiet harbour at dawn").await.unwrap();
        assert_eq!(refused(engine.let_in(thief).await), Refusal::SignInFailed);

        let thief = gave(&world, "emma", "a quiet harbour at dawn").await;
        morgan.disables(&emma).await.unwrap();
        assert_eq!(refused(engine.let_in(thief).await), Refusal::SignInFailed);
        morgan.enables(&emma).await.unwrap();

        let thief = gave(&world, "emma", "a quiet harbour at dawn").await;
        let (user, method) = (emma.id, SignInMethod::Password);
        let take = Command::TakeMethodAway { user, method, passkey: None, words: "Lost.".into() };
        morgan.submits(take).await.unwrap();
        assert_eq!(refused(engine.let_in(thief).await), Refusal::SignInFailed);

        let told = world.history_about(emma.id.0).await;
        assert_eq!(told.iter().filter(|event| event.action.code() == "sign_in_failed").count(), 3);
        assert_eq!(told.iter().filter(|event| event.action.code() == "signed_in").count(), 0);
        // What was right is right still.
        morgan.sets_password(&emma, PASSWORD).await.unwrap();
        let owner = gave(&world, "emma", PASSWORD).await;
        let signed_in = engine.let_in(owner).await.unwrap();
        assert!(is_signed_in(&world, &signed_in.token.0).await);
    }

    async fn who_is_disabled_at_the_same_moment_does_not_come_in(test: TestDb) {
        let world = World::demo(test).await;
        let emma = world.person("emma").await;
        let mut link = world.db().begin().await.unwrap();
        users::set_enabled(&mut link, emma.id, false).await.unwrap();
        sessions::end_all(&mut link, emma.id).await.unwrap();
        let engine = world.engine();
        let mut coming_in = tokio::spawn(async move { engine.sign_in_as("emma", HOME, "a test").await });
        let early = tokio::time::timeout(Duration::from_millis(200), &mut coming_in).await;
        assert!(early.is_err(), "it waits for what is being done to the account");
        link.commit().await.unwrap();
        assert_eq!(refused(coming_in.await.unwrap()), Refusal::SignInFailed);
    }

    async fn whoever_is_disabled_at_the_same_moment_does_not_come_in_with_a_passkey_either(test: TestDb) {
        let world = World::demo(test).await;
        let (emma, engine) = (world.person("emma").await, world.engine());
        let credential_id = b"k".to_vec();
        let passkey = Passkey {
            id: PasskeyId(world.new_id()),
            user_id: emma.id,
            credential_id: credential_id.clone(),
            stored: "{}".into(),
            name: "Key".into(),
            created_at: world.now(),
            used_at: None,
        };
        let mut link = world.db().begin().await.unwrap();
        insert_passkey(&mut link, &passkey).await.unwrap();
        link.commit().await.unwrap();
        let (id, owner, some) = (base64url(&credential_id), base64url(emma.id.0.as_bytes()), base64url(b"something"));
        let answer = format!(
            r#"{{"id":"{id}","rawId":"{id}","type":"public-key","response":{{"authenticatorData":"{some}",
                "clientDataJSON":"{some}","signature":"{some}","userHandle":"{owner}"}}}}"#
        );
        // What is stored of it does not read, which only whoever is present gets as far as.
        let asked = engine.begin_passkey_sign_in().await.unwrap();
        let present = engine.sign_in_with_passkey(&asked.token.0, &answer, HOME, "a test").await;
        assert!(matches!(present, Err(Problem::Broken(_))), "{present:?}");

        let asked = engine.begin_passkey_sign_in().await.unwrap();
        let mut link = world.db().begin().await.unwrap();
        users::set_enabled(&mut link, emma.id, false).await.unwrap();
        sessions::end_all(&mut link, emma.id).await.unwrap();
        let mut coming_in =
            tokio::spawn(async move { engine.sign_in_with_passkey(&asked.token.0, &answer, HOME, "a test").await });
        let early = tokio::time::timeout(Duration::from_millis(200), &mut coming_in).await;
        assert!(early.is_err(), "it waits for what is being done to the account");
        link.commit().await.unwrap();
        assert_eq!(refused(coming_in.await.unwrap()), Refusal::PasskeyRefused);
    }

    async fn a_session_ends_when_it_is_not_used_and_at_its_limit_when_it_is(test: TestDb) {
        let world = World::demo(test).await;
        let emma = world.person("emma").await;
        let idle = emma.signs_in().await.unwrap();
        world.time_goes_by(Span(Span::minutes(SESSION_IDLE_MINUTES).0 - 1));
        assert!(is_signed_in(&world, &idle).await);
        world.time_goes_by(Span::minutes(SESSION_IDLE_MINUTES));
        assert!(!is_signed_in(&world, &idle).await);

        let used = emma.signs_in().await.unwrap();
        for hour in 1..SESSION_ABSOLUTE_HOURS {
            world.time_goes_by(Span::hours(1));
            assert!(is_signed_in(&world, &used).await, "after {hour} hours");
        }
        world.time_goes_by(Span(Span::hours(1).0 - 1));
        assert!(is_signed_in(&world, &used).await);
        world.time_goes_by(Span(1));
        assert!(!is_signed_in(&world, &used).await);
    }

    async fn disabling_and_a_new_password_end_every_session_at_once(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        let (one, two) = (emma.signs_in().await.unwrap(), emma.signs_in().await.unwrap());
        morgan.sets_password(&emma, PASSWORD).await.unwrap();
        assert!(!is_signed_in(&world, &one).await && !is_signed_in(&world, &two).await);
        let (one, two) = (emma.signs_in().await.unwrap(), emma.signs_in().await.unwrap());
        let done = morgan.disables(&emma).await.unwrap();
        assert!(matches!(done, model::command::Done::UserDisabled { sessions_ended: 2, .. }));
        assert!(!is_signed_in(&world, &one).await && !is_signed_in(&world, &two).await);
        assert_eq!(refused(emma.signs_in().await), Refusal::SignInFailed);
        morgan.enables(&emma).await.unwrap();
        assert!(!is_signed_in(&world, &one).await, "an ended session does not come back");
    }

    async fn signing_out_ends_this_session_only(test: TestDb) {
        let world = World::demo(test).await;
        let emma = world.person("emma").await;
        let (one, two) = (emma.signs_in().await.unwrap(), emma.signs_in().await.unwrap());
        let who = world.engine().session(&one).await.unwrap().unwrap();
        world.engine().sign_out(&who).await.unwrap();
        world.engine().sign_out(&who).await.unwrap();
        assert!(!is_signed_in(&world, &one).await && is_signed_in(&world, &two).await);
        let told: Vec<_> =
            world.history_about(emma.id.0).await.iter().filter(|event| event.action.code() == "signed_out").cloned().collect();
        assert_eq!(told.len(), 1);
    }

    async fn tokens_that_were_never_given_open_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let token = world.person("emma").await.signs_in().await.unwrap();
        let mut other = token.clone().into_bytes();
        other[0] = if other[0] == b'A' { b'B' } else { b'A' };
        for wrong in ["", "x", &token[1..], &format!("{token}A"), &String::from_utf8(other).unwrap(), "' or 1=1 --"] {
            assert!(!is_signed_in(&world, wrong).await, "{wrong}");
        }
    }

    async fn a_short_or_endless_password_is_refused(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        assert_eq!(refused(morgan.sets_password(&emma, "fourteen chars").await).code(), "too_short");
        assert_eq!(refused(morgan.sets_password(&emma, &"x".repeat(257)).await).code(), "too_long");
    }

    async fn what_a_page_left_for_the_next_stays_until_it_was_shown_and_grows_old(test: TestDb) {
        let world = World::demo(test).await;
        let emma = world.person("emma").await;
        let (who, engine) = (emma.who().await.unwrap(), world.engine());
        engine.put_flash(&who, "{\"said\":1}".into()).await.unwrap();
        let (text, at) = engine.flash(&who).await.unwrap().unwrap();
        assert_eq!(text, "{\"said\":1}");
        // The browser gave that page up, and comes again.
        assert_eq!(engine.flash(&who).await.unwrap(), Some((text, at)));
        // Another page of hers leaves something before the first is through: that is not forgotten with it.
        world.time_goes_by(Span::seconds(1));
        engine.put_flash(&who, "{\"said\":2}".into()).await.unwrap();
        engine.forget_flash(&who, at).await.unwrap();
        let (text, at) = engine.flash(&who).await.unwrap().unwrap();
        assert_eq!(text, "{\"said\":2}");
        engine.forget_flash(&who, at).await.unwrap();
        assert_eq!(engine.flash(&who).await.unwrap(), None);
        engine.put_flash(&who, "{}".into()).await.unwrap();
        world.time_goes_by(Span(Span::minutes(FLASH_MINUTES).0 + 1));
        assert_eq!(engine.flash(&who).await.unwrap(), None);
    }

    async fn what_a_page_left_goes_on_with_a_fresh_sign_in_of_the_same_person_and_of_nobody_else(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, alex] = world.people(["emma", "alex"]).await;
        let engine = world.engine();
        let before = emma.who().await.unwrap();
        engine.put_flash(&before, "{\"typed\":1}".into()).await.unwrap();
        let somebody_else = engine.sign_in_as("alex", "192.0.2.1", "a test").await.unwrap();
        engine.succeed(&before, &somebody_else).await.unwrap();
        assert_eq!(flash(&engine, &alex.who().await.unwrap()).await, None);
        let theirs = engine.session(&somebody_else.token.0).await.unwrap().unwrap();
        assert_eq!(flash(&engine, &theirs).await, None, "what Emma typed is hers");

        let before = emma.who().await.unwrap();
        engine.put_flash(&before, "{\"typed\":2}".into()).await.unwrap();
        // It may take as long as it may.
        world.time_goes_by(Span::minutes(PROVIDER_SIGN_IN_MINUTES));
        let again = engine.sign_in_as("emma", "192.0.2.1", "a test").await.unwrap();
        engine.succeed(&before, &again).await.unwrap();
        let after = engine.session(&again.token.0).await.unwrap().unwrap();
        assert_eq!(flash(&engine, &after).await.as_deref(), Some("{\"typed\":2}"));
        assert_eq!(flash(&engine, &before).await, None, "the session before is over");
    }
}
