//! Why somebody holds something: every path with its sources, requests and deciders, now and at any moment that was.

use crate::given::{ADMIN, GROUP, ROLE, gets_admin};
use crate::privileged::{eligible, of, sets};
use model::command::{Command, Done};
use model::directory::{PortalRole, Principal};
use model::role_assignment::ActivateRole;
use model::role_settings::{Privileged, RoleSettings, Ticket};
use model::view::why::{Access, Held, Holders};
use model::{Span, Ts, query};
use testkit::{Offer, Person, World, both, refused};

async fn asks(by: &Person, of: &Person, at: Option<Ts>) -> Held {
    by.asks(query::Held { user: of.id, at }).await.unwrap()
}

async fn holders(by: &Person, role: Privileged, at: Option<Ts>, person: &str) -> Result<Holders, engine::Problem> {
    by.asks(query::Holders { role, at, person: person.into(), after: None }).await
}

/// Names of what somebody held.
async fn held(by: &Person, of: &Person, at: Ts) -> Vec<String> {
    asks(by, of, Some(at)).await.access.into_iter().map(|access| access.name).collect()
}

/// All that is said about a path, a line each.
fn lines(access: &Access) -> Vec<String> {
    let because = |step: &model::view::why::Step| {
        let told = step.because.iter().map(|told| {
            let facts: Vec<String> =
                told.facts.iter().map(|fact| format!("{}: {}", fact.name, model::time::spelled(&fact.value))).collect();
            [told.sentence(), told.reason.clone(), facts.join(", ")].join("|")
        });
        told.collect::<Vec<_>>()
    };
    access.why.iter().flat_map(because).collect()
}

fn says(access: &Access, beginning: &str, reason: &str) {
    let all = lines(access);
    let is = |line: &String| line.starts_with(beginning) && line.split('|').nth(1) == Some(reason);
    assert!(all.iter().any(is), "“{beginning}” with “{reason}” is not in {all:#?}");
}

both! {
    async fn the_question_does_not_exist_for_who_sees_no_directory(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, morgan, emma] = world.people(["alex", "morgan", "emma"]).await;
        let group = world.group(GROUP).await;
        for at in [None, Some(world.now())] {
            assert_eq!(refused(alex.asks(query::Held { user: alex.id, at }).await).code(), "not_found");
            assert_eq!(refused(holders(&alex, of(PortalRole::GlobalAdministrator), at, "").await).code(), "not_found");
            assert_eq!(refused(holders(&alex, Privileged::GroupMember(group), at, "").await).code(), "not_found");
        }
        let later = Some(world.now() + Span::minutes(1));
        assert_eq!(refused(morgan.asks(query::Held { user: emma.id, at: later }).await).code(), "malformed");
        assert_eq!(refused(holders(&morgan, of(PortalRole::GlobalAdministrator), later, "").await).code(), "malformed");
    }

    async fn a_path_names_the_package_the_request_and_everybody_who_decided_it(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        gets_admin(&world, &alex).await;
        let access = asks(&morgan, &alex, None).await.access;
        let role = access.iter().find(|access| access.name == ROLE).unwrap();
        says(role, &format!("From the access package {ADMIN} under the policy “"), "");
        says(role, "Requested by Alex on ", "Restore the tenant’s mail flow.");
        says(role, "Approved in stage 1 by Miriam on ", "Known change.");
        says(role, "Approved in stage 2 by Bianca on ", "In the calendar.");
        assert_eq!(role.why.len(), 2, "the membership, and what the group holds");
        let first = &role.why[0].said.iter().map(|part| part.text.as_str()).collect::<String>();
        assert_eq!(first, &format!("Alex: membership of {GROUP}"));
    }

    async fn an_activation_names_its_reason_its_approval_and_who_made_it_possible(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, bianca] = world.people(["morgan", "emma", "bianca"]).await;
        sets(&morgan, of(PortalRole::UserAdministrator), |settings| {
            settings.approval_required = true;
            settings.stages = vec![RoleSettings::default_stage(vec![(&bianca).into()])];
        })
        .await
        .unwrap();
        let eligible = eligible(&morgan, &emma, of(PortalRole::UserAdministrator), None).await;
        let asked = ActivateRole {
            eligible,
            minutes: 60,
            starts_at: None,
 accepted: Vec::new(),
 emergency: false,
            justification: "The directory is down.".into(),
            ticket: Ticket::default(),
        };
        let Done::RoleActivated { request, .. } = emma.submits(Command::ActivateRole(asked)).await.unwrap() else { panic!() };
        bianca.approves(request, "Seen.").await.unwrap();
        world.settle().await;
        for access in [
            asks(&morgan, &emma, None).await.access,
            holders(&morgan, of(PortalRole::UserAdministrator), None, "emma").await.unwrap().paths.unwrap(),
        ] {
            let role = access.iter().find(|access| access.name == "User Administrator").unwrap();
            says(role, "Activated by Emma on ", "The directory is down.");
            says(role, "Approved in stage 1 by Bianca on ", "Seen.");
            says(role, "Made eligible by Morgan on ", "On call.");
            assert!(role.why[0].because.iter().flat_map(|told| &told.said).any(|part| {
                part.href == Some(format!("/admin/requests/{request}"))
            }));
        }
        // Who sees the directory and no roles learns that it is so, and not what was said about it.
        let ursula = world.hires("ursula").await;
        let role = crate::privileged::asks(of(PortalRole::GroupsAdministrator), Principal::User(ursula.id), model::access::AssignmentType::Active, None);
        world.console(Command::AssignRole(role)).await;
        let access = asks(&ursula, &emma, None).await.access;
        let said = serde_json::to_string(&access).unwrap();
        assert!(said.contains("User Administrator"), "{said}");
        for secret in ["The directory is down.", "Seen.", "On call.", &request.to_string()] {
            assert!(!said.contains(secret), "{secret} in {said}");
        }
    }

    async fn what_was_held_is_told_for_every_moment_that_was(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, emma] = world.people(["morgan", "alex", "emma"]).await;
        let tick = Span(1);
        let start = world.now();
        world.passes(Span::hours(1)).await;
        let before = world.now() - tick;
        gets_admin(&world, &alex).await;
        let given = world.now();
        world.passes(Span::hours(2)).await;
        let during = world.now();
        world.passes(Span::hours(2)).await;
        // It ended by itself after four hours.
        assert!(!alex.holds(ROLE).await);
        world.passes(Span::days(40)).await;
        for (at, expected) in [(before, false), (given, true), (during, true), (given + Span::hours(4) - tick, true), (given + Span::hours(4), false), (world.now(), false)] {
            assert_eq!(held(&morgan, &alex, at).await.contains(&ROLE.to_owned()), expected, "{}", at.words());
            let of_role = holders(&morgan, of(PortalRole::GlobalAdministrator), Some(at), "alex").await.unwrap();
            assert_eq!(!of_role.paths.unwrap().is_empty(), expected, "{}", at.words());
            let members = holders(&morgan, Privileged::GroupMember(world.group(GROUP).await), Some(at), "").await.unwrap();
            assert_eq!(members.rows.iter().any(|row| row.person == Some(alex.id)), expected, "{}", at.words());
        }
        let then = asks(&morgan, &alex, Some(during)).await;
        assert_eq!(then.at, Some(during));
        let role = then.access.iter().find(|access| access.name == ROLE).unwrap();
        says(role, "Approved in stage 2 by Bianca on ", "In the calendar.");
        assert_eq!((role.ends, role.until), (None, Some(given + Span::hours(4))), "what ran then is over");
        assert!(!then.notes.is_empty(), "what it is told from");

        // Taken away and given back by hand, twice.
        let group = world.makes_group("Night watch").await;
        let member = |add: bool| {
            let principal = Principal::User(emma.id);
            if add { Command::AddMember { group, principal, as_owner: false } } else { Command::RemoveMember { group, principal, as_owner: false } }
        };
        let mut expected = Vec::new();
        for add in [true, false, true, false] {
            world.passes(Span::hours(1)).await;
            morgan.submits(member(add)).await.unwrap();
            expected.push((world.now(), add));
            expected.push((world.now() + Span::minutes(30), add));
        }
        world.passes(Span::hours(1)).await;
        for (at, add) in expected {
            assert_eq!(held(&morgan, &emma, at).await.contains(&"Night watch".to_owned()), add, "{}", at.words());
        }
        let early = asks(&morgan, &emma, Some(start - Span::days(1))).await;
        assert!(early.access.is_empty());
        assert!(early.notes[0].starts_with("The history does not reach back"), "{:?}", early.notes);
    }

    async fn whoever_was_disabled_held_nothing_while_they_were(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        let group = world.makes_group("Night watch").await;
        morgan.submits(Command::AddMember { group, principal: Principal::User(emma.id), as_owner: false }).await.unwrap();
        let mut expected = vec![(world.now(), true)];
        for enabled in [false, true, false] {
            world.passes(Span::hours(1)).await;
            morgan.submits(Command::SetUserEnabled { user: emma.id, enabled }).await.unwrap();
            expected.push((world.now(), enabled));
            expected.push((world.now() + Span::minutes(59), enabled));
        }
        world.passes(Span::hours(1)).await;
        for (at, enabled) in expected {
            assert_eq!(held(&morgan, &emma, at).await.contains(&"Night watch".to_owned()), enabled, "{}", at.words());
        }
        let disabled = asks(&morgan, &emma, Some(world.now())).await;
        assert!(disabled.notes.iter().any(|note| note.contains("was disabled")), "{:?}", disabled.notes);
    }

    async fn owners_see_who_is_in_their_group_and_not_through_which_package(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, alex] = world.people(["morgan", "emma", "alex"]).await;
        let group = world.makes_group("Harbour keys").await;
        morgan.submits(Command::AddMember { group, principal: Principal::User(emma.id), as_owner: true }).await.unwrap();
        world.offers(Offer::new("Secret harbour", group, [])).await;
        alex.requests("Secret harbour").because("A secret reason.").await.unwrap();
        world.settle().await;
        let member = Privileged::GroupMember(group);
        for at in [None, Some(world.now())] {
            let seen = holders(&emma, member, at, "alex").await.unwrap();
            assert!(!seen.rows.is_empty() && !seen.paths.as_ref().unwrap().is_empty());
            let said = serde_json::to_string(&seen).unwrap();
            assert!(said.contains("an access package") && !said.contains("Secret harbour") && !said.contains("A secret reason"), "{said}");
            let all = serde_json::to_string(&holders(&morgan, member, at, "alex").await.unwrap()).unwrap();
            assert!(all.contains("Secret harbour") && all.contains("A secret reason"), "{all}");
        }
        // Of other roles and people nothing is asked there.
        assert_eq!(refused(emma.asks(query::Held { user: alex.id, at: None }).await).code(), "not_found");
    }

    async fn a_later_end_or_another_window_does_not_change_what_was(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        let role = crate::privileged::asks(of(PortalRole::UserAdministrator), Principal::User(emma.id), model::access::AssignmentType::Active, Some(world.now() + Span::days(10)));
        morgan.submits(Command::AssignRole(role)).await.unwrap();
        let assigned = world.now();
        world.passes(Span::days(1)).await;
        let id = crate::privileged::finds(&morgan, of(PortalRole::UserAdministrator), model::view::my_roles::Tab::Active, &emma).await;
        let change = model::role_assignment::ChangeRoleAssignment {
            assignment: id, seen: (assigned, Some(assigned + Span::days(10))), starts_at: None, ends_at: Some(world.now() + Span::days(1)), justification: "Shorter.".into(),
        };
        morgan.submits(Command::ChangeRoleAssignment(change)).await.unwrap();
        world.passes(Span::days(3)).await;
        for (day, expected) in [(0, true), (1, true), (2, false), (3, false)] {
            let at = assigned + Span::days(day);
            assert_eq!(held(&morgan, &emma, at).await.contains(&"User Administrator".to_owned()), expected, "day {day}");
        }
        let then = asks(&morgan, &emma, Some(assigned)).await.access;
        let role = then.iter().find(|access| access.name == "User Administrator").unwrap();
        says(role, "Assigned by Morgan on ", "On call.");
        says(role, "Its time was changed by Morgan on ", "Shorter.");
    }

    async fn everybody_who_holds_a_role_is_listed_with_every_path_and_nobody_who_does_not(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, lee, emma] = world.people(["morgan", "alex", "lee", "emma"]).await;
        let every = async |who: &Person, role| who.asks(query::EverybodyHolding { role, at: None, after: None }).await;
        let ops = world.makes_role_assignable("Vault operators").await;
        let role = of(PortalRole::SecurityReader);
        let active = |principal| crate::privileged::asks(role, principal, model::access::AssignmentType::Active, None);
        morgan.submits(Command::AssignRole(active(Principal::Group(ops)))).await.unwrap();
        morgan.submits(Command::AssignRole(active(Principal::User(alex.id)))).await.unwrap();
        for person in [&alex, &lee, &emma] {
            morgan.adds(ops, person).await.unwrap();
        }
        morgan.disables(&emma).await.unwrap();
        assert_eq!(refused(every(&world.person("omar").await, role).await).code(), "not_found");
        let found = every(&morgan, role).await.unwrap();
        let said: Vec<(String, Vec<Vec<String>>)> = found
            .rows
            .iter()
            .map(|row| {
                let stops = |access: &Access| access.path.iter().map(|stop| stop.name.clone()).collect();
                (row.who.name.clone(), row.paths.iter().map(stops).collect())
            })
            .collect();
        let path = |all: &[&str]| all.iter().map(|stop| (*stop).to_owned()).collect::<Vec<String>>();
        let expected = [
            ("Alex".to_owned(), vec![path(&["Alex", "Security Reader"]), path(&["Alex", "Vault operators", "Security Reader"])]),
            ("Lee".to_owned(), vec![path(&["Lee", "Vault operators", "Security Reader"])]),
        ];
        assert_eq!(said, expected, "nobody who is disabled");

        // Membership comes through groups within groups, and ends with any of them to the instant.
        let (outer, inner) = (world.makes_group("Harbour").await, world.makes_group("Pier").await);
        morgan.submits(Command::AddMember { group: outer, principal: Principal::Group(inner), as_owner: false }).await.unwrap();
        morgan.adds(inner, &lee).await.unwrap();
        let members = every(&morgan, Privileged::GroupMember(outer)).await.unwrap().rows;
        assert_eq!(members.iter().map(|row| row.who.name.as_str()).collect::<Vec<_>>(), ["Lee"]);
        assert_eq!(members[0].paths[0].path.len(), 3);
        assert!(every(&morgan, Privileged::GroupOwner(outer)).await.unwrap().rows.is_empty());
        morgan.removes(inner, &lee).await.unwrap();
        assert!(every(&morgan, Privileged::GroupMember(outer)).await.unwrap().rows.is_empty());
    }

    async fn regression_15_a_list_of_everybody_goes_on_where_the_page_before_ended_and_leaves_nobody_out(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let group = world.makes_group("Whole company").await;
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = morgan.asks(query::Users { search: String::new(), filter: Default::default(), after }).await.unwrap();
            all.extend(page.rows.iter().filter(|row| row.badge.word != "Disabled").map(|row| row.who.id));
            match page.paging.next { Some(next) => after = Some(next), None => break }
        }
        assert!(all.len() > model::limits::PAGE_ROWS, "{} people fit one page", all.len());
        for id in &all {
            morgan.submits(Command::AddMember { group, principal: Principal::User(*id), as_owner: false }).await.unwrap();
        }
        all.sort();
        let then = world.now();
        for at in [None, Some(then)] {
            // What happened since is of no concern to the answer about then: some are out, and one is disabled.
            if at.is_some() {
                world.passes(Span::hours(1)).await;
                for id in all.iter().filter(|id| **id != morgan.id).take(5) {
                    let principal = Principal::User(*id);
                    morgan.submits(Command::RemoveMember { group, principal, as_owner: false }).await.unwrap();
                }
                let last = *all.iter().rfind(|id| **id != morgan.id).unwrap();
                morgan.submits(Command::SetUserEnabled { user: last, enabled: false }).await.unwrap();
            }
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = morgan.asks(query::EverybodyHolding { role: Privileged::GroupMember(group), at, after }).await.unwrap();
                assert_eq!(page.at, at);
                seen.extend(page.rows.iter().map(|row| row.who.id));
                match page.paging.next { Some(next) => after = Some(next), None => break }
            }
            seen.sort();
            assert_eq!(seen, all);
        }
    }

    async fn everybody_who_held_a_role_at_a_moment_is_told_with_the_path_of_then(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, lee, emma] = world.people(["morgan", "alex", "lee", "emma"]).await;
        let begun = world.now();
        world.passes(Span::hours(1)).await;
        let ops = world.makes_role_assignable("Vault operators").await;
        let (role, members) = (of(PortalRole::SecurityReader), Privileged::GroupMember(ops));
        let every = async |who: &Person, role, at| who.asks(query::EverybodyHolding { role, at: Some(at), after: None }).await;
        let later = world.now() + Span(1);
        for (role, at, says) in [
            (role, later, "still to come"),
            (members, later, "still to come"),
            (members, begun, "the history of “Vault operators” begins on"),
            (role, begun - Span::days(1), "the history of “Security Reader” begins on"),
        ] {
            let refusal = refused(every(&morgan, role, at).await);
            assert_eq!((refusal.code(), refusal.field()), ("malformed", Some("at")));
            assert!(refusal.sentence_for_pages().contains(says), "{}", refusal.sentence_for_pages());
            assert_eq!(refused(holders(&morgan, role, Some(at), "").await), refusal, "the other list says the same");
            assert_eq!(refused(every(&alex, role, at).await).code(), "not_found", "and nothing to whoever sees no roles");
        }

        // Through the group and directly; one of them is disabled for an hour, one is eligible and activates for an hour.
        let active = |principal| crate::privileged::asks(role, principal, model::access::AssignmentType::Active, None);
        morgan.submits(Command::AssignRole(active(Principal::Group(ops)))).await.unwrap();
        morgan.adds(ops, &alex).await.unwrap();
        morgan.adds(ops, &lee).await.unwrap();
        morgan.disables(&lee).await.unwrap();
        let disabled = world.now();
        world.passes(Span::hours(1)).await;
        morgan.enables(&lee).await.unwrap();
        let eligible = eligible(&morgan, &emma, role, None).await;
        let asked = ActivateRole {
            eligible,
            minutes: 60,
            starts_at: None,
            justification: "An alert.".into(),
            ticket: Ticket::default(),
            accepted: Vec::new(),
            emergency: false,
        };
        emma.submits(Command::ActivateRole(asked)).await.unwrap();
        let together = world.now();
        world.passes(Span::hours(1)).await;
        let over = world.now();
        morgan.removes(ops, &alex).await.unwrap();
        morgan.disables(&emma).await.unwrap();
        world.passes(Span::days(50)).await;

        let through = |name: &str| (name.to_owned(), vec![name.to_owned(), "Vault operators".to_owned(), "Security Reader".to_owned()]);
        let own = |name: &str| (name.to_owned(), vec![name.to_owned(), "Security Reader".to_owned()]);
        for (at, expected) in [
            (disabled, vec![through("Alex")]),
            (together, vec![through("Alex"), own("Emma"), through("Lee")]),
            // It ended with its hour; a tick before it was in force.
            (over - Span(1), vec![through("Alex"), own("Emma"), through("Lee")]),
            (over, vec![through("Lee")]),
            (world.now(), vec![through("Lee")]),
        ] {
            let found = every(&morgan, role, at).await.unwrap();
            assert_eq!(found.at, Some(at));
            assert!(!found.notes.is_empty(), "what it is told from");
            let paths = found.rows.iter().flat_map(|row| row.paths.iter().map(move |access| (row, access)));
            let told: Vec<(String, Vec<String>)> = paths
                .map(|(row, access)| (row.who.name.clone(), access.path.iter().map(|stop| stop.name.clone()).collect()))
                .collect();
            assert_eq!(told, expected, "{}", at.words());
            let inside = every(&morgan, members, at).await.unwrap().rows;
            let names: Vec<&str> = inside.iter().map(|row| row.who.name.as_str()).collect();
            let expected: Vec<&str> = expected.iter().filter(|(name, _)| name != "Emma").map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, expected, "{}", at.words());
        }
        let then = every(&morgan, role, together).await.unwrap();
        let emmas = &then.rows.iter().find(|row| row.who.id == emma.id).unwrap().paths[0];
        says(emmas, "Activated by Emma on ", "An alert.");
        says(emmas, "Made eligible by Morgan on ", "On call.");
        assert_eq!((&emmas.badge.word[..], emmas.ends, emmas.until), ("Activated", None, Some(over)));
        let alexs = &then.rows.iter().find(|row| row.who.id == alex.id).unwrap().paths[0];
        assert_eq!(alexs.until, Some(over), "when the membership was taken away");
    }

    async fn the_present_and_the_same_moment_a_little_later_agree_about_everybody(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, bianca] = world.people(["morgan", "alex", "bianca"]).await;
        gets_admin(&world, &alex).await;
        world.offers(Offer::new("Short", world.group(GROUP).await, [])).await;
        bianca.requests("Short").because("Short.").await.unwrap();
        world.settle().await;
        let people = morgan.asks(query::Users { search: String::new(), filter: Default::default(), after: None }).await.unwrap().rows;
        let mut now = Vec::new();
        let at = world.now();
        let plain = |held: Held| -> Vec<_> { held.access.into_iter().map(|access| (access.name, access.path)).collect() };
        for row in &people {
            now.push(plain(morgan.asks(query::Held { user: row.who.id, at: None }).await.unwrap()));
        }
        world.passes(Span::days(400)).await;
        for (row, now) in people.iter().zip(now) {
            assert_eq!(plain(morgan.asks(query::Held { user: row.who.id, at: Some(at) }).await.unwrap()), now, "{}", row.who.name);
        }
    }
}
