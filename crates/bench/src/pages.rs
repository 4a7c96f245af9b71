//! Server time of pages with few and with many people, over HTTP on loopback, on the release binary.

use crate::Outcome;
use crate::http::Visitor;
use crate::process::Server;
use crate::scale::{engine, fill, id, user};
use engine::{By, Clock};
use model::command::{Command, Done, SubmitRequest};
use model::{PackageId, QuestionId};
use std::collections::BTreeMap;
use std::time::Instant;
use store::{Db, Location};

const FEW: usize = 100;
const MANY: usize = 100_000;
/// Settled requests beside the people; a hundredth of it in the small world.
const OLD: usize = 100_000;
const VISITS: usize = 600;

pub async fn measure() -> Outcome<()> {
    let small = world(FEW, OLD / 100).await?;
    let large = world(MANY, OLD).await?;
    for ((name, few), (_, many)) in small.iter().zip(&large) {
        println!(
            "pages: {name:<14} p50 {:5.2} ms, p99 {:5.2} ms with {FEW} people; p50 {:5.2} ms, p99 {:5.2} ms with {MANY} (p99 target 10, ratio {:.2}, target 1.5)",
            few.0,
            few.1,
            many.0,
            many.1,
            many.1 / few.1
        );
    }
    Ok(())
}

type Times = Vec<(String, (f64, f64))>;

async fn world(people: usize, old: usize) -> Outcome<Times> {
    let folder = tempfile::tempdir()?;
    let begun = Instant::now();
    let db = Db::open(&Location::Sqlite(folder.path().join("vestibule.sqlite"))).await?;
    db.migrate().await?;
    fill(&db, people, old, Clock::system().now()).await?;
    let engine = engine(db.clone(), folder.path())?;
    // The approver has ten requests waiting; the requestor asked for one.
    let mut request = None;
    // People 40 to 49 report to person 2: person 1 decides the second stage and cannot decide both.
    for number in 40..50 {
        let signed_in = engine.sign_in_as(&format!("person{number}"), "127.0.0.1", "bench").await?;
        let who = engine.session(&signed_in.token.0).await?.ok_or("no session")?;
        let asked = SubmitRequest {
            package: PackageId(id(4, 0)),
            policy: None,
            justification: "Because of the incident.".to_owned(),
            answers: BTreeMap::from([(QuestionId(id(6, 0)), vec!["CHG0012345".to_owned()])]),
            starts_at: None,
            ends_at: None,
        };
        if let Done::RequestSubmitted { request: id, .. } =
            engine.submit(&By::Session(who), Command::SubmitRequest(asked)).await?
        {
            request = Some((number, id));
        }
    }
    engine.settle().await?;
    let (requestor, request) = request.ok_or("no request")?;
    let manager = user(requestor / 20);
    let mut sessions = BTreeMap::new();
    for (name, number) in [("requestor", requestor), ("manager", requestor / 20)] {
        let signed_in = engine.sign_in_as(&format!("person{number}"), "127.0.0.1", "bench").await?;
        sessions.insert(name, format!("vestibule={}", signed_in.token.0));
    }
    drop(engine);
    db.close().await;
    println!(
        "pages: a world of {people} people and {old} old requests was made in {:.1} s (manager {manager})",
        begun.elapsed().as_secs_f64()
    );
    let server = Server::start(folder.path(), &[]).await?;
    let mut times = Vec::new();
    for (name, who, path) in [
        ("package list", "requestor", "/my-access/packages".to_owned()),
        ("inbox", "manager", "/my-access/approvals".to_owned()),
        ("request page", "requestor", format!("/my-access/requests/{request}")),
        ("overview", "manager", "/my-access".to_owned()),
    ] {
        let cookie = sessions.get(who).cloned().unwrap_or_default();
        let mut visitor = Visitor::new(&server.address, &cookie).await?;
        let quantiles = visitor.times(&path, 50, VISITS).await?;
        times.push((name.to_owned(), quantiles));
    }
    if let Some(resident) = server.resident() {
        println!("pages: resident memory {resident:.1} MiB with {people} people after {} pages", VISITS * 4);
    }
    Ok(times)
}
