//! A new package is described step by step, and then made as a whole.

use crate::catalogs::{gives, makes_catalog, member, package_fields};
use model::approval::Approver;
use model::catalog::{CatalogRole, Effect, PolicyOf};
use model::command::{Command, Done, SubmitRequest, UserFields};
use model::directory::Resource;
use model::draft::{Filled, Step, Typed};
use model::limits::PACKAGE_DRAFTS_MAX;
use model::package::{AnswerKind, Lasts, PackageRole, Question, Scope};
use model::view::catalog::PolicyPreview;
use model::view::draft::Draft;
use model::{AnyId, CatalogId, DraftId, GroupId, PackageId, QuestionId, Refusal, Span, query};
use std::collections::BTreeMap;
use testkit::{Person, World, both, refused, stage};

const NO_DRAFT: Refusal = Refusal::NotFound { what: "draft" };

async fn starts(who: &Person, catalog: CatalogId, name: &str) -> DraftId {
    match who.submits(Command::StartPackageDraft(package_fields(catalog, name))).await.unwrap() {
        Done::PackageDraftSaved { draft, step: Step::Basics } => draft,
        other => panic!("{other:?}"),
    }
}

async fn sees(who: &Person, draft: DraftId, step: Step) -> Result<Draft, engine::Problem> {
    who.asks(query::PackageDraft { draft, step }).await
}

/// Fills a step in as the page of now has it.
async fn fills(who: &Person, draft: DraftId, filled: Filled) -> Result<Done, engine::Problem> {
    let version = sees(who, draft, filled.step()).await.unwrap().version;
    who.submits(Command::SavePackageDraft { draft, version, filled }).await
}

async fn creates(who: &Person, draft: DraftId) -> Result<Done, engine::Problem> {
    let version = sees(who, draft, Step::Review).await.unwrap().version;
    who.submits(Command::CreateDraftedPackage { draft, version, seen: None }).await
}

fn requests(scope: Scope, approver: &Person) -> Filled {
    Filled::Requests {
        name: "Everybody".into(),
        enabled: true,
        scope,
        managers_may_request: false,
        stages: vec![stage([approver.into()])],
        asks: None,
    }
}

/// Whoever the rule covers has it, without being asked.
pub fn requests_by_rule(rule: &str) -> Filled {
    let scope = Scope::Automatic { rule: rule.into(), grace_minutes: 0 };
    let (name, enabled) = ("By rule".into(), true);
    Filled::Requests { name, enabled, scope, managers_may_request: false, stages: Vec::new(), asks: None }
}

const SALES: &str = "user.department -eq \"Sea trade\"";

async fn previews(who: &Person, draft: DraftId) -> Result<PolicyPreview, engine::Problem> {
    who.asks(query::PolicyPreview { of: PolicyOf::Draft(draft), policy: None, enabled: true, rule: SALES.into() }).await
}

fn questions(questions: Vec<Question>) -> Filled {
    Filled::Questions { justification_required: false, questions }
}

fn lasts(lasts: Lasts) -> Filled {
    Filled::Lifecycle { lasts, extension_allowed: false, extension_needs_approval: false, timeline_allowed: false, reviews: None }
}

/// The lifecycle as it was typed, with what is wrong about it.
fn keeps(draft: DraftId, version: i64) -> Command {
    let why = Refusal::Malformed { field: "lasts_length".into(), message: "Not a number.".into() };
    let typed = Typed { fields: vec![("lasts_length".into(), "many\0".into())], why: why.into() };
    Command::KeepPackageDraft { draft, version, step: Step::Lifecycle, typed }
}

/// A draft in which every step is filled in.
async fn whole(who: &Person, catalog: CatalogId, role: PackageRole, approver: &Person) -> DraftId {
    let draft = starts(who, catalog, "Tools").await;
    let text = "Ticket".to_owned();
    let question = Question {
        id: QuestionId(AnyId::nil()),
        text,
        hint: None,
        required: false,
        answer: AnswerKind::YesNo,
        translations: Vec::new(),
    };
    for filled in [
        Filled::Roles(vec![role]),
        requests(Scope::AllMembers, approver),
        questions(vec![question]),
        lasts(Lasts::For { minutes: 240 }),
    ] {
        fills(who, draft, filled).await.unwrap();
    }
    draft
}

/// A catalog of Ingrid's with a group in it.
async fn begin(world: &World) -> (Person, CatalogId, GroupId) {
    let [ingrid, morgan] = world.people(["ingrid", "morgan"]).await;
    let catalog = makes_catalog(&ingrid, "Own").await;
    let group = world.makes_group("Sales").await;
    morgan.submits(Command::AddCatalogResource { catalog, resource: Resource::Group(group) }).await.unwrap();
    (ingrid, catalog, group)
}

/// The packages of that catalog.
async fn packages(who: &Person) -> Vec<(String, PackageId)> {
    let listed = who.asks(query::AdminPackages { search: "tools".into(), after: None }).await.unwrap();
    listed.rows.into_iter().filter(|row| row.catalog_name == "Own").map(|row| (row.name, row.package)).collect()
}

both! {
    async fn a_draft_exists_for_its_owner_alone_and_only_while_they_may_make_the_package(test: TestDb) {
        let world = World::demo(test).await;
        let (ingrid, catalog, _) = begin(&world).await;
        let [morgan, emma, helga] = world.people(["morgan", "emma", "helga"]).await;
        let start = |catalog| Command::StartPackageDraft(package_fields(catalog, "Mine"));
        for nowhere in [catalog, CatalogId(world.new_id())] {
            assert_eq!(refused(emma.submits(start(nowhere)).await), Refusal::NotFound { what: "catalog" });
        }
        gives(&ingrid, catalog, &helga, CatalogRole::Reader).await;
        assert_eq!(refused(helga.submits(start(catalog)).await).code(), "not_allowed");

        let draft = starts(&ingrid, catalog, "Tools").await;
        for other in [&morgan, &emma, &helga] {
            for unknown in [draft, DraftId(world.new_id())] {
                assert_eq!(refused(sees(other, unknown, Step::Basics).await), NO_DRAFT);
                let of = PolicyOf::Draft(unknown);
                let names = query::PolicyNames { of, users: vec!["alex".into()], groups: Vec::new() };
                assert_eq!(refused(other.asks(names).await), NO_DRAFT);
                let subjects = query::PolicySubjects { of, groups: true, search: String::new() };
                assert_eq!(refused(other.asks(subjects).await), NO_DRAFT);
                assert_eq!(refused(previews(other, unknown).await), NO_DRAFT);
                let save = Command::SavePackageDraft { draft: unknown, version: 0, filled: Filled::Roles(Vec::new()) };
                assert_eq!(refused(other.submits(save).await), NO_DRAFT);
                assert_eq!(refused(other.submits(Command::CreateDraftedPackage { draft: unknown, version: 0, seen: None }).await), NO_DRAFT);
                assert_eq!(refused(other.submits(keeps(unknown, 0)).await), NO_DRAFT);
                assert_eq!(refused(other.submits(Command::DeletePackageDraft { draft: unknown }).await), NO_DRAFT);
            }
            assert!(other.asks(query::PackageDrafts {}).await.unwrap().is_empty());
        }

        gives(&ingrid, catalog, &helga, CatalogRole::PackageManager).await;
        let hers = starts(&helga, catalog, "Hers").await;
        for role in [CatalogRole::PackageManager, CatalogRole::Reader] {
            ingrid.submits(Command::TakeCatalogRole { catalog, holder: model::catalog::Holder::User(helga.id), role }).await.unwrap();
        }
        assert_eq!(refused(sees(&helga, hers, Step::Basics).await), NO_DRAFT);
        let save = Command::SavePackageDraft { draft: hers, version: 0, filled: Filled::Roles(Vec::new()) };
        assert_eq!(refused(helga.submits(save).await), NO_DRAFT);
        let listed = helga.asks(query::PackageDrafts {}).await.unwrap();
        assert_eq!(listed.iter().map(|row| &row.catalog_name).collect::<Vec<_>>(), [&None], "listed, but nowhere to make it");
        helga.submits(Command::DeletePackageDraft { draft: hers }).await.unwrap();
        assert!(helga.asks(query::PackageDrafts {}).await.unwrap().is_empty());
    }

    async fn each_step_is_refused_by_itself_and_two_tabs_overwrite_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let (ingrid, catalog, group) = begin(&world).await;
        let alex = world.person("alex").await;
        assert_eq!(refused(ingrid.submits(Command::StartPackageDraft(package_fields(catalog, " "))).await).field(), Some("name"));
        ingrid.submits(Command::CreatePackage { fields: package_fields(catalog, "Taken"), roles: Vec::new() }).await.unwrap();
        let taken = Command::StartPackageDraft(package_fields(catalog, "TAKEN"));
        assert_eq!(refused(ingrid.submits(taken).await).code(), "name_taken");

        let draft = starts(&ingrid, catalog, "Tools").await;
        let basics = |name: &str| Filled::Basics { name: name.into(), description: String::new(), hidden: true };
        assert_eq!(refused(fills(&ingrid, draft, basics("taken")).await).field(), Some("name"));
        let elsewhere = Filled::Roles(vec![member(world.makes_group("Elsewhere").await)]);
        assert_eq!(refused(fills(&ingrid, draft, elsewhere).await).code(), "role_not_offered");
        let nobody = Scope::Specific { users: Vec::new(), groups: Vec::new() };
        assert_eq!(refused(fills(&ingrid, draft, requests(nobody, &alex)).await).field(), Some("users"));
        let unknown = Scope::Specific { users: Vec::new(), groups: vec![GroupId(world.new_id())] };
        assert_eq!(refused(fills(&ingrid, draft, requests(unknown, &alex)).await).field(), Some("users"));
        let empty = Approver::Group { id: world.makes_group("Empty").await };
        let stages = vec![stage([empty])];
        let undecidable = Filled::Requests { name: "Everybody".into(), enabled: true, scope: Scope::AllMembers, managers_may_request: false, stages, asks: None };
        assert_eq!(refused(fills(&ingrid, draft, undecidable).await).code(), "policy_never_decided");
        let over = lasts(Lasts::Until { at: world.now() - Span::hours(1) });
        assert_eq!(refused(fills(&ingrid, draft, over).await).field(), Some("lasts_until"));
        let view = sees(&ingrid, draft, Step::Review).await.unwrap();
        assert_eq!((view.version, view.document.name.as_str()), (0, "Tools"), "nothing of it was saved");
        let create = Command::CreateDraftedPackage { draft, version: 0, seen: None };
        let refusal = refused(ingrid.submits(create.clone()).await);
        assert!(refusal.sentence().contains("“Resource roles”, “Requests”"), "{}", refusal.sentence());
        assert_eq!(refusal.link().unwrap().0, format!("/admin/packages/new/{draft}/resource-roles"));

        let role = Command::SavePackageDraft { draft, version: 0, filled: Filled::Roles(vec![member(group)]) };
        ingrid.submits(role.clone()).await.unwrap();
        assert_eq!(refused(ingrid.submits(role).await), Refusal::Stale);
        assert_eq!(refused(ingrid.submits(create).await), Refusal::Stale);

        for number in 1..PACKAGE_DRAFTS_MAX {
            starts(&ingrid, catalog, &format!("Draft {number}")).await;
        }
        let refusal = refused(ingrid.submits(Command::StartPackageDraft(package_fields(catalog, "One more"))).await);
        assert_eq!(refusal, Refusal::TooManyDrafts { limit: PACKAGE_DRAFTS_MAX });
    }

    async fn what_cannot_be_made_as_a_whole_is_not_made_at_all(test: TestDb) {
        let world = World::demo(test).await;
        let (ingrid, catalog, group) = begin(&world).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let draft = whole(&ingrid, catalog, member(group), &alex).await;
        assert_eq!(sees(&ingrid, draft, Step::Review).await.unwrap().warnings.len(), 1, "Alex decides alone and may request");
        // Meanwhile nobody is left who could decide, and the group left the catalog.
        morgan.disables(&alex).await.unwrap();
        ingrid.submits(Command::RemoveCatalogResource { catalog, resource: Resource::Group(group) }).await.unwrap();
        world.passes(Span::hours(1)).await;
        let warnings = sees(&ingrid, draft, Step::Review).await.unwrap().warnings;
        assert!(warnings.iter().any(|words| words.contains("1 resource role of those chosen")), "{warnings:?}");
        assert_eq!(refused(creates(&ingrid, draft).await).code(), "role_not_offered");
        fills(&ingrid, draft, Filled::Roles(Vec::new())).await.unwrap();
        // The package could be made by now, and its policy could not.
        assert_eq!(refused(creates(&ingrid, draft).await).code(), "policy_never_decided");
        assert!(packages(&ingrid).await.is_empty(), "neither a package nor a half of one");
        assert_eq!(sees(&ingrid, draft, Step::Requests).await.unwrap().document.policy.name, "Everybody");
        ingrid.submits(Command::CreatePackage { fields: package_fields(catalog, "Tools"), roles: Vec::new() }).await.unwrap();
        assert_eq!(refused(creates(&ingrid, draft).await).code(), "name_taken");
        assert_eq!(ingrid.asks(query::PackageDrafts {}).await.unwrap().len(), 1, "the draft is still there");
        world.history_is_sound().await;
    }

    async fn package_roles_and_policy_are_made_at_once_and_the_draft_is_gone(test: TestDb) {
        let world = World::demo(test).await;
        let (ingrid, catalog, group) = begin(&world).await;
        let [helga, emma, alex] = world.people(["helga", "emma", "alex"]).await;
        gives(&ingrid, catalog, &helga, CatalogRole::PackageManager).await;
        let draft = whole(&helga, catalog, member(group), &alex).await;
        let view = sees(&helga, draft, Step::Review).await.unwrap();
        let said: Vec<&str> = view.review.iter().flat_map(|part| &part.facts).map(|fact| fact.value.as_str()).collect();
        for words in ["Tools", "Own", "Sales, Member", "All members, no guests", "4 hours from delivery"] {
            assert!(said.contains(&words), "{words}: {said:?}");
        }
        let listed = helga.asks(query::PackageDrafts {}).await.unwrap();
        assert_eq!(listed.iter().map(|row| (row.name.as_str(), row.step)).collect::<Vec<_>>(), [("Tools", Step::Review)]);

        let version = view.version;
        let Done::PackageSaved { package, .. } = creates(&helga, draft).await.unwrap() else { panic!() };
        assert_eq!(refused(helga.submits(Command::CreateDraftedPackage { draft, version, seen: None }).await), NO_DRAFT, "once");
        assert!(helga.asks(query::PackageDrafts {}).await.unwrap().is_empty());
        assert_eq!(packages(&helga).await, [("Tools".to_owned(), package)]);
        let made = helga.asks(query::AdminPackage { package }).await.unwrap();
        assert_eq!((made.roles.len(), made.policies.len(), made.hidden), (1, 1, false));
        let policy = helga.asks(query::Policy { package, policy: Some(made.policies[0].policy) }).await.unwrap();
        assert_eq!((policy.name.as_str(), policy.settings.lasts), ("Everybody", Lasts::For { minutes: 240 }));
        assert!(!policy.settings.questions[0].id.0.is_nil(), "the question can be answered");
        let asked = SubmitRequest {
            package,
            policy: None,
            justification: String::new(),
            answers: BTreeMap::new(),
            starts_at: None,
            ends_at: None,
        };
        let Done::RequestSubmitted { request, .. } = emma.submits(Command::SubmitRequest(asked)).await.unwrap() else { panic!() };
        alex.approves(request, "Fine.").await.unwrap();
        world.settle().await;
        assert!(emma.holds("Sales").await);
        world.history_is_sound().await;
    }

    async fn a_package_that_a_rule_assigns_is_made_when_whoever_makes_it_was_shown_who_gets_it(test: TestDb) {
        let world = World::demo(test).await;
        let (ingrid, catalog, group) = begin(&world).await;
        let [morgan, emma, felix] = world.people(["morgan", "emma", "felix"]).await;
        let moves = async |who: &Person| {
            let set = |form: &mut UserFields| drop(form.profile.attributes.insert("department".into(), "Sea trade".into()));
            morgan.edits(who, set).await.unwrap();
        };
        moves(&emma).await;
        let draft = starts(&ingrid, catalog, "Harbour").await;
        assert_eq!(refused(fills(&ingrid, draft, requests_by_rule("user.departmnt -eq 1")).await).field(), Some("rule"));
        fills(&ingrid, draft, Filled::Roles(vec![member(group)])).await.unwrap();
        fills(&ingrid, draft, requests_by_rule(SALES)).await.unwrap();
        let preview = previews(&ingrid, draft).await.unwrap();
        assert_eq!((preview.matching, preview.effect), (1, Effect { gain: 1, lose: 0 }));
        assert_eq!(preview.gain[0].id, emma.id);
        let facts = sees(&ingrid, draft, Step::Review).await.unwrap().review.into_iter().flat_map(|part| part.facts);
        assert!(facts.map(|fact| fact.value).any(|value| value == SALES));

        let version = sees(&ingrid, draft, Step::Review).await.unwrap().version;
        let creates = |seen| Command::CreateDraftedPackage { draft, version, seen };
        assert_eq!(refused(ingrid.submits(creates(None)).await).code(), "preview_needed");
        moves(&felix).await;
        let stale = refused(ingrid.submits(creates(Some(preview.effect))).await);
        assert_eq!(stale, Refusal::PreviewNeeded { effect: Effect { gain: 2, lose: 0 }, seen: Some(preview.effect) });
        assert!(packages(&ingrid).await.is_empty(), "neither a package nor a half of one");
        assert!(!emma.holds("Sales").await);
        let seen = previews(&ingrid, draft).await.unwrap().effect;
        ingrid.submits(creates(Some(seen))).await.unwrap();
        for who in [&emma, &felix] {
            assert!(who.holds("Sales").await);
        }
        world.settle().await;
        assert!(ingrid.asks(query::PackageDrafts {}).await.unwrap().is_empty());
        world.history_is_sound().await;
    }

    async fn a_step_with_something_wrong_is_kept_as_it_was_typed_and_nothing_is_made_of_it(test: TestDb) {
        let world = World::demo(test).await;
        let (ingrid, catalog, group) = begin(&world).await;
        let alex = world.person("alex").await;
        let draft = whole(&ingrid, catalog, member(group), &alex).await;
        let version = sees(&ingrid, draft, Step::Lifecycle).await.unwrap().version;
        ingrid.submits(keeps(draft, version)).await.unwrap();
        assert_eq!(refused(ingrid.submits(keeps(draft, version)).await), Refusal::Stale, "another tab was faster");
        let kept = sees(&ingrid, draft, Step::Lifecycle).await.unwrap().document.typed;
        let Command::KeepPackageDraft { typed, .. } = keeps(draft, version) else { panic!() };
        assert_eq!(kept[&Step::Lifecycle], typed);
        assert_eq!(refused(creates(&ingrid, draft).await), Refusal::DraftUnfinished { draft, missing: vec![Step::Lifecycle] });
        fills(&ingrid, draft, lasts(Lasts::Forever)).await.unwrap();
        assert!(sees(&ingrid, draft, Step::Lifecycle).await.unwrap().document.typed.is_empty());
        creates(&ingrid, draft).await.unwrap();
    }

    async fn a_draft_can_be_left_and_gone_on_with_at_any_step(test: TestDb) {
        let world = World::demo(test).await;
        let (ingrid, catalog, group) = begin(&world).await;
        let alex = world.person("alex").await;
        let draft = starts(&ingrid, catalog, "Tools").await;
        fills(&ingrid, draft, lasts(Lasts::Forever)).await.unwrap();
        fills(&ingrid, draft, requests(Scope::AllUsers, &alex)).await.unwrap();
        let basics = Filled::Basics { name: "Tools of sales".into(), description: "Phones.".into(), hidden: true };
        fills(&ingrid, draft, basics).await.unwrap();
        world.passes(Span::hours(30 * 24)).await;
        let listed = ingrid.asks(query::PackageDrafts {}).await.unwrap();
        assert_eq!((listed[0].name.as_str(), listed[0].step), ("Tools of sales", Step::Roles));
        let view = sees(&ingrid, draft, Step::Requests).await.unwrap();
        assert_eq!(view.document.policy.settings.scope, Scope::AllUsers);
        assert!(view.names.iter().any(|(_, words)| words.contains("(alex)")));
        fills(&ingrid, draft, Filled::Roles(vec![member(group), member(group)])).await.unwrap();
        fills(&ingrid, draft, questions(Vec::new())).await.unwrap();
        let Done::PackageSaved { package, name } = creates(&ingrid, draft).await.unwrap() else { panic!() };
        let made = ingrid.asks(query::AdminPackage { package }).await.unwrap();
        assert_eq!((name.as_str(), made.hidden, made.roles.len()), ("Tools of sales", true, 1));
        assert_eq!(packages(&ingrid).await, [("Tools of sales".to_owned(), package)]);
    }
}
