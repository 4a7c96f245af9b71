//! Access reviews of a million rows: how long one takes to begin and what that does to other pages, a reviewer's page,
//! deciding a thousand rows, the download, and a hundred thousand removals. Beside a hundredth of it.

use crate::http::Visitor;
use crate::place::Place;
use crate::scale::{engine, fill, id, user};
use crate::{Outcome, quantile};
use engine::{By, Clock, Engine, Who};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::command::{Command, Done};
use model::directory::{PortalRole, Principal};
use model::query::{self, Answer};
use model::review::{DecideRows, Decision, Phase, ReviewSettings, ReviewStage, Reviewed, Reviewers, Silence};
use model::view::review::RowFilter;
use model::{AssignmentId, GroupId, ReviewId, ReviewRowId, ReviewSeriesId, UserId};
use rules::group::Group;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::{assignments, groups};

const ROWS: usize = 1_000_000;
const REMOVALS: usize = 100_000;
const VISITS: usize = 100;
/// Members begin here, after the people who administrate and review.
const FIRST: usize = 1_000;

pub async fn measure(postgres: bool) -> Outcome<()> {
    for part in [100, 1] {
        some(Place::new(postgres).await?, ROWS / part, REMOVALS / part).await?;
    }
    Ok(())
}

fn wide(number: usize) -> GroupId {
    GroupId(id(30, number))
}

async fn some(place: Place, rows: usize, removals: usize) -> Outcome<()> {
    let db = place.open().await?;
    let now = Clock::system().now();
    fill(&db, FIRST, 0, now).await?;
    let mut link = db.begin().await?;
    for (number, members) in [(1, rows), (2, removals)] {
        let group = Group {
            id: wide(number),
            name: format!("Everybody {number}"),
            description: String::new(),
            membership: model::directory::Membership::Assigned,
            role_assignable: false,
            privileged: false,
            created_at: now,
            version: 0,
        };
        groups::insert(&mut link, &group).await?;
        println!("reviews: a group of {members}");
    }
    let administers = Assignment {
        id: AssignmentId(id(20, 0)),
        principal: Principal::User(user(7)),
        role: ResourceRole::DirectoryRole(PortalRole::GlobalAdministrator.id()),
        assignment_type: AssignmentType::Active,
        source: Source::Direct,
        starts_at: now,
        ends_at: None,
        ended_at: None,
    };
    assignments::insert(&mut link, &administers, now).await?;
    link.commit().await?;
    members(&place, rows, removals, now.0).await?;
    place.settled().await?;
    let engine = engine(db, place.folder())?;
    let (morgan, reviewer) = (signed_in(&engine, 7).await?, signed_in(&engine, 8).await?);

    let (seen, seconds) = preview(&engine, &morgan, wide(1), 8).await?;
    println!("reviews: a preview goes through {seen} of {rows} rows in {seconds:.1} s");
    let (idle, _) = pages(&engine, &reviewer, Arc::new(AtomicBool::new(true))).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let meanwhile = tokio::spawn({
        let (engine, reviewer, stop) = (engine.clone(), reviewer.clone(), stop.clone());
        async move { pages(&engine, &reviewer, stop).await }
    });
    let (series, seconds) = begins(&engine, &morgan, wide(1), 8).await?;
    stop.store(true, Ordering::Relaxed);
    let (busy, visits) = meanwhile.await??;
    println!("reviews: {rows} rows are open after {seconds:.1} s (target 60 for 1,000,000)");
    println!(
        "reviews: meanwhile {visits} overviews, p50 {:.2} ms, p99 {:.2} ms; idle p50 {:.2} ms, p99 {:.2} ms (target: p99 doubled)",
        quantile(&busy, 0.5),
        quantile(&busy, 0.99),
        quantile(&idle, 0.5),
        quantile(&idle, 0.99)
    );
    let review = shown(&engine, &morgan, series).await?.0;
    let mut times = Vec::new();
    let mut some = Vec::new();
    for _ in 0..VISITS {
        let begun = Instant::now();
        some = page(&engine, &reviewer, review, None).await?.0;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "reviews: a reviewer's {} rows, without HTML: p50 {:.2} ms, p99 {:.2} ms (target 20)",
        some.len(),
        quantile(&times, 0.5),
        quantile(&times, 0.99)
    );
    let (mut many, mut after): (Vec<ReviewRowId>, Option<String>) = (Vec::new(), None);
    while many.len() < 1_000 {
        let (rows, next) = page(&engine, &reviewer, review, after).await?;
        many.extend(rows);
        after = next;
    }
    many.truncate(1_000);
    let begun = Instant::now();
    let reason = "They work there.".to_owned();
    let asked = DecideRows { review, rows: many, decision: Decision::Approve, reason, confirmed: true };
    engine.submit(&By::Session(reviewer.clone()), Command::DecideRows(asked)).await?;
    println!("reviews: 1,000 rows are decided in {:.2} s (target 1)", begun.elapsed().as_secs_f64());
    let (begun, mut lines, mut after) = (Instant::now(), 0, None);
    loop {
        let Answer::ExportedReview(piece) = engine.ask(&morgan, query::ExportedReview { review, after }.into()).await? else {
            return Err("another answer".into());
        };
        lines += piece.rows.len();
        after = piece.next;
        if after.is_none() {
            break;
        }
    }
    println!("reviews: {lines} lines of the download in {:.1} s, piece by piece", begun.elapsed().as_secs_f64());

    let download = format!("/admin/reviews/{series}/{review}/results.csv");

    let (series, _) = begins(&engine, &morgan, wide(2), 8).await?;
    let review = shown(&engine, &morgan, series).await?.0;
    engine.submit(&By::Session(morgan.clone()), Command::StopReview { review, stage_only: false }).await?;
    let begun = Instant::now();
    engine.settle().await?;
    let (_, phase, removed) = shown(&engine, &morgan, series).await?;
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "reviews: {removed} removals, decided by silence, applied and sealed in {seconds:.1} s: {phase:?} (target 60 for 100,000)"
    );
    let signed_in = engine.sign_in_as("person7", "127.0.0.1", "bench").await?;
    drop(engine);
    memory(&place, &format!("vestibule={}", signed_in.token.0), &download).await?;
    place.drop_it().await
}

/// What the server's own memory grows by while it sends the results of a review.
async fn memory(place: &Place, cookie: &str, path: &str) -> Outcome<()> {
    let server = place.serve().await?;
    let mut visitor = Visitor::new(&server.address, cookie).await?;
    visitor.get("/admin/reviews", "identity").await?;
    let before = server.own().unwrap_or(f64::NAN);
    let (begun, mut most) = (Instant::now(), before);
    let mut download = std::pin::pin!(visitor.get(path, "identity"));
    let answer = loop {
        tokio::select! {
            answer = &mut download => break answer?,
            () = tokio::time::sleep(Duration::from_millis(20)) => most = most.max(server.own().unwrap_or(f64::NAN)),
        }
    };
    if answer.status != 200 {
        return Err(format!("{path} answered {}", answer.status).into());
    }
    println!(
        "reviews: the results, {:.1} MB, are sent in {:.1} s; the server's own memory grows from {before:.1} to {most:.1} MiB",
        answer.body.len() as f64 / 1e6,
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// People with a membership each, made by the database itself.
async fn members(place: &Place, rows: usize, removals: usize, now: i64) -> Outcome<()> {
    let made = |kind: u32, number: &str| place.made(kind, number);
    let nothing = place.known(model::AnyId::nil());
    let (from, to) = (FIRST, FIRST + rows);
    let range = format!("with recursive range (n) as (select {from} union all select n + 1 from range where n + 1 < {to})");
    let people = format!(
        "{range} insert into users (id, user_name, user_name_key, display_name, display_name_key, mail, kind, manager_id, enabled, profile,
            created_at, last_sign_in_at, version)
         select {}, 'member' || n, 'member' || n, 'Member ' || n, 'member ' || n, '', 'member', null, true,
            '{{\"attributes\":{{}},\"other_mails\":[]}}', {now}, case when n % 3 = 0 then {now} end, 0 from range",
        made(1, "n")
    );
    place.run(people).await?;
    for (group, kind, members) in [(wide(1), 31, rows), (wide(2), 32, removals)] {
        let memberships = format!(
            "{range} insert into role_assignments (id, principal_kind, principal_id, role, resource_id, application_role_id, assignment_type,
                source, source_id, starts_at, created_at)
             select {}, 'user', {}, 'group_member', {}, {nothing}, 'active', 'direct', {nothing}, {now}, {now}
             from range where n < {}",
            made(kind, "n"),
            made(1, "n"),
            place.known(group.0),
            FIRST + members,
        );
        place.run(memberships).await?;
    }
    Ok(())
}

async fn signed_in(engine: &Engine, number: usize) -> Outcome<Who> {
    let signed_in = engine.sign_in_as(&format!("person{number}"), "127.0.0.1", "bench").await?;
    Ok(engine.session(&signed_in.token.0).await?.ok_or("no session")?)
}

/// One person decides, and silence removes.
fn asked_for(by: &Who, reviewer: usize) -> ReviewSettings {
    let users: Vec<UserId> = vec![user(reviewer)];
    let stage = ReviewStage { reviewers: Reviewers::Selected { users, groups: Vec::new() }, fallback: Vec::new(), days: 14 };
    ReviewSettings {
        name: "Everybody".to_owned(),
        stages: vec![stage],
        silence: Silence::Remove,
        silence_limit_percent: 100,
        auto_apply: true,
        ..rules::review::settings::defaults(by.user, Clock::system().now())
    }
}

/// How many rows a preview goes through, and how long that takes, s.
async fn preview(engine: &Engine, by: &Who, group: GroupId, reviewer: usize) -> Outcome<(u64, f64)> {
    let settings = Box::new(asked_for(by, reviewer));
    let asked = query::ReviewPreview { of: vec![Reviewed::Group(group)], settings, series: None };
    let begun = Instant::now();
    let Answer::ReviewPreview(seen) = engine.ask(by, asked.into()).await? else { return Err("another answer".into()) };
    Ok((seen.of.iter().map(|one| one.rows).sum(), begun.elapsed().as_secs_f64()))
}

/// Makes a review of a group that one person decides, and waits until it is open.
async fn begins(engine: &Engine, by: &Who, group: GroupId, reviewer: usize) -> Outcome<(ReviewSeriesId, f64)> {
    let settings = asked_for(by, reviewer);
    let begun = Instant::now();
    let create = Command::CreateReviews { of: vec![Reviewed::Group(group)], settings };
    let Done::ReviewsCreated { first, .. } = engine.submit(&By::Session(by.clone()), create).await? else {
        return Err("another answer".into());
    };
    engine.settle().await?;
    Ok((first, begun.elapsed().as_secs_f64()))
}

async fn shown(engine: &Engine, who: &Who, series: ReviewSeriesId) -> Outcome<(ReviewId, Phase, u64)> {
    let Answer::Review(review) = engine.ask(who, query::Review { series, review: None, before: None }.into()).await? else {
        return Err("another answer".into());
    };
    let shown = review.instance.ok_or("it has not begun")?;
    Ok((shown.instance.review, shown.phase, shown.instance.counts.removed))
}

async fn page(
    engine: &Engine,
    who: &Who,
    review: ReviewId,
    after: Option<String>,
) -> Outcome<(Vec<ReviewRowId>, Option<String>)> {
    let asked = query::Reviewing { review, filter: RowFilter::Open, search: String::new(), after };
    let Answer::Reviewing(page) = engine.ask(who, asked.into()).await? else { return Err("another answer".into()) };
    Ok((page.rows.iter().map(|row| row.row).collect(), page.paging.next))
}

/// Overviews until it is said to stop, at least a hundred: how long each took, in ms, in order.
async fn pages(engine: &Engine, who: &Who, stop: Arc<AtomicBool>) -> Outcome<(Vec<f64>, usize)> {
    let mut times = Vec::new();
    while !stop.load(Ordering::Relaxed) || times.len() < VISITS {
        let begun = Instant::now();
        engine.ask(who, query::Overview {}.into()).await?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    times.sort_by(f64::total_cmp);
    let visits = times.len();
    Ok((times, visits))
}
