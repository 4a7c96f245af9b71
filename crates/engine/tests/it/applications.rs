//! Applications in the pages: made, changed, and deleted when nothing refers to them.

use model::access::ResourceRole;
use model::application::{SaveApplication, SaveApplicationRole};
use model::catalog::CatalogFields;
use model::command::{Command, Done, Secret};
use model::directory::{PortalRole, Resource};
use model::target::{Drift, Kind, Leavers, SaveTarget};
use model::view::application::OneApplication;
use model::{ApplicationId, ApplicationRoleId, query};
use testkit::{Offer, Person, World, both, refused};

fn named(application: Option<ApplicationId>, version: i64, name: &str) -> Command {
    Command::SaveApplication(SaveApplication { application, version, name: name.into(), description: "Of a test.".into() })
}

fn role(application: ApplicationId, role: Option<ApplicationRoleId>, name: &str) -> Command {
    Command::SaveApplicationRole(SaveApplicationRole { application, role, name: name.into() })
}

async fn made(who: &Person, name: &str) -> ApplicationId {
    match who.submits(named(None, 0, name)).await.unwrap() {
        Done::ApplicationSaved { application, .. } => application,
        done => panic!("{done:?}"),
    }
}

async fn sees(who: &Person, application: ApplicationId) -> OneApplication {
    who.asks(query::Application { application, role: None, after: None }).await.unwrap()
}

const CLOSED: &str = "Closed cabinet";
const TARGET: &str = "Counting house";
const BOOKS: &str = "Books of account";

/// An application with a role that a hidden package gives, in a catalog, with a target.
async fn ledger_in_use(world: &World, morgan: &Person) -> (ApplicationId, ApplicationRoleId) {
    let ledger = made(morgan, "Ledger").await;
    morgan.submits(role(ledger, None, "Agent")).await.unwrap();
    let agent = sees(morgan, ledger).await.roles[0].role;
    let mut offer = Offer::new(BOOKS, Default::default(), []).hidden();
    offer.gives = vec![ResourceRole::ApplicationRole(ledger, agent)];
    world.offers(offer).await;
    let fields = CatalogFields { name: CLOSED.into(), description: String::new(), enabled: true };
    let Done::CatalogSaved { catalog, .. } = morgan.submits(Command::CreateCatalog(fields)).await.unwrap() else {
        panic!("made")
    };
    let resource = Resource::Application(ledger);
    morgan.submits(Command::AddCatalogResource { catalog, resource }).await.unwrap();
    let target = SaveTarget {
        target: None,
        version: 0,
        application: Some(ledger),
        name: TARGET.into(),
        base_url: "https://counting.example.com/scim".into(),
        kind: Kind::Scim,
        token: Some(Secret("token".into())),
        drift: Drift::Report,
        adopted_days: "30".into(),
        leavers: Leavers::Delete,
        creates_groups: true,
        groups: String::new(),
        per_second: "10".into(),
    };
    morgan.submits(Command::SaveTarget(target)).await.unwrap();
    (ledger, agent)
}

both! {
    async fn only_administrators_of_applications_change_them_and_others_do_not_learn_of_them(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan] = world.people(["alex", "morgan"]).await;
        let [keeper, reader] = [world.hires("keeper").await, world.hires("reader").await];
        world.appoints(&keeper, PortalRole::ApplicationAdministrator).await;
        world.appoints(&reader, PortalRole::GlobalReader).await;
        let ledger = made(&keeper, "Ledger").await;
        let all = query::Applications { search: String::new(), after: None };
        assert_eq!(refused(alex.asks(all.clone()).await).code(), "not_found");
        assert_eq!(refused(alex.asks(query::Application { application: ledger, role: None, after: None }).await).code(), "not_found");
        for command in [
            named(None, 0, "Mine"),
            named(Some(ledger), 0, "Mine"),
            role(ledger, None, "Mine"),
            Command::DeleteApplication { application: ledger },
            Command::DeleteApplicationRole { application: ledger, role: ApplicationRoleId(world.new_id()) },
        ] {
            assert_eq!(refused(alex.submits(command.clone()).await).code(), "not_found", "{command:?}");
            assert_eq!(refused(reader.submits(command).await).code(), "not_allowed");
        }
        assert!(!sees(&reader, ledger).await.may_change && sees(&morgan, ledger).await.may_change);
        let gone = ApplicationId(world.new_id());
        assert_eq!(refused(keeper.submits(named(Some(gone), 0, "Nothing")).await).code(), "not_found");
        assert_eq!(refused(keeper.submits(role(gone, None, "Nothing")).await).code(), "not_found");
        assert_eq!(refused(keeper.submits(named(None, 0, "LEDGER")).await).code(), "name_taken");
        let page = reader.asks(all).await.unwrap();
        assert!(page.rows.iter().any(|row| row.name == "Ledger") && !page.may_change);
    }

    async fn roles_are_added_renamed_and_deleted_and_what_is_in_use_stays(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        let ledger = made(&morgan, "Ledger").await;
        for name in ["Agent", "Reader"] {
            morgan.submits(role(ledger, None, name)).await.unwrap();
        }
        assert_eq!(refused(morgan.submits(role(ledger, None, "agent")).await).code(), "name_taken");
        let page = sees(&morgan, ledger).await;
        let id = |name: &str| page.roles.iter().find(|role| role.name == name).unwrap().role;
        let (agent, reader) = (id("Agent"), id("Reader"));
        let mut offer = Offer::new("Books", Default::default(), []);
        offer.gives = vec![ResourceRole::ApplicationRole(ledger, agent)];
        world.offers(offer).await;
        alex.requests("Books").because("Month end.").await.unwrap();
        world.settle().await;
        let delete_role = |role| Command::DeleteApplicationRole { application: ledger, role };
        let kept = refused(morgan.submits(delete_role(agent)).await);
        assert_eq!(kept.code(), "application_in_use");
        for words in ["1 assignment", "the access package “Books”"] {
            assert!(kept.sentence().contains(words), "{words}: {}", kept.sentence());
        }
        assert_eq!(refused(morgan.submits(Command::DeleteApplication { application: ledger }).await).code(), "application_in_use");
        morgan.submits(role(ledger, Some(agent), "Clerk")).await.unwrap();
        morgan.submits(delete_role(reader)).await.unwrap();
        assert_eq!(refused(morgan.submits(delete_role(reader)).await).code(), "not_found");
        let page = sees(&morgan, ledger).await;
        assert_eq!(page.roles.iter().map(|role| (role.name.as_str(), role.assignments)).collect::<Vec<_>>(), [("Clerk", 1)]);
        let holders: Vec<_> = page.holders.iter().map(|holder| (holder.name.as_str(), holder.source.as_str())).collect();
        assert_eq!(holders, [("Alex", "Access package")]);
        assert_eq!(alex.access().await.iter().filter(|access| format!("{access:?}").contains("Clerk")).count(), 1);

        let stale = refused(morgan.submits(named(Some(ledger), 7, "Books of account")).await);
        assert_eq!(stale.code(), "stale");
        morgan.submits(named(Some(ledger), 0, "Books of account")).await.unwrap();
        assert_eq!(sees(&morgan, ledger).await.name, "Books of account");
        let free = made(&morgan, "Wiki").await;
        morgan.submits(role(free, None, "Editor")).await.unwrap();
        morgan.submits(Command::DeleteApplication { application: free }).await.unwrap();
        assert_eq!(refused(morgan.asks(query::Application { application: free, role: None, after: None }).await).code(), "not_found");
        let told: Vec<_> = world.history_about(free.0).await.iter().map(|event| event.action.code()).collect();
        assert_eq!(told, ["application_deleted", "application_changed", "application_created"], "the newest first");
        world.is_whole(&[&alex, &morgan]).await;
    }

    async fn who_sees_neither_catalogs_nor_settings_reads_how_many_there_are_and_no_names(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, keeper] = [world.person("morgan").await, world.hires("keeper").await];
        world.appoints(&keeper, PortalRole::ApplicationAdministrator).await;
        let (books, agent) = ledger_in_use(&world, &morgan).await;
        let all = query::Applications { search: "Ledger".to_owned(), after: None };
        let (page, rows) = (sees(&keeper, books).await, keeper.asks(all.clone()).await.unwrap().rows);
        let told = format!("{page:?} {rows:?}");
        assert!(page.is_told && page.target.is_none() && page.catalogs.words("catalog") == "1 catalog", "{told}");
        assert_eq!(rows[0].target.words("target"), "1 target");
        for command in [
            Command::DeleteApplication { application: books },
            Command::DeleteApplicationRole { application: books, role: agent },
        ] {
            let kept = refused(keeper.submits(command.clone()).await);
            assert!(kept.sentence().contains("1 access package"), "{}", kept.sentence());
            for name in [CLOSED, TARGET, BOOKS] {
                assert!(!kept.sentence().contains(name) && !told.contains(name), "{name}: {} {told}", kept.sentence());
            }
            let kept = refused(morgan.submits(command).await);
            assert!(kept.sentence().contains(BOOKS), "{}", kept.sentence());
        }
        let (page, rows) = (sees(&morgan, books).await, morgan.asks(all).await.unwrap().rows);
        assert_eq!(page.target.map(|target| target.name).as_deref(), Some(TARGET));
        assert_eq!((page.catalogs.words("catalog"), rows[0].target.words("target")), (CLOSED.to_owned(), TARGET.to_owned()));
    }

    async fn deleting_costs_the_same_however_many_roles_there_are(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let mut costs = Vec::new();
        for roles in [1, 30] {
            let application = made(&morgan, &format!("Ledger with {roles}")).await;
            for n in 0..roles {
                morgan.submits(role(application, None, &format!("Role {n}"))).await.unwrap();
            }
            let before = world.db().statements();
            morgan.submits(Command::DeleteApplication { application }).await.unwrap();
            costs.push(world.db().statements() - before);
        }
        assert_eq!(costs[0], costs[1], "statements for one role and for thirty");
        // One of them looks whether the session of whoever acts is one still.
        assert!(costs[0] < 41, "{costs:?}");
    }
}
