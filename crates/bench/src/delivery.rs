//! What is granted at a target of others: how soon after the activation it is there, how soon after the end it is gone, how
//! long ten thousand memberships take from nothing, and what one target that is down costs another.
//!
//! The targets run in this process, on loopback, and write down when somebody came into a group and went out of it.

use crate::place::Place;
use crate::scale::{engine, fill, id, user};
use crate::workflows::session;
use crate::{Outcome, quantile};
use engine::{By, Clock, Engine, Who};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::command::{Command, Done, Secret};
use model::directory::{Membership, PortalRole, Principal};
use model::limits::TARGET_PER_SECOND_MAX;
use model::role_assignment::ActivateRole;
use model::target::{Drift, Kind, Leavers, SaveTarget};
use model::{ApplicationId, ApplicationRoleId, AssignmentId, GroupId, Span, Ts};
use rules::group::Group;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use store::{Db, assignments, groups, resources};
use testkit::target::{Manner, TOKEN, Target};

/// Who has it from the beginning.
const HOLDERS: usize = 10_000;
/// Who loses it on time, one after another.
const ENDING: usize = 400;
/// Who activates, in each of the three rounds.
const ACTIVATING: usize = 400;
const A_SECOND: u32 = 20;
/// From the first row to the first end: everything else is measured meanwhile.
const UNTIL_ENDS: Span = Span(200_000);
const DOWN: Duration = Duration::from_secs(70);
const LONGEST: Duration = Duration::from_secs(300);
const ROUNDS: usize = 3;

/// An application, the group that holds its role, and the target that is told.
struct System {
    number: usize,
    target: Target,
}

impl System {
    async fn start(number: usize) -> Self {
        Self { number, target: Target::start().await }
    }

    fn application(&self) -> ApplicationId {
        ApplicationId(id(40, self.number))
    }

    fn role(&self) -> ApplicationRoleId {
        ApplicationRoleId(id(41, self.number))
    }

    fn group(&self) -> GroupId {
        GroupId(id(42, self.number))
    }

    fn name(&self) -> String {
        format!("System {}", self.number)
    }

    /// How many belong to its one group.
    fn members(&self) -> usize {
        self.target.inside().groups.values().map(|(_, members)| members.len()).sum()
    }

    /// When who came, or went, by user name.
    fn moved(&self, came: bool) -> BTreeMap<String, Instant> {
        let inside = self.target.inside();
        let named = |id: &String| Some(inside.users.get(id)?.get("userName")?.as_str()?.to_owned());
        inside.moved.iter().filter(|one| one.3 == came).filter_map(|(at, _, id, _)| Some((named(id)?, *at))).collect()
    }

    async fn until(&self, members: usize) -> Outcome<Duration> {
        let begun = Instant::now();
        while self.members() != members {
            if begun.elapsed() > LONGEST {
                return Err(format!("{} of {members} are members after five minutes", self.members()).into());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(begun.elapsed())
    }

    /// Whom the n-th round of activations is about.
    fn people(round: usize) -> std::ops::Range<usize> {
        let first = HOLDERS + 100 + round * ACTIVATING;
        first..first + ACTIVATING
    }

    fn ground(&self, person: usize) -> AssignmentId {
        AssignmentId(id(43 + u32::try_from(self.number).unwrap_or(0), person))
    }
}

pub async fn measure(postgres: bool) -> Outcome<()> {
    let place = Place::new(postgres).await?;
    let db = place.open().await?;
    let now = Clock::system().now();
    fill(&db, HOLDERS + 100 + ROUNDS * ACTIVATING, 0, now).await?;
    let (one, other) = (System::start(0).await, System::start(1).await);
    let first_end = given(&db, &one, &other).await?;
    place.settled().await?;
    let engine = engine(db.clone(), place.folder())?;
    let stop = tokio_util::sync::CancellationToken::new();
    let workers = engine.run(stop.clone());
    let measured = all(&engine, &one, &other, first_end).await;
    stop.cancel();
    workers.await?;
    drop((engine, db));
    place.drop_it().await?;
    measured
}

async fn all(engine: &Engine, one: &System, other: &System, first_end: Ts) -> Outcome<()> {
    let administrator = session(engine, user(0), "person0").await?;
    let begun = Instant::now();
    set_up(engine, &administrator, one).await?;
    one.until(HOLDERS).await?;
    println!("delivery: {HOLDERS} memberships from nothing in {:.1} s (target 60)", begun.elapsed().as_secs_f64());
    set_up(engine, &administrator, other).await?;

    let waited = activated(engine, one, 0).await?;
    said(&format!("{A_SECOND} activations a second, until the target has the membership"), waited, "p99 1 s, p50 100 ms");

    one.target.behaves(Manner::Fails(503));
    let down = Instant::now();
    // What comes in meanwhile for the one that is down; then what the other feels of it.
    activate(engine, one, 1).await?;
    let waited = activated(engine, other, 2).await?;
    said("the same at a target while another is down", waited, "as without");
    tokio::time::sleep(DOWN.saturating_sub(down.elapsed())).await;
    let was = down.elapsed().as_secs();
    one.target.behaves(Manner::Honest);
    let took = one.until(HOLDERS + 2 * ACTIVATING).await?;
    println!(
        "delivery: after {was} s in which a target was down, {ACTIVATING} memberships were made up for in {:.1} s (target 60)",
        took.as_secs_f64()
    );

    let wait = first_end.since(Clock::system().now());
    if wait < Span(0) {
        return Err("the first ends came before they could be measured".into());
    }
    let ends = Instant::now() + Duration::from_millis(u64::try_from(wait.0)?);
    tokio::time::sleep_until(ends.into()).await;
    one.until(HOLDERS + 2 * ACTIVATING - ENDING).await?;
    let gone = one.moved(false);
    let mut waited = Vec::with_capacity(ENDING);
    for number in 0..ENDING {
        let at = ends + every() * u32::try_from(number)?;
        let gone = gone.get(&format!("person{number}")).ok_or("somebody who has not gone")?;
        waited.push(gone.saturating_duration_since(at).as_secs_f64() * 1000.0);
    }
    said(&format!("{A_SECOND} ends a second, until the target has removed the membership"), waited, "p99 1 s");
    Ok(())
}

fn every() -> Duration {
    Duration::from_secs(1) / A_SECOND
}

/// Two applications, each with a privileged group that holds its role, ten thousand members of the first, some of them for a
/// time; the instant at which the first of these ends.
async fn given(db: &Db, one: &System, other: &System) -> Outcome<Ts> {
    let now = Clock::system().now();
    let first_end = now + UNTIL_ENDS;
    let mut link = db.begin().await?;
    let mut rows = Vec::new();
    let row = |assignment, principal, role, assignment_type, ends_at| Assignment {
        id: AssignmentId(assignment),
        principal,
        role,
        assignment_type,
        source: Source::Direct,
        starts_at: now,
        ends_at,
        ended_at: None,
    };
    for system in [one, other] {
        let name = system.name();
        resources::insert_application(&mut link, system.application(), &name, "", &[(system.role(), &name)], now).await?;
        let group = Group {
            id: system.group(),
            name,
            description: String::new(),
            membership: Membership::Assigned,
            role_assignable: false,
            privileged: true,
            created_at: now,
            version: 0,
        };
        groups::insert(&mut link, &group).await?;
        let role = ResourceRole::ApplicationRole(system.application(), system.role());
        rows.push(row(id(50, system.number), Principal::Group(system.group()), role, AssignmentType::Active, None));
        for person in (0..ROUNDS).flat_map(System::people) {
            let (ground, member) = (system.ground(person).0, ResourceRole::GroupMember(system.group()));
            rows.push(row(ground, Principal::User(user(person)), member, AssignmentType::Eligible, None));
        }
    }
    let administrator = ResourceRole::DirectoryRole(PortalRole::GlobalAdministrator.id());
    rows.push(row(id(51, 0), Principal::User(user(0)), administrator, AssignmentType::Active, None));
    for number in 0..HOLDERS {
        let after = Span(i64::try_from(every().as_millis())? * i64::try_from(number)?);
        let ends_at = (number < ENDING).then(|| first_end + after);
        let member = ResourceRole::GroupMember(one.group());
        rows.push(row(id(52, number), Principal::User(user(number)), member, AssignmentType::Active, ends_at));
    }
    assignments::insert_all(&mut link, &rows, now).await?;
    link.commit().await?;
    Ok(first_end)
}

async fn set_up(engine: &Engine, administrator: &Who, system: &System) -> Outcome<()> {
    let asked = SaveTarget {
        target: None,
        version: 0,
        application: Some(system.application()),
        name: system.name(),
        base_url: system.target.base_url.clone(),
        kind: Kind::Scim,
        token: Some(Secret(TOKEN.to_owned())),
        drift: Drift::Report,
        adopted_days: "30".into(),
        leavers: Leavers::Deactivate,
        creates_groups: true,
        groups: String::new(),
        per_second: TARGET_PER_SECOND_MAX.to_string(),
    };
    engine.submit(&By::Session(administrator.clone()), Command::SaveTarget(asked)).await?;
    Ok(())
}

/// Activates as often as is measured; when each was asked for, by user name.
async fn activate(engine: &Engine, system: &System, round: usize) -> Outcome<BTreeMap<String, Instant>> {
    let mut visitors = Vec::with_capacity(ACTIVATING);
    for person in System::people(round) {
        let name = format!("person{person}");
        visitors.push((person, session(engine, user(person), &name).await?, name));
    }
    let mut asked_at = BTreeMap::new();
    let mut beat = tokio::time::interval(every());
    for (person, who, name) in visitors {
        beat.tick().await;
        let asked = ActivateRole {
            eligible: system.ground(person),
            minutes: 60,
            starts_at: None,
            justification: "Because of the incident.".to_owned(),
            ticket: Default::default(),
            accepted: Vec::new(),
            emergency: false,
        };
        asked_at.insert(name, Instant::now());
        let done = engine.submit(&By::Session(who), Command::ActivateRole(asked)).await?;
        let Done::RoleActivated { active: Some(_), .. } = done else { return Err("it is not active".into()) };
    }
    Ok(asked_at)
}

/// How long it took from asking until the target had each membership, in ms.
async fn activated(engine: &Engine, system: &System, round: usize) -> Outcome<Vec<f64>> {
    let before = system.members();
    let asked_at = activate(engine, system, round).await?;
    system.until(before + ACTIVATING).await?;
    let came = system.moved(true);
    let waited = asked_at.into_iter().map(|(name, at)| {
        let there = came.get(&name).ok_or("somebody who has not come")?;
        Ok(there.saturating_duration_since(at).as_secs_f64() * 1000.0)
    });
    waited.collect()
}

fn said(what: &str, mut waited: Vec<f64>, target: &str) {
    waited.sort_by(f64::total_cmp);
    println!("delivery: {what}: p50 {:.0} ms, p99 {:.0} ms (target {target})", quantile(&waited, 0.5), quantile(&waited, 0.99));
}
