//! Scale data, made by code: people in a manager tree, groups, packages, old requests.

use crate::Outcome;
use crate::workflows::session;
use connect::Mail;
use connect::outgoing::{Allowed, Client};
use engine::secrets::Keys;
use engine::{By, Clock, Engine, Outside, Settings};
use model::approval::{Approver, Stage};
use model::command::{Command, Done, SubmitRequest};
use model::directory::{Profile, UserKind};
use model::package::{AnswerKind, Lasts, PackageRole, PolicySettings, Question, Scope};
use model::request::{Request, State, Terms, Wish};
use model::{AnyId, CatalogId, GroupId, Language, PackageId, PolicyId, QuestionId, RequestId, Span, Ts, UserId};
use rules::package::Policy;
use rules::user::User;
use std::collections::BTreeMap;
use std::path::Path;
use store::packages::{Catalog, Package};
use store::{Db, groups, packages, requests, users};

/// The id of the n-th thing of a kind.
pub fn id(kind: u32, number: usize) -> AnyId {
    AnyId::from_u128((0x0be0_0000_0000_7000_8000_0000_0000_0000_u128) | (u128::from(kind) << 40) | number as u128)
}

pub fn user(number: usize) -> UserId {
    UserId(id(1, number))
}

pub const PACKAGES: usize = 40;

/// An engine on this database that keeps letters in a folder, on the real clock.
pub fn engine(db: Db, folder: &Path) -> Outcome<Engine> {
    let mail = Mail::folder(folder.join("mail"), "vestibule@bench.example")?;
    let settings = Settings {
        base_url: "http://127.0.0.1".to_owned(),
        language: Language::English,
        demo: true,
        demo_mail: true,
        heartbeat: std::time::Duration::from_secs(model::limits::HEARTBEAT_SECONDS),
        mail: Default::default(),
    };
    // Targets of the benchmark are on this machine, and their tokens are kept sealed.
    let outgoing = Client::new(Allowed::parse(["127.0.0.1"])?, None)?;
    let outside = Outside { keys: Keys::parse(&Keys::new_line()?)?, outgoing };
    Ok(Engine::new(db, Clock::system(), mail, outside, settings))
}

/// People 0..n: the manager of each is `number / 20`, so the tree is flat and everybody up there has 20 reports.
/// Packages with two stages, the manager and person 1; every tenth person has `old` settled requests.
pub async fn fill(db: &Db, people: usize, old: usize, now: Ts) -> Outcome<()> {
    let mut link = db.begin().await?;
    for number in 0..people {
        let user = User {
            id: user(number),
            user_name: format!("person{number}"),
            display_name: format!("Person {number}"),
            mail: format!("person{number}@bench.example"),
            kind: UserKind::Member,
            manager: (number > 0).then(|| user(number / 20)),
            enabled: true,
            profile: Profile::default(),
            created_at: now,
            last_sign_in_at: None,
            version: 0,
        };
        users::insert(&mut link, &user, None).await?;
    }
    let catalog =
        Catalog { id: CatalogId(id(2, 0)), name: "Bench".to_owned(), description: String::new(), enabled: true, created_at: now };
    packages::insert_catalog(&mut link, &catalog).await?;
    for number in 0..PACKAGES {
        let group = rules::group::Group {
            id: GroupId(id(3, number)),
            name: format!("Group {number}"),
            description: String::new(),
            membership: model::directory::Membership::Assigned,
            role_assignable: false,
            privileged: false,
            created_at: now,
            version: 0,
        };
        groups::insert(&mut link, &group).await?;
        let package = Package {
            id: PackageId(id(4, number)),
            catalog_id: catalog.id,
            catalog: String::new(),
            catalog_enabled: true,
            name: format!("Package {number}"),
            description: "What a task needs".to_owned(),
            hidden: false,
            created_at: now,
        };
        let role = PackageRole {
            role: model::access::ResourceRole::GroupMember(group.id),
            assignment_type: model::access::AssignmentType::Active,
        };
        packages::insert(&mut link, &package, &[role]).await?;
        let policy = Policy { id: PolicyId(id(5, number)), name: "Everybody".to_owned(), enabled: true, settings: settings() };
        packages::insert_policy(&mut link, package.id, 0, &policy).await?;
    }
    for number in 0..old {
        let request = old_request(number, people, now);
        let saved = requests::insert(&mut link, &request, None).await?;
        if saved == store::Saved::Stale {
            return Err("two old requests are open at once".into());
        }
        let decision = model::request::Decision {
            stood_in_for: None,
            stage: 0,
            approver: user((20 + number) % people / 20),
            verdict: model::approval::Verdict::Approve,
            words: "Fine.".to_owned(),
            at: request.submitted_at,
        };
        requests::insert_decision(&mut link, request.id, &decision).await?;
    }
    link.commit().await?;
    Ok(())
}

pub fn settings() -> PolicySettings {
    let stage = |approver| Stage {
        approvers: vec![approver],
        quorum: 1,
        window_minutes: 60 * 24 * 14,
        justification_required: true,
        multifactor: false,
        escalation: None,
        fallback: Vec::new(),
    };
    PolicySettings {
        scope: Scope::AllMembers,
        stages: vec![stage(Approver::Manager { level: 1 }), stage(Approver::User { id: user(1) })],
        justification_required: true,
        questions: vec![Question {
            translations: Vec::new(),
            id: QuestionId(id(6, 0)),
            text: "Ticket".to_owned(),
            hint: None,
            required: true,
            answer: AnswerKind::ShortText { pattern: None },
        }],
        lasts: Lasts::For { minutes: 240 },
        extension_allowed: false,
        extension_needs_approval: false,
        timeline_allowed: false,
        managers_may_request: false,
        reviews: None,
        asks: None,
    }
}

/// What a request for the package of this name agreed to, under [`settings`].
pub fn terms(name: String) -> Terms {
    let PolicySettings { stages, lasts, .. } = settings();
    Terms {
        name,
        policy_name: "Everybody".to_owned(),
        justification: "Because of the incident.".to_owned(),
        answers: Vec::new(),
        stages,
        lasts,
        starts_at: None,
        ends_at: None,
        ticket: Default::default(),
        emergency: false,
        asks: None,
    }
}

fn old_request(number: usize, people: usize, now: Ts) -> Request {
    let requestor = user((20 + number) % people);
    let at = now - Span::minutes(number as i64 + 100);
    Request {
        id: RequestId(id(7, number)),
        requestor,
        beneficiary: requestor,
        by_manager: false,
        wish: Wish::Package {
            package: PackageId(id(4, number % PACKAGES)),
            policy: PolicyId(id(5, number % PACKAGES)),
            extends: None,
        },
        terms: terms(format!("Package {}", number % PACKAGES)),
        submitted_at: at,
        state: State::Denied { stage: 1, by: user(1), at, words: "Not now.".to_owned() },
        asked_back: None,
        version: 0,
    }
}

/// A request for this package with what its policy asks.
pub fn asks_for(package: PackageId) -> SubmitRequest {
    SubmitRequest {
        package,
        policy: None,
        justification: "Because of the incident.".to_owned(),
        answers: BTreeMap::from([(QuestionId(id(6, 0)), vec!["CHG0012345".to_owned()])]),
        starts_at: None,
        ends_at: None,
    }
}

/// Ten people from this number on ask for the first package, and all that follows from it is done. The last one's request.
pub async fn ten_ask(engine: &Engine, first: usize) -> Outcome<RequestId> {
    let mut last = None;
    for number in first..first + 10 {
        let who = session(engine, user(number), &format!("person{number}")).await?;
        let asked = Command::SubmitRequest(asks_for(PackageId(id(4, 0))));
        if let Done::RequestSubmitted { request, .. } = engine.submit(&By::Session(who), asked).await? {
            last = Some(request);
        }
    }
    engine.settle().await?;
    last.ok_or_else(|| "no request".into())
}
