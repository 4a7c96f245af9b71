//! What each page may cost: statements per query, the same however long the lists are.
//!
//! The file is long because the bounds of all pages are read as one list, with how each page is asked for.

use crate::given::{ADMIN, GROUP, gets_admin};
use crate::privileged::{asks, of};
use engine::Who;
use model::access::{AssignmentType, ResourceRole};
use model::alert::{AlertKind, AlertSettings, Thresholds};
use model::answering::{Answering, Silence};
use model::audit::{Filter, Place};
use model::catalog::{Effect, PackageFields, PolicyFields, PolicyOf, PolicySketch, Sketched, SketchedStage};
use model::command::{Command, Done, Secret};
use model::directory::{PortalRole, Principal};
use model::draft::Step;
use model::event::Kind as ActionKind;
use model::import::{Every, Existing, Leavers, SaveImport, Typed};
use model::package::PackageRole;
use model::query::{self, Query};
use model::request::Phase;
use model::role_assignment::{ActivateRole, AssignRole};
use model::role_settings::{Longest, Privileged, PrivilegedKind, Ticket};
use model::view::assignment::Filter as Held;
use model::view::my_roles::{self, Kind, Tab};
use model::view::{approval, catalog, package};
use model::webhook::SaveWebhook;
use model::{AssignmentId, DraftId, GroupId, ImportId, RequestId, Span, WebhookId};
use testkit::{Offer, Person, World, both, stage};

/// Statements of each page. A list costs at most 6 (`architecture.md`); a page of one thing and the overview, which is
/// four lists, have bounds of their own, which are what they cost today: raising one is a decision.
const BOUNDS: &[(&str, u64)] = &[
    // What waits, and whether somebody without a role has one within a catalog.
    // With the reviews that wait.
    ("Frame", 3),
    ("Overview", 15),
    // With the names of what was activated.
    ("Overview with roles", 16),
    // Whether somebody is enabled, what they reach, saved and wait for, and the names of roles and groups.
    ("My roles", 6),
    // With the targets that have not confirmed what is active.
    ("My groups", 7),
    ("My active groups", 6),
    ("My ended groups", 5),
    // Two kinds of settings and of names, two approval plans, and whether the account is for emergencies.
    ("Activating", 16),
    // Accounts, uses, what was activated, and people twice.
    ("Emergency access", 6),
    // Settings, counts, the latest, where they came from, people twice, groups twice, service principals and roles.
    ("Alerts", 9),
    ("Alert", 9),
    // Who holds what, people twice, groups and service principals, what they activated, and the names of roles.
    ("Standing access", 7),
    // With what other systems feed.
    ("Discovered groups", 3),
    // The group with its owners, and whoever else may change it.
    ("Extending", 14),
    ("My activations", 3),
    ("Packages available", 6),
    // Each look for people, groups or packages by words counts first, within a bound, how many the words mean: that decides
    // how the list is read.
    ("Packages searched", 7),
    ("Packages active", 8),
    // With the policies of what is neither held nor asked for, and who would ask.
    ("Packages expired", 9),
    ("Package", 15),
    ("Requests", 6),
    ("Request pending", 9),
    ("Request delivered", 9),
    ("Approvals pending", 6),
    ("Approvals history", 6),
    // With what the requestor holds already, and its names.
    ("Approval", 13),
    ("Users", 6),
    ("Users searched", 6),
    // With sponsors beside the manager.
    ("User", 10),
    // What they reach, and of every step its source, its request, its decisions and all names.
    ("User's roles", 5),
    ("User's roles ended", 5),
    ("Held", 11),
    ("Held in the past", 12),
    // The same of the rows and of the person, who is looked for by name.
    ("Holders of a role", 16),
    ("Holders of a group in the past", 25),
    ("Everybody with a role", 7),
    ("Everybody in a group", 15),
    // With the beginning of the history, which a group has itself.
    ("Everybody with a role in the past", 8),
    ("Everybody in a group in the past", 15),
    ("Applications", 2),
    ("Application", 10),
    ("Groups", 6),
    ("Groups searched", 6),
    ("Delegations", 8),
    ("Team", 5),
    ("Report", 9),
    ("Report packages", 9),
    ("Report package", 16),
    ("All requests", 6),
    ("All requests in a state", 6),
    ("All requests searched", 6),
    ("Requests for a package", 6),
    ("Exported requests", 3),
    ("Package assignments", 6),
    ("Package assignments searched", 6),
    ("Package assignments ended", 6),
    ("Exported assignments", 6),
    ("New assignment", 6),
    // With the people to choose from.
    ("Group", 8),
    ("People", 2),
    ("Catalogs", 6),
    ("Catalogs searched", 6),
    ("Catalog packages", 6),
    // With resources of four kinds of look-ups to choose from.
    ("Catalog resources", 12),
    // With the people and groups to choose from.
    ("Catalog roles", 9),
    ("Catalog holders", 8),
    ("AdminPackages", 6),
    ("AdminPackages searched", 6),
    // With the roles that could be added.
    ("AdminPackage", 16),
    ("PackageRoleRemoval", 7),
    // The request form of somebody else, and who that is.
    ("WhoCould", 23),
    // Both lists, what could be added, and the count.
    ("Separation", 12),
    ("Exported overlaps", 6),
    ("NewPackage", 1),
    ("NewPackage searched", 1),
    ("PackageDrafts", 2),
    ("PackageDraft", 4),
    // The roles that could be given, and whom the policy names.
    ("PackageDraft review", 10),
    ("Policy", 11),
    ("Policy check", 9),
    // One group of approvers for each policy of the package.
    ("Flagged policies", 9),
    // Everybody, in pages of 500 people.
    ("Policy people", 5),
    ("Policy groups", 6),
    ("Policy preview", 12),
    ("Roles", 1),
    // With the people and groups to choose from.
    ("Role assignments", 6),
    ("Role assignments active", 6),
    ("Role assignments of a group", 9),
    ("Role holders", 5),
    ("Security", 7),
    // With the terms of use, the authentication contexts and the webhooks to choose from, and who is eligible and has set up
    // what could be demanded.
    ("Role settings", 9),
    ("Role settings' effect", 4),
    ("Terms of use", 2),
    ("Authentication contexts", 2),
    ("Authentication context", 1),
    // With the open requests of all roles, and who is eligible for those that have their proof from it.
    ("Template of roles", 10),
    ("Role settings of a group", 9),
    ("Role approvers", 2),
    // The events, requests in them, and names of each kind of thing that they tell of; those of a role, a group or a person
    // ask for its name besides.
    ("Audit", 8),
    ("Audit of an action", 8),
    // People, groups, packages and catalogs of the name, in the history of which there is little.
    ("Audit searched", 20),
    ("Audit of a user", 8),
    ("Audit of a role", 8),
    ("Audit of a group", 10),
    ("My audit", 8),
    ("Exported audit", 8),
    ("Providers", 1),
    ("Targets", 4),
    // Two for each import, of which there are at most 20.
    ("Imports", 4),
    // With its runs.
    ("Import", 5),
    ("Webhooks", 2),
    // With how many requests wait for one that is asked.
    ("Webhook", 4),
    // With the letters that wait for a mail server.
    ("Mail", 2),
];

/// A package of the demo company that managers may ask for.
const ROOM: &str = "Partner document room";

struct Pages {
    world: World,
    alex: Who,
    carla: Who,
    bianca: Who,
    morgan: Who,
    miriam: Who,
    lee: Who,
    eligible: Vec<AssignmentId>,
    open: RequestId,
    delivered: RequestId,
    draft: DraftId,
    import: ImportId,
    webhook: WebhookId,
}

impl Pages {
    async fn cost(&self, who: &Who, query: impl Into<Query>) -> u64 {
        let before = self.world.db().statements();
        // On the heap: there are many of them, and a thread's stack holds few.
        Box::pin(self.world.engine().ask(who, query.into())).await.unwrap();
        self.world.db().statements() - before
    }

    /// Every page with what it costs now.
    async fn costs(&self) -> Vec<(&'static str, u64)> {
        let (alex, carla, bianca, morgan) = (&self.alex, &self.carla, &self.bianca, &self.morgan);
        let lee = &self.lee;
        let application = store::resources::applications(&mut self.world.db().read().await.unwrap()).await.unwrap()[0].0;
        let my_roles = |kind, tab| query::MyRoles { kind, tab, after: None };
        let (miriam, room) = (&self.miriam, self.world.package(ROOM));
        let for_alex = query::ReportPackages { report: alex.user, search: String::new(), after: None };
        let packages = |tab, search: &str| query::Packages { tab, search: search.into(), after: None };
        let users = |search: &str| query::Users { search: search.into(), filter: Default::default(), after: None };
        let groups = |search: &str| query::Groups { search: search.into(), filter: Default::default(), after: None };
        let approvals = |tab| query::Approvals { tab, filter: Default::default(), after: None };
        let requests = |search: &str, phase| query::AllRequests { package: None, search: search.into(), phase, after: None };
        let exported = query::ExportedRequests { package: None, search: String::new(), phase: None, after: None };
        let group = self.world.group(GROUP).await;
        let (package, policy) = (self.world.package(ADMIN), self.world.policy(ADMIN, "Level 3 engineers"));
        let member = PackageRole { role: ResourceRole::GroupMember(group), assignment_type: AssignmentType::Active };
        let of_package = query::AllRequests { package: Some(package), search: String::new(), phase: None, after: None };
        let held = |search: &str, filter| query::PackageAssignments { package, search: search.into(), filter, after: None };
        let exported_held = query::ExportedAssignments { package, search: String::new(), filter: Held::Active, after: None };
        let first = morgan_sees_catalog(&self.world, morgan, package).await;
        let catalog = |tab| query::Catalog { catalog: first, tab, search: String::new(), after: None };
        let new_package = |catalog, search: &str| query::NewPackage { catalog, search: search.into() };
        let subjects = |groups| query::PolicySubjects { of: PolicyOf::Package(package), groups, search: "a".into() };
        let rule = "user.city -eq \"Oslo\"".to_owned();
        let previewed = query::PolicyPreview { of: PolicyOf::Package(package), policy: None, enabled: true, rule };
        let named = Sketched { users: vec!["miriam".into(), "bianca".into()], ..Sketched::default() };
        let stage = SketchedStage { approvers: named, quorum: 1, ..SketchedStage::default() };
        let sketch = PolicySketch { scope: "all_members".into(), covered: Sketched::default(), stages: vec![stage] };
        let role = of(PortalRole::UserAdministrator);
        let assignments = |role, tab| query::RoleAssignments { role, tab, person: String::new(), after: None };
        let now = self.world.now();
        let everybody = |role, at| query::EverybodyHolding { role, at, after: None };
        let who_has = |role, at| query::Holders { role, at, person: "alex".into(), after: None };
        let audit = |place, filter| query::Audit { place, filter, after: None };
        let of_action = Filter { action: Some(ActionKind::StageDecided), ..Filter::default() };
        // Which kinds of things are named depends on what happened last.
        let members = Filter { action: Some(ActionKind::AssignmentEnded), ..Filter::default() };
        let of_bianca = Filter { actor: "bianca".into(), target: "user administrator".into(), ..Filter::default() };
        let taken = query::ExportedAudit { place: Place::Everything, filter: Filter::default(), after: None };
        let short = Longest { permanent: false, days: 15 };
        let effect = query::RoleSettingsEffect { role, eligible: short, active: short };
        let of_role = query::PolicySubjects { of: PolicyOf::Role(role), groups: false, search: "a".into() };
        vec![
            ("Frame", self.cost(bianca, query::Frame {}).await),
            ("Overview", self.cost(alex, query::Overview {}).await),
            ("Overview with roles", self.cost(lee, query::Overview {}).await),
            ("My roles", self.cost(lee, my_roles(Kind::DirectoryRoles, my_roles::Tab::Eligible)).await),
            ("My groups", self.cost(lee, my_roles(Kind::Groups, my_roles::Tab::Eligible)).await),
            ("My active groups", self.cost(lee, my_roles(Kind::Groups, my_roles::Tab::Active)).await),
            ("My ended groups", self.cost(lee, my_roles(Kind::Groups, my_roles::Tab::Expired)).await),
            ("Activating", self.cost(lee, query::Activating { assignments: self.eligible.clone() }).await),
            ("Emergency access", self.cost(morgan, query::EmergencyAccess { person: String::new(), after: None }).await),
            ("Alerts", self.cost(morgan, query::Alerts {}).await),
            ("Alert", self.cost(morgan, query::Alert { kind: model::alert::AlertKind::UnusedRoles, after: None }).await),
            ("Standing access", self.cost(morgan, query::StandingAccess { after: None }).await),
            ("Discovered groups", self.cost(morgan, query::DiscoveredGroups { search: String::new(), after: None }).await),
            ("Extending", self.cost(lee, query::Extending { assignment: self.eligible[2] }).await),
            ("My activations", self.cost(lee, query::MyActivations {}).await),
            ("Packages available", self.cost(alex, packages(package::Tab::Available, "")).await),
            ("Packages searched", self.cost(alex, packages(package::Tab::Available, "pack")).await),
            ("Packages active", self.cost(alex, packages(package::Tab::Active, "")).await),
            ("Packages expired", self.cost(alex, packages(package::Tab::Expired, "")).await),
            ("Package", self.cost(carla, query::Package { package: self.world.package(ADMIN), again: None }).await),
            ("Requests", self.cost(alex, query::Requests { phase: None, after: None }).await),
            ("Request pending", self.cost(alex, query::Request { request: self.open }).await),
            ("Request delivered", self.cost(alex, query::Request { request: self.delivered }).await),
            ("Approvals pending", self.cost(bianca, approvals(approval::Tab::Pending)).await),
            ("Approvals history", self.cost(bianca, approvals(approval::Tab::History)).await),
            ("Approval", self.cost(bianca, query::Approval { request: self.open }).await),
            ("Users", self.cost(morgan, users("")).await),
            ("Users searched", self.cost(morgan, users("a b")).await),
            ("User", self.cost(morgan, query::User { user: alex.user }).await),
            (
                "User's roles",
                self.cost(morgan, query::UserRoles { user: alex.user, tab: my_roles::Tab::Active, after: None }).await,
            ),
            (
                "User's roles ended",
                self.cost(morgan, query::UserRoles { user: alex.user, tab: my_roles::Tab::Expired, after: None }).await,
            ),
            ("Held", self.cost(morgan, query::Held { user: alex.user, at: None }).await),
            ("Held in the past", self.cost(morgan, query::Held { user: alex.user, at: Some(now) }).await),
            ("Holders of a role", self.cost(morgan, who_has(role, None)).await),
            ("Holders of a group in the past", self.cost(morgan, who_has(Privileged::GroupOwner(group), Some(now))).await),
            ("Everybody with a role", self.cost(morgan, everybody(role, None)).await),
            ("Everybody in a group", self.cost(morgan, everybody(Privileged::GroupMember(group), None)).await),
            ("Everybody with a role in the past", self.cost(morgan, everybody(role, Some(now))).await),
            ("Everybody in a group in the past", self.cost(morgan, everybody(Privileged::GroupMember(group), Some(now))).await),
            ("Applications", self.cost(morgan, query::Applications { search: String::new(), after: None }).await),
            ("Application", self.cost(morgan, query::Application { application, role: None, after: None }).await),
            ("Groups", self.cost(morgan, groups("")).await),
            ("Groups searched", self.cost(morgan, groups("o")).await),
            ("Delegations", self.cost(bianca, query::Delegations { person: String::new() }).await),
            ("Team", self.cost(miriam, query::Team { after: None }).await),
            ("Report", self.cost(miriam, query::Report { report: alex.user }).await),
            ("Report packages", self.cost(miriam, for_alex).await),
            ("Report package", self.cost(miriam, query::ReportPackage { report: alex.user, package: room }).await),
            ("All requests", self.cost(morgan, requests("", None)).await),
            ("All requests in a state", self.cost(morgan, requests("", Some(Phase::PendingApproval))).await),
            ("All requests searched", self.cost(morgan, requests("alex pack", None)).await),
            ("Requests for a package", self.cost(morgan, of_package).await),
            ("Exported requests", self.cost(morgan, exported).await),
            ("Package assignments", self.cost(morgan, held("", Held::Active)).await),
            ("Package assignments searched", self.cost(morgan, held("al ale", Held::Active)).await),
            ("Package assignments ended", self.cost(morgan, held("", Held::Ended)).await),
            ("Exported assignments", self.cost(morgan, exported_held).await),
            ("New assignment", self.cost(morgan, query::NewAssignment { package, person: String::new() }).await),
            ("Group", self.cost(morgan, query::Group { group, after: None, person: String::new() }).await),
            ("People", self.cost(morgan, query::People { search: "a".into(), group: None, package: None }).await),
            ("Catalogs", self.cost(morgan, query::Catalogs { search: String::new(), after: None }).await),
            ("Catalogs searched", self.cost(morgan, query::Catalogs { search: "it op".into(), after: None }).await),
            ("Catalog packages", self.cost(morgan, catalog(catalog::Tab::Packages)).await),
            ("Catalog resources", self.cost(morgan, catalog(catalog::Tab::Resources)).await),
            ("Catalog roles", self.cost(morgan, catalog(catalog::Tab::Roles)).await),
            ("Catalog holders", self.cost(morgan, query::CatalogHolders { catalog: first, search: "a".into() }).await),
            ("AdminPackages", self.cost(morgan, query::AdminPackages { search: String::new(), after: None }).await),
            ("AdminPackages searched", self.cost(morgan, query::AdminPackages { search: "pack".into(), after: None }).await),
            ("AdminPackage", self.cost(morgan, query::AdminPackage { package }).await),
            ("PackageRoleRemoval", self.cost(morgan, query::PackageRoleRemoval { package, role: member }).await),
            ("WhoCould", self.cost(morgan, query::WhoCould { package, search: "a".into(), person: Some(alex.user) }).await),
            ("Separation", self.cost(morgan, query::Separation { package, search: "pack".into(), after: None }).await),
            ("Exported overlaps", self.cost(morgan, query::ExportedOverlaps { package, after: None }).await),
            ("NewPackage", self.cost(morgan, new_package(Some(first), "")).await),
            ("NewPackage searched", self.cost(morgan, new_package(None, "it op")).await),
            ("PackageDrafts", self.cost(morgan, query::PackageDrafts {}).await),
            ("PackageDraft", self.cost(morgan, query::PackageDraft { draft: self.draft, step: Step::Requests }).await),
            ("PackageDraft review", self.cost(morgan, query::PackageDraft { draft: self.draft, step: Step::Review }).await),
            ("Policy", self.cost(morgan, query::Policy { package, policy: Some(policy) }).await),
            ("Policy check", self.cost(morgan, query::PolicyCheck { of: PolicyOf::Package(package), sketch }).await),
            ("Flagged policies", self.cost(morgan, query::FlaggedPolicies { package }).await),
            ("Policy people", self.cost(morgan, subjects(false)).await),
            ("Policy groups", self.cost(morgan, subjects(true)).await),
            ("Policy preview", self.cost(morgan, previewed).await),
            ("Roles", self.cost(morgan, query::Roles { search: "admin".into() }).await),
            ("Role assignments", self.cost(morgan, assignments(role, Tab::Eligible)).await),
            ("Role assignments active", self.cost(morgan, assignments(role, Tab::Active)).await),
            ("Role assignments of a group", self.cost(morgan, assignments(Privileged::GroupMember(group), Tab::Active)).await),
            ("Role holders", self.cost(morgan, query::RoleHolders { role, search: "a".into() }).await),
            ("Security", self.cost(morgan, query::Security {}).await),
            ("Role settings", self.cost(morgan, query::RoleSettings { role }).await),
            ("Role settings' effect", self.cost(morgan, effect).await),
            ("Terms of use", self.cost(morgan, query::AllTerms {}).await),
            ("Authentication contexts", self.cost(morgan, query::AuthenticationContexts {}).await),
            ("Authentication context", self.cost(morgan, query::AuthenticationContext { context: None }).await),
            ("Template of roles", self.cost(morgan, query::RoleTemplate { kind: PrivilegedKind::DirectoryRole }).await),
            ("Role settings of a group", self.cost(morgan, query::RoleSettings { role: Privileged::GroupOwner(group) }).await),
            ("Role approvers", self.cost(morgan, of_role).await),
            ("Audit", self.cost(morgan, audit(Place::Everything, Filter::default())).await),
            ("Audit of an action", self.cost(morgan, audit(Place::Everything, of_action)).await),
            ("Audit searched", self.cost(morgan, audit(Place::Everything, of_bianca)).await),
            ("Audit of a user", self.cost(morgan, audit(Place::User(alex.user), Filter::default())).await),
            (
                "Audit of a role",
                self.cost(morgan, audit(Place::Role(PortalRole::UserAdministrator.id()), Filter::default())).await,
            ),
            ("Audit of a group", self.cost(morgan, audit(Place::Group(group), members)).await),
            ("My audit", self.cost(alex, audit(Place::Mine, Filter::default())).await),
            ("Exported audit", self.cost(morgan, taken).await),
            ("Providers", self.cost(morgan, query::Providers {}).await),
            ("Targets", self.cost(morgan, query::Targets {}).await),
            ("Imports", self.cost(morgan, query::Imports {}).await),
            ("Import", self.cost(morgan, query::Import { import: self.import, after: None }).await),
            ("Webhooks", self.cost(morgan, query::Webhooks {}).await),
            ("Webhook", self.cost(morgan, query::Webhook { webhook: self.webhook, after: None }).await),
            ("Mail", self.cost(morgan, query::Mail {}).await),
        ]
    }
}

/// A policy whose rule assigns to those whose user name begins so; without a grace period.
fn assigning(beginning: &str, enabled: bool, seen: Effect) -> PolicyFields {
    let rule = format!("user.userPrincipalName -startsWith \"{beginning}\"");
    let settings = rules::automatic::check(&rule, 0).unwrap();
    PolicyFields { name: "Many".into(), enabled, settings, seen: Some(seen) }
}

async fn morgan_sees_catalog(world: &World, morgan: &Who, package: model::PackageId) -> model::CatalogId {
    let answer = world.engine().ask(morgan, query::AdminPackage { package }.into()).await.unwrap();
    <query::AdminPackage as query::Question>::view(answer).unwrap().catalog
}

/// So that whoever Alex reports to sees it.
fn shown(offer: Offer) -> Offer {
    offer.with(|settings| settings.managers_may_request = true)
}

/// What somebody is eligible for, as their list says it.
async fn eligible(who: &Person, kind: Kind) -> Vec<my_roles::Row> {
    who.asks(query::MyRoles { kind, tab: my_roles::Tab::Eligible, after: None }).await.unwrap().rows
}

/// An import that runs when somebody says so.
async fn imports(by: &Person) -> ImportId {
    let typed = Typed {
        address: "ldaps://ldap.harbour.example".into(),
        bind_dn: "cn=reader".into(),
        people_base: "ou=people,dc=harbour,dc=example".into(),
        ..rules::import::beginning()
    };
    let asked = SaveImport {
        import: None,
        version: 0,
        name: "Harbour LDAP".into(),
        password: Some(Secret("open sesame".into())),
        typed,
        takes_groups: false,
        every: Every::Never,
        leavers: Leavers::Disable,
        existing: Existing::Skip,
    };
    match by.submits(Command::SaveImport(Box::new(asked))).await.unwrap() {
        Done::ImportSaved { import, .. } => import,
        done => panic!("{done:?}"),
    }
}

/// A webhook that is asked.
async fn asks_and_waits(by: &Person, number: usize) -> WebhookId {
    let asked = SaveWebhook {
        webhook: None,
        version: 0,
        name: format!("Office {number}"),
        url: "https://hooks.harbour.example".into(),
        kinds: Default::default(),
        answering: Some(Answering { minutes: 60, silence: Silence::Denies }),
        secret: Some(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into())),
    };
    match by.submits(Command::SaveWebhook(asked)).await.unwrap() {
        Done::WebhookSaved { webhook, .. } => webhook,
        done => panic!("{done:?}"),
    }
}

/// A group that Lee may activate, and has.
async fn activates(world: &World, group: GroupId, name: &str) {
    let [morgan, lee] = world.people(["morgan", "lee"]).await;
    morgan.submits(Command::SetPrivilegedAccess { group, enabled: true }).await.unwrap();
    let assigned = AssignRole {
        role: Privileged::GroupMember(group),
        holder: Principal::User(lee.id),
        assignment_type: AssignmentType::Eligible,
        starts_at: None,
        ends_at: None,
        justification: "Cost.".into(),
        ticket: Ticket::default(),
    };
    morgan.submits(Command::AssignRole(assigned)).await.unwrap();
    let eligible = eligible(&lee, Kind::Groups).await.iter().find(|row| row.name == name).unwrap().assignment;
    let asked = ActivateRole {
        eligible,
        minutes: 4 * 60,
        starts_at: None,
        justification: "Cost.".into(),
        ticket: Ticket::default(),
        accepted: Vec::new(),
        emergency: false,
    };
    lee.submits(Command::ActivateRole(asked)).await.unwrap();
}

/// Packages that Alex holds, held and waits for, one of each more with every number.
async fn more(world: &World, alex: &Person, bianca: &Person, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let group = world.makes_group(&format!("Office {number}")).await;
        let short = format!("Pack short {number}");
        world.offers(shown(Offer::new(&short, group, [stage([bianca.into()])]))).await;
        let long = format!("Pack long {number}");
        world.offers(shown(Offer::new(&long, group, []).lasting(model::package::Lasts::Forever))).await;
        let waits = format!("Pack waits {number}");
        world
            .offers(Offer::new(&waits, group, [stage([bianca.into()])]).with(|settings| {
                settings.stages[0].window_minutes = 100_000;
                settings.managers_may_request = true;
            }))
            .await;
        let request = alex.requests(&short).because("Short.").await.unwrap();
        bianca.approves(request, "Yes.").await.unwrap();
        alex.requests(&long).because("Long.").await.unwrap();
        world.settle().await;
        world.passes(Span::hours(4)).await;
        alex.requests(&waits).because("Waits.").await.unwrap();
        let decided = format!("Pack decided {number}");
        world.offers(Offer::new(&decided, group, [stage([alex.into()])])).await;
        activates(world, group, &format!("Office {number}")).await;
        bianca.requests(&decided).because("Alex decides.").await.unwrap();
        // Names at the end and names at the beginning of the list, so that the first page stays and is full.
        let zoltan = world.hires(&format!("zoltan{number}")).await;
        world.adds(world.group(GROUP).await, &zoltan).await;
        for assignment_type in [AssignmentType::Eligible, AssignmentType::Active] {
            let role = of(PortalRole::UserAdministrator);
            world.console(Command::AssignRole(asks(role, Principal::User(zoltan.id), assignment_type, None))).await;
        }
    }
}

both! {
    async fn no_page_costs_more_than_its_bound_however_long_its_list_is(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, bianca, morgan] = world.people(["alex", "bianca", "morgan"]).await;
        let [carla, miriam, lee] = world.people(["carla", "miriam", "lee"]).await;
        // So that somebody held the package of the lists once.
        gets_admin(&world, &alex).await;
        world.passes(Span::hours(4)).await;
        more(&world, &alex, &bianca, 0..2).await;
        let open = bianca.inbox().await.last().unwrap().request;
        let delivered = gets_admin(&world, &alex).await;
        let who = async |person: &Person| person.who().await.unwrap();
        let catalog = morgan_sees_catalog(&world, &who(&morgan).await, world.package(ADMIN)).await;
        let fields = PackageFields { catalog, name: "Draft".into(), description: String::new(), hidden: false };
        let Done::PackageDraftSaved { draft, .. } = morgan.submits(Command::StartPackageDraft(fields)).await.unwrap() else {
            panic!()
        };
        let mut eligible_for = eligible(&lee, Kind::DirectoryRoles).await;
        eligible_for.extend(eligible(&lee, Kind::Groups).await.into_iter().filter(|row| row.name.starts_with("Firewall")));
        let eligible: Vec<AssignmentId> = eligible_for.into_iter().map(|row| row.assignment).collect();
        assert_eq!(eligible.len(), 3);
        // One owner, however many administrators there are: a plan with many does not name them.
        let firewalls = world.group("Firewall operators").await;
        let owner = Command::AddMember { group: firewalls, principal: Principal::User(bianca.id), as_owner: true };
        morgan.submits(owner).await.unwrap();
        // Few are too many, so that alerts are about people from the beginning, and not only when there are many of them.
        let kind = AlertKind::TooManyGlobalAdministrators;
        let thresholds = Thresholds::Administrators { count: 2, percent: 0 };
        let settings = AlertSettings { thresholds, ..kind.defaults() };
        morgan.submits(Command::EditAlert { kind, version: 0, settings }).await.unwrap();
        world.settle().await;
        let mut pages = Pages {
            world: world.clone(),
            alex: who(&alex).await,
            carla: who(&carla).await,
            bianca: who(&bianca).await,
            morgan: who(&morgan).await,
            miriam: who(&miriam).await,
            lee: who(&lee).await,
            eligible,
            open,
            delivered,
            draft,
            import: imports(&morgan).await,
            webhook: asks_and_waits(&morgan, 0).await,
        };
        let few = Box::pin(pages.costs()).await;
        world.passes(Span::hours(4)).await;
        more(&world, &alex, &bianca, 2..30).await;
        for number in 1..5 {
            asks_and_waits(&morgan, number).await;
        }
        pages.delivered = gets_admin(&world, &alex).await;
        let many = Box::pin(pages.costs()).await;
        for (page, cost) in &few {
            println!("{:>3}  {page}", cost);
        }
        assert_eq!(few, many, "the cost of a page does not depend on how much there is");
        assert_eq!(few.len(), BOUNDS.len());
        let mut over = Vec::new();
        for ((page, cost), (bounded, bound)) in many.iter().zip(BOUNDS) {
            assert_eq!(page, bounded);
            if cost > bound {
                over.push(format!("{page} costs {cost} statements, more than {bound}"));
            }
        }
        assert!(over.is_empty(), "{}", over.join("\n"));
    }

    async fn a_rule_that_assigns_costs_statements_for_hundreds_of_people_and_not_for_each(test: TestDb) {
        let world = World::demo(test).await;
        let group = world.makes_group("Pier keys").await;
        let package = world.offers(Offer::new("Pier desk", group, [])).await;
        for number in 0..1_000 {
            world.hires(&format!("many-{number}")).await;
        }
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        let cost = async |command: Command| {
            let before = world.db().statements();
            let done = morgan.submits(command).await.unwrap();
            (done, world.db().statements() - before)
        };
        let (done, given) = cost(Command::CreatePolicy { package, fields: assigning("many-", true, Effect { gain: 1_000, lose: 0 }) }).await;
        let Done::PolicySaved { policy, .. } = done else { panic!("{done:?}") };
        // One of them looks whether the session of whoever acts is one still, here and below.
        assert!(given <= 137, "{given} statements to give it to 1,000 people");
        let edit = |version, fields| Command::EditPolicy { package, policy, version, fields };
        let (_, ended) = cost(edit(0, assigning("many-", false, Effect { gain: 0, lose: 1_000 }))).await;
        // For each two hundred who lose something it is looked who of them had activated something on it.
        assert!(ended <= 141, "{ended} statements to take it from 1,000 people");
        let (_, back) = cost(edit(1, assigning("many-", true, Effect { gain: 1_000, lose: 0 }))).await;
        assert!(back <= 131, "{back} statements to give it again");
        let before = world.db().statements();
        morgan.edits(&alex, |form| form.display_name = "Alex B.".into()).await.unwrap();
        let edited = world.db().statements() - before;
        // One of them asks whether there are targets.
        assert!(edited <= 28, "{edited} statements to look at somebody and change a name");
    }

    async fn looking_whether_anything_is_due_costs_little_and_writes_nothing(test: TestDb) {
        let world = World::demo(test).await;
        world.settle().await;
        let before = world.db().statements();
        world.settle().await;
        let what =
            "what is due first, the digest, who left a review, the letters, the seals, the targets, what is overdue there, the webhooks, the imports";
        assert_eq!(world.db().statements() - before, 9, "{what}");
        let emma = world.person("emma").await;
        emma.who().await.unwrap();
        let before = world.db().statements();
        emma.who().await.unwrap();
        assert_eq!(world.db().statements() - before, 2, "a session and what it may do");
    }
}
