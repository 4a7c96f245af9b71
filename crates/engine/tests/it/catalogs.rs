//! Catalogs, packages and policies as administrators and their delegates make and change them.

use crate::given::{ADMIN, GROUP, REPORTING, asks_for_admin, gets_admin};
use model::access::{AssignmentType, ResourceRole};
use model::approval::{Approver, Stage};
use model::catalog::{CatalogFields, CatalogRole, Holder, PackageFields, PolicyFields, PolicyOf};
use model::command::{Command, Done};
use model::directory::{BUILT_IN_ROLES, PortalRole, Resource};
use model::limits::NOTIFIED_PEOPLE_FLAGGED;
use model::package::{AnswerKind, Lasts, PackageRole, Pattern, PolicySettings, Question, Scope};
use model::view::catalog::{Catalog, Package, Shown, Tab};
use model::{CatalogId, GroupId, PackageId, PolicyId, QuestionId, Refusal, Span, query};
use testkit::{Offer, Person, World, both, refused, stage};

pub const NO_CATALOG: Refusal = Refusal::NotFound { what: "catalog" };
const NO_PACKAGE: Refusal = Refusal::NotFound { what: "access package" };
pub const NO_PAGE: Refusal = Refusal::NotFound { what: "page" };

pub fn fields(name: &str) -> CatalogFields {
    CatalogFields { name: name.into(), description: "For a story.".into(), enabled: true }
}

pub async fn makes_catalog(who: &Person, name: &str) -> CatalogId {
    match who.submits(Command::CreateCatalog(fields(name))).await.unwrap() {
        Done::CatalogSaved { catalog, .. } => catalog,
        other => panic!("{other:?}"),
    }
}

pub fn package_fields(catalog: CatalogId, name: &str) -> PackageFields {
    PackageFields { catalog, name: name.into(), description: String::new(), hidden: false }
}

pub async fn makes_package(who: &Person, catalog: CatalogId, name: &str, roles: Vec<PackageRole>) -> PackageId {
    match who.submits(Command::CreatePackage { fields: package_fields(catalog, name), roles }).await.unwrap() {
        Done::PackageSaved { package, .. } => package,
        other => panic!("{other:?}"),
    }
}

fn active(role: ResourceRole) -> PackageRole {
    PackageRole { role, assignment_type: AssignmentType::Active }
}

pub fn member(group: GroupId) -> PackageRole {
    active(ResourceRole::GroupMember(group))
}

pub fn settings(stages: Vec<Stage>) -> PolicySettings {
    PolicySettings {
        scope: Scope::AllMembers,
        stages,
        justification_required: false,
        questions: Vec::new(),
        lasts: Lasts::Forever,
        extension_allowed: false,
        extension_needs_approval: false,
        timeline_allowed: false,
        managers_may_request: false,
        reviews: None,
        asks: None,
    }
}

pub fn policy(name: &str, settings: PolicySettings) -> PolicyFields {
    PolicyFields { name: name.into(), enabled: true, settings, seen: None }
}

pub async fn makes_policy(who: &Person, package: PackageId, fields: PolicyFields) -> PolicyId {
    match who.submits(Command::CreatePolicy { package, fields }).await.unwrap() {
        Done::PolicySaved { policy, .. } => policy,
        other => panic!("{other:?}"),
    }
}

pub async fn sees(who: &Person, catalog: CatalogId, tab: Tab) -> Result<Catalog, engine::Problem> {
    who.asks(query::Catalog { catalog, tab, search: String::new(), after: None }).await
}

pub async fn sees_package(who: &Person, package: PackageId) -> Result<Package, engine::Problem> {
    who.asks(query::AdminPackage { package }).await
}

pub async fn gives(who: &Person, catalog: CatalogId, user: &Person, role: CatalogRole) {
    who.submits(Command::GiveCatalogRole { catalog, holder: Holder::User(user.id), role }).await.unwrap();
}

both! {
    async fn catalogs_do_not_exist_for_whoever_has_no_role_in_one(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, tomas, lee, ingrid, noor] = world.people(["emma", "tomas", "lee", "ingrid", "noor"]).await;
        let real = makes_catalog(&ingrid, "Sales").await;
        let package = makes_package(&ingrid, real, "Sales tools", Vec::new()).await;
        let (unreal, nothing) = (CatalogId(world.new_id()), PackageId(world.new_id()));
        for outsider in [&emma, &tomas, &lee] {
            assert_eq!(refused(outsider.asks(query::Catalogs { search: String::new(), after: None }).await), NO_PAGE);
            assert_eq!(refused(outsider.asks(query::AdminPackages { search: String::new(), after: None }).await), NO_PAGE);
            assert_eq!(refused(outsider.asks(query::NewPackage { catalog: None, search: String::new() }).await), NO_PAGE);
            assert!(!outsider.asks(query::Frame {}).await.unwrap().sees_catalogs);
            for catalog in [real, unreal] {
                assert_eq!(refused(sees(outsider, catalog, Tab::Packages).await), NO_CATALOG);
                let edit = Command::EditCatalog { catalog, version: 0, fields: fields("Mine") };
                assert_eq!(refused(outsider.submits(edit).await), NO_CATALOG);
                let resource = Resource::Group(world.group("Oslo office").await);
                assert_eq!(refused(outsider.submits(Command::AddCatalogResource { catalog, resource }).await), NO_CATALOG);
                let mine = Command::GiveCatalogRole { catalog, holder: Holder::User(outsider.id), role: CatalogRole::Owner };
                assert_eq!(refused(outsider.submits(mine).await), NO_CATALOG);
                let make = Command::CreatePackage { fields: package_fields(catalog, "P"), roles: Vec::new() };
                assert_eq!(refused(outsider.submits(make).await), NO_CATALOG);
            }
            for package in [package, nothing] {
                assert_eq!(refused(sees_package(outsider, package).await), NO_PACKAGE);
                assert_eq!(refused(outsider.asks(query::Policy { package, policy: None }).await), NO_PACKAGE);
                let names = query::PolicyNames { of: PolicyOf::Package(package), users: vec!["alex".into()], groups: Vec::new() };
                assert_eq!(refused(outsider.asks(names).await), NO_PACKAGE);
                for groups in [false, true] {
                    let subjects = query::PolicySubjects { of: PolicyOf::Package(package), groups, search: "a".into() };
                    assert_eq!(refused(outsider.asks(subjects).await), NO_PACKAGE);
                }
                assert_eq!(refused(outsider.submits(Command::DeletePackage { package }).await), NO_PACKAGE);
                let fields = policy("Mine", settings(Vec::new()));
                assert_eq!(refused(outsider.submits(Command::CreatePolicy { package, fields }).await), NO_PACKAGE);
            }
            assert_eq!(refused(outsider.submits(Command::CreateCatalog(fields("Mine"))).await).code(), "not_allowed");
        }
        world.appoints(&noor, PortalRole::GlobalReader).await;
        noor.signs_in().await.unwrap();
        assert!(noor.asks(query::Frame {}).await.unwrap().sees_catalogs);
        assert!(!sees(&noor, real, Tab::Roles).await.unwrap().may_manage, "reading is not changing");
        assert!(!sees_package(&noor, package).await.unwrap().may_edit);
        assert_eq!(refused(noor.submits(Command::DeletePackage { package }).await).code(), "not_allowed");
    }

    async fn delegates_do_within_their_catalog_what_their_role_says_and_nothing_elsewhere(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, emma, helga, felix, hugo, jonas] =
            world.people(["ingrid", "emma", "helga", "felix", "hugo", "jonas"]).await;
        let (own, other) = (makes_catalog(&ingrid, "Own").await, makes_catalog(&ingrid, "Other").await);
        let package = makes_package(&ingrid, own, "Own tools", Vec::new()).await;
        gives(&ingrid, own, &emma, CatalogRole::Owner).await;
        gives(&emma, own, &helga, CatalogRole::PackageManager).await;
        gives(&emma, own, &felix, CatalogRole::Reader).await;
        gives(&emma, own, &hugo, CatalogRole::AssignmentManager).await;
        let again = Command::GiveCatalogRole { catalog: own, holder: Holder::User(felix.id), role: CatalogRole::Reader };
        assert_eq!(refused(emma.submits(again).await).code(), "has_catalog_role");
        for (delegate, manages, makes) in
            [(&emma, true, true), (&helga, false, true), (&felix, false, false), (&hugo, false, false)]
        {
            assert!(delegate.asks(query::Frame {}).await.unwrap().sees_catalogs);
            let names: Vec<String> = delegate.asks(query::Catalogs { search: String::new(), after: None }).await.unwrap()
                .rows.into_iter().map(|row| row.name).collect();
            assert_eq!(names, ["Own"], "{}", delegate.user_name);
            let listed = delegate.asks(query::AdminPackages { search: String::new(), after: None }).await.unwrap();
            assert_eq!((listed.rows.len(), listed.may_create), (1, makes));
            assert_eq!(refused(sees(delegate, other, Tab::Packages).await), NO_CATALOG);
            let page = sees(delegate, own, Tab::Roles).await.unwrap();
            assert_eq!((page.may_manage, page.may_make_packages), (manages, makes), "{}", delegate.user_name);
            // The page offers what the command allows.
            let edit = Command::EditCatalog { catalog: own, version: page.version, fields: fields("Own") };
            assert_eq!(delegate.submits(edit).await.is_ok(), manages);
            let version = sees_package(delegate, package).await.unwrap().version;
            let edit = Command::EditPackage { package, version, fields: package_fields(own, "Own tools") };
            assert_eq!(delegate.submits(edit).await.is_ok(), makes);
            let give = Command::GiveCatalogRole { catalog: own, holder: Holder::User(jonas.id), role: CatalogRole::Reader };
            assert_eq!(delegate.submits(give).await.is_ok(), manages);
            let take = Command::TakeCatalogRole { catalog: own, holder: Holder::User(jonas.id), role: CatalogRole::Reader };
            assert_eq!(delegate.submits(take).await.is_ok(), manages);
        }
        emma.submits(Command::TakeCatalogRole { catalog: own, holder: Holder::User(felix.id), role: CatalogRole::Reader }).await.unwrap();
        assert_eq!(refused(sees(&felix, own, Tab::Packages).await), NO_CATALOG, "gone with the role");
        let told: Vec<&str> = world.history_about(own.0).await.iter().map(|event| event.action.code()).collect();
        assert!(told.contains(&"catalog_role_taken") && told.contains(&"catalog_created"));
        world.history_is_sound().await;
    }

    async fn bringing_something_in_needs_the_right_on_it_too(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, morgan, brandon, tomas, helga] = world.people(["ingrid", "morgan", "brandon", "tomas", "helga"]).await;
        let catalog = makes_catalog(&ingrid, "Own").await;
        for owner in [&brandon, &tomas, &helga] {
            gives(&ingrid, catalog, owner, CatalogRole::Owner).await;
        }
        let add = |resource| Command::AddCatalogResource { catalog, resource };
        let [jit, desk, finance] =
            [world.group(GROUP).await, world.group("Service desk operators").await, world.group("Finance approvers").await];
        let role = Resource::DirectoryRole(PortalRole::GlobalReader.id());
        assert_eq!(refused(ingrid.submits(add(Resource::Group(desk))).await).code(), "not_allowed", "not even she");
        assert_eq!(refused(tomas.submits(add(Resource::Group(jit))).await).code(), "not_allowed", "role-assignable");
        assert_eq!(refused(tomas.submits(add(role)).await).code(), "not_allowed");
        let (real, unreal) = (Resource::Group(desk), Resource::Group(GroupId(world.new_id())));
        assert_eq!(refused(helga.submits(add(real)).await), refused(helga.submits(add(unreal)).await), "she owns neither");
        helga.submits(add(Resource::Group(finance))).await.unwrap();
        tomas.submits(add(Resource::Group(desk))).await.unwrap();
        brandon.submits(add(Resource::Group(jit))).await.unwrap();
        brandon.submits(add(role)).await.unwrap();
        assert_eq!(refused(morgan.submits(add(role)).await).code(), "already_in_catalog");
        let Shown::Resources { rows, offered, .. } = sees(&helga, catalog, Tab::Resources).await.unwrap().shown else { panic!() };
        assert_eq!(rows.len(), 4);
        assert!(offered.iter().any(|choice| choice.id == Resource::Group(finance).to_string()), "what she owns");
        assert!(offered.iter().all(|choice| choice.id != Resource::Group(desk).to_string()), "and nothing else");
    }

    async fn what_a_package_gives_cannot_leave_its_catalog(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, ingrid] = world.people(["morgan", "ingrid"]).await;
        let catalog = makes_catalog(&ingrid, "Own").await;
        let group = world.makes_group("Sales").await;
        let resource = Resource::Group(group);
        let no_resource = Command::CreatePackage { fields: package_fields(catalog, "Tools"), roles: vec![member(group)] };
        assert_eq!(refused(ingrid.submits(no_resource).await).code(), "role_not_offered");
        morgan.submits(Command::AddCatalogResource { catalog, resource }).await.unwrap();
        let package = makes_package(&ingrid, catalog, "Tools", vec![member(group)]).await;
        let refusal = refused(ingrid.submits(Command::RemoveCatalogResource { catalog, resource }).await);
        assert_eq!(refusal.code(), "resource_in_use");
        assert!(refusal.sentence().contains("“Tools”"), "{}", refusal.sentence());
        assert_eq!(refusal.link().unwrap().0, format!("/admin/packages/{package}?tab=roles"));
        ingrid.submits(Command::RemovePackageRole { package, role: member(group) }).await.unwrap();
        ingrid.submits(Command::RemoveCatalogResource { catalog, resource }).await.unwrap();
        assert_eq!(refused(ingrid.submits(Command::AddPackageRole { package, role: member(group) }).await).code(), "role_not_offered");
        world.history_is_sound().await;
    }

    async fn a_privileged_role_comes_to_be_activated_and_a_dynamic_group_only_to_be_owned(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let catalog = makes_catalog(&morgan, "Own").await;
        let package = makes_package(&morgan, catalog, "Roles", Vec::new()).await;
        let privileged = BUILT_IN_ROLES.iter().find(|role| role.privileged).unwrap().id;
        let oslo = world.group("Oslo office").await;
        for resource in [Resource::DirectoryRole(privileged), Resource::Group(oslo)] {
            morgan.submits(Command::AddCatalogResource { catalog, resource }).await.unwrap();
        }
        let add = |role| Command::AddPackageRole { package, role };
        let role = ResourceRole::DirectoryRole(privileged);
        assert_eq!(refused(morgan.submits(add(active(role))).await).code(), "role_not_offered");
        assert_eq!(refused(morgan.submits(add(member(oslo))).await).code(), "role_not_offered");
        morgan.submits(add(PackageRole { role, assignment_type: AssignmentType::Eligible })).await.unwrap();
        morgan.submits(add(active(ResourceRole::GroupOwner(oslo)))).await.unwrap();
        let offered = sees_package(&morgan, package).await.unwrap().offered;
        assert!(offered.is_empty(), "nothing else is offered: {offered:?}");
    }

    async fn a_new_role_reaches_everybody_who_holds_the_package_and_ends_with_it(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, emma] = world.people(["morgan", "alex", "emma"]).await;
        let [first, second] = [world.makes_group("First").await, world.makes_group("Second").await];
        let package = world.offers(Offer::new("Pack", first, [])).await;
        alex.requests("Pack").because("Work.").await.unwrap();
        emma.requests("Pack").because("Work.").await.unwrap();
        world.settle().await;
        world.adds(second, &emma).await;
        let catalog = sees_package(&morgan, package).await.unwrap().catalog;
        morgan.submits(Command::AddCatalogResource { catalog, resource: Resource::Group(second) }).await.unwrap();
        let add = Command::AddPackageRole { package, role: member(second) };
        let done = morgan.submits(add.clone()).await.unwrap();
        assert!(matches!(done, Done::PackageRoleAdded { people: 2, .. }), "{done:?}");
        assert!(alex.holds("Second").await, "no worker ran");
        assert_eq!(refused(morgan.submits(add).await).code(), "already_in_package");
        let page = sees_package(&morgan, package).await.unwrap();
        assert_eq!(page.holders, 2);
        let removal = query::PackageRoleRemoval { package, role: member(second) };
        assert_eq!(refused(alex.asks(removal.clone()).await).code(), "not_found");
        let absent = query::PackageRoleRemoval { package, role: member(world.makes_group("Third").await) };
        assert_eq!(morgan.asks(absent).await.unwrap(), None, "the package does not give it");
        let effect = morgan.asks(removal).await.unwrap().unwrap();
        assert_eq!((effect.people, effect.keep), (2, 1), "Emma has it from elsewhere too");
        world.is_whole(&[&alex, &emma]).await;

        let remove = Command::RemovePackageRole { package, role: member(second) };
        let done = morgan.submits(remove.clone()).await.unwrap();
        assert!(matches!(done, Done::PackageRoleRemoved { people: 2, .. }), "{done:?}");
        assert!(!alex.holds("Second").await);
        assert!(emma.holds("Second").await, "what did not come from the package stays");
        assert_eq!(refused(morgan.submits(remove).await).code(), "not_found");
        morgan.submits(Command::AddPackageRole { package, role: member(second) }).await.unwrap();
        assert!(alex.holds("Second").await);
        world.passes(Span::hours(4)).await;
        assert!(!alex.holds("Second").await && !alex.holds("First").await, "it ends with the package");
        world.is_whole(&[&alex, &emma]).await;
        let told: Vec<&str> = world.history_about(package.0).await.iter().map(|event| event.action.code()).collect();
        assert_eq!(told.iter().filter(|code| **code == "package_role_added").count(), 2);
        world.history_is_sound().await;
    }

    async fn a_package_that_somebody_holds_or_waits_for_is_not_deleted(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, alex, helga] = world.people(["ingrid", "alex", "helga"]).await;
        let package = world.package(ADMIN);
        let request = asks_for_admin(&alex).await;
        let refusal = refused(ingrid.submits(Command::DeletePackage { package }).await);
        assert!(refusal.sentence().contains("1 request is open"), "{}", refusal.sentence());
        alex.cancels(request, "Later.").await.unwrap();
        let request = gets_admin(&world, &alex).await;
        let refusal = refused(ingrid.submits(Command::DeletePackage { package }).await);
        assert!(refusal.sentence().contains("1 person holds it"), "{}", refusal.sentence());
        world.passes(Span::hours(4)).await;
        ingrid.submits(Command::DeletePackage { package }).await.unwrap();
        assert_eq!(refused(sees_package(&ingrid, package).await), NO_PACKAGE);
        assert_eq!(refused(alex.sees_package(ADMIN).await), NO_PACKAGE);
        assert!(alex.sees_request(request).await.unwrap().name.contains("Global"), "the history stays");
        let _ = helga;
        let catalog = makes_catalog(&ingrid, "Again").await;
        let _ = makes_package(&ingrid, catalog, ADMIN, Vec::new()).await;
        world.history_is_sound().await;
    }

    async fn a_policy_in_use_can_only_be_disabled(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, emma, helga] = world.people(["ingrid", "emma", "helga"]).await;
        let package = world.package(REPORTING);
        let id = world.policy(REPORTING, "All members");
        let request = emma.requests(REPORTING).because("Numbers.").await.unwrap();
        let delete = Command::DeletePolicy { package, policy: id };
        assert_eq!(refused(ingrid.submits(delete.clone()).await).code(), "policy_in_use");
        let view = ingrid.asks(query::Policy { package, policy: Some(id) }).await.unwrap();
        assert_eq!(view.open, 1);
        let off = PolicyFields { name: view.name, enabled: false, settings: view.settings.clone(), seen: None };
        let edit = Command::EditPolicy { package, policy: id, version: view.version, fields: off };
        ingrid.submits(edit.clone()).await.unwrap();
        assert_eq!(refused(ingrid.submits(edit).await), Refusal::Stale);
        assert_eq!(refused(world.person("alex").await.requests(REPORTING).because("Numbers.").await), NO_PACKAGE);
        helga.denies(request, "Not you.").await.unwrap();
        ingrid.submits(delete).await.unwrap();
        assert!(sees_package(&ingrid, package).await.unwrap().policies.is_empty());
        assert_eq!(refused(ingrid.asks(query::Policy { package, policy: Some(id) }).await), Refusal::NotFound { what: "policy" });
        assert!(emma.sees_request(request).await.is_ok(), "the request keeps its terms");
        world.history_is_sound().await;
    }

    async fn a_policy_that_asks_a_crowd_is_flagged_with_the_number(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, alex] = world.people(["ingrid", "alex"]).await;
        let crowd = world.makes_group("Crowd").await;
        for number in 0..NOTIFIED_PEOPLE_FLAGGED {
            world.adds(crowd, &world.hires(&format!("crowd{number}")).await).await;
        }
        let catalog = makes_catalog(&ingrid, "Own").await;
        let package = makes_package(&ingrid, catalog, "Tools", Vec::new()).await;
        let warned = async |name: &str, approvers: Vec<Approver>| {
            let id = makes_policy(&ingrid, package, policy(name, settings(vec![stage(approvers)]))).await;
            ingrid.asks(query::Policy { package, policy: Some(id) }).await.unwrap().warnings
        };
        assert!(warned("Enough", vec![Approver::Group { id: crowd }]).await.is_empty());
        let [one] = &warned("Too many", vec![Approver::Group { id: crowd }, (&alex).into()]).await[..] else { panic!() };
        assert!(one.starts_with("Stage 1 asks 51 people about every request, and all of them get a letter."), "{one}");
    }

    async fn a_policy_is_made_checked_and_used(test: TestDb) {
        let world = World::demo(test).await;
        let [ingrid, morgan, alex, emma, nils] = world.people(["ingrid", "morgan", "alex", "emma", "nils.partner"]).await;
        let catalog = makes_catalog(&ingrid, "Own").await;
        let group = world.makes_group("Sales").await;
        morgan.submits(Command::AddCatalogResource { catalog, resource: Resource::Group(group) }).await.unwrap();
        let package = makes_package(&ingrid, catalog, "Tools", vec![member(group)]).await;
        let make = async |settings| ingrid.submits(Command::CreatePolicy { package, fields: policy("Everybody", settings) }).await;
        let alone = settings(vec![stage([(&alex).into()])]);
        morgan.disables(&alex).await.unwrap();
        assert_eq!(refused(make(alone.clone()).await), Refusal::PolicyNeverDecided { stage: 1, needed: 1, found: 0 });
        morgan.enables(&alex).await.unwrap();
        let twice = settings(vec![stage([(&alex).into()]), stage([(&alex).into()])]);
        assert_eq!(refused(make(twice).await).code(), "policy_never_decided");
        let high = settings(vec![stage([Approver::Manager { level: 9 }])]);
        assert_eq!(refused(make(high).await).field(), Some("stages"));
        let nowhere = settings(vec![stage([Approver::Group { id: GroupId(world.new_id()) }, (&alex).into()])]);
        assert_eq!(refused(make(nowhere).await).code(), "malformed");
        let question = Question {
            translations: Vec::new(),
            id: QuestionId(world.new_id()),
            text: "Ticket".into(),
            hint: None,
            required: true,
            answer: AnswerKind::ShortText { pattern: Some(Pattern { expression: "CHG[".into(), message: "Like CHG1.".into() }) },
        };
        let wrong = PolicySettings { questions: vec![question.clone()], ..alone.clone() };
        assert_eq!(refused(make(wrong).await).field(), Some("questions"));
        let right = AnswerKind::ShortText { pattern: Some(Pattern { expression: "CHG\\d+".into(), message: "Like CHG1.".into() }) };
        let good = PolicySettings { questions: vec![Question { answer: right, ..question.clone() }], ..alone };
        let id = makes_policy(&ingrid, package, policy("Everybody", good)).await;
        let view = ingrid.asks(query::Policy { package, policy: Some(id) }).await.unwrap();
        assert_eq!(view.warnings.len(), 1, "Alex decides alone and may request");
        assert!(view.names.iter().any(|(key, said)| *key == format!("user:{}", alex.id) && said.contains("(alex)")));
        let names = query::PolicyNames {
            of: PolicyOf::Package(package),
            users: vec!["ALEX".into(), "Nobody at all".into(), view.names[0].1.clone()],
            groups: vec!["sales".into(), "None".into()],
        };
        let found = ingrid.asks(names).await.unwrap();
        assert_eq!(found.users, [Some(alex.id), None, Some(alex.id)]);
        assert_eq!(found.groups, [Some(group), None]);

        let ask = |answer: &str| Command::SubmitRequest(model::command::SubmitRequest {
            package,
            policy: None,
            justification: String::new(),
            answers: [(question.id, vec![answer.to_owned()])].into(),
            starts_at: None,
            ends_at: None,
        });
        assert_eq!(refused(nils.submits(ask("CHG1")).await), NO_PACKAGE, "no guests");
        assert_eq!(refused(emma.submits(ask("one")).await).code(), "malformed");
        let Done::RequestSubmitted { request, .. } = emma.submits(ask("CHG1")).await.unwrap() else { panic!() };
        alex.approves(request, "Fine.").await.unwrap();
        world.settle().await;
        assert!(emma.holds("Sales").await);
        let refusal = refused(ingrid.submits(Command::DeletePolicy { package, policy: id }).await);
        assert!(refusal.sentence().contains("1 person holds it"), "{}", refusal.sentence());
        world.history_is_sound().await;
    }

    async fn names_are_unique_and_two_tabs_overwrite_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let ingrid = world.person("ingrid").await;
        let catalog = makes_catalog(&ingrid, "Own").await;
        assert_eq!(refused(ingrid.submits(Command::CreateCatalog(fields("OWN"))).await).code(), "name_taken");
        assert_eq!(refused(ingrid.submits(Command::CreateCatalog(fields(" "))).await).field(), Some("name"));
        let edit = |name: &str| Command::EditCatalog { catalog, version: 0, fields: CatalogFields { enabled: false, ..fields(name) } };
        ingrid.submits(edit("Other")).await.unwrap();
        assert_eq!(refused(ingrid.submits(edit("Third")).await), Refusal::Stale);
        makes_package(&ingrid, catalog, "Tools", Vec::new()).await;
        let again = Command::CreatePackage { fields: package_fields(catalog, "tools"), roles: Vec::new() };
        assert_eq!(refused(ingrid.submits(again).await).code(), "name_taken");
        assert!(!sees(&ingrid, catalog, Tab::Packages).await.unwrap().enabled);
    }

    async fn packages_are_found_by_what_they_give_under_the_name_of_now(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        let group = world.makes_group("Quarterly numbers").await;
        let package = world.offers(Offer::new("Pack", group, [])).await;
        let found = async |search: &str| {
            let query = query::Packages { tab: Default::default(), search: search.into(), after: None };
            emma.asks(query).await.unwrap().rows.iter().any(|row| row.name == "Pack")
        };
        assert!(found("quarter").await && found("pack").await);
        morgan.edits_group(group, |form| form.name = "Monthly figures".into()).await.unwrap();
        assert!(found("figures").await && !found("quarter").await);
        let catalog = sees_package(&morgan, package).await.unwrap().catalog;
        let other = world.makes_group("Zebra").await;
        morgan.submits(Command::AddCatalogResource { catalog, resource: Resource::Group(other) }).await.unwrap();
        morgan.submits(Command::AddPackageRole { package, role: member(other) }).await.unwrap();
        assert!(found("zebra").await);
        morgan.submits(Command::RemovePackageRole { package, role: member(other) }).await.unwrap();
        assert!(!found("zebra").await);
    }
}
