//! Proving who one is: codes of an authenticator app, recovery codes, and what demands them.

use engine::{Problem, SigningIn};
use model::command::{Command, Done, Secret};
use model::directory::{PortalRole, Principal};
use model::event::Action;
use model::limits::SIGN_IN_WAIT_MAX_SECONDS;
use model::proof::{ProvedBy, SignInMethod};
use model::role_assignment::{ActivateRole, AssignRole};
use model::role_settings::{Privileged, Proof, RoleSettings, Ticket};
use model::view::approval::Offered;
use model::view::my_roles::{Kind, Tab};
use model::{AssignmentId, Refusal, RequestId, Span, query};
use testkit::{App, Offer, Person, World, both, refused, stage};

const PASSWORD: &str = "correct horse battery staple";

fn users() -> Privileged {
    Privileged::DirectoryRole(PortalRole::UserAdministrator.id())
}

async fn sets(by: &Person, change: impl FnOnce(&mut RoleSettings)) {
    let shown = by.asks(query::RoleSettings { role: users() }).await.unwrap();
    let mut settings = shown.settings;
    change(&mut settings);
    by.submits(Command::EditRoleSettings {
        role: users(),
        version: shown.version,
        settings: Box::new(settings),
        seen_breaking: 0,
    })
    .await
    .unwrap();
}

async fn eligible(who: &Person) -> AssignmentId {
    let rows = who.asks(query::MyRoles { kind: Kind::DirectoryRoles, tab: Tab::Eligible, after: None }).await.unwrap().rows;
    rows.iter().find(|row| row.name == "User Administrator").unwrap().assignment
}

async fn activates(who: &Person) -> Result<RequestId, Problem> {
    let asked = ActivateRole {
        eligible: eligible(who).await,
        minutes: 60,
        starts_at: None,
        justification: "A ticket of today.".into(),
        ticket: Ticket::default(),
        accepted: Vec::new(),
        emergency: false,
    };
    match who.submits(Command::ActivateRole(asked)).await? {
        Done::RoleActivated { request, .. } => Ok(request),
        done => panic!("{done:?}"),
    }
}

/// Past the step of time that was used last.
fn a_minute_passes(world: &World) {
    world.time_goes_by(Span::minutes(1));
}

async fn told(world: &World, person: &Person, code: &str) -> usize {
    world.history_about(person.id.0).await.iter().filter(|event| event.action.code() == code).count()
}

both! {
    async fn replayed_old_foreign_and_mistyped_codes_are_refused_and_the_right_one_counts_once(test: TestDb) {
        let world = World::demo(test).await;
        let emma = world.person("emma").await;
        assert_eq!(refused(emma.proves("123456").await), Refusal::CodeWrong, "who has no app");
        let (app, codes) = emma.sets_up_app().await.unwrap();
        assert_eq!(codes.len(), 10);
        assert_eq!(refused(emma.proves(&app.code(world.now())).await), Refusal::CodeUsed, "the code that set it up");
        a_minute_passes(&world);
        let old = app.code(world.now() - Span::minutes(1));
        for wrong in [old.as_str(), &App::foreign().code(world.now()), "", "12345", "not a code", "ABCD-EFGH-IJKL-MNOP"] {
            assert_eq!(refused(emma.proves(wrong).await), Refusal::CodeWrong, "{wrong}");
        }
        world.time_goes_by(Span::seconds(SIGN_IN_WAIT_MAX_SECONDS));
        let code = app.code(world.now());
        assert_eq!(emma.proves(&code).await.unwrap(), ProvedBy::Code);
        assert_eq!(refused(emma.proves(&code).await), Refusal::CodeUsed, "it counts once");
        let ahead = app.code(world.now() + Span::seconds(30));
        assert_eq!(emma.proves(&ahead).await.unwrap(), ProvedBy::Code, "her telephone is half a minute ahead");
        assert_eq!(refused(emma.proves(&code).await), Refusal::CodeUsed, "and never an earlier one after that");
        assert_eq!(told(&world, &emma, "identity_proved").await, 2);
        let history = format!("{:?}", world.history_about(emma.id.0).await);
        assert!(!history.contains(&code) && codes.iter().all(|code| !history.contains(code.as_str())), "no secret is told");
    }

    async fn one_code_at_the_same_moment_in_two_sessions_counts_in_one(test: TestDb) {
        let world = World::demo(test).await;
        let emma = world.person("emma").await;
        let (app, _) = emma.sets_up_app().await.unwrap();
        a_minute_passes(&world);
        let code = app.code(world.now());
        let engine = world.engine();
        let one = emma.who().await.unwrap();
        emma.signs_in().await.unwrap();
        let two = emma.who().await.unwrap();
        let tries = tokio::join!(engine.prove_with_code(&one, &code, "a"), engine.prove_with_code(&two, &code, "b"));
        let done = [&tries.0, &tries.1].iter().filter(|tried| tried.is_ok()).count();
        assert_eq!(done, 1, "{tries:?}");
    }

    async fn guessing_codes_is_slowed_down(test: TestDb) {
        let world = World::demo(test).await;
        let emma = world.person("emma").await;
        let (app, _) = emma.sets_up_app().await.unwrap();
        a_minute_passes(&world);
        let wrong = App::foreign().code(world.now());
        let mut said = Vec::new();
        for _ in 0..7 {
            said.push(refused(emma.proves(&wrong).await).code());
        }
        assert_eq!(said[5..], ["code_wrong", "sign_in_must_wait"]);
        let right = refused(emma.proves(&app.code(world.now())).await);
        assert!(matches!(right, Refusal::SignInMustWait { .. }), "the right one waits too, or it would be told apart");
        assert_eq!(told(&world, &emma, "proof_failed").await, 6);
        world.time_goes_by(Span::seconds(SIGN_IN_WAIT_MAX_SECONDS));
        emma.proves(&app.code(world.now())).await.unwrap();
    }

    async fn a_recovery_code_works_once_and_never_for_somebody_else(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, alex] = world.people(["emma", "alex"]).await;
        let (_, codes) = emma.sets_up_app().await.unwrap();
        let (_, others) = alex.sets_up_app().await.unwrap();
        assert_eq!(refused(emma.proves(&others[0]).await), Refusal::CodeWrong);
        assert_eq!(emma.proves(&codes[0].to_lowercase()).await.unwrap(), ProvedBy::RecoveryCode);
        let again = refused(emma.proves(&codes[0]).await);
        assert_eq!(again, Refusal::RecoveryCodeUsed { left: 9 });
        assert!(again.sentence().contains("each works once"), "{}", again.sentence());
        assert_eq!(emma.asks(query::Security {}).await.unwrap().codes_left, 9);
        let engine = world.engine();
        let new = engine.renew_recovery_codes(&emma.who().await.unwrap()).await.unwrap();
        assert_eq!(refused(emma.proves(&codes[1]).await), Refusal::CodeWrong, "new ones replace the old");
        emma.proves(&new[1]).await.unwrap();
        world.settle().await;
        let letters = world.letters().await;
        assert!(letters.iter().any(|letter| letter.subject == "A recovery code was used" && letter.to.contains("emma")));
        assert!(letters.iter().all(|letter| !letter.text.contains(&codes[0]) && !letter.text.contains(&new[1])));
    }

    async fn an_activation_asks_for_a_proof_of_its_own_session_that_is_fresh(test: TestDb) {
        let world = World::demo(test).await;
        let [lee, morgan] = world.people(["lee", "morgan"]).await;
        sets(&morgan, |settings| settings.activation_proof = Proof::Multifactor { minutes: 15 }).await;
        lee.signs_in().await.unwrap();
        let assignments = vec![eligible(&lee).await];
        let form = lee.asks(query::Activating { assignments: assignments.clone() }).await.unwrap();
        assert_eq!(form.proof.unwrap().code, "proof_needed");
        let why = refused(activates(&lee).await);
        assert!(why.sentence().contains("“User Administrator”") && why.sentence().contains("15 minutes"), "{}", why.sentence());

        let (app, _) = lee.sets_up_app().await.unwrap();
        let proved = lee.who().await.unwrap();
        lee.signs_in().await.unwrap();
        assert_eq!(refused(activates(&lee).await).code(), "proof_needed", "another session proved nothing");
        assert!(world.engine().session("").await.unwrap().is_none());
        assert!(proved.proofs.code_at.is_some());

        a_minute_passes(&world);
        lee.proves(&app.code(world.now())).await.unwrap();
        world.time_goes_by(Span::minutes(15) + Span(1));
        assert_eq!(refused(activates(&lee).await).code(), "proof_needed", "too old");
        lee.proves(&app.code(world.now())).await.unwrap();
        world.time_goes_by(Span::minutes(15));
        assert!(lee.asks(query::Activating { assignments }).await.unwrap().proof.is_none());
        activates(&lee).await.unwrap();
        assert!(lee.holds("User Administrator").await);
    }

    async fn whoever_approves_and_whoever_makes_active_proves_it_where_the_settings_say_so(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, miriam, alex] = world.people(["morgan", "miriam", "alex"]).await;
        let group = world.makes_group("Door").await;
        let stages = [model::approval::Stage { multifactor: true, ..stage([(&miriam).into()]) }];
        world.offers(Offer::new("Night shift", group, stages)).await;
        let request = alex.requests("Night shift").because("Tonight.").await.unwrap();
        let Offered::Yes { proof, .. } = miriam.sees_approval(request).await.unwrap().decision else { panic!("not offered") };
        assert_eq!(proof.unwrap().code, "proof_needed");
        assert_eq!(refused(miriam.approves(request, "Fine.").await).code(), "proof_needed");
        assert_eq!(refused(miriam.denies(request, "No.").await).code(), "proof_needed");
        miriam.sets_up_app().await.unwrap();
        miriam.approves(request, "Fine.").await.unwrap();

        sets(&morgan, |settings| settings.assignment_multifactor = true).await;
        let asked = |assignment_type| {
            Command::AssignRole(AssignRole {
                role: users(),
                holder: Principal::User(alex.id),
                assignment_type,
                starts_at: None,
                ends_at: None,
                justification: "The desk.".into(),
                ticket: Ticket::default(),
            })
        };
        use model::access::AssignmentType::{Active, Eligible};
        assert_eq!(refused(morgan.submits(asked(Active)).await).code(), "proof_needed");
        morgan.submits(asked(Eligible)).await.unwrap();
        morgan.sets_up_app().await.unwrap();
        morgan.submits(asked(Active)).await.unwrap();
    }

    async fn what_one_proves_oneself_with_protects_itself(test: TestDb) {
        let world = World::demo(test).await;
        let emma = world.person("emma").await;
        let engine = world.engine();
        emma.signs_in().await.unwrap();
        world.time_goes_by(Span::minutes(16));
        let who = emma.who().await.unwrap();
        let why = refused(engine.begin_authenticator(&who).await.map(drop));
        assert_eq!(why.code(), "sign_in_again", "the first one needs the password, freshly");
        assert_eq!(refused(engine.confirm_authenticator(&who, "123456").await), Refusal::CeremonyOver);

        emma.signs_in().await.unwrap();
        let (here, app) = (emma.who().await.unwrap(), engine.begin_authenticator(&emma.who().await.unwrap()).await.unwrap());
        let app = App::of(&app);
        emma.signs_in().await.unwrap();
        let there = emma.who().await.unwrap();
        let code = app.code(world.now());
        assert_eq!(refused(engine.confirm_authenticator(&there, &code).await), Refusal::CeremonyOver, "begun elsewhere");
        assert_eq!(refused(engine.confirm_authenticator(&here, &App::foreign().code(world.now())).await), Refusal::CodeWrong);
        engine.confirm_authenticator(&here, &code).await.unwrap();
        assert_eq!(refused(engine.confirm_authenticator(&here, &code).await), Refusal::CeremonyOver, "done already");

        let second = engine.begin_authenticator(&engine.session(&emma.signs_in().await.unwrap()).await.unwrap().unwrap()).await;
        assert_eq!(refused(second.map(drop)).code(), "proof_needed", "a fresh password alone changes nothing any more");
        assert_eq!(refused(emma.submits(Command::RemoveAuthenticator).await).code(), "proof_needed");
        a_minute_passes(&world);
        emma.proves(&app.code(world.now())).await.unwrap();
        assert_eq!(refused(engine.begin_authenticator(&emma.who().await.unwrap()).await.map(drop)), Refusal::HasAuthenticator);
        emma.submits(Command::RemoveAuthenticator).await.unwrap();
        assert_eq!(refused(emma.submits(Command::RemoveAuthenticator).await), Refusal::NoAuthenticator);
        assert!(!emma.asks(query::Security {}).await.unwrap().has_method());
        a_minute_passes(&world);
        assert_eq!(refused(emma.proves(&app.code(world.now())).await), Refusal::CodeWrong);
        assert_eq!((told(&world, &emma, "method_added").await, told(&world, &emma, "method_removed").await), (1, 1));
        world.settle().await;
        let subjects: Vec<String> = world.letters().await.into_iter().map(|letter| letter.subject).collect();
        assert!(subjects.contains(&"An authenticator app was added".to_owned()), "{subjects:?}");
        assert!(subjects.contains(&"Your authenticator app was removed".to_owned()), "{subjects:?}");
    }

    async fn an_administrator_resets_what_somebody_lost_and_nobody_their_own(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, helga, emma, alex] = world.people(["morgan", "helga", "emma", "alex"]).await;
        emma.sets_up_app().await.unwrap();
        let reset = |user: &Person| Command::ResetMethods { user: user.id, words: "The telephone was stolen.".into() };
        assert_eq!(refused(alex.submits(reset(&emma)).await), Refusal::NotFound { what: "user" });
        assert!(matches!(refused(morgan.submits(reset(&helga)).await), Refusal::NothingToReset { .. }));
        morgan.sets_up_app().await.unwrap();
        assert_eq!(refused(morgan.submits(reset(&morgan)).await), Refusal::OwnMethods);
        let proved = emma.who().await.unwrap();
        assert!(proved.proofs.code_at.is_some());
        let silent = Command::ResetMethods { user: emma.id, words: " ".into() };
        assert_eq!(refused(morgan.submits(silent).await).code(), "required");
        // Whoever stole it has a session of their own, and could add something of theirs.
        let thief = emma.signs_in().await.unwrap();
        morgan.submits(reset(&emma)).await.unwrap();
        assert!(world.engine().session(&thief).await.unwrap().is_none(), "signed out everywhere");
        assert!(!emma.asks(query::Security {}).await.unwrap().has_method());
        assert!(emma.who().await.unwrap().proofs.code_at.is_none(), "what was proved with it counts no more");
        let history = world.history_about(emma.id.0).await;
        assert!(history.iter().any(|event| matches!(&event.action, Action::MethodsReset { words, .. } if words.contains("stolen"))));
        world.settle().await;
        let letters = world.letters().await;
        assert!(letters.iter().any(|letter| letter.to.contains("emma") && letter.text.contains("Morgan") && letter.text.contains("stolen")));
    }

    async fn an_administrator_takes_one_method_away_and_the_others_stay(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, alex] = world.people(["morgan", "emma", "alex"]).await;
        morgan.sets_password(&emma, PASSWORD).await.unwrap();
        emma.sets_up_app().await.unwrap();
        let take = |user: &Person, method| Command::TakeMethodAway {
            user: user.id,
            method,
            passkey: None,
            words: "The telephone was stolen.".into(),
        };
        assert_eq!(refused(alex.submits(take(&emma, SignInMethod::Authenticator)).await), Refusal::NotFound { what: "user" });
        assert_eq!(refused(morgan.submits(take(&morgan, SignInMethod::Password)).await), Refusal::OwnMethods);
        assert_eq!(refused(morgan.submits(take(&emma, SignInMethod::Passkey)).await), Refusal::NotFound { what: "passkey" });
        let silent = Command::TakeMethodAway { user: emma.id, method: SignInMethod::Password, passkey: None, words: String::new() };
        assert_eq!(refused(morgan.submits(silent).await).code(), "required");
        assert_eq!(alex.asks(query::User { user: emma.id }).await.ok().and_then(|user| user.methods), None);
        assert!(!morgan.asks(query::User { user: morgan.id }).await.unwrap().methods.unwrap().may_remove);
        let has = async || morgan.asks(query::User { user: emma.id }).await.unwrap().methods.unwrap();
        let before = has().await;
        assert!(before.password && before.authenticator.is_some() && before.codes_left == 10 && before.may_remove, "{before:?}");
        let thief = emma.signs_in().await.unwrap();
        morgan.submits(take(&emma, SignInMethod::Authenticator)).await.unwrap();
        let after = has().await;
        assert!(after.password && after.authenticator.is_none() && after.codes_left == 0, "{after:?}");
        assert!(world.engine().session(&thief).await.unwrap().is_none(), "signed out everywhere");
        assert!(emma.who().await.unwrap().proofs.code_at.is_none(), "what was proved with it counts no more");
        assert!(matches!(refused(morgan.submits(take(&emma, SignInMethod::Authenticator)).await), Refusal::MethodGone { .. }));
        let session = emma.signs_in().await.unwrap();
        morgan.submits(take(&emma, SignInMethod::Password)).await.unwrap();
        assert!(!has().await.password);
        assert!(world.engine().session(&session).await.unwrap().is_none(), "signed out everywhere");
        assert!(matches!(refused(morgan.submits(take(&emma, SignInMethod::Password)).await), Refusal::MethodGone { .. }));
        let told = world.history_about(emma.id.0).await;
        assert_eq!(told.iter().filter(|event| event.action.code() == "method_taken_away").count(), 2);
        world.settle().await;
        let letters = world.letters().await;
        let hers = |subject: &str| letters.iter().any(|one| one.subject == subject && one.text.contains("stolen") && one.text.contains("Morgan"));
        assert!(hers("Your authenticator app was removed") && hers("Your password was removed"));
    }

    async fn a_password_is_changed_by_whoever_knows_it_and_ends_the_other_sessions(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        morgan.sets_password(&emma, PASSWORD).await.unwrap();
        let engine = world.engine();
        let elsewhere = emma.signs_in().await.unwrap();
        let here = emma.signs_in().await.unwrap();
        let who = emma.who().await.unwrap();
        let new = "another horse and battery";
        let change = |current: &str, new: &str| {
            let (engine, who, current, new) = (engine.clone(), who.clone(), Secret(current.into()), Secret(new.into()));
            async move { engine.change_password(&who, current, new, "192.0.2.7").await }
        };
        assert_eq!(refused(change("wrong", new).await), Refusal::PasswordWrong);
        let short = refused(change(PASSWORD, "short").await);
        assert_eq!((short.code(), short.field()), ("too_short", Some("new_password")));
        assert_eq!(change(PASSWORD, new).await.unwrap(), 1);
        assert!(engine.session(&elsewhere).await.unwrap().is_none() && engine.session(&here).await.unwrap().is_some());
        let sign_in = |password: &str| {
            let asked = SigningIn {
                user_name: "emma".into(),
                password: Secret(password.into()),
                address: "192.0.2.7".into(),
                agent: String::new(),
            };
            let engine = engine.clone();
            async move { engine.sign_in(asked).await }
        };
        assert_eq!(refused(sign_in(PASSWORD).await.map(drop)), Refusal::SignInFailed);
        sign_in(new).await.unwrap();
        let sessions = emma.asks(query::Security {}).await.unwrap().sessions;
        assert_eq!((sessions.len(), sessions.iter().filter(|session| session.here).count()), (2, 1));
        let done = emma.submits(Command::EndOtherSessions).await.unwrap();
        assert_eq!(done, Done::SessionsEnded { count: 1 });
        assert_eq!(emma.asks(query::Security {}).await.unwrap().sessions.len(), 1);
        sign_in(new).await.unwrap();
        world.time_goes_by(Span::hours(9));
        emma.signs_in().await.unwrap();
        let done = emma.submits(Command::EndOtherSessions).await.unwrap();
        assert_eq!(done, Done::SessionsEnded { count: 0 }, "what ended by itself is nobody's doing");
    }

    async fn the_secret_of_an_app_is_sealed_for_its_owner_also_when_an_older_program_kept_it_as_it_was(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, alex] = world.people(["emma", "alex"]).await;
        let (app, _) = emma.sets_up_app().await.unwrap();
        let (other, _) = alex.sets_up_app().await.unwrap();
        world.time_goes_by(Span::minutes(1));
        let kept = async |person: &Person| {
            let mut link = world.db().read().await.unwrap();
            store::proofs::authenticator(&mut link, person.id).await.unwrap().unwrap()
        };
        let plain = app.secret().to_vec();
        let sealed = kept(&emma).await;
        assert!(sealed.sealed && !sealed.secret.windows(plain.len()).any(|bytes| bytes == plain));
        assert_eq!(world.engine().seal_anew().await.unwrap(), 0, "all is sealed with the first key");
        // Copied into another row, it opens nothing there.
        let keep = async |person: &Person, secret: &[u8], sealed: bool| {
            let mut link = world.db().begin().await.unwrap();
            store::proofs::keep_authenticator(&mut link, person.id, secret, sealed).await.unwrap();
            link.commit().await.unwrap();
        };
        let alexs = kept(&alex).await.secret;
        keep(&alex, &sealed.secret, true).await;
        assert!(matches!(alex.proves(&app.code(world.now())).await, Err(Problem::Broken(_))));
        keep(&alex, &alexs, true).await;
        alex.proves(&other.code(world.now())).await.unwrap();
        // As an older program left it.
        keep(&emma, &plain, false).await;
        assert!(!kept(&emma).await.sealed);
        emma.proves(&app.code(world.now())).await.unwrap();
        assert_eq!(world.engine().seal_anew().await.unwrap(), 1);
        let again = kept(&emma).await;
        assert!(again.sealed && again.secret != sealed.secret && !again.secret.windows(plain.len()).any(|bytes| bytes == plain));
        world.time_goes_by(Span::minutes(1));
        emma.proves(&app.code(world.now())).await.unwrap();
    }

    async fn settings_say_before_they_are_saved_how_many_eligible_people_could_not_prove_what_they_would_demand(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee, alex, tomas] = world.people(["morgan", "lee", "alex", "tomas"]).await;
        let lacking = async || morgan.asks(query::RoleSettings { role: users() }).await.unwrap().lacking;
        let neither = |n: u32, of: u32, who: &str| {
            format!("{n} of {of} eligible people ha{} neither an authenticator app nor a passkey: {who}.", if n == 1 { "s" } else { "ve" })
        };
        crate::privileged::eligible(&morgan, &alex, users(), None).await;
        // Tomas is eligible as a member of a group that is.
        let group = world.makes_role_assignable("Desk").await;
        morgan.submits(Command::AddMember { group, principal: Principal::User(tomas.id), as_owner: false }).await.unwrap();
        let asked = crate::privileged::asks(users(), Principal::User(alex.id), model::access::AssignmentType::Eligible, None);
        morgan.submits(Command::AssignRole(AssignRole { holder: Principal::Group(group), ..asked })).await.unwrap();
        let before = lacking().await;
        assert_eq!(before.now, None, "nothing is demanded yet");
        assert!(before.multifactor.unwrap().starts_with(&neither(3, 3, "Alex, Lee and Tomas")));
        alex.sets_up_app().await.unwrap();
        let shown = lacking().await;
        assert!(shown.multifactor.unwrap().starts_with(&neither(2, 3, "Lee and Tomas")));
        assert!(shown.passkey.unwrap().starts_with("3 of 3 eligible people have no passkey: Alex, Lee and Tomas."), "an app is no passkey");
        assert!(shown.contexts.is_empty());
        let context = crate::authentication_contexts::asked(model::proof::Strength::Passkey, 15);
        morgan.submits(Command::SaveAuthenticationContext(context)).await.unwrap();
        let contexts = lacking().await.contexts;
        assert!(contexts.len() == 1 && contexts[0].0 == "Privileged work" && contexts[0].1.starts_with("3 of 3"), "{contexts:?}");
        sets(&morgan, |settings| settings.activation_proof = Proof::Multifactor { minutes: 15 }).await;
        assert!(lacking().await.now.unwrap().starts_with(&neither(2, 3, "Lee and Tomas")), "it stays in sight once it is saved");
        lee.sets_up_app().await.unwrap();
        assert!(lacking().await.now.unwrap().starts_with(&neither(1, 3, "Tomas")));
        morgan.submits(Command::SetUserEnabled { user: tomas.id, enabled: false }).await.unwrap();
        assert_eq!(lacking().await.now, None, "whoever is disabled activates nothing anyway");
    }
}
