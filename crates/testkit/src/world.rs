//! A company with its server: an engine on a frozen clock, letters kept in a folder, and people to act.

use crate::certificates::Certificates;
use crate::databases::TestDb;
use crate::offers::Known;
use crate::person::Person;
use connect::outgoing::{Allowed, Client};
use connect::{Folder, Kept, Mail};
use engine::mail::MailSetup;
use engine::secrets::Keys;
use engine::{By, Clock, Engine, Outside, Problem, Settings, Who};
use model::command::{Command, Done};
use model::directory::PortalRole;
use model::event::Event;
use model::limits::HEARTBEAT_SECONDS;
use model::{AnyId, Language, RequestId, Span, Ts, UserId};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::Db;
use tempfile::TempDir;

/// When every story begins: a Monday morning.
pub const BEGINNING: &str = "2026-01-05T08:00:00Z";
/// What seals secrets, on every server of a world.
const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
/// Work of servers in tests is shorter.
const HEARTBEAT: Duration = Duration::from_secs(HEARTBEAT_SECONDS);
const SENDER: &str = "Vestibule <vestibule@harbour.example>";
/// Where letters lead.
pub const BASE_URL: &str = "https://vestibule.example";

/// The company, its server and its clock. Clones are the same world.
#[derive(Clone)]
pub struct World {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Mutex<Engine>,
    clock: Clock,
    mail: PathBuf,
    pub(crate) known: Mutex<BTreeMap<String, Known>>,
    made: AtomicU64,
    _folder: TempDir,
    /// Certificates (PEM) that count besides the usual ones.
    roots: Option<Vec<u8>>,
    /// How long one question to another server may take, where that is not as usual.
    patience: Option<Duration>,
    test: TestDb,
}

impl World {
    /// A server without anybody.
    pub fn empty(test: TestDb) -> Self {
        Self::made(test, None, None)
    }

    /// Harbour, with a server that waits so long for others, and takes certificates under this one.
    pub async fn demo_that_waits(test: TestDb, patience: Duration, certificates: Option<&Certificates>) -> Self {
        Self::made(test, certificates.map(|certificates| certificates.root.clone()), Some(patience)).peopled().await
    }

    /// Harbour, with a server that also takes certificates under this one.
    pub async fn demo_that_trusts(test: TestDb, certificates: &Certificates) -> Self {
        Self::made(test, Some(certificates.root.clone()), None).peopled().await
    }

    fn made(test: TestDb, roots: Option<Vec<u8>>, patience: Option<Duration>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mail = folder.path().join("mail");
        let clock = Clock::frozen(Ts::parse(BEGINNING).unwrap());
        let outside = (roots.as_deref(), patience);
        let engine = Mutex::new(new_engine(test.db.clone(), &clock, &mail, outside, (BASE_URL, HEARTBEAT, true)));
        let (known, made) = (Mutex::default(), AtomicU64::new(0));
        Self { inner: Arc::new(Inner { engine, clock, mail, known, made, _folder: folder, roots, patience, test }) }
    }

    /// Harbour, the demo company.
    pub async fn demo(test: TestDb) -> Self {
        Self::empty(test).peopled().await
    }

    async fn peopled(self) -> Self {
        self.engine().make_demo().await.unwrap();
        self.settle().await;
        self.learn_demo_packages().await;
        self
    }

    pub fn engine(&self) -> Engine {
        self.inner.engine.lock().unwrap().clone()
    }

    pub fn db(&self) -> &Db {
        &self.inner.test.db
    }

    pub fn now(&self) -> Ts {
        self.inner.clock.now()
    }

    /// Moves the clock, and no worker has seen it yet.
    pub fn time_goes_by(&self, span: Span) {
        self.inner.clock.advance(span);
    }

    /// Moves the clock, and the workers do what is due.
    pub async fn passes(&self, span: Span) {
        self.time_goes_by(span);
        self.settle().await;
    }

    /// The workers do what is due.
    pub async fn settle(&self) {
        self.engine().settle().await.unwrap();
    }

    /// The server is killed and started again: whatever it kept in memory is gone.
    pub fn restart(&self) {
        self.db().fail_after(None);
        *self.inner.engine.lock().unwrap() = self.server(self.db().clone());
    }

    /// Another server on the same database, with connections of its own.
    pub async fn second_server(&self) -> Engine {
        self.server(self.inner.test.second().await)
    }

    /// Another server in the same process that says this often that its work goes on.
    pub fn server_that_says_so_every(&self, heartbeat: Duration) -> Engine {
        self.made_server(self.db().clone(), (BASE_URL, heartbeat, true))
    }

    /// Another server in the same process that people reach at this address.
    pub fn server_at(&self, base_url: &str) -> Engine {
        self.made_server(self.db().clone(), (base_url, HEARTBEAT, true))
    }

    /// Another server in the same process that is no demo: nobody comes in who has no way to sign in.
    pub fn server_that_is_no_demo(&self) -> Engine {
        self.made_server(self.db().clone(), (BASE_URL, HEARTBEAT, false))
    }

    fn server(&self, db: Db) -> Engine {
        self.made_server(db, (BASE_URL, HEARTBEAT, true))
    }

    fn made_server(&self, db: Db, own: (&str, Duration, bool)) -> Engine {
        let Inner { clock, mail, roots, patience, .. } = &*self.inner;
        new_engine(db, clock, mail, (roots.as_deref(), *patience), own)
    }

    /// Somebody by user name, signed in when they act.
    pub async fn person(&self, user_name: &str) -> Person {
        let mut link = self.db().read().await.unwrap();
        let found = store::users::by_name(&mut link, user_name).await.unwrap();
        let (user, _) = found.unwrap_or_else(|| panic!("there is no {user_name}"));
        Person::new(self.clone(), user.id, user_name)
    }

    /// Several people at once.
    pub async fn people<const N: usize>(&self, user_names: [&str; N]) -> [Person; N] {
        let mut people = Vec::with_capacity(N);
        for user_name in user_names {
            people.push(self.person(user_name).await);
        }
        people.try_into().unwrap_or_else(|_| panic!("as many people as names"))
    }

    /// Somebody on the server's command line does this; it must succeed.
    pub async fn console(&self, command: Command) -> Done {
        self.tries_on_console(command).await.unwrap()
    }

    pub async fn tries_on_console(&self, command: Command) -> Result<Done, Problem> {
        self.engine().submit(&By::Console, command).await
    }

    /// Somebody who may read everything, from outside of the company.
    pub fn reader(&self) -> Who {
        Who {
            has_reports: false,
            asked_by: Vec::new(),
            languages: Vec::new(),
            user: UserId(AnyId::nil()),
            proofs: model::proof::Proofs::default(),
            provider: None,
            user_name: "reader".into(),
            display_name: "Reader".into(),
            session: [0; 32],
            roles: [PortalRole::GlobalReader].into(),
        }
    }

    /// What the history tells of a request, oldest first.
    pub async fn history_of(&self, request: RequestId) -> Vec<Event> {
        let mut link = self.db().read().await.unwrap();
        store::events::of_request(&mut link, request).await.unwrap()
    }

    /// What the history tells of a user, a group or a package, newest first.
    pub async fn history_about(&self, target: AnyId) -> Vec<Event> {
        let mut link = self.db().read().await.unwrap();
        store::events::of_things(&mut link, &[target]).await.unwrap().into_iter().rev().collect()
    }

    /// The codes of what happened to a request, oldest first.
    pub async fn story_of(&self, request: RequestId) -> Vec<&'static str> {
        self.history_of(request).await.iter().map(|event| event.action.code()).collect()
    }

    /// A new id that is not of the engine's making.
    pub fn new_id(&self) -> AnyId {
        let number = self.inner.made.fetch_add(1, Ordering::SeqCst);
        AnyId::from_u128(0x7e57_0000_0000_7000_8000_0000_0000_0000_u128 + u128::from(number))
    }

    pub(crate) fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Known>> {
        self.inner.known.lock().unwrap()
    }

    pub(crate) fn location(&self) -> &store::Location {
        &self.inner.test.location
    }

    pub(crate) fn mail_folder(&self) -> &Path {
        &self.inner.mail
    }

    /// The letters of this folder, oldest first.
    pub(crate) async fn read_mail(&self) -> Vec<Kept> {
        folder(&self.inner.mail).all().await.unwrap()
    }
}

fn new_engine(
    db: Db,
    clock: &Clock,
    mail: &Path,
    (roots, patience): (Option<&[u8]>, Option<Duration>),
    (base_url, heartbeat, demo): (&str, Duration, bool),
) -> Engine {
    let mail_setup = MailSetup { sender: SENDER.into(), patience, ..MailSetup::default() };
    let settings =
        Settings { base_url: base_url.into(), language: Language::English, demo, demo_mail: true, mail: mail_setup, heartbeat };
    // Peers of tests run on this machine.
    let mut outgoing = Client::new(Allowed::parse(["127.0.0.1"]).unwrap(), roots).unwrap();
    if let Some(patience) = patience {
        outgoing = outgoing.within(patience);
    }
    let outside = Outside { keys: Keys::parse(KEY).unwrap(), outgoing };
    Engine::new(db, clock.clone(), Mail::Folder(folder(mail)), outside, settings)
}

fn folder(path: &Path) -> Folder {
    match Mail::folder(path, SENDER).unwrap() {
        Mail::Folder(folder) => folder,
        Mail::Smtp(_) => panic!("a folder was asked for"),
    }
}
