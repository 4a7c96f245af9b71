//! How letters leave, set by administrators: at once, on every server, to a mail server that is really there.

use crate::given::asks_for_admin;
use model::audit::{Filter, Place};
use model::command::{Command, Done, Secret};
use model::limits::RETRY_MAX_SECONDS;
use model::mail::{SaveMail, Security, TypedServer};
use model::{Span, query};
use testkit::{MailServer, Person, World, both, refused};

const PASSWORD: &str = "open sesame";

fn typed(server: &MailServer) -> TypedServer {
    TypedServer {
        host: "127.0.0.1".into(),
        port: server.port.to_string(),
        security: Security::None,
        user_name: String::new(),
        password: None,
        sender: "Vestibule <vestibule@harbour.example>".into(),
    }
}

fn signed_in(server: &MailServer, password: &str) -> TypedServer {
    TypedServer { user_name: "vestibule".into(), password: Some(Secret(password.into())), ..typed(server) }
}

async fn with_password() -> MailServer {
    MailServer::start(&["--user", "vestibule", "--password", PASSWORD]).await
}

async fn saves(person: &Person, version: i64, server: Option<TypedServer>) {
    let done = person.submits(Command::SaveMail(SaveMail { version, server: server.clone(), into_files: None })).await.unwrap();
    assert_eq!(done, Done::MailSaved { sends: server.is_some() });
}

/// To whom the next letter went.
async fn next(server: &mut MailServer) -> String {
    server.next().await["to"][0].as_str().unwrap().to_owned()
}

both! {
    async fn only_global_administrators_say_how_letters_leave(test: TestDb) {
        let world = World::demo(test).await;
        let server = MailServer::start(&[]).await;
        let [alex, tomas, morgan] = world.people(["alex", "tomas", "morgan"]).await;
        let asked = SaveMail { version: 0, server: Some(typed(&server)), into_files: None };
        for nobody in [&alex, &tomas] {
            assert_eq!(refused(nobody.submits(Command::SaveMail(asked.clone())).await).code(), "not_found");
            assert_eq!(refused(nobody.asks(query::Mail {}).await).code(), "not_found");
            assert_eq!(refused(nobody.asks(query::MailTest {}).await).code(), "not_found");
        }
        saves(&morgan, 0, Some(typed(&server))).await;
        assert_eq!(refused(morgan.submits(Command::SaveMail(asked)).await).code(), "stale");
    }

    async fn settings_count_at_once_on_every_server_and_no_letter_is_lost_between_them(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, nils, morgan] = world.people(["alex", "miriam", "nils.partner", "morgan"]).await;
        let (mut first, mut second) = (MailServer::start(&[]).await, MailServer::start(&[]).await);
        let other = world.second_server().await;
        saves(&morgan, 0, Some(typed(&first))).await;
        let before = world.letters().await.len();
        let request = asks_for_admin(&alex).await;
        other.settle().await.unwrap();
        assert_eq!(next(&mut first).await, "miriam@harbour.example", "the other server knows it without a restart");
        saves(&morgan, 1, Some(typed(&second))).await;
        nils.requests("Partner document room").because("Offer.").await.unwrap();
        other.settle().await.unwrap();
        assert!(next(&mut second).await.starts_with("nils"));
        assert_eq!(world.letters().await.len(), before, "none of them is a file");
        saves(&morgan, 2, None).await;
        miriam.approves(request, "Known change.").await.unwrap();
        world.settle().await;
        assert!(world.letters().await.len() > before, "they are kept as files again");
    }

    async fn letters_wait_for_a_server_that_is_not_there_and_leave_as_soon_as_it_is_put_right(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let gone = MailServer::start(&[]).await;
        let nobody = typed(&gone);
        gone.stop().await;
        saves(&morgan, 0, Some(nobody)).await;
        asks_for_admin(&alex).await;
        world.settle().await;
        world.passes(Span::seconds(2 * RETRY_MAX_SECONDS)).await;
        let (count, why) = morgan.asks(query::Mail {}).await.unwrap().held_up.unwrap();
        assert_eq!(count, 1);
        assert!(why.contains("nothing listens there"), "{why}");
        let mut right = MailServer::start(&[]).await;
        saves(&morgan, 1, Some(typed(&right))).await;
        world.settle().await;
        assert_eq!(next(&mut right).await, "miriam@harbour.example", "it does not wait for the next try");
        assert_eq!(morgan.asks(query::Mail {}).await.unwrap().held_up, None);
    }

    async fn the_password_is_sealed_goes_to_its_server_only_and_stands_in_no_history(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let mut server = with_password().await;
        saves(&morgan, 0, Some(signed_in(&server, PASSWORD))).await;
        asks_for_admin(&alex).await;
        world.settle().await;
        assert_eq!(server.next().await["user"], "vestibule");
        let page = morgan.asks(query::Mail {}).await.unwrap();
        assert!(page.has_password && !format!("{page:?}").contains(PASSWORD));
        let stored = store::mail::get(&mut world.db().read().await.unwrap()).await.unwrap();
        let sealed = stored.password.unwrap();
        assert!(!sealed.windows(PASSWORD.len()).any(|bytes| bytes == PASSWORD.as_bytes()));
        let told = morgan.asks(query::Audit { place: Place::Everything, filter: Filter::default(), after: None }).await.unwrap();
        let told = format!("{told:?}");
        assert!(told.contains("changed how letters leave") && !told.contains(PASSWORD), "{told}");
        // Another server does not get what was typed for this one.
        let thief = MailServer::start(&[]).await;
        let moved = TypedServer { password: None, ..signed_in(&thief, PASSWORD) };
        let command = Command::SaveMail(SaveMail { version: 1, server: Some(moved), into_files: None });
        assert_eq!(refused(morgan.submits(command).await).field(), Some("password"));
    }

    async fn the_test_writes_to_whoever_asks_and_says_each_step(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let mut server = with_password().await;
        saves(&morgan, 0, Some(signed_in(&server, PASSWORD))).await;
        let test = morgan.asks(query::MailTest {}).await.unwrap();
        assert!(test.good, "{test:?}");
        let what: Vec<&str> = test.steps.iter().map(|step| step.what.as_str()).collect();
        let connected = format!("Connected to 127.0.0.1:{}", server.port);
        let letter = "Sent a letter to morgan@harbour.example";
        let steps = ["Opened the password", "Looked up 127.0.0.1", &connected, "Greeted the server", "Signed in", letter];
        assert_eq!(what, steps);
        let taken = server.next().await;
        assert!(taken["content"].as_str().unwrap().contains("Subject: A letter to test the mail settings"), "{taken}");

        saves(&morgan, 1, Some(signed_in(&server, "swordfish"))).await;
        let test = morgan.asks(query::MailTest {}).await.unwrap();
        let last = test.steps.last().unwrap();
        assert!(!test.good && last.what == "Signed in" && last.said.contains("535"), "{test:?}");
        assert!(!format!("{test:?}").contains("swordfish"));

        // Sealed with a key that is gone: nothing is sent, and the page says what to do.
        let mut link = world.db().begin().await.unwrap();
        store::mail::set_password(&mut link, Some(b"sealed with another key")).await.unwrap();
        link.commit().await.unwrap();
        world.restart();
        let test = morgan.asks(query::MailTest {}).await.unwrap();
        assert_eq!(test.steps.len(), 1);
        assert!(test.steps[0].said.contains("Type it again under Settings"), "{test:?}");
        let inside = TypedServer { host: "10.9.8.7".into(), ..typed(&server) };
        saves(&morgan, 2, Some(inside)).await;
        let test = morgan.asks(query::MailTest {}).await.unwrap();
        assert!(test.steps[0].said.contains("outgoing.allow"), "{test:?}");
        saves(&morgan, 3, None).await;
        let test = morgan.asks(query::MailTest {}).await.unwrap();
        assert!(test.good && test.steps[0].said.contains("sent to nobody"), "{test:?}");
    }

    async fn letters_that_wait_become_files_only_when_somebody_says_so_and_saving_the_same_tries_them_at_once(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let gone = MailServer::start(&[]).await;
        let nobody = typed(&gone);
        gone.stop().await;
        saves(&morgan, 0, Some(nobody.clone())).await;
        let files = world.letters().await.len();
        asks_for_admin(&alex).await;
        world.settle().await;
        world.passes(Span::seconds(2 * RETRY_MAX_SECONDS)).await;
        let waits = || async {
            let mut link = world.db().read().await.unwrap();
            store::letters::any_due(&mut link, world.now()).await.unwrap()
        };
        assert!(!waits().await, "it is tried again later");
        saves(&morgan, 1, Some(nobody)).await;
        assert!(waits().await, "nothing was changed, and what waits is tried at once");
        world.settle().await;
        let keeps = |into_files| Command::SaveMail(SaveMail { version: 1, server: None, into_files });
        let refusal = refused(morgan.submits(keeps(None)).await);
        assert_eq!((refusal.code(), refusal.field()), ("letters_wait", Some("into_files")));
        world.settle().await;
        assert_eq!(world.letters().await.len(), files, "it waits");
        morgan.submits(keeps(Some(1))).await.unwrap();
        world.settle().await;
        assert_eq!(world.letters().await.len(), files + 1);
    }
}
