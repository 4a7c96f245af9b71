//! Things that the tests of several topics make, and ways to reach around the rules.

use model::access::{Assignment, AssignmentType, EndReason, ResourceRole, Source};
use model::approval::{Approver, Stage};
use model::directory::{Membership, Principal, Profile, UserKind};
use model::package::{Lasts, PackageRole, PolicySettings, Scope};
use model::request::{PackageAssignment, Request, State, Terms, Wish};
use model::role_settings::Ticket;
use model::{
    AnyId, AssignmentId, CatalogId, GroupId, PackageAssignmentId, PackageId, PolicyId, RequestId, RoleId, Span, Ts, UserId,
};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rules::group::Group;
use rules::package::Policy;
use rules::user::User;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use store::packages::{Catalog, Package};
use store::{Db, Fault, Link, Location, Saved, assignments, groups, packages, requests, users};
pub use testkit::databases::TestDb;

pub const NOW: Ts = Ts(1_800_000_000_000);
pub const HOUR: Span = Span::hours(1);

/// The id of the n-th thing.
pub fn id(n: u128) -> AnyId {
    AnyId::from_u128(n)
}

pub fn person(n: u128) -> UserId {
    UserId(id(n))
}

pub fn team(n: u128) -> GroupId {
    GroupId(id(0x6000 + n))
}

pub fn role(n: u128) -> RoleId {
    RoleId(id(0x7000 + n))
}

pub fn offer(n: u128) -> PackageId {
    PackageId(id(0x8000 + n))
}

pub fn terms_of(n: u128) -> PolicyId {
    PolicyId(id(0x9000 + n))
}

pub fn wish(n: u128) -> RequestId {
    RequestId(id(0xa000 + n))
}

/// An enabled member without anything further.
pub fn user(n: u128) -> User {
    User {
        id: person(n),
        user_name: format!("user{n}@harbour.example"),
        display_name: format!("User {n}"),
        mail: format!("user{n}@harbour.example"),
        kind: UserKind::Member,
        manager: None,
        enabled: true,
        profile: Profile::default(),
        created_at: NOW,
        last_sign_in_at: None,
        version: 0,
    }
}

pub fn group(n: u128) -> Group {
    Group {
        id: team(n),
        name: format!("Group {n}"),
        description: String::new(),
        membership: Membership::Assigned,
        role_assignable: false,
        privileged: false,
        created_at: NOW,
        version: 0,
    }
}

/// A permanent active direct assignment.
pub fn assignment(n: u128, principal: Principal, role: ResourceRole) -> Assignment {
    Assignment {
        id: AssignmentId(id(0xb000 + n)),
        principal,
        role,
        assignment_type: AssignmentType::Active,
        source: Source::Direct,
        starts_at: NOW,
        ends_at: None,
        ended_at: None,
    }
}

pub fn membership(n: u128, user: u128, group: u128) -> Assignment {
    assignment(n, Principal::User(person(user)), ResourceRole::GroupMember(team(group)))
}

pub fn nesting(n: u128, inner: u128, outer: u128) -> Assignment {
    assignment(n, Principal::Group(team(inner)), ResourceRole::GroupMember(team(outer)))
}

pub fn ownership(n: u128, user: u128, group: u128) -> Assignment {
    assignment(n, Principal::User(person(user)), ResourceRole::GroupOwner(team(group)))
}

pub fn catalog(n: u128) -> Catalog {
    let name = format!("Catalog {n}");
    Catalog { id: CatalogId(id(0xc000 + n)), name, description: String::new(), enabled: true, created_at: NOW }
}

pub fn package(n: u128) -> Package {
    Package {
        id: offer(n),
        catalog_id: catalog(1).id,
        catalog: catalog(1).name,
        catalog_enabled: true,
        name: format!("Package {n}"),
        description: String::new(),
        hidden: false,
        created_at: NOW,
    }
}

pub fn gives(role: ResourceRole) -> PackageRole {
    PackageRole { role, assignment_type: AssignmentType::Active }
}

pub fn policy(n: u128, scope: Scope) -> Policy {
    let settings = PolicySettings {
        scope,
        stages: Vec::new(),
        justification_required: false,
        questions: Vec::new(),
        lasts: Lasts::Forever,
        extension_allowed: false,
        extension_needs_approval: false,
        timeline_allowed: false,
        managers_may_request: false,
        reviews: None,
        asks: None,
    };
    Policy { id: terms_of(n), name: format!("Policy {n}"), enabled: true, settings }
}

pub fn stage(approvers: Vec<Approver>) -> Stage {
    Stage {
        approvers,
        quorum: 1,
        window_minutes: 60,
        justification_required: false,
        multifactor: false,
        escalation: None,
        fallback: Vec::new(),
    }
}

/// Waits for the first stage until an hour from now.
pub fn pending() -> State {
    State::PendingApproval {
        stage: 0,
        opened_at: NOW,
        decide_by: NOW + HOUR,
        asked: Vec::new(),
        fallback: false,
        escalated_at: None,
        reminded_at: None,
    }
}

/// A request of the n-th user for themselves, for the package and policy of a number.
pub fn request(n: u128, requestor: u128, package: u128, state: State) -> Request {
    Request {
        id: wish(n),
        requestor: person(requestor),
        beneficiary: person(requestor),
        by_manager: false,
        wish: Wish::Package { package: offer(package), policy: terms_of(package), extends: None },
        terms: Terms {
            name: format!("Package {package}"),
            policy_name: format!("Policy {package}"),
            justification: String::new(),
            answers: Vec::new(),
            stages: Vec::new(),
            lasts: Lasts::Forever,
            starts_at: None,
            ends_at: None,
            ticket: Ticket::default(),
            emergency: false,
            asks: None,
        },
        submitted_at: NOW,
        state,
        asked_back: None,
        version: 0,
    }
}

/// The n-th package assignment: a user holds a package from now on.
pub fn held(n: u128, holder: u128, package: u128) -> PackageAssignment {
    PackageAssignment {
        id: PackageAssignmentId(id(0xd000 + n)),
        package: offer(package),
        policy: terms_of(package),
        holder: person(holder),
        request: None,
        starts_at: NOW,
        ends_at: None,
        ended_at: None,
        version: 0,
    }
}

/// Does it in one transaction, and makes it durable when nothing failed.
pub async fn attempt<T>(db: &Db, act: impl AsyncFnOnce(&mut Link) -> Result<T, Fault>) -> Result<T, Fault> {
    let mut link = db.begin().await?;
    let done = act(&mut link).await?;
    link.commit().await?;
    Ok(done)
}

/// Users 1 to `n`.
pub async fn users(db: &Db, n: u128) {
    let added = attempt(db, async |link| {
        for number in 1..=n {
            users::insert(link, &user(number), None).await?;
        }
        Ok(())
    });
    added.await.unwrap();
}

/// Groups 1 to `n`.
pub async fn groups(db: &Db, n: u128) {
    let added = attempt(db, async |link| {
        for number in 1..=n {
            groups::insert(link, &group(number)).await?;
        }
        Ok(())
    });
    added.await.unwrap();
}

pub async fn assign(db: &Db, all: &[Assignment]) {
    let added = attempt(db, async |link| {
        for assignment in all {
            assignments::insert(link, assignment, NOW).await?;
            if let Some(at) = assignment.ended_at {
                assignments::end(link, assignment.id, EndReason::Removed, at).await?;
            }
        }
        Ok(())
    });
    added.await.unwrap();
}

/// The first catalog with packages 1 to `n`, each with a policy for all users.
pub async fn packages(db: &Db, n: u128) {
    let added = attempt(db, async |link| {
        packages::insert_catalog(link, &catalog(1)).await?;
        for number in 1..=n {
            packages::insert(link, &package(number), &[]).await?;
            packages::insert_policy(link, offer(number), 0, &policy(number, Scope::AllUsers)).await?;
        }
        Ok(())
    });
    added.await.unwrap();
}

/// A request that nothing stands against.
pub async fn put(db: &Db, request: &Request) {
    assert_eq!(attempt(db, async |link| requests::insert(link, request, None).await).await.unwrap(), Saved::Yes);
}

/// Runs a statement around the rules.
pub async fn force(db: &Db, sql: &str) -> Result<(), Fault> {
    attempt(db, async |link| store::events::forge(link, sql).await).await
}

/// An id as a literal of this engine.
pub fn literal(db: &Db, id: AnyId) -> String {
    let hex = id.simple();
    if db.engine() == "SQLite" { format!("x'{hex}'") } else { format!("'{hex}'::uuid") }
}

/// A connection of our own.
pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    pub async fn open(location: &Location) -> Self {
        match location {
            Location::Sqlite(path) => {
                Self::Sqlite(SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap())
            }
            Location::Postgres(address) => Self::Postgres(PgConnection::connect(address).await.unwrap()),
        }
    }

    /// The one text column of a query.
    pub async fn texts(&mut self, sql: &str) -> Vec<String> {
        let rows: Result<Vec<(String,)>, sqlx::Error> = match self {
            Self::Sqlite(connection) => sqlx::query_as(AssertSqlSafe(sql)).fetch_all(connection).await,
            Self::Postgres(connection) => sqlx::query_as(AssertSqlSafe(sql)).fetch_all(connection).await,
        };
        let rows = rows.unwrap_or_else(|error| panic!("{error}: {sql}"));
        rows.into_iter().map(|(text,)| text).collect()
    }

    pub async fn run(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop),
            Self::Postgres(connection) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop),
        }
    }
}

/// Chance that can be told again. The seed is shown when the test fails.
pub fn chance() -> StdRng {
    let seed = std::env::var("VESTIBULE_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    eprintln!("To tell this story again, set VESTIBULE_TEST_SEED={seed}.");
    StdRng::seed_from_u64(seed)
}
