//! Privileged groups at size: what it takes to activate one, to look at *My roles*, and to find what somebody holds through
//! three levels of groups, with a million eligible assignments and with a hundredth of everything.

use crate::place::Place;
use crate::scale::{engine, fill, id, user};
use crate::workflows::{raw, session};
use crate::{Outcome, quantile, rate};
use engine::{By, Clock, Engine, Who};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::command::{Command, Done};
use model::directory::{Membership, Principal};
use model::query::{self, Answer};
use model::role_assignment::ActivateRole;
use model::view::my_roles::{Kind, Tab};
use model::{AssignmentId, GroupId, Ts};
use rules::group::Group;
use std::time::Instant;
use store::{Db, assignments, groups};

const PEOPLE: usize = 100_000;
const GROUPS: usize = 10_000;
/// Groups that each person is eligible for.
const EACH: usize = 10;
/// Groups within each other; the innermost is held by one person.
const LEVELS: usize = 3;
const VISITORS: usize = 200;
/// Activations of each of them.
const ACTIVATIONS: usize = 4;

pub async fn measure(postgres: bool) -> Outcome<()> {
    for part in [100, 1] {
        at_size(Place::new(postgres).await?, PEOPLE / part, GROUPS / part).await?;
    }
    Ok(())
}

async fn at_size(place: Place, people: usize, teams: usize) -> Outcome<()> {
    let db = place.open().await?;
    let now = Clock::system().now();
    fill(&db, people, 0, now).await?;
    given(&db, people, teams, now).await?;
    place.settled().await?;
    let size = format!("{people} people, {teams} groups, {} eligible assignments", people * EACH);
    let engine = engine(db.clone(), place.folder())?;
    let commits = raw(&db, 1).await?;
    let stop = tokio_util::sync::CancellationToken::new();
    let workers = engine.run(stop.clone());
    let mut visitors = Vec::new();
    // From everywhere in the directory.
    for number in (0..VISITORS).map(|visitor| visitor * (people / VISITORS)) {
        visitors.push((number, session(&engine, user(number), &format!("person{number}")).await?));
    }
    activations(&engine, &visitors, commits, &size).await?;
    pages(&engine, &visitors, &size).await?;
    stop.cancel();
    workers.await?;
    effective(&db, &size).await?;
    drop((engine, db));
    place.drop_it().await
}

fn team(number: usize) -> GroupId {
    GroupId(id(30, number))
}

/// The assignment by which a person is eligible for the n-th of their groups.
fn ground(person: usize, nth: usize) -> AssignmentId {
    AssignmentId(id(31, person * EACH + nth))
}

async fn given(db: &Db, people: usize, teams: usize, now: Ts) -> Outcome<()> {
    let mut link = db.begin().await?;
    for number in 0..teams + LEVELS {
        let group = Group {
            id: team(number),
            name: format!("Team {number}"),
            description: String::new(),
            membership: Membership::Assigned,
            role_assignable: false,
            privileged: number < teams,
            created_at: now,
            version: 0,
        };
        groups::insert(&mut link, &group).await?;
    }
    let member = |assignment: AssignmentId, principal, group, assignment_type| Assignment {
        id: assignment,
        principal,
        role: ResourceRole::GroupMember(group),
        assignment_type,
        source: Source::Direct,
        starts_at: now,
        ends_at: None,
        ended_at: None,
    };
    for some in (0..people).collect::<Vec<_>>().chunks(10_000) {
        let each = some.iter().flat_map(|person| (0..EACH).map(move |nth| (*person, nth)));
        let rows: Vec<Assignment> = each
            .map(|(person, nth)| {
                let group = team((person * EACH + nth) % teams);
                member(ground(person, nth), Principal::User(user(person)), group, AssignmentType::Eligible)
            })
            .collect();
        assignments::insert_all(&mut link, &rows, now).await?;
    }
    let levels: Vec<Assignment> = (0..LEVELS)
        .map(|level| {
            let inner = level.checked_sub(1).map_or(Principal::User(user(0)), |inner| Principal::Group(team(teams + inner)));
            member(AssignmentId(id(32, level)), inner, team(teams + level), AssignmentType::Active)
        })
        .collect();
    assignments::insert_all(&mut link, &levels, now).await?;
    link.commit().await?;
    Ok(())
}

async fn activations(engine: &Engine, visitors: &[(usize, Who)], commits: f64, size: &str) -> Outcome<()> {
    let mut times = Vec::new();
    let begun = Instant::now();
    for nth in 0..ACTIVATIONS {
        for (number, who) in visitors {
            let asked = ActivateRole {
                eligible: ground(*number, nth),
                minutes: 60,
                starts_at: None,
                justification: "Because of the incident.".to_owned(),
                ticket: Default::default(),
                accepted: Vec::new(),
                emergency: false,
            };
            let one = Instant::now();
            let done = engine.submit(&By::Session(who.clone()), Command::ActivateRole(asked)).await?;
            times.push(one.elapsed().as_secs_f64() * 1000.0);
            let Done::RoleActivated { active: Some(_), .. } = done else { return Err("it is not active".into()) };
        }
    }
    let each = rate(times.len(), begun.elapsed().as_secs_f64());
    times.sort_by(f64::total_cmp);
    println!(
        "activations: {size}: {} without approval, p50 {:.2} ms, p99 {:.2} ms (target 10); {each:.0} a second, {:.2} of {commits:.0} raw \
         durable commits",
        times.len(),
        quantile(&times, 0.5),
        quantile(&times, 0.99),
        each / commits
    );
    Ok(())
}

async fn pages(engine: &Engine, visitors: &[(usize, Who)], size: &str) -> Outcome<()> {
    for kind in Kind::ALL {
        for tab in Tab::ALL {
            let mut times = Vec::new();
            for (_, who) in visitors {
                let one = Instant::now();
                let Answer::MyRoles(page) = engine.ask(who, query::MyRoles { kind, tab, after: None }.into()).await? else {
                    return Err("another answer".into());
                };
                times.push(one.elapsed().as_secs_f64() * 1000.0);
                let expected = match (kind, tab) {
                    (Kind::Groups, Tab::Eligible) => EACH,
                    (Kind::Groups, Tab::Active) => ACTIVATIONS,
                    _ => 0,
                };
                // Person 0 is a member of the innermost group besides.
                if page.rows.len() < expected {
                    return Err(format!("{} rows instead of {expected}", page.rows.len()).into());
                }
            }
            said(&format!("My roles, {}, {}", kind.word(), tab.word()), times, size);
        }
    }
    let mut times = Vec::new();
    for (number, who) in visitors {
        let one = Instant::now();
        let asked = query::Activating { assignments: vec![ground(*number, EACH - 1)] };
        let Answer::Activating(_) = engine.ask(who, asked.into()).await? else { return Err("another answer".into()) };
        times.push(one.elapsed().as_secs_f64() * 1000.0);
    }
    said("the form that activates", times, size);
    Ok(())
}

fn said(what: &str, mut times: Vec<f64>, size: &str) {
    times.sort_by(f64::total_cmp);
    let (half, most) = (quantile(&times, 0.5), quantile(&times, 0.99));
    println!("activations: {size}: {what}, without HTML: p50 {half:.2} ms, p99 {most:.2} ms (target 15)");
}

async fn effective(db: &Db, size: &str) -> Outcome<()> {
    let mut times = Vec::new();
    for _ in 0..1_000 {
        let now = Clock::system().now();
        let one = Instant::now();
        let mut link = db.read().await?;
        let reached = assignments::reach(&mut link, user(0), now).await?;
        let held = rules::effective::held(user(0), true, &reached, now);
        times.push(one.elapsed().as_secs_f64() * 1000.0);
        if !held.iter().any(|held| held.path.len() == LEVELS) {
            return Err("the outermost group was not found".into());
        }
    }
    times.sort_by(f64::total_cmp);
    println!(
        "activations: {size}: what one holds through {LEVELS} levels of groups: p50 {:.2} ms, p99 {:.2} ms (target 1)",
        quantile(&times, 0.5),
        quantile(&times, 0.99)
    );
    Ok(())
}
