//! A company large enough for plans to matter.

use crate::given::{
    HOUR, NOW, attempt, catalog, gives, group, held, id, membership, nesting, offer, ownership, package, pending, person, policy,
    request, team, user,
};
use model::access::{AssignmentType, EndReason, ResourceRole};
use model::approval::{Approver, Part, Verdict};
use model::catalog::{CatalogRole, Holder};
use model::delegation::{Delegated, Delegation};
use model::directory::Resource;
use model::directory::{Membership, PortalRole, Principal};
use model::event::{Action, Actor, Event};
use model::package::{PackageRole, Scope};
use model::request::{Decision, PackageAssignment, Request, State};
use model::separation::Incompatible;
use model::{DelegationId, EventId};
use rules::group::Group;
use rules::user::User;
use store::{
    Db, Saved, assignments, catalogs, delegations, delivery, events, groups, packages, proofs, providers, requests, review_rows,
    reviews, separation, sessions, targets, users,
};

const PEOPLE: u128 = 600;
const GROUPS: u128 = 60;
const PACKAGES: u128 = 80;
const CATALOGS: u128 = 30;

pub async fn fill(db: &Db) {
    people(db).await;
    offers(db).await;
    asking(db).await;
    reviewing(db).await;
}

async fn reviewing(db: &Db) {
    let added = attempt(db, async |link| {
        for n in 1..=PEOPLE * 2 {
            let of = model::review::Reviewed::Group(team(n % GROUPS + 1));
            let series = model::review::Series { started: 1, ..crate::reviews::series(500_000 + n, 1, of) };
            reviews::insert_series(link, &series).await?;
            let mut review = crate::reviews::review(&series);
            if n % 3 == 0 {
                review.state = model::review::ReviewState::Applied { at: NOW, by: None, stopped: None, ended: None };
            }
            reviews::insert(link, &review, (n < 3).then_some(NOW)).await?;
            reviews::set_panel(link, &review, 0, &(1..5).map(|k| person((n * 7 + k) % PEOPLE + 1)).collect()).await?;
            let rows: Vec<_> = (2..=if n <= 40 { 60 } else { 3 })
                .map(|k| (crate::reviews::row(600_000 + n * 100 + k, k), format!("Person {k}")))
                .collect();
            review_rows::insert_all(link, review.id, &rows).await?;
            let decided = |k: u128, (row, _): &(model::review::ReviewRow, String)| {
                let (by, how) = (Some(person(k % PEOPLE + 1)), model::review::How::Reviewer);
                let decided = model::review::Decided { by, other: None, how, at: NOW, waited: None, reason: String::new() };
                (id(800_000 + n * 100 + k), row.clone(), model::review::Decision::Approve, decided)
            };
            let said: Vec<_> = (1..).zip(&rows).map(|(k, row)| decided(k, row)).collect();
            review_rows::insert_decisions(link, &said).await?;
        }
        Ok(())
    });
    added.await.unwrap();
}

async fn people(db: &Db) {
    let added = attempt(db, async |link| {
        for n in 0..20 {
            providers::insert(link, &crate::providers::provider(n), None).await?;
        }
        for n in 0..5 {
            crate::targets::application(link, n).await?;
            targets::insert(link, &crate::targets::target(n), b"sealed").await?;
        }
        for n in 0..5 {
            store::imports::insert(link, &crate::imports::import(n), b"sealed", Some(NOW)).await?;
        }
        for n in 0..PEOPLE {
            // Each is over at once, so that the next may begin.
            store::imports::claim(link, crate::imports::import(n % 5).id, crate::imports::run(n), NOW, NOW).await?;
        }
        for n in 1..=PEOPLE {
            let manager = (n > 1).then(|| person(n / 8 + 1)).filter(|manager| *manager != person(n));
            users::insert(link, &User { manager, enabled: n % 20 != 0, ..user(n) }, None).await?;
            if n > 2 && n % 2 == 0 {
                store::sponsors::set(link, person(n), &[person(n - 1), person(n / 2)]).await?;
            }
            let said = store::provisioned::Said {
                external_id: Some(format!("ext-{n}")),
                said: "{}".to_owned(),
                removed_at: (n % 20 == 0).then_some(NOW),
            };
            store::provisioned::set(link, model::provisioning::Provisioned::User, person(n).0, &said).await?;
            let of = crate::imports::import(n % 5).id;
            store::import_links::bind(link, of, model::provisioning::Provisioned::User, &format!("ext-{n}"), person(n).0).await?;
            if n % 3 == 0 {
                sessions::insert(link, &n.to_be_bytes(), person(n), "password", "", "", NOW + model::Span(n as i64)).await?;
                sessions::signed_in_from(link, person(n), "::1", NOW + model::Span(n as i64)).await?;
                proofs::insert_authenticator(link, person(n), b"secret", 1, NOW).await?;
                proofs::set_recovery_codes(link, person(n), &[[1; 32], [2; 32]]).await?;
                proofs::insert_passkey(link, &crate::proofs::passkey(n, n)).await?;
                providers::bind(link, crate::providers::provider(n % 20).id, &n.to_string(), person(n), "alex", NOW).await?;
                if n % 6 == 0 {
                    sessions::vouched(link, &n.to_be_bytes(), crate::providers::provider(n % 20).id, Some(NOW), None, None)
                        .await?;
                }
                sessions::set_there(link, &n.to_be_bytes(), Some(&n.to_string()), None).await?;
                let word =
                    sessions::Word { signed_in_at: Some(NOW), provider_sid: Some(n.to_string()), ..sessions::Word::default() };
                sessions::set_word(link, &n.to_be_bytes(), crate::providers::provider(n % 20).id, word).await?;
                sessions::use_logout_token(link, &n.to_be_bytes(), NOW, NOW + model::Span(n as i64)).await?;
                let (target, role) = (crate::targets::target(n % 5), crate::targets::target(n % 5).groups[0].0);
                delivery::look_at(link, target.id, &[person(n)], NOW + model::Span(n as i64)).await?;
                delivery::confirm(link, target.id, &[(person(n), role)], NOW).await?;
                let subject = delivery::Subject::User(person(n));
                let mark = delivery::Mark { id: crate::given::id(750_000 + n), target: target.id, subject, due_at: NOW };
                delivery::mark(link, &[mark]).await?;
                proofs::begin(link, &n.to_be_bytes(), "prove", b"", NOW, NOW + model::Span(n as i64)).await?;
            }
        }
        for n in 1..=GROUPS {
            let membership =
                if n % 10 == 0 { Membership::Dynamic { rule: "user.city -eq \"Oslo\"".into() } } else { Membership::Assigned };
            groups::insert(link, &Group { membership, ..group(n) }).await?;
        }
        for n in 1..=PEOPLE * 3 {
            let mut one = membership(n, n % PEOPLE + 1, n * 7 % GROUPS + 1);
            one.ends_at = (n % 4 == 0).then_some(NOW + HOUR);
            one.source = model::access::Source::Package(held(n, 1, 1).id);
            assignments::insert(link, &one, NOW + model::Span(n as i64)).await?;
        }
        for n in 1..GROUPS {
            assignments::insert(link, &nesting(10_000 + n, n, n / 2 + 1), NOW).await?;
            assignments::insert(link, &ownership(20_000 + n, n, n), NOW).await?;
            let role = ResourceRole::DirectoryRole(PortalRole::ALL[n as usize % 9].id());
            assignments::insert(link, &crate::given::assignment(30_000 + n, Principal::User(person(n)), role), NOW).await?;
        }
        Ok(())
    });
    added.await.unwrap();
}

async fn offers(db: &Db) {
    let added = attempt(db, async |link| {
        for n in 1..=CATALOGS {
            packages::insert_catalog(link, &catalog(n)).await?;
            for holder in 1..=20 {
                let (user, group) = (person((n * 20 + holder) % PEOPLE + 1), team((n + holder) % GROUPS + 1));
                catalogs::insert_role(link, catalog(n).id, Holder::User(user), CatalogRole::Reader, NOW).await?;
                catalogs::insert_role(link, catalog(n).id, Holder::Group { group }, CatalogRole::PackageManager, NOW).await?;
            }
            for held in 1..=40 {
                catalogs::insert_resource(link, catalog(n).id, Resource::Group(team((n + held) % GROUPS + 1)), NOW).await?;
            }
        }
        for n in 1..=PACKAGES {
            let roles = [
                gives(ResourceRole::GroupMember(team(n % GROUPS + 1))),
                PackageRole {
                    assignment_type: AssignmentType::Eligible,
                    ..gives(ResourceRole::DirectoryRole(PortalRole::ALL[0].id()))
                },
            ];
            packages::insert(link, &package(n), &roles).await?;
            let scope = match n % 3 {
                0 => Scope::AllMembers,
                1 => Scope::Specific { users: (1..20).map(person).collect(), groups: (1..20).map(team).collect() },
                _ => Scope::Nobody,
            };
            let mut policy = policy(n, scope);
            policy.settings.managers_may_request = n % 3 == 0;
            packages::insert_policy(link, offer(n), 0, &policy).await?;
        }
        for n in 1..PACKAGES {
            for with in [Incompatible::Package(offer(n + 1)), Incompatible::Group(team(n % GROUPS + 1))] {
                separation::insert(link, offer(n), with, NOW).await?;
            }
        }
        for n in 1..=PEOPLE * 2 {
            let one =
                PackageAssignment { ends_at: (n % 2 == 0).then_some(NOW + HOUR), ..held(n, n % PEOPLE + 1, n % PACKAGES + 1) };
            packages::insert_held(link, &one, None).await?;
            if n % 3 == 0 {
                let _ = packages::end_held(link, &one, EndReason::Expired, NOW).await?;
            }
        }
        Ok(())
    });
    added.await.unwrap();
}

async fn asking(db: &Db) {
    let added = attempt(db, async |link| {
        for n in 1..=PEOPLE * 2 {
            let open = n % 3 == 0;
            let state = if open { pending() } else { State::Expired { stage: 0, at: NOW } };
            let submitted_at = NOW + model::Span(n as i64);
            let one = Request { submitted_at, ..request(n, n % PEOPLE + 1, n % PACKAGES + 1, state) };
            assert_eq!(requests::insert(link, &one, open.then_some(NOW + HOUR)).await?, Saved::Yes);
            let asks = [
                Approver::Group { id: team(n % GROUPS + 1) },
                Approver::Manager { level: 1 },
                Approver::User { id: person(n % 9 + 1) },
            ];
            requests::set_asks(link, &one, &asks.map(|approver| (Part::Approvers, approver)), &[]).await?;
            let decision = Decision {
                stage: 0,
                approver: person((n + 5) % PEOPLE + 1),
                stood_in_for: None,
                verdict: Verdict::Approve,
                words: String::new(),
                at: submitted_at,
            };
            requests::insert_decision(link, one.id, &decision).await?;
            let action = Action::RequestSubmitted { name: String::new(), beneficiary: one.beneficiary };
            let event = Event {
                id: EventId(id(n)),
                at: submitted_at,
                actor: Actor::User(one.requestor),
                request: Some(one.id),
                about: vec![one.beneficiary.0],
                action,
            };
            events::insert(link, &[event]).await?;
            if n % 2 == 0 {
                events::seal(link, &[(EventId(id(n)), 1_000 + n as i64, b"seal".to_vec())]).await?;
            }
        }
        for n in 1..=PEOPLE * 2 {
            let delegated = if n % 3 == 0 {
                Delegated::All
            } else {
                Delegated::Packages((1..9).map(|step| offer((n + step) % PACKAGES + 1)).collect())
            };
            let starts_at = NOW - model::Span::hours((n % 900) as i64);
            let one = Delegation {
                id: DelegationId(id(n)),
                from: person(n % PEOPLE + 1),
                to: person((n + 7) % PEOPLE + 1),
                starts_at,
                ends_at: starts_at + model::Span::hours(5),
                delegated,
                ended_at: (n % 20 == 0).then_some(NOW),
            };
            delegations::insert(link, &one).await?;
        }
        let drafts = "insert into package_drafts (id, owner_id, catalog_id, document, changed_at, version)
            select r.id, r.requestor_id, p.catalog_id, '{}', r.submitted_at, 0 from requests r join packages p on p.id = r.package_id";
        store::events::forge(link, drafts).await?;
        let letters = "insert into letters (id, to_id, notice, made_at, due_at, tries)
            select id, requestor_id, '{}', submitted_at, wakes_at, 0 from requests where submitted_at > 0";
        store::events::forge(link, letters).await
    });
    added.await.unwrap();
}
