//! Targets: who holds a role of an application has it there, and loses it there, whatever the target does meanwhile.

use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::command::{Command, Done, Secret};
use model::directory::Principal;
use model::limits::TARGET_LEASE_SECONDS;
use model::target::{Drift, Kind, Leavers, SaveTarget};
use model::view::package::{Standing, Tab};
use model::view::target::OneTarget;
use model::{ApplicationId, ApplicationRoleId, AssignmentId, GroupId, PackageAssignmentId, Span, TargetId, query};
use testkit::target::{Manner, TOKEN, Target};
use testkit::{Offer, Person, TestDb, World, both};

/// A company with one application, and its target.
pub struct Stage {
    pub world: World,
    pub morgan: Person,
    pub application: ApplicationId,
    pub agent: ApplicationRoleId,
    pub lead: ApplicationRoleId,
    pub target: TargetId,
    pub peer: Target,
}

pub fn settings(stage: (ApplicationId, &Target)) -> SaveTarget {
    SaveTarget {
        target: None,
        version: 0,
        application: Some(stage.0),
        name: "Ledger".into(),
        base_url: stage.1.base_url.clone(),
        kind: Kind::Scim,
        token: Some(Secret(TOKEN.into())),
        drift: Drift::Report,
        adopted_days: "30".into(),
        leavers: Leavers::Delete,
        creates_groups: true,
        groups: "Agent = Agents".into(),
        per_second: "1000".into(),
    }
}

impl Stage {
    pub async fn new(test: TestDb) -> Self {
        Self::on(World::demo(test).await).await
    }

    pub async fn on(world: World) -> Self {
        let morgan = world.person("morgan").await;
        let (application, agent, lead) =
            (ApplicationId(world.new_id()), ApplicationRoleId(world.new_id()), ApplicationRoleId(world.new_id()));
        let mut link = world.db().begin().await.unwrap();
        let roles = [(agent, "Agent"), (lead, "Lead")];
        store::resources::insert_application(&mut link, application, "Ledger", "", &roles, world.now()).await.unwrap();
        link.commit().await.unwrap();
        let peer = Target::start().await;
        let done = morgan.submits(Command::SaveTarget(settings((application, &peer)))).await;
        let Ok(Done::TargetSaved { target, .. }) = done else { panic!("{done:?}") };
        world.settle().await;
        Self { world, morgan, application, agent, lead, target, peer }
    }

    pub fn role(&self) -> ResourceRole {
        ResourceRole::ApplicationRole(self.application, self.agent)
    }

    pub async fn page(&self) -> OneTarget {
        self.morgan.asks(query::Target { target: self.target, after: None }).await.unwrap()
    }

    /// The state, the reason and what is there, of somebody on the target's page.
    pub async fn stands(&self, name: &str) -> Option<(String, String, String)> {
        let found = self.page().await.people.into_iter().find(|row| row.person.under == name);
        found.map(|row| (row.badge.word, row.why, row.has))
    }

    pub fn there(&self) -> Vec<String> {
        self.peer.members("Agents")
    }

    pub async fn reconciles(&self) {
        self.morgan.submits(Command::ReconcileTarget { target: self.target }).await.unwrap();
        self.world.settle().await;
    }

    /// The form of the target as it is in the beginning.
    pub async fn asks_to_save(&self) -> SaveTarget {
        let version = self.page().await.row.target.version;
        SaveTarget { target: Some(self.target), version, token: None, ..settings((self.application, &self.peer)) }
    }

    pub async fn sets(&self, change: impl FnOnce(&mut SaveTarget)) {
        let mut asked = self.asks_to_save().await;
        change(&mut asked);
        self.morgan.submits(Command::SaveTarget(asked)).await.unwrap();
    }

    /// Offers the role for four hours to everybody.
    pub async fn offers(&self) {
        let mut offer = Offer::new("Ledger", GroupId::default(), []);
        offer.gives = vec![self.role()];
        self.world.offers(offer).await;
    }

    /// Somebody new has the role through the package.
    pub async fn gets(&self, user_name: &str) -> Person {
        let person = self.world.hires(user_name).await;
        person.requests("Ledger").because("Month end.").await.unwrap();
        self.world.settle().await;
        person
    }

    pub async fn held(&self, person: &Person) -> PackageAssignmentId {
        let mut link = self.world.db().begin().await.unwrap();
        let package = self.world.package("Ledger");
        store::packages::held(&mut link, person.id, package).await.unwrap().unwrap().id
    }

    /// They give it back before its time.
    pub async fn gives_back(&self, person: &Person) {
        let assignment = self.held(person).await;
        person.submits(Command::EndPackageAssignment { assignment, words: String::new() }).await.unwrap();
        self.world.settle().await;
    }

    pub fn works(has: &str) -> Option<(String, String, String)> {
        Some(("Works now".to_owned(), String::new(), has.to_owned()))
    }
}

/// How the only package of somebody stands in a list.
async fn badge(of: &Person, tab: Tab) -> String {
    let rows = of.packages(tab).await;
    let held = rows.into_iter().find_map(|row| match row.standing {
        Standing::Held { badge, .. } => Some(badge.word),
        Standing::Open | Standing::Requested { .. } | Standing::Ended { .. } => None,
    });
    held.unwrap()
}

both! {
    async fn access_is_there_while_it_lasts_and_nothing_is_left_after_it(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        let alex = stage.gets("alex.new").await;
        assert_eq!(stage.there(), ["alex.new"]);
        assert_eq!(stage.stands("alex.new").await, Stage::works("Agent"));
        let external = stage.peer.inside().users.values().next().unwrap()["externalId"].clone();
        assert_eq!(external, alex.id.to_string());
        stage.world.passes(Span::hours(4)).await;
        assert_eq!((stage.there(), stage.peer.accounts()), (vec![], vec![]));
        let page = stage.page().await;
        assert!(page.people.is_empty() && page.there == 0, "{page:?}");
        let told: Vec<_> = stage.world.history_about(alex.id.0).await.iter().map(|event| event.action.code()).collect();
        assert_eq!(told.iter().filter(|code| **code == "target_confirmed").count(), 2, "{told:?}");
    }

    async fn a_target_that_fails_is_asked_again_and_everybody_is_told_why_it_is_pending(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.peer.behaves(Manner::Fails(503));
        stage.gets("alex.new").await;
        let (word, why, _) = stage.stands("alex.new").await.unwrap();
        assert_eq!(word, "Pending");
        assert!(why.contains("not today") && why.contains("503"), "{why}");
        assert!(stage.page().await.trouble.is_some());
        stage.world.passes(Span::minutes(5)).await;
        assert_eq!(stage.stands("alex.new").await.unwrap().0, "Overdue");
        stage.peer.behaves(Manner::Honest);
        stage.world.passes(Span::seconds(30)).await;
        assert_eq!(stage.stands("alex.new").await, Stage::works("Agent"));
        assert!(stage.page().await.trouble.is_none());
        // It ends while the target is down: it is there until the target is back, and then gone.
        stage.peer.behaves(Manner::Fails(500));
        stage.world.passes(Span::hours(4)).await;
        assert_eq!(stage.there(), ["alex.new"]);
        assert_eq!(stage.page().await.row.pending, 1);
        stage.peer.behaves(Manner::Honest);
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!((stage.there(), stage.peer.accounts()), (vec![], vec![]));
    }

    async fn a_target_that_wants_to_be_left_alone_is_left_alone_for_that_long(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.peer.behaves(Manner::Busy(120));
        stage.gets("alex.new").await;
        stage.peer.behaves(Manner::Honest);
        stage.peer.inside().heard.clear();
        stage.world.passes(Span::seconds(119)).await;
        assert_eq!(stage.peer.inside().heard, Vec::<String>::new());
        stage.world.passes(Span::seconds(1)).await;
        assert_eq!(stage.there(), ["alex.new"]);
    }

    async fn what_a_target_only_says_it_did_does_not_count(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        for manner in [Manner::Lies, Manner::Half] {
            stage.peer.behaves(manner);
            let name = format!("{manner:?}").to_lowercase();
            stage.gets(&name).await;
            let (word, why, has) = stage.stands(&name).await.unwrap();
            assert!(word != "Works now" && !why.is_empty() && has.is_empty(), "{manner:?}: {word} {why} {has}");
            stage.peer.behaves(Manner::Honest);
            stage.world.passes(Span::minutes(1)).await;
            assert_eq!(stage.stands(&name).await, Stage::works("Agent"), "{manner:?}");
        }
        assert_eq!(stage.there(), ["half", "lies"]);
    }

    async fn what_was_done_before_the_target_fell_over_is_taken_away_all_the_same(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.gets("first").await;
        stage.peer.behaves(Manner::DoesAndFails);
        let alex = stage.gets("alex.new").await;
        for _ in 0..4 {
            stage.world.passes(Span::seconds(30)).await;
        }
        // Whether it did what was asked was never learned; the access ends before it is.
        stage.gives_back(&alex).await;
        stage.peer.behaves(Manner::Honest);
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!((stage.there(), stage.peer.accounts()), (vec!["first".to_owned()], vec!["first".to_owned()]));
    }

    async fn one_person_whom_the_target_refuses_keeps_nobody_else_waiting(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.peer.behaves(Manner::Refuses("bad.name"));
        let people = [stage.world.hires("alex.new").await, stage.world.hires("bad.name").await, stage.world.hires("zoe.new").await];
        for person in &people {
            person.requests("Ledger").because("Month end.").await.unwrap();
        }
        stage.world.settle().await;
        assert_eq!(stage.there(), ["alex.new", "zoe.new"]);
        let (word, why, _) = stage.stands("bad.name").await.unwrap();
        assert_eq!(word, "Overdue");
        assert!(why.contains("this name is not liked here"), "{why}");
        stage.peer.behaves(Manner::Honest);
        stage.morgan.submits(Command::RetryTarget { target: stage.target, user: people[1].id }).await.unwrap();
        stage.world.settle().await;
        assert_eq!(stage.stands("bad.name").await, Stage::works("Agent"));
    }

    async fn a_target_without_patch_is_given_whole_groups(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.peer.inside().patch = false;
        stage.offers().await;
        let alex = stage.gets("alex.new").await;
        stage.gets("zoe.new").await;
        // It could once; that it no longer can is learned when it says so.
        stage.world.passes(Span::seconds(5)).await;
        assert_eq!(stage.there(), ["alex.new", "zoe.new"]);
        stage.peer.inside().heard.clear();
        stage.gives_back(&alex).await;
        assert_eq!(stage.there(), ["zoe.new"]);
        assert!(!stage.peer.inside().heard.iter().any(|asked| asked.starts_with("PATCH")));
    }

    async fn members_of_a_group_have_its_roles_there_as_long_as_they_are_members_and_enabled(test: TestDb) {
        let stage = Stage::new(test).await;
        let group = stage.world.makes_group("Accountants").await;
        let given = Assignment {
            id: AssignmentId(stage.world.new_id()),
            principal: Principal::Group(group),
            role: stage.role(),
            assignment_type: AssignmentType::Active,
            source: Source::Direct,
            starts_at: stage.world.now(),
            ends_at: None,
            ended_at: None,
        };
        let mut link = stage.world.db().begin().await.unwrap();
        store::assignments::insert(&mut link, &given, stage.world.now()).await.unwrap();
        link.commit().await.unwrap();
        let (alex, zoe) = (stage.world.hires("alex.new").await, stage.world.hires("zoe.new").await);
        stage.world.adds(group, &alex).await;
        stage.world.adds(group, &zoe).await;
        stage.world.settle().await;
        assert_eq!(stage.there(), ["alex.new", "zoe.new"]);
        stage.world.removes(group, &alex).await;
        stage.world.settle().await;
        assert_eq!(stage.there(), ["zoe.new"]);
        stage.world.console(Command::SetUserEnabled { user: zoe.id, enabled: false }).await;
        stage.world.settle().await;
        assert_eq!(stage.there(), Vec::<String>::new());
        stage.world.console(Command::SetUserEnabled { user: zoe.id, enabled: true }).await;
        stage.world.settle().await;
        assert_eq!(stage.there(), ["zoe.new"]);
    }

    async fn accounts_that_were_there_are_used_and_kept_and_those_of_others_are_left_alone(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.peer.inside().account("alex.new", None);
        stage.peer.inside().account("zoe.new", Some("somebody-else"));
        let alex = stage.gets("alex.new").await;
        stage.gets("zoe.new").await;
        assert_eq!(stage.there(), ["alex.new"]);
        let (word, why, _) = stage.stands("zoe.new").await.unwrap();
        assert!(word == "Overdue" && why.contains("carries the id of somebody else"), "{word} {why}");
        stage.gives_back(&alex).await;
        assert_eq!((stage.there(), stage.peer.accounts()), (vec![], vec!["alex.new".to_owned(), "zoe.new".to_owned()]));
    }

    async fn unknown_access_is_reported_or_removed_as_it_is_set_and_what_is_missing_comes_back(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.gets("alex.new").await;
        {
            let mut inside = stage.peer.inside();
            let stranger = inside.account("stranger", None);
            let (_, members) = inside.groups.values_mut().find(|(name, _)| name == "Agents").unwrap();
            members.clear();
            members.insert(stranger);
        }
        let trial = stage.morgan.asks(query::TargetTrial { target: stage.target }).await.unwrap();
        let lines: Vec<(&str, &str)> = trial.lines.iter().map(|line| (line.what.as_str(), line.who.as_str())).collect();
        assert_eq!(lines.len(), 2, "{trial:?}");
        assert_eq!(stage.there(), ["stranger"], "a trial run changes nothing");
        stage.reconciles().await;
        assert_eq!(stage.there(), ["alex.new", "stranger"]);
        assert_eq!(stage.page().await.findings.len(), 1);
        stage.sets(|asked| asked.drift = Drift::Remove).await;
        stage.world.settle().await;
        assert_eq!(stage.there(), ["alex.new"]);
        assert!(stage.page().await.findings.is_empty());
        let told = stage.world.history_about(stage.target.0).await;
        assert_eq!(told.iter().filter(|event| event.action.code() == "target_drift_removed").count(), 1);
        assert_eq!(stage.stands("alex.new").await, Stage::works("Agent"));
    }

    async fn a_target_that_is_down_costs_the_others_nothing_and_a_disabled_one_makes_up_for_it_later(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        let (target, wiki) = crate::slow_peers::another(&stage).await;
        stage.peer.behaves(Manner::Fails(500));
        let alex = stage.world.hires("alex.new").await;
        alex.requests("Both").because("Month end.").await.unwrap();
        stage.world.settle().await;
        assert_eq!((wiki.members("Reader"), stage.there()), (vec!["alex.new".to_owned()], vec![]));
        stage.morgan.submits(Command::SetTargetEnabled { target, enabled: false }).await.unwrap();
        let zoe = stage.world.hires("zoe.new").await;
        zoe.requests("Both").because("Month end.").await.unwrap();
        stage.world.passes(Span::hours(2)).await;
        assert_eq!(wiki.members("Reader"), ["alex.new"]);
        stage.morgan.submits(Command::SetTargetEnabled { target, enabled: true }).await.unwrap();
        stage.peer.behaves(Manner::Honest);
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!(wiki.members("Reader"), ["alex.new", "zoe.new"]);
        assert_eq!(stage.there(), ["alex.new", "zoe.new"]);
    }

    async fn killed_anywhere_target_and_assignments_agree_in_the_end(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        for statements in (0..90).step_by(3) {
            let name = format!("person.{statements}");
            let person = stage.world.hires(&name).await;
            person.requests("Ledger").because("Month end.").await.unwrap();
            stage.world.db().fail_after(Some(statements));
            let _ = stage.world.engine().settle().await;
            stage.world.restart();
            // On PostgreSQL the one that was killed has the target for itself until its time is over.
            stage.world.time_goes_by(Span::seconds(TARGET_LEASE_SECONDS));
            if statements % 2 == 0 {
                // It ends before anybody learned how far it had come.
                let held = {
                    let mut link = stage.world.db().begin().await.unwrap();
                    store::packages::held(&mut link, person.id, stage.world.package("Ledger")).await.unwrap()
                };
                if let Some(held) = held {
                    let end = Command::EndPackageAssignment { assignment: held.id, words: String::new() };
                    person.submits(end).await.unwrap();
                    stage.world.settle().await;
                    assert!(!stage.there().contains(&name), "killed after {statements} statements, it stayed");
                    continue;
                }
            }
            stage.world.settle().await;
            assert!(stage.there().contains(&name), "killed after {statements} statements, it is missing");
            assert_eq!(stage.stands(&name).await, Stage::works("Agent"), "killed after {statements} statements");
        }
        stage.world.passes(Span::hours(4)).await;
        assert_eq!((stage.there(), stage.peer.accounts()), (vec![], vec![]));
    }

    async fn a_request_is_delivered_when_the_target_has_confirmed_it_and_not_before(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.peer.behaves(Manner::Fails(503));
        let alex = stage.world.hires("alex.new").await;
        let request = alex.requests("Ledger").because("Month end.").await.unwrap();
        stage.world.settle().await;
        let page = alex.asks(query::Request { request }).await.unwrap();
        assert_eq!((page.badge.word.as_str(), page.targets.len()), ("Delivering", 1), "{page:?}");
        assert_eq!(page.targets[0].badge.word, "Pending");
        assert!(page.targets[0].why.starts_with("The application does not answer as it should. It is tried again"), "{page:?}");
        assert_eq!(badge(&alex, Tab::Active).await, "Delivering", "the list does not promise more than the page");
        assert_eq!(badge(&alex, Tab::Available).await, "Delivering");
        assert!(!stage.world.story_of(request).await.contains(&"request_delivered"));
        stage.world.passes(Span::minutes(5)).await;
        let page = alex.asks(query::Request { request }).await.unwrap();
        assert_eq!((page.badge.word.as_str(), page.targets[0].badge.word.as_str()), ("Delivering", "Overdue"));
        stage.peer.behaves(Manner::Honest);
        stage.world.passes(Span::seconds(30)).await;
        let page = alex.asks(query::Request { request }).await.unwrap();
        assert_eq!((page.badge.word.as_str(), page.targets[0].badge.word.as_str()), ("Delivered", "Works now"));
        assert_eq!(badge(&alex, Tab::Active).await, "Delivered");
        stage.world.is_whole(&[&alex]).await;
    }

    async fn a_refused_delivery_is_reprocessed_by_hand_and_one_that_ended_meanwhile_failed(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.peer.behaves(Manner::Refuses("bad.name"));
        let bad = stage.world.hires("bad.name").await;
        let request = bad.requests("Ledger").because("Month end.").await.unwrap();
        stage.world.settle().await;
        let page = bad.asks(query::Request { request }).await.unwrap();
        assert_eq!((page.badge.word.as_str(), page.targets[0].badge.word.as_str()), ("Delivering", "Overdue"), "{page:?}");
        stage.peer.behaves(Manner::Honest);
        stage.morgan.submits(Command::ReprocessRequest { request }).await.unwrap();
        stage.world.settle().await;
        assert_eq!(bad.asks(query::Request { request }).await.unwrap().badge.word, "Delivered");
        stage.peer.behaves(Manner::Fails(500));
        let alex = stage.world.hires("alex.new").await;
        let request = alex.requests("Ledger").because("Month end.").await.unwrap();
        stage.world.settle().await;
        stage.gives_back(&alex).await;
        stage.world.passes(Span::minutes(5)).await;
        let page = alex.asks(query::Request { request }).await.unwrap();
        assert_eq!(page.badge.word, "Delivery failed", "{page:?}");
        assert!(stage.world.story_of(request).await.contains(&"delivery_failed"));
        stage.world.history_is_sound().await;
    }
}
