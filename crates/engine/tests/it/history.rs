//! Reading the history: who reads which part, what it says, and what stays unseen.

use crate::given::gets_admin;
use crate::privileged::{eligible, of, sets};
use model::audit::{Filter, Format, Place};
use model::command::{Command, Done};
use model::directory::{PortalRole, Principal};
use model::event::{Kind, Outcome};
use model::role_assignment::ActivateRole;
use model::role_settings::Ticket;
use model::view::audit::{Audit, Row};
use model::{GroupId, RequestId, RoleId, Span, query};
use testkit::{Person, World, both, refused};

const ROLE: PortalRole = PortalRole::UserAdministrator;

async fn reads(who: &Person, place: Place, filter: Filter) -> Result<Audit, engine::Problem> {
    who.asks(query::Audit { place, filter, after: None }).await
}

async fn rows(who: &Person, place: Place, filter: Filter) -> Vec<Row> {
    reads(who, place, filter).await.unwrap().rows
}

fn only(action: Kind) -> Filter {
    Filter { action: Some(action), ..Filter::default() }
}

fn role() -> RoleId {
    ROLE.id()
}

/// Emma becomes eligible, asks, is approved by Bianca, and loses it again.
async fn a_life(world: &World) -> (RequestId, [Person; 3]) {
    let [morgan, emma, bianca] = world.people(["morgan", "emma", "bianca"]).await;
    sets(&morgan, of(ROLE), |settings| {
        settings.approval_required = true;
        settings.stages = vec![model::role_settings::RoleSettings::default_stage(vec![(&bianca).into()])];
    })
    .await
    .unwrap();
    let assignment = eligible(&morgan, &emma, of(ROLE), None).await;
    let asked = ActivateRole {
        eligible: assignment,
        minutes: 60,
        starts_at: None,
        accepted: Vec::new(),
        emergency: false,
        justification: "The directory is down.".into(),
        ticket: Ticket { system: "Desk".into(), number: "INC7".into() },
    };
    let Done::RoleActivated { request, .. } = emma.submits(Command::ActivateRole(asked)).await.unwrap() else { panic!() };
    bianca.approves(request, "Seen in the incident.").await.unwrap();
    world.settle().await;
    world.passes(Span::minutes(61)).await;
    morgan.submits(Command::EndRoleAssignment { assignment, words: "No longer on call.".into() }).await.unwrap();
    (request, [morgan, emma, bianca])
}

/// The sentences, oldest first.
fn sentences(rows: &[Row]) -> Vec<String> {
    rows.iter().rev().map(|row| row.told.sentence()).collect()
}

both! {
    async fn the_history_does_not_exist_for_whom_it_is_not(test: TestDb) {
        let world = World::demo(test).await;
        let group = world.group("Service desk operators").await;
        let [alex, emma] = world.people(["alex", "emma"]).await;
        let everything = [Place::Everything, Place::User(alex.id), Place::Role(role()), Place::Group(group)];
        for place in everything {
            assert_eq!(refused(reads(&alex, place, Filter::default()).await).code(), "not_found", "{place}");
            let export = Command::ExportAudit { place, filter: Filter::default(), format: Format::Csv };
            assert_eq!(refused(alex.submits(export).await).code(), "not_found", "{place}");
            let piece = query::ExportedAudit { place, filter: Filter::default(), after: None };
            assert_eq!(refused(alex.asks(piece).await).code(), "not_found", "{place}");
        }
        let mine = Command::ExportAudit { place: Place::Mine, filter: Filter::default(), format: Format::Csv };
        assert_eq!(refused(emma.submits(mine).await).code(), "not_found");
        assert!(!alex.asks(query::Frame {}).await.unwrap().sees_audit);
        let morgan = world.person("morgan").await;
        let unknown = [Place::Role(RoleId(world.new_id())), Place::Group(GroupId(world.new_id()))];
        for place in unknown {
            assert_eq!(refused(reads(&morgan, place, Filter::default()).await).code(), "not_found");
        }
        for place in everything {
            assert!(!rows(&morgan, place, Filter::default()).await.is_empty(), "{place}");
        }
    }

    async fn a_role_tells_the_whole_life_of_an_activation_with_every_reason(test: TestDb) {
        let world = World::demo(test).await;
        let (request, [morgan, emma, _]) = a_life(&world).await;
        let told = rows(&morgan, Place::Role(role()), Filter::default()).await;
        let about_emma: Vec<Row> = told.into_iter().filter(|row| {
            row.told.said.iter().any(|part| part.text == "Emma") || row.told.said.iter().any(|part| part.text.contains("User Administrator"))
        }).collect();
        let story = sentences(&about_emma);
        let expected = [
            "Morgan changed what User Administrator demands",
            "Morgan made Emma eligible for User Administrator",
            "Emma asked for “User Administrator”",
            "Stage 1 of the request of Emma for “User Administrator” was opened",
            "Bianca approved the request of Emma for “User Administrator” in stage 1",
            "The request of Emma for “User Administrator” was approved",
            "Emma activated User Administrator",
            "The request of Emma for “User Administrator” took effect",
            "Emma no longer has User Administrator",
            "Morgan took User Administrator from Emma",
        ];
        let at = story.iter().position(|said| said == expected[0]).unwrap();
        assert_eq!(story[at..], expected, "{story:#?}");
        let said = |kind: Kind| about_emma.iter().find(|row| row.action == kind).unwrap();
        assert_eq!(said(Kind::RequestSubmitted).told.reason, "The directory is down.");
        let activated = about_emma.iter().find(|row| row.told.sentence() == "Emma activated User Administrator").unwrap();
        assert_eq!(activated.told.reason, "The directory is down.");
        assert_eq!(said(Kind::StageDecided).told.reason, "Seen in the incident.");
        assert_eq!(said(Kind::AssignmentEnded).told.reason, "No longer on call.");
        let changes = &said(Kind::RoleSettingsChanged).told.changes;
        let approval = changes.iter().find(|change| change.field == "Require approval to activate").unwrap();
        assert_eq!((approval.before.as_str(), approval.after.as_str()), ("No", "Yes"), "readable, side by side");
        let link = said(Kind::StageDecided).told.said.iter().find(|part| part.text == "request").unwrap();
        assert_eq!(link.href, Some(format!("/admin/requests/{request}")));
        let emma_part = said(Kind::RequestSubmitted).told.said.iter().find(|part| part.text == "Emma").unwrap();
        assert_eq!(emma_part.href, Some(format!("/admin/users/{}", emma.id)));
    }

    async fn people_find_what_they_did_and_what_is_about_them_and_nothing_else(test: TestDb) {
        let world = World::demo(test).await;
        let (request, [morgan, emma, bianca]) = a_life(&world).await;
        gets_admin(&world, &world.person("alex").await).await;
        let mine = rows(&emma, Place::Mine, Filter::default()).await;
        let story = sentences(&mine);
        assert!(story.iter().all(|said| !said.contains("Alex")), "{story:#?}");
        assert!(story.contains(&"Bianca approved the request of Emma for “User Administrator” in stage 1".to_owned()), "{story:#?}");
        let own = |row: &&Row| row.told.said.iter().any(|part| part.href == Some(format!("/my-access/requests/{request}")));
        assert!(mine.iter().any(|row| own(&row)), "requests lead to one's own page");
        assert!(mine.iter().flat_map(|row| &row.told.said).all(|part| {
            part.href.as_ref().is_none_or(|href| href.starts_with("/my-access/"))
        }), "nothing leads to administration");
        // Why an administrator assigned it stays between administrators; why it was taken away is for whoever loses it.
        let of = |rows: &[Row], kind: Kind| rows.iter().find(|row| row.action == kind).map(|row| row.told.reason.clone());
        let eligible = mine.iter().find(|row| row.told.sentence().contains("eligible")).unwrap();
        assert_eq!(eligible.told.reason, "");
        let admins = rows(&morgan, Place::Role(role()), only(Kind::AssignmentStarted)).await;
        let admins = admins.iter().find(|row| row.told.sentence() == "Morgan made Emma eligible for User Administrator").unwrap();
        assert!(!admins.told.reason.is_empty());
        assert_eq!(of(&mine, Kind::StageDecided).unwrap(), "Seen in the incident.", "as on the timeline");
        let ended = mine.iter().find(|row| row.told.sentence() == "Morgan took User Administrator from Emma").unwrap();
        assert_eq!(ended.told.reason, "No longer on call.");
        let approvers = rows(&bianca, Place::Mine, only(Kind::StageDecided)).await;
        let decided = approvers.iter().find(|row| row.told.sentence().contains("Emma")).unwrap();
        assert!(decided.told.said.iter().any(|part| part.href == Some(format!("/my-access/approvals/{request}"))));
    }

    async fn owners_read_the_history_of_their_group_and_no_package_is_named_to_them(test: TestDb) {
        let world = World::demo(test).await;
        let group = world.makes_group("Harbour keys").await;
        let [morgan, emma, alex] = world.people(["morgan", "emma", "alex"]).await;
        let owner = Command::AddMember { group, principal: Principal::User(emma.id), as_owner: true };
        morgan.submits(owner).await.unwrap();
        world.offers(testkit::Offer::new("Secret harbour", group, [])).await;
        alex.requests("Secret harbour").because("Keys.").await.unwrap();
        world.settle().await;
        let told = rows(&emma, Place::Group(group), Filter::default()).await;
        let story = sentences(&told);
        assert!(story.contains(&"Alex got membership of Harbour keys through an access package".to_owned()), "{story:#?}");
        assert!(story.contains(&"Morgan made Emma an owner of Harbour keys".to_owned()), "{story:#?}");
        let named = serde_json::to_string(&told).unwrap();
        assert!(!named.contains("Secret harbour"), "{named}");
        let admins = serde_json::to_string(&rows(&morgan, Place::Group(group), Filter::default()).await).unwrap();
        assert!(admins.contains("Secret harbour"));
        let morgan_ends = Command::RemoveMember { group, principal: Principal::User(emma.id), as_owner: true };
        morgan.submits(morgan_ends).await.unwrap();
        assert_eq!(refused(reads(&emma, Place::Group(group), Filter::default()).await).code(), "not_found");
    }

    async fn a_filter_takes_names_and_asks_back_when_several_are_called_so(test: TestDb) {
        let world = World::demo(test).await;
        let (_, [morgan, emma, _]) = a_life(&world).await;
        let filter = |actor: &str, target: &str| Filter { actor: actor.into(), target: target.into(), ..Filter::default() };
        for actor in ["emma", " Emma ", &format!("user:{}", emma.id)] {
            let found = reads(&morgan, Place::Everything, filter(actor, "")).await.unwrap();
            assert_eq!(found.actor.name, "Emma");
            let by_emma = |row: &Row| row.told.said[0].text == "Emma" || row.told.facts[0].value == "Emma";
            assert!(!found.rows.is_empty() && found.rows.iter().all(by_emma), "{:#?}", sentences(&found.rows));
        }
        let about = reads(&morgan, Place::Everything, filter("bianca", "User Administrator")).await.unwrap();
        assert_eq!(sentences(&about.rows), [
            "Bianca approved the request of Emma for “User Administrator” in stage 1",
            "The request of Emma for “User Administrator” was approved",
        ]);
        let nobody = reads(&morgan, Place::Everything, filter("nobody of this name", "")).await.unwrap();
        assert!(nobody.actor.open && nobody.actor.choices.is_empty() && nobody.rows.is_empty());
        let several = reads(&morgan, Place::Everything, filter("", "a")).await.unwrap();
        assert!(several.target.open && several.target.choices.len() > 3, "{:?}", several.target);
        let chosen = several.target.choices.into_iter().find(|choice| choice.id.starts_with("role:")).unwrap();
        let found = reads(&morgan, Place::Everything, filter("", &chosen.id)).await.unwrap();
        assert_eq!((found.target.open, found.target.name), (false, chosen.name));
        for who in ["system", "console"] {
            let found = reads(&morgan, Place::Everything, filter(who, "")).await.unwrap();
            assert!(!found.actor.open, "{who}");
        }
        let denied = Filter { outcome: Some(Outcome::Denied), ..Filter::default() };
        assert!(rows(&morgan, Place::Everything, denied.clone()).await.is_empty());
        crate::given::one_stage(&world, "No way", &[&morgan]).await;
        let request = emma.requests("No way").because("Perhaps?").await.unwrap();
        morgan.denies(request, "No.").await.unwrap();
        assert_eq!(sentences(&rows(&morgan, Place::Everything, denied).await), ["Morgan denied the request of Emma for “No way” in stage 1"]);
    }

    async fn time_narrows_it_down_and_pages_have_everything_once(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        morgan.who().await.unwrap();
        world.passes(Span::hours(1)).await;
        let from = world.now();
        for number in 0..60 {
            world.makes_group(&format!("Group {number:02}")).await;
        }
        world.passes(Span::hours(1)).await;
        let to = world.now();
        world.makes_group("Afterwards").await;
        let filter = Filter { from: Some(from), to: Some(to), action: Some(Kind::GroupCreated), ..Filter::default() };
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = morgan.asks(query::Audit { place: Place::Everything, filter: filter.clone(), after }).await.unwrap();
            all.extend(page.rows.iter().map(|row| row.event));
            after = page.paging.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(all.len(), 60);
        let mut once = all.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), 60);
        let pieces = morgan.asks(query::ExportedAudit { place: Place::Everything, filter, after: None }).await.unwrap();
        assert_eq!(pieces.rows.iter().map(|row| row.event).collect::<Vec<_>>(), all, "the file has what the pages have");
        assert!(pieces.rows.iter().all(|row| row.number.is_some()), "everything was sealed");
    }

    async fn taking_the_history_away_is_part_of_it(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let filter = only(Kind::GroupCreated);
        let export = Command::ExportAudit { place: Place::Role(role()), filter, format: Format::JsonLines };
        morgan.submits(export).await.unwrap();
        for place in [Place::Everything, Place::Role(role()), Place::Mine] {
            let [exported] = &rows(&morgan, place, only(Kind::AuditExported)).await[..] else { panic!() };
            assert_eq!(exported.told.sentence(), "Morgan downloaded the audit log of User Administrator as JSON Lines");
            assert_eq!(exported.told.facts[0].value, "Group created");
        }
    }

    async fn what_happens_to_a_request_is_found_by_everything_it_is_about(test: TestDb) {
        let world = World::demo(test).await;
        let alex = world.person("alex").await;
        gets_admin(&world, &alex).await;
        let morgan = world.person("morgan").await;
        let package = format!("package:{}", world.package(crate::given::ADMIN));
        for target in [package, format!("user:{}", alex.id)] {
            let filter = Filter { target, action: Some(Kind::StageDecided), ..Filter::default() };
            assert_eq!(rows(&morgan, Place::Everything, filter).await.len(), 2);
        }
        assert_eq!(world.engine().verify_audit().await.unwrap().fault, None);
    }
}
