//! What people change while a turn at a target is under way: the turn ends, or leaves it alone, and what they said counts.

use crate::targets::Stage;
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::application::SaveApplicationRole;
use model::command::{Command, Secret};
use model::directory::Principal;
use model::limits::TARGET_LEASE_SECONDS;
use model::target::{SaveTarget, Unknown};
use model::{ApplicationId, ApplicationRoleId, AssignmentId, Span, TargetId, Ts};
use std::time::Duration;
use store::delivery::{Mark, Subject};
use testkit::target::{Held, TOKEN};
use testkit::{Person, both, refused};
use tokio::task::JoinHandle;

impl Stage {
    /// The workers begin, and the target keeps this question waiting.
    async fn is_asked(&self, question: &str) -> (Held, JoinHandle<()>) {
        let mut held = self.peer.holds(question);
        let engine = self.world.engine();
        let settling = tokio::spawn(async move { engine.settle().await.unwrap() });
        held.is_asked().await;
        (held, settling)
    }

    async fn goes_on(&self, (held, settling): (Held, JoinHandle<()>)) {
        held.is_answered();
        settling.await.unwrap();
        self.world.settle().await;
    }

    /// Somebody was given a role, which the next turn will see.
    pub async fn given(&self, person: &Person, role: ResourceRole, ends_at: Option<Ts>) {
        let now = self.world.now();
        let given = Assignment {
            id: AssignmentId(self.world.new_id()),
            principal: Principal::User(person.id),
            role,
            assignment_type: AssignmentType::Active,
            source: Source::Direct,
            starts_at: now,
            ends_at,
            ended_at: None,
        };
        let target: TargetId = self.target;
        let mark = Mark { id: self.world.new_id(), target, subject: Subject::User(person.id), due_at: now };
        let mut link = self.world.db().begin().await.unwrap();
        store::assignments::insert(&mut link, &given, now).await.unwrap();
        store::delivery::mark(&mut link, &[mark]).await.unwrap();
        link.commit().await.unwrap();
    }

    /// A group at the target with somebody in it; the account.
    fn has_group(&self, name: &str, member: &str) -> String {
        let mut inside = self.peer.inside();
        let (account, group) = (inside.account(member, None), inside.group(name));
        inside.groups.get_mut(&group).unwrap().1.insert(account.clone());
        account
    }
}

both! {
    async fn a_line_that_is_put_right_while_the_wrong_group_is_looked_up_is_what_counts(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.has_group("Admins", "boss");
        stage.has_group("Agents", "old.agent");
        stage.sets(|asked| asked.groups = "Agent = Admins".into()).await;
        let turn = stage.is_asked("GET /Groups").await;
        stage.sets(|asked| asked.groups = "Agent = Agents".into()).await;
        stage.goes_on(turn).await;
        let called: Vec<String> = stage.page().await.findings.into_iter().map(|found| found.called).collect();
        let agent = stage.peer.inside().users.values().find(|user| user["userName"] == "old.agent").unwrap()["id"].clone();
        assert_eq!(called, [agent.as_str().unwrap()], "the members of the right group are compared");
        stage.offers().await;
        stage.gets("alex.new").await;
        assert_eq!(stage.there(), ["alex.new", "old.agent"]);
        assert_eq!(stage.peer.members("Admins"), ["boss"], "nobody becomes an administrator by a word that was put right");
    }

    async fn whoever_is_given_a_role_while_its_line_is_put_right_is_in_the_right_group_only(test: TestDb) {
        let stage = Stage::new(test).await;
        if stage.world.db().is_sqlite() {
            // There is one writer: nobody saves between two statements of a change.
            return;
        }
        stage.has_group("Admins", "boss");
        stage.has_group("Agents", "old.agent");
        stage.sets(|asked| asked.groups = "Agent = Admins".into()).await;
        stage.world.settle().await;
        let alex = stage.world.hires("alex.new").await;
        stage.given(&alex, stage.role(), None).await;
        // The turn has read how the target is set, and waits for the marks before it writes down whom it brings there.
        let mut link = stage.world.db().begin().await.unwrap();
        let marks = store::delivery::marks(&mut link, stage.target, stage.world.now(), 10).await.unwrap();
        let marks: Vec<_> = marks.into_iter().map(|(id, _)| id).collect();
        store::delivery::unmark(&mut link, &marks).await.unwrap();
        let engine = stage.world.engine();
        let settling = tokio::spawn(async move { engine.settle().await.unwrap() });
        // Time to get there; nothing is concluded from it.
        tokio::time::sleep(Duration::from_millis(500)).await;
        stage.sets(|asked| asked.groups = "Agent = Agents".into()).await;
        drop(link);
        settling.await.unwrap();
        stage.world.settle().await;
        assert_eq!((stage.there(), stage.peer.members("Admins")), (vec!["alex.new".into(), "old.agent".into()], vec!["boss".into()]));
    }

    async fn what_is_said_about_a_finding_while_a_comparison_is_under_way_counts(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.has_group("Agents", "stranger");
        stage.reconciles().await;
        let stranger = stage.page().await.findings[0].remote_id.clone();
        let found = Unknown { target: stage.target, role: stage.agent, remote_id: stranger.clone() };
        stage.morgan.submits(Command::ReconcileTarget { target: stage.target }).await.unwrap();
        // The comparison has read what is listed, and asks who the member is.
        let turn = stage.is_asked(&format!("GET /Users/{stranger}")).await;
        let removes = Command::RemoveUnknownAccess { found, words: "Nobody knows them.".into() };
        stage.morgan.submits(removes).await.unwrap();
        stage.goes_on(turn).await;
        assert!(stage.there().is_empty() && stage.page().await.findings.is_empty(), "it is taken away all the same");
    }

    async fn what_is_adopted_while_a_comparison_is_under_way_is_not_listed_again(test: TestDb) {
        let stage = Stage::new(test).await;
        let lee = stage.world.hires("lee.new").await;
        let account = stage.has_group("Agents", "lee.new");
        stage.reconciles().await;
        stage.morgan.submits(Command::ReconcileTarget { target: stage.target }).await.unwrap();
        let turn = stage.is_asked(&format!("GET /Users/{account}")).await;
        let found = Unknown { target: stage.target, role: stage.agent, remote_id: account };
        stage.morgan.submits(Command::AdoptAccess { found, words: "Known.".into() }).await.unwrap();
        let (held, settling) = turn;
        held.is_answered();
        settling.await.unwrap();
        assert!(stage.page().await.findings.is_empty());
        assert_eq!(stage.stands("lee.new").await, Stage::works("Agent"));
        let told = stage.world.history_about(lee.id.0).await;
        assert_eq!(told.iter().filter(|event| event.action.code() == "target_access_adopted").count(), 1);
    }

    async fn whoever_lost_the_target_to_another_server_writes_nothing_down_of_a_comparison(test: TestDb) {
        let stage = Stage::new(test).await;
        if stage.world.db().is_sqlite() {
            // Nobody else is there.
            return;
        }
        let account = stage.has_group("Agents", "stranger");
        stage.morgan.submits(Command::ReconcileTarget { target: stage.target }).await.unwrap();
        let turn = stage.is_asked(&format!("GET /Users/{account}")).await;
        stage.world.time_goes_by(Span::seconds(TARGET_LEASE_SECONDS));
        let (now, other) = (stage.world.now(), stage.world.new_id());
        let mut link = stage.world.db().begin().await.unwrap();
        let until = now + Span::seconds(TARGET_LEASE_SECONDS);
        assert!(store::targets::claim(&mut link, stage.target, other, now, until).await.unwrap());
        link.commit().await.unwrap();
        stage.goes_on(turn).await;
        assert!(stage.page().await.findings.is_empty(), "the other server compares");
    }

    async fn two_roles_that_would_share_a_group_by_changes_of_the_same_moment_do_not(test: TestDb) {
        let stage = Stage::new(test).await;
        // Another application at the same address, whose role has a group of its own.
        let (other, reader) = (ApplicationId(stage.world.new_id()), ApplicationRoleId(stage.world.new_id()));
        let now = stage.world.now();
        let mut link = stage.world.db().begin().await.unwrap();
        store::resources::insert_application(&mut link, other, "Wiki", "", &[(reader, "Reader")], now).await.unwrap();
        link.commit().await.unwrap();
        let asked = SaveTarget {
            application: Some(other),
            name: "Wiki".into(),
            groups: String::new(),
            token: Some(Secret(TOKEN.into())),
            target: None,
            ..stage.asks_to_save().await
        };
        stage.morgan.submits(Command::SaveTarget(asked)).await.unwrap();
        // The target is kept by somebody, so that one of the two stops after it looked and before it writes.
        let mut link = stage.world.db().begin().await.unwrap();
        store::targets::guard(&mut link, stage.target).await.unwrap();
        let line = SaveTarget { groups: "Agent = Writer".into(), ..stage.asks_to_save().await };
        let role = SaveApplicationRole { application: other, role: None, name: "Writer".into() };
        let (one, two) = (stage.morgan.clone(), stage.morgan.clone());
        let one = tokio::spawn(async move { one.submits(Command::SaveTarget(line)).await });
        // Time to look; nothing is concluded from it.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let two = tokio::spawn(async move { two.submits(Command::SaveApplicationRole(role)).await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(link);
        let done = [one.await.unwrap().is_ok(), two.await.unwrap().is_ok()];
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "one of them is refused: {done:?}");
    }

    async fn whoever_is_disabled_in_the_moment_of_adopting_gets_nothing(test: TestDb) {
        let stage = Stage::new(test).await;
        let lee = stage.world.hires("lee.new").await;
        let account = stage.has_group("Agents", "lee.new");
        stage.reconciles().await;
        let mut link = stage.world.db().begin().await.unwrap();
        store::users::guard(&mut link, lee.id).await.unwrap();
        store::users::set_enabled(&mut link, lee.id, false).await.unwrap();
        let found = Unknown { target: stage.target, role: stage.agent, remote_id: account };
        let morgan = stage.morgan.clone();
        let adopting = tokio::spawn(async move { morgan.submits(Command::AdoptAccess { found, words: "Known.".into() }).await });
        // Time to get to the row that is kept; nothing is concluded from it.
        tokio::time::sleep(Duration::from_millis(500)).await;
        link.commit().await.unwrap();
        assert_eq!(refused(adopting.await.unwrap()).code(), "not_adopted");
    }
}
