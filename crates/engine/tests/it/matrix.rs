//! Who may do what: spot checks through the one door. The whole matrix is a test of `rules::access`.

use crate::given::{GROUP, gets_admin};
use model::Span;
use model::command::Command;
use model::directory::PortalRole;
use testkit::{World, both, refused};

const PASSWORD: &str = "correct horse battery staple";

both! {
    async fn nobody_without_a_role_changes_anybody(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, lee, nils, alex] = world.people(["emma", "lee", "nils.partner", "alex"]).await;
        // Lee is eligible only, and has to activate first.
        for nobody in [&emma, &lee, &nils] {
            assert_eq!(refused(nobody.disables(&alex).await).code(), "not_found");
            assert_eq!(refused(nobody.sets_password(&alex, PASSWORD).await).code(), "not_found");
            assert_eq!(refused(nobody.edits(&alex, |form| form.manager = None).await).code(), "not_found");
            assert_eq!(
                refused(nobody.edits(nobody, |form| form.manager = None).await).code(),
                "not_found",
                "not even themselves"
            );
            assert_eq!(refused(nobody.adds(world.group(GROUP).await, nobody).await).code(), "not_found");
            let (_, fields) = world.form_of(alex.id).await;
            assert_eq!(refused(nobody.submits(Command::CreateUser(fields)).await).code(), "not_allowed");
            let (_, fields) = world.form_of_group(world.group(GROUP).await).await;
            assert_eq!(refused(nobody.submits(Command::CreateGroup(fields)).await).code(), "not_allowed");
        }
        world.settle().await;
        assert!(world.letters().await.is_empty());
    }

    async fn a_user_administrator_cannot_take_over_whoever_holds_a_role(test: TestDb) {
        let world = World::demo(test).await;
        let [tomas, morgan, brandon, ingrid, lee, alex, emma] =
            world.people(["tomas", "morgan", "brandon", "ingrid", "lee", "alex", "emma"]).await;
        tomas.sets_password(&emma, PASSWORD).await.unwrap();
        for protected in [&morgan, &brandon, &ingrid] {
            let refusal = refused(tomas.sets_password(protected, PASSWORD).await);
            assert_eq!(refusal.code(), "not_allowed");
            assert!(refusal.sentence().contains("Global Administrators"), "{}", refusal.sentence());
            assert_eq!(refused(tomas.disables(protected).await).code(), "not_allowed");
            assert_eq!(
                refused(tomas.edits(protected, |form| form.mail = "mine@harbour.example".into()).await).code(),
                "not_allowed"
            );
        }
        assert_eq!(refused(tomas.sets_password(&lee, PASSWORD).await).code(), "not_allowed", "eligible is enough to protect");
        gets_admin(&world, &alex).await;
        assert_eq!(refused(tomas.sets_password(&alex, PASSWORD).await).code(), "not_allowed", "also through a group");
        world.passes(Span::hours(4)).await;
        tomas.sets_password(&alex, PASSWORD).await.unwrap();
        morgan.sets_password(&brandon, PASSWORD).await.unwrap();
        assert_eq!(refused(brandon.sets_password(&emma, PASSWORD).await).code(), "not_allowed");
    }

    async fn the_page_offers_what_the_command_allows(test: TestDb) {
        let world = World::demo(test).await;
        let [tomas, morgan, brandon] = world.people(["tomas", "morgan", "brandon"]).await;
        let owner = world.person("felix").await;
        let group = world.group(GROUP).await;
        world.console(Command::AddMember { group, principal: model::directory::Principal::User(owner.id), as_owner: true }).await;
        for name in ["emma", "morgan", "ingrid", "lee", "alex", "felix", "nils.partner", "tomas"] {
            let user = world.person(name).await;
            for administrator in [&tomas, &morgan, &brandon] {
                let offered = administrator.asks(model::query::User { user: user.id }).await.unwrap().may_edit;
                let saved = administrator.edits(&user, |_| {}).await.is_ok();
                assert_eq!(offered, saved, "{} and {name}", administrator.user_name);
            }
        }
        for name in ["Service desk operators", GROUP, "Oslo office"] {
            let group = world.group(name).await;
            for administrator in [&tomas, &morgan, &brandon] {
                let offered = administrator.sees_group(group).await.unwrap().may_edit;
                let saved = administrator.edits_group(group, |_| {}).await.is_ok();
                assert_eq!(offered, saved, "{} and {name}", administrator.user_name);
            }
        }
    }

    async fn groups_belong_to_their_owners_and_to_their_administrators(test: TestDb) {
        let world = World::demo(test).await;
        let [tomas, brandon, helga, emma, hugo, noor] = world.people(["tomas", "brandon", "helga", "emma", "hugo", "noor"]).await;
        let (finance, jit) = (world.group("Finance approvers").await, world.group(GROUP).await);
        helga.adds(finance, &emma).await.unwrap();
        tomas.removes(finance, &emma).await.unwrap();
        assert_eq!(refused(brandon.adds(finance, &emma).await).code(), "not_allowed");
        assert_eq!(refused(helga.adds(jit, &helga).await).code(), "not_found");
        assert_eq!(refused(tomas.adds(jit, &tomas).await).code(), "not_allowed", "a way to Global Administrator");
        brandon.adds(jit, &emma).await.unwrap();
        world.appoints(&hugo, PortalRole::GroupsAdministrator).await;
        world.appoints(&noor, PortalRole::GlobalReader).await;
        hugo.adds(finance, &hugo).await.unwrap();
        assert_eq!(refused(hugo.adds(jit, &hugo).await).code(), "not_allowed");
        assert_eq!(refused(noor.adds(finance, &noor).await).code(), "not_allowed", "reading is not changing");
        assert!(noor.sees_group(jit).await.is_ok());
    }

    async fn what_a_role_allowed_ends_with_the_role_to_the_instant(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, emma] = world.people(["alex", "emma"]).await;
        gets_admin(&world, &alex).await;
        world.time_goes_by(Span(Span::hours(4).0 - 1));
        alex.edits(&emma, |form| form.mail = "one@harbour.example".into()).await.unwrap();
        world.time_goes_by(Span(1));
        assert!(refused(alex.edits(&emma, |form| form.mail = "two@harbour.example".into()).await).code().starts_with("not_"));
        assert_eq!(world.form_of(emma.id).await.1.mail, "one@harbour.example");
    }

    async fn nobody_but_time_itself_says_that_time_is_over(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        let request = crate::given::asks_for_admin(&alex).await;
        let due = Command::RequestDue { request };
        assert_eq!(refused(morgan.submits(due.clone()).await).code(), "not_found");
        assert_eq!(refused(world.tries_on_console(due).await).code(), "not_found");
    }
}
