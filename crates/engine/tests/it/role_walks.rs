//! Random walks through privileged access: people assign, activate, extend, decide, change settings and leave, and time passes
//! with and without workers. After each step, whatever was refused, the invariants hold.

use crate::privileged::{of, sets};
use model::access::{Assignment, AssignmentType, Source};
use model::approval::{Approver, Verdict};
use model::command::{Command, DecideRequest, Done};
use model::directory::{PortalRole, Principal};
use model::limits::{EXTENSION_DAYS, RENEWAL_DAYS};
use model::role_assignment::{ActivateRole, AssignRole, ChangeRoleAssignment, ExtendRole};
use model::role_settings::{Longest, Privileged, RoleSettings, Ticket};
use model::{GroupId, Refusal, RequestId, RoleId, Span, Ts, UserId, query};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::BTreeSet;
use store::role_assignments::Tab;
use testkit::{Person, World, both};

const GUARDED: [PortalRole; 2] = [PortalRole::GlobalAdministrator, PortalRole::PrivilegedRoleAdministrator];
const STEPS: usize = 70;

/// From `VESTIBULE_SEED`, or another one each time; it is printed when something breaks.
fn seed() -> u64 {
    std::env::var("VESTIBULE_SEED").ok().map_or_else(rand::random, |seed| seed.parse().unwrap())
}

/// One of them.
fn one<T: Clone>(random: &mut StdRng, of: &[T]) -> T {
    of[random.random_range(0..of.len())].clone()
}

struct Walk {
    world: World,
    people: Vec<Person>,
    /// Whose members hold a role, and are eligible for another.
    desk: GroupId,
    /// Whose members approve.
    approvers: GroupId,
    roles: Vec<Privileged>,
    requests: Vec<RequestId>,
    /// How often something happened that the walk is about.
    activated: usize,
    extended: usize,
    locked_out: usize,
}

fn open(one: &Assignment, now: Ts) -> bool {
    one.ended_at.is_none() && one.starts_at <= now && one.ends_at.is_none_or(|end| now < end)
}

/// Without an end, and begun.
fn lasting(one: &Assignment, now: Ts) -> bool {
    open(one, now) && one.ends_at.is_none()
}

impl Walk {
    async fn begin(test: testkit::TestDb) -> Self {
        let world = World::demo(test).await;
        let mut people = world.people(["morgan", "alex", "lee"]).await.to_vec();
        for name in ["ada", "ben"] {
            people.push(world.hires(name).await);
        }
        let morgan = people[0].clone();
        let desk = world.makes_role_assignable("Walking desk").await;
        let approvers = world.makes_group("Walking approvers").await;
        morgan.submits(Command::SetPrivilegedAccess { group: desk, enabled: true }).await.unwrap();
        let roles = vec![
            of(PortalRole::UserAdministrator),
            of(PortalRole::SecurityReader),
            of(PortalRole::PrivilegedRoleAdministrator),
            of(PortalRole::GlobalAdministrator),
            Privileged::GroupMember(desk),
        ];
        Self { world, people, desk, approvers, roles, requests: Vec::new(), activated: 0, extended: 0, locked_out: 0 }
    }

    async fn of_role(&self, role: Privileged, tab: Tab) -> Vec<Assignment> {
        let mut link = self.world.db().read().await.unwrap();
        store::role_assignments::of_role(&mut link, role.role(), tab, None, 500, self.world.now()).await.unwrap()
    }

    async fn all(&self) -> Vec<Assignment> {
        let mut all = Vec::new();
        for role in &self.roles {
            for tab in [Tab::Eligible, Tab::Active, Tab::Expired] {
                all.extend(self.of_role(*role, tab).await);
            }
        }
        all
    }

    async fn enabled(&self, person: UserId) -> bool {
        let mut link = self.world.db().read().await.unwrap();
        store::users::get(&mut link, person).await.unwrap().unwrap().enabled
    }

    async fn holders(&self, role: RoleId) -> BTreeSet<UserId> {
        let mut link = self.world.db().read().await.unwrap();
        store::assignments::role_holders(&mut link, role, self.world.now()).await.unwrap().into_iter().collect()
    }

    /// Does what somebody wants; what is refused stays as it was, and nothing ever breaks.
    async fn does(&mut self, who: &Person, command: Command) -> Result<Done, Refusal> {
        match who.submits(command).await {
            Ok(done) => Ok(done),
            Err(engine::Problem::Refused(refusal)) => {
                self.locked_out += usize::from(refusal.code() == "nobody_could_activate");
                Err(refusal)
            }
            Err(broken) => panic!("{broken:?}"),
        }
    }

    /// One random step, and what it was.
    async fn step(&mut self, random: &mut StdRng) -> String {
        let now = self.world.now();
        let who = if random.random_bool(0.6) { self.people[0].clone() } else { one(random, &self.people) };
        let person = one(random, &self.people);
        let role = one(random, &self.roles);
        let all = self.all().await;
        let end = |random: &mut StdRng| random.random_bool(0.6).then(|| now + Span::days(random.random_range(1..40)));
        let step = random.random_range(0..100);
        let command = match step {
            0..18 => Command::AssignRole(AssignRole {
                role,
                holder: if random.random_bool(0.2) { Principal::Group(self.desk) } else { Principal::User(person.id) },
                assignment_type: if random.random_bool(0.8) { AssignmentType::Eligible } else { AssignmentType::Active },
                starts_at: random.random_bool(0.2).then(|| now + Span::hours(random.random_range(1..72))),
                ends_at: end(random),
                justification: "A walk.".into(),
                ticket: Ticket::default(),
            }),
            18..24 if !all.is_empty() => {
                let one = one(random, &all);
                Command::ChangeRoleAssignment(ChangeRoleAssignment {
                    assignment: one.id,
                    seen: (one.starts_at, one.ends_at),
                    starts_at: None,
                    ends_at: end(random),
                    justification: "A walk.".into(),
                })
            }
            24..30 if !all.is_empty() => Command::EndRoleAssignment { assignment: one(random, &all).id, words: "A walk.".into() },
            30..54 => return self.activates(random, &all).await,
            54..58 => {
                let active: Vec<&Assignment> = all.iter().filter(|one| matches!(one.source, Source::Activation(_))).collect();
                let Some(held) = (!active.is_empty()).then(|| one(random, &active)) else { return "nothing".into() };
                Command::DeactivateRole { assignment: held.id }
            }
            58..66 => return self.extends(random, &all).await,
            66..76 => return self.decides(random).await,
            76..80 => {
                let Some(request) = self.requests.last().copied() else { return "nothing".into() };
                Command::CancelRequest { request, words: "A walk.".into() }
            }
            80..84 => return self.sets(random, &who, role).await,
            84..87 => Command::SetUserEnabled { user: person.id, enabled: random.random_bool(0.6) },
            87..93 => {
                let group = one(random, &[self.desk, self.approvers]);
                let principal = Principal::User(person.id);
                if random.random_bool(0.6) {
                    Command::AddMember { group, principal, as_owner: false }
                } else {
                    Command::RemoveMember { group, principal, as_owner: false }
                }
            }
            _ => {
                let span = Span(random.random_range(1..4 * 24 * 3_600_000));
                self.world.time_goes_by(span);
                let settles = random.random_bool(0.5);
                if settles {
                    self.world.settle().await;
                }
                return format!("{span:?} go by, workers: {settles}");
            }
        };
        let said = format!("{} does {command:?}", who.user_name);
        let ways = self.ways().await;
        let done = self.does(&who, command).await;
        self.stays_open(&ways).await;
        format!("{said}: {:?}", done.map(|_| ()).map_err(|refusal| refusal.code()))
    }

    async fn activates(&mut self, random: &mut StdRng, all: &[Assignment]) -> String {
        let eligible: Vec<&Assignment> = all.iter().filter(|one| one.assignment_type == AssignmentType::Eligible).collect();
        if eligible.is_empty() {
            return "nothing".into();
        }
        let on = one(random, &eligible);
        // Mostly whose it is.
        let holder = self.people.iter().find(|person| on.principal == Principal::User(person.id)).cloned();
        let who = holder.filter(|_| random.random_bool(0.9)).unwrap_or_else(|| one(random, &self.people));
        let asked = ActivateRole {
            eligible: on.id,
            minutes: random.random_range(1..=17) * 30,
            starts_at: random.random_bool(0.2).then(|| self.world.now() + Span::hours(random.random_range(1..48))),
            justification: "A walk.".into(),
            ticket: Ticket::default(),
            accepted: Vec::new(),
            emergency: false,
        };
        let done = self.does(&who, Command::ActivateRole(asked)).await;
        if let Ok(Done::RoleActivated { request, .. }) = &done {
            self.requests.push(*request);
            self.activated += 1;
            assert!(open(on, self.world.now()), "what is not open was activated");
        }
        format!("{} activates {:?}: {:?}", who.user_name, on.id, done.map(|_| ()).map_err(|refusal| refusal.code()))
    }

    /// Asks to keep something; whatever comes of it, the windows are kept.
    async fn extends(&mut self, random: &mut StdRng, all: &[Assignment]) -> String {
        let direct: Vec<&Assignment> = all.iter().filter(|one| one.ends_at.is_some() && one.source == Source::Direct).collect();
        if direct.is_empty() {
            return "nothing".into();
        }
        let (on, now) = (one(random, &direct), self.world.now());
        let Some(who) = self.people.iter().find(|person| on.principal == Principal::User(person.id)).cloned() else {
            return "nothing".into();
        };
        let asked = ExtendRole { assignment: on.id, days: Some(random.random_range(1..60)), justification: "A walk.".into() };
        let done = self.does(&who, Command::ExtendRole(asked)).await;
        let end = on.ends_at.unwrap();
        let taken = on.ended_at.is_some_and(|ended| ended < end);
        let (early, late) = (now < end - Span::days(EXTENSION_DAYS), now >= end + Span::days(RENEWAL_DAYS));
        match &done {
            Ok(Done::RoleExtensionAsked { request, renews, .. }) => {
                assert!(!early && !late && !taken, "asked outside of its time: {on:?}");
                assert_eq!(*renews, now >= end, "{on:?}");
                self.requests.push(*request);
                self.extended += 1;
            }
            Ok(done) => panic!("{done:?}"),
            Err(refusal) => match refusal.code() {
                "role_extension_too_early" => assert!(early),
                "role_renewal_too_late" => assert!(late),
                "role_taken_away" => assert!(taken),
                _ => {}
            },
        }
        format!("{} extends {:?}: {:?}", who.user_name, on.id, done.map(|_| ()).map_err(|refusal| refusal.code()))
    }

    /// Anybody decides about anything, mostly somebody who may.
    async fn decides(&mut self, random: &mut StdRng) -> String {
        let Some(request) = (!self.requests.is_empty()).then(|| {
            let latest = self.requests.len().saturating_sub(6);
            self.requests[random.random_range(latest..self.requests.len())]
        }) else {
            return "nothing".into();
        };
        let who = one(random, &self.people);
        let verdict = if random.random_bool(0.8) { Verdict::Approve } else { Verdict::Deny };
        let asked = DecideRequest { request, stage: 0, verdict, words: "A walk.".into(), gives: None };
        let ways = self.ways().await;
        let done = self.does(&who, Command::DecideRequest(asked)).await;
        self.stays_open(&ways).await;
        format!("{} decides {request:?}: {:?}", who.user_name, done.map(|_| ()).map_err(|refusal| refusal.code()))
    }

    async fn sets(&mut self, random: &mut StdRng, who: &Person, role: Privileged) -> String {
        let approver = match random.random_range(0..4) {
            0 => Vec::new(),
            1 => vec![Approver::Group { id: self.approvers }],
            _ => vec![Approver::User { id: one(random, &self.people).id }],
        };
        if who.asks(query::RoleSettings { role }).await.is_err() {
            return format!("{} does not see the settings of {role:?}", who.user_name);
        }
        let (required, permanent) = (random.random_bool(0.6), random.random_bool(0.8));
        let ways = self.ways().await;
        let done = sets(who, role, |settings| {
            settings.approval_required = required;
            settings.stages = if required { vec![RoleSettings::default_stage(approver.clone())] } else { Vec::new() };
            settings.eligible = Longest { permanent, days: 180 };
        })
        .await;
        self.stays_open(&ways).await;
        match done {
            Ok(_) => format!("{} sets {role:?}: {required} {approver:?} {permanent}", who.user_name),
            Err(engine::Problem::Refused(refusal)) => {
                self.locked_out += usize::from(refusal.code() == "nobody_could_activate");
                format!("{} sets {role:?}: {}", who.user_name, refusal.code())
            }
            Err(broken) => panic!("{broken:?}"),
        }
    }

    /// Of each guarded role: whether somebody is eligible for good, and whether one of them could activate it. Computed from
    /// the rows themselves, and not by the rules that are tested here.
    async fn ways(&self) -> Vec<(bool, bool)> {
        let now = self.world.now();
        let members: Vec<Assignment> = self.of_role(Privileged::GroupMember(self.desk), Tab::Active).await;
        let activatable = self.of_role(Privileged::GroupMember(self.desk), Tab::Eligible).await;
        let mut ways = Vec::new();
        for guarded in GUARDED {
            let mut eligible: Vec<(UserId, Privileged)> = Vec::new();
            let user = |one: &Assignment| one.principal.user();
            for there in self.of_role(of(guarded), Tab::Eligible).await.iter().filter(|one| lasting(one, now)) {
                match there.principal {
                    Principal::User(id) => eligible.push((id, of(guarded))),
                    Principal::Group(_) => eligible
                        .extend(members.iter().filter(|one| lasting(one, now)).filter_map(user).map(|id| (id, of(guarded)))),
                    Principal::ServicePrincipal(_) => {}
                }
            }
            let held = self.of_role(of(guarded), Tab::Active).await;
            if held.iter().any(|one| lasting(one, now) && one.principal == Principal::Group(self.desk)) {
                let through = Privileged::GroupMember(self.desk);
                eligible.extend(activatable.iter().filter(|one| lasting(one, now)).filter_map(user).map(|id| (id, through)));
            }
            let (mut somebody, mut could) = (false, false);
            for (person, by) in eligible {
                if !self.enabled(person).await {
                    continue;
                }
                somebody = true;
                could |= self.could_be_approved(person, by).await;
            }
            ways.push((somebody, could));
        }
        ways
    }

    async fn could_be_approved(&self, person: UserId, by: Privileged) -> bool {
        let (settings, now) = {
            let mut link = self.world.db().read().await.unwrap();
            (store::role_settings::get(&mut link, by).await.unwrap().settings, self.world.now())
        };
        if !settings.approval_required {
            return true;
        }
        let mut asked: BTreeSet<UserId> = BTreeSet::new();
        let named = settings.stages.iter().flat_map(|stage| stage.approvers.clone()).collect::<Vec<_>>();
        for approver in &named {
            match approver {
                Approver::User { id } => drop(asked.insert(*id)),
                Approver::Group { id } => {
                    let mut link = self.world.db().read().await.unwrap();
                    asked.extend(store::assignments::members(&mut link, *id, now, 100).await.unwrap());
                }
                other => panic!("the walk names nobody like {other:?}"),
            }
        }
        if named.is_empty() {
            for role in GUARDED {
                let mut link = self.world.db().read().await.unwrap();
                asked.extend(store::assignments::lasting_role_holders(&mut link, role.id(), now).await.unwrap());
            }
        }
        asked.remove(&person);
        for one in asked {
            if self.enabled(one).await {
                return true;
            }
        }
        false
    }

    /// What somebody did closed no way, and made nobody eligible who finds none.
    async fn stays_open(&self, before: &[(bool, bool)]) {
        let after = self.ways().await;
        for (role, ((was, could), (is, can))) in GUARDED.iter().zip(before.iter().zip(&after)) {
            let closed = |somebody: &bool, could: &bool| *somebody && !*could;
            // Whoever is enabled again finds what there is: that gives nobody power, and is an alert.
            assert!(closed(was, could) || !was || !closed(is, can), "nobody could activate {} any more", role.name());
        }
    }

    async fn holds(&self) {
        let now = self.world.now();
        for role in GUARDED {
            assert!(!self.holders(role.id()).await.is_empty(), "{} has nobody left", role.name());
        }
        for person in &self.people {
            let (reach, enabled) = {
                let mut link = self.world.db().read().await.unwrap();
                (store::assignments::reach(&mut link, person.id, now).await.unwrap(), self.enabled(person.id).await)
            };
            for active in reach.iter().filter(|one| one.principal == Principal::User(person.id) && open(one, now)) {
                let Source::Activation(on) = active.source else { continue };
                let ground = {
                    let mut link = self.world.db().read().await.unwrap();
                    store::assignments::get(&mut link, on).await.unwrap().unwrap()
                };
                assert!(open(&ground, now), "{} outlives what it rests on, {ground:?}", active.id);
                let end = active.ends_at.unwrap();
                assert!(ground.ends_at.is_none_or(|until| end <= until), "{active:?} is longer than {ground:?}");
                if !enabled {
                    continue;
                }
                match ground.principal {
                    Principal::User(id) => assert_eq!(id, person.id, "it is somebody else’s"),
                    Principal::Group(group) => {
                        let memberships: Vec<&Assignment> = reach
                            .iter()
                            .filter(|one| one.role == Privileged::GroupMember(group).role() && open(one, now))
                            .filter(|one| one.assignment_type == AssignmentType::Active)
                            .filter(|one| one.principal == Principal::User(person.id))
                            .collect();
                        assert!(
                            memberships.iter().any(|one| one.ends_at.is_none_or(|until| end <= until)),
                            "{active:?} outlives the membership: {memberships:?}"
                        );
                    }
                    Principal::ServicePrincipal(_) => panic!("a service principal activates nothing"),
                }
            }
            if !enabled {
                assert!(self.holders(PortalRole::UserAdministrator.id()).await.iter().all(|id| *id != person.id));
            }
        }
        // One open request for each thing, nobody decided their own, and each part fits the others.
        let people: Vec<&Person> = self.people.iter().collect();
        self.world.is_whole(&people).await;
    }
}

async fn walks(test: testkit::TestDb) {
    let seed = seed();
    let mut random = StdRng::seed_from_u64(seed);
    let mut walk = Walk::begin(test).await;
    // Printed by the harness only when the walk fails.
    println!("VESTIBULE_SEED={seed}");
    for number in 0..STEPS {
        let step = walk.step(&mut random).await;
        println!("{number}: {step}");
        walk.holds().await;
    }
    walk.world.settle().await;
    walk.holds().await;
    walk.world.history_is_sound().await;
    println!("{} activated, {} extended, {} locked out", walk.activated, walk.extended, walk.locked_out);
}

both! {
    async fn random_walks_through_privileged_access_keep_the_invariants(test: TestDb) {
        walks(test).await;
    }
}
