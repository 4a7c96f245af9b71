//! Access packages at ten times the published limits of the reference system: pages, a hundred thousand ends in one
//! minute, a role for ten thousand holders, an inbox in which thousands wait, and what pages cost in statements. Each beside
//! a hundredth of the data.

use crate::Outcome;
use crate::http::Visitor;
use crate::place::Place;
use crate::process::Server;
use crate::scale::{engine, fill, id, settings, ten_ask, terms, user};
use crate::statements::{self, Costs};
use crate::waiting::{self, INBOX};
use engine::{By, Clock, Who};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::command::Command;
use model::directory::{PortalRole, Principal, Resource};
use model::package::{Lasts, PackageRole, PolicySettings};
use model::request::{PackageAssignment, Request, State, Terms, Wish};
use model::separation::Incompatible;
use model::{AssignmentId, CatalogId, GroupId, PackageAssignmentId, PackageId, PolicyId, RequestId, Span, Ts};
use rules::package::Policy;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use store::packages::{Catalog, Package};
use store::{Db, assignments, catalogs, packages, requests, separation};

const VISITS: usize = 100;

/// How much there is of everything.
#[derive(Clone, Copy, Debug)]
struct Size {
    packages: usize,
    catalogs: usize,
    people: usize,
    assignments: usize,
    old_requests: usize,
    /// Access that ends within one minute.
    ends: usize,
    /// Holders of the package that gets one more role.
    holders: usize,
    /// Of these, who hold the package that is incompatible with it, too.
    both: usize,
    /// Requests that wait for one person.
    waiting: usize,
}

const LARGE: Size = Size {
    packages: 200_000,
    catalogs: 1_000,
    people: 100_000,
    assignments: 3_000_000,
    old_requests: 100_000,
    ends: 100_000,
    holders: 10_000,
    both: 2_000,
    waiting: 5_000,
};

impl Size {
    fn hundredth(self) -> Self {
        Self {
            packages: self.packages / 100,
            catalogs: self.catalogs / 100,
            people: self.people / 100,
            assignments: self.assignments / 100,
            old_requests: self.old_requests / 100,
            ends: self.ends / 100,
            holders: self.holders / 100,
            both: self.both / 100,
            waiting: self.waiting / 100,
        }
    }
}

/// The package whose access ends, the one that gets a role, and the one that is incompatible with that; the other packages
/// have the numbers before.
const SHORT: usize = 900_001;
pub const WIDE: usize = 900_002;
const APART: usize = 900_003;
/// Things of ours begin here, after those of [`fill`].
pub const FIRST: usize = 1_000;

pub async fn measure(postgres: bool) -> Outcome<()> {
    let (few, cost_few) = world(Place::new(postgres).await?, LARGE.hundredth()).await?;
    let (many, cost_many) = world(Place::new(postgres).await?, LARGE).await?;
    for ((name, few), (_, many)) in few.iter().zip(&many) {
        println!(
            "entitlements: {name:<34} p50 {:6.2} ms, p99 {:6.2} ms with a hundredth; p50 {:6.2} ms, p99 {:6.2} ms with all (p99 target 15, ratio {:.2})",
            few.0,
            few.1,
            many.0,
            many.1,
            many.0 / few.0
        );
    }
    statements::say(&cost_few, &cost_many);
    Ok(())
}

type Times = Vec<(String, (f64, f64))>;

/// Sessions by what their people do.
pub type Sessions = BTreeMap<&'static str, Session>;

pub struct Session {
    pub who: Who,
    cookie: String,
}

async fn world(place: Place, size: Size) -> Outcome<(Times, Costs)> {
    let begun = Instant::now();
    let db = place.open().await?;
    let now = Clock::system().now();
    fill(&db, size.people, size.old_requests, now).await?;
    offers(&db, size, now).await?;
    assigned(&place, size, now).await?;
    waiting::fill(&db, size.waiting, now).await?;
    place.settled().await?;
    let engine = engine(db.clone(), place.folder())?;
    let (request, sessions) = people(&engine, now).await?;
    println!("entitlements: {size:?} was made in {:.0} s", begun.elapsed().as_secs_f64());

    let (group, role) = (GroupId(id(3, 1)), AssignmentType::Active);
    let role = PackageRole { role: ResourceRole::GroupMember(group), assignment_type: role };
    let begun = Instant::now();
    engine.submit(&By::Console, Command::AddPackageRole { package: PackageId(id(4, WIDE)), role }).await?;
    engine.settle().await?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("entitlements: one more role for {} holders is done in {seconds:.2} s (target 5 for 10,000)", size.holders);
    waiting::check(&db, size.waiting, size.both).await?;
    let costs = statements::count(&engine, &sessions, request).await?;
    drop(engine);
    db.close().await;

    ends(&place, size).await?;
    let server = place.serve().await?;
    let times = pages(&server, &sessions, &request).await?;
    drop(server);
    place.drop_it().await?;
    Ok((times, costs))
}

/// Catalogs with packages; each has one policy for all members and gives one of forty groups.
async fn offers(db: &Db, size: Size, now: Ts) -> Outcome<()> {
    let mut link = db.begin().await?;
    for number in 0..size.catalogs {
        let catalog = Catalog {
            id: CatalogId(id(2, FIRST + number)),
            name: format!("Catalog {number}"),
            description: String::new(),
            enabled: true,
            created_at: now,
        };
        packages::insert_catalog(&mut link, &catalog).await?;
        for group in 0..crate::scale::PACKAGES {
            catalogs::insert_resource(&mut link, catalog.id, Resource::Group(GroupId(id(3, group))), now).await?;
        }
    }
    let numbers = (FIRST..FIRST + size.packages).chain([SHORT, WIDE, APART]);
    let open = PolicySettings { questions: Vec::new(), stages: Vec::new(), ..settings() };
    for number in numbers {
        let package = Package {
            id: PackageId(id(4, number)),
            catalog_id: CatalogId(id(2, FIRST + number % size.catalogs)),
            catalog: String::new(),
            catalog_enabled: true,
            name: called(number),
            description: "What a task needs".to_owned(),
            hidden: number == SHORT,
            created_at: now,
        };
        let role = ResourceRole::GroupMember(GroupId(id(3, 2 + number % (crate::scale::PACKAGES - 2))));
        packages::insert(&mut link, &package, &[PackageRole { role, assignment_type: AssignmentType::Active }]).await?;
        let policy = Policy { id: PolicyId(id(5, number)), name: "Everybody".to_owned(), enabled: true, settings: open.clone() };
        packages::insert_policy(&mut link, package.id, 0, &policy).await?;
    }
    let apart = Incompatible::Package(PackageId(id(4, APART)));
    separation::insert(&mut link, PackageId(id(4, WIDE)), apart, now).await?;
    link.commit().await?;
    Ok(())
}

/// The name of the package of this number.
pub fn called(number: usize) -> String {
    format!("Access {number} {}", WORDS.get(number % WORDS.len()).unwrap_or(&""))
}

const WORDS: [&str; 7] = ["ledger", "reporting", "storage", "network", "payroll", "archive", "laboratory"];

/// Package assignments with what came with them: person `h` holds package `h * 31 + k * 6661` for each of their `k`, and
/// the first people hold the wide one, and every few of these the one that is incompatible with it. Made by the database
/// itself, or it would take an hour.
async fn assigned(place: &Place, size: Size, now: Ts) -> Outcome<()> {
    let each = size.assignments / size.people;
    let made = |kind: u32, number: &str| place.made(kind, number);
    let (people, packages) = (size.people, size.packages);
    let number = format!("{FIRST} + (n % {people} * 31 + n / {people} * 6661) % {packages}");
    let regular = format!("n % {people} as holder, {number} as package");
    let wide = format!("n as holder, {WIDE} as package");
    let apart = format!("n * {} as holder, {APART} as package", size.holders / size.both);
    for (kind, from, to, columns) in [(8, 0, each * people, regular), (9, 0, size.holders, wide), (12, 0, size.both, apart)] {
        let at = now.0 - 86_400_000;
        let sql = format!(
            "with recursive range (n) as (select {from} union all select n + 1 from range where n + 1 < {to}),
                 pairs as (select n, {columns} from range)
             insert into package_assignments (id, package_id, policy_id, holder_id, starts_at, ends_at, version)
             select {}, {}, {}, {}, {at}, {} + n % 1000, 0 from pairs",
            made(kind, "n"),
            made(4, "package"),
            made(5, "package"),
            made(1, "holder"),
            now.0 + 400 * 86_400_000_i64,
        );
        place.run(sql).await?;
        let sql = format!(
            "insert into role_assignments (id, principal_kind, principal_id, role, resource_id, application_role_id,
                 assignment_type, source, source_id, starts_at, ends_at, created_at)
             select {}, 'user', h.holder_id, r.role, r.resource_id,
                 r.application_role_id, r.assignment_type, 'package', h.id, h.starts_at, h.ends_at, h.starts_at
             from package_assignments h join package_roles r on r.package_id = h.package_id
             where h.id >= {} and h.id < {}",
            place.moved("h.id"),
            made(kind, "0"),
            made(kind + 1, "0"),
        );
        place.run(sql).await?;
    }
    Ok(())
}

/// Somebody with requests that wait for their manager, an administrator, whoever decides thousands, and their sessions by name.
async fn people(engine: &engine::Engine, now: Ts) -> Outcome<(RequestId, Sessions)> {
    let mut link = engine.db().begin().await?;
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
    let request = ten_ask(engine, 40).await?;
    let mut sessions = Sessions::new();
    for (name, number) in [("requestor", 49), ("manager", 2), ("administrator", 7), ("decider", waiting::DECIDER)] {
        let signed_in = engine.sign_in_as(&format!("person{number}"), "127.0.0.1", "bench").await?;
        let who = engine.session(&signed_in.token.0).await?.ok_or("a session that is not there")?;
        sessions.insert(name, Session { who, cookie: format!("vestibule={}", signed_in.token.0) });
    }
    Ok((request, sessions))
}

async fn pages(server: &Server, sessions: &Sessions, request: &RequestId) -> Outcome<Times> {
    let package = |number: usize| PackageId(id(4, number));
    let cookie = |who: &str| sessions.get(who).map(|session| session.cookie.clone()).unwrap_or_default();
    let second_page = waiting::second_page(server, &cookie("decider")).await?;
    let mut times = Vec::new();
    for (name, who, path) in [
        ("Available", "requestor", "/my-access/packages".to_owned()),
        ("Available, one word", "requestor", "/my-access/packages?search=payroll".to_owned()),
        ("Available, two words", "requestor", "/my-access/packages?search=access+1234".to_owned()),
        ("Active", "requestor", "/my-access/packages?tab=active".to_owned()),
        ("package with its form", "requestor", format!("/my-access/packages/{}", package(FIRST + 1_500))),
        ("inbox", "manager", "/my-access/approvals".to_owned()),
        ("inbox, searched", "manager", "/my-access/approvals?search=person+package".to_owned()),
        ("long inbox", "decider", INBOX.to_owned()),
        ("long inbox, one word", "decider", format!("{INBOX}?search=payroll")),
        ("long inbox, kind and due", "decider", format!("{INBOX}?kind=package&due=week")),
        ("long inbox, second page", "decider", second_page),
        ("overview beside a long inbox", "decider", "/my-access".to_owned()),
        ("approval page", "manager", format!("/my-access/approvals/{request}")),
        ("request page", "requestor", format!("/my-access/requests/{request}")),
        ("catalogs", "administrator", "/admin/catalogs".to_owned()),
        ("catalog", "administrator", format!("/admin/catalogs/{}", CatalogId(id(2, FIRST + 5)))),
        ("administration: packages", "administrator", "/admin/packages".to_owned()),
        ("administration: packages, searched", "administrator", "/admin/packages?search=storage".to_owned()),
        ("assignments of a package", "administrator", format!("/admin/packages/{}?tab=assignments", package(WIDE))),
        ("assignments, searched", "administrator", format!("/admin/packages/{}?tab=assignments&search=person77", package(WIDE))),
        ("separation of duties of a package", "administrator", format!("/admin/packages/{}?tab=separation", package(WIDE))),
        ("requests of all", "administrator", "/admin/requests".to_owned()),
        ("requests of all, searched", "administrator", "/admin/requests?search=person42".to_owned()),
    ] {
        let mut visitor = Visitor::new(&server.address, &cookie(who)).await?;
        let (middle, worst) = visitor.times(&path, 30, VISITS).await?;
        println!("entitlements: {name:<34} p50 {middle:6.2} ms, p99 {worst:6.2} ms");
        times.push((name.to_owned(), (middle, worst)));
    }
    Ok(times)
}

/// Everybody holds the short package, and within one minute it ends for all of them, while the server runs.
async fn ends(place: &Place, size: Size) -> Outcome<()> {
    let db = place.open().await?;
    // Room to write the rows before the first of them is over.
    let begins = Clock::system().now();
    let first = begins + Span::seconds(45 * i64::try_from(size.ends)? / 100_000 + 5);
    let mut link = db.begin().await?;
    for number in 0..size.ends {
        let ends_at = first + Span(i64::try_from(number)? * 60_000 / i64::try_from(size.ends)?);
        let request = delivered(number, ends_at, begins);
        if requests::insert(&mut link, &request, None).await? == store::Saved::Stale {
            return Err("two requests are open at once".into());
        }
        let held = PackageAssignment {
            id: PackageAssignmentId(id(10, number)),
            package: PackageId(id(4, SHORT)),
            policy: PolicyId(id(5, SHORT)),
            holder: user(number),
            request: Some(request.id),
            starts_at: begins,
            ends_at: Some(ends_at),
            ended_at: None,
            version: 0,
        };
        packages::insert_held(&mut link, &held, None).await?;
        let given = Assignment {
            id: AssignmentId(id(21, number)),
            principal: Principal::User(user(number)),
            role: ResourceRole::GroupMember(GroupId(id(3, 0))),
            assignment_type: AssignmentType::Active,
            source: Source::Package(held.id),
            starts_at: begins,
            ends_at: Some(ends_at),
            ended_at: None,
        };
        assignments::insert(&mut link, &given, begins).await?;
    }
    link.commit().await?;
    let late = Clock::system().now().since(first);
    if late > Span::seconds(0) {
        println!("entitlements: the rows were {} ms late, and the first ends wait for as long", late.0);
    }
    db.close().await;
    let server = place.serve().await?;
    let short = place.known(id(4, SHORT));
    let open = format!("select count(*) from package_assignments where package_id = {short} and ended_at is null");
    let begun = Instant::now();
    loop {
        let left = place.numbers(&open).await?.first().copied().unwrap_or_default();
        if left == 0 {
            break;
        }
        if begun.elapsed() > Duration::from_secs(600) {
            return Err(format!("{left} of the assignments have not ended after ten minutes").into());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let worst = format!(
        "select max(h.ended_at - h.ends_at), count(*), count(distinct e.id) from package_assignments h
        left join events e on e.request_id = h.request_id and e.action || '' = 'package_assignment_ended' where h.package_id = {short}"
    );
    let [latest, count, told] = place.numbers(&worst).await?[..] else { return Err("three numbers were asked for".into()) };
    println!(
        "entitlements: {count} ends within one minute, {told} of them in the history, the latest {latest} ms after its instant (target 10,000)"
    );
    drop(server);
    Ok(())
}

fn delivered(number: usize, ends_at: Ts, now: Ts) -> Request {
    Request {
        id: RequestId(id(11, number)),
        requestor: user(number),
        beneficiary: user(number),
        by_manager: false,
        wish: Wish::Package { package: PackageId(id(4, SHORT)), policy: PolicyId(id(5, SHORT)), extends: None },
        terms: Terms { stages: Vec::new(), lasts: Lasts::Until { at: ends_at }, ..terms("Short".to_owned()) },
        submitted_at: now,
        state: State::Delivered { at: now, given: model::request::Given::Package(PackageAssignmentId(id(10, number))) },
        asked_back: None,
        version: 0,
    }
}
