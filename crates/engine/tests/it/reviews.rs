//! Access reviews: who may make them, who decides about whom, and what becomes of what nobody needs any more.

use crate::privileged::{eligible, of};
use engine::Problem;
use model::access::EndReason;
use model::catalog::{CatalogRole, Holder};
use model::command::{Command, Done};
use model::directory::PortalRole;
use model::event::Action;
use model::review::{DecideRows, Decision, Frequency, Phase, ReviewSettings, ReviewStage, Reviewed, Reviewers, Silence, Types};
use model::view::review::{Listed, Review, Reviewing, Row, RowFilter, Shown};
use model::{GroupId, ReviewId, ReviewSeriesId, UserId, query};
use testkit::{Person, World, both, refused};

const USERS: PortalRole = PortalRole::UserAdministrator;

pub fn role(role: PortalRole) -> Reviewed {
    Reviewed::DirectoryRole(role.id())
}

/// What the form begins with, for these reviewers.
pub async fn settings(by: &Person, reviewers: &[&Person]) -> ReviewSettings {
    let form = by.asks(query::NewReview { of: Vec::new() }).await.unwrap();
    let users = reviewers.iter().map(|person| person.id).collect();
    let stage = ReviewStage { reviewers: Reviewers::Selected { users, groups: Vec::new() }, fallback: Vec::new(), days: 14 };
    ReviewSettings { name: "Who needs it".into(), stages: vec![stage], ..form.settings }
}

pub async fn makes(by: &Person, what: Reviewed, settings: ReviewSettings) -> Result<ReviewSeriesId, Problem> {
    match by.submits(Command::CreateReviews { of: vec![what], settings }).await? {
        Done::ReviewsCreated { first, .. } => Ok(first),
        other => panic!("{other:?}"),
    }
}

/// Makes a review, and lets it begin.
pub async fn begins(world: &World, by: &Person, what: Reviewed, settings: ReviewSettings) -> (ReviewSeriesId, ReviewId) {
    let series = makes(by, what, settings).await.unwrap();
    world.settle().await;
    let shown = sees(by, series).await;
    (series, shown.instance.unwrap().instance.review)
}

pub async fn sees(who: &Person, series: ReviewSeriesId) -> Review {
    who.asks(query::Review { series, review: None, before: None }).await.unwrap()
}

pub async fn shown(who: &Person, series: ReviewSeriesId) -> Shown {
    sees(who, series).await.instance.unwrap()
}

pub async fn decides(who: &Person, review: ReviewId) -> Result<Reviewing, Problem> {
    who.asks(query::Reviewing { review, filter: RowFilter::All, search: String::new(), after: None }).await
}

pub async fn row(who: &Person, review: ReviewId, name: &str) -> Row {
    let rows = decides(who, review).await.unwrap().rows;
    rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("{name} is not among {rows:?}")).clone()
}

pub async fn says(who: &Person, review: ReviewId, names: &[&str], decision: Decision, reason: &str) -> Result<Done, Problem> {
    let mut rows = Vec::new();
    for name in names {
        rows.push(row(who, review, name).await.row);
    }
    who.submits(Command::DecideRows(DecideRows { review, rows, decision, reason: reason.into(), confirmed: false })).await
}

/// A group with these members.
pub async fn team(world: &World, name: &str, members: &[&Person]) -> GroupId {
    let group = world.makes_group(name).await;
    for member in members {
        world.adds(group, *member).await;
    }
    group
}

pub async fn belongs(world: &World, group: GroupId, who: &Person) -> bool {
    let [morgan] = world.people(["morgan"]).await;
    let seen = morgan.sees_group(group).await.unwrap();
    seen.members.iter().any(|member| member.name.to_lowercase() == who.user_name)
}

both! {
    async fn who_manages_nothing_makes_no_review_and_learns_of_none(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, morgan] = world.people(["alex", "lee", "morgan"]).await;
        let form = settings(&morgan, &[&morgan]).await;
        assert_eq!(refused(makes(&alex, role(USERS), form.clone()).await).code(), "not_found");
        assert_eq!(refused(alex.asks(query::Reviews { search: String::new(), phase: None, after: None }).await).code(), "not_found");
        assert_eq!(refused(alex.asks(query::NewReview { of: vec![role(USERS)] }).await).code(), "not_found");
        assert_eq!(refused(alex.asks(query::ReviewSubjects { search: String::new() }).await).code(), "not_found");
        assert_eq!(refused(alex.asks(query::ReviewPeople { groups: false, search: "m".into() }).await).code(), "not_found");
        let preview = query::ReviewPreview { of: vec![role(USERS)], settings: Box::new(form.clone()), series: None };
        assert_eq!(refused(alex.asks(preview).await).code(), "not_found");
        let (series, review) = begins(&world, &morgan, role(USERS), form.clone()).await;
        assert_eq!(refused(alex.asks(query::Review { series, review: None, before: None }).await).code(), "not_found");
        assert_eq!(refused(decides(&alex, review).await).code(), "not_found");
        let results = query::ReviewResults { review, filter: RowFilter::All, search: String::new(), after: None };
        assert_eq!(refused(alex.asks(results).await).code(), "not_found");
        assert_eq!(refused(alex.asks(query::ExportedReview { review, after: None }).await).code(), "not_found");
        let rows = vec![row(&morgan, review, "Lee").await.row];
        let yes = DecideRows { review, rows, decision: Decision::Approve, reason: "Mine.".into(), confirmed: true };
        let stop = Command::StopReview { review, stage_only: false };
        for command in [
            Command::DecideRows(yes),
            Command::AcceptRecommendations { review, confirmed: true },
            stop.clone(),
            Command::ResetReview { review },
            Command::ApplyReview { review },
            Command::RemindReviewers { review },
            Command::StopReviewSeries { series },
            Command::DeleteReviewSeries { series },
            Command::EditReviewSeries { series, version: 0, settings: form.clone() },
        ] {
            assert_eq!(refused(alex.submits(command).await).code(), "not_found");
        }
        assert!(alex.asks(query::MyReviews { past: false, after: None }).await.unwrap().rows.is_empty());
        // Whoever only reads a catalog, or assigns its packages, makes no review of them and searches nobody.
        let archive = world.makes_group("Archive").await;
        let package = world.offers(testkit::Offer::new("Archive", archive, [])).await;
        let catalog = store::packages::get(&mut world.db().read().await.unwrap(), package).await.unwrap().unwrap().catalog_id;
        for (role, makes) in [(CatalogRole::Reader, false), (CatalogRole::AssignmentManager, false), (CatalogRole::PackageManager, true)] {
            morgan.submits(Command::GiveCatalogRole { catalog, holder: Holder::User(alex.id), role }).await.unwrap();
            assert_eq!(alex.asks(query::NewReview { of: Vec::new() }).await.is_ok(), makes, "{role:?}");
            assert_eq!(alex.asks(query::ReviewPeople { groups: true, search: "a".into() }).await.is_ok(), makes, "{role:?}");
            let all = query::Reviews { search: String::new(), phase: None, after: None };
            assert_eq!(alex.asks(all).await.unwrap().may_create, makes, "{role:?}");
        }
        // Whoever reads roles sees it, and changes nothing.
        world.appoints(&lee, PortalRole::SecurityReader).await;
        assert!(!sees(&lee, series).await.may_change);
        assert_eq!(refused(lee.submits(stop).await).code(), "not_allowed");
        assert_eq!(refused(makes(&lee, role(USERS), form).await).code(), "not_allowed");
    }

    async fn a_form_that_cannot_be_is_refused_at_its_field(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan] = world.people(["morgan"]).await;
        let good = settings(&morgan, &[&morgan]).await;
        let field = async |change: fn(&mut ReviewSettings)| {
            let mut wrong = good.clone();
            change(&mut wrong);
            let said = refused(makes(&morgan, role(USERS), wrong).await);
            said.field().unwrap_or_else(|| panic!("{said:?}")).to_owned()
        };
        assert_eq!(field(|form| form.name = " ".into()).await, "name");
        assert_eq!(field(|form| form.stages[0].days = 0).await, "stages[0][days]");
        assert_eq!(field(|form| (form.frequency, form.stages[0].days) = (Frequency::Monthly, 28)).await, "stages[0][days]");
        assert_eq!(field(|form| form.stages[0].reviewers = Reviewers::Managers).await, "stages[0][fallback]");
        assert_eq!(field(|form| form.stages[0].reviewers = Reviewers::Owners).await, "stages[0][reviewers]");
        assert_eq!(field(|form| form.stages = Vec::new()).await, "stages");
        assert_eq!(field(|form| form.inactive_days = Some(731)).await, "inactive_days");
        assert_eq!(field(|form| form.starts_at = model::Ts(0)).await, "starts");
        let nobody: Vec<UserId> = vec![UserId::default()];
        let mut unknown = good.clone();
        unknown.stages[0].reviewers = Reviewers::Selected { users: nobody, groups: Vec::new() };
        assert_eq!(refused(makes(&morgan, role(USERS), unknown).await).code(), "malformed");
        let lee = world.person("lee").await;
        morgan.disables(&lee).await.unwrap();
        let mut gone = good.clone();
        gone.stages[0].reviewers = Reviewers::Selected { users: vec![morgan.id, lee.id], groups: Vec::new() };
        let said = refused(makes(&morgan, role(USERS), gone).await);
        assert_eq!((said.code(), said.field()), ("malformed", Some("stages[0][users]")));
        assert!(said.sentence().contains("Lee cannot sign in"), "{}", said.sentence());
        let nothing = Command::CreateReviews { of: Vec::new(), settings: good };
        assert_eq!(refused(morgan.submits(nothing).await).field(), Some("of"));
        world.settle().await;
        let all = morgan.asks(query::Reviews { search: String::new(), phase: None, after: None }).await.unwrap();
        assert!(all.rows.is_empty(), "nothing was half made");
    }

    async fn four_roles_make_four_reviews_and_the_preview_said_who_would_be_asked(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, miriam] = world.people(["morgan", "miriam"]).await;
        let roles = [USERS, PortalRole::GroupsAdministrator, PortalRole::GlobalReader, PortalRole::SecurityReader].map(role);
        let form = settings(&morgan, &[&miriam]).await;
        let preview = morgan.asks(query::ReviewPreview { of: roles.to_vec(), settings: Box::new(form.clone()), series: None }).await.unwrap();
        assert_eq!(preview.of.len(), 4);
        let users = preview.of.iter().find(|one| one.subject.name == "User Administrator").unwrap();
        assert!(users.rows > 0 && users.stages[0].asked[0].0.name == "Miriam" && users.stages[0].asked[0].1 == users.rows, "{users:?}");
        let Done::ReviewsCreated { count, .. } = morgan.submits(Command::CreateReviews { of: roles.to_vec(), settings: form }).await.unwrap() else {
            panic!("something else was done")
        };
        assert_eq!(count, 4);
        world.settle().await;
        let all = morgan.asks(query::Reviews { search: "needs".into(), phase: None, after: None }).await.unwrap();
        assert!(matches!(all.rows.as_slice(), [Listed::Campaign(one)] if one.reviews == 4), "{all:?}");
        let mine = miriam.asks(query::MyReviews { past: false, after: None }).await.unwrap().rows;
        assert!(mine.iter().any(|one| one.subject.name == "User Administrator" && one.total == users.rows), "{mine:?}");
        let told = world.letters_to("miriam").await;
        assert!(told.iter().any(|letter| letter.subject.contains("Review: Who needs it")), "{told:?}");
    }

    async fn nobody_decides_about_themselves_and_a_second_look_is_kept_beside_the_first(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let group = team(&world, "Archive", &[&alex, &lee, &miriam]).await;
        let mut form = settings(&morgan, &[&lee, &miriam]).await;
        form.reason_on_denial = true;
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        let names: Vec<String> = decides(&miriam, review).await.unwrap().rows.into_iter().map(|row| row.name).collect();
        assert_eq!(names, ["Alex", "Lee"], "not herself");
        let own = row(&lee, review, "Miriam").await.row;
        let about_herself = DecideRows { review, rows: vec![own], decision: Decision::Approve, reason: "Mine.".into(), confirmed: false };
        assert_eq!(refused(miriam.submits(Command::DecideRows(about_herself)).await).code(), "not_found");
        assert_eq!(refused(decides(&alex, review).await).code(), "not_found", "whoever is reviewed is not asked");
        assert_eq!(refused(says(&miriam, review, &["Alex"], Decision::Approve, " ").await).field(), Some("reason"));
        assert_eq!(refused(says(&miriam, review, &["Alex"], Decision::Deny, " ").await).field(), Some("reason"));
        says(&miriam, review, &["Alex"], Decision::Deny, "Left the project.").await.unwrap();
        assert_eq!(row(&lee, review, "Alex").await.decision, Decision::Deny);
        says(&lee, review, &["Alex"], Decision::Approve, "Came back.").await.unwrap();
        let seen = row(&miriam, review, "Alex").await;
        assert_eq!((seen.decision, seen.decided.unwrap().by.as_str()), (Decision::Approve, "Lee"), "the last one counts");
        assert_eq!(seen.earlier.iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["Left the project."]);
        says(&lee, review, &["Alex"], Decision::NotReviewed, "").await.unwrap();
        let seen = row(&miriam, review, "Alex").await;
        assert!(seen.open && seen.decision == Decision::NotReviewed && seen.earlier.len() == 3, "{seen:?}");
        let lists = miriam.asks(query::MyReviews { past: false, after: None }).await.unwrap().rows;
        assert_eq!((lists[0].done, lists[0].total), (0, 2));
    }

    async fn what_gives_power_is_decided_one_by_one_or_confirmed(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
        eligible(&morgan, &alex, of(USERS), None).await;
        let (_, review) = begins(&world, &morgan, role(USERS), settings(&morgan, &[&miriam]).await).await;
        let said = refused(says(&miriam, review, &["Alex", "Lee"], Decision::Approve, "All fine.").await);
        assert_eq!(said.code(), "review_needs_confirmation", "{said:?}");
        let rows = vec![row(&miriam, review, "Alex").await.row, row(&miriam, review, "Lee").await.row];
        let both = DecideRows { review, rows, decision: Decision::Approve, reason: "I looked.".into(), confirmed: true };
        miriam.submits(Command::DecideRows(both)).await.unwrap();
        // Nor is power taken from several with a slip of the hand.
        let said = refused(says(&miriam, review, &["Alex", "Lee"], Decision::Deny, "").await);
        assert_eq!(said.code(), "review_needs_confirmation", "{said:?}");
        says(&miriam, review, &["Alex"], Decision::Deny, "").await.unwrap();
    }

    async fn what_was_denied_goes_and_nothing_else(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
        let inner = team(&world, "Inner", &[&miriam]).await;
        let group = team(&world, "Archive", &[&alex, &lee]).await;
        world.adds(group, inner).await;
        let (series, review) = begins(&world, &morgan, Reviewed::Group(group), settings(&morgan, &[&morgan]).await).await;
        assert_eq!(row(&morgan, review, "Miriam").await.source, "Group");
        says(&morgan, review, &["Alex", "Miriam"], Decision::Deny, "").await.unwrap();
        says(&morgan, review, &["Lee"], Decision::DontKnow, "").await.unwrap();
        world.settle().await;
        assert!(belongs(&world, group, &alex).await, "nothing goes before it is over");
        assert_eq!(refused(morgan.submits(Command::ApplyReview { review }).await).code(), "review_not_then");
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        assert_eq!(shown(&morgan, series).await.phase, Phase::Completed);
        assert!(belongs(&world, group, &alex).await, "nor before it is applied");
        assert_eq!(refused(says(&morgan, review, &["Alex"], Decision::Approve, "Late.").await).code(), "review_not_open");
        morgan.submits(Command::ApplyReview { review }).await.unwrap();
        world.settle().await;
        assert!(!belongs(&world, group, &alex).await);
        assert!(belongs(&world, group, &lee).await);
        let after = shown(&morgan, series).await;
        assert_eq!((after.phase, after.instance.counts.removed, after.instance.counts.not_removed), (Phase::Applied, 1, 1));
        let results = query::ReviewResults { review, filter: RowFilter::Denied, search: String::new(), after: None };
        let rows = morgan.asks(results).await.unwrap().rows;
        let told: Vec<(&str, &str)> = rows.iter().map(|one| (one.row.name.as_str(), one.outcome.as_str())).collect();
        assert_eq!(told, [("Alex", "Removed"), ("Miriam", "Cannot be applied")]);
        assert!(rows[1].outcome_because.contains("member of “Inner”"), "{rows:?}");
        let history = world.history_about(alex.id.0).await;
        assert!(history.iter().any(|event| matches!(&event.action, Action::AssignmentEnded { reason: EndReason::Reviewed, .. })));
        let file = morgan.asks(query::ExportedReview { review, after: None }).await.unwrap();
        assert_eq!(file.rows.len(), 3);
        assert!(file.rows.iter().all(|cells| cells.len() == model::view::review::EXPORTED.len()));
        assert!(decides(&morgan, review).await.unwrap().note.is_some());
        assert_eq!(morgan.asks(query::MyReviews { past: true, after: None }).await.unwrap().rows.len(), 1);
    }

    async fn what_was_activated_ends_with_the_eligibility_that_was_denied(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, morgan] = world.people(["alex", "miriam", "morgan"]).await;
        let assignment = eligible(&morgan, &alex, of(USERS), None).await;
        crate::activation::activates(&alex, crate::activation::asks(assignment, 60)).await.unwrap();
        world.settle().await;
        assert!(alex.holds("User Administrator").await);
        let mut form = settings(&morgan, &[&miriam]).await;
        (form.types, form.auto_apply) = (Types::Eligible, true);
        let (_, review) = begins(&world, &morgan, role(USERS), form).await;
        assert!(row(&miriam, review, "Alex").await.last_active.is_some());
        says(&miriam, review, &["Alex"], Decision::Deny, "").await.unwrap();
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        assert!(!alex.holds("User Administrator").await);
    }

    async fn the_last_administrator_stays_whatever_a_review_says(test: TestDb) {
        let world = World::demo(test).await;
        let [miriam, morgan] = world.people(["miriam", "morgan"]).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        (form.auto_apply, form.silence, form.silence_limit_percent) = (true, Silence::Remove, 100);
        let (series, review) = begins(&world, &morgan, role(PortalRole::GlobalAdministrator), form).await;
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        world.settle().await;
        assert!(morgan.holds("Global Administrator").await);
        let results = query::ReviewResults { review, filter: RowFilter::Denied, search: String::new(), after: None };
        let rows = morgan.asks(results).await.unwrap().rows;
        let hers = rows.iter().find(|one| one.row.name == "Morgan").unwrap();
        assert_eq!(hers.outcome, "Cannot be applied");
        assert!(hers.outcome_because.contains("last active Global Administrator"), "{hers:?}");
        assert_eq!(shown(&morgan, series).await.phase, Phase::Applied);
    }
}
