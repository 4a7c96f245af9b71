//! Server time of pages with few and with many people, over HTTP on loopback, on the release binary.

use crate::Outcome;
use crate::http::{Visitor, quantiles};
use crate::process::Server;
use crate::scale::{engine, fill, ten_ask};
use engine::Clock;
use std::time::Instant;
use store::{Db, Location};

const FEW: usize = 100;
const MANY: usize = 100_000;
/// Settled requests beside the people; a hundredth of it in the small world.
const OLD: usize = 100_000;
/// Of each page in each world, in turns: what the machine does meanwhile then meets both alike.
const ROUNDS: usize = 20;
const VISITS: usize = 100;

pub async fn measure() -> Outcome<()> {
    let small = World::begin(FEW, OLD / 100).await?;
    let large = World::begin(MANY, OLD).await?;
    for (name, few, many) in small.pages.iter().zip(&large.pages).map(|((name, few), (_, many))| (name, few, many)) {
        let (mut of_few, mut of_many) = (small.visitor(few).await?, large.visitor(many).await?);
        let (mut took_few, mut took_many) = (Vec::new(), Vec::new());
        of_few.visits(&few.path, WARMING).await?;
        of_many.visits(&many.path, WARMING).await?;
        for _ in 0..ROUNDS {
            took_few.extend(of_few.visits(&few.path, VISITS).await?);
            took_many.extend(of_many.visits(&many.path, VISITS).await?);
        }
        let (few, many) = (quantiles(took_few), quantiles(took_many));
        println!(
            "pages: {name:<14} p50 {:5.2} ms, p99 {:5.2} ms with {FEW} people; p50 {:5.2} ms, p99 {:5.2} ms with {MANY} (p99 target 10, ratio {:.2}, target 1.5)",
            few.0,
            few.1,
            many.0,
            many.1,
            many.1 / few.1
        );
    }
    for world in [small, large] {
        if let Some(resident) = world.server.resident() {
            let pages = world.pages.len() * (WARMING + ROUNDS * VISITS);
            println!("pages: resident memory {resident:.1} MiB with {} people after {pages} pages", world.people);
        }
    }
    Ok(())
}

const WARMING: usize = 50;

/// A page and who opens it.
struct Page {
    cookie: String,
    path: String,
}

/// A server with so many people. Its folder is gone with it.
struct World {
    people: usize,
    server: Server,
    pages: Vec<(&'static str, Page)>,
    _folder: tempfile::TempDir,
}

impl World {
    async fn visitor(&self, page: &Page) -> Outcome<Visitor> {
        Visitor::new(&self.server.address, &page.cookie).await
    }

    async fn begin(people: usize, old: usize) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let begun = Instant::now();
        let db = Db::open(&Location::Sqlite(folder.path().join("vestibule.sqlite"))).await?;
        db.migrate().await?;
        fill(&db, people, old, Clock::system().now()).await?;
        let engine = engine(db.clone(), folder.path())?;
        // The approver has ten requests waiting; the requestor asked for one. Twenty people report to everybody of the first
        // twentieth: these ten report to somebody else than person 1, who decides the second stage, and nobody reports to them, in
        // either world.
        let first = people.div_ceil(20).max(40).next_multiple_of(20);
        let (requestor, request) = (first + 9, ten_ask(&engine, first).await?);
        let mut pages = Vec::new();
        for (name, number, path) in [
            ("package list", requestor, "/my-access/packages".to_owned()),
            ("inbox", requestor / 20, "/my-access/approvals".to_owned()),
            ("request page", requestor, format!("/my-access/requests/{request}")),
            ("overview", requestor / 20, "/my-access".to_owned()),
        ] {
            let signed_in = engine.sign_in_as(&format!("person{number}"), "127.0.0.1", "bench").await?;
            pages.push((name, Page { cookie: format!("vestibule={}", signed_in.token.0), path }));
        }
        drop(engine);
        db.close().await;
        println!("pages: a world of {people} people and {old} old requests was made in {:.1} s", begun.elapsed().as_secs_f64());
        let server = Server::start(folder.path(), &[]).await?;
        Ok(Self { people, server, pages, _folder: folder })
    }
}
