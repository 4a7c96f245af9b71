//! Durable workflows a second: request, two approvals, delivered, with real sessions, beside the raw durable commit rate
//! of the same engine in the same run.

use crate::scale::{asks_for, engine, fill, id, user};
use crate::{Outcome, rate};
use engine::{By, Clock, Engine, Who};
use model::approval::Verdict;
use model::command::{Command, DecideRequest, Done};
use model::{PackageId, UserId};
use std::time::{Duration, Instant};
use store::{Db, Location};

/// People at the same time.
const AT_ONCE: usize = 16;
const LASTING: Duration = Duration::from_secs(8);
const RAW_COMMITS: usize = 1_500;
const PEOPLE: usize = 4_000;

pub async fn measure() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let sqlite = Db::open(&Location::Sqlite(folder.path().join("bench.sqlite"))).await?;
    sqlite.migrate().await?;
    on(&sqlite, folder.path(), 1).await?;
    match std::env::var("VESTIBULE_TEST_POSTGRES") {
        Ok(address) => {
            let postgres = Db::open(&Location::Postgres(address)).await?;
            postgres.migrate().await?;
            on(&postgres, folder.path(), AT_ONCE).await
        }
        Err(_) => {
            println!("workflows on PostgreSQL: not measured, VESTIBULE_TEST_POSTGRES is not set");
            Ok(())
        }
    }
}

async fn on(db: &Db, folder: &std::path::Path, writers: usize) -> Outcome<()> {
    let name = db.engine();
    fill(db, PEOPLE, 0, Clock::system().now()).await?;
    let alone = raw(db, 1).await?;
    let together = if writers > 1 { raw(db, writers).await? } else { alone };
    println!("{name}: raw durable commits       {alone:8.0} a second from one writer, {together:8.0} from {writers}");
    let engine = engine(db.clone(), folder)?;
    let stop = tokio_util::sync::CancellationToken::new();
    let workers = engine.run(stop.clone());
    let statements = db.statements();
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for task in 0..AT_ONCE {
        let engine = engine.clone();
        tasks.push(tokio::spawn(async move { one_task(&engine, task, begun).await }));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await??;
    }
    engine.settle().await?;
    let seconds = begun.elapsed().as_secs_f64();
    let workflows = rate(done, seconds);
    let statements = (db.statements() - statements) as f64 / done.max(1) as f64;
    stop.cancel();
    workers.await?;
    // Six durable commits a workflow is the bound; half of the rate that it implies is the target.
    let target = together / 6.0 / 2.0;
    println!(
        "{name}: request, 2 approvals, delivered, letters and seals {workflows:6.1} a second ({done} in {seconds:.1} s, {statements:.0} statements each); \
         target {target:.1} (half of the raw rate / 6): {:.2} of it",
        workflows / target
    );
    let report = engine.verify_audit().await?;
    println!("{name}: {report}");
    Ok(())
}

/// Durable commits of one small row.
pub async fn raw(db: &Db, writers: usize) -> Outcome<f64> {
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for writer in 0..writers {
        let db = db.clone();
        tasks.push(tokio::spawn(async move {
            for number in 0..RAW_COMMITS / writers {
                let mut link = db.begin().await?;
                store::sessions::set_fact(&mut link, &format!("raw {writer}"), &number.to_string()).await?;
                link.commit().await?;
            }
            Ok::<(), store::Fault>(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    Ok(rate(RAW_COMMITS, begun.elapsed().as_secs_f64()))
}

/// One visitor after another asks; the manager and person 1 approve, each in a session of their own.
async fn one_task(engine: &Engine, task: usize, begun: Instant) -> Outcome<usize> {
    let second = session(engine, user(1), "person1").await?;
    let mut done = 0;
    // People 400.. so that nobody is their own manager or second approver.
    let mut number = 400 + task;
    while begun.elapsed() < LASTING && number < PEOPLE {
        let requestor = session(engine, user(number), &format!("person{number}")).await?;
        let manager = session(engine, user(number / 20), &format!("person{}", number / 20)).await?;
        for package in 0..crate::scale::PACKAGES {
            if begun.elapsed() >= LASTING {
                break;
            }
            let asked = asks_for(PackageId(id(4, package)));
            let submitted = engine.submit(&By::Session(requestor.clone()), Command::SubmitRequest(asked)).await?;
            let Done::RequestSubmitted { request, .. } = submitted else { return Err("an answer to another command".into()) };
            for (stage, approver) in [(0, &manager), (1, &second)] {
                let decision =
                    DecideRequest { request, stage, verdict: Verdict::Approve, words: "Fine.".to_owned(), gives: None };
                engine.submit(&By::Session(approver.clone()), Command::DecideRequest(decision)).await?;
            }
            done += 1;
        }
        number += AT_ONCE;
    }
    Ok(done)
}

/// A session of somebody, whose name is known.
pub async fn session(engine: &Engine, id: UserId, name: &str) -> Outcome<Who> {
    let signed_in = engine.sign_in_as(name, "127.0.0.1", "bench").await?;
    let who = engine.session(&signed_in.token.0).await?.ok_or("a session that is not there")?;
    if who.user == id { Ok(who) } else { Err("somebody else's session".into()) }
}
