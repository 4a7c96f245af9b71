//! The inbox against the rule: in worlds made by chance, what waits for somebody is exactly what
//! `rules::approval::may_decide` lets them decide.

use crate::effective_property::some_assignments;
use crate::given::{
    HOUR, NOW, TestDb, assign, attempt, chance, gives, groups as given_groups, id, offer, packages as given_packages, person,
    request, role, stage, team, user,
};
use model::access::{Assignment, ResourceRole};
use model::approval::{Approver, Escalation, Part, Stage, Verdict};
use model::delegation::{Delegated, Delegation};
use model::package::PackageRole;
use model::request::{Decision, Request, State};
use model::{DelegationId, RequestId, Ts, UserId};
use rand::Rng;
use rand::rngs::StdRng;
use rules::approval::{StagePeople, may_decide_as};
use rules::user::User;
use std::collections::BTreeSet;
use store::{Saved, approvals, delegations, inbox, requests, users};
use testkit::both;

const PEOPLE: u128 = 8;
const REQUESTS: u128 = 14;

/// A small company as it is in memory.
struct World {
    users: Vec<User>,
    /// Who is vouched for, and by whom.
    sponsors: Vec<(UserId, UserId)>,
    assignments: Vec<Assignment>,
    requests: Vec<(Request, Vec<PackageRole>, Vec<Decision>)>,
    delegations: Vec<Delegation>,
}

fn some_approvers(chance: &mut StdRng) -> Vec<Approver> {
    let count = chance.random_range(0..3);
    let mut one = || match chance.random_range(0..7) {
        0 => Approver::User { id: person(chance.random_range(1..=PEOPLE)) },
        1 | 2 => Approver::Group { id: team(chance.random_range(1..=6)) },
        3 => Approver::Owners,
        4 => Approver::Manager { level: chance.random_range(1..=4) },
        5 => Approver::RoleHolders { id: role(chance.random_range(1..=3)) },
        _ => Approver::Sponsors,
    };
    (0..count).map(|_| one()).collect()
}

impl World {
    fn by(chance: &mut StdRng) -> Self {
        let users = (1..=PEOPLE).map(|n| User {
            // Managers in loops and of oneself are possible here: the inbox must not hang on them.
            manager: chance.random_bool(0.8).then(|| person(chance.random_range(1..=PEOPLE))),
            enabled: chance.random_bool(0.8),
            ..user(n)
        });
        let users: Vec<User> = users.collect();
        let assignments = some_assignments(chance);
        let requests = (1..=REQUESTS).map(|n| {
            let stages: Vec<Stage> = (0..2)
                .map(|_| Stage {
                    escalation: chance
                        .random_bool(0.5)
                        .then(|| Escalation { after_minutes: 5, approvers: some_approvers(chance) }),
                    fallback: some_approvers(chance),
                    ..stage(some_approvers(chance))
                })
                .collect();
            let state = match chance.random_range(0..8) {
                0 => State::Delivering { approved_at: NOW, tries: 0, next_try_at: NOW },
                1 => State::Denied { stage: 0, by: person(1), at: NOW, words: String::new() },
                _ => State::PendingApproval {
                    stage: chance.random_range(0..2),
                    opened_at: NOW,
                    decide_by: NOW + model::Span(chance.random_range(-1..4)),
                    asked: Vec::new(),
                    fallback: chance.random_bool(0.5),
                    escalated_at: chance.random_bool(0.5).then_some(NOW),
                    reminded_at: None,
                },
            };
            let mut made = request(n, chance.random_range(1..=PEOPLE), n, state);
            made.beneficiary = if chance.random_bool(0.7) { made.requestor } else { person(chance.random_range(1..=PEOPLE)) };
            made.terms.stages = stages;
            let roles = vec![
                gives(ResourceRole::GroupMember(team(chance.random_range(1..=6)))),
                gives(ResourceRole::DirectoryRole(role(1))),
            ];
            let deciders: BTreeSet<UserId> =
                (0..chance.random_range(0..2)).map(|_| person(chance.random_range(1..=PEOPLE))).collect();
            let stood_in_for = chance.random_bool(0.3).then(|| person(chance.random_range(1..=PEOPLE)));
            let decision = |approver| Decision {
                stage: 0,
                approver,
                stood_in_for: stood_in_for.filter(|of| *of != approver),
                verdict: Verdict::Approve,
                words: String::new(),
                at: NOW,
            };
            (made, roles, deciders.into_iter().map(decision).collect())
        });
        let requests = requests.collect();
        let delegations = (1..=6).filter_map(|n| {
            let (from, to) = (chance.random_range(1..=PEOPLE), chance.random_range(1..=PEOPLE));
            let packages = (0..chance.random_range(0..8)).map(|_| chance.random_range(1..=REQUESTS)).collect::<BTreeSet<_>>();
            let starts_at = NOW + model::Span(chance.random_range(-2..2));
            (from != to).then(|| Delegation {
                id: DelegationId(id(0xd000 + n)),
                from: person(from),
                to: person(to),
                starts_at,
                ends_at: starts_at + model::Span(chance.random_range(1..4)),
                delegated: if chance.random_bool(0.5) {
                    Delegated::All
                } else {
                    Delegated::Packages(packages.into_iter().map(offer).collect())
                },
                ended_at: chance.random_bool(0.1).then_some(NOW),
            })
        });
        let delegations = delegations.collect();
        let mut one = || person(chance.random_range(1..=PEOPLE));
        let sponsors: BTreeSet<(UserId, UserId)> = (0..PEOPLE).map(|_| (one(), one())).collect();
        let sponsors = sponsors.into_iter().collect();
        Self { users, sponsors, assignments, requests, delegations }
    }

    async fn save(&self, test: &TestDb) {
        given_groups(&test.db, 6).await;
        attempt(&test.db, async |link| {
            for user in &self.users {
                users::insert(link, &User { manager: None, ..user.clone() }, None).await?;
            }
            for user in &self.users {
                let _ = users::update(link, user).await?;
                let of = self.sponsors.iter().filter(|(sponsored, _)| *sponsored == user.id);
                let of: Vec<UserId> = of.map(|(_, sponsor)| *sponsor).collect();
                store::sponsors::set(link, user.id, &of).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        given_packages(&test.db, REQUESTS).await;
        assign(&test.db, &self.assignments).await;
        attempt(&test.db, async |link| {
            for delegation in &self.delegations {
                delegations::insert(link, delegation).await?;
            }
            for (request, roles, decisions) in &self.requests {
                assert_eq!(requests::insert(link, request, None).await?, Saved::Yes);
                requests::set_asks(link, request, &asks(request), roles).await?;
                for decision in decisions {
                    requests::insert_decision(link, request.id, decision).await?;
                }
            }
            Ok(())
        })
        .await
        .unwrap();
    }

    fn enabled(&self, person: UserId) -> bool {
        self.users.iter().any(|user| user.id == person && user.enabled)
    }

    /// The enabled people behind a list, by looking at everything.
    fn people(&self, approvers: &[Approver], request: &Request, roles: &[PackageRole]) -> BTreeSet<UserId> {
        let mut found = BTreeSet::new();
        for approver in approvers {
            match approver {
                Approver::User { id } => {
                    found.insert(*id);
                }
                Approver::Group { id } => {
                    let member = |user: &&User| rules::effective::groups(user.id, true, &self.assignments, NOW).contains(id);
                    found.extend(self.users.iter().filter(member).map(|user| user.id));
                }
                Approver::Manager { level } => {
                    let manager = |id: UserId| self.users.iter().find(|user| user.id == id).and_then(|user| user.manager);
                    found.extend((0..*level).try_fold(request.beneficiary, |below, _| manager(below)));
                }
                Approver::Owners => {
                    for group in roles.iter().filter_map(|given| match given.role {
                        ResourceRole::GroupMember(group) | ResourceRole::GroupOwner(group) => Some(group),
                        ResourceRole::ApplicationRole(..) | ResourceRole::DirectoryRole(_) => None,
                    }) {
                        let owner = ResourceRole::GroupOwner(group);
                        let owns = |user: &&User| {
                            rules::effective::held(user.id, true, &self.assignments, NOW).iter().any(|held| held.role == owner)
                        };
                        found.extend(self.users.iter().filter(owns).map(|user| user.id));
                    }
                }
                Approver::RoleHolders { id } => {
                    let role = ResourceRole::DirectoryRole(*id);
                    let holds = |user: &&User| {
                        rules::effective::held(user.id, true, &self.assignments, NOW).iter().any(|held| held.role == role)
                    };
                    found.extend(self.users.iter().filter(holds).map(|user| user.id));
                }
                Approver::Sponsors => {
                    let of = self.sponsors.iter().filter(|(user, _)| *user == request.beneficiary);
                    found.extend(of.map(|(_, sponsor)| *sponsor));
                }
            }
        }
        found.retain(|person| self.enabled(*person));
        found
    }

    fn stage(&self, stage: &Stage, request: &Request, roles: &[PackageRole], now: Ts) -> StagePeople {
        let list = |approvers: &[Approver]| self.people(approvers, request, roles).into_iter().collect();
        let package = request.package().unwrap();
        let mut people = StagePeople {
            approvers: list(&stage.approvers),
            escalation: stage.escalation.as_ref().map(|escalation| list(&escalation.approvers)).unwrap_or_default(),
            fallback: list(&stage.fallback),
            stand_ins: Vec::new(),
        };
        let asked = [people.approvers.as_slice(), &people.escalation, &people.fallback].concat();
        for one in &self.delegations {
            let about_it = match &one.delegated {
                Delegated::All => true,
                Delegated::Packages(packages) => packages.contains(&package),
            };
            if about_it && rules::delegation::in_force(one, now) && self.enabled(one.to) && asked.contains(&one.from) {
                people.stand_ins.push((one.to, one.from));
            }
        }
        people
    }

    /// What the rule lets somebody decide at `now`, the most urgent first.
    fn may(&self, person: UserId, now: Ts) -> Vec<RequestId> {
        let mut found = Vec::new();
        for (request, roles, decisions) in &self.requests {
            let State::PendingApproval { stage, decide_by, .. } = &request.state else { continue };
            let people = self.stage(&request.terms.stages[*stage], request, roles, now);
            let may = may_decide_as(request.requestor, request.beneficiary, &request.state, decisions, person, &people, &|id| {
                id.to_string()
            });
            if may.is_ok() && now < *decide_by {
                found.push((*decide_by, request.id));
            }
        }
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }
}

/// The lists of the open stage that may decide now, as the engine asks for them.
fn asks(request: &Request) -> Vec<(Part, Approver)> {
    let State::PendingApproval { stage, fallback, escalated_at, .. } = &request.state else { return Vec::new() };
    let settings = &request.terms.stages[*stage];
    let mut asks: Vec<_> = settings.approvers.iter().map(|approver| (Part::Approvers, *approver)).collect();
    if *fallback {
        asks.extend(settings.fallback.iter().map(|approver| (Part::Fallback, *approver)));
    }
    if escalated_at.is_some() {
        let escalation = settings.escalation.iter().flat_map(|escalation| &escalation.approvers);
        asks.extend(escalation.map(|approver| (Part::Escalation, *approver)));
    }
    asks
}

async fn the_inbox_is_the_rule(test: &TestDb, world: &World) {
    let link = &mut test.db.read().await.unwrap();
    for (request, roles, _) in &world.requests {
        let about = (approvals::Thing::Package(request.package().unwrap()), roles.as_slice());
        let found = approvals::people(link, &request.terms.stages, request.beneficiary, about, NOW).await.unwrap();
        for (stage, found) in request.terms.stages.iter().zip(found) {
            let expected = world.stage(stage, request, roles, NOW);
            let set = |list: &[UserId]| list.iter().copied().collect::<BTreeSet<_>>();
            assert_eq!(set(&found.approvers), set(&expected.approvers), "{stage:?}");
            assert_eq!(set(&found.escalation), set(&expected.escalation), "{stage:?}");
            assert_eq!(set(&found.fallback), set(&expected.fallback), "{stage:?}");
            let pairs = |list: &[(UserId, UserId)]| list.iter().copied().collect::<BTreeSet<_>>();
            assert_eq!(pairs(&found.stand_ins), pairs(&expected.stand_ins), "{stage:?}");
        }
    }
    for user in world.users.iter().filter(|user| user.enabled) {
        for now in [NOW, NOW + model::Span(1), NOW + model::Span(3), NOW + HOUR] {
            // The people are those of now; only the windows pass.
            if now != NOW
                && world
                    .assignments
                    .iter()
                    .any(|one| rules::effective::in_force(one, now) != rules::effective::in_force(one, NOW))
            {
                continue;
            }
            let found = inbox::waiting(link, user.id, &inbox::Sought::default(), None, 99, now).await.unwrap();
            let ids: Vec<RequestId> = found.iter().map(|(_, request)| request.id).collect();
            assert_eq!(ids, world.may(user.id, now), "for {} at {now:?}", user.user_name);
            assert_eq!(inbox::count_waiting(link, user.id, now, 99).await.unwrap(), ids.len() as i64);
        }
    }
}

both! {
    async fn what_waits_is_exactly_what_the_rule_lets_somebody_decide(test: TestDb) {
        let mut chance = chance();
        for _ in 0..12 {
            for table in ["delegation_packages", "delegations", "decisions", "request_asks", "requests", "user_sponsors", "policy_scopes", "policies", "packages", "catalogs", "role_assignments", "groups", "search_words"] {
                crate::given::force(&test.db, &format!("delete from {table}")).await.unwrap();
            }
            crate::given::force(&test.db, "update users set manager_id = null").await.unwrap();
            crate::given::force(&test.db, "delete from users").await.unwrap();
            let world = World::by(&mut chance);
            world.save(&test).await;
            the_inbox_is_the_rule(&test, &world).await;
        }
    }
}
