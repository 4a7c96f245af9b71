//! What people do for those who report to them, where the policy lets them.

use crate::given::REPORTING;
use model::approval::Approver;
use model::ask_back::Reply;
use model::command::Command;
use model::package::Scope;
use model::view::frame::Frame;
use model::{Refusal, query};
use testkit::{Offer, Person, Staged, World, both, manager, refused, stage};

/// A package whose policy lets managers, decided by Brandon.
const TOOLS: &str = "Field tools";
/// One whose policy does not.
const PRIVATE: &str = "Private tools";
const NO_PACKAGE: Refusal = Refusal::NotFound { what: "access package" };
const NO_REPORT: Refusal = Refusal::NotFound { what: "person in your team" };

async fn tools(world: &World) {
    let brandon = world.person("brandon").await;
    let group = world.makes_group("Field people").await;
    let offer = |name| Offer::new(name, group, [stage([Approver::from(&brandon)])]);
    world.offers(offer(TOOLS).with(|settings| settings.managers_may_request = true)).await;
    world.offers(offer(PRIVATE)).await;
}

/// What somebody holds and waits for, as whoever leads them sees it.
async fn seen(by: &Person, report: &Person) -> (Vec<String>, Vec<String>) {
    let page = by.sees_report(report).await.unwrap();
    (page.held.into_iter().map(|held| held.name).collect(), page.open.into_iter().map(|row| row.name).collect())
}

async fn frame(who: &Person) -> Frame {
    who.asks(query::Frame {}).await.unwrap()
}

both! {
    async fn for_whoever_does_not_lead_somebody_there_is_nobody_to_see_or_to_ask_for(test: TestDb) {
        let world = World::demo(test).await;
        tools(&world).await;
        let [alex, carla, morgan, miriam] = world.people(["alex", "carla", "morgan", "miriam"]).await;
        // A colleague, the manager's manager though Global Administrator, and oneself.
        for (outsider, report) in [(&carla, &alex), (&morgan, &alex), (&miriam, &miriam), (&alex, &miriam)] {
            assert_eq!(refused(outsider.sees_report(report).await), NO_REPORT);
            assert_eq!(refused(outsider.can_request_for(report).await), NO_REPORT);
            let package = query::ReportPackage { report: report.id, package: world.package(TOOLS) };
            assert_eq!(refused(outsider.asks(package).await), NO_REPORT);
            assert_eq!(refused(outsider.requests_for(report, TOOLS).await), NO_REPORT);
        }
        assert_eq!(refused(alex.team().await).code(), "not_found", "there is no such page without reports");
        assert_eq!((frame(&alex).await.has_reports, frame(&miriam).await.has_reports), (false, true));
        let names: Vec<String> = miriam.team().await.unwrap().into_iter().map(|row| row.who.name).collect();
        assert_eq!(names, ["Alex", "Carla", "Fatima", "Jonas", "Tomas", "Yuki"]);
    }

    async fn what_its_policy_does_not_show_is_not_there_for_a_manager(test: TestDb) {
        let world = World::demo(test).await;
        tools(&world).await;
        let [alex, miriam, brandon] = world.people(["alex", "miriam", "brandon"]).await;
        assert_eq!(refused(miriam.requests_for(&alex, PRIVATE).await), NO_PACKAGE);
        let package = query::ReportPackage { report: alex.id, package: world.package(PRIVATE) };
        assert_eq!(refused(miriam.asks(package).await), NO_PACKAGE);
        assert_eq!(miriam.can_request_for(&alex).await.unwrap(), ["APP – MIP Client (requires approval)", TOOLS, REPORTING, "Partner document room"]);
        let request = alex.requests(PRIVATE).because("Mine.").await.unwrap();
        assert_eq!(seen(&miriam, &alex).await, (vec![], vec![]));
        assert_eq!(refused(miriam.sees_request(request).await).code(), "not_found");
        brandon.approves(request, "Yes.").await.unwrap();
        world.settle().await;
        assert_eq!(seen(&miriam, &alex).await, (vec![], vec![]));
        let row = miriam.team().await.unwrap().remove(0);
        assert_eq!((row.who.name.as_str(), row.holds, row.open), ("Alex", 0, 0));
        let held = world.person("morgan").await.finds_assignment(PRIVATE, &alex).await;
        assert_eq!(refused(miriam.ends(held, "I lead.").await), Refusal::NotFound { what: "access" });
        assert!(alex.holds("Field people").await);
    }

    async fn the_scope_is_judged_for_the_report_and_not_for_the_manager(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, carla, miriam] = world.people(["alex", "carla", "miriam"]).await;
        let group = world.makes_group("Field people").await;
        let offer = Offer::new(TOOLS, group, []).with(|settings| {
            settings.scope = Scope::Specific { users: vec![carla.id, miriam.id], groups: vec![] };
            settings.managers_may_request = true;
        });
        // Everybody may, but no manager: whom the first names it does not concern.
        world.offers(offer.and_policy("All", |settings| {
            settings.scope = Scope::AllUsers;
            settings.managers_may_request = false;
        })).await;
        assert_eq!(refused(miriam.requests_for(&alex, TOOLS).await), NO_PACKAGE);
        assert!(!miriam.can_request_for(&alex).await.unwrap().contains(&TOOLS.to_owned()));
        assert!(miriam.can_request_for(&carla).await.unwrap().contains(&TOOLS.to_owned()));
        miriam.requests_for(&carla, TOOLS).await.unwrap();
        world.settle().await;
        assert!(carla.holds("Field people").await && !miriam.holds("Field people").await);
    }

    async fn a_disabled_report_is_refused_and_so_is_a_request_twice_or_for_what_is_held(test: TestDb) {
        let world = World::demo(test).await;
        tools(&world).await;
        let [alex, jonas, miriam, brandon] = world.people(["alex", "jonas", "miriam", "brandon"]).await;
        world.console(Command::SetUserEnabled { user: jonas.id, enabled: false }).await;
        assert_eq!(refused(miriam.requests_for(&jonas, TOOLS).await).code(), "disabled");
        assert!(miriam.can_request_for(&jonas).await.unwrap().is_empty());
        let team = miriam.team().await.unwrap();
        let badge = team.iter().find(|row| row.who.id == jonas.id).unwrap().badge.clone();
        assert_eq!(badge.unwrap().word, "Disabled");
        let request = miriam.requests_for(&alex, TOOLS).await.unwrap();
        let twice = refused(miriam.requests_for(&alex, TOOLS).await);
        assert!(matches!(twice, Refusal::AlreadyRequested { request: open, .. } if open == request), "{twice:?}");
        assert_eq!(refused(alex.requests(TOOLS).because("Me too.").await).code(), "already_requested");
        brandon.approves(request, "Yes.").await.unwrap();
        world.settle().await;
        assert_eq!(refused(miriam.requests_for(&alex, TOOLS).await).code(), "report_holds");
    }

    async fn neither_manager_nor_report_decides_and_the_stage_falls_back(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam, tomas] = world.people(["alex", "miriam", "tomas"]).await;
        let group = world.makes_group("Field people").await;
        let alone = Offer::new("Alone", group, [stage([manager()])]).with(|settings| settings.managers_may_request = true);
        world.offers(alone).await;
        assert_eq!(refused(miriam.requests_for(&alex, "Alone").await).code(), "no_approver");
        let stages = [stage([manager()]).fallback([Approver::from(&tomas)])];
        world.offers(Offer::new(TOOLS, group, stages).with(|settings| settings.managers_may_request = true)).await;
        let request = miriam.requests_for(&alex, TOOLS).await.unwrap();
        for barred in [&miriam, &alex] {
            assert_eq!(refused(barred.approves(request, "Mine.").await), Refusal::OwnRequest);
            assert!(!barred.sees_in_inbox(request).await);
        }
        assert!(tomas.sees_in_inbox(request).await);
        let page = tomas.sees_approval(request).await.unwrap();
        assert_eq!((page.requestor.name.as_str(), page.made_by.map(|by| (by.did, by.who.name))), ("Alex", Some(("Requested by".to_owned(), "Miriam".to_owned()))));
        tomas.approves(request, "Fine.").await.unwrap();
        world.settle().await;
        assert!(alex.holds("Field people").await && !miriam.holds("Field people").await);
        world.is_whole(&[&alex, &miriam]).await;
    }

    async fn both_names_are_on_the_request_and_both_of_them_follow_it(test: TestDb) {
        let world = World::demo(test).await;
        tools(&world).await;
        let [alex, miriam, brandon] = world.people(["alex", "miriam", "brandon"]).await;
        let request = miriam.requests_for(&alex, TOOLS).await.unwrap();
        for person in [&alex, &miriam] {
            let page = person.sees_request(request).await.unwrap();
            assert_eq!(page.timeline[0].title, "Submitted for Alex by Miriam");
            assert_eq!((page.mine, page.led), (person.id == alex.id, person.id == miriam.id));
            assert!(page.cancel.is_some());
        }
        let history = alex.asks(query::Requests { phase: None, after: None }).await.unwrap().rows;
        assert_eq!(history[0].kind, "Access package");
        assert!(history[0].note.starts_with("Requested by Miriam"), "{}", history[0].note);
        assert_eq!(seen(&miriam, &alex).await, (vec![], vec![TOOLS.to_owned()]));
        let event = world.history_of(request).await.remove(0);
        assert_eq!((event.action.code(), event.actor), ("request_submitted", model::event::Actor::User(miriam.id)));
        brandon.approves(request, "Go.").await.unwrap();
        world.settle().await;
        assert_eq!(world.subjects_to("miriam").await, ["Approved"]);
        assert_eq!(world.subjects_to("alex").await, ["You now have access"]);
        let letters = world.letters_to("brandon").await;
        assert!(letters[0].subject.contains("Miriam (for Alex)"), "{}", letters[0].subject);
        let listed = world.person("morgan").await.sees_assignments(TOOLS, "", Default::default()).await.unwrap().rows;
        assert_eq!(listed[0].source, "Requested by Miriam");
    }

    async fn who_asked_for_a_report_and_is_asked_back_finds_the_question_on_their_overview(test: TestDb) {
        let world = World::demo(test).await;
        tools(&world).await;
        let [alex, miriam, brandon] = world.people(["alex", "miriam", "brandon"]).await;
        let request = miriam.requests_for(&alex, TOOLS).await.unwrap();
        let overview = async |who: &Person| {
            let page = who.asks(query::Overview {}).await.unwrap();
            let notes = page.questions.into_iter().map(|row| row.note).collect::<Vec<_>>();
            (notes, page.open.into_iter().map(|row| row.name).collect::<Vec<_>>())
        };
        assert_eq!(overview(&miriam).await, (vec![], vec![]), "what waits for others is not theirs");
        brandon.asks_back(request, "For how long?", None).await.unwrap();
        assert_eq!(overview(&alex).await, (vec![], vec![TOOLS.to_owned()]), "who was not asked answers nothing");
        assert_eq!(overview(&miriam).await, (vec!["For Alex · Brandon asked you a question".to_owned()], vec![]));
        miriam.answers(request, Reply::Words, "For a week.").await.unwrap();
        assert_eq!(overview(&miriam).await, (vec![], vec![]));
        assert!(brandon.sees_in_inbox(request).await);
    }

    async fn a_manager_ends_what_the_policy_shows_with_a_reason_that_the_report_reads(test: TestDb) {
        let world = World::demo(test).await;
        tools(&world).await;
        let [alex, erik, miriam, brandon] = world.people(["alex", "erik", "miriam", "brandon"]).await;
        // Alex asked for it himself: the policy shows it to whom he reports to all the same.
        let request = alex.requests(TOOLS).because("Field work.").await.unwrap();
        assert_eq!(miriam.sees_request(request).await.unwrap().made_by, None);
        brandon.approves(request, "Yes.").await.unwrap();
        world.settle().await;
        let held = miriam.sees_report(&alex).await.unwrap().held.remove(0);
        assert_eq!((held.name.as_str(), held.policy.as_str()), (TOOLS, "Everybody"));
        assert_eq!(refused(erik.ends(held.assignment, "Not mine.").await), Refusal::NotFound { what: "access" });
        assert_eq!(refused(miriam.ends(held.assignment, " ").await).field(), Some("words"));
        assert!(alex.holds("Field people").await);
        miriam.ends(held.assignment, "The field work is over.").await.unwrap();
        assert!(!alex.holds("Field people").await);
        assert_eq!(refused(miriam.ends(held.assignment, "Again.").await).code(), "not_held");
        assert_eq!(seen(&miriam, &alex).await, (vec![], vec![]));
        world.settle().await;
        let letters = world.letters_to("alex").await;
        let ended = letters.iter().find(|letter| letter.subject.starts_with("Access has ended")).unwrap();
        assert!(ended.text.contains("Miriam ended it. The field work is over."), "{}", ended.text);
    }
}
