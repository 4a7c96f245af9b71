//! A target that is somebody else's program: PyPI's scim2-server, as a process of its own.

use connect::outgoing::{Allowed, Client};
use connect::scim::{Can, Pace, Person, Scim};
use model::access::ResourceRole;
use model::command::{Command, Done, Secret};
use model::target::{Drift, Kind, Leavers, SaveTarget};
use model::{ApplicationId, ApplicationRoleId, GroupId, Span, TargetId, query};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use testkit::{Offer, World, both};
use tokio::process::Child;

const TOKEN: &str = "a-token-of-the-server";

/// A running server; it ends with the test. What it knows is in its memory.
struct Server {
    process: Child,
    port: u16,
    base_url: String,
}

impl Server {
    async fn start() -> Self {
        let port = {
            let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        };
        Self::start_at(port).await
    }

    async fn start_at(port: u16) -> Self {
        let process = tokio::process::Command::new(program())
            .args(["--hostname", "127.0.0.1", "--port", &port.to_string(), "--bearer-token", TOKEN, "--tenant", "harbour"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Self { process, port, base_url: format!("http://127.0.0.1:{port}/harbour/v2") };
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("scim2-server did not begin to listen");
    }

    async fn stops(&mut self) {
        self.process.kill().await.unwrap();
    }

    /// It has forgotten everything.
    async fn starts_again(&mut self) {
        *self = Self::start_at(self.port).await;
    }
}

/// What somebody else does there.
struct Other {
    client: Client,
    pace: Pace,
    base_url: String,
}

const CAN: Can = Can { patch: true, finds_members: false };

impl Other {
    fn of(server: &Server) -> Self {
        let client = Client::new(Allowed::parse(["127.0.0.1"]).unwrap(), None).unwrap();
        Self { client, pace: Pace::new(1000), base_url: server.base_url.clone() }
    }

    fn scim(&self) -> Scim<'_> {
        Scim::new(&self.client, &self.base_url, TOKEN, &self.pace)
    }

    async fn group(&self) -> String {
        self.scim().find_group("Agent").await.unwrap().unwrap()
    }

    async fn account(&self, user_name: &str) -> Option<String> {
        self.scim().find_user("userName", user_name).await.unwrap().map(|account| account.id)
    }

    /// The user names of those who are in the group, sorted; whoever has no account there is named by their id.
    async fn members(&self) -> Vec<String> {
        let mut names = Vec::new();
        for member in self.scim().members(&self.group().await).await.unwrap().unwrap_or_default() {
            let account = self.scim().user(&member.id).await.unwrap();
            names.push(account.map_or(member.id, |account| account.user_name));
        }
        names.sort();
        names
    }
}

/// It is installed beside the Python of the tests.
fn program() -> PathBuf {
    let usual = || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache/vestibule/python/bin/python");
    let python = std::env::var_os("VESTIBULE_TEST_PYTHON").map_or_else(usual, PathBuf::from);
    let program = python.with_file_name("scim2-server");
    assert!(
        program.is_file(),
        "The tests of targets need scim2-server beside {}. Install it with `pip install scim2-server==0.8.3`, or run \
         `cargo xtask setup`.",
        python.display()
    );
    program
}

/// A company with this server as a target, and a package with its role for four hours.
async fn given(test: testkit::TestDb, server: &Server) -> (World, SaveTarget, TargetId) {
    let world = World::demo(test).await;
    let morgan = world.person("morgan").await;
    let (application, agent) = (ApplicationId(world.new_id()), ApplicationRoleId(world.new_id()));
    let mut link = world.db().begin().await.unwrap();
    store::resources::insert_application(&mut link, application, "Ledger", "", &[(agent, "Agent")], world.now()).await.unwrap();
    link.commit().await.unwrap();
    let asked = SaveTarget {
        target: None,
        version: 0,
        application: Some(application),
        name: "Ledger".into(),
        base_url: server.base_url.clone(),
        kind: Kind::Scim,
        token: Some(Secret(TOKEN.into())),
        drift: Drift::Remove,
        adopted_days: "30".into(),
        leavers: Leavers::Delete,
        creates_groups: true,
        groups: String::new(),
        per_second: "1000".into(),
    };
    let Done::TargetSaved { target, .. } = morgan.submits(Command::SaveTarget(asked.clone())).await.unwrap() else { panic!() };
    let mut offer = Offer::new("Ledger", GroupId::default(), []);
    offer.gives = vec![ResourceRole::ApplicationRole(application, agent)];
    world.offers(offer).await;
    (world, asked, target)
}

both! {
    async fn a_server_of_others_gets_people_and_memberships_and_loses_them_again(test: TestDb) {
        let server = Server::start().await;
        let (world, asked, target) = given(test, &server).await;
        let morgan = world.person("morgan").await;
        let tested = morgan.asks(query::TargetTest { target }).await.unwrap();
        assert!(tested.good, "{tested:?}");
        for name in ["alex.new", "zoe.new"] {
            world.hires(name).await.requests("Ledger").because("Month end.").await.unwrap();
        }
        world.settle().await;
        let page = morgan.asks(query::Target { target, after: None }).await.unwrap();
        let stands: Vec<(&str, &str)> =
            page.people.iter().map(|row| (row.person.under.as_str(), row.badge.word.as_str())).collect();
        assert_eq!(stands, [("alex.new", "Works now"), ("zoe.new", "Works now")], "{page:?}");
        let trial = morgan.asks(query::TargetTrial { target }).await.unwrap();
        assert_eq!((trial.agree, trial.lines.len(), trial.failed), (2, 0, None));
        world.passes(Span::hours(4)).await;
        let page = morgan.asks(query::Target { target, after: None }).await.unwrap();
        assert!(page.people.is_empty() && page.there == 0 && page.findings.is_empty(), "{page:?}");
        let tested = morgan.asks(query::TargetTest { target }).await.unwrap();
        assert!(tested.steps.iter().any(|step| step.said == "It has 0 accounts."), "{tested:?}");
        // With a wrong token the test says so, and so does the page.
        let version = page.row.target.version;
        let wrong = SaveTarget { target: Some(target), version, token: Some(Secret("wrong".into())), ..asked };
        morgan.submits(Command::SaveTarget(wrong)).await.unwrap();
        let tested = morgan.asks(query::TargetTest { target }).await.unwrap();
        assert!(!tested.good && tested.steps.iter().any(|step| step.said.contains("does not take the token")), "{tested:?}");
    }

    async fn whatever_happens_at_a_server_of_others_meanwhile_they_agree_afterwards(test: TestDb) {
        let mut server = Server::start().await;
        let (world, _, target) = given(test, &server).await;
        let (morgan, other) = (world.person("morgan").await, Other::of(&server));
        let names: Vec<String> = (10..22).map(|n| format!("new.{n}")).collect();
        for name in &names {
            world.hires(name).await.requests("Ledger").because("Month end.").await.unwrap();
        }
        // It stops in the middle of a turn, and has forgotten everything when it is back.
        let stops = async {
            while other.scim().count_users().await.unwrap() < 3 {
                tokio::task::yield_now().await;
            }
            server.stops().await;
        };
        tokio::join!(world.settle(), stops);
        let page = async || morgan.asks(query::Target { target, after: None }).await.unwrap();
        assert!(page().await.trouble.is_some(), "it is down");
        server.starts_again().await;
        let agrees = async |names: &[String]| {
            assert_eq!(other.members().await, names);
            let page = page().await;
            assert!(page.trouble.is_none() && page.row.pending == 0 && page.findings.is_empty(), "{page:?}");
            assert!(page.people.iter().all(|row| row.badge.word == "Works now"), "{page:?}");
        };
        world.passes(Span::minutes(1)).await;
        // What was made before it stopped is missed by the next comparison, and what is left of it in groups by the one after.
        let compares = async || {
            for _ in 0..2 {
                morgan.submits(Command::ReconcileTarget { target }).await.unwrap();
                world.settle().await;
            }
        };
        compares().await;
        agrees(&names).await;

        // Somebody there deletes an account, takes one member out and puts another one in.
        let stranger = Person {
            external_id: None,
            user_name: "stranger".into(),
            display_name: "A Stranger".into(),
            mail: String::new(),
            active: true,
        };
        let stranger = other.scim().create_user(&stranger).await.unwrap().id;
        let (deleted, moved) = (other.account("new.12").await.unwrap(), other.account("new.15").await.unwrap());
        other.scim().delete_user(&deleted).await.unwrap();
        let group = other.group().await;
        other.scim().change_members(&group, &[&stranger], &[&moved], CAN).await.unwrap();
        compares().await;
        agrees(&names).await;
        assert_ne!(other.account("new.12").await.unwrap(), deleted, "it was made anew");
        assert_eq!(other.account("new.15").await.unwrap(), moved);
        assert!(other.account("stranger").await.is_some(), "accounts of others are left alone");

        // Stopped while access ends, it is caught up with.
        server.stops().await;
        world.passes(Span::hours(4)).await;
        server.starts_again().await;
        world.passes(Span::minutes(1)).await;
        let page = page().await;
        assert!(page.people.is_empty() && page.there == 0, "{page:?}");
    }
}
