//! Servers of others that take our question and keep us waiting: it ends in time with a sentence, everything else goes on, and
//! nothing of the database is held meanwhile.

use crate::given::{REPORTING, asks_for_admin};
use crate::{imports, ldap_targets, targets};
use engine::{Engine, Problem};
use model::access::ResourceRole;
use model::command::{Command, Done, Secret};
use model::directory::Principal;
use model::import::SaveImport;
use model::limits::RETRY_FIRST_SECONDS;
use model::mail::{SaveMail, Security, TypedServer};
use model::package::Lasts;
use model::provider::{Joining, NewSecret, SaveProvider};
use model::target::SaveTarget;
use model::view::provider::Step;
use model::webhook::{MessageKind, SaveWebhook};
use model::{ApplicationId, ApplicationRoleId, GroupId, ImportId, ProviderId, Span, TargetId, WebhookId, query};
use std::time::Duration;
use testkit::target::{Manner, TOKEN, Target};
use testkit::{Certificates, MailServer, Offer, Person, Receiver, Slow, SlowPeer, World, both, refused};
use tokio::task::JoinHandle;

/// How long is waited for a server where the test is about what comes then.
const PATIENCE: Duration = Duration::from_millis(200);
/// Longer than any test lasts.
const WITHOUT_END: Duration = Duration::from_secs(3600);
/// What waits so long is held up by something.
const HANGS: Duration = Duration::from_secs(60);
const SIGNS: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NO_ANSWER: &str = "127.0.0.1 did not answer within 0.2 seconds.";
const NO_BIND: &str = "Signing in took too long: the directory did not answer in time.";

/// Another application with a target of its own, and a package for good that gives a role of each.
pub async fn another(stage: &targets::Stage) -> (TargetId, Target) {
    let (other, reader) = (ApplicationId(stage.world.new_id()), ApplicationRoleId(stage.world.new_id()));
    let mut link = stage.world.db().begin().await.unwrap();
    store::resources::insert_application(&mut link, other, "Wiki", "", &[(reader, "Reader")], stage.world.now()).await.unwrap();
    link.commit().await.unwrap();
    let wiki = Target::start().await;
    let asked = SaveTarget { name: "Wiki".into(), groups: String::new(), ..targets::settings((other, &wiki)) };
    let Done::TargetSaved { target, .. } = stage.morgan.submits(Command::SaveTarget(asked)).await.unwrap() else { panic!() };
    let mut offer = Offer::new("Both", GroupId::default(), []).lasting(Lasts::Forever);
    offer.gives = vec![stage.role(), ResourceRole::ApplicationRole(other, reader)];
    stage.world.offers(offer).await;
    (target, wiki)
}

/// What was said at the step that failed, which is the last.
fn failed(good: bool, steps: &[Step]) -> &str {
    assert!(!good && steps.iter().rev().skip(1).all(|step| step.good), "{steps:?}");
    &steps.last().unwrap().said
}

async fn moves(stage: &targets::Stage, base_url: String) {
    stage
        .sets(|asked| {
            asked.base_url = base_url;
            asked.token = Some(Secret(TOKEN.into()));
        })
        .await;
}

async fn directory_target(world: &World, morgan: &Person, url: String) -> TargetId {
    let (application, agent) = (ApplicationId(world.new_id()), ApplicationRoleId(world.new_id()));
    let mut link = world.db().begin().await.unwrap();
    store::resources::insert_application(&mut link, application, "Files", "", &[(agent, "Agent")], world.now()).await.unwrap();
    link.commit().await.unwrap();
    let asked = SaveTarget { name: "Files".into(), ..ldap_targets::settings(application, url) };
    let Done::TargetSaved { target, .. } = morgan.submits(Command::SaveTarget(asked)).await.unwrap() else { panic!() };
    target
}

async fn import(morgan: &Person, address: String) -> ImportId {
    let asked: SaveImport = imports::settings(address);
    let Done::ImportSaved { import, .. } = morgan.submits(Command::SaveImport(Box::new(asked))).await.unwrap() else { panic!() };
    import
}

async fn webhook(morgan: &Person, name: &str, url: &str) -> WebhookId {
    let asked = SaveWebhook {
        webhook: None,
        version: 0,
        name: name.to_owned(),
        url: url.to_owned(),
        kinds: MessageKind::TOLD.into(),
        answering: None,
        secret: Some(Secret(SIGNS.to_owned())),
    };
    let Done::WebhookSaved { webhook, .. } = morgan.submits(Command::SaveWebhook(asked)).await.unwrap() else { panic!() };
    webhook
}

async fn provider(morgan: &Person, issuer: String) -> ProviderId {
    let asked = SaveProvider {
        provider: None,
        version: 0,
        name: "Harbour ID".to_owned(),
        issuer,
        client_id: "vestibule".to_owned(),
        secret: NewSecret::Without,
        scopes: String::new(),
        joining: Joining::Created,
        multifactor: String::new(),
        passkey: String::new(),
    };
    let Done::ProviderSaved { provider, .. } = morgan.submits(Command::SaveProvider(asked)).await.unwrap() else { panic!() };
    provider
}

/// Somebody comes into a group, which webhooks are told.
async fn something_happens(world: &World, name: &str) {
    let group = world.makes_group(name).await;
    let user = world.person("lee").await.id;
    world.console(Command::AddMember { group, principal: Principal::User(user), as_owner: false }).await;
}

/// While this waits for the peer, everybody else reads and changes what they like; then it is broken off.
async fn holds_nothing<T: Send + 'static>(world: &World, what: &str, peer: &SlowPeer, waits: JoinHandle<T>) {
    let soon = async {
        peer.is_asked().await;
        let user_name = what.replace(' ', ".");
        world.hires(&user_name).await;
        world.person("alex").await.asks(query::Requests { phase: None, after: None }).await.unwrap();
        // Whoever holds anything of the database has it to the end of what they are about.
        world.db().begin().await.unwrap().commit().await.unwrap();
    };
    assert!(tokio::time::timeout(HANGS, soon).await.is_ok(), "{what} holds something");
    assert!(!waits.is_finished(), "{what} should still wait");
    waits.abort();
}

fn mail_server(port: u16) -> TypedServer {
    TypedServer {
        host: "127.0.0.1".into(),
        port: port.to_string(),
        security: Security::None,
        user_name: String::new(),
        password: None,
        sender: "Vestibule <vestibule@harbour.example>".into(),
    }
}

fn settles(engine: Engine) -> JoinHandle<()> {
    tokio::spawn(async move { drop(engine.settle().await) })
}

both! {
    async fn a_target_that_keeps_us_waiting_is_given_up_in_time_and_holds_up_no_other(test: TestDb) {
        let stage = targets::Stage::on(World::demo_that_waits(test, PATIENCE, None).await).await;
        let (_, wiki) = another(&stage).await;
        for (number, slow) in [Slow::Silent, Slow::DripsHead, Slow::DripsBody].into_iter().enumerate() {
            let peer = SlowPeer::start(slow).await;
            moves(&stage, peer.at("http", "/scim/v2")).await;
            let name = format!("person.{number}");
            let person = stage.world.hires(&name).await;
            let request = person.requests("Both").because("Month end.").await.unwrap();
            stage.world.settle().await;
            assert!(wiki.members("Reader").contains(&name), "{slow:?}: the other target goes on");
            assert_eq!(stage.stands(&name).await, Some(("Pending".into(), NO_ANSWER.into(), String::new())), "{slow:?}");
            let page = stage.page().await;
            assert!(format!("{:?}", page.trouble).contains(NO_ANSWER), "{:?}", page.trouble);
            let seen = person.sees_request(request).await.unwrap();
            let waits = seen.targets.iter().find(|at| at.target == "Ledger").unwrap();
            assert!(waits.why.starts_with("The application does not answer as it should. It is tried again on"), "{waits:?}");
            let test = stage.morgan.asks(query::TargetTest { target: stage.target }).await.unwrap();
            assert_eq!(failed(test.good, &test.steps), NO_ANSWER);
            let trial = stage.morgan.asks(query::TargetTrial { target: stage.target }).await.unwrap();
            assert_eq!(trial.failed.as_deref(), Some(NO_ANSWER));
            peer.is_left().await;
            moves(&stage, stage.peer.base_url.clone()).await;
            stage.world.passes(Span::minutes(1)).await;
            assert!(stage.there().contains(&name), "{slow:?}: it is caught up with");
        }
    }

    async fn whoever_tests_a_target_that_falls_silent_waits_for_one_question_and_not_for_each_group(test: TestDb) {
        let stage = targets::Stage::on(World::demo_that_waits(test, PATIENCE, None).await).await;
        stage.peer.behaves(Manner::KeepsSilentAt("Agents"));
        let test = stage.morgan.asks(query::TargetTest { target: stage.target }).await.unwrap();
        assert_eq!(failed(test.good, &test.steps), NO_ANSWER);
        assert_eq!(test.steps.last().unwrap().what, "Looked for the group “Agents”");
        assert_eq!(test.steps.len(), 3, "it has another group: {test:?}");
    }

    async fn a_directory_that_keeps_us_waiting_is_given_up_in_time(test: TestDb) {
        let certificates = Certificates::make();
        let world = World::demo_that_waits(test, PATIENCE, Some(&certificates)).await;
        let morgan = world.person("morgan").await;
        let peer = SlowPeer::secured(Slow::Secured, &certificates).await;
        let target = directory_target(&world, &morgan, peer.at("ldaps", "")).await;
        let import = import(&morgan, peer.at("ldaps", "")).await;
        morgan.submits(Command::RunImport { import, confirmed: None }).await.unwrap();
        world.settle().await;
        let page = morgan.asks(query::Target { target, after: None }).await.unwrap();
        assert!(format!("{:?}", page.trouble).contains(NO_BIND), "{:?}", page.trouble);
        let test = morgan.asks(query::TargetTest { target }).await.unwrap();
        assert_eq!(failed(test.good, &test.steps), NO_BIND);
        assert_eq!(morgan.asks(query::TargetTrial { target }).await.unwrap().failed.as_deref(), Some(NO_BIND));
        let run = morgan.asks(query::Import { import, after: None }).await.unwrap().runs.remove(0);
        assert_eq!((run.badge.word.as_str(), run.why.as_str()), ("Failed", NO_BIND));
        let test = morgan.asks(query::ImportTest { import }).await.unwrap();
        assert_eq!(failed(test.good, &test.steps), NO_BIND);
        let preview = morgan.asks(query::ImportPreview { import, what: String::new(), after: None }).await.unwrap();
        assert_eq!(preview.failed.as_deref(), Some(NO_BIND));
    }

    async fn a_webhook_that_never_answers_is_told_again_later_and_others_are_told_at_once(test: TestDb) {
        let world = World::demo_that_waits(test, PATIENCE, None).await;
        let morgan = world.person("morgan").await;
        let (peer, receiver) = (SlowPeer::start(Slow::Silent).await, Receiver::start().await);
        let slow = webhook(&morgan, "Slow", &peer.at("http", "/hook")).await;
        webhook(&morgan, "Quick", &receiver.url).await;
        something_happens(&world, "Pier").await;
        world.settle().await;
        assert!(!receiver.heard().is_empty());
        let row = morgan.asks(query::Webhook { webhook: slow, after: None }).await.unwrap().row;
        let (why, _) = row.fault.unwrap();
        assert!(row.waiting > 0 && why.contains(NO_ANSWER), "{why}");
        let test = morgan.asks(query::WebhookTest { webhook: slow }).await.unwrap();
        assert!(failed(test.good, &test.steps).contains(NO_ANSWER), "{test:?}");
    }

    async fn a_provider_that_never_answers_is_said_so_to_whoever_signs_in_and_to_whoever_tests_it(test: TestDb) {
        let world = World::demo_that_waits(test, PATIENCE, None).await;
        let morgan = world.person("morgan").await;
        for slow in [Slow::Silent, Slow::DripsBody] {
            let peer = SlowPeer::start(slow).await;
            let provider = provider(&morgan, peer.at("http", "")).await;
            let began = world.engine().begin_provider_sign_in(provider, None, "/my-access", false).await;
            let refusal = refused(began.map(|_| ()));
            assert_eq!(refusal.code(), "provider_fails");
            assert!(refusal.sentence().contains(NO_ANSWER), "{}", refusal.sentence());
            let test = morgan.asks(query::ProviderTest { provider }).await.unwrap();
            assert_eq!(test.steps.iter().find(|step| !step.good).unwrap().said, NO_ANSWER);
            morgan.submits(Command::DeleteProvider { provider, seen: 0 }).await.unwrap();
        }
    }

    async fn nothing_is_held_while_somebody_at_a_page_waits_for_a_server(test: TestDb) {
        let certificates = Certificates::make();
        let world = World::demo_that_waits(test, WITHOUT_END, Some(&certificates)).await;
        let morgan = world.person("morgan").await;
        macro_rules! asks {
            ($what:literal, $peer:expr, $query:expr) => {{
                let (morgan, query) = (morgan.clone(), $query);
                let waits = tokio::spawn(async move { drop(morgan.asks(query).await) });
                holds_nothing(&world, $what, &$peer, waits).await;
            }};
        }
        let directory = async || SlowPeer::secured(Slow::Bound, &certificates).await;
        let web = async || SlowPeer::start(Slow::Silent).await;

        let peer = directory().await;
        let target = directory_target(&world, &morgan, peer.at("ldaps", "")).await;
        asks!("a test of a target", peer, query::TargetTest { target });
        let peer = directory().await;
        let imported = import(&morgan, peer.at("ldaps", "")).await;
        asks!("a preview of an import", peer, query::ImportPreview { import: imported, what: String::new(), after: None });
        let peer = web().await;
        let told = webhook(&morgan, "Slow", &peer.at("http", "/hook")).await;
        asks!("a test of a webhook", peer, query::WebhookTest { webhook: told });
        let peer = web().await;
        let vouches = provider(&morgan, peer.at("http", "")).await;
        asks!("a test of a provider", peer, query::ProviderTest { provider: vouches });
        morgan.submits(Command::DeleteProvider { provider: vouches, seen: 0 }).await.unwrap();
        let peer = web().await;
        let vouches = provider(&morgan, peer.at("http", "")).await;
        let engine = world.engine();
        let begins = async move { engine.begin_provider_sign_in(vouches, None, "/", false).await.map(|_| ()) };
        let waits: JoinHandle<Result<(), Problem>> = tokio::spawn(begins);
        holds_nothing(&world, "a sign in", &peer, waits).await;
    }

    async fn nothing_is_held_while_a_worker_waits_for_a_server(test: TestDb) {
        let certificates = Certificates::make();
        let stage = targets::Stage::on(World::demo_that_waits(test, WITHOUT_END, Some(&certificates)).await).await;
        let world = &stage.world;
        stage.offers().await;
        let peer = SlowPeer::start(Slow::Silent).await;
        moves(&stage, peer.at("http", "/scim/v2")).await;
        world.hires("waiting").await.requests("Ledger").because("Month end.").await.unwrap();
        holds_nothing(world, "a turn at a target", &peer, settles(world.engine())).await;
        stage.morgan.submits(Command::SetTargetEnabled { target: stage.target, enabled: false }).await.unwrap();

        let peer = SlowPeer::secured(Slow::Bound, &certificates).await;
        let target = directory_target(world, &stage.morgan, peer.at("ldaps", "")).await;
        holds_nothing(world, "a turn at a directory", &peer, settles(world.engine())).await;
        stage.morgan.submits(Command::SetTargetEnabled { target, enabled: false }).await.unwrap();

        let peer = SlowPeer::secured(Slow::Bound, &certificates).await;
        let import = import(&stage.morgan, peer.at("ldaps", "")).await;
        stage.morgan.submits(Command::RunImport { import, confirmed: None }).await.unwrap();
        holds_nothing(world, "a run of an import", &peer, settles(world.engine())).await;
        stage.morgan.submits(Command::SetImportEnabled { import, enabled: false }).await.unwrap();

        let peer = SlowPeer::start(Slow::Silent).await;
        webhook(&stage.morgan, "Slow", &peer.at("http", "/hook")).await;
        something_happens(world, "Quay").await;
        holds_nothing(world, "a message", &peer, settles(world.engine())).await;
    }

    async fn a_mail_server_that_says_nothing_is_asked_once_for_all_letters_and_new_settings_count_at_once(test: TestDb) {
        let world = World::demo_that_waits(test, PATIENCE, None).await;
        let [alex, nils, morgan] = world.people(["alex", "nils.partner", "morgan"]).await;
        let silent = SlowPeer::start(Slow::Silent).await;
        let save = |version, port| Command::SaveMail(SaveMail { version, server: Some(mail_server(port)), into_files: None });
        morgan.submits(save(0, silent.port)).await.unwrap();
        asks_for_admin(&alex).await;
        nils.requests("Partner document room").because("Offer.").await.unwrap();
        let begun = world.now();
        world.settle().await;
        assert_eq!(silent.taken(), 1, "each letter would wait for the same silence");
        let (count, why) = morgan.asks(query::Mail {}).await.unwrap().held_up.unwrap();
        assert!(count > 1 && why.contains("did not answer within 0.2 seconds"), "{count} {why}");
        // None of them grows old by it: they are tried again as soon as the first one.
        world.passes(Span::seconds(RETRY_FIRST_SECONDS)).await;
        assert_eq!(silent.taken(), 2);
        assert_eq!(world.now().since(begun), Span::seconds(RETRY_FIRST_SECONDS));

        let mut right = MailServer::start(&[]).await;
        morgan.submits(save(1, right.port)).await.unwrap();
        world.settle().await;
        for _ in 0..count {
            right.next().await;
        }
        assert_eq!(morgan.asks(query::Mail {}).await.unwrap().held_up, None);
        assert_eq!(silent.taken(), 2);
    }

    async fn a_letter_at_which_the_mail_server_falls_silent_keeps_no_other_waiting(test: TestDb) {
        let world = World::demo_that_waits(test, Duration::from_secs(1), None).await;
        let [morgan, alex, miriam, emma] = world.people(["morgan", "alex", "miriam", "emma"]).await;
        morgan.edits(&miriam, |form| form.mail = "silent@harbour.example".into()).await.unwrap();
        let mut server = MailServer::start(&[]).await;
        let save = SaveMail { version: 0, server: Some(mail_server(server.port)), into_files: None };
        morgan.submits(Command::SaveMail(save)).await.unwrap();
        asks_for_admin(&alex).await;
        world.time_goes_by(Span::seconds(1));
        emma.requests(REPORTING).because("Sales forecast.").await.unwrap();
        world.settle().await;
        assert_ne!(server.next().await["to"][0], "silent@harbour.example");
        let (count, why) = morgan.asks(query::Mail {}).await.unwrap().held_up.unwrap();
        assert!(count == 1 && why.contains("did not answer within 1 seconds"), "{count} {why}");
    }
}
