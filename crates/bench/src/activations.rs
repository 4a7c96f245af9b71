//! A hundred thousand activations whose time is over within one minute: how late each is said to be in the history.

use crate::Outcome;
use crate::place::Place;
use crate::scale::{fill, id, user};
use engine::Clock;
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::directory::{PortalRole, Principal};
use model::{AssignmentId, Span};
use std::time::{Duration, Instant};
use store::assignments;

const ENDS: usize = 100_000;

pub async fn measure(postgres: bool) -> Outcome<()> {
    for ends in [ENDS / 100, ENDS] {
        measure_some(Place::new(postgres).await?, ends).await?;
    }
    Ok(())
}

async fn measure_some(place: Place, ends: usize) -> Outcome<()> {
    let db = place.open().await?;
    fill(&db, ends, 0, Clock::system().now()).await?;
    // Room to write the rows before the first of them is over.
    let begins = Clock::system().now();
    let first = begins + Span::seconds(20 * i64::try_from(ends)? / 100_000 + 5);
    let role = ResourceRole::DirectoryRole(PortalRole::UserAdministrator.id());
    let eligible = |number: usize| Assignment {
        id: AssignmentId(id(22, number)),
        principal: Principal::User(user(number)),
        role,
        assignment_type: AssignmentType::Eligible,
        source: Source::Direct,
        starts_at: begins,
        ends_at: None,
        ended_at: None,
    };
    let mut rows = Vec::with_capacity(ends * 2);
    for number in 0..ends {
        let ground = eligible(number);
        rows.push(Assignment {
            id: AssignmentId(id(23, number)),
            assignment_type: AssignmentType::Active,
            source: Source::Activation(ground.id),
            ends_at: Some(first + Span(i64::try_from(number)? * 60_000 / i64::try_from(ends)?)),
            ..ground.clone()
        });
        rows.push(ground);
    }
    let mut link = db.begin().await?;
    assignments::insert_all(&mut link, &rows, begins).await?;
    link.commit().await?;
    let late = Clock::system().now().since(first);
    if late > Span::seconds(0) {
        println!("activations: the rows were {} ms late, and the first ends wait for as long", late.0);
    }
    db.close().await;
    place.settled().await?;
    let server = place.serve().await?;
    let begun = Instant::now();
    loop {
        let open = "select count(*) from role_assignments where source = 'activation' and ended_at is null";
        let left = place.numbers(open).await?.first().copied().unwrap_or_default();
        if left == 0 {
            break;
        }
        if begun.elapsed() > Duration::from_secs(600) {
            return Err(format!("{left} of the activations have not ended after ten minutes").into());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let worst = "select max(a.ended_at - a.ends_at), count(*), count(distinct e.id) from role_assignments a
        left join events e on e.request_id = a.id and e.action || '' = 'assignment_ended' where a.source = 'activation'";
    let [latest, count, told] = place.numbers(worst).await?[..] else { return Err("three numbers were asked for".into()) };
    println!(
        "activations: {count} ends within one minute, {told} of them in the history, the latest {latest} ms after its instant (target 10,000)"
    );
    drop(server);
    place.drop_it().await
}
