//! Walks through the life of requests: every short one in tiny worlds, and long random ones.
//!
//! `world`, `asking` and `time` do the commands and check the invariants after each; here is which commands come in which order.

mod asking;
mod time;
mod world;

use crate::approval::{StagePeople, can_be_decided};
use crate::tests::{stage, user};
use model::approval::{Approver, Escalation, Stage, Verdict};
use model::ask_back::Reply;
use model::package::Lasts;
use model::request::{Phase, State};
use model::{Span, Ts, UserId};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use world::{Command, START, Setting, World};

const REQUESTOR: u128 = 1;
const MANAGER: u128 = 2;
const SECOND: u128 = 3;
const FALLBACK: u128 = 4;
const ESCALATION: u128 = 5;
const STRANGER: u128 = 6;

/// A stage of so many people within so many minutes, and who is on its lists.
fn asks(
    quorum: u32,
    window_minutes: u32,
    approvers: &[u128],
    fallback: &[u128],
    escalation: Option<(u32, &[u128])>,
) -> (Stage, StagePeople) {
    let users = |people: &[u128]| people.iter().map(|n| user(*n)).collect::<Vec<UserId>>();
    let named = |people: &[u128]| people.iter().map(|n| Approver::User { id: user(*n) }).collect::<Vec<_>>();
    let settings = Stage {
        approvers: named(approvers),
        window_minutes,
        fallback: named(fallback),
        escalation: escalation.map(|(after_minutes, people)| Escalation { after_minutes, approvers: named(people) }),
        ..stage(quorum)
    };
    let escalation = escalation.map(|(_, people)| users(people)).unwrap_or_default();
    (settings, StagePeople { approvers: users(approvers), escalation, fallback: users(fallback), stand_ins: Vec::new() })
}

fn tiny_worlds() -> Vec<(Setting, usize)> {
    let (for_three, until) = (Lasts::For { minutes: 3 }, Lasts::Until { at: START + Span::minutes(6) });
    let both = &[MANAGER, SECOND];
    let mut later = Setting::new(
        "two stages, the first of two, with a later start",
        vec![asks(2, 4, both, &[], None), asks(1, 2, &[FALLBACK, MANAGER], &[], None)],
        until,
    );
    later.starts_after = Some(Span::minutes(3));
    let mut asking = Setting::new(
        "two stages that ask back, the first of two",
        vec![asks(2, 4, both, &[], Some((1, &[ESCALATION]))), asks(1, 2, &[FALLBACK], &[], None)],
        for_three,
    );
    asking.asks_back = true;
    let mut proposing = Setting::new("one stage, and an end", vec![asks(1, 2, &[MANAGER], &[], None)], until);
    proposing.asks_back = true;
    vec![
        (asking, 6),
        (proposing, 7),
        (Setting::new("no stages", vec![], for_three), 9),
        (
            Setting::new(
                "one stage of one, escalated before half of the window",
                vec![asks(1, 4, &[MANAGER, REQUESTOR, MANAGER], &[FALLBACK], Some((1, &[ESCALATION, REQUESTOR])))],
                for_three,
            ),
            7,
        ),
        (
            Setting::new(
                "one stage of two, escalated after half of the window",
                vec![asks(2, 4, &[REQUESTOR, MANAGER, SECOND], &[], Some((3, &[ESCALATION, MANAGER])))],
                Lasts::Forever,
            ),
            7,
        ),
        (
            Setting::new(
                "the fallback is asked at once, and escalated at half of the window",
                vec![asks(1, 2, &[REQUESTOR], &[FALLBACK, ESCALATION], Some((1, &[ESCALATION, STRANGER])))],
                until,
            ),
            7,
        ),
        (
            Setting::new(
                "two stages of the same manager, whose fallback steps in",
                vec![asks(1, 2, &[MANAGER], &[], Some((1, &[ESCALATION]))), asks(1, 2, &[MANAGER], &[FALLBACK, REQUESTOR], None)],
                for_three,
            ),
            7,
        ),
        (later, 7),
    ]
}

/// Every command that could matter now.
fn commands(setting: &Setting, world: &World) -> Vec<Command> {
    let case = 0;
    let request = world.cases[case].request.as_ref();
    let mut commands = vec![
        Command::Submit { case },
        Command::Due { case },
        Command::Deliver { case, exists: true },
        Command::Deliver { case, exists: false },
        Command::EndPackage { case },
        Command::Disable { person: MANAGER },
        Command::Enable { person: MANAGER },
    ];
    if world.cases[case].held.is_empty() && request.is_some_and(|request| request.state.phase() == Phase::Delivering) {
        commands.push(Command::Assign { case });
    }
    if setting.asks_back {
        for person in [REQUESTOR, MANAGER, STRANGER] {
            commands.push(Command::AskBack { case, person, stage: 0, proposes: None });
            commands.extend([Reply::Words, Reply::Accept].map(|reply| Command::AnswerBack { case, person, reply }));
        }
        commands.extend([true, false].map(|shorter| Command::AskBack {
            case,
            person: MANAGER,
            stage: 0,
            proposes: Some(shorter),
        }));
        commands.push(Command::AskBack { case, person: FALLBACK, stage: 1, proposes: Some(true) });
        commands.push(Command::AnswerBack { case, person: REQUESTOR, reply: Reply::Keep });
    }
    for person in [REQUESTOR, MANAGER, SECOND, FALLBACK, ESCALATION, STRANGER] {
        for (verdict, stage) in [Verdict::Approve, Verdict::Deny].into_iter().flat_map(|verdict| [(verdict, 0), (verdict, 1)]) {
            commands.push(Command::Decide { case, person, verdict, stage });
        }
        commands.push(Command::Cancel { case, person, administrates: person == STRANGER });
    }
    let wake = request.and_then(crate::request::wakes_at);
    let over = world.cases[case].pending().map(|(.., decide_by)| decide_by);
    let end = world.cases[case].held.iter().filter(|held| held.ended_at.is_none()).filter_map(|held| held.ends_at).max();
    let start = request.and_then(|request| request.terms.starts_at);
    let instants: BTreeSet<Ts> = [wake, over, end, start]
        .into_iter()
        .flatten()
        .flat_map(|at| [at - Span(1), at, at + Span(1)])
        .filter(|at| *at > world.now)
        .collect();
    commands.extend(instants.into_iter().map(|until| Command::Wait { until }));
    commands
}

/// Two worlds with the same key go on alike.
fn key(world: &World) -> Vec<i64> {
    let number = |id: UserId| i64::try_from(id.0.as_u128()).unwrap();
    let mut key = vec![world.now.0];
    key.extend(world.disabled.iter().map(|id| number(*id)));
    let case = &world.cases[0];
    key.extend([-1, i64::try_from(case.reminders).unwrap(), i64::try_from(case.escalations).unwrap()]);
    for held in &case.held {
        key.extend([-2, held.starts_at.0, held.ends_at.map_or(0, |end| end.0), held.ended_at.map_or(0, |ended| ended.0)]);
    }
    for decision in &case.decisions {
        key.extend([-3, number(decision.approver), decision.at.0, i64::from(decision.verdict == Verdict::Approve)]);
    }
    if let Some(pause) = &case.pause {
        key.extend([-5, pause.at.0, pause.until.0, pause.over.map_or(0, |at| at.0), i64::from(pause.answered)]);
        key.extend([pause.proposed.is_some().into(), case.yes.ends_at.map_or(0, |at| at.0)]);
        key.push(if let Lasts::For { minutes } = case.yes.lasts { minutes.into() } else { 0 });
    }
    let Some(request) = &case.request else { return key };
    key.extend([-4, request.submitted_at.0, request.state.phase() as i64]);
    match &request.state {
        State::PendingApproval { stage, opened_at, decide_by: _, asked, fallback, escalated_at, reminded_at } => {
            key.extend([i64::try_from(*stage).unwrap(), opened_at.0, i64::from(*fallback)]);
            key.extend([escalated_at.map_or(0, |at| at.0), reminded_at.map_or(0, |at| at.0)]);
            key.extend(asked.iter().map(|id| number(*id)));
        }
        State::Scheduled { approved_at, .. } | State::Delivering { approved_at, .. } => key.push(approved_at.0),
        State::Answering { asked_at: at, .. }
        | State::TurnedDown { at, .. }
        | State::Confirming { made_at: at, .. }
        | State::Delivered { at, .. }
        | State::DeliveryFailed { at, .. }
        | State::Expired { at, .. } => key.push(at.0),
        State::Denied { by, at, .. } | State::Canceled { by, at, .. } => key.extend([number(*by), at.0]),
    }
    key
}

#[test]
fn every_short_walk_keeps_the_invariants() {
    let mut reached: BTreeMap<Phase, usize> = BTreeMap::new();
    let (mut ended, mut reminded, mut escalated, mut stood_still, mut shortened) = (0, 0, 0, 0, 0);
    for (setting, depth) in tiny_worlds() {
        // Each step knows the one before it, so that a broken invariant can be told with the road to it.
        let mut roads: Vec<(usize, Option<Command>)> = vec![(0, None)];
        let mut edge = vec![(World::new(&setting, &[REQUESTOR]), 0)];
        let mut seen = HashSet::from([key(&edge[0].0)]);
        for _ in 0..depth {
            let mut further = Vec::new();
            for (world, road) in edge {
                for command in commands(&setting, &world) {
                    let next = world.after(&setting, command).unwrap_or_else(|broken| {
                        let (mut walk, mut at) = (vec![command], road);
                        while let (before, Some(command)) = roads[at] {
                            walk.insert(0, command);
                            at = before;
                        }
                        panic!("{broken}\nin the world “{}” after {walk:#?}", setting.name);
                    });
                    let Some(next) = next.filter(|next| seen.insert(key(next))) else { continue };
                    let case = &next.cases[0];
                    *case.request.as_ref().map_or(&mut 0, |request| reached.entry(request.state.phase()).or_default()) += 1;
                    ended += usize::from(case.held.iter().any(|held| held.ended_at.is_some()));
                    stood_still += usize::from(case.pause.as_ref().is_some_and(|pause| pause.over.is_some()));
                    shortened += usize::from(case.shortened() && !case.held.is_empty());
                    (reminded, escalated) = (reminded + case.reminders, escalated + case.escalations);
                    roads.push((road, Some(command)));
                    further.push((next, roads.len() - 1));
                }
            }
            edge = further;
        }
    }
    // Targets take no part in these walks, and only with them something is delivered in part.
    let mut expected = Phase::ALL.iter().filter(|phase| **phase != Phase::PartiallyDelivered);
    assert!(expected.all(|phase| reached.contains_key(phase)), "the walks did not come everywhere: {reached:?}");
    assert!(ended > 0 && reminded > 0 && escalated > 0, "{ended} ends, {reminded} reminders, {escalated} escalations");
    assert!(stood_still > 0 && shortened > 0, "{stood_still} pauses that were over, {shortened} shorter times delivered");
}

/// From `VESTIBULE_SEED`, or another one each time; it is printed when something breaks.
fn seed() -> u64 {
    std::env::var("VESTIBULE_SEED").ok().map_or_else(rand::random, |seed| seed.parse().expect("VESTIBULE_SEED is a number"))
}

fn some(random: &mut StdRng, most: usize) -> Vec<u128> {
    (0..random.random_range(0..=most)).map(|_| random.random_range(1..=8)).collect()
}

fn random_setting(random: &mut StdRng) -> Setting {
    let stages = (0..random.random_range(0..=3)).map(|_| {
        let window = random.random_range(2..=30);
        let after = random.random_range(1..window);
        let (mut approvers, fallback, escalation) = (some(random, 4), some(random, 3), some(random, 3));
        approvers.push(random.random_range(1..=8));
        let escalation = random.random_bool(0.5).then_some((after, escalation.as_slice()));
        asks(random.random_range(1..=2), window, &approvers, &fallback, escalation)
    });
    let stages = stages.collect();
    let lasts = match random.random_range(0..3) {
        0 => Lasts::Forever,
        1 => Lasts::For { minutes: random.random_range(1..=20) },
        _ => Lasts::Until { at: START + Span::minutes(random.random_range(1..=120)) },
    };
    let mut setting = Setting::new("random", stages, lasts);
    setting.starts_after = random.random_bool(0.3).then(|| Span::minutes(random.random_range(0..=20)));
    setting
}

fn random_command(random: &mut StdRng, world: &World) -> Command {
    let case = random.random_range(0..world.cases.len());
    let here = &world.cases[case];
    let person = random.random_range(1..=8);
    match random.random_range(0..100) {
        0..15 => Command::Submit { case },
        15..40 => {
            // Mostly somebody who may, about the stage that is open, so that walks come far.
            let allowed: Vec<UserId> = here.allowed(&world.people, world.now).into_iter().collect();
            let verdict = if random.random_bool(0.9) { Verdict::Approve } else { Verdict::Deny };
            let (Some((stage, ..)), false) = (here.pending(), allowed.is_empty()) else {
                return Command::Decide { case, person, verdict, stage: random.random_range(0..3) };
            };
            let person = allowed[random.random_range(0..allowed.len())].0.as_u128();
            Command::Decide { case, person, verdict, stage }
        }
        40..45 => {
            let allowed: Vec<UserId> = here.allowed(&world.people, world.now).into_iter().collect();
            let (stage, proposes) =
                (here.pending().map_or(0, |(stage, ..)| stage), [None, Some(true), Some(false)][random.random_range(0..3)]);
            let person = allowed.first().filter(|_| random.random_bool(0.8)).map_or(person, |person| person.0.as_u128());
            Command::AskBack { case, person, stage, proposes }
        }
        45..49 => {
            let person = if random.random_bool(0.8) { here.requestor.0.as_u128() } else { person };
            let reply = [Reply::Words, Reply::Accept, Reply::Keep][random.random_range(0..3)];
            Command::AnswerBack { case, person, reply }
        }
        49..55 => Command::Decide { case, person, verdict: Verdict::Approve, stage: random.random_range(0..3) },
        55..57 => Command::Cancel { case, person, administrates: person == 8 },
        57..67 => Command::Wait { until: world.now + Span(random.random_range(1..=180_000)) },
        67..72 => {
            let wake = here.request.as_ref().and_then(crate::request::wakes_at);
            Command::Wait { until: wake.unwrap_or(world.now) + Span(random.random_range(-1..=1)) }
        }
        72..82 => Command::Due { case },
        82..91 => Command::Deliver { case, exists: random.random_bool(0.9) },
        91..94 => Command::EndPackage { case },
        94 => Command::Assign { case },
        95..97 => Command::Disable { person },
        _ => Command::Enable { person },
    }
}

#[test]
fn long_random_walks_of_two_requests_keep_the_invariants() {
    let seed = seed();
    let (mut delivered, mut stood_still) = (0, 0);
    for walk in 0..200_u64 {
        let mut random = StdRng::seed_from_u64(seed.wrapping_add(walk));
        let setting = random_setting(&mut random);
        let mut world = World::new(&setting, &[1, 7]);
        let mut road = Vec::new();
        for _ in 0..60 {
            let command = random_command(&mut random, &world);
            road.push(command);
            match world.after(&setting, command) {
                Ok(next) => world = next.unwrap_or(world),
                Err(broken) => panic!(
                    "{broken}\nVESTIBULE_SEED={} ({walk} walks after {seed})\n{setting:?}\n{road:?}",
                    seed.wrapping_add(walk)
                ),
            }
        }
        stood_still += world.cases.iter().filter(|case| case.pause.as_ref().is_some_and(|pause| pause.over.is_some())).count();
        delivered += world.cases.iter().map(|case| case.held.len()).sum::<usize>();
    }
    assert!(delivered > 20, "the walks with VESTIBULE_SEED={seed} delivered {delivered} packages only");
    assert!(stood_still > 5, "the walks with VESTIBULE_SEED={seed} stood still {stood_still} times only");
}

#[test]
fn a_request_is_taken_when_every_way_of_approving_leads_to_the_end_and_refused_when_none_does() {
    let seed = seed();
    let mut random = StdRng::seed_from_u64(seed);
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..2_000 {
        let setting = random_setting(&mut random);
        let barred = BTreeSet::from([user(REQUESTOR)]);
        let plan = can_be_decided(setting.stages(), &setting.lists, &barred);
        let ends_well = |every| setting.ends_well(&setting.lists, every, 0, &barred);
        assert!(ends_well(false) || plan.is_err(), "VESTIBULE_SEED={seed}: nobody can decide {:?}", setting.lists);
        assert!(!ends_well(true) || plan.is_ok(), "VESTIBULE_SEED={seed}: {plan:?} is not so of {:?}", setting.lists);
        *if plan.is_ok() { &mut taken } else { &mut refused } += 1;
    }
    assert!(taken > 200 && refused > 50, "VESTIBULE_SEED={seed}: {taken} taken, {refused} refused");
}

#[test]
fn regression_1_two_approvals_within_30_seconds_are_both_delivered() {
    let setting = Setting::new("one approver of two people", vec![asks(1, 60, &[3], &[], None)], Lasts::For { minutes: 60 });
    let mut world = World::new(&setting, &[1, 7]);
    let approve = |case| Command::Decide { case, person: 3, verdict: Verdict::Approve, stage: 0 };
    let road = [
        Command::Submit { case: 0 },
        Command::Submit { case: 1 },
        approve(0),
        Command::Wait { until: START + Span::seconds(30) },
        approve(1),
        Command::Deliver { case: 1, exists: true },
        Command::Deliver { case: 0, exists: true },
    ];
    for command in road {
        world = world.after(&setting, command).unwrap().unwrap_or_else(|| panic!("{command:?} did nothing"));
    }
    for case in &world.cases {
        assert_eq!(case.request.as_ref().unwrap().state.phase(), Phase::Delivered);
        assert_eq!(case.held.len(), 1);
        assert_eq!(case.held[0].holder, case.requestor);
    }
    assert_ne!(world.cases[0].held[0].id, world.cases[1].held[0].id);
}
