//! Who is asked and who is looked at: owners, groups of reviewers, guests, the inactive; and what goes besides memberships of people.

use crate::reviews::{begins, belongs, decides, row, says, settings, shown, team};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::application::{SaveApplication, SaveApplicationRole};
use model::catalog::{CatalogRole, Holder};
use model::command::{Command, Done};
use model::directory::{PortalRole, Principal, UserKind};
use model::review::{Decision, Phase, ReviewSettings, Reviewed, Reviewers, Scope, Silence};
use model::view::review::RowFilter;
use model::{AssignmentId, ReviewId, Span, query};
use testkit::{Person, World, both, refused};

async fn names(who: &Person, review: ReviewId) -> Vec<String> {
    decides(who, review).await.map(|seen| seen.rows.into_iter().map(|row| row.name).collect()).unwrap_or_default()
}

async fn of(by: &Person, reviewers: Reviewers, fallback: &Person) -> ReviewSettings {
    let mut form = settings(by, &[]).await;
    (form.stages[0].reviewers, form.stages[0].fallback) = (reviewers, vec![fallback.id]);
    form
}

/// Gives something past the forms.
async fn gives(world: &World, principal: Principal, role: ResourceRole) {
    let one = Assignment {
        id: AssignmentId(world.new_id()),
        principal,
        role,
        assignment_type: AssignmentType::Active,
        source: Source::Direct,
        starts_at: world.now(),
        ends_at: None,
        ended_at: None,
    };
    let mut link = world.db().begin().await.unwrap();
    store::assignments::insert(&mut link, &one, world.now()).await.unwrap();
    link.commit().await.unwrap();
}

async fn outcome(who: &Person, review: ReviewId, name: &str) -> String {
    let all = query::ReviewResults { review, filter: RowFilter::All, search: String::new(), after: None };
    who.asks(all).await.unwrap().rows.into_iter().find(|one| one.row.name == name).unwrap().outcome
}

async fn over(world: &World, by: &Person, review: ReviewId) {
    by.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
    world.settle().await;
}

both! {
    async fn owners_of_a_group_and_of_the_catalog_of_a_package_are_asked(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, yuki] = world.people(["alex", "lee", "miriam", "morgan", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let form = of(&morgan, Reviewers::Owners, &yuki).await;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form.clone()).await;
        assert_eq!((names(&yuki, review).await.len(), names(&miriam, review).await.len()), (2, 0), "nobody owns it");
        morgan.submits(Command::AddMember { group, principal: Principal::User(miriam.id), as_owner: true }).await.unwrap();
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), ReviewSettings { starts_at: world.now(), ..form.clone() }).await;
        assert_eq!(names(&miriam, review).await, ["Alex", "Lee"]);
        assert_eq!(refused(decides(&yuki, review).await).code(), "not_found", "who would only step in is not asked");
        // Of the catalog.
        crate::given::gets_admin(&world, &alex).await;
        let package = world.package(crate::given::ADMIN);
        let mut link = world.db().read().await.unwrap();
        let catalog = store::packages::get(&mut link, package).await.unwrap().unwrap().catalog_id;
        drop(link);
        let owner = Command::GiveCatalogRole { catalog, holder: Holder::User(lee.id), role: CatalogRole::Owner };
        morgan.submits(owner).await.unwrap();
        let form = ReviewSettings { starts_at: world.now(), ..form };
        let (_, review) = begins(&world, &morgan, Reviewed::Package(package), form).await;
        assert_eq!(names(&lee, review).await, ["Alex"]);
    }

    async fn members_of_selected_groups_are_asked_as_they_are_when_the_stage_begins(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan, yuki] = world.people(["alex", "lee", "miriam", "morgan", "yuki"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        let inner = team(&world, "Inner judges", &[&yuki]).await;
        let judges = team(&world, "Judges", &[&miriam]).await;
        world.adds(judges, inner).await;
        let form = of(&morgan, Reviewers::Selected { users: Vec::new(), groups: vec![judges] }, &morgan).await;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        assert_eq!((names(&miriam, review).await.len(), names(&yuki, review).await.len()), (2, 2), "through inner groups too");
        world.removes(judges, &miriam).await;
        world.adds(judges, &lee).await;
        assert_eq!(names(&miriam, review).await.len(), 2, "it is fixed");
        assert_eq!(refused(decides(&lee, review).await).code(), "not_found");
    }

    async fn only_guests_or_only_the_inactive_are_looked_at(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let guest = world.hires("guest").await;
        morgan.edits(&guest, |fields| fields.kind = UserKind::Guest).await.unwrap();
        let group = team(&world, "Archive", &[&alex, &lee, &guest]).await;
        let form = ReviewSettings { scope: Scope::Guests, ..settings(&morgan, &[&miriam]).await };
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        assert_eq!(names(&miriam, review).await, ["guest"]);
        world.passes(Span::days(40)).await;
        for who in [&lee, &miriam, &morgan] {
            who.signs_in().await.unwrap();
        }
        let new = world.hires("new").await;
        world.adds(group, &new).await;
        let form = ReviewSettings { inactive_days: Some(30), ..settings(&morgan, &[&miriam]).await };
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        assert_eq!(names(&miriam, review).await, ["Alex", "guest"], "neither who signed in nor who is new");
        assert_eq!(shown(&morgan, series).await.instance.counts.total, 2);
    }

    async fn silence_approves_or_follows_what_is_recommended_to_the_end(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        lee.signs_in().await.unwrap();
        let with = async |silence| {
            let form = settings(&morgan, &[&miriam]).await;
            ReviewSettings { silence, auto_apply: true, starts_at: world.now(), ..form }
        };
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), with(Silence::Approve).await).await;
        over(&world, &morgan, review).await;
        let counts = shown(&morgan, series).await.instance.counts;
        assert_eq!((counts.approved, counts.denied), (2, 0));
        assert_eq!(row(&miriam, review, "Alex").await.decided.unwrap().by, "Nobody decided in time");
        assert!(belongs(&world, group, &alex).await && belongs(&world, group, &lee).await);
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), with(Silence::Recommendation).await).await;
        over(&world, &morgan, review).await;
        let counts = shown(&morgan, series).await.instance.counts;
        assert_eq!((counts.approved, counts.denied, counts.denied_by_silence), (1, 1, 1));
        assert_eq!(shown(&morgan, series).await.phase, Phase::Applied, "half is not too much");
        assert_eq!(outcome(&morgan, review, "Alex").await, "Removed");
        assert!(!belongs(&world, group, &alex).await && belongs(&world, group, &lee).await);
    }

    async fn the_role_of_a_group_goes_from_the_group_and_so_from_its_members(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
        let role = PortalRole::UserAdministrator;
        let group = world.makes_role_assignable("Desk").await;
        world.adds(group, &alex).await;
        gives(&world, Principal::Group(group), ResourceRole::DirectoryRole(role.id())).await;
        world.settle().await;
        assert!(alex.holds("User Administrator").await);
        let (_, review) = begins(&world, &morgan, crate::reviews::role(role), settings(&morgan, &[&miriam]).await).await;
        says(&miriam, review, &["Desk"], Decision::Deny, "Nobody needs it.").await.unwrap();
        over(&world, &morgan, review).await;
        morgan.submits(Command::ApplyReview { review }).await.unwrap();
        world.settle().await;
        assert_eq!(outcome(&morgan, review, "Desk").await, "Removed");
        assert!(!alex.holds("User Administrator").await);
        assert!(belongs(&world, group, &alex).await, "the group is as it was");
    }

    async fn a_direct_role_of_an_application_is_removed_and_one_through_a_group_says_which_it_is(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let save = SaveApplication { application: None, version: 0, name: "Ledger".into(), description: String::new() };
        let Done::ApplicationSaved { application, .. } = morgan.submits(Command::SaveApplication(save)).await.unwrap() else {
            panic!("saved")
        };
        let mut roles = Vec::new();
        for name in ["Clerk", "Owner of books"] {
            let save = SaveApplicationRole { application, role: None, name: name.into() };
            morgan.submits(Command::SaveApplicationRole(save)).await.unwrap();
            let seen = morgan.asks(query::Application { application, role: None, after: None }).await.unwrap();
            roles.push(seen.roles.into_iter().find(|role| role.name == name).unwrap().role);
        }
        let group = team(&world, "Bookkeepers", &[&lee]).await;
        gives(&world, Principal::User(alex.id), ResourceRole::ApplicationRole(application, roles[0])).await;
        gives(&world, Principal::Group(group), ResourceRole::ApplicationRole(application, roles[1])).await;
        world.settle().await;
        let (_, review) = begins(&world, &morgan, Reviewed::Application(application), settings(&morgan, &[&miriam]).await).await;
        assert_eq!(row(&miriam, review, "Alex").await.holds, "Clerk");
        assert_eq!(row(&miriam, review, "Lee").await.holds, "Owner of books", "what the group gives");
        for name in ["Alex", "Lee"] {
            says(&miriam, review, &[name], Decision::Deny, "No.").await.unwrap();
        }
        over(&world, &morgan, review).await;
        morgan.submits(Command::ApplyReview { review }).await.unwrap();
        world.settle().await;
        assert_eq!((outcome(&morgan, review, "Alex").await.as_str(), outcome(&morgan, review, "Lee").await.as_str()), ("Removed", "Cannot be applied"));
        let seen = morgan.asks(query::Application { application, role: None, after: None }).await.unwrap();
        let counts: Vec<u64> = seen.roles.iter().map(|role| role.assignments).collect();
        assert_eq!(counts.iter().sum::<u64>(), 1, "{counts:?}");
        assert!(seen.may_review, "a review of it begins on its page");
    }
}
