//! A target that is somebody else's program: PyPI's scim2-server, as a process of its own.

use model::access::ResourceRole;
use model::command::{Command, Done, Secret};
use model::target::{Drift, Kind, Leavers, SaveTarget};
use model::{ApplicationId, ApplicationRoleId, GroupId, Span, query};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use testkit::{Offer, World, both};
use tokio::process::Child;

const TOKEN: &str = "a-token-of-the-server";

/// A running server; it ends with the test.
struct Server {
    _process: Child,
    base_url: String,
}

impl Server {
    async fn start() -> Self {
        let port = {
            let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        };
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
                return Self { _process: process, base_url: format!("http://127.0.0.1:{port}/harbour/v2") };
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("scim2-server did not begin to listen");
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

both! {
    async fn a_server_of_others_gets_people_and_memberships_and_loses_them_again(test: TestDb) {
        let world = World::demo(test).await;
        let server = Server::start().await;
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
        let tested = morgan.asks(query::TargetTest { target }).await.unwrap();
        assert!(tested.good, "{tested:?}");
        let mut offer = Offer::new("Ledger", GroupId::default(), []);
        offer.gives = vec![ResourceRole::ApplicationRole(application, agent)];
        world.offers(offer).await;
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
}
