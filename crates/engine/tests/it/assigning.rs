//! Giving a package to people who did not ask, who may, and what becomes of it.

use crate::given::REPORTING;
use model::catalog::{CatalogRole, Holder, PolicyFields};
use model::command::{Command, Done};
use model::directory::PortalRole;
use model::package::{AnswerKind, Lasts, PolicySettings, Question, Scope};
use model::query;
use model::request::Phase;
use model::view::assignment::Filter;
use model::view::package::{Form, Standing, Tab};
use model::{CatalogId, QuestionId, Refusal, RequestId, Span, UserId};
use testkit::{Offer, Person, World, both, refused, stage};

const ROOM: &str = "Partner document room";
const EVERYBODY: &str = "Everybody";
/// A package that nobody may request.
const DESK: &str = "Desk by the window";
const NO_PACKAGE: Refusal = Refusal::NotFound { what: "access package" };

/// Offers the desk: only administrators assign it, for 30 days.
async fn desk(world: &World) {
    let group = world.makes_group("Window people").await;
    let offer = Offer::new(DESK, group, []).lasting(Lasts::For { minutes: 30 * 24 * 60 });
    world.offers(offer.with(|settings| settings.scope = Scope::Nobody)).await;
}

async fn catalog_of(world: &World, package: &str) -> CatalogId {
    let morgan = world.person("morgan").await;
    morgan.asks(query::AdminPackage { package: world.package(package) }).await.unwrap().catalog
}

async fn appoint(world: &World, who: &Person, package: &str, role: CatalogRole) {
    let catalog = catalog_of(world, package).await;
    let morgan = world.person("morgan").await;
    morgan.submits(Command::GiveCatalogRole { catalog, holder: Holder::User(who.id), role }).await.unwrap();
}

/// The requests for a package, as its tab lists them.
async fn requests(who: &Person, package: &str, search: &str) -> Result<Vec<(RequestId, String)>, engine::Problem> {
    let package = Some(who.world.package(package));
    let query = query::AllRequests { package, search: search.into(), phase: None, after: None };
    Ok(who.asks(query).await?.rows.into_iter().map(|row| (row.row.request, row.requestor.name)).collect())
}

both! {
    async fn whoever_does_not_see_the_catalog_finds_no_package_to_assign(test: TestDb) {
        let world = World::demo(test).await;
        desk(&world).await;
        let [alex, emma, noor] = world.people(["alex", "emma", "noor"]).await;
        let package = world.package(DESK);
        // Somebody with a role in another catalog is as much a stranger here.
        appoint(&world, &noor, REPORTING, CatalogRole::Owner).await;
        for outsider in [&alex, &noor] {
            assert_eq!(refused(outsider.assigns(DESK, EVERYBODY, &[&emma]).await), NO_PACKAGE);
            assert_eq!(refused(outsider.sees_assignments(DESK, "", Filter::Active).await), NO_PACKAGE);
            let form = query::NewAssignment { package, person: String::new() };
            assert_eq!(refused(outsider.asks(form).await), NO_PACKAGE);
            let download = query::ExportedAssignments { package, search: String::new(), filter: Filter::Active, after: None };
            assert_eq!(refused(outsider.asks(download).await), NO_PACKAGE);
            assert_eq!(refused(requests(outsider, DESK, "").await), NO_PACKAGE);
            let people = query::People { search: "e".into(), group: None, package: Some(package) };
            assert_eq!(refused(outsider.asks(people).await).code(), "not_found");
        }
        let form = world.assignment(DESK, EVERYBODY, &[&emma]);
        assert_eq!(refused(world.tries_on_console(Command::AssignPackage(form)).await).code(), "sign_in_needed");
    }

    async fn readers_see_who_holds_a_package_and_change_nothing(test: TestDb) {
        let world = World::demo(test).await;
        desk(&world).await;
        let [morgan, emma, noor, viktor] = world.people(["morgan", "emma", "noor", "viktor"]).await;
        morgan.assigns(DESK, EVERYBODY, &[&emma]).await.unwrap();
        world.settle().await;
        appoint(&world, &noor, DESK, CatalogRole::Reader).await;
        world.appoints(&viktor, PortalRole::GlobalReader).await;
        for reader in [&noor, &viktor] {
            let seen = reader.sees_assignments(DESK, "", Filter::Active).await.unwrap();
            assert_eq!((seen.rows.len(), seen.may_assign, seen.rows[0].removable), (1, false, false));
            assert_eq!(refused(reader.assigns(DESK, EVERYBODY, &[&noor]).await).code(), "not_allowed");
            assert_eq!(refused(reader.ends(seen.rows[0].assignment, "No.").await).code(), "not_found");
            let request = requests(reader, DESK, "").await.unwrap()[0].0;
            let page = reader.asks(query::AnyRequest { request }).await.unwrap();
            assert!(page.cancel.is_none() && !page.reprocess);
            let form = query::NewAssignment { package: world.package(DESK), person: String::new() };
            assert_eq!(refused(reader.asks(form).await), NO_PACKAGE);
        }
    }

    async fn those_who_manage_assignments_in_the_catalog_assign_cancel_and_end(test: TestDb) {
        let world = World::demo(test).await;
        desk(&world).await;
        let [emma, lee] = world.people(["emma", "lee"]).await;
        for (name, role) in
            [("noor", CatalogRole::Owner), ("viktor", CatalogRole::PackageManager), ("lena", CatalogRole::AssignmentManager)]
        {
            let manager = world.person(name).await;
            appoint(&world, &manager, DESK, role).await;
            let people = query::People { search: "emma".into(), group: None, package: Some(world.package(DESK)) };
            assert_eq!(manager.asks(people).await.unwrap()[0].name, "Emma", "to choose from");
            manager.assigns(DESK, EVERYBODY, &[&emma]).await.unwrap();
            let request = requests(&manager, DESK, "emma").await.unwrap()[0].0;
            world.settle().await;
            assert!(emma.holds("Window people").await);
            let held = manager.finds_assignment(DESK, &emma).await;
            manager.ends(held, "She moved.").await.unwrap();
            assert!(!emma.holds("Window people").await);
            assert_eq!(manager.asks(query::AnyRequest { request }).await.unwrap().badge.word, "Access ended");
            assert_eq!(refused(lee.asks(query::AnyRequest { request }).await).code(), "not_found");
            world.passes(Span::minutes(1)).await;
        }
        let ended = world.person("lena").await.sees_assignments(DESK, "em", Filter::Ended).await.unwrap().rows;
        assert_eq!(ended.len(), 3);
        assert_eq!((ended[0].source.as_str(), ended[0].badge.word.as_str()), ("Assigned by Lena", "Ended"));
        assert_eq!(ended[0].ended.as_ref().unwrap().why, "It was taken away.");
    }

    async fn everybody_gets_it_or_nobody_and_the_refusal_says_who_cannot_and_why(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, hugo, zoe, lee] = world.people(["morgan", "emma", "hugo", "zoe", "lee"]).await;
        emma.requests(ROOM).because("Contracts.").await.unwrap();
        world.settle().await;
        let group = world.makes_group("Members only group").await;
        world.offers(Offer::new("Members only", group, []).with(|settings| settings.scope = Scope::AllMembers)).await;
        let guest = world.person("nils.partner").await;
        morgan.disables(&lee).await.unwrap();

        let refusal = refused(morgan.assigns(ROOM, EVERYBODY, &[&hugo, &emma, &zoe, &lee]).await);
        let Refusal::NotAssigned { people, count, .. } = &refusal else { panic!("{refusal:?}") };
        let said: Vec<_> = people.iter().map(|(name, why)| (name.as_str(), why.code())).collect();
        assert_eq!((said, *count), (vec![("Emma", "already_held"), ("Lee", "disabled")], 2));
        assert!(refusal.sentence().contains("Emma: “Partner document room” is already held, until"), "{}", refusal.sentence());
        world.settle().await;
        assert!(!hugo.holds("Partners").await && hugo.packages(model::view::package::Tab::Active).await.is_empty());
        assert_eq!(requests(&morgan, ROOM, "").await.unwrap().len(), 1, "only Emma’s own");

        let refusal = refused(morgan.assigns("Members only", EVERYBODY, &[&hugo, &guest]).await);
        let Refusal::NotAssigned { people, .. } = &refusal else { panic!("{refusal:?}") };
        assert_eq!(people[0].1.code(), "out_of_scope");
        assert_eq!(refused(morgan.assigns(ROOM, EVERYBODY, &[&morgan]).await).code(), "own_assignment");
        let mut nobody = world.assignment(ROOM, EVERYBODY, &[&hugo]);
        nobody.people.push(UserId(world.new_id()));
        assert_eq!(refused(morgan.submits(Command::AssignPackage(nobody)).await).field(), Some("people"));
        let mut wordless = world.assignment(ROOM, EVERYBODY, &[&hugo, &zoe]);
        wordless.asked.justification = "  ".into();
        assert_eq!(refused(morgan.submits(Command::AssignPackage(wordless)).await).field(), Some("justification"));

        let done = morgan.assigns(ROOM, EVERYBODY, &[&hugo, &zoe, &hugo]).await.unwrap();
        assert!(matches!(&done, Done::PackageAssigned { people, waits: None, .. } if people == &["Hugo", "Zoe"]), "{done:?}");
        world.settle().await;
        let rows = morgan.sees_assignments(ROOM, "", Filter::Active).await.unwrap().rows;
        let said: Vec<_> = rows.iter().map(|row| (row.who.name.as_str(), row.source.as_str())).collect();
        assert!(said.contains(&("Hugo", "Assigned by Morgan")) && said.contains(&("Emma", "Requested")), "{said:?}");
        world.is_whole(&[&emma, &hugo, &zoe]).await;
        world.history_is_sound().await;
    }

    async fn a_policy_that_nobody_requests_under_is_assigned_to_anybody_who_is_told_by_mail(test: TestDb) {
        let world = World::demo(test).await;
        desk(&world).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        let guest = world.person("nils.partner").await;
        assert_eq!(refused(emma.requests(DESK).because("May I?").await), NO_PACKAGE);
        morgan.assigns(DESK, EVERYBODY, &[&emma, &guest]).await.unwrap();
        world.settle().await;
        assert!(emma.holds("Window people").await && guest.holds("Window people").await);
        let letters = world.letters_to("emma").await;
        assert!(letters.iter().any(|letter| letter.text.contains("Requested by: Morgan (for Emma)")), "{letters:?}");
        let mine = emma.asks(query::Requests { phase: None, after: None }).await.unwrap().rows;
        let said = (mine[0].kind.as_str(), mine[0].note.as_str());
        assert_eq!(said, ("Direct assignment", "Assigned by Morgan"), "it is in her history");
        let page = emma.sees_request(mine[0].request).await.unwrap();
        assert_eq!(page.timeline[0].title, "Assigned to Emma by Morgan");
        assert!(!page.again, "she could not");
        assert!(morgan.asks(query::Requests { phase: None, after: None }).await.unwrap().rows.is_empty(), "not in his");
        let story = world.story_of(mine[0].request).await;
        assert_eq!(story[0], "package_assigned");
        world.passes(Span::days(30)).await;
        assert!(!emma.holds("Window people").await, "it lasts as the policy says");
        world.is_whole(&[&emma, &guest]).await;
    }

    async fn whoever_was_assigned_under_a_policy_for_nobody_extends_where_it_lets_holders_and_who_asked_before_does_not(test: TestDb) {
        let world = World::demo(test).await;
        let group = world.makes_group("Window people").await;
        let offer = Offer::new(DESK, group, []).lasting(Lasts::For { minutes: 30 * 24 * 60 });
        let package = world.offers(offer.with(|settings| settings.extension_allowed = true)).await;
        let [morgan, emma, hugo, alex] = world.people(["morgan", "emma", "hugo", "alex"]).await;
        hugo.requests(DESK).because("By the window.").await.unwrap();
        let policy = world.policy(DESK, EVERYBODY);
        let shown = morgan.asks(query::Policy { package, policy: Some(policy) }).await.unwrap();
        let settings = PolicySettings { scope: Scope::Nobody, ..shown.settings };
        let fields = PolicyFields { name: shown.name, enabled: true, settings, seen: None };
        morgan.submits(Command::EditPolicy { package, policy, version: shown.version, fields }).await.unwrap();
        morgan.assigns(DESK, EVERYBODY, &[&emma]).await.unwrap();
        world.settle().await;
        world.passes(Span::days(20)).await;
        assert_eq!(refused(alex.requests(DESK).because("Me too.").await), NO_PACKAGE, "nobody else asks");
        let offered = async |who: &Person| {
            who.packages(Tab::Active).await.into_iter().any(|row| {
                matches!(row.standing, Standing::Held { held, .. } if held.extendable)
            })
        };
        assert!(!offered(&hugo).await);
        assert!(matches!(hugo.sees_package(DESK).await.unwrap().form, Form::Closed { .. }));
        let why = refused(hugo.requests(DESK).because("I stay too.").await);
        assert_eq!(why.code(), "already_held", "he asked himself, and may ask no more");
        assert!(why.sentence().contains("“Desk by the window” is already held, until"), "{}", why.sentence());
        assert!(offered(&emma).await);
        let Form::Open { extends, .. } = emma.sees_package(DESK).await.unwrap().form else { panic!("hers may last longer") };
        assert!(extends.is_some());
        emma.requests(DESK).because("I stay.").await.unwrap();
        world.settle().await;
        world.passes(Span::days(11)).await;
        assert!(emma.holds("Window people").await, "past its first end");
        assert!(!hugo.holds("Window people").await);
        world.passes(Span::days(20)).await;
        assert!(offered(&emma).await, "what was extended was assigned all the same");
        world.history_is_sound().await;
    }

    async fn the_approval_of_the_policy_applies_and_neither_who_assigns_nor_who_gets_it_decides(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, helga] = world.people(["morgan", "emma", "helga"]).await;
        let group = world.makes_group("Approved group").await;
        let stages = [stage([(&morgan).into(), (&emma).into(), (&helga).into()])];
        world.offers(Offer::new("Approved", group, stages)).await;
        let done = morgan.assigns("Approved", EVERYBODY, &[&emma]).await.unwrap();
        let Done::PackageAssigned { waits: Some(waits), .. } = done else { panic!("{done:?}") };
        assert_eq!(waits.words(), "it is approved");
        world.settle().await;
        let request = requests(&helga, "Approved", "").await;
        assert_eq!(refused(request), NO_PACKAGE, "an approver is no administrator");
        let request = requests(&morgan, "Approved", "").await.unwrap()[0].0;
        assert_eq!(refused(morgan.approves(request, "Mine.").await).code(), "own_request");
        assert_eq!(refused(emma.approves(request, "For me.").await).code(), "own_request");
        let page = helga.sees_approval(request).await.unwrap();
        assert_eq!((page.requestor.name.as_str(), page.made_by.map(|by| by.who.name).as_deref()), ("Emma", Some("Morgan")));
        assert_eq!(helga.inbox().await[0].requestor.name, "Emma");
        assert!(!emma.holds("Approved group").await);
        helga.approves(request, "She needs it.").await.unwrap();
        world.settle().await;
        assert!(emma.holds("Approved group").await);
        assert!(world.subjects_to("morgan").await.iter().any(|subject| subject.starts_with("Approved")), "who assigned it is told");
        world.is_whole(&[&emma]).await;
    }

    async fn questions_are_answered_for_one_person_at_a_time_and_times_where_the_policy_allows_them(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, hugo] = world.people(["morgan", "emma", "hugo"]).await;
        let group = world.makes_group("Asking group").await;
        let question = QuestionId(world.new_id());
        let offer = Offer::new("Asking", group, []).with(|settings| {
            let answer = AnswerKind::ShortText { pattern: None };
            settings.questions = vec![Question { id: question, text: "Desk?".into(), hint: None, required: true, answer, translations: Vec::new() }];
        });
        world.offers(offer).await;
        assert_eq!(refused(morgan.assigns("Asking", EVERYBODY, &[&emma, &hugo]).await).code(), "one_person_at_a_time");
        let unanswered = refused(morgan.assigns("Asking", EVERYBODY, &[&emma]).await);
        assert!(unanswered.field().is_some_and(|field| field.contains(&question.to_string())), "{unanswered:?}");
        let mut form = world.assignment("Asking", EVERYBODY, &[&emma]);
        form.asked.answers.insert(question, vec!["By the window".into()]);
        form.asked.starts_at = Some(world.now() + Span::days(1));
        assert_eq!(refused(morgan.submits(Command::AssignPackage(form.clone())).await).field(), Some("starts_at"));
        form.asked.starts_at = None;
        morgan.submits(Command::AssignPackage(form)).await.unwrap();
        let mut later = world.assignment(ROOM, EVERYBODY, &[&hugo]);
        later.asked.starts_at = Some(world.now() + Span::days(2));
        later.asked.ends_at = Some(world.now() + Span::days(5));
        morgan.submits(Command::AssignPackage(later)).await.unwrap();
        world.settle().await;
        let request = requests(&morgan, ROOM, "hugo").await.unwrap()[0].0;
        assert_eq!(morgan.asks(query::AnyRequest { request }).await.unwrap().badge.word, Phase::Scheduled.word());
        assert!(morgan.sees_assignments(ROOM, "", Filter::Active).await.unwrap().rows.is_empty());
        world.passes(Span::days(2)).await;
        let rows = morgan.sees_assignments(ROOM, "hugo", Filter::Active).await.unwrap().rows;
        assert_eq!(rows[0].ends.map(|ends| ends.until), Some(world.now() + Span::days(3)));
    }

    async fn the_list_is_paged_and_the_download_says_the_same_in_the_same_order(test: TestDb) {
        let world = World::demo(test).await;
        desk(&world).await;
        let morgan = world.person("morgan").await;
        let mut people = Vec::new();
        for number in 0..60 {
            people.push(world.hires(&format!("new{number}")).await);
        }
        for some in people.chunks(30) {
            morgan.assigns(DESK, EVERYBODY, &some.iter().collect::<Vec<_>>()).await.unwrap();
        }
        world.settle().await;
        let package = world.package(DESK);
        let all = async |search: &str, filter| {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page =
                    morgan.asks(query::PackageAssignments { package, search: search.into(), filter, after }).await.unwrap();
                seen.extend(page.rows.into_iter().map(|row| row.assignment));
                after = page.paging.next;
                if after.is_none() {
                    return seen;
                }
            }
        };
        for (search, filter) in [("", Filter::Active), ("new", Filter::Active)] {
            let seen = all(search, filter).await;
            assert_eq!(seen.iter().collect::<std::collections::BTreeSet<_>>().len(), 60);
            let download = query::ExportedAssignments { package, search: search.into(), filter, after: None };
            let file = morgan.asks(download).await.unwrap();
            assert_eq!(file.rows.iter().map(|row| row.row.assignment).collect::<Vec<_>>(), seen);
        }
        assert!(all("", Filter::Ended).await.is_empty());
        world.passes(Span::days(30)).await;
        assert_eq!(all("", Filter::Ended).await.len(), 60);
        assert!(all("", Filter::Active).await.is_empty());
    }

    async fn two_who_assign_at_the_same_moment_leave_one_assignment(test: TestDb) {
        let world = World::demo(test).await;
        desk(&world).await;
        let [morgan, ingrid, emma] = world.people(["morgan", "ingrid", "emma"]).await;
        let emmas = [&emma];
        let (first, second) = tokio::join!(morgan.assigns(DESK, EVERYBODY, &emmas), ingrid.assigns(DESK, EVERYBODY, &emmas));
        assert_eq!(i32::from(first.is_ok()) + i32::from(second.is_ok()), 1, "{first:?} {second:?}");
        let late = refused(if first.is_ok() { second } else { first });
        assert_eq!(late.code(), "not_assigned", "{late:?}");
        world.settle().await;
        assert_eq!(morgan.sees_assignments(DESK, "", Filter::Active).await.unwrap().rows.len(), 1);
    }
}
