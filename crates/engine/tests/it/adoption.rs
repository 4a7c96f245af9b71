//! What was given at a target and not here: it is listed, taken away, or becomes an assignment with an end, and never silently.

use crate::targets::Stage;
use model::access::{Assignment, ResourceRole, Source};
use model::command::{Command, Done};
use model::directory::{PortalRole, Principal};
use model::limits::{TARGET_ADOPTIONS_SHOWN, TARGET_LEASE_SECONDS, TARGET_LINES_MAX};
use model::target::{Drift, Unknown};
use model::view::target::Finding;
use model::{Span, query};
use testkit::target::Manner;
use testkit::{Person, both, refused};

const GROUP: &str = "Agents";

impl Stage {
    /// Somebody at the target has an account of this name, and somebody put it into the group.
    pub fn puts_in(&self, user_name: &str, external_id: Option<&str>) -> String {
        let mut inside = self.peer.inside();
        let account = inside.account(user_name, external_id);
        let group = inside.groups.iter().find(|(_, (name, _))| name == GROUP).map(|(id, _)| id.clone());
        let group = group.unwrap_or_else(|| inside.group(GROUP));
        inside.groups.get_mut(&group).unwrap().1.insert(account.clone());
        account
    }

    /// Puts an account that is there into the group again.
    fn puts_back(&self, account: &str) {
        let mut inside = self.peer.inside();
        inside.groups.values_mut().find(|(name, _)| name == GROUP).unwrap().1.insert(account.to_owned());
    }

    pub async fn found(&self) -> Vec<Finding> {
        self.page().await.findings
    }

    fn unknown(&self, account: &str) -> Unknown {
        Unknown { target: self.target, role: self.agent, remote_id: account.to_owned() }
    }

    fn adopts(&self, account: &str, words: &str) -> Command {
        Command::AdoptAccess { found: self.unknown(account), words: words.to_owned() }
    }

    pub fn removes(&self, account: &str, words: &str) -> Command {
        Command::RemoveUnknownAccess { found: self.unknown(account), words: words.to_owned() }
    }

    /// What somebody holds of the application directly.
    async fn held_directly(&self, person: &Person) -> Vec<Assignment> {
        let mut link = self.world.db().read().await.unwrap();
        let all = store::assignments::of_role(&mut link, self.role(), None, 100).await.unwrap();
        all.into_iter().map(|(one, _)| one).filter(|one| one.principal == Principal::User(person.id)).collect()
    }

    async fn codes(&self) -> Vec<&'static str> {
        self.world.history_about(self.target.0).await.iter().map(|event| event.action.code()).collect()
    }
}

both! {
    async fn nobody_adopts_or_removes_without_the_right_to_and_a_reason(test: TestDb) {
        let stage = Stage::new(test).await;
        let lee = stage.world.hires("lee.new").await;
        let account = stage.puts_in("lee.new", None);
        stage.reconciles().await;
        let alex = stage.world.person("alex").await;
        for command in [stage.adopts(&account, "Known."), stage.removes(&account, "Unknown.")] {
            assert_eq!(refused(alex.submits(command).await).code(), "not_found");
        }
        stage.world.appoints(&alex, PortalRole::SecurityReader).await;
        for command in [stage.adopts(&account, "Known."), stage.removes(&account, "Unknown.")] {
            assert_eq!(refused(alex.submits(command).await).code(), "not_allowed");
        }
        for command in [stage.adopts(&account, " "), stage.removes(&account, " ")] {
            assert_eq!(refused(stage.morgan.submits(command).await).code(), "required");
        }
        assert_eq!(refused(stage.morgan.submits(stage.adopts("u99", "Known.")).await).code(), "not_found");
        assert!(stage.held_directly(&lee).await.is_empty());
        assert_eq!(stage.there(), ["lee.new"], "and nothing happened there");
    }

    async fn what_is_found_is_listed_with_who_it_is_here_and_why_it_cannot_be_adopted(test: TestDb) {
        let stage = Stage::new(test).await;
        let lee = stage.world.hires("lee.new").await;
        let gone = stage.world.hires("gone.new").await;
        stage.morgan.submits(Command::SetUserEnabled { user: gone.id, enabled: false }).await.unwrap();
        let other = gone.id.to_string();
        stage.world.hires("odd.new").await;
        for (name, id) in [("lee.new", None), ("gone.new", None), ("stranger", None), ("odd.new", Some(other.as_str()))] {
            stage.puts_in(name, id);
        }
        let morgans = stage.puts_in("morgan", None);
        stage.reconciles().await;
        let found = stage.found().await;
        let why = |called: &str| {
            let account = stage.peer.inside().users.values().find(|user| user["userName"] == called).unwrap()["id"].clone();
            let one = found.iter().find(|one| account == one.remote_id).unwrap();
            (one.person.as_ref().map(|person| person.id), one.why.clone(), one.adopt)
        };
        assert_eq!(why("lee.new"), (Some(lee.id), String::new(), true));
        let (person, said, adopt) = why("gone.new");
        assert!(person == Some(gone.id) && said.contains("is disabled") && !adopt, "{said}");
        assert_eq!(why("stranger"), (None, "Nobody here is known as “stranger”.".to_owned(), false));
        let (person, said, adopt) = why("odd.new");
        assert!(person.is_none() && said.contains("carries the id of somebody else") && !adopt, "{said}");
        let (person, said, adopt) = why("morgan");
        assert!(person == Some(stage.morgan.id) && said.contains("your own access") && !adopt, "nobody adopts for themselves: {said}");
        let who = stage.world.person("alex").await;
        stage.world.appoints(&who, PortalRole::SecurityReader).await;
        let page = who.asks(query::Target { target: stage.target, after: None }).await.unwrap();
        assert!(page.findings.iter().all(|one| !one.why.contains("your own access")), "it is somebody else's for them");
        assert_eq!(refused(stage.morgan.submits(stage.adopts(&morgans, "Mine.")).await).code(), "not_adopted");
        assert_eq!(stage.there().len(), 5, "nothing was changed there");
        assert!(stage.page().await.adoptions.is_empty());
    }

    async fn somebody_adopts_with_a_reason_and_it_ends_as_any_assignment_does(test: TestDb) {
        let stage = Stage::new(test).await;
        let lee = stage.world.hires("lee.new").await;
        let account = stage.puts_in("lee.new", None);
        stage.reconciles().await;
        let done = stage.morgan.submits(stage.adopts(&account, "She looks after the ledger.")).await.unwrap();
        let Done::AccessAdopted { until, .. } = done else { panic!("{done:?}") };
        assert_eq!(until, stage.world.now() + Span::days(30));
        let held = stage.held_directly(&lee).await;
        assert_eq!((held.len(), held[0].source, held[0].ends_at), (1, Source::Direct, Some(until)));
        assert_eq!(refused(stage.morgan.submits(stage.adopts(&account, "Twice.")).await).code(), "not_found");
        stage.world.settle().await;
        assert_eq!(stage.stands("lee.new").await, Stage::works("Agent"));
        let page = stage.page().await;
        assert!(page.findings.is_empty());
        assert_eq!((page.adoptions.len(), page.adoptions[0].by.as_deref()), (1, Some("Morgan")));
        assert!(stage.codes().await.contains(&"target_access_adopted"));
        let told = stage.world.history_about(lee.id.0).await;
        let words = told.iter().find_map(|event| match &event.action {
            model::event::Action::AssignmentStarted { words, .. } => Some(words.clone()),
            _ => None,
        });
        assert_eq!(words.as_deref(), Some("Found in “Agents” at the target “Ledger”. She looks after the ledger."));
        stage.world.passes(Span::days(30)).await;
        assert!(stage.there().is_empty() && stage.held_directly(&lee).await.is_empty());
        assert_eq!(stage.peer.accounts(), ["lee.new"], "an account that was there before stays");
        assert_eq!(stage.page().await.adoptions[0].badge.word, "Ended");
        stage.world.history_is_sound().await;
    }

    async fn whoever_was_adopted_while_the_target_was_down_until_the_end_goes_when_it_is_back(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.world.hires("lee.new").await;
        let account = stage.puts_in("lee.new", None);
        stage.reconciles().await;
        stage.peer.inside().manner = Manner::Fails(503);
        stage.morgan.submits(stage.adopts(&account, "She looks after the ledger.")).await.unwrap();
        stage.world.settle().await;
        stage.world.passes(Span::days(30)).await;
        assert_eq!(stage.there(), ["lee.new"], "nobody could be asked");
        stage.peer.inside().manner = Manner::Honest;
        stage.world.passes(Span::minutes(1)).await;
        assert!(stage.there().is_empty(), "she is not taken for unknown access");
    }

    async fn an_adopted_role_is_taken_away_on_the_page_of_the_role_and_goes_at_the_target(test: TestDb) {
        let stage = Stage::new(test).await;
        let lee = stage.world.hires("lee.new").await;
        let account = stage.puts_in("lee.new", None);
        stage.reconciles().await;
        stage.morgan.submits(stage.adopts(&account, "Known.")).await.unwrap();
        stage.world.settle().await;
        let page = query::Application { application: stage.application, role: Some(stage.agent), after: None };
        let shown = stage.morgan.asks(page).await.unwrap();
        let assignment = shown.holders.iter().find(|one| one.id == lee.id.to_string()).and_then(|one| one.end).unwrap();
        let ends = |words: &str| Command::EndApplicationAssignment { assignment, words: words.to_owned() };
        let alex = stage.world.person("alex").await;
        assert_eq!(refused(alex.submits(ends("No.")).await).code(), "not_found");
        assert_eq!(refused(stage.morgan.submits(ends(" ")).await).code(), "required");
        stage.morgan.submits(ends("She moved on.")).await.unwrap();
        assert_eq!(refused(stage.morgan.submits(ends("Again.")).await).code(), "not_found");
        stage.world.settle().await;
        assert!(stage.there().is_empty());
    }

    async fn a_target_that_is_set_so_adopts_whom_it_knows_without_a_doubt_and_nobody_else(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.gets("alex.new").await;
        let [lee, guest] = [stage.world.hires("lee.new").await, stage.world.hires("guest.new").await];
        let mut link = stage.world.db().begin().await.unwrap();
        let user = store::users::get(&mut link, guest.id).await.unwrap().unwrap();
        let user = rules::user::User { kind: model::directory::UserKind::Guest, ..user };
        assert_eq!(store::users::update(&mut link, &user).await.unwrap(), store::Saved::Yes);
        link.commit().await.unwrap();
        for name in ["lee.new", "guest.new", "stranger"] {
            stage.puts_in(name, None);
        }
        stage.sets(|asked| asked.drift = Drift::Adopt).await;
        stage.world.settle().await;
        let page = stage.page().await;
        assert_eq!((page.adoptions.len(), page.adoptions[0].person.id, page.adoptions[0].by.clone()), (1, lee.id, None));
        assert_eq!(stage.held_directly(&lee).await.len(), 1);
        let mut whys: Vec<String> = page.findings.into_iter().map(|one| one.why).collect();
        whys.sort();
        assert!(whys[0].contains("Nobody here is known as") && whys[1].contains("is a guest"), "{whys:?}");
        assert!(stage.held_directly(&guest).await.is_empty());
        assert_eq!(stage.codes().await.iter().filter(|code| **code == "target_access_adopted").count(), 1);
        assert_eq!(stage.there().len(), 4, "nobody lost anything");
        stage.world.history_is_sound().await;
    }

    async fn what_ended_here_is_never_adopted_again_by_itself(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        let alex = stage.gets("alex.new").await;
        stage.sets(|asked| asked.drift = Drift::Adopt).await;
        stage.world.settle().await;
        // It ends while the target is down: what is still there is ours to take away, and not to adopt.
        stage.peer.behaves(Manner::Fails(503));
        stage.gives_back(&alex).await;
        stage.peer.behaves(Manner::Honest);
        stage.reconciles().await;
        stage.world.passes(Span::minutes(2)).await;
        assert!(stage.there().is_empty() && stage.held_directly(&alex).await.is_empty());
        // Somebody gives it again over there.
        let account = stage.puts_in("alex.new", None);
        stage.reconciles().await;
        let found = stage.found().await;
        assert!(found[0].why.contains("held the role here until") && found[0].adopt, "{found:?}");
        assert!(stage.held_directly(&alex).await.is_empty());
        stage.morgan.submits(stage.adopts(&account, "It was meant so.")).await.unwrap();
        stage.world.passes(Span::days(30)).await;
        assert!(stage.there().is_empty());
        stage.puts_back(&account);
        stage.reconciles().await;
        assert!(stage.held_directly(&alex).await.is_empty(), "what was adopted once ends, too");
        assert_eq!(stage.found().await.len(), 1);
    }

    async fn somebody_has_one_member_removed_and_nobody_else_goes(test: TestDb) {
        let stage = Stage::new(test).await;
        let (stranger, _) = (stage.puts_in("stranger", None), stage.puts_in("another", None));
        stage.reconciles().await;
        stage.peer.behaves(Manner::Fails(503));
        stage.morgan.submits(stage.removes(&stranger, "Nobody knows them.")).await.unwrap();
        stage.world.settle().await;
        let waits = stage.found().await.into_iter().find(|one| one.remote_id == stranger).unwrap();
        assert_eq!(waits.unwanted.as_deref(), Some("Nobody knows them."), "the target could not be asked");
        stage.peer.behaves(Manner::Honest);
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!(stage.there(), ["another"]);
        assert_eq!(stage.found().await.len(), 1);
        let codes = stage.codes().await;
        assert!(codes.contains(&"target_removal_asked") && codes.contains(&"target_drift_removed"), "{codes:?}");
    }

    async fn killed_anywhere_an_adoption_is_made_once_and_agrees_with_the_target(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.sets(|asked| asked.drift = Drift::Adopt).await;
        stage.world.settle().await;
        for statements in (0..60).step_by(4) {
            let name = format!("person.{statements}");
            let person = stage.world.hires(&name).await;
            stage.puts_in(&name, None);
            stage.morgan.submits(Command::ReconcileTarget { target: stage.target }).await.unwrap();
            stage.world.db().fail_after(Some(statements));
            let _ = stage.world.engine().settle().await;
            stage.world.restart();
            // On PostgreSQL the one that was killed has the target for itself until its time is over.
            stage.world.time_goes_by(Span::seconds(TARGET_LEASE_SECONDS));
            stage.reconciles().await;
            let held = stage.held_directly(&person).await;
            assert_eq!(held.len(), 1, "killed after {statements} statements");
            assert_eq!(held[0].role, ResourceRole::ApplicationRole(stage.application, stage.agent));
            assert_eq!(stage.stands(&name).await, Stage::works("Agent"), "killed after {statements} statements");
        }
        let adopted = stage.codes().await.iter().filter(|code| **code == "target_access_adopted").count();
        assert_eq!((adopted, stage.found().await.len()), (15, 0));
        stage.world.passes(Span::days(31)).await;
        assert!(stage.there().is_empty());
        stage.world.history_is_sound().await;
    }

    async fn one_member_of_whom_the_target_says_nothing_keeps_no_other_from_being_compared(test: TestDb) {
        let stage = Stage::new(test).await;
        let lee = stage.world.hires("lee.new").await;
        stage.world.hires("odd.new").await;
        for name in ["odd.new", "lee.new"] {
            stage.puts_in(name, None);
        }
        for status in [403, 500, 404] {
            stage.peer.behaves(Manner::Hides("odd.new", status));
            stage.reconciles().await;
            let page = stage.page().await;
            assert!(page.trouble.is_none(), "{:?}", page.trouble);
            let mut who: Vec<_> = page.findings.iter().map(|one| (one.person.as_ref().map(|person| person.id), one.adopt)).collect();
            who.sort();
            assert_eq!(who, [(None, false), (Some(lee.id), true)], "{status}");
            let said = page.uncompared.is_some_and(|said| said.contains("could not be told"));
            assert_eq!(said, status != 404, "whoever is no account there is nobody, and everything else is said");
        }
        stage.peer.behaves(Manner::Hides("odd.new", 401));
        stage.reconciles().await;
        assert!(stage.page().await.trouble.is_some(), "a token that is not taken is about everybody");
    }

    async fn so_many_strangers_that_they_are_not_all_listed_hide_nobody_else_and_it_is_said(test: TestDb) {
        let stage = Stage::new(test).await;
        let lee = stage.world.hires("lee.new").await;
        let lead = stage.world.hires("lead.new").await;
        // The target lists members by their ids, u99 as the last.
        for n in 1..=TARGET_LINES_MAX + 10 {
            stage.puts_in(if n == 98 { "lee.new" } else { "x" }, None);
        }
        {
            let mut inside = stage.peer.inside();
            let (account, group) = (inside.account("lead.new", None), inside.group("Lead"));
            inside.groups.get_mut(&group).unwrap().1.insert(account);
        }
        stage.reconciles().await;
        let page = stage.page().await;
        let persons = |page: &model::view::target::OneTarget| {
            page.findings.iter().filter_map(|one| one.person.as_ref().map(|person| person.id)).collect::<Vec<_>>()
        };
        assert!(persons(&page).contains(&lead.id), "one group hides nothing of another");
        let said = page.uncompared.clone().unwrap();
        assert!(said.contains("10 unknown members of “Agents” more are not listed."), "{said}");
        stage.sets(|asked| asked.drift = Drift::Adopt).await;
        stage.world.settle().await;
        stage.reconciles().await;
        assert_eq!(stage.held_directly(&lee).await.len(), 1, "strangers keep nobody from being adopted");
    }

    async fn an_adopted_account_that_was_there_before_stays_although_one_was_about_to_be_made(test: TestDb) {
        let stage = Stage::new(test).await;
        let lee = stage.world.hires("lee.new").await;
        let account = stage.puts_in("lee.new", None);
        stage.reconciles().await;
        // Another role is on its way, and an account is about to be made when the target goes down.
        let mut link = stage.world.db().read().await.unwrap();
        let roles = store::resources::roles_of(&mut link, stage.application).await.unwrap().unwrap();
        drop(link);
        let lead = roles.into_iter().find(|(_, name)| name == "Lead").unwrap().0;
        let until = stage.world.now() + Span::days(2);
        stage.peer.behaves(Manner::Fails(503));
        stage.given(&lee, ResourceRole::ApplicationRole(stage.application, lead), Some(until)).await;
        stage.world.settle().await;
        stage.morgan.submits(stage.adopts(&account, "Known.")).await.unwrap();
        stage.peer.behaves(Manner::Honest);
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!((stage.there(), stage.peer.members("Lead")), (vec!["lee.new".to_owned()], vec!["lee.new".to_owned()]));
        assert_eq!(stage.peer.inside().users[&account].get("externalId"), None, "it is not marked as ours");
        stage.world.passes(Span::days(31)).await;
        assert_eq!((stage.there(), stage.peer.accounts()), (vec![], vec!["lee.new".to_owned()]), "it was there before");
    }

    async fn the_page_says_that_it_lists_the_latest_adoptions_only(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.sets(|asked| asked.drift = Drift::Adopt).await;
        for n in 0..=TARGET_ADOPTIONS_SHOWN {
            let name = format!("person.{n}");
            stage.world.hires(&name).await;
            stage.puts_in(&name, None);
        }
        stage.reconciles().await;
        let page = stage.page().await;
        assert_eq!((page.adoptions.len(), page.more_adoptions), (TARGET_ADOPTIONS_SHOWN, true));
    }
}
