//! What is held: holding it for longer, giving it back, taking it away, and naming start and end.

use crate::catalogs::{sees, sees_package};
use crate::given::{ADMIN, ROLE, gets_admin};
use model::catalog::{CatalogFields, PolicyFields};
use model::command::{Command, Done};
use model::package::{Lasts, PolicySettings};
use model::request::Phase;
use model::view::approval::Approval;
use model::view::package::{Form, Standing, Tab};
use model::{PackageAssignmentId, Refusal, Span, query};
use testkit::{Offer, Person, World, both, refused, stage};

/// A package of 30 days that this person decides, with extension.
async fn extendable(world: &World, by: &Person, needs_approval: bool) {
    let group = world.makes_group("Extendable group").await;
    let offer = Offer::new("Extendable", group, [stage([by.into()])]).lasting(Lasts::For { minutes: 30 * 24 * 60 });
    world
        .offers(offer.with(|settings| {
            settings.extension_allowed = true;
            settings.extension_needs_approval = needs_approval;
        }))
        .await;
}

async fn holds_it(world: &World, who: &Person, by: &Person) {
    let request = who.requests("Extendable").because("First.").await.unwrap();
    by.approves(request, "Yes.").await.unwrap();
    world.settle().await;
}

async fn assignment(who: &Person, name: &str) -> PackageAssignmentId {
    let rows = who.packages(Tab::Active).await;
    let row = rows.iter().find(|row| row.name == name).unwrap();
    let Standing::Held { held, .. } = &row.standing else { panic!("{row:?}") };
    held.assignment
}

async fn gives_back(who: &Person, assignment: PackageAssignmentId, words: &str) -> Result<Done, engine::Problem> {
    who.submits(Command::EndPackageAssignment { assignment, words: words.into() }).await
}

both! {
    async fn an_extension_is_refused_where_the_policy_allows_none_and_before_its_time(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, emma, helga] = world.people(["alex", "emma", "helga"]).await;
        gets_admin(&world, &alex).await;
        let Form::Closed { why } = alex.sees_package(ADMIN).await.unwrap().form else { panic!("held without extension") };
        assert_eq!(why.code, "already_held");
        extendable(&world, &helga, true).await;
        holds_it(&world, &emma, &helga).await;
        let early = refused(emma.requests("Extendable").because("Too early.").await);
        assert!(matches!(early, Refusal::ExtensionTooEarly { until, from, .. } if until.since(from) == Span::days(14)), "{early:?}");
        let Form::Closed { why } = emma.sees_package("Extendable").await.unwrap().form else { panic!("too early") };
        assert_eq!(why.code, "extension_too_early");
    }

    async fn an_approved_extension_moves_the_end_without_interrupting_access(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga] = world.people(["emma", "helga"]).await;
        extendable(&world, &helga, true).await;
        holds_it(&world, &emma, &helga).await;
        let end = world.now() + Span::days(30);
        world.passes(Span::days(20)).await;
        let rows = emma.packages(Tab::Active).await;
        assert!(matches!(&rows[0].standing, Standing::Held { held, .. } if held.extendable), "{rows:?}");
        let Form::Open { extends: Some(extends), .. } = emma.sees_package("Extendable").await.unwrap().form else { panic!() };
        assert_eq!((extends.until, extends.to), (end, Some(end + Span::days(30))));
        let extension = emma.requests("Extendable").because("The project goes on.").await.unwrap();
        assert!(emma.holds("Extendable group").await, "while it is decided");
        assert_eq!(refused(emma.requests("Extendable").because("Twice.").await).code(), "already_requested");
        helga.approves(extension, "Until spring.").await.unwrap();
        world.settle().await;
        let seen = emma.sees_request(extension).await.unwrap();
        assert_eq!(seen.badge.word, Phase::Delivered.word());
        assert!(seen.timeline.iter().any(|entry| entry.title == "Access extended"));
        let subjects = world.subjects_to("emma").await;
        assert!(subjects.iter().any(|subject| subject == "Access extended"), "{subjects:?}");
        world.passes(Span::days(11)).await;
        assert!(emma.holds("Extendable group").await, "past its first end");
        world.passes(Span::days(30)).await;
        assert!(!emma.holds("Extendable group").await);
        assert_eq!(emma.sees_request(extension).await.unwrap().badge.word, "Access ended");
        world.history_is_sound().await;
    }

    async fn an_extension_without_approval_is_delivered_at_once(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga] = world.people(["emma", "helga"]).await;
        extendable(&world, &helga, false).await;
        holds_it(&world, &emma, &helga).await;
        world.passes(Span::days(29)).await;
        let extension = emma.requests("Extendable").because("A little more.").await.unwrap();
        assert_eq!(emma.sees_request(extension).await.unwrap().badge.word, "Delivered", "no worker is waited for");
        world.passes(Span::days(2)).await;
        assert!(emma.holds("Extendable group").await);
    }

    async fn nothing_is_extended_in_a_disabled_catalog_and_the_page_says_why(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, alex, helga] = world.people(["morgan", "emma", "alex", "helga"]).await;
        extendable(&world, &helga, false).await;
        holds_it(&world, &emma, &helga).await;
        world.passes(Span::days(18)).await;
        let offered = async || {
            let rows = emma.packages(Tab::Active).await;
            rows.iter().any(|row| matches!(&row.standing, Standing::Held { held, .. } if held.extendable))
        };
        assert!(offered().await);
        let catalog = sees_package(&morgan, world.package("Extendable")).await.unwrap().catalog;
        let shown = sees(&morgan, catalog, model::view::catalog::Tab::Packages).await.unwrap();
        let fields = CatalogFields { name: shown.name, description: shown.description, enabled: false };
        morgan.submits(Command::EditCatalog { catalog, version: shown.version, fields }).await.unwrap();
        assert!(!offered().await);
        let Form::Closed { why } = emma.sees_package("Extendable").await.unwrap().form else { panic!("nothing is given") };
        assert_eq!(why.code, "catalog_disabled");
        assert_eq!(refused(emma.requests("Extendable").because("More.").await).code(), "catalog_disabled", "as the page says");
        assert_eq!(refused(alex.sees_package("Extendable").await).code(), "not_found", "for others there is none");
        assert_eq!(refused(alex.requests("Extendable").because("Me too.").await).code(), "not_found");
        let told = async |who: &Person| {
            let query = query::WhoCould { package: world.package("Extendable"), search: String::new(), person: Some(who.id) };
            morgan.asks(query).await.unwrap().could.unwrap().told
        };
        assert_eq!(told(&emma).await, Some(why.sentence), "administrators read what the holder reads");
        let none = Refusal::NotFound { what: "access package" };
        assert_eq!(told(&alex).await, Some(none.sentence_for_pages()));
        world.letters_are_thrown_away();
        world.passes(Span::days(11)).await;
        let told = world.letters_to("emma").await;
        assert!(!told.is_empty() && told.iter().all(|letter| !letter.text.contains("xtend it")), "{told:?}");
    }

    async fn what_ended_is_requested_again_only_where_a_policy_lets_its_holder_ask(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, helga] = world.people(["morgan", "emma", "helga"]).await;
        extendable(&world, &helga, false).await;
        holds_it(&world, &emma, &helga).await;
        let again = async || {
            let rows = emma.packages(Tab::Expired).await;
            let row = rows.into_iter().find(|row| row.name == "Extendable");
            row.and_then(|row| match row.standing {
                Standing::Ended { again, .. } => Some(again),
                _ => None,
            })
        };
        assert_eq!(again().await, None);
        gives_back(&emma, assignment(&emma, "Extendable").await, "").await.unwrap();
        assert_eq!(again().await, Some(true));
        let request = emma.requests("Extendable").because("Again.").await.unwrap();
        assert_eq!(again().await, Some(false), "it was asked for");
        emma.cancels(request, "Not now.").await.unwrap();
        let (package, policy) = (world.package("Extendable"), world.policy("Extendable", "Everybody"));
        let edits = async |enabled, lasts| {
            let shown = morgan.asks(query::Policy { package, policy: Some(policy) }).await.unwrap();
            let settings = PolicySettings { lasts, ..shown.settings };
            let fields = PolicyFields { name: shown.name, enabled, settings, seen: None };
            morgan.submits(Command::EditPolicy { package, policy, version: shown.version, fields }).await.unwrap();
        };
        edits(true, Lasts::Until { at: world.now() + Span::days(1) }).await;
        assert_eq!(again().await, Some(true));
        world.passes(Span::days(1)).await;
        assert_eq!(again().await, Some(false), "the end of all access under it is over");
        edits(true, Lasts::Forever).await;
        assert_eq!(again().await, Some(true));
        edits(false, Lasts::Forever).await;
        assert_eq!(again().await, Some(false), "no policy is left for her");
        morgan.submits(Command::DeletePackage { package }).await.unwrap();
        assert_eq!(again().await, Some(false), "it is gone");
    }

    async fn an_extension_that_is_approved_after_the_access_ended_is_not_delivered(test: TestDb) {
        let world = World::demo(test).await;
        let [clara, helga] = world.people(["clara", "helga"]).await;
        extendable(&world, &helga, true).await;
        holds_it(&world, &clara, &helga).await;
        world.passes(Span::days(29)).await;
        let late = clara.requests("Extendable").because("At the last moment.").await.unwrap();
        gives_back(&clara, assignment(&clara, "Extendable").await, "").await.unwrap();
        helga.approves(late, "Until spring.").await.unwrap();
        let seen = clara.sees_request(late).await.unwrap();
        assert_eq!(seen.badge.word, "Delivery failed", "{}", seen.summary);
        assert!(seen.summary.contains("had ended before it could be extended"));
        assert!(!clara.holds("Extendable group").await);
        world.settle().await;
        assert!(!clara.holds("Extendable group").await);
    }

    async fn nobody_ends_what_others_hold_but_administrators_do_with_a_reason(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, emma, carla, ingrid] = world.people(["alex", "emma", "carla", "ingrid"]).await;
        let request = gets_admin(&world, &alex).await;
        let held = assignment(&alex, ADMIN).await;
        let nothing = PackageAssignmentId(world.new_id());
        for outsider in [&emma, &carla] {
            assert_eq!(refused(gives_back(outsider, held, "No.").await), refused(gives_back(outsider, nothing, "No.").await));
        }
        assert_eq!(refused(gives_back(&ingrid, held, " ").await).field(), Some("words"));
        gives_back(&ingrid, held, "The incident is over.").await.unwrap();
        assert!(!alex.holds(ROLE).await, "at once");
        assert_eq!(refused(gives_back(&ingrid, held, "Twice.").await).code(), "not_held");
        world.settle().await;
        let letters = world.letters_to("alex").await;
        let ended = letters.iter().find(|letter| letter.subject.starts_with("Access has ended")).unwrap();
        assert!(ended.text.contains("Ingrid ended it. The incident is over."), "{}", ended.text);
        let last = alex.sees_request(request).await.unwrap().timeline.pop().unwrap();
        assert_eq!((last.title.as_str(), last.words.as_str()), ("Access ended", "The incident is over."));
        assert_eq!(last.more, ["Ended by Ingrid"]);
        world.history_is_sound().await;
    }

    async fn giving_back_ends_what_came_with_the_package_and_nothing_else(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga] = world.people(["emma", "helga"]).await;
        extendable(&world, &helga, false).await;
        holds_it(&world, &emma, &helga).await;
        world.adds(world.group("Extendable group").await, &emma).await;
        let held = assignment(&emma, "Extendable").await;
        gives_back(&emma, held, "").await.unwrap();
        assert!(emma.holds("Extendable group").await, "what came from elsewhere stays");
        assert!(emma.packages(Tab::Active).await.is_empty());
        assert_eq!(refused(gives_back(&emma, held, "").await).code(), "not_held");
        world.settle().await;
        assert!(!world.subjects_to("emma").await.iter().any(|subject| subject.starts_with("Access has ended")), "she knows");
        let again = emma.requests("Extendable").because("Needed after all.").await.unwrap();
        helga.approves(again, "Yes.").await.unwrap();
        world.settle().await;
        assert_eq!(emma.sees_request(again).await.unwrap().badge.word, "Delivered");
        world.is_whole(&[&emma]).await;
    }

    async fn start_and_end_are_taken_where_the_policy_lets_them_be_named_and_never_shortened(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga] = world.people(["emma", "helga"]).await;
        let group = world.makes_group("Planned group").await;
        let offer = Offer::new("Planned", group, [stage([(&helga).into()])]).lasting(Lasts::For { minutes: 8 * 60 });
        world.offers(offer.with(|settings| settings.timeline_allowed = true)).await;
        world.offers(Offer::new("Unplanned", group, [stage([(&helga).into()])])).await;
        let start = world.now() + Span::hours(24);
        let field = async |name: &str, start, end| {
            let result = emma.requests(name).because("Planned work.").from(start).until(end).await;
            refused(result).field().map(str::to_owned)
        };
        assert_eq!(field("Unplanned", Some(start), None).await.as_deref(), Some("starts_at"));
        assert_eq!(field("Unplanned", None, Some(start)).await.as_deref(), Some("ends_at"));
        assert_eq!(field("Planned", Some(world.now() - Span::hours(2)), None).await.as_deref(), Some("starts_at"));
        assert_eq!(field("Planned", Some(world.now() + Span::days(400)), None).await.as_deref(), Some("starts_at"));
        assert_eq!(field("Planned", Some(start), Some(start)).await.as_deref(), Some("ends_at"));
        assert_eq!(field("Planned", Some(start), Some(start + Span::hours(9))).await.as_deref(), Some("ends_at"));
        let request =
            emma.requests("Planned").because("Planned work.").from(Some(start)).until(Some(start + Span::hours(2))).await.unwrap();
        let seen = helga.sees_approval(request).await.unwrap();
        assert!(seen.summary.contains(&format!(", from {}", start.in_sentence())), "{}", seen.summary);
        let holds = |seen: &Approval| seen.requestor_facts.iter().find(|fact| fact.name == "Holds").unwrap().value.clone();
        assert_eq!(holds(&seen), "No access package");
        helga.approves(request, "Yes.").await.unwrap();
        world.settle().await;
        assert_eq!(emma.sees_request(request).await.unwrap().badge.word, "Scheduled");
        assert!(!emma.holds("Planned group").await);
        world.passes(Span::hours(24)).await;
        assert!(emma.holds("Planned group").await);
        let other = emma.requests("Unplanned").because("Beside it.").await.unwrap();
        assert_eq!(holds(&helga.sees_approval(other).await.unwrap()), "Planned");
        world.passes(Span::hours(2)).await;
        assert!(!emma.holds("Planned group").await);
        world.history_is_sound().await;
    }

    async fn asking_again_is_filled_in_with_what_one_said_oneself(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, clara, helga] = world.people(["emma", "clara", "helga"]).await;
        extendable(&world, &helga, false).await;
        let request = emma.requests("Extendable").because("Words of Emma.").await.unwrap();
        helga.denies(request, "Not now.").await.unwrap();
        let query = model::query::Package { package: world.package("Extendable"), again: Some(request) };
        let Form::Open { filled: Some(filled), .. } = emma.asks(query.clone()).await.unwrap().form else { panic!("filled") };
        assert_eq!(filled.justification, "Words of Emma.");
        let Form::Open { filled, .. } = clara.asks(query).await.unwrap().form else { panic!("open") };
        assert_eq!(filled, None, "nobody reads what others said");
    }

    async fn whoever_holds_it_is_told_twice_before_it_ends_and_again_after_an_extension(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, emma, helga] = world.people(["alex", "emma", "helga"]).await;
        gets_admin(&world, &alex).await;
        extendable(&world, &helga, false).await;
        holds_it(&world, &emma, &helga).await;
        let told = async |who: &str| {
            let letters = world.letters_to(who).await;
            letters.into_iter().filter(|letter| letter.subject.starts_with("Access ends on")).map(|letter| letter.text).collect::<Vec<_>>()
        };
        world.passes(Span::days(15)).await;
        assert!(told("emma").await.is_empty());
        world.passes(Span::days(1)).await;
        let first = told("emma").await;
        assert!(first.len() == 1 && first[0].contains("You can extend it until then"), "{first:?}");
        world.passes(Span::days(13)).await;
        assert_eq!(told("emma").await.len(), 2, "a day before the end");
        let extension = emma.requests("Extendable").because("Please.").await.unwrap();
        world.settle().await;
        assert_eq!(emma.sees_request(extension).await.unwrap().badge.word, "Delivered");
        world.passes(Span::days(17)).await;
        assert_eq!(told("emma").await.len(), 3, "fourteen days before the new end");
        assert!(told("alex").await.is_empty(), "four hours need no warning");
    }
}
